//! What to know about a unit before trusting it: facts of its passport, computed, never set.

use crate::text_enum;
use chrono::{Months, NaiveDate};

text_enum! {
    /// A warning on a unit's passport (PRODUCT "NFF and DOA radar").
    RepairFlag {
        /// 一年内第三次返修
        ThirdReturn => "third_return",
        /// 两次未发现故障
        NffTwice => "nff_twice",
        /// 到货即坏
        Doa => "doa",
        /// 同一站点同一槽位（槽位未知时同一物料）此前坏过
        SiteFailedBefore => "site_failed_before",
        /// 易损件
        WearPart => "wear_part",
    }
}

/// What the books know of a unit's returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Local days on which it came in faulty, in any order.
    pub received_on: Vec<NaiveDate>,
    /// Repairs that ended without a fault found.
    pub nff: i64,
    /// How often it was dead on arrival.
    pub doa: i64,
    /// Whether another unit failed within a year before its latest return at the same customer and site: in the same slot,
    /// or, where a slot was not said, of the same part.
    pub site_failed_before: bool,
    /// Whether parts of its kind are easily damaged.
    pub wear: bool,
}

/// The warnings that hold on the local day `today`. A year is twelve months back from the latest return.
#[must_use]
pub fn flags(history: &History, today: NaiveDate) -> Vec<RepairFlag> {
    let returns = history.received_on.iter().filter(|day| **day <= today);
    let latest = returns.clone().max().copied();
    let third = latest.is_some_and(|latest| {
        let since = latest.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
        // A warning that nobody gave cause for in a year is history.
        let is_news = today.checked_sub_months(Months::new(12)).is_none_or(|year_ago| latest > year_ago);
        is_news && returns.filter(|day| **day > since).count() >= 3
    });
    [
        (third, RepairFlag::ThirdReturn),
        (history.nff >= 2, RepairFlag::NffTwice),
        (history.doa > 0, RepairFlag::Doa),
        (history.site_failed_before, RepairFlag::SiteFailedBefore),
        (history.wear, RepairFlag::WearPart),
    ]
    .into_iter()
    .filter_map(|(holds, flag)| holds.then_some(flag))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(days: &[&str]) -> History {
        History { received_on: days.iter().map(|day| day.parse().unwrap()).collect(), ..History::default() }
    }

    fn flagged(history: &History, today: &str) -> Vec<RepairFlag> {
        flags(history, today.parse().unwrap())
    }

    #[test]
    fn the_third_return_within_twelve_months_is_flagged() {
        let thrice = on(&["2026-03-02", "2025-03-03", "2025-09-01"]);
        assert_eq!(flagged(&thrice, "2026-03-02"), [RepairFlag::ThirdReturn]);
        assert_eq!(
            flagged(&on(&["2026-03-02", "2025-03-02", "2025-09-01"]), "2026-03-02"),
            [],
            "a year and a day"
        );
        assert_eq!(flagged(&thrice, "2026-03-01"), [], "the third has not come yet");
        assert_eq!(flagged(&thrice, "2027-03-02"), [], "old news");
    }

    #[test]
    fn no_fault_twice_dead_on_arrival_and_the_site() {
        let history = History { nff: 2, doa: 1, site_failed_before: true, wear: true, ..History::default() };
        assert_eq!(
            flagged(&history, "2026-03-02"),
            [RepairFlag::NffTwice, RepairFlag::Doa, RepairFlag::SiteFailedBefore, RepairFlag::WearPart]
        );
        assert_eq!(flagged(&History { nff: 1, ..History::default() }, "2026-03-02"), []);
    }
}
