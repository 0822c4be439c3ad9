//! The evidence pack (PRODUCT "What no other system does" 5): every line due in a period with its facts, chained by hashes,
//! so that the customer counts the same rate without us. docs/evidence.md is its exact description.
//!
//! A pack that was issued is kept and never changes. A later one lists what it tells differently, by whom and why.

mod check;
mod issue;
mod pack;
mod paper;
mod proof;
mod restate;
mod rows;

pub use check::{Finding, Verdict, check};
pub use issue::{EvidenceQuery, Issued, content, issue, list, report};
pub use pack::{BadPack, FORMAT, FigureRow, Manifest, Pack, SealOf};
pub(in crate::app) use proof::prove_into;
pub use restate::Restated;
pub use rows::{COLUMNS, LineFacts};

pub use crate::store::evidence::PackRow;
