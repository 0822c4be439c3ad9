//! Writes a decision: ledger first, then the line, its promises, and last the notice (ARCHITECTURE "The stock ledger").

use crate::app::repair::{cover_by_diagnosis, follow_line, write_work};
use crate::app::rma::resolve::held_for_line;
use crate::app::rma::state::Loaded;
use crate::app::rma::{cases, due_dates, news, promises};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::DepotRef;
use crate::domain::notice::NoticeKind;
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::repair::Work;
use crate::domain::rma::{
    ActionKind, Decision, FaultyState, IssuedChange, IssuedRole, IssuedState, RepairState, ShipmentChange,
    ShipmentPurpose, ShipmentState, Track, header_state,
};
use crate::domain::stock::{PartRef, Posting, ReservationState, Subject, UnitState};
use crate::store::issued::{self, NewIssued};
use crate::store::reservations::{self, NewReservation};
use crate::store::rmas::{self, LineChange, NewEvent};
use crate::store::shipments::{self, NewShipment};
use crate::store::steps::{self, Kept};
use crate::store::{
    Conn, StoreError, Violation, ledger, open_lines, repairs, requests, stock, units, violates,
};
use chrono::{DateTime, Utc};

/// What came of it.
pub(super) struct Written {
    /// Movements.
    pub movement_ids: Vec<i64>,
    /// Notices.
    pub notices: Vec<i64>,
}

pub(super) fn apply(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: ActionKind,
    decision: &Decision,
) -> AppResult<Written> {
    let kept = touched(decision);
    let step = steps::begin(tx, line.row.id, kind.as_str(), ctx.now)?;
    steps::keep(tx, step, line.row.id, &kept)?;
    let (movement_ids, unit_id) = post(tx, ctx, line, decision)?;
    for change in decision.beside.iter().chain(&decision.issued) {
        write_issued(tx, ctx, line, change, decision)?;
    }
    answer_request(tx, ctx, line, kind, decision)?;
    write_line(tx, line, decision, unit_id)?;
    cases::write(tx, ctx, line, decision)?;
    // A written agreement counts from its own day, whenever it is put down.
    let happened_at = decision.case.happened_at.unwrap_or(decision.occurred_at);
    let events = write_events(tx, ctx, line, kind, decision, happened_at)?;
    if let Some(hold) = &decision.hold {
        due_dates::hold(tx, ctx, line, hold, decision.occurred_at)?;
    }
    let depot_id = decision.depot.as_ref().map(|depot| depot.id);
    for change in &decision.promises {
        promises::change(tx, ctx, line, depot_id, *change, happened_at)?;
    }
    if let Some(shipment) = &decision.shipment {
        write_shipment(tx, line, shipment, unit_id, decision)?;
    }
    if let Some(work) = &decision.bench {
        write_bench(tx, ctx, line, work, &movement_ids, unit_id)?;
    }
    if let Some(order) = &decision.repair_order {
        follow_line(tx, ctx, line.row.id, unit_id, order, decision)?;
    }
    if decision.case.frees_board {
        free_boards(tx, ctx, line, step)?;
    }
    let event_id = events.first().copied().unwrap_or_default();
    let event = format!("{}/{}/{kind}/{event_id}", line.rma.number, line.row.line);
    let mut notices = vec![];
    for notice in news_of(decision) {
        notices.extend(news::tell(tx, ctx, &line.rma.number, Some(line.row.line), notice, &event)?);
    }
    note_boards(tx, step, decision)?;
    steps::compare(tx, step, line.row.id, &kept)?;
    steps::finish(tx, step, &events, &movement_ids, !notices.is_empty())?;
    Ok(Written { movement_ids, notices })
}

/// An approved request is answered by the spare that leaves for its line, by whatever step and whoever sends it.
fn answer_request(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: ActionKind,
    decision: &Decision,
) -> AppResult<()> {
    let leaves = matches!(kind, ActionKind::ShipReplacement | ActionKind::ReplacementDelivered);
    let given = line.state.replacement().filter(|issued| leaves && issued.state == IssuedState::Reserved);
    let Some(given) = given else { return Ok(()) };
    let answered = requests::answer(tx, line.row.id, given.unit.id, ctx.actor.id(), decision.occurred_at)?;
    match answered {
        None => Ok(()),
        Some(number) => {
            audit::record(tx, ctx, "request.issue", &format!("request:{number}"), &line.rma.number)
        }
    }
}

/// A board held for the exchange that leaves with this step: taken back, it is held again.
fn note_boards(tx: &mut Conn, step: i64, decision: &Decision) -> AppResult<()> {
    if !matches!(decision.issued, Some(IssuedChange::ShipNow { .. })) {
        return Ok(());
    }
    for held in decision.postings.iter().filter_map(|posting| posting.consumes) {
        steps::note_board(tx, step, held, false)?;
    }
    Ok(())
}

/// The rows a decision may change: kept as they are, so that the step can be taken back.
fn touched(decision: &Decision) -> Vec<Kept> {
    let mut kept = vec![Kept::Line];
    if decision.issued.is_some() || decision.beside.is_some() {
        kept.push(Kept::Issued);
    }
    if !decision.promises.is_empty() || decision.hold.is_some() {
        kept.push(Kept::Promises);
    }
    if decision.hold.is_some() {
        kept.push(Kept::Holds);
    }
    if decision.case.quote.is_some() {
        kept.push(Kept::Quotes);
    }
    if decision.shipment.is_some() {
        kept.push(Kept::Shipments);
    }
    if decision.bench.is_some() || decision.repair_order.is_some() {
        kept.extend([Kept::Orders, Kept::Legs]);
    }
    kept
}

/// The timeline; the ids of its rows, oldest first.
fn write_events(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: ActionKind,
    decision: &Decision,
    happened_at: DateTime<Utc>,
) -> AppResult<Vec<i64>> {
    let mut written = vec![];
    let also = decision.case.also.map(|also| (also, Track::Repair, "", "", ""));
    let events =
        decision.events.iter().map(|event| (kind, event.track, event.from, event.to, event.note.as_str()));
    for (kind, track, from, to, note) in events.chain(also) {
        let event = NewEvent {
            rma_id: line.rma.id,
            line_id: Some(line.row.id),
            track,
            kind: kind.as_str(),
            from,
            to,
            note,
            actor_id: ctx.actor.id(),
            occurred_at: happened_at,
            recorded_at: ctx.now,
        };
        written.push(rmas::insert_event(tx, &event)?);
    }
    Ok(written)
}

/// Lets go of the boards held for the exchange of this line. What somebody held for the RMA as a whole stays held where it fits
/// another of its lines that goes on.
fn free_boards(tx: &mut Conn, ctx: &Ctx, line: &Loaded, step: i64) -> AppResult<()> {
    let held = units::held_for(tx, &line.rma.number)?;
    if held.is_empty() {
        return Ok(());
    }
    let fitting = |tx: &mut Conn, part_no: &str| -> AppResult<Vec<i64>> {
        Ok(stock::fitting_parts(tx, part_no)?.iter().map(|part| part.id).collect())
    };
    let own = fitting(tx, &line.row.part_no)?;
    let mut wanted = vec![];
    for other in rmas::lines(tx, line.rma.id)? {
        if other.id != line.row.id && !other.repair_state.is_ended() {
            wanted.extend(fitting(tx, &other.part_no)?);
        }
    }
    for unit in held {
        let goes = match held_for_line(tx, &unit)? {
            Some(line_id) => line_id == line.row.id,
            None => own.contains(&unit.part_id) && !wanted.contains(&unit.part_id),
        };
        if let Some(id) = unit.reservation_id.filter(|_| goes) {
            reservations::end(tx, id, ReservationState::Released, ctx.now)?;
            steps::note_board(tx, step, id, false)?;
        }
    }
    Ok(())
}

/// What the customer is told: the step's own news, and that the line is closed where the step closed it.
fn news_of(decision: &Decision) -> Vec<NoticeKind> {
    let closes = decision.repair == RepairState::Closed && decision.notice != Some(NoticeKind::Closed);
    let also = (closes && decision.notice.is_some()).then_some(NoticeKind::Closed);
    decision.notice.into_iter().chain(also).collect()
}

/// Posts the movements. A unit the ledger never met gets its row first; what follows moves that row.
fn post(tx: &mut Conn, ctx: &Ctx, line: &Loaded, decision: &Decision) -> AppResult<(Vec<i64>, Option<i64>)> {
    let mut movement_ids = vec![];
    let mut unit_id = line.row.unit_id.or(line.state.unit.as_ref().map(|unit| unit.id));
    let mut postings: Vec<Posting> = decision.postings.clone();
    if let Some(first) = &decision.first_met {
        let posted = ledger::post(tx, std::slice::from_ref(first), ctx.actor.id(), ctx.now)?;
        movement_ids.extend(posted.iter().map(|posted| posted.movement_id));
        unit_id = posted.first().and_then(|posted| posted.unit_id);
        for posting in &mut postings {
            if let (Subject::NewUnit { serial }, Some(id)) = (&posting.subject, unit_id) {
                posting.subject = Subject::Unit { id, serial: serial.clone(), version: 1 };
            }
        }
    }
    let posted = ledger::post(tx, &postings, ctx.actor.id(), ctx.now)?;
    movement_ids.extend(posted.iter().map(|posted| posted.movement_id));
    if decision.bench.as_ref().is_some_and(|work| work.swap.is_some()) {
        // The maker's other unit takes the place of the one it kept.
        unit_id = posted.last().and_then(|posted| posted.unit_id).or(unit_id);
    }
    Ok((movement_ids, unit_id))
}

/// Bench work goes to the line's repair order; its movements are the only ones of the decision.
fn write_bench(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    work: &Work,
    movement_ids: &[i64],
    unit_id: Option<i64>,
) -> AppResult<()> {
    let gone =
        || Refusal::ActionNotAllowed { action: work.kind.to_string(), state: line.state.repair.to_string() };
    let order = repairs::open_of_line(tx, line.row.id)?.ok_or_else(gone)?;
    if let Some(repeat_of) = work.repeat_of {
        cover_by_diagnosis(tx, ctx, &line.row, repeat_of)?;
    }
    write_work(tx, ctx, &order, work, movement_ids, unit_id.unwrap_or(order.unit_id))
}

/// What identifies the line's unit while the RMA is open: the unit on the books, else the serial declared.
fn identity_of(line: &Loaded, decision: &Decision) -> String {
    let swapped = decision.bench.as_ref().filter(|work| work.swap.is_some());
    let other = swapped.and_then(|work| work.postings.last()?.subject.serial());
    let own = line.state.unit.as_ref().map(|unit| unit.serial.as_str());
    line.state.part.identity(other.or(own).unwrap_or(&line.state.serial))
}

fn write_line(tx: &mut Conn, line: &Loaded, decision: &Decision, unit_id: Option<i64>) -> AppResult<()> {
    let identity = identity_of(line, decision);
    let ended = decision.repair.is_ended();
    if !ended && identity != line.state.part.identity(&line.row.serial) {
        // A maker may send back a unit that is on an open line of its own, and a box may hold one.
        let other = open_lines::of_identity(tx, &identity)?.filter(|other| other.id != line.row.id);
        if let Some(other) = other {
            return Err(Refusal::RmaAlreadyOpen { serial: other.serial, number: other.number }.into());
        }
    }
    // Receipt may close the line in the same step: the faulty part's own track tells.
    let received = decision.faulty == FaultyState::Received && line.row.faulty_state != FaultyState::Received;
    let changed = rmas::change_line(
        tx,
        &LineChange {
            id: line.row.id,
            version: line.row.version,
            repair_state: decision.repair,
            faulty_state: decision.faulty,
            depot_id: decision.depot.as_ref().map(|depot| depot.id),
            unit_id,
            outcome: decision.outcome,
            cost_fen: decision.cost_fen,
            open_identity: (!ended).then_some(identity.as_str()),
            received_at: received.then_some(decision.occurred_at),
            ended_at: ended.then_some(decision.case.happened_at.unwrap_or(decision.occurred_at)),
            last_event_at: decision.occurred_at,
        },
    )?;
    if !changed {
        // What the sender saw was looked at before: this one only has to look again.
        return Err(StoreError::raced("a line changed a moment ago").into());
    }
    let others = rmas::lines(tx, line.rma.id)?;
    Ok(rmas::set_state(tx, line.rma.id, header_state(others.iter().map(|row| row.repair_state)))?)
}

fn write_issued(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    change: &IssuedChange,
    decision: &Decision,
) -> AppResult<()> {
    match change {
        IssuedChange::Reserve { role, unit, part, depot } => {
            let reservation_id = Some(reserve(tx, ctx, line, unit, part, depot)?);
            issue(tx, line, *role, unit, part, depot, reservation_id, IssuedState::Reserved, decision)
        }
        IssuedChange::ShipNow { role, unit, part, depot } => {
            issue(tx, line, *role, unit, part, depot, None, IssuedState::Shipped, decision)
        }
        IssuedChange::GiveForGood { id } => {
            issued::step(tx, *id, IssuedState::InUse, decision.occurred_at, ctx.now)?;
            Ok(issued::step(tx, *id, IssuedState::Kept, decision.occurred_at, ctx.now)?)
        }
        IssuedChange::Step { id, to, release } => {
            if let Some(reservation) = release {
                reservations::end(tx, *reservation, ReservationState::Released, ctx.now)?;
            }
            Ok(issued::step(tx, *id, *to, decision.occurred_at, ctx.now)?)
        }
    }
}

/// Holds the very unit for the line; nothing is reserved twice.
pub(super) fn reserve(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    unit: &UnitState,
    part: &PartRef,
    depot: &DepotRef,
) -> AppResult<i64> {
    // From here on nobody moves or holds it: PostgreSQL would let both happen between two reads.
    if !units::lock(tx, unit.id, unit.version)? {
        return Err(StoreError::raced("a unit changed a moment ago").into());
    }
    if let Some(document) = reservations::holder(tx, unit.id)? {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document }.into());
    }
    let in_van = unit.place.kind == PlaceKind::Engineer;
    // What is in a van is no stock of the depot it came from: there is nothing to take it out of.
    if !in_van && !reservations::hold(tx, depot.id, part.id, 1)? {
        let free = stock::availability(tx, part.id)?;
        let available =
            free.iter().find(|row| row.depot_id == depot.id).map_or(0, |row| row.good - row.reserved);
        return Err(Refusal::NotAvailable {
            part_no: part.part_no.clone(),
            depot: depot.code.clone(),
            wanted: "1".to_owned(),
            available: available.to_string(),
        }
        .into());
    }
    let new = NewReservation {
        part_id: part.id,
        depot_id: depot.id,
        unit_id: Some(unit.id),
        quantity: 1,
        document: &line.rma.number,
        created_by: ctx.actor.id(),
        created_at: ctx.now,
        expires_at: None,
        in_van,
    };
    Ok(reservations::insert(tx, &new)?)
}

#[expect(clippy::too_many_arguments, reason = "a row's parts")]
fn issue(
    tx: &mut Conn,
    line: &Loaded,
    role: IssuedRole,
    unit: &UnitState,
    part: &PartRef,
    depot: &DepotRef,
    reservation_id: Option<i64>,
    state: IssuedState,
    decision: &Decision,
) -> AppResult<()> {
    let new = NewIssued {
        line_id: line.row.id,
        role,
        part_id: part.id,
        unit_id: unit.id,
        reservation_id,
        depot_id: depot.id,
        state,
        at: decision.occurred_at,
        shipped_at: (state == IssuedState::Shipped).then_some(decision.occurred_at),
    };
    match issued::insert(tx, &new) {
        Ok(_) => Ok(()),
        Err(error) if violates(&error, Violation::Unique) => {
            Err(Refusal::AlreadyIssued { serial: unit.serial.clone() }.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn write_shipment(
    tx: &mut Conn,
    line: &Loaded,
    change: &ShipmentChange,
    line_unit: Option<i64>,
    decision: &Decision,
) -> AppResult<()> {
    match change {
        ShipmentChange::Ship { direction, purpose, unit_id, depot_id, parcel } => {
            shipments::insert(
                tx,
                &NewShipment {
                    rma_id: line.rma.id,
                    line_id: line.row.id,
                    customer_id: line.row.customer_id,
                    depot_id: *depot_id,
                    unit_id: unit_id.or(line_unit),
                    direction: *direction,
                    purpose: *purpose,
                    carrier: &parcel.carrier,
                    tracking_no: &parcel.tracking_no,
                    shipped_at: decision.occurred_at,
                },
            )?;
        }
        ShipmentChange::Deliver { purpose, unit_id, received_by } => {
            shipments::deliver(tx, line.row.id, *purpose, *unit_id, received_by, decision.occurred_at)?;
        }
        ShipmentChange::Exchange { unit_id, received_by } => {
            let (board, at) = (ShipmentPurpose::Replacement, decision.occurred_at);
            shipments::deliver(tx, line.row.id, board, Some(*unit_id), received_by, at)?;
            shipments::end(tx, line.row.id, ShipmentPurpose::Return, None, ShipmentState::Lost)?;
        }
        ShipmentChange::End { purpose, unit_id, to } => {
            shipments::end(tx, line.row.id, *purpose, *unit_id, *to)?;
        }
    }
    Ok(())
}
