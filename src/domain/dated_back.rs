//! How far back somebody may date what they record (API.md, `occurred_at`).

use crate::domain::refusal::Refusal;
use crate::domain::stock::rfc3339;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// So far back by anybody who may record it at all.
const HOURS: i64 = 72;
/// Nothing on the books is older: working days are counted from here on (NUMBERS.md section 1).
pub const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Whether something recorded `now` can have happened `at` at all: not in the future, and not before the books begin.
pub fn on_the_books(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if at > now {
        return Err(Refusal::InTheFuture { occurred_at: rfc3339(at) });
    }
    if at.date_naive() < FIRST_DAY {
        return Err(Refusal::BeforeTheBooks { first: FIRST_DAY.to_string() });
    }
    Ok(())
}

/// The same, and further back than 72 hours only by who may go further.
pub fn check(at: DateTime<Utc>, now: DateTime<Utc>, may_go_further: bool) -> Result<(), Refusal> {
    on_the_books(at, now)?;
    if now - at > TimeDelta::hours(HOURS) && !may_go_further {
        return Err(Refusal::TooLongAgo { hours: HOURS.to_string() });
    }
    Ok(())
}
