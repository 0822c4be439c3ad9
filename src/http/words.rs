//! What a person reads when a rule says no.

use crate::app::export::Words;
use crate::app::scans::{ScanRow, ScannedThing};
use crate::domain::calendar::Zone;
use crate::domain::refusal::{FieldError, Refusal};
use crate::i18n::{self, Lang};
use chrono::{DateTime, Timelike};
use std::sync::Arc;

/// The sentence for a refusal.
#[must_use]
pub fn refusal(lang: Lang, refusal: &Refusal) -> String {
    i18n::explain(lang, &format!("refusal-{}", refusal.code()), &on_our_clocks(&refusal.args()))
}

/// A reader's words for headings, cells and papers; a code without a word stays itself.
#[must_use]
pub fn of_reader(lang: Lang) -> Words {
    let code = move |area: &str, code: &str| {
        let key = format!("{area}-{code}");
        if i18n::has(lang, &key) { i18n::text(lang, &key) } else { code.to_owned() }
    };
    Words { english: lang == Lang::En, code: Arc::new(code) }
}

/// The sentence for a wrong field. An item of a batch that a rule refuses is told in that rule's words, a spreadsheet that
/// cannot be read in those of imports.
#[must_use]
pub fn field(lang: Lang, error: &FieldError) -> String {
    let keys = ["field", "refusal", "import"].map(|area| format!("{area}-{}", error.code));
    let key = keys.iter().find(|key| i18n::has(lang, key)).or(keys.first());
    i18n::explain(lang, key.map_or("", String::as_str), &on_our_clocks(&error.args))
}

/// Why a person has to look at a scan; of a unit that was taken in here while the books have it elsewhere, where, and on which RMA.
#[must_use]
pub fn review(lang: Lang, row: &ScanRow, thing: Option<&ScannedThing>) -> String {
    let key = format!("scan-review-{}", row.reason);
    let mut facts = vec![("document", row.document.clone()), ("code", row.code.clone())];
    let known = format!("{key}-known");
    match thing.filter(|thing| thing.is_elsewhere && i18n::has(lang, &known)) {
        Some(thing) => {
            facts.extend([("place", thing.place.clone()), ("rma", thing.open_rma.clone())]);
            i18n::explain(lang, &known, &facts)
        }
        None => i18n::format(lang, &key, &facts.into_iter().collect()),
    }
}

/// The sentence for a refusal that was stored: facts carry the names their rule gives them.
#[must_use]
pub fn stored(lang: Lang, code: &str, facts: &[(String, String)]) -> String {
    let names = Refusal::FACTS.iter().find(|(own, _)| *own == code).map_or(&[][..], |(_, names)| *names);
    let of = |name: &'static str| {
        let value = facts.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        (name, value.unwrap_or_default())
    };
    let facts: Vec<(&'static str, String)> = names.iter().copied().map(of).collect();
    i18n::explain(lang, &format!("refusal-{code}"), &on_our_clocks(&facts))
}

/// The facts of a rule with instants (`2026-12-31T16:00:00Z`) as the company's clocks show them; seconds only where there are some.
fn on_our_clocks(facts: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let shown = |value: &str| {
        let at = DateTime::parse_from_rfc3339(value).ok().filter(|_| value.contains('T'))?;
        let local = Zone::default().local(at.naive_utc());
        let pattern = if local.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        Some(local.format(pattern).to_string())
    };
    facts.iter().map(|(name, value)| (*name, shown(value).unwrap_or_else(|| value.clone()))).collect()
}

/// Everything there is to say about a refusal on a terminal: the sentence, and one line per wrong field.
#[must_use]
pub fn in_full(lang: Lang, refused: &Refusal) -> String {
    let mut text = refusal(lang, refused);
    if let Refusal::Invalid(errors) = refused {
        for error in errors {
            text.push_str(&format!("\n  {}: {}", error.field, field(lang, error)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_said_in_the_readers_words() {
        let refused =
            Refusal::WrongCondition { serial: "S1".into(), condition: "faulty".into(), kind: "issue".into() };
        let zh = refusal(Lang::Zh, &refused);
        assert!(
            zh.contains("故障件") && zh.contains("S1") && zh.contains("出库") && !zh.contains("faulty"),
            "{zh}"
        );
        let place = Refusal::UnitElsewhere {
            serial: "S1".into(),
            place: "JN/A1-01".into(),
            claimed: "supplier".into(),
        };
        assert!(refusal(Lang::En, &place).contains("JN/A1-01"));
    }

    #[test]
    fn instants_are_told_by_the_companys_clocks() {
        for (at, said) in
            [("2026-12-31T16:00:00Z", "2027-01-01 00:00"), ("2026-12-31T16:00:05.25Z", "2027-01-01 00:00:05")]
        {
            let refused = Refusal::InTheFuture { occurred_at: at.into() };
            assert!(refusal(Lang::Zh, &refused).contains(said), "{at}");
        }
    }

    #[test]
    fn every_refusal_has_a_sentence_with_facts_it_has() {
        for lang in Lang::ALL {
            for (code, facts) in Refusal::FACTS {
                let facts: Vec<_> = facts.iter().map(|name| (*name, format!("<{name}>"))).collect();
                let text = i18n::explain(lang, &format!("refusal-{code}"), &facts);
                assert!(!text.starts_with("refusal-"), "{lang}: {code} has no sentence");
                assert!(!text.contains("{$"), "{lang}: {code} names a fact there is not: {text}");
            }
        }
    }
}
