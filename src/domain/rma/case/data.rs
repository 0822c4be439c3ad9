//! Data-bearing parts on a line: the rule itself is one for lines and repair orders.

use crate::domain::data_bearing::{DataCase, DataProof, data_proof};
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, LineState};

/// Refuses what the plan's answer does not allow, and what lacks its certificate.
pub(super) fn check(line: &LineState, kind: ActionKind, certificate: &str) -> Result<(), Refusal> {
    let case = DataCase {
        serial: &line.serial,
        part_no: &line.part.part_no,
        is_customers_data: line.case.data_bearing,
        plan_answer: line.case.data_answer,
        is_scrap: kind == ActionKind::Scrap,
    };
    let proof = DataProof { answer: None, certificate: certificate.to_owned() };
    data_proof(&case, &proof).map(|_| ())
}
