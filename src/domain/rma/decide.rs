//! May this happen to the line now, and what follows? One flat run of refusals, then one arm per action.

use crate::domain::actor::{Actor, DepotRef, Role};
use crate::domain::notice::NoticeKind;
use crate::domain::place::PlaceRef;
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::rma::effects::*;
use crate::domain::rma::{
    Action, ActionKind, Direction, FaultyState, IssuedRole, IssuedState, IssuedUnit, LineState, Mode, Parcel,
    RepairOrderState, RepairOutcome, RepairState, ShipmentPurpose, Spare, Track,
};
use crate::domain::stock::{
    Condition, MovementKind, Owner, PartRef, Posting, Stand, Subject, UnitState, rfc3339,
};
use chrono::{DateTime, TimeDelta, Utc};

/// A step may be dated back this far by anybody who may do it; further needs a manager and a note.
const BACKDATING_HOURS: i64 = 72;

/// When and why, beside the action itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// When it happened; now when not said.
    pub occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    pub note: String,
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
    is_possible(line, kind)?;
    let occurred_at = when_it_happened(actor, line, when, now)?;
    let mut decision = Decision {
        occurred_at,
        repair: line.repair,
        faulty: line.faulty,
        depot: line.depot.clone(),
        events: vec![],
        first_met: None,
        postings: vec![],
        issued: None,
        hold: None,
        promises: vec![],
        shipment: None,
        repair_order: None,
        outcome: None,
        cost_fen: None,
        notice: None,
    };
    match action {
        Action::Authorise => authorise(line, &mut decision),
        Action::Reject { reason } => end_unreceived(line, RepairState::Rejected, reason, &mut decision)?,
        Action::Cancel { reason } => end_unreceived(line, RepairState::Cancelled, reason, &mut decision)?,
        Action::ReserveReplacement { spare } => reserve_replacement(line, spare, &mut decision)?,
        Action::ShipReplacement { parcel, transit } => {
            ship_replacement(line, parcel, transit, &mut decision)?
        }
        Action::ReplacementDelivered { received_by } => {
            replacement_delivered(line, received_by, &mut decision)?
        }
        Action::FaultyShipped { parcel } => faulty_shipped(line, parcel, &mut decision),
        Action::ReceiveFaulty { scanned, place } => receive_faulty(line, scanned, place, &mut decision)?,
        Action::Diagnose { finding, verdict } => diagnose(finding, *verdict, &mut decision),
        Action::StartRepair => step(&mut decision, RepairState::Repairing, RepairOrderState::Repairing),
        Action::SendToVendor { vendor, vendor_rma, due_on } => {
            send_to_vendor(line, vendor, &mut decision)?;
            decision.set_note(
                [vendor_rma.clone(), due_on.map(|day| day.to_string()).unwrap_or_default()].join(" "),
            );
        }
        Action::VendorReturned { scanned, outcome, cost_fen, place } => {
            vendor_returned(line, scanned, place, &mut decision)?;
            finish(*outcome, *cost_fen, &mut decision);
        }
        Action::FinishRepair { outcome, cost_fen } => finish(*outcome, *cost_fen, &mut decision),
        Action::Test { passed: true } => {
            step(&mut decision, RepairState::Repaired, RepairOrderState::Repaired);
            make_good(line, &mut decision)?;
        }
        Action::Test { passed: false } => {
            step(&mut decision, RepairState::Repairing, RepairOrderState::Repairing)
        }
        Action::DispatchReturn { parcel, transit } => dispatch_return(line, parcel, transit, &mut decision)?,
        Action::ConfirmReturned { received_by } => confirm_returned(line, received_by, &mut decision)?,
        Action::DecideExchange { reason } => decide_exchange(reason, &mut decision),
        Action::ShipExchange { spare, parcel, transit } => {
            ship_exchange(line, spare, parcel, transit, &mut decision)?
        }
        Action::ExchangeDelivered { received_by } => exchange_delivered(line, received_by, &mut decision)?,
        Action::RecoverLoan { scanned, place, condition } => {
            recover_loan(line, scanned, place, *condition, &mut decision)?
        }
        Action::Hold { reason, said_by } => hold(reason, said_by, &mut decision),
        Action::Resume => {
            decision.hold = Some(HoldChange::End);
            decision.log(Track::Clock, "held", "running");
        }
        Action::Close => close(line, &mut decision)?,
    }
    required_texts(action)?;
    decision.finish_events(line, kind, &when.note);
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
                && is_possible(line, *kind).is_ok()
        })
        .collect()
}

/// Whether the depot at which the action takes place can be the actor's: the page shows no button that ends in 403.
fn may_reach(actor: &Actor, line: &LineState, kind: ActionKind) -> bool {
    use ActionKind as A;
    let depot = match kind {
        A::ShipReplacement => line.replacement().map(|issued| &issued.depot),
        A::Diagnose
        | A::StartRepair
        | A::SendToVendor
        | A::VendorReturned
        | A::FinishRepair
        | A::Test
        | A::DispatchReturn => line.depot.as_ref(),
        _ => None,
    };
    depot.is_none_or(|depot| actor.may_in(kind.permission(), depot).is_ok())
}

/// The right, the depot where the step happens, and for customers the own RMA.
fn may_act(actor: &Actor, line: &LineState, action: &Action) -> Result<(), Refusal> {
    if !actor.sees_customer(line.customer_id) {
        return Err(Refusal::not_found("rma", &line.number));
    }
    let permission = action.kind().permission();
    actor.may(permission)?;
    let in_depot = |depot: Option<&DepotRef>| depot.map_or(Ok(()), |depot| actor.may_in(permission, depot));
    match action {
        Action::ReserveReplacement { spare } | Action::ShipExchange { spare, .. } => {
            in_depot(Some(&spare.depot))
        }
        Action::ShipReplacement { .. } => in_depot(line.replacement().map(|issued| &issued.depot)),
        Action::ReceiveFaulty { place, .. } | Action::RecoverLoan { place, .. } => {
            in_depot(place.depot.as_ref())
        }
        Action::Diagnose { .. }
        | Action::StartRepair
        | Action::SendToVendor { .. }
        | Action::VendorReturned { .. }
        | Action::FinishRepair { .. }
        | Action::Test { .. }
        | Action::DispatchReturn { .. } => in_depot(line.depot.as_ref()),
        _ => Ok(()),
    }
}

/// The one transition table: from which states an action goes.
fn is_possible(line: &LineState, kind: ActionKind) -> Result<(), Refusal> {
    use ActionKind as A;
    use RepairState as S;
    let open = !matches!(line.repair, S::Closed | S::Rejected | S::Cancelled | S::Void);
    let waiting = matches!(line.repair, S::Requested | S::Authorised | S::Expected);
    let approved = open && line.repair != S::Requested;
    let up_front = line.replacement();
    let possible = match kind {
        A::Authorise | A::Reject => line.repair == S::Requested,
        A::Cancel => waiting,
        A::ReserveReplacement => {
            approved && line.mode.issues_up_front().is_some() && up_front.is_none() && !line.repair.is_ended()
        }
        A::ShipReplacement => {
            approved && up_front.is_some_and(|issued| issued.state == IssuedState::Reserved)
        }
        A::ReplacementDelivered => up_front.is_some_and(|issued| issued.state == IssuedState::Shipped),
        A::FaultyShipped => matches!(line.repair, S::Authorised) && line.faulty != FaultyState::Received,
        A::ReceiveFaulty => waiting,
        A::Diagnose => matches!(line.repair, S::Received | S::Diagnosing),
        A::StartRepair => matches!(line.repair, S::Received | S::Diagnosing),
        A::SendToVendor => matches!(line.repair, S::Received | S::Diagnosing | S::Repairing),
        A::VendorReturned => line.repair == S::AtVendor,
        A::FinishRepair => matches!(line.repair, S::Diagnosing | S::Repairing),
        A::Test => line.repair == S::Testing,
        A::DispatchReturn => {
            matches!(line.repair, S::Nff | S::Repaired)
                && line.mode.promises_return()
                && line.exchange().is_none()
                && !line.on_hold
        }
        A::ConfirmReturned => line.repair == S::Dispatched,
        A::DecideExchange => {
            line.repair.is_with_us() && line.mode.promises_return() && !line.exchange_decided
        }
        A::ShipExchange => line.repair.is_with_us() && line.exchange_decided && line.exchange().is_none(),
        A::ExchangeDelivered => line.exchange().is_some_and(|issued| issued.state == IssuedState::Shipped),
        A::RecoverLoan => {
            line.active(IssuedRole::Loan).is_some_and(|issued| issued.state != IssuedState::Reserved)
        }
        A::Hold => line.open_promises.contains(&PromiseKind::RepairReturn) && !line.on_hold,
        A::Resume => line.on_hold,
        A::Close => matches!(line.repair, S::Returned | S::Exchanged | S::Scrapped | S::ToStock),
    };
    if possible {
        return Ok(());
    }
    Err(match kind {
        A::Hold | A::Resume if line.on_hold == (kind == A::Hold) => {
            Refusal::HoldState { state: if line.on_hold { "held" } else { "running" }.to_owned() }
        }
        A::ReserveReplacement if up_front.is_some() => Refusal::AlreadyIssued {
            serial: up_front.map_or_else(String::new, |issued| issued.unit.serial.clone()),
        },
        _ => Refusal::ActionNotAllowed { action: kind.to_string(), state: line.repair.to_string() },
    })
}

fn when_it_happened(
    actor: &Actor,
    line: &LineState,
    when: &When,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Refusal> {
    let occurred_at = when.occurred_at.unwrap_or(now);
    if occurred_at > now {
        return Err(Refusal::InTheFuture { occurred_at: rfc3339(occurred_at) });
    }
    if occurred_at < line.last_event_at {
        return Err(Refusal::BeforePreviousStep {
            occurred_at: rfc3339(occurred_at),
            previous: rfc3339(line.last_event_at),
        });
    }
    let manages = matches!(actor.role, Role::Admin | Role::Manager) && !when.note.trim().is_empty();
    if now - occurred_at > TimeDelta::hours(BACKDATING_HOURS) && !manages {
        return Err(Refusal::TooLongAgo { hours: BACKDATING_HOURS.to_string() });
    }
    Ok(occurred_at)
}

/// Texts without which an action says nothing.
fn required_texts(action: &Action) -> Result<(), Refusal> {
    let required: &[(&str, &str)] = match action {
        Action::Reject { reason } | Action::Cancel { reason } | Action::DecideExchange { reason } => {
            &[("reason", reason)]
        }
        Action::ReplacementDelivered { received_by }
        | Action::ConfirmReturned { received_by }
        | Action::ExchangeDelivered { received_by } => &[("received_by", received_by)],
        Action::Hold { reason, said_by } => &[("reason", reason), ("said_by", said_by)],
        _ => &[],
    };
    let errors: Vec<FieldError> = required
        .iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(field, _)| FieldError::new(*field, "required"))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

impl Decision {
    fn log(&mut self, track: Track, from: &'static str, to: &'static str) {
        self.events.push(Event { track, from, to, note: String::new() });
    }

    fn set_note(&mut self, note: String) {
        let note = note.trim().to_owned();
        if note.is_empty() {
            return;
        }
        match self.events.last_mut() {
            Some(event) => event.note = note,
            None => self.events.push(Event { track: Track::Note, from: "", to: "", note }),
        }
    }

    /// The repair track's own row comes first; the note of the action goes on the first row.
    fn finish_events(&mut self, line: &LineState, kind: ActionKind, note: &str) {
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
        if self.events.is_empty() {
            self.events.push(Event { track: Track::Note, from: "", to: "", note: String::new() });
        }
        let said =
            [note.trim(), &self.events.iter().map(|event| event.note.as_str()).collect::<Vec<_>>().join(" ")]
                .into_iter()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
        for event in &mut self.events {
            event.note.clear();
        }
        if let Some(first) = self.events.first_mut() {
            first.note = said;
        }
        debug_assert!(!self.events.is_empty(), "{kind} leaves no trace");
    }

    fn post(&mut self, line: &LineState, kind: MovementKind, part: &PartRef, unit: &UnitState, to: Stand) {
        self.postings.push(Posting {
            kind,
            part: part.clone(),
            subject: Subject::of(unit),
            quantity: 1,
            from: Stand { place: unit.place.clone(), condition: unit.condition, owner: unit.owner.clone() },
            to,
            reason: String::new(),
            document: line.number.clone(),
            occurred_at: self.occurred_at,
            reverses: None,
            consumes: None,
        });
    }
}

fn authorise(line: &LineState, decision: &mut Decision) {
    decision.repair = RepairState::Authorised;
    // Without a spare up front the part is due now; with one, when the spare is handed over.
    if line.mode.issues_up_front().is_none() {
        decision.faulty = FaultyState::Due;
    }
    decision.notice = Some(NoticeKind::Authorised);
}

fn end_unreceived(
    line: &LineState,
    to: RepairState,
    reason: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if let Some(issued) =
        line.issued.iter().find(|issued| matches!(issued.state, IssuedState::Shipped | IssuedState::InUse))
    {
        return Err(Refusal::LoanerStillOut { serial: issued.unit.serial.clone() });
    }
    if let Some(issued) = line.issued.iter().find(|issued| issued.state == IssuedState::Reserved) {
        decision.issued = Some(IssuedChange::Step {
            id: issued.id,
            to: IssuedState::Released,
            release: issued.reservation_id,
        });
        decision.log(Track::Issued, IssuedState::Reserved.as_str(), IssuedState::Released.as_str());
    }
    decision.repair = to;
    decision.faulty = FaultyState::NotDue;
    decision.set_note(reason.to_owned());
    Ok(())
}

/// A spare must be good, ours, free, in a depot, and the line's part or its confirmed equivalent.
fn check_spare(line: &LineState, spare: &Spare) -> Result<(), Refusal> {
    let unit = &spare.unit;
    if !spare.fits {
        return Err(Refusal::NotEquivalent {
            part_no: spare.part.part_no.clone(),
            wanted: line.part.part_no.clone(),
        });
    }
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
    if let Some((_, document)) = &unit.reserved {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document: document.clone() });
    }
    if !unit.place.kind.counts_as_available() {
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        return Err(Refusal::UnitElsewhere { serial, place, claimed: spare.depot.code.clone() });
    }
    Ok(())
}

fn reserve_replacement(line: &LineState, spare: &Spare, decision: &mut Decision) -> Result<(), Refusal> {
    check_spare(line, spare)?;
    let role = line.mode.issues_up_front().unwrap_or(IssuedRole::Loan);
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

fn issued_of<'l>(
    issued: Option<&'l IssuedUnit>,
    line: &LineState,
    kind: ActionKind,
) -> Result<&'l IssuedUnit, Refusal> {
    issued
        .ok_or_else(|| Refusal::ActionNotAllowed { action: kind.to_string(), state: line.repair.to_string() })
}

fn ship_replacement(
    line: &LineState,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let issued = issued_of(line.replacement(), line, ActionKind::ShipReplacement)?;
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

fn outbound(purpose: ShipmentPurpose, issued: &IssuedUnit, parcel: &Parcel) -> ShipmentChange {
    ShipmentChange::Ship {
        direction: Direction::Outbound,
        purpose,
        unit_id: Some(issued.unit.id),
        depot_id: Some(issued.depot.id),
        parcel: parcel.clone(),
    }
}

/// Handed over: the faulty part is owed to us from now on; in advance replacement the titles swap in one entry.
fn replacement_delivered(
    line: &LineState,
    received_by: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let issued = issued_of(line.replacement(), line, ActionKind::ReplacementDelivered)?;
    let owner = match line.mode {
        Mode::AdvanceReplacement => Owner::Customer(line.customer.clone()),
        _ => Owner::Us,
    };
    let to = Stand { place: line.customer_place.clone(), condition: issued.unit.condition, owner };
    decision.post(line, MovementKind::Issue, &issued.part, &issued.unit, to);
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::InUse, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::InUse.as_str());
    decision.set_note(received_by.to_owned());
    decision.shipment = Some(ShipmentChange::Deliver {
        purpose: ShipmentPurpose::Replacement,
        received_by: received_by.to_owned(),
    });
    if matches!(line.faulty, FaultyState::NotDue) {
        decision.faulty = FaultyState::Due;
        decision.log(Track::Faulty, line.faulty.as_str(), FaultyState::Due.as_str());
        decision.promises.push(PromiseChange::Open(PromiseKind::FaultyReturn));
    }
    Ok(())
}

fn faulty_shipped(line: &LineState, parcel: &Parcel, decision: &mut Decision) {
    decision.repair = RepairState::Expected;
    decision.faulty = FaultyState::InTransit;
    decision.log(Track::Faulty, line.faulty.as_str(), FaultyState::InTransit.as_str());
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
        return Err(Refusal::field("depot", "unknown_place"));
    };
    let owner = match line.mode {
        Mode::AdvanceReplacement => Owner::Us,
        _ => Owner::Customer(line.customer.clone()),
    };
    let to = Stand { place: place.clone(), condition: Condition::Faulty, owner };
    match &line.unit {
        Some(unit) => {
            if unit.place.id != line.customer_place.id {
                let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
                return Err(Refusal::UnitElsewhere {
                    serial,
                    place,
                    claimed: line.customer_place.code.clone(),
                });
            }
            decision.post(line, MovementKind::Receive, &line.part, unit, to);
        }
        None => {
            decision.first_met = Some(first_met(line, decision.occurred_at));
            decision.postings.push(Posting {
                kind: MovementKind::Receive,
                part: line.part.clone(),
                subject: Subject::NewUnit { serial: line.serial.clone() },
                quantity: 1,
                from: Stand {
                    place: line.customer_place.clone(),
                    condition: Condition::Faulty,
                    owner: Owner::Customer(line.customer.clone()),
                },
                to,
                reason: String::new(),
                document: line.number.clone(),
                occurred_at: decision.occurred_at,
                reverses: None,
                consumes: None,
            });
        }
    }
    decision.repair = RepairState::Received;
    decision.faulty = FaultyState::Received;
    decision.log(Track::Faulty, line.faulty.as_str(), FaultyState::Received.as_str());
    decision.set_note(scanned.to_owned());
    decision.repair_order = Some(RepairOrderChange::Open { depot_id: depot.id });
    decision.depot = Some(depot);
    if line.faulty == FaultyState::InTransit {
        decision.shipment =
            Some(ShipmentChange::Deliver { purpose: ShipmentPurpose::Faulty, received_by: String::new() });
    }
    if line.open_promises.contains(&PromiseKind::FaultyReturn) {
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::FaultyReturn));
    }
    if line.mode.promises_return() {
        decision.promises.push(PromiseChange::Open(PromiseKind::RepairReturn));
    }
    decision.notice = Some(NoticeKind::FaultyReceived);
    Ok(())
}

/// A unit the ledger never met enters from `opening`, citing the RMA (PRODUCT "Places and owners").
fn first_met(line: &LineState, occurred_at: DateTime<Utc>) -> Posting {
    let owner = Owner::Customer(line.customer.clone());
    let stand =
        |place: &PlaceRef| Stand { place: place.clone(), condition: Condition::Faulty, owner: owner.clone() };
    Posting {
        kind: MovementKind::Opening,
        part: line.part.clone(),
        subject: Subject::NewUnit { serial: line.serial.clone() },
        quantity: 1,
        from: stand(&line.opening_place),
        to: stand(&line.customer_place),
        reason: String::new(),
        document: line.number.clone(),
        occurred_at,
        reverses: None,
        consumes: None,
    }
}

fn diagnose(finding: &str, verdict: Option<RepairOutcome>, decision: &mut Decision) {
    let (repair, order) = match verdict {
        None | Some(RepairOutcome::Repaired) => (RepairState::Diagnosing, RepairOrderState::Diagnosing),
        Some(RepairOutcome::Nff) => (RepairState::Nff, RepairOrderState::Nff),
        Some(RepairOutcome::Ber) => (RepairState::Ber, RepairOrderState::Ber),
    };
    decision.repair = repair;
    decision.outcome = verdict.filter(|verdict| *verdict != RepairOutcome::Repaired);
    decision.set_note(finding.to_owned());
    decision.repair_order =
        Some(RepairOrderChange::Step { to: order, diagnosis: Some(finding.trim().to_owned()) });
}

fn step(decision: &mut Decision, repair: RepairState, order: RepairOrderState) {
    decision.repair = repair;
    decision.repair_order = Some(RepairOrderChange::Step { to: order, diagnosis: None });
}

fn here(line: &LineState) -> Result<&UnitState, Refusal> {
    line.unit.as_ref().ok_or_else(|| Refusal::not_found("unit", &line.serial))
}

fn send_to_vendor(line: &LineState, vendor: &PlaceRef, decision: &mut Decision) -> Result<(), Refusal> {
    let unit = here(line)?;
    let to = Stand { place: vendor.clone(), condition: unit.condition, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &line.part, unit, to);
    step(decision, RepairState::AtVendor, RepairOrderState::AtVendor);
    Ok(())
}

fn vendor_returned(
    line: &LineState,
    scanned: &str,
    place: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = here(line)?;
    if scanned != unit.serial {
        return Err(Refusal::WrongSerial { expected: unit.serial.clone(), scanned: scanned.to_owned() });
    }
    let to = Stand { place: place.clone(), condition: unit.condition, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Return, &line.part, unit, to);
    Ok(())
}

/// A repair is only done when it passed its test; NFF and BER are done at once.
fn finish(outcome: RepairOutcome, cost_fen: Option<i64>, decision: &mut Decision) {
    let (repair, order) = match outcome {
        RepairOutcome::Repaired => (RepairState::Testing, RepairOrderState::Testing),
        RepairOutcome::Nff => (RepairState::Nff, RepairOrderState::Nff),
        RepairOutcome::Ber => (RepairState::Ber, RepairOrderState::Ber),
    };
    step(decision, repair, order);
    decision.outcome = Some(outcome);
    decision.cost_fen = cost_fen;
}

/// What passed its test is good again; whose it is does not change.
fn make_good(line: &LineState, decision: &mut Decision) -> Result<(), Refusal> {
    let unit = here(line)?;
    if unit.condition != Condition::Good {
        let to = Stand { place: unit.place.clone(), condition: Condition::Good, owner: unit.owner.clone() };
        decision.post(line, MovementKind::Convert, &line.part, unit, to);
    }
    Ok(())
}

fn dispatch_return(
    line: &LineState,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = here(line)?;
    // A unit without fault found goes home as good as it came: it was never broken.
    let to = Stand { place: transit.clone(), condition: Condition::Good, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &line.part, unit, to);
    decision.repair = RepairState::Dispatched;
    decision.shipment = Some(ShipmentChange::Ship {
        direction: Direction::Outbound,
        purpose: ShipmentPurpose::Return,
        unit_id: Some(unit.id),
        depot_id: line.depot.as_ref().map(|depot| depot.id),
        parcel: parcel.clone(),
    });
    decision.repair_order = Some(RepairOrderChange::Step { to: RepairOrderState::Closed, diagnosis: None });
    decision.notice = Some(NoticeKind::ShippedBack);
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
        received_by: received_by.to_owned(),
    });
    decision.set_note(received_by.to_owned());
    decision.promises.push(PromiseChange::Fulfil(PromiseKind::RepairReturn));
    owe_loan(line, decision);
    Ok(())
}

fn owe_loan(line: &LineState, decision: &mut Decision) {
    if line.active(IssuedRole::Loan).is_some_and(|issued| issued.state != IssuedState::Reserved) {
        decision.promises.push(PromiseChange::Open(PromiseKind::LoanReturn));
    }
}

fn decide_exchange(reason: &str, decision: &mut Decision) {
    decision.log(Track::Repair, "", "");
    decision.set_note(reason.to_owned());
    decision.promises.push(PromiseChange::Open(PromiseKind::EquivalentExchange));
}

fn ship_exchange(
    line: &LineState,
    spare: &Spare,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    check_spare(line, spare)?;
    let to =
        Stand { place: transit.clone(), condition: spare.unit.condition, owner: spare.unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &spare.part, &spare.unit, to);
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
    decision.notice = Some(NoticeKind::ReplacementShipped);
    Ok(())
}

/// Titles swap: the equivalent board becomes the customer's, the faulty one ours.
fn exchange_delivered(line: &LineState, received_by: &str, decision: &mut Decision) -> Result<(), Refusal> {
    let issued = issued_of(line.exchange(), line, ActionKind::ExchangeDelivered)?;
    let customer = Owner::Customer(line.customer.clone());
    let to = Stand { place: line.customer_place.clone(), condition: issued.unit.condition, owner: customer };
    decision.post(line, MovementKind::Issue, &issued.part, &issued.unit, to);
    let unit = here(line)?;
    if unit.owner != Owner::Us {
        let ours = Stand { place: unit.place.clone(), condition: unit.condition, owner: Owner::Us };
        decision.post(line, MovementKind::TransferTitle, &line.part, unit, ours);
    }
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Kept, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Kept.as_str());
    decision.set_note(received_by.to_owned());
    decision.shipment = Some(ShipmentChange::Deliver {
        purpose: ShipmentPurpose::Replacement,
        received_by: received_by.to_owned(),
    });
    decision.repair = RepairState::Exchanged;
    decision.promises.push(PromiseChange::Break(PromiseKind::RepairReturn));
    decision.promises.push(PromiseChange::Fulfil(PromiseKind::EquivalentExchange));
    owe_loan(line, decision);
    Ok(())
}

fn recover_loan(
    line: &LineState,
    scanned: &str,
    place: &PlaceRef,
    condition: Condition,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let issued = issued_of(line.active(IssuedRole::Loan), line, ActionKind::RecoverLoan)?;
    if scanned != issued.unit.serial {
        return Err(Refusal::WrongSerial {
            expected: issued.unit.serial.clone(),
            scanned: scanned.to_owned(),
        });
    }
    let to = Stand { place: place.clone(), condition, owner: issued.unit.owner.clone() };
    decision.post(line, MovementKind::Return, &issued.part, &issued.unit, to);
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Recovered, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Recovered.as_str());
    decision.set_note(scanned.to_owned());
    if line.open_promises.contains(&PromiseKind::LoanReturn) {
        decision.promises.push(PromiseChange::Fulfil(PromiseKind::LoanReturn));
    }
    Ok(())
}

fn hold(reason: &str, said_by: &str, decision: &mut Decision) {
    decision.hold =
        Some(HoldChange::Start { reason: reason.trim().to_owned(), said_by: said_by.trim().to_owned() });
    decision.log(Track::Clock, "running", "held");
    decision.set_note(format!("{} ({})", reason.trim(), said_by.trim()));
}

/// The close guard: our loaner is back, the customer's unit is not with us, nothing is owed.
fn close(line: &LineState, decision: &mut Decision) -> Result<(), Refusal> {
    if let Some(issued) = line.active(IssuedRole::Loan) {
        return Err(Refusal::LoanerStillOut { serial: issued.unit.serial.clone() });
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
    decision.repair = RepairState::Closed;
    decision.notice = Some(NoticeKind::Closed);
    Ok(())
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
