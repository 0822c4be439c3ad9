//! `/today`: a clerk's day: what comes, what leaves, what waits for a word.

use askama::Template;

use super::Page;
use super::dashboard::Tile;
use super::transfers::Suggested;

/// Something that comes or leaves.
#[derive(Clone, Debug)]
pub struct DueRow {
    /// Transfer, or RMA line.
    pub document: String,
    /// Its page.
    pub href: String,
    /// Part name.
    pub name: String,
    /// Serial, or part number and quantity.
    pub what: String,
    /// Depot.
    pub depot: String,
}

/// A document with one line about it.
#[derive(Clone, Debug)]
pub struct WorkRow {
    /// Number or code.
    pub code: String,
    /// Its page.
    pub href: String,
    /// What it is about.
    pub note: String,
    /// Since when, or how old.
    pub age: String,
    /// It is late.
    pub bad: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/today.html")]
pub struct TodayPage {
    /// The frame.
    pub p: Page,
    /// Depots it is about.
    pub depots: String,
    /// The first of them, for the stations.
    pub depot: String,
    /// Numbers.
    pub tiles: Vec<Tile>,
    /// What should come, at most ten.
    pub coming: Vec<DueRow>,
    /// How many more should come.
    pub coming_more: i64,
    /// What waits to leave, at most ten.
    pub leaving: Vec<DueRow>,
    /// How many more wait to leave.
    pub leaving_more: i64,
    /// Transfers that wait for a yes.
    pub to_approve: Vec<WorkRow>,
    /// Transfers on the road to here.
    pub on_road: Vec<WorkRow>,
    /// Faulty parts that should have come back.
    pub owed: Vec<WorkRow>,
    /// Instruments to be checked.
    pub checks: Vec<WorkRow>,
    /// The list of what waits for a person's word.
    pub settle_href: &'static str,
    /// What waits for a person's word: exceptions and boxes.
    pub to_settle: Vec<WorkRow>,
    /// Suggested moves into these depots.
    pub suggested: Vec<Suggested>,
}
