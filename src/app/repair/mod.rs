//! The bench: repair orders of RMA lines and of our own faulty stock, one rule for both.

mod act;
mod codes;
mod input;
mod list;
mod load;
mod open;
mod resolve;
mod scorecard;
mod view;
mod warranty;
mod write;

pub use crate::store::vendor_legs::StayRow;
pub use act::{Acted, act, assign};
pub use codes::{FaultCodeFields, change_code, create_code, list_codes};
pub use input::{BenchInput, PartInput};
pub use list::{FIRST, Listed, key_of, list, next_steps};
pub use open::{NewOrder, open};
pub use scorecard::{
    Comparison, PartScore, Scorecard, ScoresAsked, StayFilter, scorecard, scorecards, stays,
};
pub use view::{RepairView, usual_steps, view};

pub(super) use load::{LineRef, work_of_line};
pub(super) use warranty::{
    cover_by_diagnosis, covering, covering_by_diagnosis, is_under_warranty, warranty_of,
};
pub(super) use write::{follow_line, took_back, write_work};

pub use crate::store::fault_codes::FaultCodeRow;
pub use crate::store::repair_lists::{RepairFilter, RepairKey};
pub use crate::store::repair_tests::TestStepRow;
pub use crate::store::repairs::{RepairEventRow, RepairPartRow, RepairRow};
pub use crate::store::vendor_legs::LegRow;
