//! Pure rules: no clock of its own, no database, no HTTP, no serde. Time is always a parameter.

pub mod actor;
pub mod calendar;
mod common_password;
pub mod count;
pub mod data_bearing;
pub mod dated_back;
pub mod entitlement;
pub mod equivalence;
pub mod fields;
pub mod intake;
pub mod language;
pub mod money;
pub mod notice;
pub mod people;
pub mod place;
pub mod plan;
pub mod rate;
pub mod refusal;
pub mod repair;
pub mod request;
pub mod rma;
pub mod scan;
pub mod serial;
pub mod setup;
pub mod stock;
pub mod transfer;
pub mod turnaround;

mod text_enum;

pub use text_enum::TextEnum;
