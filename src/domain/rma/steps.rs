//! What follows from each action: one function per action, writing into the decision.

use crate::domain::data_bearing::DataAnswer;
use crate::domain::notice::NoticeKind;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::plan::{PromiseKind, ReturnedWhen};
use crate::domain::refusal::Refusal;
use crate::domain::rma::case;
use crate::domain::rma::case::{drop_exchange, end_promises, release_reserved};
use crate::domain::rma::effects::*;
use crate::domain::rma::spares::{
    Back, decide_exchange, exchange_delivered, exchange_is_decided, owe_loan, recover_loan,
    replacement_delivered, reserve_replacement, ship_exchange, ship_replacement,
};
use crate::domain::rma::{
    Action, ActionKind, Direction, FaultyState, IssuedRole, IssuedState, LineState, Mode, Parcel,
    RepairOrderState, RepairState, ShipmentPurpose, ShipmentState, Track, bench, clock,
};
use crate::domain::stock::{Condition, MovementKind, Owner, PartRef, Posting, Stand, Subject, UnitState};
use chrono::{DateTime, Utc};

/// Lets the action happen to the line: its states, movements, promises, shipments and notices.
pub(super) fn take(line: &LineState, action: &Action, decision: &mut Decision) -> Result<(), Refusal> {
    match action {
        Action::Authorise => authorise(line, decision),
        Action::Reject { reason } => end_unreceived(line, RepairState::Rejected, reason, decision),
        Action::Cancel { reason } => end_unreceived(line, RepairState::Cancelled, reason, decision),
        Action::ReserveReplacement { spare } => reserve_replacement(line, spare, decision)?,
        Action::ShipReplacement { parcel, transit } => {
            ship_replacement(line, parcel, transit, decision)?;
        }
        Action::ReplacementDelivered { received_by } => {
            replacement_delivered(line, received_by, decision)?;
        }
        Action::FaultyShipped { parcel } => faulty_shipped(line, parcel, decision),
        Action::ReceiveFaulty { scanned, place } => receive_faulty(line, scanned, place, decision)?,
        Action::Bench(work) => bench::work(line, work, decision)?,
        Action::AttributeCause { cause, evidence } => {
            decision.log(Track::Note, "", cause.as_str());
            decision.set_note(evidence.clone());
        }
        Action::DispatchReturn { parcel, transit } => dispatch_return(line, parcel, transit, decision)?,
        Action::ConfirmReturned { received_by } => confirm_returned(line, received_by, decision)?,
        Action::DecideExchange { reason } => decide_exchange(line, reason, decision),
        Action::ShipExchange { spare, parcel, transit } => {
            ship_exchange(line, spare, parcel, transit, decision)?;
        }
        Action::ExchangeDelivered { received_by } => exchange_delivered(line, received_by, decision)?,
        Action::RecoverLoan { scanned, place, shelf, condition, data } => {
            let back = Back { place, shelf, condition: *condition, data };
            recover_loan(line, scanned, &back, decision)?;
        }
        Action::ArriveOnSite | Action::RestoreService => {}
        Action::ReportFailure { file } => decision.set_note(file.clone()),
        Action::Hold { reason, said_by } => clock::stop(line, reason, said_by, decision),
        Action::Resume => clock::run_on(line, decision),
        Action::Close => close(line, decision),
        Action::Case(case) => case::take(line, case, decision)?,
    }
    Ok(())
}

impl Decision {
    /// Nothing follows yet.
    pub(super) fn unchanged(line: &LineState, occurred_at: DateTime<Utc>) -> Decision {
        Decision {
            occurred_at,
            repair: line.repair,
            faulty: line.faulty,
            depot: line.depot.clone(),
            events: vec![],
            first_met: None,
            postings: vec![],
            issued: None,
            beside: None,
            hold: None,
            promises: vec![],
            shipment: None,
            repair_order: None,
            bench: None,
            outcome: None,
            cost_fen: None,
            notice: None,
            case: case::CaseChanges::default(),
        }
    }

    pub(super) fn log(&mut self, track: Track, from: &'static str, to: &'static str) {
        self.events.push(Event { track, from, to, note: String::new() });
    }

    pub(super) fn set_note(&mut self, note: String) {
        let note = note.trim().to_owned();
        if note.is_empty() {
            return;
        }
        match self.events.last_mut() {
            Some(event) => event.note = note,
            None => self.events.push(Event { track: Track::Note, from: "", to: "", note }),
        }
    }

    /// What became of a customer's data is kept with the movement just decided.
    pub(super) fn answer_data(&mut self, proof: Option<(DataAnswer, String)>) {
        if let Some(posting) = self.postings.last_mut() {
            posting.data = proof;
        }
    }

    /// The repair track's own row comes first, that of the faulty part last; the note of the action goes on the first row.
    pub(super) fn finish_events(&mut self, line: &LineState, kind: ActionKind, note: &str) {
        if self.repair != line.repair {
            self.events.insert(
                0,
                Event {
                    track: Track::Repair,
                    from: line.repair.as_str(),
                    to: self.repair.as_str(),
                    note: String::new(),
                },
            );
        }
        if self.faulty != line.faulty {
            self.log(Track::Faulty, line.faulty.as_str(), self.faulty.as_str());
        }
        if self.case.closes {
            self.log(Track::Repair, self.repair.as_str(), RepairState::Closed.as_str());
            self.repair = RepairState::Closed;
        }
        if self.events.is_empty() {
            self.events.push(Event { track: Track::Note, from: "", to: "", note: String::new() });
        }
        // What the form asked for may be the note already: nobody reads the same words twice.
        let mut said: Vec<&str> = vec![];
        for text in std::iter::once(note).chain(self.events.iter().map(|event| event.note.as_str())) {
            let text = text.trim();
            if !text.is_empty() && !said.contains(&text) {
                said.push(text);
            }
        }
        let said = said.join(" · ");
        // A row that only carried words has given them away.
        let only_words = |event: &Event| event.track == Track::Note && event.to.is_empty();
        if !self.events.iter().all(only_words) {
            self.events.retain(|event| !only_words(event));
        }
        for event in &mut self.events {
            event.note.clear();
        }
        if let Some(first) = self.events.first_mut() {
            first.note = said;
        }
        debug_assert!(!self.events.is_empty(), "{kind} leaves no trace");
    }

    pub(super) fn post(
        &mut self,
        line: &LineState,
        kind: MovementKind,
        part: &PartRef,
        unit: &UnitState,
        to: Stand,
    ) {
        let subject = Subject::of(unit);
        let posting = Posting::of_one(kind, part.clone(), subject, unit.stand(), to, self.occurred_at);
        self.postings.push(posting.under(&line.number));
    }
}

fn authorise(line: &LineState, decision: &mut Decision) {
    if line.repair != RepairState::Requested {
        // The part is here already: only the spare or the board is still to be promised, and nobody need send anything.
        match line.mode {
            Mode::EquivalentExchange => exchange_is_decided(decision),
            _ => decision.promises.push(PromiseChange::Open(PromiseKind::SpareInPlace)),
        }
        return;
    }
    decision.repair = RepairState::Authorised;
    // Without a spare up front the part is due now; with one, when the spare is handed over.
    if line.mode.issues_up_front().is_none() {
        decision.faulty = FaultyState::Due;
    } else {
        decision.promises.push(PromiseChange::Open(PromiseKind::SpareInPlace));
    }
    decision.notice = Some(NoticeKind::Authorised);
}

fn end_unreceived(line: &LineState, to: RepairState, reason: &str, decision: &mut Decision) {
    release_reserved(line, decision);
    decision.repair = to;
    nobody_waits(line, decision);
    if line.open_promises.contains(&PromiseKind::SpareInPlace) {
        // A spare that was late already was not in place, whoever calls it off now.
        decision.promises.push(PromiseChange::Forgo(PromiseKind::SpareInPlace));
    }
    if line.open_promises.contains(&PromiseKind::FaultyReturn) {
        decision.promises.push(PromiseChange::Drop(PromiseKind::FaultyReturn));
    }
    // Called off after the unit went home as it came: by the due date it leaves the rate (NUMBERS §2). Who had agreed to its scrap
    // before gave it up then.
    if line.case.scrap_agreed_at.is_none() {
        decision.promises.push(PromiseChange::Forgo(PromiseKind::RepairReturn));
    }
    if to == RepairState::Rejected {
        decision.notice = Some(NoticeKind::Rejected);
    }
    decision.set_note(reason.to_owned());
}

/// The line is called off: its faulty part is waited for no more, and the parcel it may be in is on the list of what comes no
/// more.
pub(super) fn nobody_waits(line: &LineState, decision: &mut Decision) {
    if matches!(line.faulty, FaultyState::Due | FaultyState::InTransit | FaultyState::Overdue) {
        decision.faulty = FaultyState::NotDue;
    }
    if line.faulty == FaultyState::InTransit {
        let (purpose, to) = (ShipmentPurpose::Faulty, ShipmentState::CalledOff);
        decision.shipment = Some(ShipmentChange::End { purpose, unit_id: None, to });
    }
}

fn faulty_shipped(line: &LineState, parcel: &Parcel, decision: &mut Decision) {
    decision.repair = RepairState::Expected;
    decision.faulty = FaultyState::InTransit;
    decision.shipment = Some(ShipmentChange::Ship {
        direction: Direction::Inbound,
        purpose: ShipmentPurpose::Faulty,
        unit_id: line.unit.as_ref().map(|unit| unit.id),
        depot_id: line.depot.as_ref().map(|depot| depot.id),
        parcel: parcel.clone(),
    });
}

/// The faulty part is here. The scan must be the line's serial; receipt starts the promise and is legal before the
/// request was authorised.
fn receive_faulty(
    line: &LineState,
    scanned: &str,
    place: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let own_serial = line.unit.as_ref().map_or(line.serial.as_str(), |unit| unit.serial.as_str());
    if scanned != line.serial && scanned != own_serial {
        return Err(Refusal::WrongSerial { expected: line.serial.clone(), scanned: scanned.to_owned() });
    }
    let Some(depot) = place.depot.clone() else {
        return Err(Refusal::field_with("depot", "unknown_place", "code", &place.code));
    };
    // What we lent comes back on the line it was lent on, or nobody there would know that it is here.
    if line.case.owed_elsewhere {
        let serial = own_serial.to_owned();
        return Err(Refusal::LoanerStillOut { serial });
    }
    let owner = owner_at_receipt(line)?;
    let to = Stand { place: place.clone(), condition: line.condition_met(), owner };
    bring_in(line, to, decision)?;
    decision.repair = RepairState::Received;
    decision.faulty = FaultyState::Received;
    decision.set_note(scanned.to_owned());
    decision.repair_order = Some(RepairOrderChange::Open { depot_id: depot.id });
    decision.depot = Some(depot);
    if line.faulty == FaultyState::InTransit {
        decision.shipment = Some(ShipmentChange::Deliver {
            purpose: ShipmentPurpose::Faulty,
            unit_id: None,
            received_by: String::new(),
        });
    }
    if line.open_promises.contains(&PromiseKind::FaultyReturn) {
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::FaultyReturn));
    }
    if line.mode.promises_return() {
        decision.promises.push(PromiseChange::Open(PromiseKind::RepairReturn));
    }
    decision.notice = Some(NoticeKind::FaultyReceived);
    if line.mode == Mode::EquivalentExchange && line.authorised && !line.exchange_decided {
        exchange_is_decided(decision);
    }
    decision.case.closes = case::close_settled(line, decision);
    Ok(())
}

/// The faulty part comes from its customer to where it is put: from `opening` first, where the ledger never met it.
fn bring_in(line: &LineState, to: Stand, decision: &mut Decision) -> Result<(), Refusal> {
    match &line.unit {
        Some(unit) => {
            let unit = &enter_anew(line, unit, decision);
            if unit.place.id != line.customer_place.id {
                let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
                return Err(Refusal::UnitElsewhere {
                    serial,
                    place,
                    claimed: line.customer_place.code.clone(),
                });
            }
            let to = Stand { owner: unit.owner.clone(), ..to };
            decision.post(line, MovementKind::Receive, &line.part, unit, to);
        }
        None => {
            decision.first_met = Some(first_met(line, decision.occurred_at));
            let owner = Owner::Customer(line.customer.clone());
            let from = Stand { place: line.customer_place.clone(), condition: line.condition_met(), owner };
            let posting = of_new(line, MovementKind::Receive, from, to, decision.occurred_at);
            decision.postings.push(posting);
        }
    }
    Ok(())
}

/// A unit whose opening was taken back with the step that made it enters the books anew: the unit at its customer's. Any other
/// is where it is.
pub(super) fn enter_anew(line: &LineState, unit: &UnitState, decision: &mut Decision) -> UnitState {
    if unit.place.kind != PlaceKind::Opening {
        return unit.clone();
    }
    let place = line.customer_place.clone();
    let (condition, owner) = (line.condition_met(), Owner::Customer(line.customer.clone()));
    let to = Stand { place: place.clone(), condition, owner: owner.clone() };
    decision.post(line, MovementKind::Opening, &line.part, unit, to);
    UnitState { place, condition, owner, ..unit.clone() }
}

/// Whose the part is that arrives: the customer's, or ours where the titles were swapped already. They swap when the replacement is
/// handed over (PRODUCT "Advance replacement"), not when the part arrives.
fn owner_at_receipt(line: &LineState) -> Result<Owner, Refusal> {
    case::check_part(line)?;
    let customer = Owner::Customer(line.customer.clone());
    match &line.unit {
        None => Ok(customer),
        // It entered the books by a step that was taken back, whoever's it was said to be.
        Some(unit) if unit.place.kind == PlaceKind::Opening => Ok(customer),
        Some(unit) if unit.owner == Owner::Us || unit.owner == customer => Ok(unit.owner.clone()),
        Some(unit) => Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() }),
    }
}

/// A unit the ledger never met enters from `opening`, citing the RMA (PRODUCT "Places and owners").
pub(super) fn first_met(line: &LineState, occurred_at: DateTime<Utc>) -> Posting {
    let owner = Owner::Customer(line.customer.clone());
    let condition = line.condition_met();
    let stand = |place: &PlaceRef| Stand { place: place.clone(), condition, owner: owner.clone() };
    let (from, to) = (stand(&line.opening_place), stand(&line.customer_place));
    of_new(line, MovementKind::Opening, from, to, occurred_at)
}

/// A movement of the line's unit, which the ledger meets with it.
pub(super) fn of_new(
    line: &LineState,
    kind: MovementKind,
    from: Stand,
    to: Stand,
    at: DateTime<Utc>,
) -> Posting {
    let subject = Subject::NewUnit { serial: line.serial.clone() };
    Posting::of_one(kind, line.part.clone(), subject, from, to, at).under(&line.number)
}

pub(super) fn here(line: &LineState) -> Result<&UnitState, Refusal> {
    line.unit.as_ref().ok_or_else(|| Refusal::not_found("unit", &line.serial))
}

fn dispatch_return(
    line: &LineState,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = line.in_hand()?;
    // A unit without fault found goes home as good as it came: it was never broken.
    let to = Stand { place: transit.clone(), condition: Condition::Good, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &line.part, unit, to);
    decision.repair = RepairState::Dispatched;
    decision.shipment = Some(ShipmentChange::Ship {
        direction: Direction::Outbound,
        purpose: ShipmentPurpose::Return,
        unit_id: Some(unit.id),
        depot_id: line.working_depot().map(|depot| depot.id),
        parcel: parcel.clone(),
    });
    decision.repair_order = Some(RepairOrderChange::Step { to: RepairOrderState::Closed, diagnosis: None });
    // What leaves is the maker's, given in exchange, where the plan takes another serial for one.
    let given = line.vendor_exchange;
    decision.notice = Some(if given { NoticeKind::ExchangeShipped } else { NoticeKind::ShippedBack });
    if line.case.returned_when == Some(ReturnedWhen::Dispatched) && !line.vendor_exchange {
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::RepairReturn));
        drop_exchange(line, decision);
    }
    Ok(())
}

/// Back at the customer: the clock stops, and a loaner is now owed to us.
fn confirm_returned(line: &LineState, received_by: &str, decision: &mut Decision) -> Result<(), Refusal> {
    let unit = here(line)?;
    let to =
        Stand { place: line.customer_place.clone(), condition: unit.condition, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &line.part, unit, to);
    decision.repair = RepairState::Returned;
    decision.shipment = Some(ShipmentChange::Deliver {
        purpose: ShipmentPurpose::Return,
        unit_id: None,
        received_by: received_by.to_owned(),
    });
    decision.set_note(received_by.to_owned());
    if line.on_hold {
        decision.hold = Some(HoldChange::EndAll);
    }
    if line.case.unrepaired {
        decision.promises.push(PromiseChange::Break(PromiseKind::RepairReturn));
        drop_exchange(line, decision);
    } else if line.vendor_exchange {
        // Another serial than the customer's: an exchange, by the word of the plan.
        decision.promises.push(PromiseChange::Break(PromiseKind::RepairReturn));
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::EquivalentExchange));
    } else {
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::RepairReturn));
        drop_exchange(line, decision);
    }
    owe_loan(line, decision);
    case::release_loan(line, decision);
    Ok(())
}

/// What may be closed is asked before ([`guards`](crate::domain::rma::guards)).
fn close(line: &LineState, decision: &mut Decision) {
    case::release_loan(line, decision);
    keep_replacement(line, decision);
    end_promises(line, decision);
    decision.repair = RepairState::Closed;
    decision.notice = Some(NoticeKind::Closed);
}

/// A replacement given for good ends with the line.
fn keep_replacement(line: &LineState, decision: &mut Decision) {
    let Some(given) = line.active(IssuedRole::Permanent) else { return };
    decision.issued = Some(IssuedChange::Step { id: given.id, to: IssuedState::Kept, release: None });
    decision.log(Track::Issued, given.state.as_str(), IssuedState::Kept.as_str());
}
