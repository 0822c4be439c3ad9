//! Units: the present of one serial each. A unit moves only from the version the decision saw.

use super::{PostError, needs_opening};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, Owner, Posting, Stand, Subject};
use crate::row;
use crate::store::StoreError;
use crate::store::sql::{Conn, Value, sql, sql_in, sql_rows};
use std::collections::{HashMap, HashSet};

row! {
    struct NewUnitRow { id: i64, identity: String }
    struct HeldRow { unit_id: i64, serial: String, reservation_id: i64, document: String }
}

/// Units the books never met get their row where the posting puts them. Their ids, by identity.
pub(super) fn insert_new(tx: &mut Conn, postings: &[Posting]) -> Result<HashMap<String, i64>, PostError> {
    let mut identities = HashSet::new();
    let mut rows: Vec<Vec<Value>> = vec![];
    for posting in postings {
        let Subject::NewUnit { serial } = &posting.subject else { continue };
        let identity = posting.part.identity(serial);
        if !identities.insert(identity.clone()) {
            let place = posting.to.place.code.clone();
            return Err(Refusal::SerialElsewhere { serial: serial.clone(), place }.into());
        }
        rows.push(vec![
            posting.part.id.into(),
            serial.into(),
            serial.chars().rev().collect::<String>().into(),
            identity.into(),
            posting.to.condition.into(),
            (&posting.to.owner).into(),
            posting.to.place.id.into(),
            posting.to.place.depot.as_ref().map(|depot| depot.id).into(),
            (&posting.document).into(),
            if needs_opening(posting) { 2_i64 } else { 1 }.into(),
            posting.occurred_at.into(),
        ]);
    }
    let mut ids = HashMap::with_capacity(rows.len());
    for statement in sql_rows(
        "INSERT INTO unit (part_id, serial, serial_reversed, identity, condition, owner, place_id, depot_id, document, version, \
         last_moved_at) VALUES",
        rows,
        " ON CONFLICT (identity) DO NOTHING RETURNING id, identity",
    ) {
        let inserted: Vec<NewUnitRow> = statement.load(tx)?;
        ids.extend(inserted.into_iter().map(|row| (row.identity, row.id)));
    }
    if ids.len() < identities.len() {
        return Err(StoreError::raced("a unit entered the books a moment ago").into());
    }
    Ok(ids)
}

/// Each known unit moves only from the place and version the decision saw.
pub(super) fn move_known(tx: &mut Conn, postings: &[Posting]) -> Result<(), PostError> {
    let mut order: Vec<(i64, &Posting, i64)> = postings
        .iter()
        .filter_map(|posting| match &posting.subject {
            Subject::Unit { id, version, .. } => Some((*id, posting, *version)),
            _ => None,
        })
        .collect();
    order.sort_by_key(|(id, ..)| *id);
    let mut steps: HashMap<i64, i64> = HashMap::new();
    for (id, posting, seen) in order {
        let step = steps.entry(id).or_default();
        let version = seen + *step;
        *step += 1;
        let moved = sql(
            "UPDATE unit SET place_id = $1, depot_id = $2, condition = $3, owner = $4, document = $5, version = version + 1, \
             last_moved_at = $6 WHERE id = $7 AND version = $8 AND place_id = $9",
        )
        .bind(posting.to.place.id)
        .bind(posting.to.place.depot.as_ref().map(|depot| depot.id))
        .bind(posting.to.condition)
        .bind(&posting.to.owner)
        .bind(&posting.document)
        .bind(posting.occurred_at)
        .bind(id)
        .bind(version)
        .bind(posting.from.place.id)
        .execute(tx)?;
        if moved != 1 {
            // The rule looks again, and names what stands in the way.
            return Err(StoreError::raced("a unit moved a moment ago").into());
        }
    }
    Ok(())
}

/// A unit whose movement was reversed as of that movement's own moment last moved when it did before: the pair is as if it
/// had never been. One that stands where it never came from keeps the moment of the reversal.
pub(super) fn stand_back(tx: &mut Conn, postings: &[Posting]) -> Result<(), PostError> {
    for posting in postings.iter().filter(|posting| posting.reverses.is_some()) {
        let Subject::Unit { id, .. } = &posting.subject else { continue };
        sql("UPDATE unit SET last_moved_at = COALESCE((SELECT m.occurred_at FROM movement m WHERE m.unit_id = $1 \
             AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id AND b.occurred_at = m.occurred_at) \
             AND NOT EXISTS (SELECT 1 FROM movement f WHERE f.id = m.reverses_id AND f.occurred_at = m.occurred_at) \
             ORDER BY m.id DESC LIMIT 1), last_moved_at) WHERE id = $1")
        .bind(*id)
        .execute(tx)?;
    }
    Ok(())
}

/// Whether this stand is stock somebody may pick: good, ours, in a depot (PRODUCT "Rules that never bend").
pub(super) fn is_available(stand: &Stand) -> bool {
    stand.condition == Condition::Good && stand.owner == Owner::Us && stand.place.kind.counts_as_available()
}

/// Whether what stands so may be held for somebody: good stock of ours in a depot, and what is in an engineer's van.
fn may_be_held(stand: &Stand) -> bool {
    is_available(stand) || stand.place.kind == PlaceKind::Engineer
}

/// A held unit leaves the good stock of its depot, or the van it is in, only by the posting that uses its reservation up. Looked at once the
/// units are locked: whoever holds a unit locks it first, so one of the two sees the other.
pub(super) fn refuse_held(tx: &mut Conn, postings: &[Posting]) -> Result<(), PostError> {
    let stays =
        |posting: &Posting| is_available(&posting.to) && posting.to.place.depot == posting.from.place.depot;
    let leaving: HashMap<i64, Option<i64>> = postings
        .iter()
        .filter(|posting| may_be_held(&posting.from) && !stays(posting))
        .filter_map(|posting| match &posting.subject {
            Subject::Unit { id, .. } => Some((*id, posting.consumes)),
            _ => None,
        })
        .collect();
    let mut ids: Vec<i64> = leaving.keys().copied().collect();
    ids.sort_unstable();
    let text = "SELECT r.unit_id, u.serial, r.id AS reservation_id, r.document FROM reservation r JOIN unit u ON u.id = r.unit_id \
                WHERE r.state = 'open' AND r.unit_id IN ({in})";
    for held in sql_in(text, ids).load::<HeldRow>(tx)? {
        if leaving.get(&held.unit_id).copied().flatten() != Some(held.reservation_id) {
            return Err(Refusal::UnitReserved { serial: held.serial, document: held.document }.into());
        }
    }
    Ok(())
}
