//! A spare held for a line turns up where the books did not have it.

use crate::app::{AppResult, Ctx};
use crate::domain::rma::{IssuedState, Track};
use crate::store::rmas::{self, NewEvent};
use crate::store::{Conn, issued, taking_back};

/// A reservation was let go because its unit was found elsewhere: the line it was held for says so, and another spare has to be
/// chosen. `found` names the unit and the document it was found with. Nothing when the reservation was no line's spare.
pub(in crate::app) fn held_spare_astray(
    tx: &mut Conn,
    ctx: &Ctx,
    reservation_id: i64,
    found: &str,
) -> AppResult<()> {
    let Some(spare) = issued::held_by(tx, reservation_id)? else { return Ok(()) };
    issued::step(tx, spare.id, IssuedState::Released, ctx.now, ctx.now)?;
    taking_back::reopen_issued(tx, spare.line_id, spare.unit_id)?;
    rmas::outdate(tx, spare.line_id)?;
    let event = NewEvent {
        rma_id: spare.rma_id,
        line_id: Some(spare.line_id),
        track: Track::Issued,
        kind: "spare_astray",
        from: IssuedState::Reserved.as_str(),
        to: IssuedState::Released.as_str(),
        note: found,
        actor_id: ctx.actor.id(),
        occurred_at: ctx.now,
        recorded_at: ctx.now,
    };
    rmas::insert_event(tx, &event)?;
    Ok(())
}
