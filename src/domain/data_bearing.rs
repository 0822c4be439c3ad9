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
    /// Whether parts of its kind hold data.
    pub data_bearing: bool,
    /// Whether a customer's data may be on it: it is a customer's, or was until this repair.
    pub of_customer: bool,
    /// What the plan answers.
    pub plan_answer: Option<DataAnswer>,
}

/// The answer and certificate to keep with the act; `None` when the part holds no customer's data.
///
/// # Errors
/// `data_answer_needed` when neither the act nor the plan answers, `certificate: required` without a certificate number.
pub fn data_proof(case: &DataCase<'_>, proof: &DataProof) -> Result<Option<(DataAnswer, String)>, Refusal> {
    if !case.data_bearing || !case.of_customer {
        return Ok(None);
    }
    let Some(answer) = proof.answer.or(case.plan_answer) else {
        return Err(Refusal::DataAnswerNeeded { serial: case.serial.to_owned() });
    };
    let certificate = proof.certificate.trim();
    if certificate.is_empty() {
        return Err(Refusal::field("certificate", "required"));
    }
    Ok(Some((answer, certificate.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(data_bearing: bool, of_customer: bool, plan_answer: Option<DataAnswer>) -> DataCase<'static> {
        DataCase { serial: "S1", data_bearing, of_customer, plan_answer }
    }

    fn proof(answer: Option<DataAnswer>, certificate: &str) -> DataProof {
        DataProof { answer, certificate: certificate.into() }
    }

    #[test]
    fn only_a_customers_data_needs_an_answer() {
        let nothing = DataProof::default();
        assert_eq!(data_proof(&case(false, true, None), &nothing), Ok(None));
        assert_eq!(data_proof(&case(true, false, None), &nothing), Ok(None));
        assert_eq!(
            data_proof(&case(true, true, None), &nothing),
            Err(Refusal::DataAnswerNeeded { serial: "S1".into() })
        );
    }

    #[test]
    fn the_plan_answers_and_the_act_may_answer_otherwise_but_a_certificate_it_takes() {
        let planned = case(true, true, Some(DataAnswer::Wipe));
        assert_eq!(data_proof(&planned, &proof(None, " ")), Err(Refusal::field("certificate", "required")));
        assert_eq!(data_proof(&planned, &proof(None, " DW-7 ")), Ok(Some((DataAnswer::Wipe, "DW-7".into()))));
        assert_eq!(
            data_proof(&planned, &proof(Some(DataAnswer::Destroy), "D-1")),
            Ok(Some((DataAnswer::Destroy, "D-1".into())))
        );
    }
}
