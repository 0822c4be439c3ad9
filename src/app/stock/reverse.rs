//! Putting a movement right by a reversing entry.

use crate::app::stock::Booked;
use crate::app::stock::on_line::on_line;
use crate::app::{AppResult, Ctx, Error, audit};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Recorded, decide_reversal};
use crate::store::{Conn, StoreError, ledger, movements, units};

/// Reverses a movement: a new row the other way, happening now, that names the first.
pub fn reverse(tx: &mut Conn, ctx: &Ctx, movement_id: i64, reason: &str) -> AppResult<Booked> {
    let recorded =
        movements::recorded(tx, movement_id)?.ok_or_else(|| Refusal::not_found("movement", movement_id))?;
    let posting = decide_reversal(&ctx.actor, &recorded, reason, ctx.now)?;
    leaves_lines_true(tx, &recorded)?;
    let posted = ledger::post(tx, std::slice::from_ref(&posting), ctx.actor.id(), ctx.now)?;
    let id = posted.first().map(|posted| posted.movement_id);
    let id = id.ok_or_else(|| Error::Fault(StoreError::Codec("a posting without a movement".into())))?;
    audit::record(tx, ctx, "movement.reverse", &format!("movement:{movement_id}"), &posting.reason)?;
    Ok(Booked { id, posting, recorded_at: ctx.now })
}

/// A unit that an open line is about by now goes behind it no more by a reversal than by any other movement by hand.
fn leaves_lines_true(tx: &mut Conn, first: &Recorded) -> AppResult<()> {
    let unit = match &first.unit {
        Some(unit) => units::by_id(tx, unit.id)?,
        None => None,
    };
    let Some(unit) = unit else { return Ok(()) };
    match on_line(tx, &unit)? {
        None => Ok(()),
        Some(line) => {
            Ok(line.check(&unit.serial, first.kind.undone(), &first.to.place, &first.from.place)?)
        }
    }
}
