//! The one place that writes the stock ledger: units, balances, availability, reservations and movements of a posting.
//!
//! Correctness rests on guarded updates and CHECKs, the same on both databases: a unit moves only from the version the
//! decision saw, a balance never goes below zero, nothing held is taken away. Rows are touched in one order everywhere
//! (units by id, balances by key, availability by key, reservations, movements), each balance once per posting.

use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, Owner, Posting, ReservationState, Stand, Subject};
use crate::row;
use crate::store::sql::{Conn, Value, insert_rows, sql};
use crate::store::{StoreError, Violation, violates};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// Why a posting was not written. Either way the transaction must be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Somebody else was faster, or the stock is not there.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] StoreError),
}

impl From<diesel::result::Error> for PostError {
    fn from(error: diesel::result::Error) -> Self {
        PostError::Fault(StoreError::Database(error))
    }
}

/// What a posting became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// Id of the movement.
    pub movement_id: i64,
    /// Id of the unit it moved.
    pub unit_id: Option<i64>,
}

row! {
    struct NewUnitRow { id: i64, identity: String }
    struct NewMovementRow { id: i64 }
    struct WhereRow { code: String }
}

/// Writes postings: all of them, or an error and nothing (the caller's transaction rolls back). Several postings may move
/// the same unit, in order.
pub fn post(
    tx: &mut Conn,
    postings: &[Posting],
    actor_id: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Vec<Posted>, PostError> {
    let new_units = insert_new_units(tx, postings)?;
    let unit_ids: Vec<Option<i64>> = postings.iter().map(|posting| unit_id(posting, &new_units)).collect();
    move_known_units(tx, postings)?;
    change_balances(tx, postings)?;
    change_availability(tx, postings)?;
    consume_reservations(tx, postings, now)?;
    insert_movements(tx, postings, &unit_ids, actor_id, now)
}

fn unit_id(posting: &Posting, new_units: &HashMap<String, i64>) -> Option<i64> {
    match &posting.subject {
        Subject::Quantity => None,
        Subject::Unit { id, .. } => Some(*id),
        Subject::NewUnit { serial } => new_units.get(&posting.part.identity(serial)).copied(),
    }
}

/// Units the books never met get their row where the posting puts them.
fn insert_new_units(tx: &mut Conn, postings: &[Posting]) -> Result<HashMap<String, i64>, PostError> {
    let rows: Vec<Vec<Value>> = postings
        .iter()
        .filter_map(|posting| match &posting.subject {
            Subject::NewUnit { serial } => Some(vec![
                posting.part.id.into(),
                serial.into(),
                serial.chars().rev().collect::<String>().into(),
                posting.part.identity(serial).into(),
                posting.to.condition.into(),
                (&posting.to.owner).into(),
                posting.to.place.id.into(),
                posting.to.place.depot.as_ref().map(|depot| depot.id).into(),
                (&posting.document).into(),
                1_i64.into(),
                posting.occurred_at.into(),
            ]),
            _ => None,
        })
        .collect();
    let mut ids = HashMap::with_capacity(rows.len());
    for statement in insert_rows(
        "INSERT INTO unit (part_id, serial, serial_reversed, identity, condition, owner, place_id, depot_id, document, version, \
         last_moved_at) VALUES",
        rows,
        " RETURNING id, identity",
    ) {
        let inserted: Vec<NewUnitRow> = statement.load(tx).map_err(|error| {
            if violates(&error, Violation::Unique) {
                let serial = postings.iter().find_map(|p| p.subject.serial()).unwrap_or_default().to_owned();
                PostError::Refused(Refusal::SerialElsewhere { serial, place: String::new() })
            } else {
                error.into()
            }
        })?;
        ids.extend(inserted.into_iter().map(|row| (row.identity, row.id)));
    }
    Ok(ids)
}

/// Each known unit moves only from the place and version the decision saw.
fn move_known_units(tx: &mut Conn, postings: &[Posting]) -> Result<(), PostError> {
    let mut order: Vec<(i64, &Posting, &str, i64)> = postings
        .iter()
        .filter_map(|posting| match &posting.subject {
            Subject::Unit { id, serial, version } => Some((*id, posting, serial.as_str(), *version)),
            _ => None,
        })
        .collect();
    order.sort_by_key(|(id, ..)| *id);
    let mut steps: HashMap<i64, i64> = HashMap::new();
    for (id, posting, serial, seen) in order {
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
            let place: WhereRow =
                sql("SELECT p.code FROM unit u JOIN place p ON p.id = u.place_id WHERE u.id = $1")
                    .bind(id)
                    .one(tx)?;
            return Err(PostError::Refused(Refusal::UnitElsewhere {
                serial: serial.to_owned(),
                place: place.code,
                claimed: posting.from.place.code.clone(),
            }));
        }
    }
    Ok(())
}

type BalanceKey = (i64, i64, Condition, Owner);

/// One touch per balance, in key order, whatever the number of postings.
fn change_balances(tx: &mut Conn, postings: &[Posting]) -> Result<(), PostError> {
    let mut changes: BTreeMap<BalanceKey, (i64, &Posting, &Stand)> = BTreeMap::new();
    for posting in postings {
        for (stand, change) in [(&posting.from, -posting.quantity), (&posting.to, posting.quantity)] {
            if stand.place.kind.has_balance() {
                let key = (stand.place.id, posting.part.id, stand.condition, stand.owner.clone());
                changes.entry(key).or_insert((0, posting, stand)).0 += change;
            }
        }
    }
    for ((place_id, part_id, condition, owner), (change, posting, stand)) in changes {
        let touched = match change {
            0 => 1,
            1.. => sql(
                "INSERT INTO balance (place_id, part_id, condition, owner, depot_id, quantity) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (place_id, part_id, condition, owner) DO UPDATE SET quantity = balance.quantity + excluded.quantity",
            )
            .bind(place_id)
            .bind(part_id)
            .bind(condition)
            .bind(&owner)
            .bind(stand.place.depot.as_ref().map(|depot| depot.id))
            .bind(change)
            .execute(tx)?,
            _ => sql(
                "UPDATE balance SET quantity = quantity + $1 \
                 WHERE place_id = $2 AND part_id = $3 AND condition = $4 AND owner = $5 AND quantity + $1 >= 0",
            )
            .bind(change)
            .bind(place_id)
            .bind(part_id)
            .bind(condition)
            .bind(&owner)
            .execute(tx)?,
        };
        if touched != 1 {
            return Err(PostError::Refused(Refusal::NotEnoughStock {
                part_no: posting.part.part_no.clone(),
                place: stand.place.code.clone(),
                wanted: change.unsigned_abs().to_string(),
            }));
        }
    }
    Ok(())
}

/// Whether this stand is stock somebody may pick: good, ours, in a depot (PRODUCT "Rules that never bend").
fn is_available(stand: &Stand) -> bool {
    stand.condition == Condition::Good && stand.owner == Owner::Us && stand.place.kind.counts_as_available()
}

fn change_availability(tx: &mut Conn, postings: &[Posting]) -> Result<(), PostError> {
    let mut changes: BTreeMap<(i64, i64), (i64, i64, &Posting, &Stand)> = BTreeMap::new();
    for posting in postings {
        for (stand, good) in [(&posting.from, -posting.quantity), (&posting.to, posting.quantity)] {
            let Some(depot) = stand.place.depot.as_ref().filter(|_| is_available(stand)) else { continue };
            let entry = changes.entry((depot.id, posting.part.id)).or_insert((0, 0, posting, stand));
            entry.0 += good;
            if good < 0 && posting.consumes.is_some() {
                entry.1 -= posting.quantity;
            }
        }
    }
    for ((depot_id, part_id), (good, reserved, posting, stand)) in changes {
        let touched = match (good, reserved) {
            (0, 0) => 1,
            (1.., _) => sql(
                "INSERT INTO availability (depot_id, part_id, good, reserved) VALUES ($1, $2, $3, 0) \
                 ON CONFLICT (depot_id, part_id) DO UPDATE SET good = availability.good + $3, reserved = availability.reserved + $4",
            )
            .bind(depot_id)
            .bind(part_id)
            .bind(good)
            .bind(reserved)
            .execute(tx)?,
            _ => sql(
                "UPDATE availability SET good = good + $1, reserved = reserved + $2 \
                 WHERE depot_id = $3 AND part_id = $4 AND good + $1 >= reserved + $2",
            )
            .bind(good)
            .bind(reserved)
            .bind(depot_id)
            .bind(part_id)
            .execute(tx)?,
        };
        if touched != 1 {
            let depot = stand.place.depot.as_ref().map_or_else(String::new, |depot| depot.code.clone());
            return Err(PostError::Refused(Refusal::StockReserved {
                part_no: posting.part.part_no.clone(),
                depot,
            }));
        }
    }
    Ok(())
}

fn consume_reservations(tx: &mut Conn, postings: &[Posting], now: DateTime<Utc>) -> Result<(), PostError> {
    for reservation in postings.iter().filter_map(|posting| posting.consumes) {
        let consumed =
            sql("UPDATE reservation SET state = $1, closed_at = $2 WHERE id = $3 AND state = 'open'")
                .bind(ReservationState::Consumed)
                .bind(now)
                .bind(reservation)
                .execute(tx)?;
        if consumed != 1 {
            return Err(PostError::Refused(Refusal::ReservationEnded {
                id: reservation.to_string(),
                state: String::new(),
            }));
        }
    }
    Ok(())
}

fn insert_movements(
    tx: &mut Conn,
    postings: &[Posting],
    unit_ids: &[Option<i64>],
    actor_id: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Vec<Posted>, PostError> {
    let depot = |stand: &Stand| stand.place.depot.as_ref().map(|depot| depot.id);
    let rows: Vec<Vec<Value>> = postings
        .iter()
        .zip(unit_ids)
        .map(|(posting, unit_id)| {
            vec![
                posting.kind.into(),
                posting.part.id.into(),
                (*unit_id).into(),
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
                actor_id.into(),
                posting.occurred_at.into(),
                now.into(),
            ]
        })
        .collect();
    let mut posted = Vec::with_capacity(postings.len());
    let mut unit_ids = unit_ids.iter();
    for statement in insert_rows(
        "INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_from_id, depot_to_id, condition_from, \
         condition_to, owner_from, owner_to, reason, document, reverses_id, actor_id, occurred_at, recorded_at) VALUES",
        rows,
        " RETURNING id",
    ) {
        let mut ids: Vec<i64> = statement.load::<NewMovementRow>(tx)?.into_iter().map(|row| row.id).collect();
        // Ids of one statement are given in the order of its rows.
        ids.sort_unstable();
        posted.extend(
            ids.into_iter()
                .zip(unit_ids.by_ref())
                .map(|(movement_id, unit_id)| Posted { movement_id, unit_id: *unit_id }),
        );
    }
    Ok(posted)
}
