//! What a person reads when a rule says no.

use crate::domain::refusal::{FieldError, Refusal};
use crate::i18n::{self, Args, Lang};

/// For facts that are codes of the database: the areas of the glossary in which to look for their word, in order.
const GLOSSARY: &[(&str, &[&str])] = &[
    ("permission", &["permission-"]),
    ("condition", &["condition-"]),
    ("owner", &["owner-"]),
    ("mode", &["mode-"]),
    ("regime", &["regime-"]),
    ("action", &["action-"]),
    ("kind", &["kind-", "movement-"]),
    ("state", &["repair-state-", "issued-state-", "rma-state-", "reservation-state-", "hold-state-"]),
    ("place", &["place-"]),
    ("claimed", &["place-"]),
    ("from", &["place-"]),
    ("to", &["place-"]),
];

/// The sentence for a refusal.
#[must_use]
pub fn refusal(lang: Lang, refusal: &Refusal) -> String {
    i18n::format(lang, &format!("refusal-{}", refusal.code()), &args(lang, &refusal.args()))
}

/// The sentence for a wrong field.
#[must_use]
pub fn field(lang: Lang, error: &FieldError) -> String {
    i18n::format(lang, &format!("field-{}", error.code), &args(lang, &error.args))
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

fn args(lang: Lang, facts: &[(&'static str, String)]) -> Args<'static> {
    facts.iter().map(|(name, value)| (*name, word(lang, name, value))).collect()
}

fn word(lang: Lang, name: &str, value: &str) -> String {
    let areas = GLOSSARY.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, areas)| *areas);
    let keys = areas.iter().map(|area| format!("{area}{value}"));
    match keys.into_iter().find(|key| i18n::has(lang, key)) {
        Some(key) => i18n::text(lang, &key),
        None => value.to_owned(),
    }
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
    fn every_refusal_has_a_sentence_in_both_languages() {
        for lang in Lang::ALL {
            for code in Refusal::CODES {
                assert!(i18n::has(lang, &format!("refusal-{code}")), "{lang}: refusal-{code}");
            }
        }
    }
}
