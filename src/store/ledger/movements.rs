//! The rows of the ledger itself, written last: their ids are given while everything they change is locked.

use super::{Entry, PostError, Posted};
use crate::domain::stock::{Posting, Stand, Subject};
use crate::row;
use crate::store::sql::{Conn, Value, sql_rows};
use crate::store::{StoreError, Violation, violates};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

row! { struct NewMovementRow { id: i64 } }

pub(super) fn insert(
    tx: &mut Conn,
    entries: &[Entry<'_>],
    new_units: &HashMap<String, i64>,
    now: DateTime<Utc>,
) -> Result<Vec<Posted>, PostError> {
    let rows = entries.iter().map(|entry| row_of(entry, new_units, now)).collect();
    let mut posted = Vec::with_capacity(entries.len());
    let mut remaining = entries.iter();
    for statement in sql_rows(
        "INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_from_id, depot_to_id, condition_from, \
         condition_to, owner_from, owner_to, reason, document, reverses_id, actor_id, occurred_at, recorded_at) VALUES",
        rows,
        " RETURNING id",
    ) {
        let inserted: Vec<NewMovementRow> = statement.load(tx).map_err(|error| {
            // Only `reverses_id` is unique.
            if violates(&error, Violation::Unique) {
                PostError::Fault(StoreError::raced("a movement was reversed a moment ago"))
            } else {
                error.into()
            }
        })?;
        let mut ids: Vec<i64> = inserted.into_iter().map(|row| row.id).collect();
        // Ids of one statement are given in the order of its rows.
        ids.sort_unstable();
        for (movement_id, entry) in ids.into_iter().zip(remaining.by_ref()) {
            if entry.asked_for {
                posted.push(Posted { movement_id, unit_id: unit_id(&entry.posting, new_units) });
            }
        }
    }
    Ok(posted)
}

fn unit_id(posting: &Posting, new_units: &HashMap<String, i64>) -> Option<i64> {
    match &posting.subject {
        Subject::Quantity => None,
        Subject::Unit { id, .. } => Some(*id),
        Subject::NewUnit { serial } => new_units.get(&posting.part.identity(serial)).copied(),
    }
}

fn row_of(entry: &Entry<'_>, new_units: &HashMap<String, i64>, now: DateTime<Utc>) -> Vec<Value> {
    let posting = entry.posting.as_ref();
    let depot = |stand: &Stand| stand.place.depot.as_ref().map(|depot| depot.id);
    vec![
        posting.kind.into(),
        posting.part.id.into(),
        unit_id(posting, new_units).into(),
        posting.quantity.into(),
        posting.from.place.id.into(),
        posting.to.place.id.into(),
        depot(&posting.from).into(),
        depot(&posting.to).into(),
        posting.from.condition.into(),
        posting.to.condition.into(),
        (&posting.from.owner).into(),
        (&posting.to.owner).into(),
        (&posting.reason).into(),
        (&posting.document).into(),
        posting.reverses.into(),
        entry.actor_id.into(),
        posting.occurred_at.into(),
        now.into(),
    ]
}
