//! May this happen to the line now, and what follows? One flat run of refusals, then one arm per action.

use crate::domain::actor::{Actor, DepotRef, Permission, Role};
use crate::domain::dated_back;
use crate::domain::place::{PlaceKind, engineer_code};
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::rma::why_not::why_not;
use crate::domain::rma::{
    Action, ActionKind, Case, Decision, FaultyState, IssuedState, IssuedUnit, LineState, Mode, RepairState,
    bench, guards, step_to_take_back, steps,
};
use crate::domain::rma::{case, service};
use crate::domain::stock::{Subject, UnitState, rfc3339};
use chrono::{DateTime, Utc};

/// When and why, beside the action itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// When it happened; now when not said.
    pub occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    pub note: String,
    /// The reason the action gives: as good as a note.
    pub reason: String,
}

/// Decides an action on a line.
pub fn decide(
    actor: &Actor,
    line: &LineState,
    action: &Action,
    when: &When,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let kind = action.kind();
    may_act(actor, line, action)?;
    against(line, kind)?;
    case::guard(actor, line, action, now)?;
    guards::check(line, kind)?;
    let cause_of = late_word(line, action, when);
    let step = if cause_of.is_some() { &When { occurred_at: None, ..when.clone() } } else { when };
    let occurred_at = moment(actor, line.last_event_at, step, now)?;
    let mut decision = Decision::unchanged(line, occurred_at);
    steps::take(line, action, &mut decision)?;
    required_texts(actor, action)?;
    in_order(line, action, &decision)?;
    decision.case.happened_at = cause_of.or(decision.case.happened_at);
    // The board held by an accepted proposal: another one was sent, or the line ended otherwise.
    let ends = decision.repair.is_ended() && !line.repair.is_ended();
    decision.case.frees_board = line.exchange_decided && (ends || kind == ActionKind::ShipExchange);
    decision.finish_events(line, kind, &when.note);
    service::follow(actor, line, kind, &mut decision);
    Ok(decision)
}

/// The actions this actor could take on the line now, in the order of a line's life.
#[must_use]
pub fn allowed_actions(actor: &Actor, line: &LineState) -> Vec<ActionKind> {
    ActionKind::ALL
        .iter()
        .copied()
        .filter(|kind| {
            actor.may(kind.permission()).is_ok()
                && may_reach(actor, line, *kind)
                && against(line, *kind).is_ok()
                && guards::check(line, *kind).is_ok()
        })
        .collect()
}

/// Whether the depot at which the action takes place can be the actor's: the page shows no button that ends in 403.
fn may_reach(actor: &Actor, line: &LineState, kind: ActionKind) -> bool {
    use ActionKind as A;
    let depot = match kind {
        A::ShipReplacement => line.replacement().map(|issued| &issued.depot),
        A::ReturnUnrepaired | A::Scrap | A::DispatchReturn => line.working_depot(),
        A::ToStock => line.standing_depot(),
        _ if kind.bench().is_some() => line.working_depot(),
        // In which depot is the action's to say.
        A::ReserveReplacement | A::ShipExchange | A::ReceiveFaulty | A::RecoverLoan => None,
        _ => return works_on(actor, line).and_then(|()| reopens(actor, line, kind)).is_ok(),
    };
    depot.is_none_or(|depot| actor.may_in(kind.permission(), depot).is_ok())
}

/// Whether somebody may say who cares for a line: who decides about RMAs or repairs, and works on this one.
pub fn may_assign(actor: &Actor, line: &LineState) -> Result<(), Refusal> {
    if actor.may(Permission::DecideRma).is_err() {
        actor.may(Permission::Repair)?;
    }
    works_on(actor, line)
}

/// Whether a clerk or technician works in one of the depots the line names: the receiving one, the bench that has it, those
/// that lend (PRODUCT "Depots that help"). Before it names any, whoever has a depot may begin.
pub fn works_on(actor: &Actor, line: &LineState) -> Result<(), Refusal> {
    if !actor.role.is_bound_to_depots() {
        return Ok(());
    }
    let mut named = line.depots().peekable();
    let first = named.peek().map_or_else(String::new, |depot| depot.code.clone());
    let is_own = |depot: &DepotRef| actor.depots.iter().any(|own| own.id == depot.id);
    let begins = named.peek().is_none() && !actor.depots.is_empty();
    if begins || named.any(is_own) { Ok(()) } else { Err(Refusal::NotYourDepot { depot: first }) }
}

/// The right, the depot where the step happens, and for customers the own RMA.
fn may_act(actor: &Actor, line: &LineState, action: &Action) -> Result<(), Refusal> {
    if !actor.sees_customer(line.customer_id) {
        return Err(Refusal::not_found("rma", &line.number));
    }
    let permission = action.kind().permission();
    actor.may(permission)?;
    reopens(actor, line, action.kind())?;
    let in_depot = |depot: Option<&DepotRef>| depot.map_or(Ok(()), |depot| actor.may_in(permission, depot));
    match action {
        // A van is its engineer's, in whatever depot its spares are counted.
        Action::ReserveReplacement { spare } if spare.unit.place.kind == PlaceKind::Engineer => {
            let own = spare.unit.place.code == engineer_code(&actor.username);
            let (serial, place) = (spare.unit.serial.clone(), spare.unit.place.code.clone());
            if own { Ok(()) } else { Err(Refusal::SpareBound { serial, place }) }
        }
        Action::ReserveReplacement { spare } | Action::ShipExchange { spare, .. } => {
            in_depot(Some(&spare.depot))
        }
        Action::Case(Case::ToStock { place, .. }) => {
            in_depot(place.depot.as_ref())?;
            in_depot(line.standing_depot())
        }
        Action::Case(Case::ReturnUnrepaired { .. } | Case::Scrap { .. }) => in_depot(line.working_depot()),
        Action::ShipReplacement { .. } => in_depot(line.replacement().map(|issued| &issued.depot)),
        Action::ReceiveFaulty { place, .. } | Action::RecoverLoan { place, .. } => {
            in_depot(place.depot.as_ref())
        }
        Action::Bench(_) | Action::DispatchReturn { .. } => in_depot(line.working_depot()),
        _ => works_on(actor, line),
    }
}

/// A line that was closed goes on by the word of our own people; the customer calls.
fn reopens(actor: &Actor, line: &LineState, kind: ActionKind) -> Result<(), Refusal> {
    let by_customer = kind == ActionKind::ReportDoa && actor.role == Role::Customer;
    if by_customer && line.repair == RepairState::Closed {
        return Err(Refusal::ActionNotAllowed { action: kind.to_string(), state: line.repair.to_string() });
    }
    Ok(())
}

/// Whether the transition table lets the action happen to the line, whoever asks.
#[must_use]
pub fn may_go(line: &LineState, kind: ActionKind) -> bool {
    against(line, kind).is_ok()
}

/// The one transition table: from which states an action goes; what it says against the action where it does not.
#[expect(clippy::too_many_lines, reason = "the transition table: one arm for each action")]
pub fn against(line: &LineState, kind: ActionKind) -> Result<(), Refusal> {
    use ActionKind as A;
    use RepairState as S;
    let open = !matches!(line.repair, S::Closed | S::Rejected | S::Cancelled | S::Void);
    let waiting = line.repair.is_awaited();
    let approved = open && line.repair != S::Requested;
    let up_front = line.replacement();
    let possible = match kind {
        A::Authorise => line.repair == S::Requested || lacks_a_yes(line),
        A::Reject => line.repair == S::Requested,
        // After receipt the unit goes home first.
        A::Cancel => waiting || (line.repair == S::Returned && line.case.unrepaired),
        // Until it leaves, another one may be held instead: the one on the shelf may be broken, or not there.
        A::ReserveReplacement => {
            approved
                && line.mode.issues_up_front().is_some()
                && up_front.is_none_or(|issued| issued.state == IssuedState::Reserved)
                && (!line.repair.is_ended() || line.owes_second())
        }
        A::ShipReplacement => {
            approved
                && up_front.is_some_and(|issued| {
                    issued.state == IssuedState::Reserved && issued.unit.place.kind != PlaceKind::Engineer
                })
        }
        // An engineer hands a spare over from the van, without any parcel.
        A::ReplacementDelivered => up_front.is_some_and(|issued| {
            issued.state == IssuedState::Shipped
                || (issued.state == IssuedState::Reserved && issued.unit.place.kind == PlaceKind::Engineer)
        }),
        A::FaultyShipped => matches!(line.repair, S::Authorised) && line.faulty != FaultyState::Received,
        A::ReceiveFaulty => waiting,
        // The bench has one table for lines and for our own stock.
        A::Diagnose
        | A::StartRepair
        | A::SendToVendor
        | A::VendorReturned
        | A::FinishRepair
        | A::Test
        | A::UseParts
        | A::WaitParts
        | A::PartsArrived
        | A::ApproveCost => bench::is_possible(line, kind),
        // Also of a line that is closed: proof comes late. What never came in has no delay anybody could be the cause of.
        A::AttributeCause => {
            (open && !waiting)
                || (matches!(line.repair, S::Closed | S::Cancelled) && line.faulty == FaultyState::Received)
        }
        A::DispatchReturn => {
            matches!(line.repair, S::Nff | S::Repaired)
                && line.mode.promises_return()
                && line.exchange().is_none()
                && !line.on_hold
        }
        A::ConfirmReturned => line.repair == S::Dispatched && line.exchange().is_none(),
        A::DecideExchange => {
            // Also when it was lost on its way home.
            line.is_held() && line.mode.promises_return() && !line.exchange_decided
        }
        A::ShipExchange => {
            line.exchange_decided && line.exchange().is_none() && (line.is_held() || line.owes_second())
        }
        A::ExchangeDelivered => line.exchange().is_some_and(|issued| issued.state == IssuedState::Shipped),
        A::RecoverLoan => line.out_for_us().next().is_some(),
        A::Hold => line.open_promises.contains(&PromiseKind::RepairReturn) && !line.held_by_hand,
        // A quote stops the clock by itself; its answer lets it run on.
        A::Resume => line.held_by_hand,
        A::Close => {
            matches!(line.repair, S::Returned | S::Exchanged | S::Scrapped | S::ToStock)
                || bench::is_ours(line)
        }
        A::TakeBack => step_to_take_back(line).is_ok(),
        A::ArriveOnSite => line.open_promises.contains(&PromiseKind::OnSite),
        A::RestoreService => line.open_promises.contains(&PromiseKind::Restored),
        A::ReportFailure => line.open_promises.contains(&PromiseKind::FailureAnalysis),
        A::Void
        | A::ApproveVoid
        | A::CorrectSerial
        | A::ReportDoa
        | A::KeepLoaner
        | A::ChangeMode
        | A::SetEntitlement
        | A::SendQuote
        | A::AcceptQuote
        | A::RefuseQuote
        | A::ExpireQuote
        | A::ReturnUnrepaired
        | A::AgreeScrap
        | A::Scrap
        | A::ToStock
        | A::WaiveFaultyReturn
        | A::ChargeFaulty => case::is_possible(line, kind),
    };
    if possible {
        return Ok(());
    }
    if let Some(unit) = line.held_for_customer()
        && matches!(kind, A::Cancel | A::Reject | A::Close)
    {
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        return Err(Refusal::UnitStillHere { serial, place });
    }
    if kind == A::TakeBack {
        step_to_take_back(line)?;
    }
    Err(why_not(line, kind))
}

/// The part came before anybody said yes, and the spare or board it was asked for with was neither promised nor handed over:
/// receipt is legal before authorisation, but it is no answer to the request.
fn lacks_a_yes(line: &LineState) -> bool {
    let was_given =
        |issued: &IssuedUnit| !matches!(issued.state, IssuedState::Reserved | IssuedState::Released);
    let waits_for_more = match line.mode {
        Mode::RepairReturn => false,
        Mode::EquivalentExchange => !line.exchange_decided,
        Mode::Loaner | Mode::AdvanceReplacement => {
            !line.open_promises.contains(&PromiseKind::SpareInPlace) && !line.issued.iter().any(was_given)
        }
    };
    line.repair.is_with_us() && !line.authorised && waits_for_more
}

/// Whose doing a delay was is often found out after the line went on, or was closed: a cause may be dated before the latest
/// step. It is recorded now, so that whoever asks what was known before (`known_at`) is not told of it.
fn late_word(line: &LineState, action: &Action, when: &When) -> Option<DateTime<Utc>> {
    let late = |at: &DateTime<Utc>| *at < line.last_event_at;
    when.occurred_at.filter(late).filter(|_| matches!(action, Action::AttributeCause { .. }))
}

/// When a step happened that was asked for `now`: not in the future, not before the step it follows, and dated back beyond
/// 72 hours only by a manager who says why, as the reason or as a note. For RMA lines and repair orders alike.
pub fn moment(
    actor: &Actor,
    last_event_at: DateTime<Utc>,
    when: &When,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Refusal> {
    let occurred_at = when.occurred_at.unwrap_or(now);
    if occurred_at < last_event_at {
        return Err(Refusal::BeforePreviousStep {
            occurred_at: rfc3339(occurred_at),
            previous: rfc3339(last_event_at),
        });
    }
    let says_why = [&when.note, &when.reason].iter().any(|text| !text.trim().is_empty());
    let manages = matches!(actor.role, Role::Admin | Role::Manager) && says_why;
    dated_back::check(occurred_at, now, manages)?;
    Ok(occurred_at)
}

/// No unit moves before its own last movement, which may lie after the line's last step: the ledger's order holds.
fn in_order(line: &LineState, action: &Action, decision: &Decision) -> Result<(), Refusal> {
    let spare = match action {
        Action::ReserveReplacement { spare } | Action::ShipExchange { spare, .. } => Some(&spare.unit),
        _ => None,
    };
    let units = || line.unit.iter().chain(line.issued.iter().map(|issued| &issued.unit)).chain(spare);
    // What stands at the boundary entered the books by a step that was taken back: it has not moved yet.
    let moved =
        |unit: &UnitState| unit.place.kind != PlaceKind::Opening && unit.last_moved_at > decision.occurred_at;
    for posting in &decision.postings {
        let Subject::Unit { id, .. } = &posting.subject else { continue };
        if let Some(unit) = units().find(|unit| unit.id == *id && moved(unit)) {
            let last_at = rfc3339(unit.last_moved_at);
            return Err(Refusal::OutOfOrder { serial: unit.serial.clone(), last_at });
        }
    }
    Ok(())
}

/// Texts without which an action says nothing.
fn required_texts(actor: &Actor, action: &Action) -> Result<(), Refusal> {
    let required: &[(&str, &str)] = match action {
        // Customers answer for themselves; whoever puts down the answer of another says whose it was, and where it can be read.
        Action::Case(Case::AcceptQuote { by, evidence }) if actor.role != Role::Customer => {
            &[("by", by), ("evidence", evidence)]
        }
        Action::Reject { reason } | Action::Cancel { reason } | Action::DecideExchange { reason } => {
            &[("reason", reason)]
        }
        Action::ReplacementDelivered { received_by }
        | Action::ConfirmReturned { received_by }
        | Action::ExchangeDelivered { received_by } => &[("received_by", received_by)],
        Action::Hold { reason, said_by } => &[("reason", reason), ("said_by", said_by)],
        Action::Case(case) => &case.required_texts(),
        Action::AttributeCause { evidence, .. } => &[("evidence", evidence)],
        _ => &[],
    };
    let errors: Vec<FieldError> = required
        .iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(field, _)| FieldError::new(*field, "required"))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
