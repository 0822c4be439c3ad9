//! What is owed to us: the faulty part after an advance replacement, a loaner, a dead spare. A manager waives it (our unit is
//! lost) or charges it (its title passes to the customer).

use crate::domain::notice::NoticeKind;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::effects::{Decision, IssuedChange, PromiseChange, ShipmentChange};
use crate::domain::rma::spares::never_arrived;
use crate::domain::rma::steps::here;
use crate::domain::rma::{
    FaultyState, IssuedRole, IssuedState, IssuedUnit, LineState, Mode, RepairState, ShipmentPurpose,
    ShipmentState, Track,
};
use crate::domain::stock::{MovementKind, Owner, PartRef, Stand, UnitState};
use crate::text_enum;

/// What was promised beside the repair ends with the line: a spare that was never handed over was not in place, and an
/// exchange nobody needs any more falls away unless it was late already.
pub(in crate::domain::rma) fn end_promises(line: &LineState, decision: &mut Decision) {
    if line.open_promises.contains(&PromiseKind::SpareInPlace) {
        decision.promises.push(PromiseChange::Break(PromiseKind::SpareInPlace));
    }
    if line.owes_second() && line.open_promises.contains(&PromiseKind::EquivalentExchange) {
        decision.promises.push(PromiseChange::Break(PromiseKind::EquivalentExchange));
    } else {
        drop_exchange(line, decision);
    }
}

/// No board is owed any more: the customer has the own unit back, or wants none. What was late by then stays late.
pub(in crate::domain::rma) fn drop_exchange(line: &LineState, decision: &mut Decision) {
    if line.open_promises.contains(&PromiseKind::EquivalentExchange) {
        decision.promises.push(PromiseChange::Forgo(PromiseKind::EquivalentExchange));
    }
}

text_enum! {
    /// What should come back to us.
    OwedKind {
        /// The faulty part: its title passed when the replacement was handed over.
        Faulty => "faulty",
        /// A spare that bridges the repair.
        Loan => "loan",
        /// A spare that did not work from the start.
        Dead => "dead",
        /// A spare that left and never arrived: the customer refused it, or the carrier lost it.
        OnTheRoad => "on_the_road",
        /// The customer's own part, while they have a spare.
        Awaited => "awaited",
    }
}

impl OwedKind {
    /// Nobody is charged for what never arrived, nor for what is theirs.
    #[must_use]
    pub const fn is_chargeable(self) -> bool {
        !matches!(self, OwedKind::OnTheRoad | OwedKind::Awaited)
    }
}

/// A thing that should come back to us.
enum Owed<'l> {
    Faulty,
    Awaited,
    Loan(&'l IssuedUnit),
    Dead(&'l IssuedUnit),
    OnTheRoad(&'l IssuedUnit),
}

/// Whether our faulty part is still with the customer: its title passed when the replacement was handed over. A part that on the
/// books stands elsewhere, in our own stock say, is nobody's to give up: the line names the wrong serial.
fn faulty_is_owed(line: &LineState) -> bool {
    line.mode == Mode::AdvanceReplacement
        && matches!(line.faulty, FaultyState::Due | FaultyState::InTransit | FaultyState::Overdue)
        && line
            .unit
            .as_ref()
            .is_some_and(|unit| unit.owner == Owner::Us && unit.place.kind == PlaceKind::Customer)
}

/// Whether the customer's own part is waited for though they have a spare: that it need not be sent any more may be said, but it
/// is nothing of ours.
fn part_is_awaited(line: &LineState) -> bool {
    line.mode.promises_return()
        && line.repair.is_awaited()
        && matches!(line.faulty, FaultyState::Due | FaultyState::InTransit | FaultyState::Overdue)
        && line.open_promises.contains(&PromiseKind::FaultyReturn)
}

fn things(line: &LineState) -> Vec<Owed<'_>> {
    let mut owed = vec![];
    if part_is_awaited(line) {
        owed.push(Owed::Awaited);
    }
    if faulty_is_owed(line) {
        owed.push(Owed::Faulty);
    }
    // What stands in our house by the books is taken in on the line; nobody gives it up.
    let is_out = |issued: &&IssuedUnit| issued.unit.place.depot.is_none();
    let lent = line.active(IssuedRole::Loan).filter(|loan| loan.state == IssuedState::InUse);
    if let Some(loan) = lent.filter(is_out) {
        owed.push(Owed::Loan(loan));
    }
    owed.extend(line.dead_spares_out().map(Owed::Dead));
    let on_the_road = line.issued.iter().filter(|issued| issued.state == IssuedState::Shipped);
    owed.extend(on_the_road.filter(is_out).map(Owed::OnTheRoad));
    owed
}

/// What is owed to us on this line, by serial; who names no serial settles the first.
#[must_use]
pub fn owed_to_us(line: &LineState) -> Vec<(OwedKind, String)> {
    let faulty = || line.unit.as_ref().map_or(&line.serial, |unit| &unit.serial);
    let named = |thing| match thing {
        Owed::Faulty => (OwedKind::Faulty, faulty().clone()),
        Owed::Awaited => (OwedKind::Awaited, faulty().clone()),
        Owed::Loan(issued) => (OwedKind::Loan, issued.unit.serial.clone()),
        Owed::Dead(issued) => (OwedKind::Dead, issued.unit.serial.clone()),
        Owed::OnTheRoad(issued) => (OwedKind::OnTheRoad, issued.unit.serial.clone()),
    };
    things(line).into_iter().map(named).collect()
}

/// Whether anything is owed to us, or is on the road and never arrived: given up it is lost.
pub(super) fn anything(line: &LineState) -> bool {
    !things(line).is_empty()
}

/// Whether anything is at the customer's that may be charged.
pub(super) fn anything_to_charge(line: &LineState) -> bool {
    owed_to_us(line).iter().any(|(kind, _)| kind.is_chargeable())
}

pub(super) fn settle(
    line: &LineState,
    charge: bool,
    scanned: Option<&str>,
    lost: &PlaceRef,
    reason: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let is_theirs = |thing: &Owed<'_>| matches!(thing, Owed::OnTheRoad(_) | Owed::Awaited);
    let mut owed = things(line).into_iter().filter(|thing| !(charge && is_theirs(thing)));
    let found = match scanned {
        None => owed.next(),
        Some(scanned) => owed.find(|thing| match thing {
            Owed::Faulty | Owed::Awaited => {
                scanned == line.serial || line.unit.as_ref().is_some_and(|unit| unit.serial == scanned)
            }
            Owed::Loan(issued) | Owed::Dead(issued) | Owed::OnTheRoad(issued) => {
                issued.unit.serial == scanned
            }
        }),
    };
    let none = || Refusal::NothingOwed { number: line.number.clone() };
    match found.ok_or_else(none)? {
        Owed::Faulty => settle_faulty(line, charge, lost, decision)?,
        Owed::Awaited => wait_no_more(line, decision),
        Owed::Loan(issued) | Owed::OnTheRoad(issued) => settle_loan(line, issued, charge, lost, decision),
        Owed::Dead(issued) => {
            give_up(line, &issued.part, &issued.unit, charge, lost, decision);
            // Charged it is the customer's, and as dead as before: a second one is owed all the same.
            let to = if charge { IssuedState::Doa } else { IssuedState::Lost };
            decision.log(Track::Issued, IssuedState::Doa.as_str(), to.as_str());
            decision.beside = Some(IssuedChange::Step { id: issued.id, to, release: None });
            let promise = PromiseKind::FaultyReturn;
            decision.promises.push(if charge {
                PromiseChange::BreakFor(promise, issued.id)
            } else {
                PromiseChange::DropFor(promise, issued.id)
            });
            close_without(line, issued, decision);
        }
    }
    decision.set_note(reason.to_owned());
    Ok(())
}

/// The customer's own part need not come any more.
fn wait_no_more(line: &LineState, decision: &mut Decision) {
    decision.faulty = FaultyState::Waived;
    faulty_parcel_is_lost(line, decision);
    decision.promises.push(PromiseChange::Drop(PromiseKind::FaultyReturn));
}

fn faulty_parcel_is_lost(line: &LineState, decision: &mut Decision) {
    if line.faulty == FaultyState::InTransit {
        let (purpose, to) = (ShipmentPurpose::Faulty, ShipmentState::Lost);
        decision.shipment = Some(ShipmentChange::End { purpose, unit_id: None, to });
    }
}

fn end_of(charge: bool) -> IssuedState {
    if charge { IssuedState::Kept } else { IssuedState::Lost }
}

/// Waived: our unit is lost. Charged: it is the customer's from now on.
fn give_up(
    line: &LineState,
    part: &PartRef,
    unit: &UnitState,
    charge: bool,
    lost: &PlaceRef,
    decision: &mut Decision,
) {
    let (kind, to) = if charge {
        let owner = Owner::Customer(line.customer.clone());
        (MovementKind::TransferTitle, Stand { place: unit.place.clone(), condition: unit.condition, owner })
    } else {
        let owner = unit.owner.clone();
        (MovementKind::Adjust, Stand { place: lost.clone(), condition: unit.condition, owner })
    };
    decision.post(line, kind, part, unit, to);
}

/// The line closes when the faulty part is received, waived or charged (PRODUCT "Advance replacement").
fn settle_faulty(
    line: &LineState,
    charge: bool,
    lost: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = here(line)?;
    give_up(line, &line.part, unit, charge, lost, decision);
    let (to, promise) = if charge {
        (FaultyState::Charged, PromiseChange::Break(PromiseKind::FaultyReturn))
    } else {
        (FaultyState::Waived, PromiseChange::Drop(PromiseKind::FaultyReturn))
    };
    decision.faulty = to;
    faulty_parcel_is_lost(line, decision);
    decision.promises.push(promise);
    if close_settled(line, decision) {
        decision.repair = RepairState::Closed;
        decision.notice = Some(NoticeKind::Closed);
    }
    Ok(())
}

/// The replacement is the customer's and nothing is owed on either side any more: the line closes with the step that is
/// being taken, and what becomes of the faulty part is our own repair order's matter. Whether it did.
pub(in crate::domain::rma) fn close_settled(line: &LineState, decision: &mut Decision) -> bool {
    close_when(line, line.dead_spare_out().is_none(), decision)
}

/// The last thing owed was a spare that never worked, and it is settled with this step: what [`close_settled`] waited for.
pub(in crate::domain::rma) fn close_without(line: &LineState, dead: &IssuedUnit, decision: &mut Decision) {
    let is_settled =
        matches!(line.faulty, FaultyState::Received | FaultyState::Waived | FaultyState::Charged);
    let is_last = line.dead_spares_out().all(|other| other.id == dead.id);
    if close_when(line, is_settled && is_last, decision) {
        decision.repair = RepairState::Closed;
        decision.notice = Some(NoticeKind::Closed);
    }
}

fn close_when(line: &LineState, is_settled: bool, decision: &mut Decision) -> bool {
    let given = line
        .replacement()
        .filter(|issued| issued.role == IssuedRole::Permanent && issued.state == IssuedState::InUse);
    let Some(given) = given.filter(|_| is_settled) else { return false };
    decision.issued = Some(IssuedChange::Step { id: given.id, to: IssuedState::Kept, release: None });
    decision.log(Track::Issued, given.state.as_str(), IssuedState::Kept.as_str());
    end_promises(line, decision);
    true
}

fn settle_loan(
    line: &LineState,
    issued: &IssuedUnit,
    charge: bool,
    lost: &PlaceRef,
    decision: &mut Decision,
) {
    give_up(line, &issued.part, &issued.unit, charge, lost, decision);
    let to = end_of(charge);
    decision.issued = Some(IssuedChange::Step { id: issued.id, to, release: None });
    decision.log(Track::Issued, issued.state.as_str(), to.as_str());
    never_arrived(issued, ShipmentState::Lost, decision);
    if issued.role == IssuedRole::Loan && line.open_promises.contains(&PromiseKind::LoanReturn) {
        decision.promises.push(if charge {
            PromiseChange::Break(PromiseKind::LoanReturn)
        } else {
            PromiseChange::Drop(PromiseKind::LoanReturn)
        });
    }
}
