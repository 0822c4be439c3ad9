//! `/unit?q=`: units by serial, part, depot and condition.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::rma_list::Facet;

/// One unit.
#[derive(Clone, Debug)]
pub struct UnitRow {
    /// Serial as it is written on the unit.
    pub serial: String,
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Condition code.
    pub condition: String,
    /// Owner as shown: "ours", a customer's name.
    pub owner: String,
    /// Place as shown: depot and bin, customer, vendor, transit.
    pub place: String,
    /// RMA or other document that holds it, empty for none.
    pub document: String,
    /// Reserved by an open reservation.
    pub reserved: bool,
    /// Last movement.
    pub moved_at: DateTime<Utc>,
}

/// The list page.
#[derive(Template)]
#[template(path = "pages/unit_list.html", blocks = ["results"])]
pub struct UnitListPage {
    /// The frame.
    pub p: Page,
    /// Searched serial or fragment.
    pub q: String,
    /// Part number searched for.
    pub part_no: String,
    /// Condition, depot, owner.
    pub facets: Vec<Facet>,
    /// Rows of this page.
    pub rows: Vec<UnitRow>,
    /// All that match, when counted.
    pub total: Option<i64>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Whether anything is searched or filtered.
    pub filtered: bool,
}
