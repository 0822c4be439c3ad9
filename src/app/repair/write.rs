//! Writes what was decided: the order, its timeline, the parts used, the vendor's leg.

use crate::app::repair::load::missing;
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Zone;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{VendorChange, Work};
use crate::domain::rma::{ActionKind, Decision, RepairOrderChange, RepairOrderState};
use crate::store::repairs::{self, NewRepair, NewRepairEvent, RepairChange, RepairRow, RepairStep};
use crate::store::steps::OrderRow;
use crate::store::vendor_legs::{self, NewLeg};
use crate::store::{Conn, Violation, repair_tests, rmas, units, violates};
use chrono::{DateTime, Datelike, Utc};

/// Opens an order; its id. Nothing has two open orders.
pub(super) fn new_order(
    tx: &mut Conn,
    ctx: &Ctx,
    unit_id: i64,
    line_id: Option<i64>,
    depot_id: i64,
    state: RepairOrderState,
    opened_at: DateTime<Utc>,
) -> AppResult<i64> {
    let year = Zone::default().local_date(ctx.now).year();
    let number = format!("RO-{year}-{:06}", rmas::next_number(tx, &format!("RO-{year}"))?);
    // Asked before: PostgreSQL answers nothing more once a unique index refused.
    let serial = units::by_id(tx, unit_id)?.map(|unit| unit.serial).unwrap_or_default();
    let new = NewRepair { number: &number, unit_id, line_id, depot_id, state, opened_at };
    let id = match repairs::open(tx, &new) {
        Ok(id) => id,
        Err(error) if violates(&error, Violation::Unique) => {
            return Err(Refusal::RepairAlreadyOpen { serial, number: String::new() }.into());
        }
        Err(error) => return Err(error.into()),
    };
    event(tx, ctx, id, "open", "", state.as_str(), "", opened_at)?;
    Ok(id)
}

/// What a line's own step does to its order: receipt opens it, the way home closes it.
pub(in crate::app) fn follow_line(
    tx: &mut Conn,
    ctx: &Ctx,
    line_id: i64,
    unit_id: Option<i64>,
    change: &RepairOrderChange,
    decision: &Decision,
) -> AppResult<()> {
    match change {
        RepairOrderChange::Open { depot_id } => {
            let Some(unit_id) = unit_id else { return Ok(()) };
            // Our own unit may have been on the bench already: its order goes on under the line no more than once.
            let state = RepairOrderState::Received;
            new_order(tx, ctx, unit_id, Some(line_id), *depot_id, state, decision.occurred_at)?;
        }
        RepairOrderChange::Step { to, diagnosis } => {
            let before = repairs::open_of_line(tx, line_id)?;
            repairs::step(
                tx,
                &RepairStep {
                    line_id,
                    to: *to,
                    diagnosis: diagnosis.as_deref().filter(|text| !text.is_empty()),
                    outcome: decision.outcome,
                    cost_fen: decision.cost_fen,
                    technician_id: None,
                    at: decision.occurred_at,
                },
            )?;
            if let Some(row) = before {
                let (from, to, at) = (row.state.as_str(), to.as_str(), decision.occurred_at);
                event(tx, ctx, row.id, "line", from, to, row.rma.as_deref().unwrap_or_default(), at)?;
            }
        }
    }
    Ok(())
}

/// A step of the order's line was taken back: its timeline says so.
pub(in crate::app) fn took_back(tx: &mut Conn, ctx: &Ctx, order: &OrderRow, rma: &str) -> AppResult<()> {
    let after = if order.made { RepairOrderState::Closed } else { order.before };
    let (kind, from, to) = (ActionKind::TakeBack.as_str(), order.state.as_str(), after.as_str());
    event(tx, ctx, order.id, kind, from, to, rma, ctx.now)
}

/// Writes bench work whose movements are on the books. `unit_id` is the unit afterwards.
pub(in crate::app) fn write_work(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &RepairRow,
    work: &Work,
    movement_ids: &[i64],
    unit_id: i64,
) -> AppResult<()> {
    let waiting_since = work.is_waiting.then(|| row.waiting_since.unwrap_or(work.occurred_at));
    let changed = repairs::change(
        tx,
        &RepairChange {
            id: row.id,
            version: row.version,
            unit_id,
            state: work.to,
            outcome: work.outcome,
            finding: work.finding.as_deref(),
            fault_code: work.fault_code.as_deref(),
            estimate_fen: work.estimate_fen,
            agreed_limit_fen: work.agreed_limit_fen,
            cost_fen: work.cost_fen,
            rework: i64::from(work.is_rework),
            waiting_since,
            technician_id: ctx.actor.id(),
            at: work.occurred_at,
        },
    )?;
    if !changed {
        let expected = row.version.to_string();
        return Err(Refusal::StaleVersion { expected, actual: String::new() }.into());
    }
    for (movement_id, cost_fen) in movement_ids.iter().zip(&work.parts_fen) {
        repairs::insert_part(tx, row.id, *movement_id, *cost_fen)?;
    }
    if !work.test_steps.is_empty() {
        repair_tests::insert(tx, row.id, &work.test_steps, ctx.actor.id(), work.occurred_at)?;
    }
    if let Some(change) = &work.vendor {
        write_leg(tx, row, change, unit_id, work.occurred_at)?;
    }
    let (kind, from, to) = (work.kind.as_str(), work.from.as_str(), work.to.as_str());
    event(tx, ctx, row.id, kind, from, to, &work.note, work.occurred_at)
}

fn write_leg(
    tx: &mut Conn,
    row: &RepairRow,
    change: &VendorChange,
    unit_id: i64,
    at: DateTime<Utc>,
) -> AppResult<()> {
    match change {
        VendorChange::Send { place, vendor_rma, due_on, data } => {
            let leg = NewLeg {
                repair_id: row.id,
                vendor_place: place,
                unit_id,
                vendor_rma,
                sent_at: at,
                due_on: *due_on,
                data_answer: data.as_ref().map(|(answer, _)| *answer),
                data_certificate: data.as_ref().map_or("", |(_, certificate)| certificate),
            };
            if !vendor_legs::send(tx, &leg)? {
                return Err(missing("vendor"));
            }
            Ok(())
        }
        VendorChange::Return { leg_id, outcome, cost_fen } => {
            vendor_legs::end(tx, *leg_id, Some(unit_id), Some(*outcome), *cost_fen, at)?;
            // It may come back to another depot than it left from: there the work goes on.
            if let Some(depot) = units::by_id(tx, unit_id)?.and_then(|unit| unit.depot_id) {
                repairs::follow_unit(tx, unit_id, depot)?;
            }
            Ok(())
        }
        VendorChange::Gone { leg_id, outcome } => {
            Ok(vendor_legs::end(tx, *leg_id, None, *outcome, None, at)?)
        }
    }
}

pub(super) fn event(
    tx: &mut Conn,
    ctx: &Ctx,
    repair_id: i64,
    kind: &str,
    from: &str,
    to: &str,
    note: &str,
    at: DateTime<Utc>,
) -> AppResult<()> {
    let new = NewRepairEvent {
        repair_id,
        kind,
        from,
        to,
        note,
        actor_id: ctx.actor.id(),
        occurred_at: at,
        recorded_at: ctx.now,
    };
    Ok(repairs::insert_event(tx, &new)?)
}
