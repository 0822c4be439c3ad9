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

impl SessionLine {
    /// The browser and the system it runs on, as far as they are known; else what it calls itself.
    pub fn named(&self, p: &Page) -> String {
        let known = |names: &[(&str, &'static str)]| {
            names.iter().find(|(part, _)| self.device.contains(part)).map(|(_, name)| *name)
        };
        // The more telling first: Edge calls itself Chrome too, and Chrome Safari.
        let browser = known(&[
            ("MicroMessenger", "WeChat"),
            ("Edg", "Edge"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
            ("curl", "curl"),
        ]);
        let system = known(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => p.t2("security-device", "browser", browser, "system", system),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => self.device.clone(),
        }
    }
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
        /// Opens the authenticator of the very device: nobody scans a code on their own screen.
        uri: String,
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
