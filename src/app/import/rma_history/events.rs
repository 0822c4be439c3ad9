//! The timeline of a history row, step by step as the rules of an RMA line have it. History knows fewer dates than steps:
//! a step without a date of its own shares the date of the step it leads to.

use chrono::NaiveDate;

use super::facts::Event;
use super::{HistoryRow, Outcome};
use crate::domain::rma::{ActionKind as A, FaultyState, IssuedState, RepairState as S, Track};

/// A timeline being written.
struct Timeline {
    events: Vec<Event>,
    repair: S,
}

impl Timeline {
    fn repair(&mut self, kind: A, to: S, on: NaiveDate) {
        let from = self.repair.as_str();
        self.repair = to;
        self.events.push(Event { track: Track::Repair, kind: kind.as_str(), from, to: to.as_str(), on });
    }

    fn faulty(&mut self, kind: A, from: FaultyState, to: FaultyState, on: NaiveDate) {
        let (from, to) = (from.as_str(), to.as_str());
        self.events.push(Event { track: Track::Faulty, kind: kind.as_str(), from, to, on });
    }

    fn issued(&mut self, kind: A, from: &'static str, to: IssuedState, on: NaiveDate) {
        self.events.push(Event { track: Track::Issued, kind: kind.as_str(), from, to: to.as_str(), on });
    }
}

/// All events of a row in order of day, and the state of the repair track at the end.
pub(super) fn events(history: &HistoryRow) -> (Vec<Event>, S) {
    let on = history.requested_on;
    let first = Event { track: Track::Repair, kind: "request", from: "", to: S::Requested.as_str(), on };
    let mut line = Timeline { events: vec![first], repair: S::Requested };
    line.repair(A::Authorise, S::Authorised, on);
    line.faulty(A::Authorise, FaultyState::NotDue, FaultyState::Due, on);
    if let Some(day) = history.received_on {
        line.repair(A::ReceiveFaulty, S::Received, day);
        line.faulty(A::ReceiveFaulty, FaultyState::Due, FaultyState::Received, day);
    }
    work(history, &mut line);
    end(history, &mut line);
    loan(history, &mut line);
    // Stable: what happened on one day stays in the order of the tracks above.
    line.events.sort_by_key(|event| event.on);
    (line.events, line.repair)
}

/// Diagnosis, repair and verdict.
fn work(history: &HistoryRow, line: &mut Timeline) {
    let outcome = history.outcome.filter(|outcome| *outcome != Outcome::Cancelled);
    if let Some(day) = history.started_on.or(history.finished_on.filter(|_| outcome.is_some())) {
        line.repair(A::Diagnose, S::Diagnosing, day);
        if matches!(outcome, None | Some(Outcome::Repaired)) {
            line.repair(A::StartRepair, S::Repairing, day);
        }
    }
    let Some((outcome, day)) = outcome.zip(history.finished_on) else { return };
    match outcome {
        Outcome::Repaired => {
            line.repair(A::FinishRepair, S::Testing, day);
            line.repair(A::Test, S::Repaired, day);
        }
        Outcome::NoFaultFound => line.repair(A::FinishRepair, S::Nff, day),
        Outcome::BeyondRepair => line.repair(A::FinishRepair, S::Ber, day),
        Outcome::Cancelled => {}
    }
    if history.replacement_serial.is_some() {
        let state = line.repair.as_str();
        let kind = A::DecideExchange.as_str();
        line.events.push(Event { track: Track::Repair, kind, from: state, to: state, on: day });
    }
}

/// How the line ended: exchanged, cancelled, given back. What ended is closed the same day: nothing was owed at go-live.
fn end(history: &HistoryRow, line: &mut Timeline) {
    let cancelled = history.outcome == Some(Outcome::Cancelled);
    if let Some(day) = history.exchanged_on() {
        line.issued(A::ShipExchange, "", IssuedState::Shipped, day);
        line.issued(A::ExchangeDelivered, IssuedState::Shipped.as_str(), IssuedState::Kept, day);
        line.repair(A::ExchangeDelivered, S::Exchanged, day);
        line.repair(A::Close, S::Closed, day);
    } else if let Some(day) = history.settled_on().filter(|_| cancelled) {
        line.repair(A::Cancel, S::Cancelled, day);
    } else if let Some(day) = history.returned_on {
        line.repair(A::DispatchReturn, S::Dispatched, day);
        line.repair(A::ConfirmReturned, S::Returned, day);
        line.repair(A::Close, S::Closed, day);
    }
}

fn loan(history: &HistoryRow, line: &mut Timeline) {
    let Some(spare) = &history.spare else { return };
    let (reserved, shipped, in_use) = (IssuedState::Reserved, IssuedState::Shipped, IssuedState::InUse);
    line.issued(A::ReserveReplacement, "", reserved, spare.shipped_on);
    line.issued(A::ShipReplacement, reserved.as_str(), shipped, spare.shipped_on);
    line.issued(A::ReplacementDelivered, shipped.as_str(), in_use, spare.shipped_on);
    if let Some(day) = history.settled_on() {
        line.issued(A::RecoverLoan, in_use.as_str(), IssuedState::Recovered, day);
    }
}
