//! Data-bearing parts (PRODUCT "Cases settled"): scrap, stock entry or vendor dispatch of a customer's one needs the plan's
//! answer, keep, wipe or destroy, with the number of the certificate.

use crate::domain::refusal::Refusal;
use crate::text_enum;

text_enum! {
    /// What becomes of the data on a customer's part.
    DataAnswer {
        /// The customer keeps the medium.
        Keep => "keep",
        /// It is wiped.
        Wipe => "wipe",
        /// The medium is destroyed.
        Destroy => "destroy",
    }
}

/// What somebody says about the data before the part leaves the customer's world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataProof {
    /// The answer given with the act; the plan's when not said.
    pub answer: Option<DataAnswer>,
    /// Number of the certificate: of the wiping, the destruction, or the hand-over of the medium.
    pub certificate: String,
}

/// What is done with the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataCase<'a> {
    /// Serial, to name it.
    pub serial: &'a str,
    /// Part number, to name it.
    pub part_no: &'a str,
    /// Whether a customer's data may be on it: its kind bears data, and it is a customer's or was until this repair.
    pub is_customers_data: bool,
    /// What the plan answers.
    pub plan_answer: Option<DataAnswer>,
    /// Whether it is scrapped; else it enters stock or goes to a maker.
    pub is_scrap: bool,
}

/// The answer and the certificate number to keep with the act; `None` when the part holds no customer's data. A medium the
/// customer keeps goes nowhere but home, and of one to be destroyed nothing but scrap is left.
///
/// # Errors
/// `data_answer_needed` when neither the act nor the plan answers, `data_stays_with_customer`, `data_must_be_destroyed`,
/// `certificate_needed`.
pub fn data_proof(case: &DataCase<'_>, proof: &DataProof) -> Result<Option<(DataAnswer, String)>, Refusal> {
    if !case.is_customers_data {
        return Ok(None);
    }
    let part_no = case.part_no.to_owned();
    let answer = match proof.answer.or(case.plan_answer) {
        None => return Err(Refusal::DataAnswerNeeded { serial: case.serial.to_owned() }),
        Some(DataAnswer::Keep) => return Err(Refusal::DataStaysWithCustomer { part_no }),
        Some(DataAnswer::Destroy) if !case.is_scrap => return Err(Refusal::DataMustBeDestroyed { part_no }),
        Some(answer) => answer,
    };
    match proof.certificate.trim() {
        "" => Err(Refusal::CertificateNeeded { part_no }),
        number => Ok(Some((answer, number.to_owned()))),
    }
}

text_enum! {
    /// How a unit stands on which a customer's data may be.
    DataState {
        /// It moves by the act on its document, which asks for the answer.
        OnDocument => "on_document",
        /// It is ours, came back from a customer, and nobody said what became of the data.
        Unanswered => "unanswered",
        /// The data is to be destroyed with the medium: nothing but scrap is left of it.
        ToDestroy => "to_destroy",
    }
}

/// A customer's data may be on a unit, and nobody proved that it is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataLeft {
    /// The document under which it came to be there: that of the unit's repair, or of its last movement.
    pub document: String,
    /// How the unit stands.
    pub state: DataState,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(
        plan_answer: Option<DataAnswer>,
        is_scrap: bool,
        certificate: &str,
    ) -> Result<Option<(DataAnswer, String)>, &'static str> {
        let case = DataCase { serial: "S1", part_no: "P1", is_customers_data: true, plan_answer, is_scrap };
        let said = DataProof { answer: None, certificate: certificate.into() };
        data_proof(&case, &said).map_err(|refusal| refusal.code())
    }

    #[test]
    fn the_plan_answers_and_a_certificate_proves_it() {
        assert_eq!(proof(None, true, "W-1"), Err("data_answer_needed"));
        assert_eq!(proof(Some(DataAnswer::Keep), true, "W-1"), Err("data_stays_with_customer"));
        assert_eq!(proof(Some(DataAnswer::Wipe), false, " "), Err("certificate_needed"));
        assert_eq!(proof(Some(DataAnswer::Wipe), false, " W-1 "), Ok(Some((DataAnswer::Wipe, "W-1".into()))));
        assert_eq!(proof(Some(DataAnswer::Destroy), false, "D-1"), Err("data_must_be_destroyed"));
        assert_eq!(
            proof(Some(DataAnswer::Destroy), true, "D-1"),
            Ok(Some((DataAnswer::Destroy, "D-1".into())))
        );
    }

    #[test]
    fn the_act_may_answer_where_the_plan_did_not_and_our_own_data_needs_no_answer() {
        let case = DataCase {
            serial: "S1",
            part_no: "P1",
            is_customers_data: true,
            plan_answer: None,
            is_scrap: false,
        };
        let said = DataProof { answer: Some(DataAnswer::Wipe), certificate: "W-1".into() };
        assert_eq!(data_proof(&case, &said), Ok(Some((DataAnswer::Wipe, "W-1".into()))));
        let ours = DataCase { is_customers_data: false, ..case };
        assert_eq!(data_proof(&ours, &DataProof::default()), Ok(None));
    }
}
