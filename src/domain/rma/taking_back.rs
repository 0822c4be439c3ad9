//! Taking back the latest step of a line: what cannot be taken back, and how its movements are reversed.

use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, LineState};
use crate::domain::stock::{Posting, Recorded};
use chrono::{DateTime, Utc};

/// Whether a step of this kind is a matter between us alone, or can be put right with a word to the customer. What the customer
/// agreed to, or was asked to agree to, and what two people decided stays.
#[must_use]
pub fn may_be_taken_back(kind: ActionKind) -> bool {
    use ActionKind as A;
    !matches!(
        kind,
        A::ApproveVoid
            | A::SendQuote
            | A::AcceptQuote
            | A::RefuseQuote
            | A::ExpireQuote
            | A::KeepLoaner
            | A::AgreeScrap
            | A::TakeBack
    )
}

/// The step that would be taken back.
///
/// # Errors
/// `nothing_to_take_back` without a step on record, `step_stays` for one that cannot be taken back.
pub fn step_to_take_back(line: &LineState) -> Result<ActionKind, Refusal> {
    let Some(kind) = line.last_step else {
        return Err(Refusal::NothingToTakeBack { state: line.repair.to_string() });
    };
    if may_be_taken_back(kind) { Ok(kind) } else { Err(Refusal::StepStays { action: kind.to_string() }) }
}

/// The entry that reverses a movement of a step. It happened when the movement did, which never happened: so that stock as of
/// any day is right at once. `last` is the unit's last movement that is left.
///
/// # Errors
/// `not_the_last_movement` when something happened to the unit since, `already_reversed`.
pub fn reversal(
    first: &Recorded,
    last: Option<i64>,
    occurred_at: DateTime<Utc>,
    reason: &str,
) -> Result<Posting, Refusal> {
    may_reverse(first, last)?;
    Ok(first.reversed(occurred_at, reason))
}

/// Whether a movement of a step can be reversed.
///
/// # Errors
/// As [`reversal`].
pub fn may_reverse(first: &Recorded, last: Option<i64>) -> Result<(), Refusal> {
    let movement = first.id.to_string();
    if let Some(by) = first.reversed_by {
        return Err(Refusal::AlreadyReversed { movement, by: by.to_string() });
    }
    if let Some(last) = last.filter(|last| *last != first.id) {
        return Err(Refusal::NotTheLastMovement { movement, last: last.to_string() });
    }
    Ok(())
}
