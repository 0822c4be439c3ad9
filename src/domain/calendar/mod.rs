//! The working-day calendar of the Chinese mainland and the clocks that run on it (NUMBERS §1).
//!
//! Day 0 is the local day of receipt, day 1 the next working day, the due date the 60th; late from 00:00 of the day
//! after. Published years follow the notice with its make-up days (调休), other years the statutory rule, and what is
//! counted over them is *provisional*. Working-day arithmetic lives here and nowhere else.

mod clock;
mod index;
mod lunar;
mod progress;
#[cfg(test)]
mod properties;
mod provisional;
mod published;
#[cfg(test)]
mod tests;
mod undated;
mod zone;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

pub use clock::{ClockTerms, Count, Due, DueChange, Hold, holds_as_of};
pub use progress::{NamedDays, Progress};
pub use published::{CalendarError, DayName, ListedKind, PublishedDay, parse_csv};
pub use undated::{NO_DUE_DATE, due_day, sort_day};
pub use zone::Zone;

use index::WorkingDayIndex;
use published::{check_notice, is_weekend};

/// What a day is to the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Monday to Friday, worked.
    Workday,
    /// A Saturday or Sunday that is worked by notice (调休).
    Makeup,
    /// A Saturday or Sunday off, not part of a holiday.
    Weekend,
    /// Off by notice or by law, whatever the day of the week.
    Holiday,
}

impl DayKind {
    /// Is the day worked?
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Workday | Self::Makeup)
    }
}

#[derive(Debug, Clone)]
struct Listed {
    kind: ListedKind,
    name: DayName,
    /// The year of the notice that says so; a notice may reach into the December before.
    notice: i32,
}

/// An immutable calendar: the published notices, the rule for other years, and a version that every promise keeps.
///
/// Cloning copies about 400 KB; share it behind an `Arc`, or use [`Calendar::builtin`].
#[derive(Debug, Clone)]
pub struct Calendar {
    version: i64,
    published: BTreeSet<i32>,
    listed: BTreeMap<NaiveDate, Listed>,
    statutory: BTreeMap<NaiveDate, DayName>,
    index: WorkingDayIndex,
}

#[expect(
    clippy::panic,
    reason = "the file is part of the program; only a broken build can get here, and any test shows it"
)]
static BUILTIN: LazyLock<Calendar> = LazyLock::new(|| {
    let text = include_str!("../../../data/cn-calendar.csv");
    match parse_csv(text).and_then(|days| Calendar::from_history(Calendar::BUILTIN_VERSION, days)) {
        Ok(calendar) => calendar,
        Err(error) => panic!("data/cn-calendar.csv: {error}"),
    }
});

impl Calendar {
    /// The version number of [`Calendar::builtin`].
    pub const BUILTIN_VERSION: i64 = 0;

    /// The years whose working days can be computed.
    pub const YEARS: std::ops::RangeInclusive<i32> = lunar::FIRST_YEAR..=lunar::LAST_YEAR;

    /// The calendar shipped with the program: official notices of 2010–2026.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A calendar in which every year with a listed day counts as published.
    fn from_history(version: i64, days: Vec<PublishedDay>) -> Result<Self, CalendarError> {
        let mut by_year: BTreeMap<i32, Vec<PublishedDay>> = BTreeMap::new();
        for day in days {
            by_year.entry(day.date.year()).or_default().push(day);
        }
        let (mut published, mut listed) = (BTreeSet::new(), BTreeMap::new());
        for (year, days) in by_year {
            check_notice(year, &days, false)?;
            published.insert(year);
            listed.extend(days.into_iter().map(|day| list(day, year)));
        }
        Ok(Self::assemble(version, published, listed))
    }

    /// This calendar with the notice for `year` put in, or put in place of the earlier one; the version rises by one.
    /// Days of the December before may be listed too, as the notice for 2012 did with 2011-12-31.
    ///
    /// # Errors
    /// The first fault found, in the order of [`CalendarError`]; `self` is never changed.
    pub fn with_published_year(&self, year: i32, days: Vec<PublishedDay>) -> Result<Self, CalendarError> {
        let previous_published = year.checked_sub(1).is_some_and(|previous| self.is_published(previous));
        check_notice(year, &days, previous_published)?;
        let mut listed = self.listed.clone();
        listed.retain(|_, day| day.notice != year);
        listed.extend(days.into_iter().map(|day| list(day, year)));
        let mut published = self.published.clone();
        published.insert(year);
        Ok(Self::assemble(self.version.saturating_add(1), published, listed))
    }

    /// A calendar of nothing but the days listed, for recounting what was counted with them elsewhere: in the years `years`
    /// no rule adds a day, and no notice is checked.
    #[must_use]
    pub fn of_days(years: std::ops::RangeInclusive<i32>, days: Vec<PublishedDay>) -> Self {
        let listed = days.into_iter().map(|day| (day.date, list_one(day))).collect();
        Self::assemble(Self::BUILTIN_VERSION, years.collect(), listed)
    }

    /// The same days under another version number, for the store that numbers them.
    #[must_use]
    pub fn with_version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    fn assemble(version: i64, published: BTreeSet<i32>, listed: BTreeMap<NaiveDate, Listed>) -> Self {
        let statutory: BTreeMap<NaiveDate, DayName> = (lunar::FIRST_YEAR..=lunar::LAST_YEAR)
            .filter(|year| !published.contains(year))
            .flat_map(provisional::days_off)
            .collect();
        let first = NaiveDate::from_ymd_opt(lunar::FIRST_YEAR, 1, 1).unwrap_or(NaiveDate::MIN);
        let last = NaiveDate::from_ymd_opt(lunar::LAST_YEAR, 12, 31).unwrap_or(first);
        let index =
            WorkingDayIndex::build(first, last, |date| kind_of(&listed, &statutory, date).is_working());
        Self { version, published, listed, statutory, index }
    }

    /// The version, kept on each promise and shown with each due date.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The years with a published notice, ascending.
    pub fn published_years(&self) -> impl Iterator<Item = i32> + '_ {
        self.published.iter().copied()
    }

    /// Does `year` have a published notice?
    pub fn is_published(&self, year: i32) -> bool {
        self.published.contains(&year)
    }

    /// What `date` is.
    pub fn day_kind(&self, date: NaiveDate) -> DayKind {
        kind_of(&self.listed, &self.statutory, date)
    }

    /// The name of a holiday or make-up day; `None` for plain days.
    pub fn day_name(&self, date: NaiveDate) -> Option<&DayName> {
        self.listed.get(&date).map(|day| &day.name).or_else(|| self.statutory.get(&date))
    }

    /// Is `date` worked?
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.day_kind(date).is_working()
    }

    /// Working days *d* with `from` < *d* ≤ `to`; negative when `to` lies before `from`.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.index.rank(to) - self.index.rank(from)
    }

    /// Working days left at the end of `today` until something due on `due_on` is late; negative when it is: what was due on
    /// Friday is late on Saturday, though no working day has gone by.
    pub fn working_days_left(&self, today: NaiveDate, due_on: NaiveDate) -> i64 {
        if due_on >= today {
            self.working_days_between(today, due_on)
        } else {
            -self.working_days_between(due_on, today).max(1)
        }
    }

    /// The published days of `year`'s own dates, ascending. Empty for an unpublished year.
    pub fn published_days(&self, year: i32) -> Vec<PublishedDay> {
        let of_year = self.listed.iter().filter(|(date, _)| date.year() == year);
        of_year
            .map(|(date, day)| PublishedDay { date: *date, kind: day.kind, name: day.name.clone() })
            .collect()
    }
}

fn list(day: PublishedDay, notice: i32) -> (NaiveDate, Listed) {
    (day.date, Listed { kind: day.kind, name: day.name, notice })
}

fn list_one(day: PublishedDay) -> Listed {
    Listed { kind: day.kind, name: day.name, notice: day.date.year() }
}

fn kind_of(
    listed: &BTreeMap<NaiveDate, Listed>,
    statutory: &BTreeMap<NaiveDate, DayName>,
    date: NaiveDate,
) -> DayKind {
    match listed.get(&date).map(|day| day.kind) {
        Some(ListedKind::Holiday) => DayKind::Holiday,
        Some(ListedKind::Makeup) => DayKind::Makeup,
        None if statutory.contains_key(&date) => DayKind::Holiday,
        None if is_weekend(date) => DayKind::Weekend,
        None => DayKind::Workday,
    }
}
