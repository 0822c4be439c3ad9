//! `/bench` as lanes: what stands where, the likeliest to miss its promise on top, and what to do next.

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::bench::BenchRow;
use super::form::Form;
use super::rma_list::ViewTab;
use crate::domain::turnaround::{is_at_risk, miss_of_bp};

/// A lane.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its code: its name is `bench-lane-…`.
    pub code: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Orders in it.
    pub count: i64,
    /// The first of them.
    pub rows: Vec<BenchRow>,
}

impl Lane {
    /// How many are not shown.
    pub fn more(&self) -> i64 {
        self.count.saturating_sub(how_many(self.rows.len()))
    }
}

/// The bench as lanes.
#[derive(Template)]
#[template(path = "pages/bench_lanes.html")]
pub struct LanesPage {
    /// The frame.
    pub p: Page,
    /// The views.
    pub views: Vec<ViewTab>,
    /// Orders on the bench.
    pub total: i64,
    /// The most urgent that can still be saved.
    pub first: Option<BenchRow>,
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// Takes a unit of our own to the bench; none for who may not.
    pub take: Option<Form>,
}

impl BenchRow {
    /// Its chance of missing the promise in words, and the class of its colour; none where nothing is promised.
    pub fn odds(&self, p: &Page) -> Option<(String, &'static str)> {
        let risk = self.risk_bp?;
        Some(match self.left {
            Some(left) if left < 0 => (p.t("bench-missed"), "no"),
            _ if risk < 0 => (p.t("bench-odds-early"), ""),
            _ if is_at_risk(miss_of_bp(risk), None) => (percent(risk), "hi"),
            _ => (percent(risk), ""),
        })
    }

    /// Why it stands where it stands: the one thing to know first.
    pub fn why(&self, p: &Page) -> String {
        if self.vendor_overdue {
            return p.t1("bench-why-vendor-late", "vendor", self.vendor.as_str());
        }
        if self.waiting {
            return p.t("bench-waiting");
        }
        if self.rework > 0 {
            return p.n("bench-rework", &self.rework);
        }
        match (self.flags.first(), self.technician.is_empty()) {
            (Some(flag), _) => p.word("unit-flag", flag),
            (None, true) => p.t("bench-unclaimed"),
            (None, false) => self.technician.clone(),
        }
    }
}

/// Whole percent, cut off: never more certain than the figure.
fn percent(bp: i64) -> String {
    format!("{} %", bp / 100)
}
