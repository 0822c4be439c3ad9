//! From which states a case goes, and what the cases forbid on the main path.

use crate::domain::actor::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::repair::RepairKind;
use crate::domain::rma::case::{Agreement, Case, data, keep, owed};
use crate::domain::rma::{
    Action, ActionKind, FaultyState, IssuedRole, IssuedState, LineState, RepairOutcome, RepairState, guards,
};
use crate::domain::stock::{Owner, rfc3339};
use chrono::{DateTime, Utc};

/// The transition table of the cases; `false` for all other actions.
pub(in crate::domain::rma) fn is_possible(line: &LineState, kind: ActionKind) -> bool {
    use ActionKind as A;
    use RepairState as S;
    let open = !matches!(line.repair, S::Closed | S::Rejected | S::Cancelled | S::Void);
    let waiting = line.repair.is_awaited();
    let quoted = line.case.open_quote().is_some();
    let ours = line.unit.as_ref().is_some_and(|unit| unit.owner == Owner::Us);
    // On our own bench: nothing leaves the maker's but by coming back.
    let on_bench = line.repair.is_with_us() && line.repair != S::AtVendor;
    // In advance replacement the part is our own order's from the start.
    let exchanged = line.repair == S::Exchanged && line.mode.promises_return();
    match kind {
        A::Void => line.repair != S::Void && line.case.void_asked_by.is_none(),
        A::ApproveVoid => line.repair != S::Void && line.case.void_asked_by.is_some(),
        A::CorrectSerial => waiting && line.faulty != FaultyState::Received && !titles_swapped(line),
        A::ReportDoa => {
            (open || line.repair == S::Closed)
                && line
                    .issued
                    .iter()
                    .any(|issued| keep::may_be_dead(issued) && (open || issued.role == IssuedRole::Permanent))
        }
        A::KeepLoaner => {
            line.repair.is_with_us()
                && line.mode.promises_return()
                && !quoted
                && line.exchange().is_none()
                && line.active(IssuedRole::Loan).is_some_and(|loan| loan.state == IssuedState::InUse)
        }
        // What is ours goes home to nobody, whatever became of the spare given for it.
        A::ChangeMode => {
            (waiting || (line.repair.is_with_us() && !ours))
                && !line.exchange_decided
                && !titles_swapped(line)
        }
        A::SetEntitlement => (waiting || line.repair.is_with_us()) && !quoted,
        A::SendQuote => line.repair.is_with_us() && line.mode.promises_return() && !quoted,
        A::AcceptQuote | A::RefuseQuote | A::ExpireQuote => quoted && line.repair.is_with_us(),
        A::ReturnUnrepaired => {
            on_bench
                && !ours
                && line.mode.promises_return()
                && line.exchange().is_none()
                && !line.on_hold
                && !quoted
        }
        A::AgreeScrap => {
            line.repair.is_with_us()
                && !ours
                && !line.exchange_decided
                && !quoted
                && line.case.scrap_agreed_at.is_none()
        }
        A::Scrap => {
            (on_bench && !quoted && !line.exchange_decided && (ours || line.mode.promises_return()))
                || (exchanged && ours && line.is_in_our_house())
        }
        A::ToStock => (on_bench && ours) || (exchanged && ours && line.is_in_our_house()),
        A::WaiveFaultyReturn => open && owed::anything(line),
        A::ChargeFaulty => open && owed::anything_to_charge(line),
        _ => false,
    }
}

/// In advance replacement the faulty part is ours once the replacement was handed over.
fn titles_swapped(line: &LineState) -> bool {
    line.unit.as_ref().is_some_and(|unit| unit.owner == Owner::Us)
        && line.replacement().is_some_and(|issued| issued.state == IssuedState::InUse)
}

/// Work that is paid for by what it says; a start, a maker's repair and parts are paid for in any case
/// ([`guards`]). What a maker has done is a fact, and finding out that nothing can or need be done costs the customer nothing.
fn is_paid_work(action: &Action) -> bool {
    match action {
        Action::Bench(work) if work.kind == RepairKind::FinishRepair => {
            work.outcome == Some(RepairOutcome::Repaired) || !work.parts_fen.is_empty()
        }
        _ => false,
    }
}

/// What the cases forbid, asked after the transition table said yes.
pub(in crate::domain::rma) fn guard(
    actor: &Actor,
    line: &LineState,
    action: &Action,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let kind = action.kind();
    if is_paid_work(action) {
        guards::may_work(line)?;
    }
    // A maker's leg asks at the bench (`domain::repair`).
    if let Action::Case(Case::Scrap { data: proof, .. } | Case::ToStock { data: proof, .. }) = action {
        data::check(line, kind == ActionKind::Scrap, proof)?;
    }
    if kind == ActionKind::ApproveVoid
        && let Some(asker) = &line.case.void_asked_by
    {
        // The program itself is one person, too.
        if asker.user_id == actor.id() {
            return Err(Refusal::SecondPersonNeeded { username: actor.username.clone() });
        }
    }
    match action {
        Action::Case(Case::KeepLoaner { agreed, .. }) => {
            let handed_over = line.active(IssuedRole::Loan).and_then(|loan| loan.in_use_at);
            // Nobody keeps what they do not have, in place of what they have not sent (NUMBERS §2: never the loan date).
            agreed_between(agreed, handed_over.max(line.case.received_at), now)
        }
        Action::Case(Case::AgreeScrap { agreed }) => agreed_between(agreed, line.case.requested_at, now),
        _ => Ok(()),
    }
}

/// A customer's word is given once there is something to agree to, and not in the future.
fn agreed_between(
    agreed: &Agreement,
    earliest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let Some(at) = agreed.at else { return Ok(()) };
    if at > now {
        return Err(Refusal::InTheFuture { occurred_at: rfc3339(at) });
    }
    match earliest.filter(|earliest| at < *earliest) {
        None => Ok(()),
        Some(previous) => {
            Err(Refusal::BeforePreviousStep { occurred_at: rfc3339(at), previous: rfc3339(previous) })
        }
    }
}
