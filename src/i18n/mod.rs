//! Every text a person sees: Fluent files in zh-CN and en, and a small loader.
//!
//! One file per area and language (`zh-CN/mail.ftl`, `en/mail.ftl`); all areas of a language form one bundle, compiled
//! into the program and parsed once. A key that stands for a stored code carries the code unchanged, underscores
//! included (`mode-repair_return`), so code can write `format!("mode-{}", mode.code())`.
//!
//! A missing text never breaks a page: Chinese falls back to English, and a key in neither is shown as itself and
//! logged as an error.

mod args;
mod bundle;
mod dates;
mod facts;
mod lang;
pub mod overrides;

pub use args::{Args, Value};
pub use dates::{long_date, short_date, short_date_time, words_date};
pub use facts::explain;
pub use lang::Lang;

/// The text of `key` in `lang`, for texts without variables.
///
/// A key missing in `lang` is taken from English; missing there too, the key itself is returned and an error logged.
pub fn text(lang: Lang, key: &str) -> String {
    bundle::render(lang, key, None)
}

/// The text of `key` in `lang` with its variables filled in (see [`args!`](crate::args)).
///
/// Falls back like [`text`]; a variable the text names but `args` lacks is logged and shown as `{$name}`.
pub fn format(lang: Lang, key: &str, args: &Args<'_>) -> String {
    bundle::render(lang, key, Some(args))
}

/// Whether `lang` itself (without falling back) has a text for `key`.
pub fn has(lang: Lang, key: &str) -> bool {
    bundle::has(lang, key)
}

/// Every key of `lang`, in the order of files and lines: lets tests ask whether keys named in code exist.
pub fn keys(lang: Lang) -> Vec<&'static str> {
    bundle::keys(lang)
}

#[cfg(test)]
mod tests;
