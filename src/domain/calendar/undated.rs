//! The day that stands for "no due date": lists sort by their due day, and a column that is empty sorts first on one
//! database and last on the other.

use chrono::NaiveDate;

/// The day lists sort by where nothing is due: the last one.
pub const NO_DUE_DATE: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The day lists sort by for this due date.
#[must_use]
pub fn sort_day(due_on: Option<NaiveDate>) -> NaiveDate {
    due_on.unwrap_or(NO_DUE_DATE)
}

/// The due date behind a day lists sort by.
#[must_use]
pub fn due_day(sort_due: NaiveDate) -> Option<NaiveDate> {
    Some(sort_due).filter(|day| *day != NO_DUE_DATE)
}
