//! What a history row writes (API.md, History import): movements, events, loans, parcels, promises.

use chrono::NaiveDate;

use super::super::effects::{Move, Place};
use super::events::events;
use super::facts::{HistoryEffects, Issued, Parcel, PromiseEnd, Promised};
use super::{HistoryRow, Outcome, Start, Starts};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::{FaultyState, IssuedRole, IssuedState, Mode, ShipmentPurpose};
use crate::domain::stock::{Condition, MovementKind, Owner};

/// The effects of one accepted row, given where its units start.
#[must_use]
pub fn effects(history: &HistoryRow, starts: &Starts) -> HistoryEffects {
    let mut moves = faulty_moves(history, &starts.faulty);
    moves.extend(spare_moves(history, &starts.spare));
    moves.extend(replacement_moves(history, &starts.replacement));
    // A stable sort: on one day, each unit's own order stays.
    moves.sort_by_key(|step| step.on);
    let (events, repair) = events(history);
    // The faulty part is owed as soon as a spare went out for it, or the request was authorised without one.
    let faulty = if history.received_on.is_some() { FaultyState::Received } else { FaultyState::Due };
    let mode = match (&history.replacement_serial, &history.spare) {
        (Some(_), _) => Mode::EquivalentExchange,
        (None, Some(_)) => Mode::Loaner,
        (None, None) => Mode::RepairReturn,
    };
    HistoryEffects {
        moves,
        events,
        issued: issued(history, starts),
        parcels: parcels(history, starts),
        promises: promises(history),
        repair,
        faulty,
        mode,
        ended_on: history.settled_on(),
    }
}

/// A movement of one unit.
fn step(
    history: &HistoryRow,
    serial: &str,
    kind: MovementKind,
    on: NaiveDate,
    from: Place,
    to: Place,
) -> Move {
    Move {
        kind,
        part_no: history.part_no.clone(),
        serial: Some(serial.to_owned()),
        quantity: 1,
        from,
        to,
        condition: (Condition::Good, Condition::Good),
        owner: (Owner::Us, Owner::Us),
        on,
    }
}

/// opening → customer → bench, then → customer, or → scrap when a replacement was handed over for it.
fn faulty_moves(history: &HistoryRow, start: &Start) -> Vec<Move> {
    let customer = || Place::Customer(history.customer.clone());
    let bench = || Place::Bench(history.depot.clone());
    let theirs = Owner::Customer(history.customer.clone());
    let repaired_on = match history.outcome {
        Some(Outcome::Repaired | Outcome::NoFaultFound) => history.finished_on,
        _ => None,
    };
    let faulty = (Condition::Faulty, Condition::Faulty);
    let at_bench = if repaired_on.is_some() { (Condition::Good, Condition::Good) } else { faulty };
    let serial = history.faulty_serial.as_str();
    let mut moves = Vec::new();
    let mut push = |kind, on, from, to, condition, owner_after: &Owner| {
        let owner = (theirs.clone(), owner_after.clone());
        moves.push(Move { condition, owner, ..step(history, serial, kind, on, from, to) });
    };
    if *start == Start::Opening {
        push(MovementKind::Opening, history.requested_on, Place::Opening, customer(), faulty, &theirs);
    }
    let Some(received_on) = history.received_on else { return moves };
    push(MovementKind::Receive, received_on, customer(), bench(), faulty, &theirs);
    if let Some(day) = repaired_on {
        push(MovementKind::Convert, day, bench(), bench(), (Condition::Faulty, Condition::Good), &theirs);
    }
    match (history.exchanged_on(), history.settled_on()) {
        // Titles swap at the hand-over: the board becomes ours, and is thrown away.
        (Some(day), _) => {
            push(MovementKind::TransferTitle, day, bench(), bench(), at_bench, &Owner::Us);
            let ours = step(history, serial, MovementKind::Scrap, day, bench(), Place::Scrap);
            moves.push(Move { condition: (at_bench.1, Condition::Scrapped), ..ours });
        }
        (None, Some(day)) => push(MovementKind::Issue, day, bench(), customer(), at_bench, &theirs),
        (None, None) => {}
    }
    moves
}

/// opening → depot → customer (or from the stock where it is listed); settled: customer → opening, or back to its bin.
/// The spare is ours all the time. One that is not listed in the stock goes back to `opening` and never enters the
/// stock: nobody said where it is today.
fn spare_moves(history: &HistoryRow, start: &Start) -> Vec<Move> {
    let Some(spare) = &history.spare else { return Vec::new() };
    let customer = || Place::Customer(history.customer.clone());
    let (home, mut moves) = out_of_depot(history, &spare.serial, spare.shipped_on, start);
    if let Some(day) = history.settled_on() {
        // Back to where the books began is an opening entry as well: it says what was before them.
        let kind = if home == Place::Opening { MovementKind::Opening } else { MovementKind::Return };
        moves.push(step(history, &spare.serial, kind, day, customer(), home));
    }
    moves
}

/// The movements that bring one of our good units to the customer, and the place it would go back to.
fn out_of_depot(history: &HistoryRow, serial: &str, on: NaiveDate, start: &Start) -> (Place, Vec<Move>) {
    let customer = Place::Customer(history.customer.clone());
    let depot = Place::Depot(history.depot.clone());
    let mut moves = Vec::new();
    let (home, from) = match start {
        Start::Stock(place) => (place.clone(), place.clone()),
        Start::Opening | Start::AtCustomer => {
            moves.push(step(history, serial, MovementKind::Opening, on, Place::Opening, depot.clone()));
            (Place::Opening, depot)
        }
    };
    moves.push(step(history, serial, MovementKind::Issue, on, from, customer));
    (home, moves)
}

/// The board given for good; its title passes at the hand-over.
fn replacement_moves(history: &HistoryRow, start: &Start) -> Vec<Move> {
    let Some((serial, day)) = history.replacement_serial.as_ref().zip(history.exchanged_on()) else {
        return Vec::new();
    };
    let (_, mut moves) = out_of_depot(history, serial, day, start);
    let customer = || Place::Customer(history.customer.clone());
    let title = step(history, serial, MovementKind::TransferTitle, day, customer(), customer());
    moves.push(Move { owner: (Owner::Us, Owner::Customer(history.customer.clone())), ..title });
    moves
}

/// The depot a unit of ours leaves: where the stock list has it, else the one that took the RMA in.
fn depot_of(history: &HistoryRow, start: &Start) -> String {
    match start {
        Start::Stock(Place::Depot(depot) | Place::Bin { depot, .. }) => depot.clone(),
        _ => history.depot.clone(),
    }
}

fn issued(history: &HistoryRow, starts: &Starts) -> Vec<Issued> {
    let settled_on = history.settled_on();
    let loan = history.spare.as_ref().map(|spare| Issued {
        role: IssuedRole::Loan,
        serial: spare.serial.clone(),
        depot: depot_of(history, &starts.spare),
        state: if settled_on.is_some() { IssuedState::Recovered } else { IssuedState::InUse },
        shipped_on: spare.shipped_on,
        ended_on: settled_on,
    });
    let kept = history.replacement_serial.as_ref().zip(history.exchanged_on()).map(|(serial, day)| Issued {
        role: IssuedRole::Permanent,
        serial: serial.clone(),
        depot: depot_of(history, &starts.replacement),
        state: IssuedState::Kept,
        shipped_on: day,
        ended_on: Some(day),
    });
    loan.into_iter().chain(kept).collect()
}

/// Carrier and waybill of a row belong to the way home: of the customer's own unit, or of what replaced it.
fn parcels(history: &HistoryRow, starts: &Starts) -> Vec<Parcel> {
    let out = history.spare.as_ref().map(|spare| Parcel {
        purpose: ShipmentPurpose::Replacement,
        serial: spare.serial.clone(),
        depot: depot_of(history, &starts.spare),
        carrier: String::new(),
        waybill: String::new(),
        on: spare.shipped_on,
    });
    let home = history.returned_on.filter(|_| history.received_on.is_some()).map(|day| {
        let (purpose, serial, depot) = match &history.replacement_serial {
            Some(serial) => (ShipmentPurpose::Replacement, serial, depot_of(history, &starts.replacement)),
            None => (ShipmentPurpose::Return, &history.faulty_serial, history.depot.clone()),
        };
        Parcel {
            purpose,
            serial: serial.clone(),
            depot,
            carrier: history.carrier.clone().unwrap_or_default(),
            waybill: history.waybill.clone().unwrap_or_default(),
            on: day,
        }
    });
    out.into_iter().chain(home).collect()
}

/// `repair_return` from receipt; `equivalent_exchange` from the decision or the verdict; `faulty_return` where our spare
/// is out and the faulty part is not here. No `spare_in_place`: dates cannot judge four hours (API.md).
fn promises(history: &HistoryRow) -> Vec<Promised> {
    let mut promises = Vec::new();
    let beyond = history.outcome == Some(Outcome::BeyondRepair);
    let end = match (history.exchanged_on(), history.outcome, history.settled_on()) {
        (Some(day), ..) => Some(PromiseEnd::Broken(day)),
        (None, Some(Outcome::Cancelled), Some(day)) => Some(PromiseEnd::CalledOff(day)),
        // Given back as it came is not a repair.
        (None, Some(Outcome::BeyondRepair), Some(day)) => Some(PromiseEnd::Broken(day)),
        (None, _, Some(day)) => Some(PromiseEnd::Fulfilled(day)),
        (None, _, None) => None,
    };
    if let Some(started_on) = history.received_on {
        promises.push(Promised { kind: PromiseKind::RepairReturn, started_on, end });
    }
    let given_back = history.replacement_serial.is_none() && history.returned_on.is_some();
    let decided = history.replacement_serial.is_some() || beyond;
    if let Some(started_on) = history.finished_on.filter(|_| decided && !given_back) {
        let end = history.exchanged_on().map(PromiseEnd::Fulfilled);
        promises.push(Promised { kind: PromiseKind::EquivalentExchange, started_on, end });
    }
    let owed = history.received_on.is_none() && history.settled_on().is_none();
    if let Some(spare) = history.spare.as_ref().filter(|_| owed) {
        promises.push(Promised { kind: PromiseKind::FaultyReturn, started_on: spare.shipped_on, end: None });
    }
    promises
}
