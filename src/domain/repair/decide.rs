//! May this happen to the repair order now? One flat run of refusals, then what follows.

use crate::domain::actor::{Actor, DepotRef, Permission};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{OrderState, RepairAction, RepairKind, Work, steps};
use crate::domain::rma::{RepairOrderState, RepairState, When, moment};
use crate::domain::stock::{Condition, Owner, Posting, Subject, UnitState, rfc3339};
use chrono::{DateTime, Utc};

/// Decides an action on a repair order.
pub fn decide(
    actor: &Actor,
    order: &OrderState,
    action: &RepairAction,
    when: &When,
    now: DateTime<Utc>,
) -> Result<Work, Refusal> {
    let kind = action.kind();
    actor.may_in(kind.permission_of(actor), &order.depot)?;
    is_possible(order, kind)?;
    let occurred_at = moment(actor, order.last_event_at, when, now)?;
    let mut work = Work::unchanged(order, kind, occurred_at);
    steps::take(order, action, &mut work)?;
    let moves =
        |posting: &Posting| matches!(posting.subject, Subject::Unit { id, .. } if id == order.unit.id);
    if order.unit.last_moved_at > occurred_at && work.postings.iter().any(moves) {
        let (serial, last_at) = (order.unit.serial.clone(), rfc3339(order.unit.last_moved_at));
        return Err(Refusal::OutOfOrder { serial, last_at });
    }
    work.add_note(&when.note);
    Ok(work)
}

/// The actions this actor could take on the order now, in the order of its life. What becomes of the unit of an open RMA
/// line is offered by the line.
#[must_use]
pub fn allowed_actions(actor: &Actor, order: &OrderState) -> Vec<RepairKind> {
    RepairKind::ALL
        .iter()
        .copied()
        .filter(|kind| {
            actor.may_in(kind.permission_of(actor), &order.depot).is_ok() && is_possible(order, *kind).is_ok()
        })
        .collect()
}

fn is_possible(order: &OrderState, kind: RepairKind) -> Result<(), Refusal> {
    let no = || Refusal::ActionNotAllowed { action: kind.to_string(), state: order.state.to_string() };
    if !goes_from(kind, order.state, order.is_waiting) || (order.has_line && !kind.is_bench_work()) {
        return Err(no());
    }
    // The books know the unit is elsewhere: whoever moved it says more than the order.
    let is_at_vendor = order.unit.place.kind == PlaceKind::Vendor;
    let is_here = order.unit.place.depot.is_some();
    let is_there = match kind {
        RepairKind::ApproveCost | RepairKind::WaitParts | RepairKind::PartsArrived => true,
        RepairKind::VendorReturned => is_at_vendor,
        RepairKind::Scrap if order.state == RepairOrderState::AtVendor => is_at_vendor,
        // What is on the road is its transfer's to settle.
        RepairKind::WriteOff => is_here || is_at_vendor || order.unit.place.kind == PlaceKind::Lost,
        _ => is_here,
    };
    if !is_there {
        return Err(Refusal::UnitElsewhere {
            serial: order.unit.serial.clone(),
            place: order.unit.place.code.clone(),
            claimed: order.depot.code.clone(),
        });
    }
    if !kind.is_bench_work() && order.unit.owner != Owner::Us {
        let (serial, owner) = (order.unit.serial.clone(), order.unit.owner.to_string());
        return Err(Refusal::WrongOwner { serial, owner });
    }
    Ok(())
}

/// The one transition table of the bench: from which states an action goes. It holds for the orders of RMA lines and for
/// our own.
#[must_use]
pub fn goes_from(kind: RepairKind, state: RepairOrderState, is_waiting: bool) -> bool {
    use RepairKind as K;
    use RepairOrderState as S;
    match kind {
        K::Diagnose | K::StartRepair => matches!(state, S::Received | S::Diagnosing),
        K::UseParts | K::FinishRepair => matches!(state, S::Diagnosing | S::Repairing),
        K::WaitParts => matches!(state, S::Diagnosing | S::Repairing) && !is_waiting,
        K::PartsArrived => matches!(state, S::Diagnosing | S::Repairing) && is_waiting,
        K::ApproveCost => matches!(state, S::Received | S::Diagnosing | S::Repairing | S::AtVendor),
        K::SendToVendor => matches!(state, S::Received | S::Diagnosing | S::Repairing),
        K::VendorReturned => state == S::AtVendor,
        K::Test => state == S::Testing,
        K::ToStock => matches!(state, S::Repaired | S::Nff),
        K::Scrap => matches!(state, S::Ber | S::AtVendor),
        K::WriteOff => state != S::Closed,
    }
}

/// Where an order and its line stand together: the state of the line's repair track. `None` once the order is closed, for
/// then the line goes its own way.
#[must_use]
pub fn line_state(state: RepairOrderState) -> Option<RepairState> {
    use RepairOrderState as S;
    match state {
        S::Received => Some(RepairState::Received),
        S::Diagnosing => Some(RepairState::Diagnosing),
        S::Repairing => Some(RepairState::Repairing),
        S::AtVendor => Some(RepairState::AtVendor),
        S::Testing => Some(RepairState::Testing),
        S::Repaired => Some(RepairState::Repaired),
        S::Nff => Some(RepairState::Nff),
        S::Ber => Some(RepairState::Ber),
        S::Closed => None,
    }
}

/// May this unit of our stock be taken to the bench of its depot? `open` is the document that has it already.
pub fn check_entry(
    actor: &Actor,
    unit: &UnitState,
    has_bench: bool,
    open: Option<&str>,
) -> Result<DepotRef, Refusal> {
    let Some(depot) = unit.place.depot.clone() else {
        actor.may(Permission::Repair)?;
        return Err(Refusal::UnitElsewhere {
            serial: unit.serial.clone(),
            place: unit.place.code.clone(),
            claimed: String::new(),
        });
    };
    actor.may_in(Permission::Repair, &depot)?;
    if let Some(number) = open {
        return Err(Refusal::RepairAlreadyOpen { serial: unit.serial.clone(), number: number.to_owned() });
    }
    if unit.owner != Owner::Us {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    if !matches!(unit.condition, Condition::Faulty | Condition::Quarantined) {
        return Err(Refusal::WrongCondition {
            serial: unit.serial.clone(),
            condition: unit.condition.to_string(),
            kind: "repair".to_owned(),
        });
    }
    if !has_bench {
        return Err(Refusal::NoBench { depot: depot.code });
    }
    Ok(depot)
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
