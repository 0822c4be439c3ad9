//! Facts of a refusal in words: rules give codes (`faulty`, `transfer_in`), people read glossary terms.

use super::{Args, Lang, Value, format, has, text};

/// Facts whose value is a code, and where its word stands. The first prefix that knows the code wins.
const VOCABULARY: [(&str, &[&str]); 11] = [
    ("action", &["action-"]),
    ("condition", &["condition-"]),
    ("expected", &["json-type-"]),
    ("kind", &["thing-", "movement-", "promise-"]),
    ("mode", &["mode-"]),
    ("owner", &["owner-"]),
    ("permission", &["permission-"]),
    ("regime", &["regime-"]),
    ("role", &["role-"]),
    (
        "state",
        &[
            "repair-state-",
            "rma-state-",
            "issued-state-",
            "faulty-state-",
            "reservation-state-",
            "hold-state-",
            "transfer-state-",
            "intake-state-",
            "count-state-",
            "request-state-",
        ],
    ),
    ("variant", &["variant-"]),
];

/// The text of `key` with `facts` filled in, codes among them put into words. A fact that is no known code is shown as
/// it is, so a name or a serial always is. Where a fact is empty, the text `<key>-bare` does without it.
pub fn explain(lang: Lang, key: &str, facts: &[(&'static str, String)]) -> String {
    let args: Args<'_> = facts.iter().map(|(name, value)| (*name, word(lang, name, value))).collect();
    let bare = format!("{key}-bare");
    let lacks_one = facts.iter().any(|(_, value)| value.is_empty());
    format(lang, if lacks_one && has(lang, &bare) { &bare } else { key }, &args)
}

fn word<'a>(lang: Lang, name: &str, value: &'a str) -> Value<'a> {
    let prefixes = VOCABULARY.iter().find(|(known, _)| *known == name).map(|(_, prefixes)| *prefixes);
    let keys = prefixes.unwrap_or_default().iter().map(|prefix| format!("{prefix}{value}"));
    let key = keys.into_iter().find(|key| has(lang, key));
    match (key, value.strip_suffix("/bench")) {
        (Some(key), _) => Value::from(text(lang, &key)),
        // Codes of bins are what their labels say; the bench has no label.
        (None, Some(depot)) if matches!(name, "place" | "claimed") => {
            Value::from(format!("{depot} {}", text(lang, "place-bench")))
        }
        _ => Value::from(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_words_and_names_stay() {
        let facts =
            [("serial", "good".to_owned()), ("condition", "faulty".to_owned()), ("kind", "issue".to_owned())];
        assert_eq!(
            explain(Lang::Zh, "refusal-wrong_condition", &facts),
            "good 现在是故障件，不能做「出库」。"
        );
        let facts = [("kind", "user".to_owned()), ("key", "user".to_owned())];
        assert_eq!(explain(Lang::En, "refusal-not_found", &facts), "No such user: user.");
        let facts =
            [("serial", "S1".to_owned()), ("claimed", "JN".to_owned()), ("place", "DZ/bench".to_owned())];
        assert!(explain(Lang::Zh, "refusal-unit_elsewhere", &facts).contains("账上在 DZ 维修工位"));
        let facts = [("kind", "dragon { $key }".to_owned()), ("key", "x".to_owned())];
        assert_eq!(explain(Lang::En, "refusal-not_found", &facts), "No such dragon { $key }: x.");
    }

    #[test]
    fn every_vocabulary_has_words() {
        let keys = super::super::keys(Lang::En);
        for prefix in VOCABULARY.iter().flat_map(|(_, prefixes)| *prefixes) {
            assert!(keys.iter().any(|key| key.starts_with(prefix)), "{prefix}");
        }
    }
}
