//! The company's time zone: from an instant to the local day it belongs to, and back.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// The company's time zone as a fixed distance from UTC; Asia/Shanghai by default.
///
/// A fixed distance is exact for mainland China: one zone, and no summer time since 1991, which is before any date
/// Beiku can meet. A company elsewhere with summer time would need a zone database here, and only here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone {
    offset_minutes: i32,
}

impl Zone {
    /// Asia/Shanghai, UTC+08:00.
    pub const SHANGHAI: Self = Self { offset_minutes: 8 * 60 };

    /// A zone `minutes` east of UTC; `None` beyond UTC−12:00 … UTC+14:00, where no place on earth is.
    pub const fn from_offset_minutes(minutes: i32) -> Option<Self> {
        if minutes < -12 * 60 || minutes > 14 * 60 { None } else { Some(Self { offset_minutes: minutes }) }
    }

    /// Minutes east of UTC.
    pub const fn offset_minutes(self) -> i32 {
        self.offset_minutes
    }

    /// The wall clock at a UTC instant. At the far ends of chrono's range the instant itself is given back.
    pub fn local(self, utc: NaiveDateTime) -> NaiveDateTime {
        utc.checked_add_signed(self.shift()).unwrap_or(utc)
    }

    /// The local date at an instant: the "day of receipt" of NUMBERS §1.
    pub fn local_date(self, instant: DateTime<Utc>) -> NaiveDate {
        self.local(instant.naive_utc()).date()
    }

    /// The local date at an instant stored as naive UTC, as the database keeps it.
    pub fn local_date_of_utc(self, utc: NaiveDateTime) -> NaiveDate {
        self.local(utc).date()
    }

    /// The instant at which the local day `date` begins.
    pub fn day_start(self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN);
        midnight.checked_sub_signed(self.shift()).unwrap_or(midnight).and_utc()
    }

    /// The first instant at which a promise due on `due_on` is late: 00:00 local of the day after (民法典 art. 203,
    /// NUMBERS §1). Everything before it is on time.
    pub fn overdue_from(self, due_on: NaiveDate) -> DateTime<Utc> {
        self.day_start(due_on.checked_add_days(Days::new(1)).unwrap_or(due_on))
    }

    /// The day an act counts for when business closes `closes_minute` minutes after local midnight: past that moment it is the next
    /// day's (民法典 art. 203). Without a close it is the local date.
    pub fn business_date(self, instant: DateTime<Utc>, closes_minute: Option<i64>) -> NaiveDate {
        let local = self.local(instant.naive_utc());
        let is_over = closes_minute.is_some_and(|minute| {
            local.signed_duration_since(local.date().and_time(NaiveTime::MIN)) > TimeDelta::minutes(minute)
        });
        let next = || local.date().checked_add_days(Days::new(1));
        if is_over { next().unwrap_or(local.date()) } else { local.date() }
    }

    fn shift(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.offset_minutes))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::SHANGHAI
    }
}
