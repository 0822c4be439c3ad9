//! Every code a person can meet has a word in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use beiku::domain::actor::{Permission, Role};
use beiku::domain::notice::NoticeKind;
use beiku::domain::place::PlaceKind;
use beiku::domain::plan::{PromiseKind, RateVariant, Regime, TermUnit};
use beiku::domain::refusal::Refusal;
use beiku::domain::setup::DepotClass;
use beiku::domain::stock::{Condition, MovementKind, ReservationState, Tracking};
use beiku::i18n::{self, Lang};
use beiku::jobs::Job;

fn missing(prefix: &str, codes: impl IntoIterator<Item = &'static str>) -> Vec<String> {
    let keys = codes.into_iter().map(|code| format!("{prefix}-{code}"));
    let keys: Vec<_> = keys.collect();
    assert!(!keys.is_empty());
    keys.into_iter().filter(|key| !Lang::ALL.iter().all(|lang| i18n::has(*lang, key))).collect()
}

macro_rules! words_of {
    ($($prefix:literal: $kind:ty),* $(,)?) => {
        [$(missing($prefix, <$kind>::ALL.iter().map(|code| code.as_str()))),*].concat()
    };
}

#[test]
fn every_code_has_a_word() {
    let missing = words_of! {
        "role": Role,
        "permission": Permission,
        "notice": NoticeKind,
        "place": PlaceKind,
        "promise": PromiseKind,
        "variant": RateVariant,
        "regime": Regime,
        "term-unit": TermUnit,
        "depot-class": DepotClass,
        "condition": Condition,
        "movement": MovementKind,
        "reservation-state": ReservationState,
        "tracking": Tracking,
    };
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_job_has_a_name() {
    let names = Job::ALL.iter().map(|job| job.name());
    assert_eq!(missing("settings-job", names), Vec::<String>::new());
}

#[test]
fn every_piece_of_a_mail_has_a_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n/en");
    let texts: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let keys: Vec<&str> = texts.lines().filter_map(|line| Some(line.split_once(" =")?.0)).collect();
    let mut pieces = BTreeSet::new();
    for kind in NoticeKind::ALL {
        let of = format!("mail-{}-", kind.as_str());
        pieces.extend(keys.iter().filter_map(|key| key.strip_prefix(&of)));
    }
    assert!(pieces.len() > 20, "{pieces:?}");
    let nameless =
        |piece: &&&str| !Lang::ALL.iter().all(|lang| i18n::has(*lang, &format!("template-part-{piece}")));
    assert_eq!(pieces.iter().filter(nameless).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn every_refusal_has_a_text() {
    assert_eq!(missing("refusal", Refusal::CODES.iter().copied()), Vec::<String>::new());
}

/// Field errors carry their code as a literal: every one in the source has a text.
#[test]
fn every_field_error_has_a_text() {
    let mut codes = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                for call in ["FieldError::new(", "Refusal::field(", "errors.push(field, ", ".fault("] {
                    codes.extend(source.split(call).skip(1).filter_map(last_argument));
                }
            }
        }
    }
    assert!(codes.contains("required"), "the search finds codes: {codes:?}");
    codes.retain(|code| !Lang::ALL.iter().all(|lang| i18n::has(*lang, &format!("field-{code}"))));
    assert_eq!(codes, BTreeSet::new());
}

/// The literal that ends a call whose opening bracket was just read; `None` when it ends in anything else.
fn last_argument(after: &str) -> Option<String> {
    let mut depth = 1;
    let end = after.find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    })?;
    let last = after[..end].trim_end().trim_end_matches(',').trim_end().strip_suffix('"')?;
    last.rsplit_once('"').map(|(_, code)| code.to_owned())
}

/// The text of a refusal names no fact the rule does not give: a gap would show as `{$name}`.
#[test]
fn refusals_fill_in_their_texts() {
    let some = || "x".to_owned();
    for refusal in [
        Refusal::NotAvailable { part_no: some(), depot: some(), wanted: some(), available: some() },
        Refusal::UnitElsewhere { serial: some(), place: some(), claimed: some() },
        Refusal::StaleVersion { expected: some(), actual: some() },
        Refusal::WrongCondition { serial: some(), condition: "faulty".to_owned(), kind: "issue".to_owned() },
    ] {
        for lang in Lang::ALL {
            let text = i18n::explain(lang, &format!("refusal-{}", refusal.code()), &refusal.args());
            assert!(!text.contains("{$"), "{text}");
        }
    }
}
