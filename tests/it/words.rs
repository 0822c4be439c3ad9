//! Every code a person can meet has a word in both languages.

use beiku::domain::actor::{Permission, Role};
use beiku::domain::notice::NoticeKind;
use beiku::domain::place::PlaceKind;
use beiku::domain::plan::{PromiseKind, RateVariant, Regime, TermUnit};
use beiku::domain::refusal::Refusal;
use beiku::domain::setup::DepotClass;
use beiku::domain::stock::{Condition, MovementKind, ReservationState, Tracking};
use beiku::i18n::{self, Lang};

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
fn every_refusal_has_a_text() {
    assert_eq!(missing("refusal", Refusal::CODES.iter().copied()), Vec::<String>::new());
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
