//! What the faces may ask of the mail room without knowing it: previews, checks of texts, the folder of a demo. The
//! program puts the two together on start.

use crate::domain::language::Language;
use crate::domain::notice::{Notice, NoticeKind};
use chrono::{DateTime, Utc};

/// A text of a kind of mail that may be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// Its key.
    pub key: String,
    /// As built in.
    pub builtin: String,
    /// What it may name.
    pub variables: Vec<String>,
}

/// A text that is of no use, and why, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadText {
    /// Its key.
    pub key: String,
    /// Stable code.
    pub code: &'static str,
    /// Why, in the asked language.
    pub message: String,
}

/// A mail as it would go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Subject.
    pub subject: String,
    /// HTML part, a whole document.
    pub html: String,
    /// Plain text part.
    pub text: String,
}

/// A mail in the folder of a demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMail {
    /// Name of its file.
    pub name: String,
    /// Subject.
    pub subject: String,
    /// Reader.
    pub to: String,
    /// When it was queued.
    pub date: Option<DateTime<Utc>>,
    /// HTML part; empty in lists.
    pub html: String,
}

/// The mail room.
pub trait Mailroom: Send + Sync {
    /// The texts of a kind of mail, in the order they are read.
    fn texts(&self, kind: NoticeKind, language: Language) -> Vec<MailText>;

    /// What is wrong with texts meant for a kind of mail; told in `reader`'s language.
    fn check(
        &self,
        kind: NoticeKind,
        language: Language,
        texts: &[(String, String)],
        reader: Language,
    ) -> Vec<BadText>;

    /// The mail of an example with these texts; unsound ones are passed over. `None` when it cannot be written.
    fn preview(&self, kind: NoticeKind, language: Language, texts: &[(String, String)]) -> Option<Preview>;

    /// The mail of a notice, with an administrator's texts where they are sound. `None` when it cannot be written.
    fn write(&self, notice: &Notice, language: Language, texts: &[(String, String)]) -> Option<Preview>;

    /// Where mail goes, without any password; empty when it goes nowhere.
    fn way_out(&self) -> String;

    /// Mails in the folder mail goes into, newest first; `None` when it does not go into a folder. Blocks.
    ///
    /// # Errors
    /// The operating system's.
    fn folder(&self, limit: usize) -> std::io::Result<Option<Vec<StoredMail>>>;

    /// One mail of the folder. Blocks.
    ///
    /// # Errors
    /// The operating system's.
    fn open(&self, name: &str) -> std::io::Result<Option<StoredMail>>;
}

/// No mail room: nothing to replace, nothing to see.
pub struct NoMailroom;

impl Mailroom for NoMailroom {
    fn texts(&self, _: NoticeKind, _: Language) -> Vec<MailText> {
        vec![]
    }

    fn check(&self, _: NoticeKind, _: Language, _: &[(String, String)], _: Language) -> Vec<BadText> {
        vec![]
    }

    fn preview(&self, _: NoticeKind, _: Language, _: &[(String, String)]) -> Option<Preview> {
        None
    }

    fn write(&self, _: &Notice, _: Language, _: &[(String, String)]) -> Option<Preview> {
        None
    }

    fn way_out(&self) -> String {
        String::new()
    }

    fn folder(&self, _: usize) -> std::io::Result<Option<Vec<StoredMail>>> {
        Ok(None)
    }

    fn open(&self, _: &str) -> std::io::Result<Option<StoredMail>> {
        Ok(None)
    }
}
