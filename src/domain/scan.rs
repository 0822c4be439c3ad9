//! Scans from devices: accepted, to be looked at, or refused. Some waited hours for a signal.

use crate::domain::refusal::Refusal;
use crate::domain::stock::rfc3339;
use crate::text_enum;
use chrono::{DateTime, TimeDelta, Utc};

text_enum! {
    /// What the scanner is doing.
    ScanMode {
        /// Just looking: is it where the books have it?
        Look => "look",
        /// Putting things of this depot into a bin.
        PutAway => "put_away",
        /// Receiving what is on the road to this depot.
        Receive => "receive",
        /// Taking in whatever comes through the door: off the road, awaited by an RMA, or announced by nobody.
        TakeIn => "take_in",
        /// Packing what a document lets leave this depot.
        Ship => "ship",
    }
}

text_enum! {
    /// What became of a scan.
    ScanVerdict {
        /// Done.
        Accepted => "accepted",
        /// Noted; a person has to look.
        Review => "review",
        /// A rule said no, and nothing was changed.
        Refused => "refused",
    }
}

/// A scan that is older was waiting for a signal; nobody stands there any more to read the answer.
pub const QUEUED_AFTER: TimeDelta = TimeDelta::minutes(2);
/// A device's clock may be ahead by so much.
const CLOCK_AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Keys are remembered for 30 days: an older scan might be booked twice.
const DAYS_MAX: i64 = 25;

/// When a scan happened: by the device's clock, never after now.
pub fn happened_at(client_time: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    if client_time > now + CLOCK_AHEAD {
        return Err(Refusal::InTheFuture { occurred_at: rfc3339(client_time) });
    }
    if now - client_time > TimeDelta::days(DAYS_MAX) {
        return Err(Refusal::ScanTooOld { days: DAYS_MAX.to_string() });
    }
    Ok(client_time.min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_neither_of_tomorrow_nor_of_last_month() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(happened_at(now - TimeDelta::days(25), now), Ok(now - TimeDelta::days(25)));
        assert_eq!(happened_at(now + TimeDelta::minutes(3), now), Ok(now), "a clock a little ahead");
        assert!(matches!(happened_at(now + TimeDelta::minutes(6), now), Err(Refusal::InTheFuture { .. })));
        let old = now - TimeDelta::days(25) - TimeDelta::seconds(1);
        assert_eq!(happened_at(old, now), Err(Refusal::ScanTooOld { days: "25".into() }));
    }
}
