//! Movements of counted parts that are dated back: what was taken then must have been there, and at every moment since (PRODUCT "A
//! balance at a real place is never negative", "answers as of any date").
//!
//! A unit needs none of this: it moves in the order of its movements.

use super::{Entry, PostError};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, Owner, Posting, Stand, Subject, rfc3339};
use crate::row;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

type BalanceKey = (i64, i64, Condition, Owner);

row! {
    struct HeldRow { quantity: i64 }
    struct LaterRow { occurred_at: DateTime<Utc>, delta: i64 }
}

/// Goes back from what there is now to the earliest moment anything was taken from a balance. What is booked as of now, which is
/// nearly everything, costs nothing. Asked once the rows are written and the balances are locked: whoever books the same balance
/// at the same time waits, and is seen or sees this.
pub(super) fn check(tx: &mut Conn, entries: &[Entry<'_>], now: DateTime<Utc>) -> Result<(), PostError> {
    let mut taken: BTreeMap<BalanceKey, (DateTime<Utc>, &Posting, &Stand)> = BTreeMap::new();
    for posting in entries.iter().map(|entry| entry.posting.as_ref()) {
        let stand = &posting.from;
        let counted = matches!(posting.subject, Subject::Quantity);
        if !counted || posting.occurred_at >= now || !stand.place.kind.has_balance() {
            continue;
        }
        let key = (stand.place.id, posting.part.id, stand.condition, stand.owner.clone());
        let earliest = taken.entry(key).or_insert((posting.occurred_at, posting, stand));
        if posting.occurred_at < earliest.0 {
            *earliest = (posting.occurred_at, posting, stand);
        }
    }
    for (key, (since, posting, stand)) in &taken {
        if let Some((short, at)) = lowest(tx, key, *since)? {
            return Err(PostError::Refused(Refusal::NotEnoughThen {
                part_no: posting.part.part_no.clone(),
                place: stand.place.code.clone(),
                wanted: short.to_string(),
                at: rfc3339(at),
            }));
        }
    }
    Ok(())
}

/// By how many a balance was short at its worst since then, and from when on; none when it never was.
fn lowest(
    tx: &mut Conn,
    (place, part, condition, owner): &BalanceKey,
    since: DateTime<Utc>,
) -> Result<Option<(u64, DateTime<Utc>)>, PostError> {
    // Takes the balance's lock where the posting as a whole left it as it was, too.
    let held: Option<HeldRow> = sql(
        "UPDATE balance SET quantity = quantity WHERE place_id = $1 AND part_id = $2 AND condition = $3 \
         AND owner = $4 RETURNING quantity",
    )
    .bind(*place)
    .bind(*part)
    .bind(*condition)
    .bind(owner)
    .optional(tx)?;
    let mut there = held.map_or(0, |row| row.quantity);
    let later: Vec<LaterRow> = sql(
        "SELECT x.occurred_at, CAST(SUM(x.delta) AS BIGINT) AS delta FROM ( \
         SELECT occurred_at, quantity AS delta FROM movement WHERE part_id = $1 AND unit_id IS NULL AND occurred_at > $2 AND to_place_id = $3 \
           AND condition_to = $4 AND owner_to = $5 \
         UNION ALL SELECT occurred_at, -quantity FROM movement WHERE part_id = $1 AND unit_id IS NULL AND occurred_at > $2 AND from_place_id = $3 \
           AND condition_from = $4 AND owner_from = $5) x GROUP BY x.occurred_at ORDER BY x.occurred_at DESC",
    )
    .bind(*part)
    .bind(since)
    .bind(*place)
    .bind(*condition)
    .bind(owner)
    .load(tx)?;
    let begins = later.iter().skip(1).map(|row| row.occurred_at).chain([since]);
    let mut worst = None;
    for (row, from) in later.iter().zip(begins) {
        there -= row.delta;
        if there < worst.map_or(0, |(short, _)| short) {
            worst = Some((there, from));
        }
    }
    Ok(worst.map(|(short, from)| (short.unsigned_abs(), from)))
}
