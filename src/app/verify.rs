//! Both ledgers prove themselves: every projection is held against the movements, steps, holds and calendars it follows from.

use crate::app::{AppResult, Ctx, SessionRules, calendar, evidence, figures, rma, seals, snapshots};
use crate::domain::actor::Actor;
use crate::domain::stock::proof::{DifferenceKind, Proof, Prover};
use crate::store::figures::last_recorded;
use crate::store::{Conn, verify as rows};
use chrono::TimeDelta;
use std::sync::Arc;

/// Proves both ledgers within one read, so that what others write meanwhile does not disturb it. Reads every movement
/// once, in memory that does not grow with their number.
pub fn verify(conn: &mut Conn) -> AppResult<Proof> {
    verify_watched(conn, || ())
}

/// How many movements there are to read.
pub fn count_movements(conn: &mut Conn) -> AppResult<u64> {
    Ok(rows::count_movements(conn)?)
}

/// As [`verify`]; calls `on_movement` for each, for whoever watches.
pub fn verify_watched(conn: &mut Conn, mut on_movement: impl FnMut()) -> AppResult<Proof> {
    let mut prover = Prover::new(rows::places(conn)?, rows::parts(conn)?);
    rows::for_each_movement(conn, |entry, unit| {
        prover.movement(entry, unit);
        on_movement();
    })?;
    prover.end_of_movements();
    rows::for_each_loose_unit(conn, |row| {
        prover.unit_without_movement(row.part_id, &row.serial, row.place_id);
    })?;
    let mut good = prover.available();
    rows::for_each_balance(conn, |row| {
        prover.balance((row.place_id, row.part_id, row.condition, row.owner), row.depot_id, row.quantity);
    })?;
    prover.end_of_balances();
    let (mut reserved, reservations) = rows::reserved(conn)?;
    prover.reservations(reservations);
    rows::for_each_availability(conn, |row| {
        let key = (row.depot_id, row.part_id);
        let expected = (good.remove(&key).unwrap_or_default(), reserved.remove(&key).unwrap_or_default());
        prover.availability(key, (row.good, row.reserved), expected);
    })?;
    // What should be available and has no row at all.
    let mut missing: Vec<_> = good.keys().chain(reserved.keys()).copied().collect();
    missing.sort_unstable();
    missing.dedup();
    for key in missing {
        let expected =
            (good.get(&key).copied().unwrap_or_default(), reserved.get(&key).copied().unwrap_or_default());
        prover.availability(key, (0, 0), expected);
    }
    rows::for_each_bad_reservation(conn, |row| {
        let found = format!("{} {} {}", row.place, row.condition, row.owner);
        let expected = format!("{} good us", row.depot);
        let subject = format!("reservation {} ({})", row.id, row.serial);
        prover.note(DifferenceKind::ReservationUnit, subject, expected, found);
    })?;
    rows::for_each_bad_reversal_origin(conn, |row| {
        let found = match (row.reverses_id, row.first_kind) {
            (Some(id), Some(kind)) => format!("{} of {kind} {id}", row.kind),
            _ => format!("{} of nothing", row.kind),
        };
        prover.note(DifferenceKind::ReversalOrigin, format!("movement {}", row.id), "reversal", found);
    })?;
    rows::for_each_bad_mirror(conn, |row| {
        let first = row.reverses_id.map_or_else(String::new, |id| id.to_string());
        let expected = format!("mirror of movement {first}");
        prover.note(DifferenceKind::ReversalMirror, format!("movement {}", row.id), expected, "-");
    })?;
    let mut proof = prover.finish();
    seals::prove_into(conn, &mut proof)?;
    snapshots::prove_into(conn, &mut proof)?;
    evidence::prove_into(conn, &mut proof)?;
    if let Some(ctx) = after_all_recorded(conn)? {
        rma::prove_into(conn, &ctx, &mut proof)?;
        figures::prove_into(conn, &ctx, &mut proof)?;
    }
    Ok(proof)
}

/// Adds every head somebody kept and of which there is no seal any more. Where it is there and its chain proves, no row before it
/// was changed since.
pub fn hold_against(conn: &mut Conn, heads: &[String], proof: &mut Proof) -> AppResult<()> {
    for head in heads {
        let head = head.trim().to_lowercase();
        if !seals::is_set(conn, &head)? {
            proof.note(DifferenceKind::SealMissing, "seal", head, "-");
        }
    }
    Ok(())
}

/// Who proves, on a day by which whatever was recorded had happened; `None` where nothing was recorded.
fn after_all_recorded(conn: &mut Conn) -> AppResult<Option<Ctx>> {
    let Some(latest) = last_recorded(conn)? else { return Ok(None) };
    Ok(Some(Ctx {
        actor: Actor::system("verify"),
        now: latest + TimeDelta::days(1),
        calendar: Arc::new(calendar::load(conn)?),
        request_id: String::new(),
        queued_notice: Arc::default(),
        sessions: SessionRules::default(),
    }))
}
