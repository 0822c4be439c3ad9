//! Snapshots of the stock at the ends of months, from which a past day is counted: taken by a job, held against the ledger by `verify`.

use crate::app::{App, AppResult, Error};
use crate::domain::calendar::Zone;
use crate::domain::rate::Month;
use crate::domain::stock::proof::{DifferenceKind, Proof};
use crate::domain::stock::{Condition, Owner};
use crate::store::alone::Alone;
use crate::store::seals::{self, SealedLedger};
use crate::store::snapshots::{self, SnapshotLine, SnapshotRow};
use crate::store::{Conn, StoreError, verify as rows};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Takes the snapshot of every month that is over and has none, and adds to the others what was booked late. How many snapshots
/// were taken.
///
/// # Errors
/// Faults of the store; on PostgreSQL a ledger so busy that no moment of quiet was found in two seconds. The next turn goes on.
pub async fn take(app: &App) -> AppResult<usize> {
    let through_id =
        app.store().write(|tx| Ok::<_, Error>(seals::horizon(tx, SealedLedger::Movement)?)).await?;
    app.store().write(move |tx| catch_up(tx, through_id)).await?;
    let mut taken = 0;
    loop {
        let now = app.clock().now();
        if !app.store().write(move |tx| take_next(tx, through_id, now)).await? {
            return Ok(taken);
        }
        taken += 1;
    }
}

/// Brings every snapshot to the movements with ids through `through_id`.
fn catch_up(tx: &mut Conn, through_id: i64) -> AppResult<()> {
    let all = snapshots::all(tx)?;
    let Some(from_id) = all.first().map(|first| first.through_id).filter(|from| *from < through_id) else {
        return Ok(());
    };
    if snapshots::move_on(tx, from_id, through_id)? != all.len() {
        // Another node was quicker; it adds what is late.
        return Err(StoreError::raced("the snapshots were moved on a moment ago").into());
    }
    let Some(earliest) = snapshots::first_since(tx, from_id, through_id)? else { return Ok(()) };
    for snapshot in all.iter().filter(|snapshot| snapshot.before_at > earliest) {
        snapshots::add_late(tx, snapshot, from_id, through_id)?;
    }
    Ok(())
}

/// Takes the next month's snapshot, if a month is over that has none.
fn take_next(tx: &mut Conn, through_id: i64, now: DateTime<Utc>) -> AppResult<bool> {
    Alone::Snapshots.from_now_on(tx)?;
    let zone = Zone::default();
    let newest = snapshots::newest_before(tx, now)?;
    // A snapshot of a node that looked later knows more: this one waits for its next turn.
    if newest.as_ref().is_some_and(|newest| newest.through_id != through_id) {
        return Ok(false);
    }
    let month = match &newest {
        Some(newest) => Some(Month::of(zone.local_date(newest.before_at))),
        None => snapshots::first_movement(tx)?.map(|first| Month::of(zone.local_date(first))),
    };
    let Some(month) = month else { return Ok(false) };
    let before_at = zone.day_start(month.next().first_day());
    if before_at > now {
        return Ok(false);
    }
    snapshots::take(tx, newest.as_ref(), before_at, through_id, now)?;
    Ok(true)
}

type Key = (i64, i64, Condition, Owner);

/// In the depot, of these on the bench, and on the way to it.
type Sum = [i64; 3];

/// What the parts of a sum are called, after the name of what they are of.
const PARTS: [&str; 3] = ["", " on the bench", " in transit"];

/// Holds every snapshot against the movements, month after month: each movement is read once.
pub(in crate::app) fn prove_into(conn: &mut Conn, proof: &mut Proof) -> AppResult<()> {
    let all = snapshots::all(conn)?;
    let Some(through_id) = all.first().map(|first| first.through_id) else { return Ok(()) };
    let names = Names::read(conn)?;
    let mut sums: HashMap<Key, Sum> = HashMap::new();
    let mut from = DateTime::UNIX_EPOCH;
    for snapshot in &all {
        for line in snapshots::sums(conn, from, snapshot.before_at, through_id)? {
            let sum = sums.entry(key(&line)).or_default();
            for (part, more) in sum.iter_mut().zip(told(&line)) {
                *part += more;
            }
        }
        from = snapshot.before_at;
        compare(conn, snapshot, through_id, &sums, &names, proof)?;
    }
    Ok(())
}

fn key(line: &SnapshotLine) -> Key {
    (line.part_id, line.depot_id, line.condition, line.owner.clone())
}

fn told(line: &SnapshotLine) -> Sum {
    [line.quantity, line.on_bench, line.in_transit]
}

fn compare(
    conn: &mut Conn,
    snapshot: &SnapshotRow,
    through_id: i64,
    sums: &HashMap<Key, Sum>,
    names: &Names,
    proof: &mut Proof,
) -> AppResult<()> {
    let month = Zone::default().local_date(snapshot.before_at - chrono::TimeDelta::microseconds(1));
    let name = format!("snapshot {}", Month::of(month));
    if snapshot.through_id != through_id {
        proof.note(DifferenceKind::Snapshot, &name, through_id, snapshot.through_id);
    }
    let mut kept: HashMap<Key, Sum> =
        snapshots::lines(conn, snapshot.id)?.iter().map(|line| (key(line), told(line))).collect();
    let mut wrong: Vec<(Key, Sum, Sum)> = sums
        .iter()
        .filter_map(|(key, sum)| {
            let said = kept.remove(key).unwrap_or_default();
            (said != *sum).then(|| (key.clone(), *sum, said))
        })
        .collect();
    wrong.extend(
        kept.into_iter()
            .filter(|(_, said)| *said != Sum::default())
            .map(|(key, said)| (key, Sum::default(), said)),
    );
    wrong.sort();
    for (key, sum, said) in wrong {
        let of = names.of(&key);
        for (part, (sum, said)) in
            PARTS.iter().zip(sum.into_iter().zip(said)).filter(|(_, (sum, said))| sum != said)
        {
            proof.note(DifferenceKind::Snapshot, format!("{name} {of}{part}"), sum, said);
        }
    }
    Ok(())
}

/// What people call depots and parts.
struct Names {
    depots: HashMap<i64, String>,
    parts: HashMap<i64, String>,
}

impl Names {
    fn read(conn: &mut Conn) -> AppResult<Names> {
        let depots = crate::store::figures::depots(conn)?.into_iter().map(|row| (row.id, row.code));
        let parts = rows::parts(conn)?.into_iter().map(|(id, part)| (id, part.part_no));
        Ok(Names { depots: depots.collect(), parts: parts.collect() })
    }

    fn of(&self, (part, depot, condition, owner): &Key) -> String {
        let depot = self.depots.get(depot).map_or_else(|| format!("depot {depot}"), Clone::clone);
        let part = self.parts.get(part).map_or_else(|| format!("part {part}"), Clone::clone);
        format!("{depot} {part} {condition} {owner}")
    }
}
