//! `/notices/templates`: mails in an administrator's words, with a preview. `/mail`: the folder of a demo.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;

/// One kind of mail in the list.
#[derive(Clone, Debug)]
pub struct TemplateItem {
    /// Kind code.
    pub kind: &'static str,
    /// Language code.
    pub language: &'static str,
    /// Some of its texts are one's own.
    pub changed: bool,
}

/// The list.
#[derive(Template)]
#[template(path = "pages/notice_templates.html")]
pub struct TemplatesPage {
    /// The frame.
    pub p: Page,
    /// The languages, a column each.
    pub languages: Vec<&'static str>,
    /// The kinds, each in every language.
    pub kinds: Vec<(&'static str, Vec<TemplateItem>)>,
}

/// A mail as it would go out.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Subject.
    pub subject: String,
    /// Plain text part.
    pub text: String,
}

/// The texts of one kind.
#[derive(Template)]
#[template(path = "pages/notice_template.html")]
pub struct TemplatePage {
    /// The frame.
    pub p: Page,
    /// Kind code.
    pub kind: &'static str,
    /// The languages there are, and whether it is this one.
    pub languages: Vec<(&'static str, bool)>,
    /// Its address.
    pub here: String,
    /// Address of the reader; empty for none.
    pub to_me: String,
    /// Key of the button that sends an example.
    pub key: String,
    /// The texts; fields are named by their keys.
    pub f: Form,
    /// May this person change them.
    pub may_change: bool,
    /// Texts of one's own that are broken: the built-in ones stand in for them.
    pub broken: i64,
    /// The mail with these texts, about an example.
    pub shown: Option<Shown>,
}

/// What stands above a mail with texts that are being typed: what is wrong with them, and the subject.
#[derive(Template)]
#[template(path = "mail/typed_above.html")]
pub struct TypedAbove {
    /// A line each.
    pub lines: Vec<String>,
}

/// One mail of the folder.
#[derive(Clone, Debug)]
pub struct FolderMail {
    /// Name of its file.
    pub name: String,
    /// Subject.
    pub subject: String,
    /// Reader.
    pub to: String,
    /// When it was queued.
    pub at: Option<DateTime<Utc>>,
}

/// The folder of a demo.
#[derive(Template)]
#[template(path = "pages/mail_folder.html")]
pub struct MailFolderPage {
    /// The frame.
    pub p: Page,
    /// Mails, newest first.
    pub mails: Vec<FolderMail>,
}

/// One mail of the folder, in a frame of its own.
#[derive(Template)]
#[template(path = "pages/mail_shown.html")]
pub struct MailPage {
    /// The frame.
    pub p: Page,
    /// The mail.
    pub mail: FolderMail,
}
