//! What bench work says on the wire: for an RMA line and for a repair order alike.

use crate::api::words::{CauseWord, DataAnswerWord, StepResultWord};
use crate::app::repair::{BenchInput, PartInput};
use crate::domain::money::{DEFAULT_CURRENCY, parse_currency, parse_fen};
use crate::domain::refusal::Refusal;
use crate::domain::repair::TestStep;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something to build in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartBody {
    /// Part number; may be left out when the serial says it all.
    #[schema(example = "CAP-47UF")]
    part_no: Option<String>,
    /// Serial, for a part counted one by one.
    serial: Option<String>,
    /// How many; 1 when not said.
    #[schema(minimum = 1)]
    quantity: Option<i64>,
    /// Place it is taken from; where most of it stands in the order's depot when not said.
    #[schema(example = "JN/A1-01")]
    from: Option<String>,
}

/// One step of a test after repair.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestStepBody {
    /// What was tried.
    #[schema(example = "Power-on self-test", min_length = 1, max_length = 200)]
    name: String,
    /// How it went.
    result: StepResultWord,
    /// What proves it: a measured value, where the log is.
    #[serde(default)]
    #[schema(max_length = 500)]
    evidence: String,
}

impl From<&TestStepBody> for TestStep {
    fn from(body: &TestStepBody) -> TestStep {
        TestStep { name: body.name.clone(), result: body.result.0, evidence: body.evidence.clone() }
    }
}

/// A sum of money that is not negative, in fen.
pub(super) fn fen_of(field: &'static str, text: Option<&str>) -> Result<Option<i64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let fen = parse_fen(text).filter(|fen| *fen >= 0);
    Ok(Some(fen.ok_or_else(|| Refusal::field(field, "bad_amount"))?))
}

/// What a repair costs is kept in one currency, so that sums and limits are sums: refuses another with `only_cny`.
pub(super) fn in_cny(currency: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = currency else { return Ok(()) };
    let currency = parse_currency(text).ok_or_else(|| Refusal::field("currency", "bad_currency"))?;
    if currency == DEFAULT_CURRENCY { Ok(()) } else { Err(Refusal::field("currency", "only_cny")) }
}

/// What the use case reads.
pub(super) fn bench_input(
    fault_code: Option<&String>,
    estimate: Option<&str>,
    parts: &[PartBody],
    steps: &[TestStepBody],
    data: Option<DataAnswerWord>,
    certificate: &str,
    cause: Option<CauseWord>,
    evidence: &str,
) -> Result<BenchInput, Refusal> {
    let part = |part: &PartBody| PartInput {
        part_no: part.part_no.clone(),
        serial: part.serial.clone(),
        quantity: part.quantity,
        from: part.from.clone(),
    };
    Ok(BenchInput {
        fault_code: fault_code.cloned(),
        estimate_fen: fen_of("estimate", estimate)?,
        parts: parts.iter().map(part).collect(),
        steps: steps.iter().map(TestStep::from).collect(),
        data: data.map(|word| word.0),
        certificate: certificate.to_owned(),
        cause: cause.map(|word| word.0),
        evidence: evidence.to_owned(),
    })
}
