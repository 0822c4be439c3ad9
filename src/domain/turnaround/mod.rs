//! How long a repair takes, and what that says about the lines still open (NUMBERS §2).
//!
//! Times are *counted days*: working days of the calendar with the customer's holds left out. Lines still open are not left
//! out: they are observed up to their age and no further (censored), so that slow repairs do not hide behind fast ones.

mod competing;
mod forecast;
mod risk;
mod survival;
#[cfg(test)]
mod tests;

pub use competing::{Incidence, IncidenceStep};
pub use forecast::{Forecast, Odds, forecast};
pub use risk::{
    AT_RISK_MISS, AT_RISK_WORKING_DAYS, BackRange, Learned, MONTH_ALERT, NOT_COUNTED_BP, PRIOR_LINES,
    UNKNOWN_BP, chance_of_missing, is_at_risk, kept_bp, miss_bp, miss_of_bp,
};
pub use survival::{Curve, Step};

use crate::text_enum;

text_enum! {
    /// What ended the time of one line.
    End {
        /// The repaired unit (or one without a fault) was handed back.
        Returned => "returned",
        /// An equivalent board was given instead, or the loaner kept.
        Exchanged => "exchanged",
        /// The unit was scrapped.
        Scrapped => "scrapped",
        /// Still open, or called off: it took longer than this, and nobody knows how much.
        Open => "open",
    }
}

/// One line as the turnaround sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observation {
    /// Counted days from receipt to the end, or to the day it is looked at.
    pub days: u32,
    /// What ended it.
    pub end: End,
}

/// The 97.5 % point of the normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

/// A count as a number to calculate with; there are never so many lines that it matters.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
