//! Which plan covers a customer's request: the contract in its period, else the customer's own plan, else none.

use crate::domain::plan::{PlanVersion, RateVariant};
use crate::text_enum;
use chrono::NaiveDate;

/// A contract is said to be ending when so many days or fewer are left.
const ENDING_DAYS: i64 = 60;

/// A contract of a customer, as far as coverage goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFacts {
    /// Row id.
    pub id: i64,
    /// Contract number.
    pub number: String,
    /// The plan it buys.
    pub plan_id: i64,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; `None` when it runs on.
    pub valid_to: Option<NaiveDate>,
    /// The rate it is measured by.
    pub variant: RateVariant,
    /// Names of the sites it is limited to; empty for all of the customer's.
    pub sites: Vec<String>,
}

impl ContractFacts {
    fn covers_site(&self, site: &str) -> bool {
        self.sites.is_empty() || self.sites.iter().any(|own| own == site)
    }

    fn is_in_force(&self, on: NaiveDate) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on <= to)
    }
}

text_enum! {
    /// How a contract stands on a day.
    Standing {
        /// It has not begun.
        Ahead => "ahead",
        /// It is in force.
        Running => "running",
        /// It is in force, for 60 days or less, and nothing follows it.
        Ending => "ending",
        /// It ran out, and nothing follows it.
        Over => "over",
        /// It ended, or is about to, and another one goes on where it stops.
        Followed => "followed",
    }
}

impl Standing {
    /// How `contract`, one of a customer's `all`, stands on the local day `on`.
    #[must_use]
    pub fn of(contract: &ContractFacts, all: &[ContractFacts], on: NaiveDate) -> Standing {
        let Some(to) = contract.valid_to.filter(|_| contract.valid_from <= on) else {
            return if on < contract.valid_from { Standing::Ahead } else { Standing::Running };
        };
        let left = to.signed_duration_since(on).num_days();
        if left > ENDING_DAYS {
            return Standing::Running;
        }
        let then = to.succ_opt().unwrap_or(to).max(on);
        let follows = |other: &&ContractFacts| other.id != contract.id && other.is_in_force(then);
        let mut followers = all.iter().filter(follows);
        let is_followed = match contract.sites.as_slice() {
            [] => followers.any(|other| other.sites.is_empty()),
            sites => {
                let followers: Vec<_> = followers.collect();
                sites.iter().all(|site| followers.iter().any(|other| other.covers_site(site)))
            }
        };
        match (is_followed, left < 0) {
            (true, _) => Standing::Followed,
            (false, true) => Standing::Over,
            (false, false) => Standing::Ending,
        }
    }
}

/// What covers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage<'a> {
    /// A contract in its period.
    Contract(&'a ContractFacts),
    /// No contract speaks about this site and day: the customer's plan.
    OwnPlan(i64),
    /// Chargeable, without any promise.
    None,
}

/// Decides what covers a request made on the local day `on` for `site` (empty when none was named).
///
/// Of several contracts the one named for the site goes before the general one, then the younger one. A contract that ran
/// out leaves the customer chargeable (API "/contracts"): the customer's own plan stands in only where no contract has
/// been in force before. One that has not begun yet takes nothing away.
#[must_use]
pub fn coverage<'a>(
    contracts: &'a [ContractFacts],
    own_plan: Option<i64>,
    site: &str,
    on: NaiveDate,
) -> Coverage<'a> {
    let speaking = || contracts.iter().filter(|contract| contract.covers_site(site));
    let in_force = speaking()
        .filter(|contract| contract.is_in_force(on))
        .max_by_key(|contract| (!contract.sites.is_empty(), contract.valid_from, contract.id));
    if let Some(contract) = in_force {
        return Coverage::Contract(contract);
    }
    if speaking().any(|contract| contract.valid_to.is_some_and(|to| to < on)) {
        return Coverage::None;
    }
    own_plan.map_or(Coverage::None, Coverage::OwnPlan)
}

/// The plan that covers a request, with what the contract says otherwise laid over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanInForce {
    /// The version, whose `variant` is the contract's where there is a contract.
    pub version: PlanVersion,
    /// The contract it comes from; `None` when it is the customer's own plan.
    pub contract: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn contract(id: i64, from: &str, to: Option<&str>, sites: &[&str]) -> ContractFacts {
        ContractFacts {
            id,
            number: format!("HT-{id}"),
            plan_id: id * 10,
            valid_from: day(from),
            valid_to: to.map(day),
            variant: RateVariant::Strict,
            sites: sites.iter().map(|s| (*s).to_owned()).collect(),
        }
    }

    #[test]
    fn a_contract_covers_its_first_and_its_last_day() {
        let contracts = [contract(1, "2026-01-01", Some("2026-12-31"), &[])];
        for on in ["2026-01-01", "2026-12-31"] {
            assert_eq!(coverage(&contracts, Some(7), "", day(on)), Coverage::Contract(&contracts[0]), "{on}");
        }
        assert_eq!(coverage(&contracts, Some(7), "", day("2027-01-01")), Coverage::None, "it ran out");
        assert_eq!(
            coverage(&contracts, Some(7), "", day("2025-12-31")),
            Coverage::OwnPlan(7),
            "it has not begun"
        );
    }

    #[test]
    fn a_contract_that_ends_says_so_unless_another_goes_on() {
        let standing = |all: &[ContractFacts], on| Standing::of(&all[0], all, day(on));
        let alone = [contract(1, "2026-01-01", Some("2026-12-31"), &[])];
        let stands = ["2025-12-31", "2026-01-01", "2026-10-31", "2026-11-01", "2026-12-31", "2027-01-01"];
        use Standing::{Ahead, Ending, Over, Running};
        let expected = [Ahead, Running, Running, Ending, Ending, Over];
        assert_eq!(stands.map(|on| standing(&alone, on)), expected, "60 days before the last one");
        let open = [contract(1, "2026-01-01", None, &[])];
        assert_eq!(standing(&open, "2030-01-01"), Running, "it runs on");
        let renewed = [alone[0].clone(), contract(2, "2027-01-01", None, &[])];
        assert_eq!(standing(&renewed, "2026-12-01"), Standing::Followed);
        assert_eq!(standing(&renewed, "2027-06-01"), Standing::Followed);
        let late = [alone[0].clone(), contract(2, "2027-03-01", None, &[])];
        assert_eq!(["2026-12-01", "2027-01-15"].map(|on| standing(&late, on)), [Ending, Over], "a gap");
        let elsewhere = [alone[0].clone(), contract(2, "2026-06-01", None, &["东站"])];
        assert_eq!(standing(&elsewhere, "2026-12-01"), Ending, "one site is not all of them");
        let by_site =
            [contract(1, "2026-01-01", Some("2026-12-31"), &["东站"]), contract(2, "2026-06-01", None, &[])];
        assert_eq!(standing(&by_site, "2026-12-01"), Standing::Followed);
    }

    #[test]
    fn without_a_contract_the_own_plan_counts_and_without_that_nothing() {
        assert_eq!(coverage(&[], Some(7), "", day("2026-06-01")), Coverage::OwnPlan(7));
        assert_eq!(coverage(&[], None, "", day("2026-06-01")), Coverage::None);
    }

    #[test]
    fn a_contract_for_a_site_speaks_of_that_site_only_and_goes_first_there() {
        let contracts = [contract(1, "2026-01-01", None, &["东站"]), contract(2, "2026-03-01", None, &[])];
        assert_eq!(coverage(&contracts, None, "东站", day("2026-06-01")), Coverage::Contract(&contracts[0]));
        assert_eq!(coverage(&contracts, None, "西站", day("2026-06-01")), Coverage::Contract(&contracts[1]));
        assert_eq!(coverage(&contracts, None, "", day("2026-06-01")), Coverage::Contract(&contracts[1]));
        assert_eq!(coverage(&contracts[..1], Some(7), "西站", day("2026-06-01")), Coverage::OwnPlan(7));
    }

    #[test]
    fn a_renewal_takes_over_from_the_day_it_begins() {
        let contracts =
            [contract(1, "2025-01-01", Some("2026-06-30"), &[]), contract(2, "2026-06-01", None, &[])];
        assert_eq!(coverage(&contracts, None, "", day("2026-05-31")), Coverage::Contract(&contracts[0]));
        assert_eq!(coverage(&contracts, None, "", day("2026-06-15")), Coverage::Contract(&contracts[1]));
        assert_eq!(coverage(&contracts, None, "", day("2026-07-01")), Coverage::Contract(&contracts[1]));
    }
}
