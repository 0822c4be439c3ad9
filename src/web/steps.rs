//! The stepper: the stages of a line in order, and where it stands.

use chrono::{DateTime, Utc};

/// A stage of the stepper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Text key `step-…`.
    pub key: &'static str,
    /// `done`, `now` or `todo`.
    pub class: &'static str,
    /// When it was reached.
    pub at: Option<DateTime<Utc>>,
}

/// The stages of each mode, in order, as text keys without their `step-` prefix. A unit that does not go home is neither
/// repaired nor sent: a board comes in its place.
fn stages(mode: &str, goes_home: bool) -> &'static [&'static str] {
    match mode {
        "repair_return" if !goes_home => stages("equivalent_exchange", true),
        "loaner" if !goes_home => &[
            "step-requested",
            "step-authorised",
            "step-replaced",
            "step-received",
            "step-diagnosed",
            "step-exchanged",
            "step-closed",
        ],
        "repair_return" => &[
            "step-requested",
            "step-authorised",
            "step-received",
            "step-diagnosed",
            "step-repaired",
            "step-tested",
            "step-dispatched",
            "step-returned",
            "step-closed",
        ],
        "advance_replacement" => {
            &["step-requested", "step-authorised", "step-replaced", "step-received", "step-closed"]
        }
        "equivalent_exchange" => &[
            "step-requested",
            "step-authorised",
            "step-received",
            "step-diagnosed",
            "step-exchanged",
            "step-closed",
        ],
        _ => &[
            "step-requested",
            "step-authorised",
            "step-replaced",
            "step-received",
            "step-diagnosed",
            "step-repaired",
            "step-tested",
            "step-dispatched",
            "step-returned",
            "step-closed",
        ],
    }
}

/// The stepper of a line: `reached` says when a stage (key `step-…`) was reached; see [`ladder`].
pub fn steps(
    mode: &str,
    goes_home: bool,
    ended: bool,
    reached: impl Fn(&str) -> Option<DateTime<Utc>>,
) -> Vec<Step> {
    ladder(stages(mode, goes_home), ended, reached)
}

/// Steps in order. A step counts as done when a later one was reached (no fault found skips the repair); the first
/// after the last one reached is where things stand, unless the line has ended.
pub fn ladder(
    keys: &[&'static str],
    ended: bool,
    reached: impl Fn(&str) -> Option<DateTime<Utc>>,
) -> Vec<Step> {
    let last = keys.iter().rposition(|key| reached(key).is_some());
    let class = |index: usize| match last {
        Some(last) if index <= last => "done",
        Some(last) if index == last + 1 && !ended => "now",
        None if index == 0 && !ended => "now",
        _ => "todo",
    };
    keys.iter().enumerate().map(|(index, key)| Step { key, class: class(index), at: reached(key) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples;

    #[test]
    fn a_line_stands_after_the_last_stage_reached() {
        let reached = |key: &str| {
            matches!(key, "step-requested" | "step-authorised" | "step-diagnosed")
                .then(|| samples::at(2026, 11, 1, 9, 0))
        };
        let made = steps("repair_return", true, false, reached);
        let classes: Vec<_> = made.iter().map(|step| step.class).collect();
        assert_eq!(classes, ["done", "done", "done", "done", "now", "todo", "todo", "todo", "todo"]);
        assert!(made[2].at.is_none(), "receipt without a date is done because diagnosis came after it");
        assert!(steps("loaner", true, true, |_| None).iter().all(|step| step.class == "todo"));
        assert_eq!(steps("loaner", true, false, |_| None)[0].class, "now");
        let made = steps("repair_return", false, false, reached);
        let ahead: Vec<_> = made.iter().filter(|step| step.class != "done").map(|step| step.key).collect();
        assert_eq!(ahead, ["step-exchanged", "step-closed"], "nobody repairs what is to be exchanged");
    }
}
