//! The two warranties a unit may be under (PRODUCT "Entitlement and price"). The maker's runs some months from delivery. The
//! one on a repair: the same unit with the same class of fault within the plan's days comes back free, linked to the repair
//! that did not hold.

use chrono::{Days, Months, NaiveDate};

/// Days of warranty on a repair where no plan says otherwise.
pub const DEFAULT_WARRANTY_DAYS: i64 = 90;

/// A repair of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRepair {
    /// The RMA line it was done for.
    pub line_id: i64,
    /// The class of fault the customer reported.
    pub fault_class: String,
    /// What the bench found, as a code.
    pub fault_code: String,
    /// The local day the customer had it back.
    pub returned_on: NaiveDate,
    /// Days of warranty on it.
    pub warranty_days: i64,
}

/// Whether a fault of this class (a reported class or a diagnosis code), reported on the local day `on`, is covered by the
/// warranty on this repair. The day of return is day 0; the last day counts.
#[must_use]
pub fn is_repeat(past: &PastRepair, fault: &str, on: NaiveDate) -> bool {
    let fault = fault.trim();
    let same = |class: &str| !fault.is_empty() && class.trim().eq_ignore_ascii_case(fault);
    let days = u64::try_from(past.warranty_days).unwrap_or(0);
    let until = past.returned_on.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    (same(&past.fault_class) || same(&past.fault_code)) && past.returned_on <= on && on <= until
}

/// The warranty on a unit that we delivered, as its card says (保修卡): from the local day of delivery to the last day covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warranty {
    /// The day of delivery.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// How many months.
    pub months: i64,
}

impl Warranty {
    /// The maker's warranty of `months` months on a unit delivered on the local day `from`: the same day of the last month counts.
    /// None where there are no months.
    #[must_use]
    pub fn of_months(from: NaiveDate, months: i64) -> Option<Warranty> {
        let added = u32::try_from(months).ok().filter(|months| *months > 0)?;
        let until = from.checked_add_months(Months::new(added)).unwrap_or(NaiveDate::MAX);
        Some(Warranty { from, until, months })
    }

    /// Whether it runs on this local day.
    #[must_use]
    pub fn covers(&self, on: NaiveDate) -> bool {
        self.from <= on && on <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last() -> PastRepair {
        PastRepair {
            line_id: 1,
            fault_class: "端口".into(),
            fault_code: "port".into(),
            returned_on: "2026-03-02".parse().unwrap(),
            warranty_days: 90,
        }
    }

    fn repeats(fault: &str, on: &str) -> bool {
        is_repeat(&last(), fault, on.parse().unwrap())
    }

    #[test]
    fn the_ninetieth_day_is_covered_and_the_next_is_not() {
        assert!(repeats("端口", "2026-03-02") && repeats(" 端口 ", "2026-05-31"));
        assert!(!repeats("端口", "2026-06-01"));
        assert!(!repeats("端口", "2026-03-01"), "it was not back yet");
    }

    #[test]
    fn the_makers_warranty_ends_with_the_day_of_delivery() {
        let covered = |delivered: &str, months, on: &str| {
            let warranty = Warranty::of_months(delivered.parse().unwrap(), months);
            warranty.is_some_and(|warranty| warranty.covers(on.parse().unwrap()))
        };
        assert!(covered("2026-03-02", 12, "2026-03-02") && covered("2026-03-02", 12, "2027-03-02"));
        assert!(!covered("2026-03-02", 12, "2027-03-03") && !covered("2026-03-02", 12, "2026-03-01"));
        assert!(covered("2026-08-31", 6, "2027-02-28"), "a month without that day ends with its last");
        assert!(!covered("2026-08-31", 6, "2027-03-01"));
        assert!(!covered("2026-03-02", 0, "2026-03-02"), "none was given");
    }

    #[test]
    fn another_fault_or_none_said_is_no_repeat() {
        assert!(repeats("PORT", "2026-03-10"), "the diagnosis code says the same");
        assert!(!repeats("电源", "2026-03-10"));
        assert!(!repeats("", "2026-03-10"));
    }
}
