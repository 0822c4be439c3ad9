//! Balances and availability: what stands where, and what of it may be picked. Each key is touched once per posting.

use super::units::is_available;
use super::{Entry, Freed, PostError};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, Owner, Posting, Stand};
use crate::store::sql::{Conn, Value, sql, sql_rows};
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
    let mut put_together = vec![];
    for (key, change) in &changes {
        if change.lowest < 0 {
            // Keys before keys: whoever touches the same ones comes in the same order.
            put(tx, std::mem::take(&mut put_together))?;
            take(tx, key, change)?;
        } else if change.sum > 0 {
            put_together.push(row_of(key, change));
        }
    }
    put(tx, put_together)
}

fn row_of((place, part, condition, owner): &BalanceKey, change: &Change<'_>) -> Vec<Value> {
    let depot = change.stand.place.depot.as_ref().map(|depot| depot.id);
    vec![(*place).into(), (*part).into(), (*condition).into(), owner.into(), depot.into(), change.sum.into()]
}

fn put(tx: &mut Conn, rows: Vec<Vec<Value>>) -> Result<(), PostError> {
    for statement in sql_rows(
        "INSERT INTO balance (place_id, part_id, condition, owner, depot_id, quantity) VALUES",
        rows,
        " ON CONFLICT (place_id, part_id, condition, owner) DO UPDATE SET quantity = balance.quantity + excluded.quantity",
    ) {
        statement.execute(tx)?;
    }
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
    let mut put_together = vec![];
    for ((depot_id, part_id), change) in changes {
        let (good, held) = (change.good, change.held);
        if good == 0 && held == 0 {
            continue;
        }
        if good > 0 && held == 0 {
            put_together.push(vec![depot_id.into(), part_id.into(), good.into(), 0.into()]);
            continue;
        }
        put_available(tx, std::mem::take(&mut put_together))?;
        // Something was there, so there is a row.
        let touched = sql("UPDATE availability SET good = good + $1, reserved = reserved + $2 \
             WHERE depot_id = $3 AND part_id = $4 AND good + $1 >= reserved + $2")
        .bind(good)
        .bind(held)
        .bind(depot_id)
        .bind(part_id)
        .execute(tx)?;
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
    put_available(tx, put_together)
}

fn put_available(tx: &mut Conn, rows: Vec<Vec<Value>>) -> Result<(), PostError> {
    for statement in sql_rows(
        "INSERT INTO availability (depot_id, part_id, good, reserved) VALUES",
        rows,
        " ON CONFLICT (depot_id, part_id) DO UPDATE SET good = availability.good + excluded.good",
    ) {
        statement.execute(tx)?;
    }
    Ok(())
}
