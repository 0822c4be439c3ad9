//! The stock ledger as of a moment: what stood in the depots, what of it was held, and where one unit was. All of it follows from the
//! movements and reservations that had happened by then, as far as they were recorded by another moment.

use crate::domain::actor::Scope;
use crate::domain::place::PlaceKind;
use crate::domain::stock::{Condition, Owner};
use crate::row;
use crate::store::snapshots::{self, SnapshotRow};
use crate::store::sql::{Conn, Filters, Sql, sql_shaped};
use crate::store::stock::{StockFilter, StockKey};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, TimeDelta, Utc};

/// A moment looked back at, and from when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Then {
    /// What had happened before this instant.
    pub before: DateTime<Utc>,
    /// What was recorded by this instant.
    pub known_at: DateTime<Utc>,
    /// More may have been recorded since.
    pub looks_back: bool,
}

impl Then {
    /// The last instant that counts.
    #[must_use]
    pub fn as_of(&self) -> DateTime<Utc> {
        self.before - TimeDelta::microseconds(1)
    }
}

row! {
    /// What stood in a depot then.
    pub struct StockAsOfRow {
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Depot code.
        pub depot: String,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// How many, in the whole depot.
        pub quantity: i64,
        /// Of these held for somebody (only for good stock of ours).
        pub reserved: i64,
        /// Good, ours, in the depot or a bin and not held; below zero where more was held than, as is known by now, stood there.
        pub available: i64,
        /// Of the quantity, what was faulty and on the bench.
        pub in_repair: i64,
        /// On the way to this depot.
        pub in_transit: i64,
    }

    /// Where a unit was then.
    pub struct UnitThenRow {
        /// The movement that had brought it there.
        pub movement_id: i64,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// Place code.
        pub place: String,
        /// Kind of place.
        pub place_kind: PlaceKind,
        /// Depot code.
        pub depot: Option<String>,
        /// The document of that movement.
        pub document: String,
        /// When it had moved.
        pub moved_at: DateTime<Utc>,
        /// When that was recorded.
        pub recorded_at: DateTime<Utc>,
        /// What it was held for; empty for a hold without a document.
        pub reserved_for: Option<String>,
    }
}

/// Stock then. From the newest snapshot before it and the movements since, and what was booked since for the time before it; without a
/// snapshot, and as known at an earlier instant, from the movements alone.
pub fn stock(
    conn: &mut Conn,
    reader: &Scope,
    filter: &StockFilter,
    then: &Then,
    after: &StockKey,
    limit: i64,
) -> StoreResult<Vec<StockAsOfRow>> {
    let snapshot = snapshot_for(conn, then)?;
    Ok(stock_sql(snapshot.as_ref(), reader, filter, then, after, limit).load(conn)?)
}

/// The statement of [`stock`].
#[must_use]
pub fn stock_sql(
    snapshot: Option<&SnapshotRow>,
    reader: &Scope,
    filter: &StockFilter,
    then: &Then,
    after: &StockKey,
    limit: i64,
) -> Sql {
    let mut filters = Filters::after(after.values());
    let rows = sides(&mut filters, snapshot, then);
    filters.and_some("p.part_no = ?", filter.part_no.as_deref());
    filters.and_some("d.code = ?", filter.depot.as_deref());
    filters.and_some("s.condition = ?", filter.condition);
    if let Some((clause, user)) = scope::depots(reader, "s.depot_id") {
        filters.and(&clause, user);
    }
    let held = held_then(&mut filters, then);
    let limit = filters.value(limit);
    let spares = "s.condition = 'good' AND s.owner = 'us'";
    let text = format!(
        "SELECT s.part_no, s.name, s.name_en, s.depot, s.condition, s.owner, s.quantity, \
         CASE WHEN {spares} THEN COALESCE(v.quantity, 0) ELSE 0 END AS reserved, \
         CASE WHEN {spares} THEN s.quantity - s.on_bench - COALESCE(v.quantity, 0) ELSE 0 END AS available, \
         CASE WHEN s.condition = 'faulty' THEN s.on_bench ELSE 0 END AS in_repair, s.in_transit \
         FROM (SELECT s.part_id, s.depot_id, p.part_no, p.name, p.name_en, d.code AS depot, s.condition, s.owner, \
             CAST(SUM(s.quantity) AS BIGINT) AS quantity, CAST(SUM(s.on_bench) AS BIGINT) AS on_bench, \
             CAST(SUM(s.in_transit) AS BIGINT) AS in_transit \
           FROM ({rows}) s JOIN part p ON p.id = s.part_id JOIN depot d ON d.id = s.depot_id \
           WHERE (p.part_no, d.code, s.condition, s.owner) > ($1, $2, $3, $4) {} \
           GROUP BY s.part_id, s.depot_id, p.part_no, p.name, p.name_en, d.code, s.condition, s.owner \
           HAVING SUM(s.quantity) <> 0 OR SUM(s.in_transit) <> 0 \
           ORDER BY p.part_no, d.code, s.condition, s.owner LIMIT {limit}) s \
         LEFT JOIN (SELECT h.part_id, h.depot_id, CAST(SUM(h.quantity) AS BIGINT) AS quantity FROM reservation h \
           WHERE {} AND NOT h.in_van GROUP BY h.part_id, h.depot_id) v ON v.part_id = s.part_id AND v.depot_id = s.depot_id \
         ORDER BY s.part_no, s.depot, s.condition, s.owner",
        filters.text(),
        held,
    );
    filters.into_sql(text)
}

/// The newest snapshot stock of then can be counted from; none as known at an earlier instant: a snapshot has what was recorded since.
pub(super) fn snapshot_for(conn: &mut Conn, then: &Then) -> StoreResult<Option<SnapshotRow>> {
    if then.looks_back { Ok(None) } else { snapshots::newest_before(conn, then.before) }
}

/// What had come and gone by then, in rows of part, depot, condition and owner.
pub(super) fn sides(filters: &mut Filters, snapshot: Option<&SnapshotRow>, then: &Then) -> String {
    let before = filters.value(then.before);
    let Some(snapshot) = snapshot else {
        let known = filters.value(then.known_at);
        return snapshots::sides(&format!("m.occurred_at < {before} AND m.recorded_at <= {known}"));
    };
    let id = filters.value(snapshot.id);
    let (since, through) = (filters.value(snapshot.before_at), filters.value(snapshot.through_id));
    format!(
        "SELECT part_id, depot_id, condition, owner, quantity, on_bench, in_transit FROM stock_snapshot_line WHERE snapshot_id = {id} \
         UNION ALL {} UNION ALL {}",
        snapshots::sides(&format!("m.occurred_at >= {since} AND m.occurred_at < {before}")),
        snapshots::sides(&format!("m.id > {through} AND m.occurred_at < {since}")),
    )
}

/// Whether reservation `h` held then.
pub(super) fn held_then(filters: &mut Filters, then: &Then) -> String {
    let (before, known) = (filters.value(then.before), filters.value(then.known_at));
    held(then, &before, &known)
}

/// Whether reservation `h` held then: begun before `before`, and not ended by then as far as was recorded by `known`.
fn held(then: &Then, before: &str, known: &str) -> String {
    // Only what was recorded since may have ended the hold after `known`.
    let ended_later = if then.looks_back { format!(" OR h.closed_at > {known}") } else { String::new() };
    format!(
        "COALESCE(h.held_from, h.created_at) < {before} AND h.created_at <= {known} \
         AND (h.held_until IS NULL OR h.held_until >= {before}{ended_later})"
    )
}

/// Where a unit was then; `None` when the books had not met it. A movement that was taken back, as far as was known, never was.
pub fn unit(conn: &mut Conn, unit_id: i64, then: &Then) -> StoreResult<Option<UnitThenRow>> {
    let text = format!(
        "SELECT m.id AS movement_id, m.condition_to AS condition, m.owner_to AS owner, pl.code AS place, pl.kind AS place_kind, \
         (SELECT d.code FROM depot d WHERE d.id = pl.depot_id) AS depot, m.document, m.occurred_at AS moved_at, m.recorded_at, \
         (SELECT h.document FROM reservation h WHERE h.unit_id = m.unit_id AND {} ORDER BY h.id DESC LIMIT 1) AS reserved_for \
         FROM movement m JOIN place pl ON pl.id = m.to_place_id \
         WHERE m.unit_id = $1 AND m.occurred_at < $2 AND m.recorded_at <= $3 \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id AND b.occurred_at = m.occurred_at AND b.recorded_at <= $3) \
         AND NOT EXISTS (SELECT 1 FROM movement f WHERE f.id = m.reverses_id AND f.occurred_at = m.occurred_at) \
         ORDER BY m.id DESC LIMIT 1",
        held(then, "$2", "$3")
    );
    Ok(sql_shaped(text).bind(unit_id).bind(then.before).bind(then.known_at).optional(conn)?)
}
