//! What bench work may say beside what every action says.

use crate::domain::data_bearing::DataAnswer;
use crate::domain::repair::{Cause, TestStep};

/// Something to build in, in the words of the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartInput {
    /// Part number; may be left out when the serial says it all.
    pub part_no: Option<String>,
    /// Serial, as scanned.
    pub serial: Option<String>,
    /// How many; 1 when not said.
    pub quantity: Option<i64>,
    /// Place code; where most of it stands in the order's depot when not said.
    pub from: Option<String>,
}

/// What bench work may say; each action reads what concerns it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BenchInput {
    /// Diagnosis code.
    pub fault_code: Option<String>,
    /// What the repair is thought to cost, in fen.
    pub estimate_fen: Option<i64>,
    /// What is built in.
    pub parts: Vec<PartInput>,
    /// The steps of a test.
    pub steps: Vec<TestStep>,
    /// What becomes of a customer's data.
    pub data: Option<DataAnswer>,
    /// The certificate of that.
    pub certificate: String,
    /// Whose doing a delay was.
    pub cause: Option<Cause>,
    /// What proves it.
    pub evidence: String,
}
