//! Balances and availability: what stands where, and what of it may be picked. Each key is touched once per posting.

use super::units::is_available;
use super::{Entry, Freed, PostError};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, Owner, Posting, Stand};
use crate::store::sql::{Conn, sql};
use std::collections::BTreeMap;

type BalanceKey = (i64, i64, Condition, Owner);

/// What postings do to one balance.
struct Change<'a> {
    /// In all.
    sum: i64,
    /// The lowest it goes on the way, in posting order: a batch may not take what it only puts there later.
    lowest: i64,
    posting: &'a Posting,
    stand: &'a Stand,
}

/// One touch per balance, in key order, whatever the number of postings.
pub(super) fn change(tx: &mut Conn, entries: &[Entry<'_>]) -> Result<(), PostError> {
    let mut changes: BTreeMap<BalanceKey, Change<'_>> = BTreeMap::new();
    for posting in entries.iter().map(|entry| entry.posting.as_ref()) {
        for (stand, quantity) in [(&posting.from, -posting.quantity), (&posting.to, posting.quantity)] {
            if stand.place.kind.has_balance() {
                let key = (stand.place.id, posting.part.id, stand.condition, stand.owner.clone());
                let change = changes.entry(key).or_insert(Change { sum: 0, lowest: 0, posting, stand });
                change.sum += quantity;
                if change.sum < change.lowest {
                    (change.lowest, change.posting, change.stand) = (change.sum, posting, stand);
                }
            }
        }
    }
    for (key, change) in &changes {
        if change.lowest < 0 {
            take(tx, key, change)?;
        } else if change.sum > 0 {
            put(tx, key, change)?;
        }
    }
    Ok(())
}

fn put(
    tx: &mut Conn,
    (place, part, condition, owner): &BalanceKey,
    change: &Change<'_>,
) -> Result<(), PostError> {
    sql(
        "INSERT INTO balance (place_id, part_id, condition, owner, depot_id, quantity) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (place_id, part_id, condition, owner) DO UPDATE SET quantity = balance.quantity + excluded.quantity",
    )
    .bind(*place)
    .bind(*part)
    .bind(*condition)
    .bind(owner)
    .bind(change.stand.place.depot.as_ref().map(|depot| depot.id))
    .bind(change.sum)
    .execute(tx)?;
    Ok(())
}

fn take(
    tx: &mut Conn,
    (place, part, condition, owner): &BalanceKey,
    change: &Change<'_>,
) -> Result<(), PostError> {
    let taken = sql("UPDATE balance SET quantity = quantity + $1 \
         WHERE place_id = $2 AND part_id = $3 AND condition = $4 AND owner = $5 AND quantity + $6 >= 0")
    .bind(change.sum)
    .bind(*place)
    .bind(*part)
    .bind(*condition)
    .bind(owner)
    .bind(change.lowest)
    .execute(tx)?;
    if taken == 1 {
        return Ok(());
    }
    Err(PostError::Refused(Refusal::NotEnoughStock {
        part_no: change.posting.part.part_no.clone(),
        place: change.stand.place.code.clone(),
        wanted: change.lowest.unsigned_abs().to_string(),
    }))
}

/// What postings do to a depot's good stock of a part, and to what of it is held.
#[derive(Default)]
struct Availability<'a> {
    good: i64,
    held: i64,
    of: Option<(&'a Posting, &'a Stand)>,
}

/// One touch per depot and part, in key order: what is held stays, unless its reservation was used up.
pub(super) fn change_availability(
    tx: &mut Conn,
    entries: &[Entry<'_>],
    freed: &[Freed],
) -> Result<(), PostError> {
    let mut changes: BTreeMap<(i64, i64), Availability<'_>> = BTreeMap::new();
    for posting in entries.iter().map(|entry| entry.posting.as_ref()) {
        for (stand, quantity) in [(&posting.from, -posting.quantity), (&posting.to, posting.quantity)] {
            let Some(depot) = stand.place.depot.as_ref().filter(|_| is_available(stand)) else { continue };
            let change = changes.entry((depot.id, posting.part.id)).or_default();
            change.good += quantity;
            change.of.get_or_insert((posting, stand));
        }
    }
    for held in freed {
        changes.entry((held.depot_id, held.part_id)).or_default().held -= held.quantity;
    }
    for ((depot_id, part_id), change) in changes {
        let touched = match (change.good, change.held) {
            (0, 0) => 1,
            (1.., 0) => {
                sql("INSERT INTO availability (depot_id, part_id, good, reserved) VALUES ($1, $2, $3, 0) \
                 ON CONFLICT (depot_id, part_id) DO UPDATE SET good = availability.good + excluded.good")
                .bind(depot_id)
                .bind(part_id)
                .bind(change.good)
                .execute(tx)?
            }
            // Something is held, so there is a row.
            (good, held) => sql("UPDATE availability SET good = good + $1, reserved = reserved + $2 \
                 WHERE depot_id = $3 AND part_id = $4 AND good + $1 >= reserved + $2")
            .bind(good)
            .bind(held)
            .bind(depot_id)
            .bind(part_id)
            .execute(tx)?,
        };
        if touched != 1 {
            let (part_no, depot) = match change.of {
                Some((posting, stand)) => (
                    posting.part.part_no.clone(),
                    stand.place.depot.as_ref().map_or_else(String::new, |depot| depot.code.clone()),
                ),
                None => (part_id.to_string(), depot_id.to_string()),
            };
            return Err(PostError::Refused(Refusal::StockReserved { part_no, depot }));
        }
    }
    Ok(())
}
