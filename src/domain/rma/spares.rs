//! Units we give: loaners and permanent replacements, on their way out, in use, and back.

use crate::domain::data_bearing::{DataAnswer, DataCase, DataProof, data_proof};
use crate::domain::equivalence::{Fit, Limited};
use crate::domain::notice::NoticeKind;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::case;
use crate::domain::rma::effects::*;
use crate::domain::rma::steps::{enter_anew, first_met, here, of_new};
use crate::domain::rma::{
    ActionKind, Direction, FaultyState, IssuedRole, IssuedState, IssuedUnit, LineState, Mode, Parcel,
    RepairState, ShipmentPurpose, ShipmentState, Spare, Track,
};
use crate::domain::stock::{Condition, MovementKind, Owner, Stand};

/// A spare must be good, ours, free, in a depot, and the line's part or its confirmed equivalent.
pub(super) fn check_spare(line: &LineState, spare: &Spare) -> Result<(), Refusal> {
    let unit = &spare.unit;
    // On-site spares are one customer's (PRODUCT "Places and owners").
    if unit.place.customer_id.is_some_and(|customer| customer != line.customer_id) {
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        return Err(Refusal::SpareBound { serial, place });
    }
    // The request names a board of ours by mistake: what it is about is not what is given for it.
    if line.unit.as_ref().is_some_and(|own| own.id == unit.id) {
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        return Err(Refusal::SerialElsewhere { serial, place });
    }
    if !spare.fits {
        return Err(Refusal::NotEquivalent {
            part_no: spare.part.part_no.clone(),
            wanted: line.part.part_no.clone(),
        });
    }
    within(&spare.limits, &unit.serial, spare.looked)?;
    if unit.condition != Condition::Good {
        let condition = unit.condition.to_string();
        return Err(Refusal::WrongCondition {
            serial: unit.serial.clone(),
            condition,
            kind: "issue".to_owned(),
        });
    }
    if unit.owner != Owner::Us {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    // Held for this very RMA it is its to give.
    if let Some((_, document)) = unit.reserved.as_ref().filter(|(_, document)| *document != line.number) {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document: document.clone() });
    }
    if let Some(document) = &spare.taken_by {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document: document.clone() });
    }
    if !(unit.place.kind.counts_as_available() || unit.place.kind == PlaceKind::Engineer) {
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        return Err(Refusal::UnitElsewhere { serial, place, claimed: spare.depot.code.clone() });
    }
    Ok(())
}

/// A board stands in only within the limits of its equivalence; where nobody put down what it is, somebody has to have looked.
pub(super) fn within(limits: &Fit, serial: &str, looked: bool) -> Result<(), Refusal> {
    let serial = serial.to_owned();
    match limits {
        Fit::Breaks(Limited { limit, wanted, found }) => {
            let (limit, wanted, found) = (limit.to_string(), wanted.clone(), found.clone());
            Err(Refusal::LimitNotMet { serial, limit, wanted, found })
        }
        Fit::Unknown(Limited { limit, wanted, .. }) if !looked => {
            Err(Refusal::LimitUnknown { serial, limit: limit.to_string(), wanted: wanted.clone() })
        }
        Fit::Meets | Fit::Unknown(_) => Ok(()),
    }
}

/// What is held for the line goes out only as it was chosen: good, ours, and where a spare is taken from. Its reservation sees to
/// that, in a depot and in a van; what was promised before vans were held may have been given back or converted meanwhile.
fn check_held(line: &LineState, held: &IssuedUnit) -> Result<(), Refusal> {
    if held.state != IssuedState::Reserved {
        return Ok(());
    }
    let unit = &held.unit;
    let serial = unit.serial.clone();
    // Somebody may have put down since what the board is; where nobody did, it was looked at when it was chosen.
    within(&held.limits, &serial, true)?;
    if !(unit.place.kind.counts_as_available() || unit.place.kind == PlaceKind::Engineer) {
        let place = unit.place.code.clone();
        return Err(Refusal::UnitElsewhere { serial, place, claimed: held.depot.code.clone() });
    }
    if unit.owner != Owner::Us {
        return Err(Refusal::WrongOwner { serial, owner: unit.owner.to_string() });
    }
    if unit.condition != Condition::Good {
        let condition = unit.condition.to_string();
        return Err(Refusal::WrongCondition { serial, condition, kind: "issue".to_owned() });
    }
    match unit.reserved.as_ref().filter(|(_, document)| *document != line.number) {
        Some((_, document)) => Err(Refusal::UnitReserved { serial, document: document.clone() }),
        None => Ok(()),
    }
}

pub(super) fn reserve_replacement(
    line: &LineState,
    spare: &Spare,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if let Some(held) = line.replacement() {
        if held.unit.id == spare.unit.id {
            return Err(Refusal::AlreadyIssued { serial: held.unit.serial.clone() });
        }
        case::let_go(held, decision);
    }
    check_spare(line, spare)?;
    let role = line.mode.issues_up_front().unwrap_or(IssuedRole::Loan);
    check_new(line, spare, role)?;
    decision.issued = Some(IssuedChange::Reserve {
        role,
        unit: spare.unit.clone(),
        part: spare.part.clone(),
        depot: spare.depot.clone(),
    });
    decision.log(Track::Issued, "", IssuedState::Reserved.as_str());
    decision.set_note(spare.unit.serial.clone());
    Ok(())
}

/// A plan may demand that what a customer keeps is brand-new.
fn check_new(line: &LineState, spare: &Spare, role: IssuedRole) -> Result<(), Refusal> {
    if role == IssuedRole::Permanent && line.case.brand_new_required && !spare.brand_new {
        return Err(Refusal::NotBrandNew { serial: spare.unit.serial.clone() });
    }
    Ok(())
}

pub(super) fn issued_of<'l>(
    issued: Option<&'l IssuedUnit>,
    line: &LineState,
    kind: ActionKind,
) -> Result<&'l IssuedUnit, Refusal> {
    issued
        .ok_or_else(|| Refusal::ActionNotAllowed { action: kind.to_string(), state: line.repair.to_string() })
}

pub(super) fn ship_replacement(
    line: &LineState,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let issued = issued_of(line.replacement(), line, ActionKind::ShipReplacement)?;
    check_held(line, issued)?;
    let to =
        Stand { place: transit.clone(), condition: issued.unit.condition, owner: issued.unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &issued.part, &issued.unit, to);
    if let Some(posting) = decision.postings.last_mut() {
        posting.consumes = issued.reservation_id;
    }
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Shipped, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Shipped.as_str());
    decision.set_note(issued.unit.serial.clone());
    decision.shipment = Some(outbound(ShipmentPurpose::Replacement, issued, parcel));
    decision.notice = Some(NoticeKind::ReplacementShipped);
    Ok(())
}

pub(super) fn outbound(purpose: ShipmentPurpose, issued: &IssuedUnit, parcel: &Parcel) -> ShipmentChange {
    ShipmentChange::Ship {
        direction: Direction::Outbound,
        purpose,
        unit_id: Some(issued.unit.id),
        depot_id: Some(issued.depot.id),
        parcel: parcel.clone(),
    }
}

/// Handed over: the faulty part is owed to us from now on; in advance replacement the titles swap in one entry.
pub(super) fn replacement_delivered(
    line: &LineState,
    received_by: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let issued = issued_of(line.replacement(), line, ActionKind::ReplacementDelivered)?;
    check_held(line, issued)?;
    let owner = match line.mode {
        Mode::AdvanceReplacement => Owner::Customer(line.customer.clone()),
        _ => Owner::Us,
    };
    let to = Stand { place: line.customer_place.clone(), condition: issued.unit.condition, owner };
    decision.post(line, MovementKind::Issue, &issued.part, &issued.unit, to);
    // Out of a van it goes from hand to hand: what held it is used up with the hand-over.
    let held = issued.reservation_id.filter(|_| issued.state == IssuedState::Reserved);
    if let Some(posting) = decision.postings.last_mut() {
        posting.consumes = held;
    }
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::InUse, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::InUse.as_str());
    decision.set_note(received_by.to_owned());
    if line.mode == Mode::AdvanceReplacement {
        faulty_becomes_ours(line, decision)?;
    }
    decision.shipment = Some(ShipmentChange::Deliver {
        purpose: ShipmentPurpose::Replacement,
        unit_id: Some(issued.unit.id),
        received_by: received_by.to_owned(),
    });
    decision.promises.push(PromiseChange::Fulfil(PromiseKind::SpareInPlace));
    if line.faulty == FaultyState::NotDue {
        decision.faulty = FaultyState::Due;
    }
    // Also when it is on its way already: ten working days from the hand-over, for all that is not here.
    let is_here = matches!(line.faulty, FaultyState::Received | FaultyState::Waived | FaultyState::Charged);
    if !is_here && !line.open_promises.contains(&PromiseKind::FaultyReturn) {
        decision.promises.push(PromiseChange::Open(PromiseKind::FaultyReturn));
    }
    if is_last_step(line) {
        decision.issued = Some(IssuedChange::GiveForGood { id: issued.id });
        decision.log(Track::Issued, IssuedState::InUse.as_str(), IssuedState::Kept.as_str());
        case::drop_exchange(line, decision);
        decision.case.closes = true;
        decision.notice = Some(NoticeKind::Closed);
    }
    Ok(())
}

/// Advance replacement: nothing is owed on either side after the hand-over, because the faulty part came, or was waived or
/// charged, and every dead spare was settled before it: the line closes with it (PRODUCT "Advance replacement"). What becomes
/// of the part is our own repair order's matter.
fn is_last_step(line: &LineState) -> bool {
    let settled = matches!(line.faulty, FaultyState::Received | FaultyState::Waived | FaultyState::Charged);
    line.mode == Mode::AdvanceReplacement && settled && line.dead_spare_out().is_none()
}

/// The other side of the swap, in the same entry: the faulty part is ours from the hand-over on, wherever it stands.
fn faulty_becomes_ours(line: &LineState, decision: &mut Decision) -> Result<(), Refusal> {
    // Swapped with the first one already: whatever became of the part since (it was charged, say, and is the customer's again),
    // a second spare takes no other title.
    if line.repair == RepairState::Exchanged
        || matches!(line.faulty, FaultyState::Waived | FaultyState::Charged)
    {
        return Ok(());
    }
    case::check_part(line)?;
    match &line.unit {
        Some(unit) if unit.owner == Owner::Us => {}
        Some(unit) => {
            let unit = &enter_anew(line, unit, decision);
            let ours = Stand { place: unit.place.clone(), condition: unit.condition, owner: Owner::Us };
            decision.post(line, MovementKind::TransferTitle, &line.part, unit, ours);
        }
        None => {
            decision.first_met = Some(first_met(line, decision.occurred_at));
            let at_customer =
                |owner| Stand { place: line.customer_place.clone(), condition: line.condition_met(), owner };
            let (from, to) = (at_customer(Owner::Customer(line.customer.clone())), at_customer(Owner::Us));
            let posting = of_new(line, MovementKind::TransferTitle, from, to, decision.occurred_at);
            decision.postings.push(posting);
        }
    }
    Ok(())
}

/// The own unit is home, or its place is taken for good: a loaner that is out is owed to us from now on, and only once.
pub(super) fn owe_loan(line: &LineState, decision: &mut Decision) {
    let is_out = line.active(IssuedRole::Loan).is_some_and(|issued| issued.state != IssuedState::Reserved);
    if is_out && !line.open_promises.contains(&PromiseKind::LoanReturn) {
        decision.promises.push(PromiseChange::Open(PromiseKind::LoanReturn));
    }
}

pub(super) fn ship_exchange(
    line: &LineState,
    spare: &Spare,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    check_spare(line, spare)?;
    check_new(line, spare, IssuedRole::Permanent)?;
    if spare.unit.place.kind == PlaceKind::Engineer {
        let (serial, place) = (spare.unit.serial.clone(), spare.unit.place.code.clone());
        return Err(Refusal::SpareBound { serial, place });
    }
    let to =
        Stand { place: transit.clone(), condition: spare.unit.condition, owner: spare.unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &spare.part, &spare.unit, to);
    if let Some(posting) = decision.postings.last_mut() {
        posting.consumes = spare.unit.reserved.as_ref().map(|(id, _)| *id);
    }
    decision.issued = Some(IssuedChange::ShipNow {
        role: IssuedRole::Permanent,
        unit: spare.unit.clone(),
        part: spare.part.clone(),
        depot: spare.depot.clone(),
    });
    decision.log(Track::Issued, "", IssuedState::Shipped.as_str());
    decision.set_note(spare.unit.serial.clone());
    decision.shipment = Some(ShipmentChange::Ship {
        direction: Direction::Outbound,
        purpose: ShipmentPurpose::Replacement,
        unit_id: Some(spare.unit.id),
        depot_id: Some(spare.depot.id),
        parcel: parcel.clone(),
    });
    decision.notice = Some(NoticeKind::ExchangeShipped);
    Ok(())
}

/// Titles swap: the equivalent board becomes the customer's, the faulty one ours.
pub(super) fn exchange_delivered(
    line: &LineState,
    received_by: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let issued = issued_of(line.exchange(), line, ActionKind::ExchangeDelivered)?;
    let customer = Owner::Customer(line.customer.clone());
    let to = Stand { place: line.customer_place.clone(), condition: issued.unit.condition, owner: customer };
    decision.post(line, MovementKind::Issue, &issued.part, &issued.unit, to);
    let unit = here(line)?;
    // With a second board, after a dead one, the titles are swapped already.
    let is_first = line.is_held();
    if is_first && unit.owner != Owner::Us {
        let ours = Stand { place: unit.place.clone(), condition: unit.condition, owner: Owner::Us };
        decision.post(line, MovementKind::TransferTitle, &line.part, unit, ours);
    }
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Kept, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Kept.as_str());
    decision.set_note(received_by.to_owned());
    decision.shipment =
        Some(ShipmentChange::Exchange { unit_id: issued.unit.id, received_by: received_by.to_owned() });
    if is_first {
        decision.repair = RepairState::Exchanged;
    }
    case::release_loan(line, decision);
    case::withdraw(line, decision);
    decision.promises.push(PromiseChange::Break(PromiseKind::RepairReturn));
    decision.promises.push(PromiseChange::Fulfil(PromiseKind::EquivalentExchange));
    owe_loan(line, decision);
    Ok(())
}

/// How a spare of ours comes back.
pub(super) struct Back<'a> {
    /// Where it is put.
    pub place: &'a PlaceRef,
    /// Where it is put instead of the bench when it is good.
    pub shelf: &'a PlaceRef,
    /// In which condition, as whoever took it in says.
    pub condition: Condition,
    /// What became of the customer's data on it.
    pub data: &'a DataProof,
}

impl Back<'_> {
    /// What is kept of the answer; none where none is asked for or none was said.
    fn proof(&self, line: &LineState, issued: &IssuedUnit) -> Result<Option<(DataAnswer, String)>, Refusal> {
        let is_said = self.data.answer.is_some() || !self.data.certificate.trim().is_empty();
        if !is_said || !issued.holds_customers_data() {
            return Ok(None);
        }
        let case = DataCase {
            serial: &issued.unit.serial,
            part_no: &issued.part.part_no,
            is_customers_data: true,
            plan_answer: line.case.data_answer,
            is_scrap: false,
        };
        data_proof(&case, self.data)
    }

    /// Good again it stands on the shelf, as anybody's spare; while nobody answered for a customer's data on it, in quarantine
    /// (decision 0039).
    fn stand(&self, issued: &IssuedUnit, is_answered: bool) -> Stand {
        let waits = issued.holds_customers_data() && !is_answered;
        let condition = match self.condition {
            Condition::Good if waits => Condition::Quarantined,
            condition => condition,
        };
        let on_bench = self.place.kind == PlaceKind::Bench;
        let place = if condition == Condition::Good && on_bench { self.shelf } else { self.place };
        Stand { place: place.clone(), condition, owner: issued.unit.owner.clone() }
    }
}

pub(super) fn recover_loan(
    line: &LineState,
    scanned: &str,
    back: &Back<'_>,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if let Some(dead) = line.dead_spares_out().find(|issued| issued.unit.serial == scanned) {
        return take_back_dead(line, dead, back, decision);
    }
    let mut out = line.out_for_us();
    let first = out.next();
    let found = first.filter(|issued| issued.unit.serial == scanned);
    let named = found.or_else(|| out.find(|issued| issued.unit.serial == scanned));
    let issued = issued_of(named.or(first), line, ActionKind::RecoverLoan)?;
    if scanned != issued.unit.serial {
        return Err(Refusal::WrongSerial {
            expected: issued.unit.serial.clone(),
            scanned: scanned.to_owned(),
        });
    }
    let proof = back.proof(line, issued)?;
    let to = back.stand(issued, proof.is_some());
    decision.post(line, MovementKind::Return, &issued.part, &issued.unit, to);
    decision.answer_data(proof);
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Recovered, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Recovered.as_str());
    decision.set_note(scanned.to_owned());
    never_arrived(issued, ShipmentState::Returned, decision);
    if issued.role == IssuedRole::Loan && line.open_promises.contains(&PromiseKind::LoanReturn) {
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::LoanReturn));
    }
    Ok(())
}

/// What is still on the road ends there: its parcel came back, or was given up.
pub(super) fn never_arrived(issued: &IssuedUnit, to: ShipmentState, decision: &mut Decision) {
    if issued.state == IssuedState::Shipped {
        let (purpose, unit_id) = (ShipmentPurpose::Replacement, Some(issued.unit.id));
        decision.shipment = Some(ShipmentChange::End { purpose, unit_id, to });
    }
}

/// A spare that never worked comes back as our faulty part.
fn take_back_dead(
    line: &LineState,
    dead: &IssuedUnit,
    back: &Back<'_>,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let proof = back.proof(line, dead)?;
    let (place, owner) = (back.place.clone(), dead.unit.owner.clone());
    let to = Stand { place, condition: Condition::Faulty, owner };
    decision.post(line, MovementKind::Return, &dead.part, &dead.unit, to);
    decision.answer_data(proof);
    decision.log(Track::Issued, IssuedState::Doa.as_str(), IssuedState::Doa.as_str());
    decision.set_note(dead.unit.serial.clone());
    decision.promises.push(PromiseChange::FulfilFor(PromiseKind::FaultyReturn, dead.id));
    case::close_without(line, dead, decision);
    Ok(())
}

/// Another step decides the exchange with it: the customer asked for one and it was authorised, or a mode after receipt leaves no
/// other way. A board is owed from now on, and the customer hears of it.
pub(super) fn exchange_is_decided(decision: &mut Decision) {
    decision.case.also = Some(ActionKind::DecideExchange);
    decision.promises.push(PromiseChange::Open(PromiseKind::EquivalentExchange));
    decision.notice = Some(NoticeKind::ExchangeDecided);
}

pub(super) fn decide_exchange(line: &LineState, reason: &str, decision: &mut Decision) {
    decision.log(Track::Repair, "", "");
    decision.set_note(reason.to_owned());
    case::consent_lapses(line, decision);
    decision.promises.push(PromiseChange::Open(PromiseKind::EquivalentExchange));
    // Where the maker's other unit was an exchange already, the customer knows.
    decision.notice = (!line.vendor_exchange).then_some(NoticeKind::ExchangeDecided);
}
