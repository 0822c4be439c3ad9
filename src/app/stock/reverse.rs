//! Putting a movement right by a reversing entry.

use crate::app::stock::Booked;
use crate::app::{AppResult, Ctx, Error, audit};
use crate::domain::refusal::Refusal;
use crate::domain::stock::decide_reversal;
use crate::store::{Conn, StoreError, ledger, movements};

/// Reverses a movement: a new row the other way, happening now, that names the first.
pub fn reverse(tx: &mut Conn, ctx: &Ctx, movement_id: i64, reason: &str) -> AppResult<Booked> {
    let recorded =
        movements::recorded(tx, movement_id)?.ok_or_else(|| Refusal::not_found("movement", movement_id))?;
    let posting = decide_reversal(&ctx.actor, &recorded, reason, ctx.now)?;
    let posted = ledger::post(tx, std::slice::from_ref(&posting), ctx.actor.id(), ctx.now)?;
    let id = posted.first().map(|posted| posted.movement_id);
    let id = id.ok_or_else(|| Error::Fault(StoreError::Codec("a posting without a movement".into())))?;
    audit::record(tx, ctx, "movement.reverse", &format!("movement:{movement_id}"), &posting.reason)?;
    Ok(Booked { id, posting, recorded_at: ctx.now })
}
