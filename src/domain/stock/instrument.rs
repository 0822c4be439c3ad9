//! 仪器仪表: what we work with. An instrument is never a spare, and is checked at intervals (decision 0035).

use crate::domain::calendar::Zone;
use crate::text_enum;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days before its last day from which a check is due soon.
const SOON: u64 = 14;

text_enum! {
    /// What a part is for.
    PartClass {
        /// 备件: goes to customers.
        Spare => "spare",
        /// 仪器仪表: we work with it.
        Instrument => "instrument",
    }
}

text_enum! {
    /// How an instrument stands with its checks.
    CheckState {
        /// 不合格: the last check found it unfit.
        Failed => "failed",
        /// 待检: never checked, or its time is over.
        Due => "due",
        /// 即将到期: may be used for at most 14 more days.
        Soon => "soon",
        /// 合格: may be used.
        Fit => "fit",
    }
}

impl CheckState {
    /// Whether it may be handed to somebody to work with.
    #[must_use]
    pub fn is_fit(self) -> bool {
        matches!(self, CheckState::Fit | CheckState::Soon)
    }
}

/// What is known of an instrument's checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstrumentCheck {
    /// Days a check is good for; none where one is good until the next.
    pub every_days: Option<i64>,
    /// The latest check: when, and whether it was passed.
    pub last: Option<(DateTime<Utc>, bool)>,
}

impl InstrumentCheck {
    /// The last local day it may be used on; none where there is no end to it, or no check it could follow from.
    #[must_use]
    pub fn due_on(&self) -> Option<NaiveDate> {
        let days = Days::new(u64::try_from(self.every_days?).ok()?);
        let (checked_at, passed) = self.last?;
        if passed { Zone::default().local_date(checked_at).checked_add_days(days) } else { None }
    }

    /// How it stands on a local day.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> CheckState {
        match (self.last, self.due_on()) {
            (Some((_, false)), _) => CheckState::Failed,
            (None, _) if self.every_days.is_some() => CheckState::Due,
            (_, None) => CheckState::Fit,
            (_, Some(due_on)) if due_on < today => CheckState::Due,
            (_, Some(due_on)) if due_on <= today.checked_add_days(Days::new(SOON)).unwrap_or(today) => {
                CheckState::Soon
            }
            (_, Some(_)) => CheckState::Fit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(every_days: Option<i64>, last: Option<(&str, bool)>) -> InstrumentCheck {
        let last = last.map(|(day, passed)| (format!("{day}T04:00:00Z").parse().unwrap(), passed));
        InstrumentCheck { every_days, last }
    }

    #[test]
    fn a_check_is_good_for_its_days_and_for_the_last_of_them() {
        let check = checked(Some(30), Some(("2026-03-01", true)));
        assert_eq!(check.due_on(), "2026-03-31".parse().ok());
        let on = |day: &str| check.state(day.parse().unwrap());
        assert_eq!(on("2026-03-16"), CheckState::Fit);
        assert_eq!(on("2026-03-17"), CheckState::Soon);
        assert_eq!(on("2026-03-31"), CheckState::Soon);
        assert_eq!(on("2026-04-01"), CheckState::Due);
    }

    #[test]
    fn never_checked_failed_and_without_an_interval() {
        let today = "2026-03-31".parse().unwrap();
        assert_eq!(checked(Some(30), None).state(today), CheckState::Due);
        assert_eq!(checked(None, None).state(today), CheckState::Fit, "nobody asks for a check");
        assert_eq!(checked(None, Some(("2020-01-01", true))).state(today), CheckState::Fit);
        let failed = checked(Some(30), Some(("2026-03-30", false)));
        assert_eq!((failed.state(today), failed.due_on()), (CheckState::Failed, None));
    }
}
