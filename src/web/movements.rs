//! `/movements`: the stock ledger, newest first, and the reversal of one row.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;
use super::rma_list::Facet;

/// One ledger row.
#[derive(Clone, Debug)]
pub struct MoveRow {
    /// Posting number.
    pub id: i64,
    /// Movement kind code.
    pub kind: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Serial; empty for a quantity part.
    pub serial: String,
    /// Quantity; 1 for a serial.
    pub quantity: i64,
    /// Place it left, as shown.
    pub from: String,
    /// Place it reached, as shown.
    pub to: String,
    /// Condition code before.
    pub condition_from: String,
    /// Condition code after.
    pub condition_to: String,
    /// Owner after, when it changed; as shown.
    pub owner_to: String,
    /// Reason, empty for none.
    pub reason: String,
    /// Document, empty for none.
    pub document: String,
    /// Who posted it.
    pub actor: String,
    /// The row this one reverses.
    pub reverses: Option<i64>,
    /// The row that reverses this one.
    pub reversed_by: Option<i64>,
    /// May this person reverse it now.
    pub may_reverse: bool,
}

impl MoveRow {
    /// The condition after, when it changed; else empty.
    pub fn condition_change(&self) -> &str {
        if self.condition_from == self.condition_to { "" } else { &self.condition_to }
    }
}

/// The icon of a movement kind.
pub fn icon(kind: &str) -> &'static str {
    match kind {
        "receive" | "return" | "transfer_in" => "package-import",
        "issue" | "transfer_out" => "package-export",
        "move" => "switch-horizontal",
        "convert" => "refresh",
        "scrap" => "ban",
        "adjust" => "scale",
        "transfer_title" => "file-certificate",
        "consume" => "tool",
        "opening" => "flag",
        "reversal" => "arrow-back-up",
        _ => "circle-dashed",
    }
}

/// The ledger page.
#[derive(Template)]
#[template(path = "pages/movements.html", blocks = ["results"])]
pub struct MovementsPage {
    /// The frame.
    pub p: Page,
    /// Searched serial, part or document.
    pub q: String,
    /// Kind, depot.
    pub facets: Vec<Facet>,
    /// Rows of this page.
    pub rows: Vec<MoveRow>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Whether anything is searched or filtered.
    pub filtered: bool,
    /// Prints the arrival report of the document searched; none where nothing was received under it.
    pub arrival: Option<String>,
    /// The row about to be reversed and its form (`/movements?reverse=<id>`).
    pub reversal: Option<(MoveRow, Form)>,
}
