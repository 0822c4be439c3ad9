//! `/instruments`: what we work with: where each is, with whom, and when it is to be checked.

use super::Page;
use super::settings::{Table, View};
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "pages/instruments.html")]
pub struct InstrumentsPage {
    /// The frame.
    pub p: Page,
    /// All, to be checked, lent.
    pub views: Vec<View>,
    /// The instruments.
    pub table: Table,
    /// How many there are, more than are shown.
    pub more: Option<String>,
}
