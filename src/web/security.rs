//! `/me/security`: where somebody is signed in, and the authenticator.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::kit::Html;

/// A session of the reader's.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// Id.
    pub id: i64,
    /// What the browser calls itself.
    pub device: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub used_at: DateTime<Utc>,
    /// Whether it is this one.
    pub current: bool,
}

/// How the authenticator stands.
#[derive(Clone, Debug)]
pub enum Factor {
    /// None.
    Off,
    /// To be confirmed: QR code and secret.
    Enrolling {
        /// The QR code as inline SVG.
        qr: Html,
        /// The secret, for typing.
        secret: String,
    },
    /// Just confirmed: the recovery codes, shown this once.
    Codes(Vec<String>),
    /// In use, with so many recovery codes left.
    On(i64),
}

/// The page.
#[derive(Template)]
#[template(path = "pages/security.html")]
pub struct SecurityPage {
    /// The frame.
    pub p: Page,
    /// The latest used first.
    pub sessions: Vec<SessionLine>,
    /// The authenticator.
    pub factor: Factor,
    /// Whether the reader has a password, which is asked for before an authenticator is enrolled.
    pub has_password: bool,
    /// What went wrong, empty for nothing.
    pub error: String,
}
