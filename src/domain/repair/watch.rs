//! Over which days the failures of an easily damaged part are counted.

use crate::domain::calendar::Zone;
use crate::text_enum;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days of the short count, and of the one before it that it is held against.
const RECENT: u64 = 90;
/// Days of the long count.
const YEAR: u64 = 365;

text_enum! {
    /// A number of a watched part: the days whose failures it counts.
    WatchClass {
        /// The last 90 days.
        Recent => "recent",
        /// The 90 days before those.
        Earlier => "earlier",
        /// The last 365 days.
        Year => "year",
        /// Of these, those whose order is not closed now.
        Open => "open",
        /// Orders of the last 365 days that found no fault: no failures.
        Nff => "nff",
    }
}

/// The counts of one day, all ending with it: local days, the day itself is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// The day.
    pub as_of: NaiveDate,
    /// Begin of the last 90 days.
    pub recent_from: DateTime<Utc>,
    /// Begin of the 90 days before them.
    pub earlier_from: DateTime<Utc>,
    /// Begin of the last 365 days.
    pub year_from: DateTime<Utc>,
    /// End of the day: nothing from here on counts.
    pub until: DateTime<Utc>,
}

impl Watch {
    /// The counts at the end of a day.
    #[must_use]
    pub fn on(as_of: NaiveDate) -> Watch {
        let zone = Zone::default();
        let back = |days| zone.day_start(as_of.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN));
        Watch {
            as_of,
            recent_from: back(RECENT - 1),
            earlier_from: back(2 * RECENT - 1),
            year_from: back(YEAR - 1),
            until: zone.overdue_from(as_of),
        }
    }

    /// The first instant of what a number counts, and the first after it.
    #[must_use]
    pub fn span(&self, class: WatchClass) -> (DateTime<Utc>, DateTime<Utc>) {
        match class {
            WatchClass::Recent => (self.recent_from, self.until),
            WatchClass::Earlier => (self.earlier_from, self.recent_from),
            WatchClass::Year | WatchClass::Open | WatchClass::Nff => (self.year_from, self.until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_days_are_ninety_and_touch_the_ninety_before() {
        let zone = Zone::default();
        let watch = Watch::on("2026-03-31".parse().unwrap());
        let first = |instant| zone.local_date(instant).to_string();
        assert_eq!(first(watch.recent_from), "2026-01-01", "90 days with the day itself");
        assert_eq!(first(watch.earlier_from), "2025-10-03");
        assert_eq!(first(watch.year_from), "2025-04-01");
        assert_eq!(first(watch.until), "2026-04-01", "the first day that does not count");
        assert_eq!(watch.recent_from - watch.earlier_from, watch.until - watch.recent_from);
    }
}
