//! The Fluent bundles: read from the embedded files once, then shared by all threads.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentError, FluentResource};
use include_dir::{Dir, include_dir};
use unic_langid::LanguageIdentifier;

use super::{Args, Lang};

static ZH_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/i18n/zh-CN");
static EN_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/i18n/en");

static ZH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| load(Lang::Zh));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| load(Lang::En));

fn bundle(lang: Lang) -> &'static FluentBundle<FluentResource> {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

/// Decides the plural forms. Our own codes parse; should one not, "undetermined" knows a single form.
pub(super) fn locale(lang: Lang) -> LanguageIdentifier {
    lang.code().parse().unwrap_or_default()
}

/// The files of a language as (area, text), sorted by name.
pub(super) fn files(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let dir = match lang {
        Lang::Zh => &ZH_FILES,
        Lang::En => &EN_FILES,
    };
    let mut files: Vec<_> = dir
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "ftl"))
        .filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
        .collect();
    files.sort_unstable();
    files
}

/// Faults in the files are logged, and what is sound is used: tests keep them from ever being shipped.
fn load(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![locale(lang)]);
    // Isolation marks (U+2068) would end up in mails, CSV files and copied serial numbers.
    bundle.set_use_isolating(false);
    for (area, text) in files(lang) {
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(sound, errors)| {
            tracing::error!(%lang, area, ?errors, "language file does not parse");
            sound
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%lang, area, ?errors, "language file repeats keys");
        }
    }
    bundle
}

pub(super) fn has(lang: Lang, key: &str) -> bool {
    bundle(lang).get_message(key).is_some_and(|message| message.value().is_some())
}

pub(super) fn render(lang: Lang, key: &str, args: Option<&Args<'_>>) -> String {
    if let Some(text) = try_render(lang, key, args) {
        return text;
    }
    tracing::error!(%lang, key, "text is missing");
    let fallback = if lang == Lang::En { None } else { try_render(Lang::En, key, args) };
    fallback.unwrap_or_else(|| key.to_owned())
}

fn try_render(lang: Lang, key: &str, args: Option<&Args<'_>>) -> Option<String> {
    let bundle = bundle(lang);
    let pattern = bundle.get_message(key)?.value()?;
    let args = args.map(Args::to_fluent);
    let mut errors: Vec<FluentError> = Vec::new();
    let text = bundle.format_pattern(pattern, args.as_ref(), &mut errors).into_owned();
    if !errors.is_empty() {
        tracing::error!(%lang, key, ?errors, "text could not be filled in");
    }
    Some(text)
}

/// Fluent's grammar starts every message, and nothing but messages, with a letter in the first column.
pub(super) fn keys(lang: Lang) -> Vec<&'static str> {
    files(lang)
        .into_iter()
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim_end())
        .collect()
}
