//! What the line's own tracks forbid, asked after the transition table said yes. An act that is refused here is not offered: no
//! button ends in such a refusal.

use crate::domain::refusal::Refusal;
use crate::domain::rma::case::{QuoteState, nothing_given, nothing_is_out};
use crate::domain::rma::{ActionKind, Entitlement, FaultyState, IssuedRole, IssuedState, LineState, Mode};
use crate::domain::stock::Owner;

/// Whether nothing of the line stands in the way, whatever else the action says.
pub(super) fn check(line: &LineState, kind: ActionKind) -> Result<(), Refusal> {
    use ActionKind as A;
    match kind {
        A::Cancel | A::Reject => nothing_given(line).and_then(|()| no_dead_spare(line)),
        A::Close => may_close(line),
        A::ApproveVoid => nothing_is_out(line),
        _ if is_paid_for(kind) => may_work(line),
        A::SendQuote => is_chargeable(line),
        A::Scrap => is_agreed(line),
        _ => Ok(()),
    }
}

fn no_dead_spare(line: &LineState) -> Result<(), Refusal> {
    match line.dead_spare_out() {
        Some(dead) => Err(Refusal::FaultyPartOwed { serial: dead.unit.serial.clone() }),
        None => Ok(()),
    }
}

/// Our loaner is back, no replacement is under way, the customer's unit is not with us, nothing is owed.
fn may_close(line: &LineState) -> Result<(), Refusal> {
    let loan = line.active(IssuedRole::Loan);
    if let Some(issued) = loan.filter(|issued| issued.state != IssuedState::Reserved) {
        return Err(Refusal::LoanerStillOut { serial: issued.unit.serial.clone() });
    }
    no_dead_spare(line)?;
    let given = line.active(IssuedRole::Permanent);
    if let Some(issued) = given.filter(|issued| issued.state != IssuedState::InUse) {
        return Err(Refusal::ReplacementUnderWay { serial: issued.unit.serial.clone() });
    }
    if let Some(unit) = &line.unit
        && unit.place.depot.is_some()
        && unit.owner == Owner::Customer(line.customer.clone())
    {
        return Err(Refusal::UnitStillHere { serial: unit.serial.clone(), place: unit.place.code.clone() });
    }
    if matches!(line.faulty, FaultyState::Due | FaultyState::InTransit | FaultyState::Overdue) {
        return Err(Refusal::FaultyPartOwed { serial: line.serial.clone() });
    }
    Ok(())
}

/// Work somebody has to pay for: none of it is done before the quote was accepted that it needs.
#[must_use]
pub fn is_paid_for(kind: ActionKind) -> bool {
    matches!(kind, ActionKind::StartRepair | ActionKind::SendToVendor | ActionKind::UseParts)
}

/// Whether a line waits for the customer's yes to its price: it is chargeable, its unit goes home, and its latest quote was not
/// accepted.
#[must_use]
pub fn needs_quote(entitlement: Option<Entitlement>, mode: Mode, latest: Option<QuoteState>) -> bool {
    entitlement == Some(Entitlement::Chargeable)
        && mode.promises_return()
        && latest != Some(QuoteState::Accepted)
}

/// No such work without that yes.
pub(super) fn may_work(line: &LineState) -> Result<(), Refusal> {
    let latest = line.case.quote.as_ref().map(|quote| quote.state);
    if needs_quote(line.case.entitlement, line.mode, latest) {
        return Err(Refusal::QuoteNeeded { serial: line.serial.clone() });
    }
    Ok(())
}

fn is_chargeable(line: &LineState) -> Result<(), Refusal> {
    if line.case.entitlement == Some(Entitlement::Chargeable) {
        return Ok(());
    }
    let entitlement = line.case.entitlement.map_or("", |entitlement| entitlement.as_str()).to_owned();
    Err(Refusal::NotChargeable { entitlement })
}

/// A customer's unit is scrapped with written consent only.
fn is_agreed(line: &LineState) -> Result<(), Refusal> {
    match &line.unit {
        Some(unit) if unit.owner != Owner::Us && line.case.scrap_agreed_at.is_none() => {
            Err(Refusal::ConsentNeeded { serial: unit.serial.clone() })
        }
        _ => Ok(()),
    }
}
