//! What stood in the depots at the ends of months: sums of the movements, so that stock as of a day need not add up all of them.
//!
//! A snapshot holds the movements with ids through `through_id` that happened before `before_at`. All snapshots have the same
//! `through_id`: what is booked late, for a month that has its snapshot, is added to it when the job comes by next, and until
//! then is found by its id.

use crate::domain::stock::{Condition, Owner};
use crate::row;
use crate::store::sql::{Conn, sql, sql_shaped};
use crate::store::{StoreError, StoreResult};
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
        /// How many, in the whole depot.
        pub quantity: i64,
        /// Of these on the bench.
        pub on_bench: i64,
        /// On the way to it, beside these.
        pub in_transit: i64,
    }

    struct FirstRow { value: Option<DateTime<Utc>> }
}

/// Both sides of the movements that `which` (over `m`) lets through, as far as they touch a depot or the road to one: what came and
/// what went. What stands on the bench is part of the quantity; what is on the road to the depot is not.
pub(super) fn sides(which: &str) -> String {
    let side = |end: &str, sign: &str| {
        format!(
            "SELECT m.part_id, COALESCE(pl.depot_id, tr.to_depot_id) AS depot_id, m.condition_{end} AS condition, m.owner_{end} AS owner, \
             CASE WHEN pl.depot_id IS NULL THEN 0 ELSE {sign}m.quantity END AS quantity, \
             CASE WHEN pl.kind = 'bench' THEN {sign}m.quantity ELSE 0 END AS on_bench, \
             CASE WHEN pl.depot_id IS NULL THEN {sign}m.quantity ELSE 0 END AS in_transit \
             FROM movement m JOIN place pl ON pl.id = m.{end}_place_id LEFT JOIN transfer tr ON tr.transit_place_id = pl.id \
             WHERE (pl.depot_id IS NOT NULL OR tr.id IS NOT NULL) AND {which}"
        )
    };
    format!("{} UNION ALL {}", side("to", ""), side("from", "-"))
}

/// The sums of such rows, as they are kept.
const SUMS: &str = "CAST(SUM(s.quantity) AS BIGINT) AS quantity, CAST(SUM(s.on_bench) AS BIGINT) AS on_bench, \
     CAST(SUM(s.in_transit) AS BIGINT) AS in_transit";

/// Sums of nothing are not kept.
const SOME: &str = "SUM(s.quantity) <> 0 OR SUM(s.on_bench) <> 0 OR SUM(s.in_transit) <> 0";

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
        "INSERT INTO stock_snapshot_line (snapshot_id, part_id, depot_id, condition, owner, quantity, on_bench, in_transit) \
         SELECT $1, s.part_id, s.depot_id, s.condition, s.owner, {SUMS} FROM ({late}) s WHERE 1 = 1 \
         GROUP BY s.part_id, s.depot_id, s.condition, s.owner HAVING {SOME} \
         ON CONFLICT (snapshot_id, part_id, depot_id, condition, owner) \
         DO UPDATE SET quantity = stock_snapshot_line.quantity + excluded.quantity, \
         on_bench = stock_snapshot_line.on_bench + excluded.on_bench, in_transit = stock_snapshot_line.in_transit + excluded.in_transit"
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
    let taken = sql("INSERT INTO stock_snapshot (before_at, through_id, taken_at) VALUES ($1, $2, $3) \
         ON CONFLICT (before_at) DO NOTHING")
    .bind(before_at)
    .bind(through_id)
    .bind(now)
    .execute(tx)?;
    if taken == 0 {
        return Err(StoreError::raced("another node took this snapshot a moment ago"));
    }
    let id = sql("SELECT id AS value FROM stock_snapshot WHERE before_at = $1").bind(before_at).number(tx)?;
    let since = sides("m.occurred_at >= $3 AND m.occurred_at < $4 AND m.id <= $5");
    sql_shaped(format!(
        "INSERT INTO stock_snapshot_line (snapshot_id, part_id, depot_id, condition, owner, quantity, on_bench, in_transit) \
         SELECT $1, s.part_id, s.depot_id, s.condition, s.owner, {SUMS} FROM ( \
           SELECT part_id, depot_id, condition, owner, quantity, on_bench, in_transit FROM stock_snapshot_line WHERE snapshot_id = $2 \
           UNION ALL {since}) s \
         GROUP BY s.part_id, s.depot_id, s.condition, s.owner HAVING {SOME}"
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
    Ok(sql("SELECT part_id, depot_id, condition, owner, quantity, on_bench, in_transit FROM stock_snapshot_line WHERE snapshot_id = $1")
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
        "SELECT s.part_id, s.depot_id, s.condition, s.owner, {SUMS} FROM ({span}) s \
         GROUP BY s.part_id, s.depot_id, s.condition, s.owner"
    ))
    .bind(from)
    .bind(before)
    .bind(through_id)
    .load(conn)?)
}
