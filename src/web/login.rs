//! `/login`: sign in.

use askama::Template;

use super::Page;

/// Why the last attempt did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Name or password wrong; the same answer for an unknown name.
    Wrong,
    /// Too many attempts; try again in so many minutes.
    Throttled(i64),
    /// The account is switched off.
    Disabled,
    /// The session ended; sign in again, nothing is lost.
    Expired,
    /// The same, and what was just sent was not saved.
    Unsaved,
}

/// A user of the example company, offered while `beiku demo` runs and never else.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// Sign-in name.
    pub username: String,
    /// Its published password.
    pub password: String,
    /// Role code.
    pub role: String,
}

/// The sign-in page.
#[derive(Template)]
#[template(path = "pages/login.html")]
pub struct LoginPage {
    /// The frame.
    pub p: Page,
    /// Name typed before.
    pub username: String,
    /// Where to go afterwards: a path of ours, checked by the handler.
    pub next: String,
    /// What went wrong.
    pub refused: Option<Refused>,
    /// Name of the provider of single sign-on, when there is one.
    pub sso: Option<String>,
    /// Nobody could sign in yet: the page says how the first administrator is made.
    pub empty: bool,
    /// Users of the demo.
    pub demo: Vec<DemoUser>,
}

impl LoginPage {
    fn refusal(&self) -> String {
        match &self.refused {
            None => String::new(),
            Some(Refused::Wrong) => self.p.t("login-wrong"),
            Some(Refused::Throttled(minutes)) => self.p.n("login-throttled", minutes),
            Some(Refused::Disabled) => self.p.t("login-disabled"),
            Some(Refused::Expired) => self.p.t("login-expired"),
            Some(Refused::Unsaved) => self.p.t("login-unsaved"),
        }
    }

    /// Nothing is wrong with what was typed: one has to sign in again.
    fn is_only_over(&self) -> bool {
        matches!(self.refused, Some(Refused::Expired))
    }
}
