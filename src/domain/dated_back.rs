//! How far back somebody may date what they record (API.md, `occurred_at`).

use crate::domain::refusal::Refusal;
use crate::domain::stock::rfc3339;
use chrono::{DateTime, TimeDelta, Utc};

/// So far back by anybody who may record it at all.
const HOURS: i64 = 72;

/// Whether something recorded `now` can have happened `at`: not in the future, and further back than 72 hours only by who
/// may go further.
pub fn check(at: DateTime<Utc>, now: DateTime<Utc>, may_go_further: bool) -> Result<(), Refusal> {
    if at > now {
        return Err(Refusal::InTheFuture { occurred_at: rfc3339(at) });
    }
    if now - at > TimeDelta::hours(HOURS) && !may_go_further {
        return Err(Refusal::TooLongAgo { hours: HOURS.to_string() });
    }
    Ok(())
}
