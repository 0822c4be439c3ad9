//! Working days numbered through, so that counting and finding the n-th cost no walk over the days.
//!
//! `rank(d)` is the number of working days from 2000-01-01 through `d`; `nth(r)` is the day whose rank first is `r`.
//! Outside the years of the table only weekends are off, and both run on arithmetic.

use chrono::{Datelike, NaiveDate};

/// See the module text.
#[derive(Debug, Clone)]
pub(super) struct WorkingDayIndex {
    /// Day number of the day before the table begins (days from the common era, 1 = 0001-01-01, a Monday).
    before: i64,
    /// `through[i]` = working days in the first `i` days of the table.
    through: Vec<u32>,
    /// `days[r]` = position in the table (1 = first day) of its working day number `r + 1`.
    days: Vec<u32>,
}

impl WorkingDayIndex {
    /// Numbers the days `first..=last`; `is_working` decides each.
    pub(super) fn build(first: NaiveDate, last: NaiveDate, is_working: impl Fn(NaiveDate) -> bool) -> Self {
        let mut through = vec![0];
        let mut days = Vec::new();
        let mut count = 0;
        for (position, date) in (1..).zip(first.iter_days().take_while(|date| *date <= last)) {
            if is_working(date) {
                count += 1;
                days.push(position);
            }
            through.push(count);
        }
        Self { before: number(first) - 1, through, days }
    }

    /// Working days from the beginning of the table through `date`; negative before it.
    pub(super) fn rank(&self, date: NaiveDate) -> i64 {
        let position = number(date) - self.before;
        match usize::try_from(position).ok().map(|position| self.through.get(position)) {
            Some(Some(rank)) => i64::from(*rank),
            Some(None) => self.total() + weekdays_through(number(date)) - weekdays_through(self.end()),
            None => weekdays_through(number(date)) - weekdays_through(self.before),
        }
    }

    /// The working day of rank `rank`, at the far ends of chrono's range its last day.
    pub(super) fn nth(&self, rank: i64) -> NaiveDate {
        let position = rank.checked_sub(1).and_then(|r| usize::try_from(r).ok()).map(|r| self.days.get(r));
        date(match position {
            Some(Some(position)) => self.before + i64::from(*position),
            Some(None) => nth_weekday((rank - self.total()).saturating_add(weekdays_through(self.end()))),
            None => nth_weekday(rank.saturating_add(weekdays_through(self.before))),
        })
    }

    fn total(&self) -> i64 {
        self.through.last().copied().map_or(0, i64::from)
    }

    fn end(&self) -> i64 {
        self.before + i64::try_from(self.through.len()).unwrap_or(i64::MAX) - 1
    }
}

/// Days from the common era through `date`.
pub(super) fn number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}

/// The date of a day number, held to chrono's range.
pub(super) fn date(number: i64) -> NaiveDate {
    let end = if number < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    i32::try_from(number).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(end)
}

/// Mondays to Fridays in the days 1..=number (day 1 was a Monday).
fn weekdays_through(number: i64) -> i64 {
    number.div_euclid(7) * 5 + number.rem_euclid(7).min(5)
}

/// The inverse of [`weekdays_through`]: the day number of Monday-to-Friday number `k`.
fn nth_weekday(k: i64) -> i64 {
    let k = k.saturating_sub(1);
    k.div_euclid(5).saturating_mul(7).saturating_add(k.rem_euclid(5)).saturating_add(1)
}
