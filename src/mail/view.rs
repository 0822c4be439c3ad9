//! The facts of a notice in words: what both templates print.

use super::Sender;
use super::words::{Words, clean};
use crate::args;
use crate::domain::notice::Notice;
use crate::i18n::overrides::Overrides;
use crate::i18n::{Lang, format};

/// One mail in words. Every text is clean: no control characters, so none can break a header or a line.
#[derive(Debug, Default)]
pub(super) struct View {
    pub subject: String,
    /// Shown by mail programs beside the subject.
    pub preheader: String,
    pub company: String,
    pub greeting: String,
    pub title: String,
    /// What it means, under the title.
    pub intro: Vec<String>,
    /// The one promised date.
    pub promise: Option<PromiseBox>,
    pub link: Option<Link>,
    pub rows: Vec<Row>,
    /// What else there is to know, under the rows.
    pub closing: Vec<String>,
    pub footer: Vec<String>,
}

#[derive(Debug)]
pub(super) struct PromiseBox {
    pub label: String,
    pub date: String,
    pub note: String,
    /// Label and date in one line of plain text.
    pub line: String,
    pub line_note: String,
}

#[derive(Debug)]
pub(super) struct Link {
    pub url: String,
    pub button: String,
    pub note: String,
    /// The link in one line of plain text.
    pub line: String,
}

#[derive(Debug)]
pub(super) struct Row {
    pub label: String,
    pub value: String,
    /// Numbers people compare digit by digit.
    pub mono: bool,
}

impl View {
    pub(super) fn of(notice: &Notice, lang: Lang, sender: &Sender, own: Option<&Overrides>) -> Self {
        let words = Words { lang, own };
        let mut view = match notice {
            Notice::Rma(rma) => words.rma(rma, notice.kind(), sender),
            Notice::Depot(depot) => words.depot(depot, notice.kind()),
            Notice::Staff(staff) => words.staff(staff, sender),
            Notice::ConfirmRequest { name, serial, fault, confirm_path } => {
                words.confirm_request([name, serial, fault, confirm_path], sender)
            }
            Notice::Test { asked_by } => words.test(asked_by),
            Notice::PasswordReset { username, path, invited_hours } => match invited_hours {
                None => words.password_reset(username, path, sender),
                Some(hours) => words.invitation(username, path, *hours, sender),
            },
        };
        view.company = words.name(&sender.company);
        view.preheader = match &view.promise {
            Some(promise) => promise.note.clone(),
            None => view.intro.first().cloned().unwrap_or_default(),
        };
        if !sender.hotline.is_empty() {
            let hotline = format(lang, "mail-footer-hotline", &args! { "hotline" => clean(&sender.hotline) });
            view.footer.insert(0, hotline);
        }
        view
    }
}
