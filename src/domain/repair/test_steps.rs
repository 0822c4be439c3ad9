//! The steps of a test after repair: each has a name and its own verdict.

use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX};
use crate::domain::refusal::{FieldError, Refusal};
use crate::text_enum;

/// Steps one test may have.
pub const STEPS_MAX: usize = 30;

text_enum! {
    /// The verdict of one step.
    StepResult {
        Pass => "pass",
        Fail => "fail",
        NotApplicable => "not_applicable",
    }
}

/// One step of a test, e.g. "power-on self-test".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestStep {
    /// What was tried.
    pub name: String,
    /// How it went.
    pub result: StepResult,
    /// What proves it: a measured value, where the log is.
    pub evidence: String,
}

/// The verdict of the whole test, when nobody said one: every step that applies was passed.
#[must_use]
pub fn verdict(steps: &[TestStep]) -> Option<bool> {
    (!steps.is_empty()).then(|| steps.iter().all(|step| step.result != StepResult::Fail))
}

/// The steps as they are kept. A test with a failed step was not passed.
pub(super) fn sound(passed: bool, steps: &[TestStep]) -> Result<Vec<TestStep>, Refusal> {
    if steps.len() > STEPS_MAX {
        let error = FieldError::new("steps", "count_out_of_range");
        let error = error.with("max", STEPS_MAX).with("count", steps.len());
        return Err(Refusal::Invalid(vec![error]));
    }
    let mut fields = Fields::new();
    let mut kept = vec![];
    for (at, step) in steps.iter().enumerate() {
        kept.push(TestStep {
            name: fields.required(&format!("steps[{at}].name"), &step.name, NAME_MAX),
            result: step.result,
            evidence: fields.text(&format!("steps[{at}].evidence"), &step.evidence, LONG_MAX),
        });
    }
    fields.distinct("steps", kept.iter().map(|step| step.name.as_str()));
    if passed && verdict(&kept) == Some(false) {
        fields.fault("passed", "step_failed");
    }
    fields.finish()?;
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, result: StepResult) -> TestStep {
        TestStep { name: name.to_owned(), result, evidence: String::new() }
    }

    #[test]
    fn a_test_is_passed_when_no_step_failed() {
        use StepResult as R;
        assert_eq!(verdict(&[]), None);
        assert_eq!(verdict(&[step("a", R::Pass), step("b", R::NotApplicable)]), Some(true));
        assert_eq!(verdict(&[step("a", R::Pass), step("b", R::Fail)]), Some(false));
    }

    #[test]
    fn a_failed_step_forbids_a_passed_test() {
        use StepResult as R;
        let codes = |passed, steps: &[TestStep]| match sound(passed, steps) {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.code).collect(),
            _ => vec![],
        };
        assert_eq!(codes(true, &[step("a", R::Fail)]), ["step_failed"]);
        assert!(codes(false, &[step("a", R::Fail)]).is_empty());
        assert_eq!(codes(true, &[step(" ", R::Pass)]), ["required"]);
        assert_eq!(codes(true, &[step("a", R::Pass), step("a", R::Pass)]).len(), 1);
        let many: Vec<TestStep> = (0..=STEPS_MAX).map(|n| step(&n.to_string(), R::Pass)).collect();
        assert_eq!(codes(true, &many), ["count_out_of_range"]);
        assert_eq!(sound(true, &[step(" a ", R::Pass)]).unwrap()[0].name, "a");
    }
}
