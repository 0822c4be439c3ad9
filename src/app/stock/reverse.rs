//! Putting a movement right by a reversing entry.

use crate::app::stock::Booked;
use crate::app::stock::bound::bound;
use crate::app::{AppResult, Ctx, Error, audit};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Recorded, decide_reversal};
use crate::store::{Conn, StoreError, ledger, movements, units};
use std::collections::BTreeSet;

/// Those of these movements that this person may put right here and now: the rule itself is asked, so an offer never differs from it.
pub fn reversible(conn: &mut Conn, ctx: &Ctx, ids: &[i64]) -> AppResult<BTreeSet<i64>> {
    let mut may = BTreeSet::new();
    if ctx.actor.may(Permission::CorrectStock).is_err() {
        return Ok(may);
    }
    for id in movements::of_no_document(conn, ids)? {
        let Some(recorded) = movements::recorded(conn, id)? else { continue };
        if decide_reversal(&ctx.actor, &recorded, "?", ctx.now).is_err() {
            continue;
        }
        match leaves_all_true(conn, &recorded) {
            Ok(()) => {
                may.insert(id);
            }
            Err(Error::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(may)
}

/// Reverses a movement: a new row the other way, happening now, that names the first.
pub fn reverse(tx: &mut Conn, ctx: &Ctx, movement_id: i64, reason: &str) -> AppResult<Booked> {
    let recorded =
        movements::recorded(tx, movement_id)?.ok_or_else(|| Refusal::not_found("movement", movement_id))?;
    let posting = decide_reversal(&ctx.actor, &recorded, reason, ctx.now)?;
    leaves_all_true(tx, &recorded)?;
    let posted = ledger::post(tx, std::slice::from_ref(&posting), ctx.actor.id(), ctx.now)?;
    let id = posted.first().map(|posted| posted.movement_id);
    let id = id.ok_or_else(|| Error::Fault(StoreError::Codec("a posting without a movement".into())))?;
    audit::record(tx, ctx, "movement.reverse", &format!("movement:{movement_id}"), &posting.reason)?;
    Ok(Booked { id, posting, recorded_at: ctx.now })
}

/// A unit that an open line or a repair order is about by now goes behind it no more by a reversal than by any other movement by hand.
fn leaves_all_true(tx: &mut Conn, first: &Recorded) -> AppResult<()> {
    let unit = match &first.unit {
        Some(unit) => units::by_id(tx, unit.id)?,
        None => None,
    };
    let Some(unit) = unit else { return Ok(()) };
    match bound(tx, &unit)? {
        None => Ok(()),
        Some(bound) => {
            Ok(bound.check(&unit.serial, first.kind.undone(), &first.to.place, &first.from.place)?)
        }
    }
}
