//! Putting a movement right by a reversing entry.

use crate::app::stock::Booked;
use crate::app::stock::bound::bound_all;
use crate::app::{AppResult, Ctx, Error, audit};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Bound, Recorded, decide_reversal};
use crate::store::{Conn, StoreError, ledger, movements, units};
use std::collections::{BTreeSet, HashMap};

/// Those of these movements that this person may put right here and now, in a few statements: the rule itself is asked, so an offer
/// never differs from it.
pub fn reversible(conn: &mut Conn, ctx: &Ctx, ids: &[i64]) -> AppResult<BTreeSet<i64>> {
    // Whoever corrects stock moves it, too.
    if ctx.actor.may(Permission::MoveStock).is_err() {
        return Ok(BTreeSet::new());
    }
    let ids = movements::of_no_document(conn, ids)?;
    let mut first = movements::all_recorded(conn, &ids)?;
    first.retain(|first| decide_reversal(&ctx.actor, first, "?", ctx.now).is_ok());
    let bound = bound_by(conn, &first)?;
    let stays_true = |(first, bound): (&Recorded, &Option<(String, Bound)>)| match bound {
        None => true,
        Some((serial, bound)) => check(bound, serial, first).is_ok(),
    };
    let may = first.iter().zip(&bound).filter(|pair| stays_true(*pair));
    Ok(may.map(|(first, _)| first.id).collect())
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
    match bound_by(tx, std::slice::from_ref(first))?.pop().flatten() {
        None => Ok(()),
        Some((serial, bound)) => Ok(check(&bound, &serial, first)?),
    }
}

fn check(bound: &Bound, serial: &str, first: &Recorded) -> Result<(), Refusal> {
    bound.check(serial, first.kind.undone(), &first.to.place, &first.from.place)
}

/// What the unit of each movement is bound by, with its serial.
fn bound_by(conn: &mut Conn, first: &[Recorded]) -> AppResult<Vec<Option<(String, Bound)>>> {
    let ids: Vec<i64> = first.iter().filter_map(|first| first.unit.as_ref().map(|unit| unit.id)).collect();
    let units = units::by_ids(conn, &ids)?;
    let bound = bound_all(conn, &units)?;
    let bound: HashMap<i64, (String, Bound)> = units
        .into_iter()
        .zip(bound)
        .filter_map(|(unit, bound)| Some((unit.id, (unit.serial, bound?))))
        .collect();
    Ok(first.iter().map(|first| bound.get(&first.unit.as_ref()?.id).cloned()).collect())
}
