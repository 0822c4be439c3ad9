use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::{Args, Lang, bundle, format, has, keys, text};
use crate::args;

/// What a message says: its texts and the variables it names.
#[derive(Default)]
struct Message {
    texts: Vec<String>,
    variables: BTreeSet<String>,
}

impl Message {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        // A placeable stands for something unknown: no Han character, no punctuation.
        let mut text = String::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => text.push_str(value),
                PatternElement::Placeable { expression } => {
                    text.push('\u{fffc}');
                    self.expression(expression);
                }
            }
        }
        self.texts.push(text);
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        let arguments = |this: &mut Self, arguments: &CallArguments<&str>| {
            arguments.positional.iter().for_each(|argument| this.inline(argument));
            arguments.named.iter().for_each(|argument| this.inline(&argument.value));
        };
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::FunctionReference { arguments: given, .. }
            | InlineExpression::TermReference { arguments: Some(given), .. } => arguments(self, given),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. }
            | InlineExpression::NumberLiteral { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { arguments: None, .. } => {}
        }
    }
}

/// Every message of a language, per file; fails on a file that does not parse and on a key said twice.
fn messages(lang: Lang) -> BTreeMap<String, Message> {
    let mut messages = BTreeMap::new();
    for (area, source) in bundle::files(lang) {
        let resource =
            parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{lang}/{area}.ftl: {errors:?}"));
        for entry in resource.body {
            let (key, value, attributes) = match entry {
                Entry::Message(message) => (message.id.name.to_owned(), message.value, message.attributes),
                Entry::Term(term) => (format!("-{}", term.id.name), Some(term.value), term.attributes),
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
                Entry::Junk { content } => panic!("{lang}/{area}.ftl: {content}"),
            };
            assert!(attributes.is_empty(), "{lang}/{area}.ftl {key}: attributes have no reader");
            let mut message = Message::default();
            message.pattern(&value.unwrap_or_else(|| panic!("{lang}/{area}.ftl {key} is empty")));
            assert!(messages.insert(key.clone(), message).is_none(), "{lang}: {key} is said twice");
        }
    }
    messages
}

#[test]
fn both_languages_say_the_same_things_with_the_same_variables() {
    let (zh, en) = (messages(Lang::Zh), messages(Lang::En));
    let names = |of: &BTreeMap<String, Message>| of.keys().cloned().collect::<BTreeSet<_>>();
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    let (zh_keys, en_keys) = (names(&zh), names(&en));
    assert_eq!(only(&zh_keys, &en_keys), Vec::<String>::new(), "only in zh-CN");
    assert_eq!(only(&en_keys, &zh_keys), Vec::<String>::new(), "only in en");
    // A thing with a name in either language comes as `zh` and `en`, and a text takes the one of its readers.
    let facts = |message: &Message| {
        let mut names = message.variables.clone();
        names.retain(|name| name != "zh" && name != "en");
        names
    };
    for (key, message) in &zh {
        assert_eq!(facts(message), facts(&en[key]), "variables of {key}");
    }
}

#[test]
fn both_languages_have_the_same_files() {
    let areas = |lang| bundle::files(lang).into_iter().map(|(area, _)| area).collect::<Vec<_>>();
    assert_eq!(areas(Lang::Zh), areas(Lang::En));
}

/// Every file of the folder is compiled in (a stale build would miss new ones).
#[test]
fn embedded_files_are_those_on_disk() {
    for lang in Lang::ALL {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n").join(lang.code());
        let mut on_disk: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        on_disk.sort();
        let embedded: Vec<_> = bundle::files(lang).into_iter().map(|(area, _)| area).collect();
        assert_eq!(embedded, on_disk, "{lang}");
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// A half-width mark next to Han, blanks between them aside.
fn half_width_mark(text: &str) -> Option<String> {
    let solid: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    solid.windows(2).find_map(|pair| {
        let mark = |c: char| matches!(c, ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '\'' | '.');
        ((is_han(pair[0]) && mark(pair[1])) || (mark(pair[0]) && is_han(pair[1])))
            .then(|| pair.iter().collect())
    })
}

#[test]
fn chinese_is_punctuated_in_full_width() {
    assert_eq!(half_width_mark("收到,谢谢").as_deref(), Some("到,"));
    assert_eq!(half_width_mark("济南 (常用)").as_deref(), Some("南("));
    assert_eq!(half_width_mark("收到，谢谢。（RMA-1）3.5 天"), None);
    for (key, message) in messages(Lang::Zh) {
        for text in message.texts {
            assert_eq!(half_width_mark(&text), None, "{key}: {text}");
        }
    }
}

/// Han characters in the English file are a forgotten translation.
#[test]
fn english_is_english() {
    for (key, message) in messages(Lang::En) {
        for text in message.texts {
            // The switch to the other language is written in that language.
            assert!(key.contains("language") || !text.chars().any(is_han), "{key}: {text}");
        }
    }
}

#[test]
fn keys_are_what_the_parser_reads() {
    for lang in Lang::ALL {
        let listed: BTreeSet<_> = keys(lang).into_iter().map(str::to_owned).collect();
        let parsed: BTreeSet<_> = messages(lang).into_keys().filter(|key| !key.starts_with('-')).collect();
        assert_eq!(listed, parsed);
        assert_eq!(keys(lang).len(), listed.len(), "a key is listed twice");
        assert!(listed.iter().all(|key| has(lang, key)));
    }
}

#[test]
fn texts_and_variables_are_found() {
    assert_eq!(text(Lang::Zh, "condition-good"), "良品");
    assert_eq!(text(Lang::En, "mode-repair_return"), "Repair and return");
    let args = args! { "date" => "2026-11-20".to_owned(), "time" => "17:31" };
    assert_eq!(format(Lang::En, "date-time", &args), "2026-11-20, 17:31");
}

#[test]
fn a_missing_key_is_shown_and_does_not_panic() {
    assert!(!has(Lang::Zh, "no-such-key"));
    for lang in Lang::ALL {
        assert_eq!(text(lang, "no-such-key"), "no-such-key");
        assert_eq!(text(lang, "not a key at all {}"), "not a key at all {}");
        assert_eq!(text(lang, ""), "");
    }
    assert_eq!(format(Lang::En, "date-time", &args! { "time" => "1" }), "{$date}, 1");
}

#[test]
fn values_are_shown_plainly() {
    let show = |args: Args<'_>| format(Lang::En, "date-time", &args.with("time", ""));
    assert_eq!(show(args! { "date" => 1_234_567 }), "1234567, ");
    assert_eq!(show(args! { "date" => u64::MAX }), format!("{}, ", u64::MAX));
    assert_eq!(show(args! { "date" => -5_i8, "date" => "later wins" }), "later wins, ");
    assert_eq!(show([("date", "{ $time }")].into_iter().collect()), "{ $time }, ");
}

#[test]
fn english_knows_the_plural_and_chinese_needs_none() {
    let days = |lang, days| format(lang, "mail-promise-calendar", &args! { "days" => days });
    assert_eq!(days(Lang::En, 1), "1 day, the day of receipt not counted.");
    assert_eq!(days(Lang::En, 30), "30 days, the day of receipt not counted.");
    assert_eq!(days(Lang::Zh, 1), "1 天，收到当天不计。");
}

#[test]
fn many_threads_read_at_once() {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for key in keys(Lang::Zh) {
                    assert!(!text(Lang::Zh, key).is_empty());
                }
            });
        }
    });
}
