//! Data-bearing parts on a line: the rule itself is one for lines and repair orders.

use crate::domain::data_bearing::{DataAnswer, DataCase, DataProof, data_proof};
use crate::domain::refusal::Refusal;
use crate::domain::rma::LineState;

/// Refuses what the answer, the act's or the plan's, does not allow, and what lacks its certificate. The answer and the
/// number to keep; `None` when no customer's data is on the part.
pub(super) fn check(
    line: &LineState,
    is_scrap: bool,
    proof: &DataProof,
) -> Result<Option<(DataAnswer, String)>, Refusal> {
    let case = DataCase {
        serial: &line.serial,
        part_no: &line.part.part_no,
        is_customers_data: line.case.data_bearing,
        plan_answer: line.case.data_answer,
        is_scrap,
    };
    data_proof(&case, proof)
}
