//! A promise's clock: from the day of receipt, the terms and the holds to the due date.

use chrono::{Datelike, NaiveDate};

use super::index::{date, number};
use super::{Calendar, DayKind};
use crate::domain::plan::{Term, TermUnit};

/// Which days a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// Working days of the calendar.
    Working,
    /// Every day. The last day is not moved off a holiday: the 30 days of the exchange are plain days (NUMBERS §2).
    Calendar,
}

impl Count {
    /// Does a day of this kind count, holds aside?
    pub(super) const fn counts(self, kind: DayKind) -> bool {
        matches!(self, Self::Calendar) || kind.is_working()
    }
}

/// The terms of one clock, as the contract's plan version states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClockTerms {
    /// How many days; the last of them is the due date.
    pub days: u32,
    /// Which days count.
    pub count: Count,
    /// Is the day of receipt day 1 (when it counts at all) instead of day 0? By law it is day 0 (民法典 art. 201).
    pub start_day_counts: bool,
}

impl ClockTerms {
    /// The built-in promise `repair_return`: 60 working days, the day of receipt not counted.
    pub const REPAIR_RETURN: Self = Self { days: 60, count: Count::Working, start_day_counts: false };

    /// The clock of a plan's term; `None` for a term in minutes, which no calendar counts, or with an amount no plan
    /// may have.
    pub fn of(term: &Term) -> Option<Self> {
        let count = match term.unit {
            TermUnit::WorkingDays => Count::Working,
            TermUnit::CalendarDays => Count::Calendar,
            TermUnit::Minutes => return None,
        };
        let days = u32::try_from(term.amount).ok()?;
        Some(Self { days, count, start_day_counts: term.start_day_counts })
    }
}

/// A customer-caused wait (停钟) as local dates: the fact itself, from which deadlines are recomputed.
///
/// A day *d* is left out when `start` < *d* ≤ `resume`; so a hold within one day, or over days that do not count
/// anyway, costs nothing. A `resume` before `start` is no hold at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hold {
    /// The day the wait began; it still counts.
    pub start: NaiveDate,
    /// The day the wait ended, left out too; `None` while the hold is open.
    pub resume: Option<NaiveDate>,
}

/// What a clock comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Due {
    /// The last day on time; `None` while an open hold stands that began before the clock ran out.
    pub due_on: Option<NaiveDate>,
    /// Does the count touch a year whose notice is not published? Always false for calendar days.
    pub provisional: bool,
    /// The day since which an open hold keeps the clock standing; `None` when there is a due date.
    pub floating_since: Option<NaiveDate>,
    /// Counted days left out by holds, up to the due date or to the open hold; overlaps once.
    pub hold_days: u32,
}

/// One due date under two calendars, for the preview before a new notice takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DueChange {
    /// Under the calendar in force.
    pub old: Due,
    /// Under the calendar previewed.
    pub new: Due,
}

impl DueChange {
    /// Does the due date itself move? (Provisional alone may end without a move.)
    pub fn moves(&self) -> bool {
        self.old.due_on != self.new.due_on
    }
}

/// The holds as they stood at the end of the local day `as_of`: later ones are not there, and one that ended later
/// is still open.
pub fn holds_as_of(holds: &[Hold], as_of: NaiveDate) -> Vec<Hold> {
    let begun = holds.iter().filter(|hold| hold.start <= as_of);
    begun.map(|hold| Hold { start: hold.start, resume: hold.resume.filter(|day| *day <= as_of) }).collect()
}

/// Where a clock stands after its holds are laid on it.
struct Walk {
    /// Rank of the due date, holds included; while floating, the rank without the open hold.
    target: i64,
    /// The holds that matter, merged and ascending: (last day before it, last day of it).
    effective: Vec<(NaiveDate, Option<NaiveDate>)>,
}

impl Calendar {
    /// The due date of a clock that started on the local day `received` (NUMBERS §1).
    pub fn due(&self, received: NaiveDate, terms: &ClockTerms, holds: &[Hold]) -> Due {
        let walk = self.walk(received, terms, holds);
        let floating_since = walk.open_since();
        let due_on = match floating_since {
            Some(_) => None,
            None if terms.days == 0 => Some(received),
            None => Some(self.nth(terms.count, walk.target)),
        };
        let closed = walk.effective.iter().filter_map(|(start, resume)| Some((*start, (*resume)?)));
        let held: i64 = closed.map(|(start, resume)| self.counted(terms.count, start, resume)).sum();
        let end = due_on.or(floating_since).unwrap_or(received);
        Due {
            due_on,
            provisional: terms.count == Count::Working && self.touches_unpublished(received, end),
            floating_since,
            hold_days: u32::try_from(held).unwrap_or(u32::MAX),
        }
    }

    /// The due date if a hold still open were lifted on `day`: for a floating promise the earliest due date left, and
    /// the period it stands in meanwhile. Equal to [`Calendar::due`] without an open hold.
    pub fn due_if_resumed(
        &self,
        received: NaiveDate,
        terms: &ClockTerms,
        holds: &[Hold],
        day: NaiveDate,
    ) -> Due {
        let lift =
            |hold: &Hold| Hold { start: hold.start, resume: hold.resume.or(Some(day.max(hold.start))) };
        let lifted: Vec<Hold> = holds.iter().map(lift).collect();
        self.due(received, terms, &lifted)
    }

    /// The same clock under this calendar and under `new`.
    pub fn preview(&self, new: &Self, received: NaiveDate, terms: &ClockTerms, holds: &[Hold]) -> DueChange {
        DueChange { old: self.due(received, terms, holds), new: new.due(received, terms, holds) }
    }

    /// How many days of the clock are used up at the end of `as_of`: the 37 of "第 37 / 60 工作日". Goes on counting
    /// after the due date; 0 before the clock starts.
    pub fn used_days(
        &self,
        received: NaiveDate,
        terms: &ClockTerms,
        holds: &[Hold],
        as_of: NaiveDate,
    ) -> u32 {
        let anchor = anchor(received, terms);
        if as_of <= anchor {
            return 0;
        }
        let walk = self.walk(received, terms, &holds_as_of(holds, as_of));
        let held: i64 = walk
            .effective
            .iter()
            .map(|(start, resume)| {
                self.counted(terms.count, *start, resume.unwrap_or(as_of).min(as_of)).max(0)
            })
            .sum();
        u32::try_from(self.counted(terms.count, anchor, as_of) - held).unwrap_or(0)
    }

    /// Lays the holds on the clock in order of time. A hold that begins on or after the due date reached so far
    /// changes nothing, nor does any after it; an open hold before it stops the clock.
    fn walk(&self, received: NaiveDate, terms: &ClockTerms, holds: &[Hold]) -> Walk {
        let anchor = anchor(received, terms);
        let mut target = self.rank(terms.count, anchor) + i64::from(terms.days);
        let mut effective = Vec::new();
        for (start, resume) in merged(holds, anchor) {
            if start >= self.nth(terms.count, target) {
                break;
            }
            effective.push((start, resume));
            match resume {
                Some(resume) => target += self.counted(terms.count, start, resume),
                None => break,
            }
        }
        Walk { target, effective }
    }

    /// Counted days *d* with `from` < *d* ≤ `to`.
    fn counted(&self, count: Count, from: NaiveDate, to: NaiveDate) -> i64 {
        self.rank(count, to) - self.rank(count, from)
    }

    fn rank(&self, count: Count, day: NaiveDate) -> i64 {
        match count {
            Count::Working => self.index.rank(day),
            Count::Calendar => number(day),
        }
    }

    fn nth(&self, count: Count, rank: i64) -> NaiveDate {
        match count {
            Count::Working => self.index.nth(rank),
            Count::Calendar => date(rank),
        }
    }

    /// The holds that matter to a clock as of a day, for the arithmetic shown to people.
    pub(super) fn effective_holds(
        &self,
        received: NaiveDate,
        terms: &ClockTerms,
        holds: &[Hold],
    ) -> Vec<(NaiveDate, Option<NaiveDate>)> {
        self.walk(received, terms, holds).effective
    }

    fn touches_unpublished(&self, received: NaiveDate, end: NaiveDate) -> bool {
        (received.year()..=end.year()).any(|year| !self.is_published(year))
    }
}

impl Walk {
    fn open_since(&self) -> Option<NaiveDate> {
        self.effective.last().filter(|(_, resume)| resume.is_none()).map(|(start, _)| *start)
    }
}

/// The day after which counting begins.
pub(super) fn anchor(received: NaiveDate, terms: &ClockTerms) -> NaiveDate {
    if terms.start_day_counts { received.pred_opt().unwrap_or(received) } else { received }
}

/// Holds as half-open intervals (start, resume] after `anchor`, ascending, overlapping and touching ones made one.
fn merged(holds: &[Hold], anchor: NaiveDate) -> Vec<(NaiveDate, Option<NaiveDate>)> {
    let mut sorted: Vec<(NaiveDate, Option<NaiveDate>)> = holds
        .iter()
        .map(|hold| (hold.start.max(anchor), hold.resume))
        .filter(|(start, resume)| resume.is_none_or(|resume| resume > *start))
        .collect();
    sorted.sort_unstable_by_key(|(start, _)| *start);
    let mut merged: Vec<(NaiveDate, Option<NaiveDate>)> = Vec::with_capacity(sorted.len());
    for (start, resume) in sorted {
        match merged.last_mut() {
            Some((_, last)) if last.is_none_or(|last| start <= last) => {
                *last = last.zip(resume).map(|(a, b)| a.max(b));
            }
            _ => merged.push((start, resume)),
        }
    }
    merged
}
