//! `/public-requests`: requests of people without an account that wait for a person.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;

/// A waiting request.
#[derive(Clone, Debug)]
pub struct HeldRow {
    /// Its id.
    pub id: i64,
    /// Who wrote it.
    pub name: String,
    /// For which organisation, as written; may be empty.
    pub organisation: String,
    /// The address, which is theirs.
    pub email: String,
    /// Telephone, as written; may be empty.
    pub phone: String,
    /// Serial.
    pub serial: String,
    /// Part number, as written; may be empty.
    pub part_no: String,
    /// What is wrong.
    pub fault: String,
    /// Code of what stood in the way of an RMA.
    pub because: String,
    /// When the address was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl HeldRow {
    /// Why it waits, in words.
    fn why(&self, p: &Page) -> String {
        let word = p.word("held-because", &self.because);
        if word == self.because { p.t("held-because-other") } else { word }
    }
}

/// The list.
#[derive(Template)]
#[template(path = "pages/held_list.html")]
pub struct HeldListPage {
    /// The frame.
    pub p: Page,
    /// The longest waiting first.
    pub rows: Vec<HeldRow>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// One request, and what may be done with it.
#[derive(Template)]
#[template(path = "pages/held_one.html")]
pub struct HeldPage {
    /// The frame.
    pub p: Page,
    /// The request.
    pub row: HeldRow,
    /// Whose and what it is: makes the RMA.
    pub accept: Form,
    /// Puts it aside, with a reason.
    pub dismiss: Form,
    /// Whether the second form is unfolded.
    pub dismissing: bool,
}
