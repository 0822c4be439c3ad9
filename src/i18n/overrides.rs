//! Texts somebody wrote in place of built-in ones: read, checked against what the built-in text may name, used safely.
//!
//! A text that does not parse, names a variable the built-in one does not have, or cannot be filled in is not used: the
//! built-in one stands in for it, and the caller is told.

use super::{Args, Lang, bundle};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentError, FluentResource};
use std::collections::BTreeSet;

/// Longest text, in characters.
pub const LONGEST: usize = 2_000;

/// Why a text is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextFault {
    /// It has no built-in counterpart.
    UnknownKey,
    /// Nothing in it.
    Empty,
    /// Longer than [`LONGEST`].
    TooLong,
    /// Not Fluent: a brace too many or too few.
    Syntax,
    /// It names something the built-in text does not know.
    UnknownVariable {
        /// The name, with what can be named.
        name: String,
        /// The names there are, with commas; may be empty.
        known: String,
    },
}

impl TextFault {
    /// Stable code; the text is the Fluent key `template-fault-<code>`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            TextFault::UnknownKey => "unknown_key",
            TextFault::Empty => "empty",
            TextFault::TooLong => "too_long",
            TextFault::Syntax => "syntax",
            TextFault::UnknownVariable { .. } => "unknown_variable",
        }
    }

    /// The sentence for a person.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let key = format!("template-fault-{}", self.code());
        match self {
            TextFault::UnknownVariable { name, known } if known.is_empty() => {
                super::format(lang, &format!("{key}-none"), &crate::args! { "name" => name })
            }
            TextFault::UnknownVariable { name, known } => {
                super::format(lang, &key, &crate::args! { "name" => name, "known" => known })
            }
            TextFault::TooLong => super::format(lang, &key, &crate::args! { "max" => LONGEST }),
            _ => super::text(lang, &key),
        }
    }
}

/// Texts in place of built-in ones of one language.
pub struct Overrides {
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Overrides {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Overrides")
    }
}

impl Overrides {
    /// Takes in the texts that are sound; the others are named with what is wrong.
    #[must_use]
    pub fn read(lang: Lang, texts: &[(String, String)]) -> (Overrides, Vec<(String, TextFault)>) {
        let mut bundle = FluentBundle::new_concurrent(vec![bundle::locale(lang)]);
        bundle.set_use_isolating(false);
        let mut faults = vec![];
        for (key, text) in texts {
            match check(lang, key, text) {
                Ok(resource) => bundle.add_resource_overriding(resource),
                Err(fault) => faults.push((key.clone(), fault)),
            }
        }
        (Overrides { bundle }, faults)
    }

    /// The text, filled in; `None` when there is none of this key, or it cannot be filled in.
    #[must_use]
    pub fn render(&self, key: &str, args: &Args<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let args = args.to_fluent();
        let mut errors: Vec<FluentError> = vec![];
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() {
            return Some(text);
        }
        tracing::warn!(key, ?errors, "a text of one's own cannot be filled in; the built-in one is used");
        None
    }
}

/// The names a built-in text uses.
#[must_use]
pub fn variables(lang: Lang, key: &str) -> BTreeSet<String> {
    source(lang, key).map(|text| named(&text)).unwrap_or_default()
}

/// A built-in text as it stands in its file.
#[must_use]
pub fn source(lang: Lang, key: &str) -> Option<String> {
    for (_, file) in bundle::files(lang) {
        let mut lines = file.lines();
        while let Some(line) = lines.next() {
            let Some(first) =
                line.strip_prefix(key).map(str::trim_start).and_then(|rest| rest.strip_prefix('='))
            else {
                continue;
            };
            let mut text = first.trim().to_owned();
            for more in lines.by_ref().take_while(|more| more.starts_with(' ')) {
                text.push('\n');
                text.push_str(more.strip_prefix("    ").unwrap_or(more));
            }
            return Some(text.trim().to_owned());
        }
    }
    None
}

fn check(lang: Lang, key: &str, text: &str) -> Result<FluentResource, TextFault> {
    if source(lang, key).is_none() {
        return Err(TextFault::UnknownKey);
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(TextFault::Empty);
    }
    if text.chars().nth(LONGEST).is_some() {
        return Err(TextFault::TooLong);
    }
    let known = variables(lang, key);
    if let Some(name) = named(text).into_iter().find(|name| !known.contains(name)) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(TextFault::UnknownVariable { name, known });
    }
    // Further lines belong to the text only when they are indented.
    let body = text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    let resource = FluentResource::try_new(format!("{key} =\n{body}\n")).map_err(|_| TextFault::Syntax)?;
    // Filled in once for trial: a function we do not have, or a text of another key, shows itself here.
    let mut probe = FluentBundle::new_concurrent(vec![bundle::locale(lang)]);
    let known: Args<'_> = variables(lang, key).into_iter().map(|name| (name, "1")).collect();
    probe.add_resource(resource).map_err(|_| TextFault::Syntax)?;
    let mut errors = vec![];
    let pattern = probe.get_message(key).and_then(|message| message.value()).ok_or(TextFault::Syntax)?;
    let args = known.to_fluent();
    probe.format_pattern(pattern, Some(&args), &mut errors);
    if !errors.is_empty() {
        return Err(TextFault::Syntax);
    }
    FluentResource::try_new(format!("{key} =\n{body}\n")).map_err(|_| TextFault::Syntax)
}

/// The names after a `$`.
fn named(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| -> String {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
    };
    text.split('$').skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "mail-faulty_received-what";

    fn fault(text: &str) -> Option<TextFault> {
        Overrides::read(Lang::En, &[(KEY.to_owned(), text.to_owned())]).1.pop().map(|(_, fault)| fault)
    }

    #[test]
    fn a_sound_text_takes_the_place_of_the_built_in_one() {
        assert_eq!(variables(Lang::Zh, KEY).into_iter().collect::<Vec<_>>(), ["date", "unit"]);
        let texts = [(KEY.to_owned(), "We hold { $unit } until { $date }".to_owned())];
        let (overrides, faults) = Overrides::read(Lang::En, &texts);
        assert!(faults.is_empty(), "{faults:?}");
        let args = crate::args! { "unit" => "B { $x }", "date" => "Friday" };
        assert_eq!(overrides.render(KEY, &args).unwrap(), "We hold B { $x } until Friday");
        assert_eq!(overrides.render("mail-closed-title", &args), None);
        assert_eq!(overrides.render(KEY, &crate::args! { "unit" => "B" }), None, "a name without a value");
    }

    #[test]
    fn what_is_wrong_with_a_text_is_named() {
        assert_eq!(fault(""), Some(TextFault::Empty));
        assert_eq!(fault("{ $unit"), Some(TextFault::Syntax));
        assert_eq!(fault("x }"), Some(TextFault::Syntax));
        assert_eq!(fault("{ mail-closed-title }"), Some(TextFault::Syntax), "another message");
        assert_eq!(fault(&"x".repeat(LONGEST + 1)), Some(TextFault::TooLong));
        let unknown = TextFault::UnknownVariable { name: "price".into(), known: "date, unit".into() };
        assert_eq!(fault("{ $price }"), Some(unknown.clone()));
        let elsewhere = Overrides::read(Lang::En, &[("mail-nothing".into(), "x".into())]).1;
        assert_eq!(elsewhere, [("mail-nothing".to_owned(), TextFault::UnknownKey)]);
        for lang in Lang::ALL {
            for fault in [
                TextFault::Empty,
                TextFault::Syntax,
                TextFault::TooLong,
                TextFault::UnknownKey,
                unknown.clone(),
            ] {
                assert!(!fault.words(lang).starts_with("template-fault"), "{fault:?}");
            }
        }
    }

    #[test]
    fn built_in_texts_are_found_whole_with_their_plurals() {
        let text = source(Lang::En, "mail-promise-calendar").unwrap();
        assert!(text.contains("[one]") && text.contains("*[other]"), "{text}");
        assert_eq!(fault("One line\nand another { $unit }"), None);
    }

    #[test]
    fn a_text_without_anything_to_fill_in_says_so() {
        let of = |key: &str| {
            Overrides::read(Lang::En, &[(key.to_owned(), "{ $price }".to_owned())]).1.pop().unwrap().1
        };
        assert!(of("mail-button").words(Lang::En).ends_with("nor anything else to be filled in."));
        assert!(of(KEY).words(Lang::En).ends_with("It knows: date, unit"));
    }
}
