//! A line registered twice or wrongly: a reason, a second person, and out of the rate (NUMBERS §2).

use crate::domain::refusal::Refusal;
use crate::domain::rma::effects::{Decision, HoldChange, IssuedChange, PromiseChange};
use crate::domain::rma::{IssuedRole, IssuedState, IssuedUnit, LineState, RepairState, Track, steps};

/// Somebody asks. Nothing changes until a second person agrees.
pub(super) fn ask(reason: &str, decision: &mut Decision) {
    decision.log(Track::Note, "", "");
    decision.set_note(reason.to_owned());
}

/// The second person agrees: nothing of the line counts any more.
pub(super) fn approve(line: &LineState, decision: &mut Decision) {
    release_reserved(line, decision);
    if line.on_hold {
        decision.hold = Some(HoldChange::EndAll);
    }
    steps::nobody_waits(line, decision);
    decision.repair = RepairState::Void;
    decision.promises.push(PromiseChange::ExcludeAll);
}

/// A customer's unit that we hold must end first, and what we gave must be back or settled (PRODUCT "Going home").
pub(in crate::domain::rma) fn nothing_is_out(line: &LineState) -> Result<(), Refusal> {
    if let Some(unit) = line.held_for_customer() {
        return Err(Refusal::UnitStillHere { serial: unit.serial.clone(), place: unit.place.code.clone() });
    }
    nothing_given(line)?;
    if let Some(dead) = line.dead_spare_out() {
        return Err(Refusal::FaultyPartOwed { serial: dead.unit.serial.clone() });
    }
    Ok(())
}

/// No spare is out: not on its way, not with the customer as a loaner, and not given for a faulty part that is still owed.
pub(in crate::domain::rma) fn nothing_given(line: &LineState) -> Result<(), Refusal> {
    let is_out = |issued: &&IssuedUnit| matches!(issued.state, IssuedState::Shipped | IssuedState::InUse);
    let Some(issued) = line.issued.iter().find(is_out) else { return Ok(()) };
    let serial = issued.unit.serial.clone();
    Err(match (issued.role, issued.state) {
        (IssuedRole::Loan, _) => Refusal::LoanerStillOut { serial },
        (IssuedRole::Permanent, IssuedState::Shipped) => Refusal::ReplacementUnderWay { serial },
        (IssuedRole::Permanent, _) => Refusal::FaultyPartOwed { serial: line.serial.clone() },
    })
}

/// What was held for the line and never left is let go.
pub(in crate::domain::rma) fn release_reserved(line: &LineState, decision: &mut Decision) {
    if let Some(issued) = line.issued.iter().find(|issued| issued.state == IssuedState::Reserved) {
        let_go(issued, decision);
    }
}

/// A loaner that was held and never left bridges nothing any more: the own unit is home, or its place is taken for good.
pub(in crate::domain::rma) fn release_loan(line: &LineState, decision: &mut Decision) {
    if let Some(loan) = line.active(IssuedRole::Loan).filter(|loan| loan.state == IssuedState::Reserved) {
        let_go(loan, decision);
    }
}

/// A spare that is held for the line and never left is free again.
pub(in crate::domain::rma) fn let_go(held: &IssuedUnit, decision: &mut Decision) {
    decision.beside =
        Some(IssuedChange::Step { id: held.id, to: IssuedState::Released, release: held.reservation_id });
    decision.log(Track::Issued, IssuedState::Reserved.as_str(), IssuedState::Released.as_str());
}
