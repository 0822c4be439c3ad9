//! Fills the two templates of a mail: HTML and plain text say the same.

use askama::Template;

use super::view::{Row, View};
use crate::domain::notice::{Bilingual, Notice};
use crate::i18n::Lang;
use crate::i18n::overrides::Overrides;

/// Who writes: settings of the company, the same for every mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// Name of the company.
    pub company: Bilingual,
    /// Telephone for questions; empty leaves the line out.
    pub hotline: String,
    /// Where customers reach Beiku, e.g. `https://bk.example.cn`; empty leaves links out.
    pub base_url: String,
    /// Somebody reads replies: the mail invites them. True exactly when mails carry a Reply-To.
    pub replies: bool,
}

/// A finished mail, before addresses and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line, without control characters.
    pub subject: String,
    /// The HTML part: a whole document, complete without any other file.
    pub html: String,
    /// The plain text part.
    pub text: String,
}

/// Writes the mail of a notice in the reader's language.
///
/// # Errors
/// Only when a template cannot be written out, which means memory is short.
pub fn render(notice: &Notice, lang: Lang, sender: &Sender) -> Result<Rendered, askama::Error> {
    render_with(notice, lang, sender, None)
}

/// As [`render`], with an administrator's texts where they are sound.
///
/// # Errors
/// As [`render`].
pub fn render_with(
    notice: &Notice,
    lang: Lang,
    sender: &Sender,
    own: Option<&Overrides>,
) -> Result<Rendered, askama::Error> {
    let view = View::of(notice, lang, sender, own);
    let font = font(lang);
    Ok(Rendered {
        html: Html { lang: lang.code(), font, view: &view }.render()?,
        text: Text { view: &view, label_width: label_width(&view.rows) }.render()?,
        subject: view.subject,
    })
}

/// Fonts that carry the Han glyphs of the language, without loading any (UI-MORE.md "Mail").
fn font(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "-apple-system,PingFang SC,Microsoft YaHei,Arial,sans-serif",
        Lang::En => "-apple-system,Segoe UI,Arial,sans-serif",
    }
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Html<'a> {
    lang: &'a str,
    font: &'a str,
    view: &'a View,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Text<'a> {
    view: &'a View,
    label_width: usize,
}

impl Text<'_> {
    /// The label, padded so that values stand in one column.
    fn label(&self, row: &Row) -> String {
        let gap = self.label_width.saturating_sub(columns(&row.label));
        format!("{}{}", row.label, " ".repeat(gap))
    }
}

fn label_width(rows: &[Row]) -> usize {
    rows.iter().map(|row| columns(&row.label)).max().unwrap_or_default().saturating_add(2)
}

/// Columns of a terminal or fixed-width reader: Han and full-width signs take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
