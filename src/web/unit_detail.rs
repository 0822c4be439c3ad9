//! `/unit/{serial}`: the passport of one unit: where it is, whose it is, everything that happened to it.

use crate::web::format::how_many;
use askama::Template;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Page;
use super::as_of::AsOf;
use super::chart::{self, Stay};
use super::form::Form;
use super::kit::Html;
use super::movements::MoveRow;

/// An RMA line this unit was part of.
#[derive(Clone, Debug)]
pub struct UnitRma {
    /// RMA number.
    pub number: String,
    /// Line within it.
    pub line: i64,
    /// `faulty`, `loan`, `permanent`.
    pub role: &'static str,
    /// Repair-track code of the line.
    pub state: String,
    /// When it was requested.
    pub opened_at: DateTime<Utc>,
}

/// A part that may stand in for this one.
#[derive(Clone, Debug)]
pub struct Equivalent {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub name: String,
    /// Limits: firmware, revision, who confirmed it.
    pub note: String,
    /// Available now, all depots in reach.
    pub available: i64,
}

/// A move that is legal now, as a form on the page.
#[derive(Clone, Debug)]
pub struct MoveForm {
    /// Movement kind code.
    pub kind: String,
    /// Its form.
    pub form: Form,
    /// Shown opened: it came back refused.
    pub open: bool,
}

/// What somebody puts down about the unit: its release, what became of the data on it, a check.
#[derive(Clone, Debug)]
pub struct UnitForm {
    /// Its form.
    pub form: Form,
    /// Shown opened: it came back refused.
    pub open: bool,
}

/// A check of an instrument, as a line.
#[derive(Clone, Debug)]
pub struct CheckLine {
    /// Whether it passed.
    pub passed: bool,
    /// The day.
    pub on: String,
    /// Who checked it.
    pub by: String,
    /// Number of the certificate, empty for none.
    pub certificate: String,
    /// What was found.
    pub note: String,
}

/// The checks of an instrument.
#[derive(Clone, Debug)]
pub struct Checks {
    /// How it stands: code of the state.
    pub state: String,
    /// Whether it may be handed out.
    pub fit: bool,
    /// Until when it may be used, in words.
    pub due: String,
    /// The checks, the latest first.
    pub made: Vec<CheckLine>,
    /// Writes one down; none for who may not.
    pub form: Option<UnitForm>,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/unit_detail.html")]
pub struct UnitDetailPage {
    /// The frame.
    pub p: Page,
    /// The day it is looked at.
    pub as_of: AsOf,
    /// Whether the books had met it by then.
    pub is_met: bool,
    /// Serial.
    pub serial: String,
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Maker, empty when unknown.
    pub maker: String,
    /// Condition code.
    pub condition: String,
    /// Owner as shown.
    pub owner: String,
    /// Place as shown.
    pub place: String,
    /// Depot name, empty outside depots.
    pub depot: String,
    /// The document that holds it, empty for none.
    pub document: String,
    /// Further codes on the unit.
    pub aliases: Vec<String>,
    /// Firmware, empty where nobody put it down.
    pub firmware: String,
    /// Hardware revision, empty where nobody put it down.
    pub revision: String,
    /// First and last day of the warranty on it; none where nothing is known of one.
    pub warranty: Option<(NaiveDate, NaiveDate)>,
    /// Flags in words: third return in a year, data-bearing, …
    pub flags: Vec<String>,
    /// Reserved by an open reservation.
    pub reserved: bool,
    /// Lanes of its life.
    pub stays: Vec<Stay>,
    /// Its movements, newest first.
    pub history: Vec<MoveRow>,
    /// RMAs it was part of, newest first.
    pub rmas: Vec<UnitRma>,
    /// Parts that may stand in for it.
    pub equivalents: Vec<Equivalent>,
    /// Moves legal now for this person.
    pub moves: Vec<MoveForm>,
    /// Puts down firmware and revision; none for who may not.
    pub release: Option<UnitForm>,
    /// What became of a customer's data on it, where somebody has to say.
    pub data: Option<UnitForm>,
    /// The checks of an instrument; none for a spare.
    pub checks: Option<Checks>,
}

impl UnitDetailPage {
    /// What is known of firmware and revision, by the key of its name; who may put it down sees what is missing too.
    fn release_known(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let known = [("field-firmware", self.firmware.as_str()), ("field-revision", self.revision.as_str())];
        known.into_iter().filter(|(_, known)| self.release.is_some() || !known.is_empty())
    }

    fn life(&self) -> Html {
        let said: Vec<String> = self
            .stays
            .iter()
            .map(|stay| format!("{} {} → {}", stay.lane, self.p.date(&stay.from), self.p.date(&stay.until)))
            .collect();
        chart::life(&self.stays, &said.join(&self.p.t("list-separator")))
    }

    fn history_count(&self) -> i64 {
        how_many(self.history.len())
    }

    /// A year's heading goes above the first movement of that year.
    fn new_year(&self, index: &usize, row: &MoveRow) -> Option<i32> {
        let year = |row: &MoveRow| self.p.local(&row.occurred_at).year();
        let before = index.checked_sub(1).and_then(|previous| self.history.get(previous)).map(year);
        (before != Some(year(row))).then(|| year(row))
    }
}
