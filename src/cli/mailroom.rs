//! The mail room as the faces see it: where `http` and `mail` meet, which do not know each other.

use crate::cli::Failure;
use crate::config::Config;
use crate::domain::language::Language;
use crate::domain::notice::samples;
use crate::domain::notice::{Notice, NoticeKind};
use crate::http::mailroom::{BadText, MailText, Mailroom, Preview, StoredMail};
use crate::i18n::Lang;
use crate::i18n::overrides::{self, Overrides};
use crate::mail::directory::{self, Head};
use crate::mail::{self, Letterhead, Options, Transport};
use std::path::PathBuf;
use std::sync::Arc;

/// Over the settings of the service.
pub struct Room {
    letterhead: Letterhead,
    folder: Option<PathBuf>,
    way_out: String,
}

impl Room {
    /// The mail room of these settings. What is wrong with them was found before; here it only shows nothing.
    #[must_use]
    pub fn new(config: &Config, letterhead: Letterhead) -> Room {
        let options = Options { extra_ca: config.mail_ca.clone(), ..Options::default() };
        let transport = config.mail.as_ref().and_then(|url| Transport::from_url(url.expose(), &options).ok());
        let folder = match &transport {
            Some(Transport::Directory(folder)) => Some(folder.clone()),
            _ => None,
        };
        Room { letterhead, folder, way_out: transport.map(|way| way.to_string()).unwrap_or_default() }
    }
}

/// The mail room of a service with these settings.
///
/// # Errors
/// When the sender or the way out cannot be used.
pub fn of(config: &Config) -> Result<Arc<dyn Mailroom>, Failure> {
    let (_, letterhead) = super::serve::mail(config)?;
    Ok(Arc::new(Room::new(config, letterhead)))
}

fn lang(language: Language) -> Lang {
    Lang::from_code(language.as_str()).unwrap_or_default()
}

fn stored(head: Head, html: String) -> StoredMail {
    StoredMail { name: head.name, subject: head.subject, to: head.to, date: head.date, html }
}

impl Mailroom for Room {
    fn texts(&self, kind: NoticeKind, language: Language) -> Vec<MailText> {
        let lang = lang(language);
        mail::keys_of(kind)
            .into_iter()
            .filter_map(|key| {
                let builtin = overrides::source(lang, key)?;
                let variables = overrides::variables(lang, key).into_iter().collect();
                Some(MailText { key: key.to_owned(), builtin, variables })
            })
            .collect()
    }

    fn check(
        &self,
        kind: NoticeKind,
        language: Language,
        texts: &[(String, String)],
        reader: Language,
    ) -> Vec<BadText> {
        let keys = mail::keys_of(kind);
        let (own, foreign): (Vec<_>, Vec<_>) =
            texts.iter().cloned().partition(|(key, _)| keys.contains(&key.as_str()));
        let mut faults = Overrides::read(lang(language), &own).1;
        faults.extend(foreign.into_iter().map(|(key, _)| (key, overrides::TextFault::UnknownKey)));
        faults
            .into_iter()
            .map(|(key, fault)| BadText { key, code: fault.code(), message: fault.words(lang(reader)) })
            .collect()
    }

    fn preview(&self, kind: NoticeKind, language: Language, texts: &[(String, String)]) -> Option<Preview> {
        let (_, notice) = samples::all().into_iter().find(|(_, notice)| notice.kind() == kind)?;
        self.write(&notice, language, texts)
    }

    fn write(&self, notice: &Notice, language: Language, texts: &[(String, String)]) -> Option<Preview> {
        let rendered = self.letterhead.render(notice, language, texts).ok()?;
        Some(Preview { subject: rendered.subject, html: rendered.html, text: rendered.text })
    }

    fn way_out(&self) -> String {
        self.way_out.clone()
    }

    fn folder(&self, limit: usize) -> std::io::Result<Option<Vec<StoredMail>>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let heads = directory::list(folder, limit)?;
        Ok(Some(heads.into_iter().map(|head| stored(head, String::new())).collect()))
    }

    fn open(&self, name: &str) -> std::io::Result<Option<StoredMail>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        Ok(directory::read(folder, name)?.map(|mail| stored(mail.head, mail.html)))
    }
}
