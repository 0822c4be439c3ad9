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
    let place = || matches!(name, "place" | "claimed").then(|| place(lang, value)).flatten();
    match key.map(|key| text(lang, &key)).or_else(place) {
        Some(word) => Value::from(word),
        None => Value::from(value),
    }
}

/// A place that has no label of its own in words; codes of depots and bins are what their labels say.
fn place(lang: Lang, code: &str) -> Option<String> {
    let known = |kind: &str| Some(format!("place-{kind}")).filter(|key| has(lang, key));
    match (code.split_once(':'), code.strip_suffix("/bench")) {
        (Some(("engineer", who)), _) => Some(format(lang, "place-van-of", &Args::new().with("who", who))),
        (Some((kind, which)), _) => known(kind).map(|key| format!("{} {which}", text(lang, &key))),
        (None, Some(depot)) => Some(format!("{depot} {}", text(lang, "place-bench"))),
        (None, None) => known(code).map(|key| text(lang, &key)),
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
        for (code, word) in [
            ("engineer:li", "li的随车备件"),
            ("customer:C1", "客户 C1"),
            ("lost", "遗失"),
            ("JN/A1-01", "JN/A1-01"),
        ] {
            let facts =
                [("serial", "S1".to_owned()), ("claimed", "JN".to_owned()), ("place", code.to_owned())];
            let said = explain(Lang::Zh, "refusal-unit_elsewhere", &facts);
            assert!(said.contains(&format!("账上在 {word}")), "{said}");
        }
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
