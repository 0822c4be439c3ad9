//! Repair orders: what the bench does to a unit, for an RMA line and for our own faulty stock alike.
//!
//! [`decide`] takes what is known of an order and an action somebody wants, and says everything that follows as [`Work`].
//! An order of an open RMA line carries its line along: the line's repair track is [`line_state`] of the order's, nothing
//! else moves it while the unit is on the bench.

mod action;
mod decide;
mod ends;
mod flags;
mod order;
mod queue;
mod scorecard;
mod steps;
mod test_steps;
mod warranty;
mod watch;

pub use action::{PartUse, RepairAction, RepairKind, Returned, VendorSent};
pub use decide::{allowed_actions, check_entry, decide, goes_from, line_state};
pub use flags::{History, RepairFlag, flags};
pub use order::{OrderState, RepairTerms, VendorLeg};
pub use queue::{BenchLane, QueueSort};
pub use scorecard::{Score, Stay, StayClass, score};
pub use steps::{VendorChange, Work};
pub use test_steps::{STEPS_MAX, StepResult, TestStep, verdict};
pub use warranty::{DEFAULT_WARRANTY_DAYS, PastRepair, Warranty, is_repeat};
pub use watch::{Watch, WatchClass};

use crate::domain::plan::VendorSwap;
use crate::text_enum;

text_enum! {
    /// Whose doing a delay was (责任归属).
    Cause {
        /// Ours.
        Ours => "ours",
        /// The maker's.
        Maker => "maker",
        /// The customer's.
        Customer => "customer",
        /// The carrier's.
        Carrier => "carrier",
        /// Force majeure.
        ForceMajeure => "force_majeure",
    }
}

impl Cause {
    /// Whether a contract may list it as one that leaves the rate's denominator (NUMBERS §2): never our own doing, nor that
    /// of those we chose to repair for us.
    #[must_use]
    pub fn may_excuse(self) -> bool {
        matches!(self, Cause::Customer | Cause::Carrier | Cause::ForceMajeure)
    }
}

/// The mark of a maker's other serial on a line's timeline, by which the rate knows how the plan counts it.
#[must_use]
pub fn swap_mark(swap: VendorSwap) -> &'static str {
    match swap {
        VendorSwap::Exchange => "vendor_exchange",
        VendorSwap::Repair => "vendor_repair",
    }
}

/// The causes a plan lists, as stored: codes with commas between.
#[must_use]
pub fn causes_text(causes: &[Cause]) -> String {
    causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(",")
}

/// The causes of a stored list; what is no cause is left out.
#[must_use]
pub fn causes_of(text: &str) -> Vec<Cause> {
    text.split(',').filter_map(|code| Cause::from_code(code.trim())).collect()
}
