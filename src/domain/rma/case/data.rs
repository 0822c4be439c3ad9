//! Data-bearing parts: before a customer's one is scrapped, enters stock or goes to a maker, the plan must have answered
//! (PRODUCT "Data-bearing parts").

use crate::domain::plan::DataAnswer;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, LineState};

/// Refuses what the plan's answer does not allow, and what lacks its certificate.
pub(super) fn check(line: &LineState, kind: ActionKind, certificate: &str) -> Result<(), Refusal> {
    if !line.case.data_bearing {
        return Ok(());
    }
    let part_no = line.part.part_no.clone();
    let certified = || {
        if certificate.trim().is_empty() {
            Err(Refusal::CertificateNeeded { part_no: line.part.part_no.clone() })
        } else {
            Ok(())
        }
    };
    match line.case.data_answer {
        None => Err(Refusal::DataAnswerMissing { part_no }),
        Some(DataAnswer::Keep) => Err(Refusal::DataStaysWithCustomer { part_no }),
        Some(DataAnswer::Wipe) => certified(),
        Some(DataAnswer::Destroy) if kind == ActionKind::Scrap => certified(),
        Some(DataAnswer::Destroy) => Err(Refusal::DataMustBeDestroyed { part_no }),
    }
}
