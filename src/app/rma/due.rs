//! Open lines by the working days left: the groups of the overview, the lists and the counts.

use crate::app::rma::{DueDays, FIRST};
use crate::domain::calendar::{Calendar, NO_DUE_DATE};
use crate::text_enum;
use chrono::{Days, NaiveDate};

text_enum! {
    /// How long a line has left; every open line is in exactly one group.
    DueGroup {
        /// Its day is over.
        Overdue => "overdue",
        /// None to 5 working days left.
        To5 => "d5",
        /// 6 to 15.
        To15 => "d15",
        /// 16 to 30.
        To30 => "d30",
        /// 31 or more.
        From31 => "d31",
        /// No date: not received, or its clock stands.
        Undated => "none",
    }
}

impl DueGroup {
    /// The promised days of the group, as of `today`.
    #[must_use]
    pub fn days(self, calendar: &Calendar, today: NaiveDate) -> DueDays {
        let (from, to) = match self {
            DueGroup::Overdue => (FIRST.sort_due, today.pred_opt().unwrap_or(today)),
            DueGroup::To5 => days_left(calendar, today, 0, Some(5)),
            DueGroup::To15 => days_left(calendar, today, 6, Some(15)),
            DueGroup::To30 => days_left(calendar, today, 16, Some(30)),
            DueGroup::From31 => days_left(calendar, today, 31, None),
            DueGroup::Undated => (NO_DUE_DATE, NO_DUE_DATE),
        };
        DueDays { code: self.as_str(), from, to }
    }
}

/// The days with `least` to `most` working days left as of `today`, the first and the last; without `most`, any later one.
fn days_left(calendar: &Calendar, today: NaiveDate, least: i64, most: Option<i64>) -> (NaiveDate, NaiveDate) {
    let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let from = if least == 0 { today } else { next(last_day_with(calendar, today, least - 1)) };
    let to = most.map_or(NO_DUE_DATE.pred_opt(), |most| Some(last_day_with(calendar, today, most)));
    (from, to.unwrap_or(from))
}

/// The last day with so many working days left; for none left it is today.
fn last_day_with(calendar: &Calendar, today: NaiveDate, left: i64) -> NaiveDate {
    let ahead = (0..=730).filter_map(|n| today.checked_add_days(Days::new(n)));
    ahead.take_while(|day| calendar.working_days_between(today, *day) <= left).last().unwrap_or(today)
}
