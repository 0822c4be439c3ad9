//! `/notices`: mails queued, sent and dead, with retry.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;
use super::rma_list::ViewTab;

/// One notice.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its id.
    pub id: i64,
    /// Kind code.
    pub kind: String,
    /// Recipient address.
    pub to: String,
    /// Subject as sent.
    pub subject: String,
    /// State code: queued, sending, sent, dead.
    pub state: String,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// Last attempt or success.
    pub tried_at: Option<DateTime<Utc>>,
    /// Attempts so far.
    pub attempts: i64,
    /// What the mail server said last, empty for nothing.
    pub error: String,
    /// RMA it is about, empty for none.
    pub rma: String,
    /// May this person send it again.
    pub may_retry: bool,
    /// Fresh key for the retry button.
    pub idempotency_key: String,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/notices.html", blocks = ["results"])]
pub struct NoticesPage {
    /// The frame.
    pub p: Page,
    /// All, queued, sent, dead.
    pub views: Vec<ViewTab>,
    /// Sent in the last 30 days.
    pub sent_recently: i64,
    /// Rows of this page.
    pub rows: Vec<NoticeRow>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Form for a test mail.
    pub test: Form,
    /// Where mail goes; empty for nowhere.
    pub way_out: String,
    /// It goes into a folder that can be looked at here.
    pub has_folder: bool,
}

/// One notice as its reader got it.
#[derive(Template)]
#[template(path = "pages/notice.html")]
pub struct NoticePage {
    /// The frame.
    pub p: Page,
    /// The notice.
    pub row: NoticeRow,
    /// Subject of its mail.
    pub subject: String,
    /// Whether the mail can be shown.
    pub has_mail: bool,
}
