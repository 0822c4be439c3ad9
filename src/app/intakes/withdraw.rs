//! A box that came in by a slip of the scanner goes with its scan, as long as nobody has gone on from it.

use crate::app::rma::reverse_movement;
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Scope;
use crate::domain::intake::IntakeState;
use crate::domain::refusal::Refusal;
use crate::store::intakes::{self, IntakeRow, Settlement};
use crate::store::movements::{self, MovementFilter, MovementRow};
use crate::store::{Conn, StoreError, intake_files, shipments};
use chrono::{DateTime, Utc};

/// More movements than one scan can make: beyond it somebody has gone on.
const LOOKED_AT: i64 = 8;

/// Withdraws the one unit that was taken in as this box at this moment: what it moved goes back by reversing entries, and the
/// intake is settled.
///
/// # Errors
/// `box_taken_up` when somebody said what it is, looked at it closer, or moved it since.
pub(in crate::app) fn withdraw(
    tx: &mut Conn,
    ctx: &Ctx,
    box_no: &str,
    taken_in: DateTime<Utc>,
    reason: &str,
) -> AppResult<()> {
    let taken_up = || Refusal::BoxTakenUp { document: box_no.to_owned() };
    let row = intakes::in_box(tx, &Scope::All, box_no, LOOKED_AT)?.pop().ok_or_else(taken_up)?;
    let moved = still_as_taken_in(tx, &row, taken_in)?.ok_or_else(taken_up)?;
    for movement in &moved {
        reverse_movement(tx, ctx, movement.id, reason)?;
    }
    shipments::turned_up_no_more(tx, &row.serial, row.taken_in_at)?;
    let (state, by) = (IntakeState::Settled, ctx.actor.id());
    let end = Settlement { id: row.id, state, line_id: None, unit_id: None, text: reason, by, now: ctx.now };
    if !intakes::settle(tx, &end)? {
        return Err(StoreError::raced("an intake was settled a moment ago").into());
    }
    audit::record(tx, ctx, "intake.withdraw", &format!("intake:{box_no}"), reason)
}

/// What the box moved when it came, the last one first; none when somebody has gone on from there.
fn still_as_taken_in(
    conn: &mut Conn,
    row: &IntakeRow,
    taken_in: DateTime<Utc>,
) -> AppResult<Option<Vec<MovementRow>>> {
    if row.state != IntakeState::Unmatched || !intake_files::of_intake(conn, row.id)?.is_empty() {
        return Ok(None);
    }
    let filter = MovementFilter { document: Some(row.box_no.clone()), ..MovementFilter::default() };
    let moved = movements::list(conn, &Scope::All, &filter, i64::MAX, LOOKED_AT)?;
    // Made out later, it entered the books later.
    if moved.iter().any(|movement| movement.recorded_at != taken_in) {
        return Ok(None);
    }
    let Some(last) = moved.first() else { return Ok(Some(moved)) };
    let last = movements::recorded(conn, last.id)?;
    let is_last = last.is_some_and(|last| {
        last.reversed_by.is_none()
            && last.last_of_unit == Some(last.id)
            && last.unit.as_ref().is_none_or(|unit| unit.reserved.is_none())
    });
    Ok(is_last.then_some(moved))
}
