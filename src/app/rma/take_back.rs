//! Takes back the latest step of a line: its movements by reversing entries, its timeline by rows that name its own, and the
//! rows it changed by what was kept of them.

use crate::app::repair::took_back;
use crate::app::rma::apply::{Written, reserve};
use crate::app::rma::resolve::ActionInput;
use crate::app::rma::state::{Loaded, load};
use crate::app::rma::{box_again, due_dates, news, promises};
use crate::app::{AppResult, Ctx, Error, audit};
use crate::domain::actor::DepotRef;
use crate::domain::notice::NoticeState;
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{
    ActionKind, IssuedState, Track, header_state, may_reverse, reversal, step_to_take_back,
};
use crate::domain::stock::{Condition, Owner, ReservationState, UnitState};
use crate::store::rmas::{LineRow, NewEvent};
use crate::store::steps::{self, BoardRow, IssuedRow, Step};
use crate::store::{
    Conn, Violation, intakes, issued, ledger, movements, outbox, promises as promised, reservations, rmas,
    taking_back, units, violates,
};
use std::collections::BTreeSet;

/// Takes the line's latest step back.
pub(super) fn take_back(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    input: &ActionInput,
) -> AppResult<(Written, ActionKind)> {
    let kind = step_to_take_back(&line.state)?;
    if input.occurred_at.is_some() {
        return Err(Refusal::field("occurred_at", "taken_back_now").into());
    }
    if input.reason.trim().is_empty() {
        return Err(Refusal::field("reason", "required").into());
    }
    let reason = &said(&[input.reason.as_str(), input.note.as_str()]);
    let nothing = || Refusal::NothingToTakeBack { state: line.state.repair.to_string() };
    let step = steps::latest(tx, line.row.id)?.ok_or_else(nothing)?;
    if !steps::claim(tx, step.id, (line.row.id, line.row.version), ctx.now)? {
        let now = rmas::lines(tx, line.rma.id)?.into_iter().find(|row| row.id == line.row.id);
        let actual = now.map_or_else(String::new, |row| row.version.to_string());
        return Err(Refusal::StaleVersion { expected: line.row.version.to_string(), actual }.into());
    }
    if let Some(no) = in_the_way(tx, &line.row.serial, &step)? {
        return Err(no.into());
    }
    let came_in = box_of(tx, line.row.id, &step)?;
    let movement_ids = reverse(tx, ctx, &step, reason)?;
    let told = was_told(tx, ctx, line, &step)?;
    let before = promised::of_line(tx, line.row.id)?;
    put_back(tx, ctx, line, &step, kind)?;
    if let Some(intake) = came_in {
        box_again::open(tx, ctx, intake, reason)?;
    }
    let event_id = write_down(tx, ctx, line, &step, reason)?;
    let fresh = load(tx, ctx, &line.rma.number, line.row.line)?;
    promises::answered_all_the_same(tx, ctx, &fresh, &before, told)?;
    due_dates::recount(tx, ctx, &fresh)?;
    promised::remember_ends(tx, line.row.id, ctx.now)?;
    let lines = rmas::lines(tx, line.rma.id)?;
    rmas::set_state(tx, line.rma.id, header_state(lines.iter().map(|row| row.repair_state)))?;
    let event = format!("{}/{}/{}/{event_id}", line.rma.number, line.row.line, ActionKind::TakeBack);
    let told =
        if told { news::correct(tx, ctx, &line.rma.number, line.row.line, reason, &event)? } else { None };
    Ok((Written { movement_ids, notices: told.into_iter().collect() }, kind))
}

/// What was said, in one line.
fn said(texts: &[&str]) -> String {
    let texts = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(" · ")
}

/// Whether the rule would take the line's latest step back: what the line offers is what goes.
pub(super) fn may_go(conn: &mut Conn, line: &LineRow) -> AppResult<bool> {
    match steps::latest(conn, line.id)? {
        None => Ok(false),
        Some(step) => Ok(in_the_way(conn, &line.serial, &step)?.is_none()),
    }
}

/// What stands on the step that taking it back would pull away.
fn in_the_way(conn: &mut Conn, serial: &str, step: &Step) -> AppResult<Option<Refusal>> {
    if steps::bench_went_on(conn, step.id)? {
        return Ok(Some(Refusal::BenchWentOn { action: step.kind.clone() }));
    }
    if steps::stands_on_swapped(conn, step.id)? {
        return Ok(Some(Refusal::StepStays { action: step.kind.clone() }));
    }
    if let Some(number) = steps::taken_since(conn, step.id)? {
        return Ok(Some(Refusal::RmaAlreadyOpen { serial: serial.to_owned(), number }));
    }
    let mut looked_at = BTreeSet::new();
    for id in step.movements.iter().rev() {
        let first = movements::recorded(conn, *id)?.ok_or_else(|| Refusal::not_found("movement", id))?;
        // Of several movements of a unit the step made, the last is the one nothing may follow.
        let is_last = first.unit.as_ref().is_none_or(|unit| looked_at.insert(unit.id));
        let last = first.last_of_unit.filter(|_| is_last);
        if let Err(no) = may_reverse(&first, last) {
            return Ok(Some(no));
        }
    }
    Ok(None)
}

/// The box in which what the step received had come.
fn box_of(conn: &mut Conn, line_id: i64, step: &Step) -> AppResult<Option<i64>> {
    let receipts = [ActionKind::ReceiveFaulty.as_str(), ActionKind::RecoverLoan.as_str()];
    if !receipts.contains(&step.kind.as_str()) {
        return Ok(None);
    }
    for movement in &step.movements {
        if let Some(intake) = intakes::of_receipt(conn, line_id, *movement)? {
            return Ok(Some(intake));
        }
    }
    Ok(None)
}

/// Mails about the step, and reminders of what it promised, that were not sent are withdrawn. Whether any is out: one that
/// somebody is sending in this moment counts as out.
fn was_told(tx: &mut Conn, ctx: &Ctx, line: &Loaded, step: &Step) -> AppResult<bool> {
    let name = format!("{}/{}", line.rma.number, line.row.line);
    let own = step.events.first().map(|event| format!("{name}/{}/{event}", step.kind)).unwrap_or_default();
    let reminders: Vec<String> = taking_back::promises_made(tx, step.id)?
        .into_iter()
        .map(|promise| format!("{name}/reminder/{promise}/"))
        .collect();
    let is_of_step = |event: &str| event == own || reminders.iter().any(|of| event.starts_with(of));
    let mut told = false;
    for notice in outbox::of_rma(tx, line.rma.id)?.into_iter().filter(|notice| is_of_step(&notice.event)) {
        match notice.state {
            NoticeState::Sent => told = true,
            NoticeState::Withdrawn => {}
            NoticeState::Queued | NoticeState::Dead if outbox::withdraw(tx, notice.id)? => {
                audit::record(tx, ctx, "notice.withdraw", &format!("notice:{}", notice.id), &step.kind)?;
            }
            NoticeState::Queued | NoticeState::Dead => told = true,
        }
    }
    Ok(told)
}

/// Reverses the step's movements, the last one first, and the opening by which a unit entered with one of them; the ids of the new
/// ones.
fn reverse(tx: &mut Conn, ctx: &Ctx, step: &Step, reason: &str) -> AppResult<Vec<i64>> {
    let mut ids = vec![];
    for id in step.movements.iter().rev() {
        ids.push(*id);
        ids.extend(movements::opening_with(tx, *id)?.filter(|opening| !step.movements.contains(opening)));
    }
    let mut made = vec![];
    for id in ids {
        made.extend(reverse_movement(tx, ctx, id, reason)?);
    }
    Ok(made)
}

/// Reverses one movement as if it had never been, even one of a document: whose document it is asks for it. The id of the new one.
pub(in crate::app) fn reverse_movement(
    tx: &mut Conn,
    ctx: &Ctx,
    id: i64,
    reason: &str,
) -> AppResult<Option<i64>> {
    let gone = || Refusal::not_found("movement", id);
    let first = movements::recorded(tx, id)?.ok_or_else(gone)?;
    let moved_at = movements::by_id(tx, id)?.ok_or_else(gone)?.occurred_at;
    // What moved on, and was put back where it was by hand, did move: its last step is taken back as of now.
    let occurred_at = match &first.unit {
        Some(unit) if movements::last_standing(tx, unit.id)? != id => ctx.now,
        _ => moved_at,
    };
    let posting = reversal(&first, first.last_of_unit, occurred_at, reason)?;
    let posted = ledger::post(tx, std::slice::from_ref(&posting), ctx.actor.id(), ctx.now)?;
    Ok(posted.first().map(|posted| posted.movement_id))
}

fn put_back(tx: &mut Conn, ctx: &Ctx, line: &Loaded, step: &Step, kind: ActionKind) -> AppResult<()> {
    let given = steps::issued(tx, step.id)?;
    for issued in given.iter().filter(|issued| issued.made) {
        if let Some(reservation) = issued.reservation_id {
            reservations::end(tx, reservation, ReservationState::Released, ctx.now)?;
        }
    }
    let orders = steps::orders(tx, step.id)?;
    taking_back::uncover(tx, step.id)?;
    let tested = (kind == ActionKind::Test).then(|| step.events.first().copied()).flatten();
    taking_back::forget_work(tx, step.id, &step.movements, tested)?;
    steps::undo_made(tx, step.id, ctx.now)?;
    match steps::put_back(tx, step.id) {
        Ok(()) => {}
        Err(error) if violates(&error, Violation::Unique) => {
            return Err(Refusal::BenchWentOn { action: step.kind.clone() }.into());
        }
        Err(error) => return Err(error.into()),
    }
    for board in steps::boards(tx, step.id)? {
        board_again(tx, ctx, line, &board)?;
    }
    for order in orders {
        took_back(tx, ctx, &order, line.rma.number.as_str())?;
    }
    taking_back::settle_orders(tx, step.id, line.row.id)?;
    for issued in given.iter().filter(|issued| !issued.made && issued.state == IssuedState::Reserved) {
        hold_again(tx, ctx, line, issued)?;
    }
    match kind {
        ActionKind::Authorise | ActionKind::Reject => {
            taking_back::reopen_request(tx, line.row.id, ctx.now)?;
        }
        // The spare never left: whoever asked for it waits again.
        ActionKind::ReserveReplacement | ActionKind::ShipReplacement | ActionKind::ReplacementDelivered => {
            for spare in given.iter().filter(|spare| spare.made || spare.state == IssuedState::Reserved) {
                taking_back::reopen_issued(tx, line.row.id, spare.unit_id)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The spare is held for the line again, if it still stands there, on its shelf or in its van, and nobody else holds it.
fn hold_again(tx: &mut Conn, ctx: &Ctx, line: &Loaded, given: &IssuedRow) -> AppResult<()> {
    let unit = units::by_id(tx, given.unit_id)?.ok_or_else(|| Refusal::not_found("unit", given.unit_id))?;
    let kept = match given.reservation_id {
        Some(reservation) => reservations::by_id(tx, reservation)?,
        None => None,
    };
    if kept.as_ref().is_some_and(|kept| kept.state == ReservationState::Open) {
        return Ok(());
    }
    let (state, part) = (unit.state(), unit.part_ref());
    let used_up = kept.as_ref().map(|kept| kept.id);
    let in_van = kept.as_ref().is_none_or(|kept| kept.in_van) && state.place.kind == PlaceKind::Engineer;
    if !(is_stock_of(&state, given.depot_id) || (in_van && is_good_and_ours(&state))) {
        let (serial, place) = (state.serial.clone(), state.place.code.clone());
        let claimed = kept.map(|kept| kept.depot).unwrap_or_default();
        return Err(Refusal::UnitElsewhere { serial, place, claimed }.into());
    }
    let code = kept.map(|kept| kept.depot).or(unit.depot).unwrap_or_default();
    let depot = DepotRef { id: given.depot_id, code };
    let reservation = reserve(tx, ctx, line, &state, &part, &depot)?;
    if let Some(used_up) = used_up {
        reservations::go_on(tx, reservation, used_up)?;
    }
    Ok(issued::set_reservation(tx, given.id, reservation)?)
}

/// A board held with the step is free again; one the step let go of is held again where nobody else took it meanwhile. The exchange
/// can be decided without one, and another board proposed.
fn board_again(tx: &mut Conn, ctx: &Ctx, line: &Loaded, board: &BoardRow) -> AppResult<()> {
    if board.made {
        reservations::end(tx, board.reservation_id, ReservationState::Released, ctx.now)?;
        return Ok(());
    }
    let kept = reservations::by_id(tx, board.reservation_id)?;
    let Some(kept) = kept.filter(|kept| kept.state != ReservationState::Open) else { return Ok(()) };
    let Some(unit) = kept.unit_id else { return Ok(()) };
    let Some(unit) = units::by_id(tx, unit)? else { return Ok(()) };
    let (state, part) = (unit.state(), unit.part_ref());
    if !is_stock_of(&state, kept.depot_id) || reservations::holder(tx, unit.id)?.is_some() {
        return Ok(());
    }
    let depot = DepotRef { id: kept.depot_id, code: kept.depot };
    match reserve(tx, ctx, line, &state, &part, &depot) {
        Ok(reservation) => {
            steps::board_goes_on(tx, reservation, board.reservation_id)?;
            Ok(reservations::go_on(tx, reservation, board.reservation_id)?)
        }
        Err(Error::Refused(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

fn is_good_and_ours(unit: &UnitState) -> bool {
    unit.condition == Condition::Good && unit.owner == Owner::Us
}

/// Good stock of ours in this depot.
fn is_stock_of(unit: &UnitState, depot_id: i64) -> bool {
    is_good_and_ours(unit) && unit.place.depot.as_ref().is_some_and(|depot| depot.id == depot_id)
}

/// The timeline: each row of the step is named by one that takes it back; and so is a reminder that it was overdue, which has
/// lost its ground. The id of the first.
fn write_down(tx: &mut Conn, ctx: &Ctx, line: &Loaded, step: &Step, reason: &str) -> AppResult<i64> {
    let mut events = step.events.clone();
    if let Some(last) = step.events.last() {
        events.extend(taking_back::overdue_since(tx, line.row.id, *last)?);
    }
    let new = NewEvent {
        rma_id: line.rma.id,
        line_id: Some(line.row.id),
        track: Track::Note,
        kind: ActionKind::TakeBack.as_str(),
        from: "",
        to: "",
        note: reason,
        actor_id: ctx.actor.id(),
        occurred_at: ctx.now,
        recorded_at: ctx.now,
    };
    Ok(taking_back::take_events_back(tx, &new, &step.kind, &events)?.unwrap_or_default())
}
