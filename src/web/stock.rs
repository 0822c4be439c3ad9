//! `/stock`: balances as a matrix of parts and depots.

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::as_of::AsOf;
use super::chart;
use super::form::Form;
use super::kit::Html;
use super::transfers::Suggested;

/// A column.
#[derive(Clone, Debug)]
pub struct DepotColumn {
    /// Depot code.
    pub code: String,
    /// Depot name.
    pub name: String,
    /// Depot class code.
    pub class: String,
}

/// One part in one depot. Numbers count our units and quantities; `available` leaves out the reserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StockCell {
    /// Good, ours, here, not reserved.
    pub available: i64,
    /// Good, ours, here, reserved.
    pub reserved: i64,
    /// On its way here.
    pub in_transit: i64,
    /// On the bench here.
    pub in_repair: i64,
    /// Faulty, waiting.
    pub faulty: i64,
    /// Quarantined.
    pub quarantined: i64,
    /// Reorder point, if one is set.
    pub minimum: Option<i64>,
}

impl StockCell {
    /// Whether nothing is and nothing should be here.
    pub fn empty(&self) -> bool {
        *self == Self { minimum: None, ..Self::default() } || (self.minimum == Some(0) && self.total() == 0)
    }

    fn total(&self) -> i64 {
        self.available + self.reserved + self.in_transit + self.in_repair + self.faulty + self.quarantined
    }

    /// `low` under the reorder point, `near` exactly at it.
    pub fn class(&self) -> &'static str {
        match self.minimum {
            _ if self.empty() => "na",
            Some(minimum) if self.available < minimum => "low",
            Some(minimum) if minimum > 0 && self.available == minimum => "near",
            _ => "",
        }
    }

    /// How many are missing to the reorder point.
    pub fn short(&self) -> i64 {
        (self.minimum.unwrap_or_default() - self.available).max(0)
    }
}

/// One part.
#[derive(Clone, Debug)]
pub struct StockRow {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub name: String,
    /// It is easily damaged: its failures are watched.
    pub wear: bool,
    /// One cell per column, in the same order.
    pub cells: Vec<StockCell>,
}

impl StockRow {
    fn good_total(&self) -> i64 {
        self.cells.iter().map(|cell| cell.available.saturating_add(cell.reserved)).sum()
    }
}

/// The form of a part's reorder point.
#[derive(Clone, Debug)]
pub struct PointForm {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub name: String,
    /// The form.
    pub form: Form,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/stock.html", blocks = ["results"])]
pub struct StockPage {
    /// The frame.
    pub p: Page,
    /// Searched part.
    pub q: String,
    /// Family of parts looked at; empty: all.
    pub category: String,
    /// Families to choose from.
    pub categories: Vec<String>,
    /// The depot asked for, as in the address.
    pub depot: String,
    /// The day it is looked at.
    pub as_of: AsOf,
    /// May this person put down opening stock by hand.
    pub may_open: bool,
    /// Only parts short somewhere.
    pub low_only: bool,
    /// Addresses of all parts and of what is short, otherwise as now.
    pub views: [String; 2],
    /// The depots shown.
    pub depots: Vec<DepotColumn>,
    /// Parts of this page.
    pub rows: Vec<StockRow>,
    /// All parts that match, when counted.
    pub parts_total: Option<i64>,
    /// Places where a part is below its reorder point.
    pub low_total: i64,
    /// Address of the next page.
    pub next: Option<String>,
    /// Suggested moves, in the view of what is short.
    pub suggested: Vec<Suggested>,
    /// How many there are, when more than shown.
    pub suggested_total: Option<i64>,
    /// Whether all depots are shown.
    pub all_depots: bool,
    /// Addresses of the own depots and of all; none for those who have no depots of their own.
    pub depot_views: Option<[String; 2]>,
    /// May this person set reorder points.
    pub may_set: bool,
    /// The address of this view.
    pub back: String,
    /// The reorder point that is being set.
    pub point: Option<PointForm>,
}

impl StockPage {
    fn depot_count(&self) -> i64 {
        how_many(self.depots.len())
    }

    /// Whether a part's row leads to its reorder points: where somebody looks for a part, or for what is short.
    fn offers_points(&self) -> bool {
        self.may_set && self.point.is_none() && (self.low_only || self.is_narrowed())
    }

    /// Whether only some parts are looked at, not because they are short.
    fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || !self.category.is_empty()
    }

    fn bar(&self, cell: &StockCell) -> Html {
        let parts = [
            ("f-good", cell.available),
            ("f-resv", cell.reserved),
            ("f-transit", cell.in_transit),
            ("f-repair", cell.in_repair),
            ("f-faulty", cell.faulty.saturating_add(cell.quarantined)),
        ];
        chart::segments(&parts, &self.sentence(cell))
    }

    fn sentence(&self, cell: &StockCell) -> String {
        let available = self.p.n("stock-available", &cell.available);
        let rest = self.rest(cell);
        if rest.is_empty() { available } else { format!("{available}{}{rest}", self.p.t("list-separator")) }
    }

    /// The other amounts in short words, only those that are not zero.
    fn rest(&self, cell: &StockCell) -> String {
        let parts = [
            ("stock-reserved", cell.reserved),
            ("stock-transit", cell.in_transit),
            ("stock-repair", cell.in_repair),
            ("stock-faulty", cell.faulty),
            ("stock-quarantined", cell.quarantined),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(_, n)| *n > 0).map(|(key, n)| self.p.n(key, n)).collect();
        said.join(" · ")
    }

    /// Rows with the column each cell belongs to.
    fn cells<'a>(&'a self, row: &'a StockRow) -> impl Iterator<Item = (&'a DepotColumn, &'a StockCell)> {
        self.depots.iter().zip(&row.cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_speaks_of_the_minimum_only() {
        let cell = |available, minimum| StockCell { available, minimum, ..StockCell::default() };
        assert_eq!(cell(0, Some(1)).class(), "low");
        assert_eq!(cell(0, Some(1)).short(), 1);
        assert_eq!(cell(1, Some(1)).class(), "near");
        assert_eq!(cell(2, Some(1)).class(), "");
        assert_eq!(cell(5, None).class(), "");
        assert_eq!(cell(0, None).class(), "na");
        assert_eq!(cell(0, Some(0)).class(), "na");
    }
}
