//! `/bench`: what the technicians have before them.

use askama::Template;
use chrono::NaiveDate;

use super::Page;
use super::form::Form;
use super::rma_list::ViewTab;
use crate::domain::turnaround::is_at_risk;

/// A next step of an order, where orders stand side by side.
#[derive(Clone, Debug)]
pub struct BenchStep {
    /// Action code.
    pub code: String,
    /// What the button says.
    pub label: String,
    /// It asks something: the button leads to its form.
    pub asks: bool,
    /// Fresh for every page.
    pub idempotency_key: String,
}

/// Where an action stands among those that are possible: what brings the order on comes first, what makes it wait or gives
/// it up last.
pub fn rank(code: &str, state: &str) -> usize {
    const ORDER: [&str; 11] = [
        "parts_arrived",
        "vendor_returned",
        "test",
        "to_stock",
        "start_repair",
        "finish_repair",
        "use_parts",
        "diagnose",
        "send_to_vendor",
        "wait_parts",
        "approve_cost",
    ];
    // Nobody repairs what nobody has looked at.
    if code == "diagnose" && state == "received" {
        return 0;
    }
    ORDER.iter().position(|known| *known == code).map_or(ORDER.len() + 1, |at| at + 1)
}

/// An order in the queue.
#[derive(Clone, Debug)]
pub struct BenchRow {
    /// Number of the order.
    pub number: String,
    /// RMA number; empty for our own stock.
    pub rma: String,
    /// Customer name; empty for our own stock.
    pub customer: String,
    /// What is wrong with it, as reported; empty when nobody said.
    pub fault: String,
    /// Where the unit is.
    pub place: String,
    /// Serial.
    pub serial: String,
    /// Part name.
    pub part_name: String,
    /// State code.
    pub state: String,
    /// The promised date.
    pub due_on: Option<NaiveDate>,
    /// Working days left to it.
    pub left: Option<i64>,
    /// Chance of missing it, in basis points, -1 while it was not counted yet; none where nothing is promised.
    pub risk_bp: Option<i64>,
    /// The vendor that has it; empty for none.
    pub vendor: String,
    /// When the vendor wants to be done.
    pub vendor_due_on: Option<NaiveDate>,
    /// That day is past.
    pub vendor_overdue: bool,
    /// Parts are awaited.
    pub waiting: bool,
    /// How often the test was failed.
    pub rework: i64,
    /// Who works on it.
    pub technician: String,
    /// Warnings about the unit: codes of `unit-flag-…`.
    pub flags: Vec<String>,
    /// Next steps, the natural one first.
    pub steps: Vec<BenchStep>,
    /// The version seen.
    pub version: i64,
}

impl BenchRow {
    /// The words of the days left or late, with their number.
    pub fn days(&self) -> Option<(&'static str, i64)> {
        self.left.map(|left| if left < 0 { ("bench-late", -left) } else { ("bench-left", left) })
    }

    /// The text colour of the days left: late is bad, so few that the line is at risk a warning.
    pub fn ink(&self) -> &'static str {
        match self.left {
            Some(left) if left < 0 => "bad",
            left if is_at_risk(None, left) => "warn",
            _ => "",
        }
    }
}

/// The queue. `results` alone is the block swapped by htmx.
#[derive(Template)]
#[template(path = "pages/bench.html", blocks = ["results"])]
pub struct BenchPage {
    /// The frame.
    pub p: Page,
    /// The views.
    pub views: Vec<ViewTab>,
    /// The view shown, as the parameter says.
    pub view: String,
    /// Code of the lane looked at; empty for the whole bench.
    pub lane: String,
    /// Address of this view of the whole bench.
    pub all: String,
    /// Text searched within the queue.
    pub q: String,
    /// The orders of this page.
    pub rows: Vec<BenchRow>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Takes a unit of our own to the bench; none for who may not.
    pub take: Option<Form>,
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn what_brings_an_order_on_comes_first() {
        let first =
            |state: &str, codes: &[&'static str]| codes.iter().copied().min_by_key(|code| rank(code, state));
        assert_eq!(first("received", &["start_repair", "diagnose", "send_to_vendor"]), Some("diagnose"));
        assert_eq!(first("diagnosing", &["diagnose", "wait_parts", "start_repair"]), Some("start_repair"));
        assert_eq!(first("repairing", &["wait_parts", "use_parts", "finish_repair"]), Some("finish_repair"));
        assert_eq!(first("repairing", &["finish_repair", "parts_arrived"]), Some("parts_arrived"));
        assert_eq!(first("at_vendor", &["approve_cost", "vendor_returned"]), Some("vendor_returned"));
        assert_eq!(first("ber", &["scrap"]), Some("scrap"));
    }
}
