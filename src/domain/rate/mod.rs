//! The timely repair rate (及时修复率, NUMBERS §2): one RMA line judged, lines added up.
//!
//! A line belongs to the month of its *due date*, never of its closing. What happened after `as_of` is not known yet,
//! holds included; a line that is late counts against the rate the day after its due date, closed or not.

mod facts;
mod fate;
mod judge;
mod measure;
mod month;
#[cfg(test)]
mod properties;
mod tally;
#[cfg(test)]
mod tests;

pub use crate::domain::plan::RateVariant as Variant;
pub use facts::{Deadline, Exchange, LineFacts, Outcome};
pub use fate::{Fate, Settled, settle};
pub use judge::{Class, Exclusion, Judged, REMEDY_DAYS, classify, judge};
pub use measure::Measure;
pub use month::Month;
pub use tally::{Figures, NO_RATE, Tally, Target};
