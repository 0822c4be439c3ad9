//! `/exceptions` and `/intakes`: what a person has to settle, why, who holds it, and the act that puts it right.

use crate::web::rma_detail::FileRow;
use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;
use super::kit::{Html, Tone, badge};
use super::transfers::View;

/// The act that puts an exception right.
#[derive(Clone, Debug)]
pub struct Act {
    /// Why it is done there; empty where the act says it all.
    pub why: String,
    /// Where it is done.
    pub href: String,
    /// Its words.
    pub words: String,
}

/// Something in somebody's hand that the books have elsewhere.
#[derive(Clone, Debug)]
pub struct ExceptionItem {
    /// Id.
    pub id: i64,
    /// What was scanned.
    pub code: String,
    /// Part number, when known.
    pub part_no: String,
    /// Depot.
    pub depot: String,
    /// Who brought it: `scan`, `count`.
    pub source: String,
    /// The count, or the round of scans; with its page, where it has one.
    pub document: (String, String),
    /// What stands against it.
    pub detail: String,
    /// The act that puts it right.
    pub act: Act,
    /// Who holds it.
    pub held_by: String,
    /// Since when.
    pub held_at: DateTime<Utc>,
    /// How it was settled, by whom; empty while it is open.
    pub settlement: String,
    /// The form that settles it, for those who may.
    pub form: Option<Form>,
}

/// The list.
#[derive(Template)]
#[template(path = "pages/exceptions.html")]
pub struct ExceptionsPage {
    /// The frame.
    pub p: Page,
    /// Views: exceptions open and settled, intakes.
    pub views: Vec<View>,
    /// Rows.
    pub rows: Vec<ExceptionItem>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A unit that was taken in.
#[derive(Clone, Debug)]
pub struct IntakeItem {
    /// Id.
    pub id: i64,
    /// Number of its box.
    pub box_no: String,
    /// Serial, or temporary label.
    pub code: String,
    /// Part number, when known.
    pub part_no: String,
    /// Depot.
    pub depot: String,
    /// State code.
    pub state: String,
    /// Why it was not matched at once: a code, empty for none.
    pub exception: String,
    /// RMA it belongs to; empty for none.
    pub rma: String,
    /// When it was taken in: the moment of receipt.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// The list of intakes.
#[derive(Template)]
#[template(path = "pages/intakes.html")]
pub struct IntakesPage {
    /// The frame.
    pub p: Page,
    /// Views, shared with the exceptions.
    pub views: Vec<View>,
    /// Rows.
    pub rows: Vec<IntakeItem>,
    /// May this person take a box in.
    pub may_new: bool,
    /// Address of the next page.
    pub next: Option<String>,
}

/// One intake and what may be said of it.
#[derive(Template)]
#[template(path = "pages/intake.html")]
pub struct IntakePage {
    /// The frame.
    pub p: Page,
    /// The intake.
    pub item: IntakeItem,
    /// Facts as label and value.
    pub facts: Vec<(String, String)>,
    /// Number of the open RMA its unit is on; empty for none.
    pub on_rma: String,
    /// Where the unit's label is printed; empty when the books do not know it.
    pub label: String,
    /// Ways to end it.
    pub forms: Vec<Form>,
    /// Photos and papers.
    pub files: Vec<FileRow>,
    /// The key with which one more is added; empty for whoever may not.
    pub file_key: String,
    /// Why the last one was not taken; empty for nothing.
    pub file_error: String,
}

/// Badge of an intake's state.
pub fn state_badge(p: &Page, state: &str) -> Html {
    let (tone, icon) = match state {
        "unmatched" => (Tone::Act, "help-circle"),
        "matched" => (Tone::Ok, "circle-check"),
        "returned" => (Tone::Out, "arrow-back-up"),
        _ => (Tone::Ok, "check"),
    };
    badge(tone, icon, &p.word("intake-state", state))
}

impl IntakesPage {
    fn badge(&self, row: &IntakeItem) -> Html {
        state_badge(&self.p, &row.state)
    }
}

impl IntakePage {
    fn badge(&self) -> Html {
        state_badge(&self.p, &self.item.state)
    }
}
