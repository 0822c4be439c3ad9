//! What stood in the depots at the ends of months: sums of the movements, so that stock as of a day need not add up all of them.
//!
//! A snapshot holds the movements with ids through `through_id` that happened before `before_at`. All snapshots have the same
//! `through_id`: what is booked late, for a month that has its snapshot, is added to it when the job comes by next, and until
//! then is found by its id.

use crate::domain::stock::{Condition, Owner};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::{DateTime, Utc};

row! {
    /// A snapshot.
    pub struct SnapshotRow {
        /// Id.
        pub id: i64,
        /// What had happened before this instant is in it.
        pub before_at: DateTime<Utc>,
        /// As far as its id goes.
        pub through_id: i64,
    }

    /// What a snapshot says of a part in a depot.
    pub struct SnapshotLine {
        /// Part.
        pub part_id: i64,
        /// Depot.
        pub depot_id: i64,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// How many.
        pub quantity: i64,
    }

    struct FirstRow { value: Option<DateTime<Utc>> }
}

/// Both sides of the movements that `which` (over `m`) lets through, as far as they touch a depot: what came and what went.
pub(super) fn sides(which: &str) -> String {
    format!(
        "SELECT m.part_id, m.depot_to_id AS depot_id, m.condition_to AS condition, m.owner_to AS owner, m.quantity \
         FROM movement m JOIN place pl ON pl.id = m.to_place_id AND pl.depot_id IS NOT NULL WHERE {which} \
         UNION ALL \
         SELECT m.part_id, m.depot_from_id, m.condition_from, m.owner_from, -m.quantity \
         FROM movement m JOIN place pl ON pl.id = m.from_place_id AND pl.depot_id IS NOT NULL WHERE {which}"
    )
}

/// The newest snapshot of an instant or before it.
pub fn newest_before(conn: &mut Conn, before: DateTime<Utc>) -> StoreResult<Option<SnapshotRow>> {
    Ok(sql("SELECT id, before_at, through_id FROM stock_snapshot WHERE before_at <= $1 ORDER BY before_at DESC LIMIT 1")
        .bind(before)
        .optional(conn)?)
}

/// All snapshots, oldest first.
pub fn all(conn: &mut Conn) -> StoreResult<Vec<SnapshotRow>> {
    Ok(sql("SELECT id, before_at, through_id FROM stock_snapshot ORDER BY before_at").load(conn)?)
}

/// When the first movement happened.
pub fn first_movement(conn: &mut Conn) -> StoreResult<Option<DateTime<Utc>>> {
    Ok(sql("SELECT min(occurred_at) AS value FROM movement").one::<FirstRow>(conn)?.value)
}

/// When the earliest of the movements beyond an id happened, through another.
pub fn first_since(conn: &mut Conn, after_id: i64, through_id: i64) -> StoreResult<Option<DateTime<Utc>>> {
    Ok(sql("SELECT min(occurred_at) AS value FROM movement WHERE id > $1 AND id <= $2")
        .bind(after_id)
        .bind(through_id)
        .one::<FirstRow>(conn)?
        .value)
}

/// Moves all snapshots on from one id to another; how many.
pub fn move_on(tx: &mut Conn, from_id: i64, through_id: i64) -> StoreResult<usize> {
    Ok(sql("UPDATE stock_snapshot SET through_id = $1 WHERE through_id = $2")
        .bind(through_id)
        .bind(from_id)
        .execute(tx)?)
}

/// Adds to a snapshot what was booked late: movements beyond `after_id` through `through_id` that happened before it.
pub fn add_late(tx: &mut Conn, snapshot: &SnapshotRow, after_id: i64, through_id: i64) -> StoreResult<()> {
    let late = sides("m.id > $2 AND m.id <= $3 AND m.occurred_at < $4");
    sql_shaped(format!(
        "INSERT INTO stock_snapshot_line (snapshot_id, part_id, depot_id, condition, owner, quantity) \
         SELECT $1, s.part_id, s.depot_id, s.condition, s.owner, CAST(SUM(s.quantity) AS BIGINT) FROM ({late}) s WHERE 1 = 1 \
         GROUP BY s.part_id, s.depot_id, s.condition, s.owner HAVING SUM(s.quantity) <> 0 \
         ON CONFLICT (snapshot_id, part_id, depot_id, condition, owner) \
         DO UPDATE SET quantity = stock_snapshot_line.quantity + excluded.quantity"
    ))
    .bind(snapshot.id)
    .bind(after_id)
    .bind(through_id)
    .bind(snapshot.before_at)
    .execute(tx)?;
    Ok(())
}

/// Takes a snapshot from the one before it (none: from the beginning) and the movements since.
pub fn take(
    tx: &mut Conn,
    previous: Option<&SnapshotRow>,
    before_at: DateTime<Utc>,
    through_id: i64,
    now: DateTime<Utc>,
) -> StoreResult<SnapshotRow> {
    let id = sql("INSERT INTO stock_snapshot (before_at, through_id, taken_at) VALUES ($1, $2, $3) RETURNING id AS value")
        .bind(before_at)
        .bind(through_id)
        .bind(now)
        .number(tx)?;
    let since = sides("m.occurred_at >= $3 AND m.occurred_at < $4 AND m.id <= $5");
    sql_shaped(format!(
        "INSERT INTO stock_snapshot_line (snapshot_id, part_id, depot_id, condition, owner, quantity) \
         SELECT $1, s.part_id, s.depot_id, s.condition, s.owner, CAST(SUM(s.quantity) AS BIGINT) FROM ( \
           SELECT part_id, depot_id, condition, owner, quantity FROM stock_snapshot_line WHERE snapshot_id = $2 \
           UNION ALL {since}) s \
         GROUP BY s.part_id, s.depot_id, s.condition, s.owner HAVING SUM(s.quantity) <> 0"
    ))
    .bind(id)
    .bind(previous.map_or(0, |previous| previous.id))
    .bind(previous.map_or(DateTime::UNIX_EPOCH, |previous| previous.before_at))
    .bind(before_at)
    .bind(through_id)
    .execute(tx)?;
    Ok(SnapshotRow { id, before_at, through_id })
}

/// What a snapshot says.
pub fn lines(conn: &mut Conn, snapshot_id: i64) -> StoreResult<Vec<SnapshotLine>> {
    Ok(sql("SELECT part_id, depot_id, condition, owner, quantity FROM stock_snapshot_line WHERE snapshot_id = $1")
        .bind(snapshot_id)
        .load(conn)?)
}

/// What the movements of a span say, summed: those that happened from `from` on and before `before`, through an id.
pub fn sums(
    conn: &mut Conn,
    from: DateTime<Utc>,
    before: DateTime<Utc>,
    through_id: i64,
) -> StoreResult<Vec<SnapshotLine>> {
    let span = sides("m.occurred_at >= $1 AND m.occurred_at < $2 AND m.id <= $3");
    Ok(sql_shaped(format!(
        "SELECT s.part_id, s.depot_id, s.condition, s.owner, CAST(SUM(s.quantity) AS BIGINT) AS quantity FROM ({span}) s \
         GROUP BY s.part_id, s.depot_id, s.condition, s.owner"
    ))
    .bind(from)
    .bind(before)
    .bind(through_id)
    .load(conn)?)
}
