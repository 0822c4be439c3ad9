//! How far the good stock of each depot covers its reorder points, or what it hands out.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// A part in a depot: what is there to hand out, what should be, and what was used.
    pub struct CoverRow {
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Depot code.
        pub depot: String,
        /// Depot name.
        pub depot_name: String,
        /// Good, ours, in the depot and not held.
        pub available: i64,
        /// The reorder point; nought where there is none.
        pub minimum: i64,
        /// Given to customers in the last weeks, as counted last.
        pub used: i64,
    }

    /// What a depot handed out of a part.
    #[derive(Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct UseRow {
        /// Depot.
        pub depot_id: i64,
        /// Part.
        pub part_id: i64,
        /// Pieces.
        pub quantity: i64,
    }
}

/// Every part that has a reorder point in a depot, or went from it to customers lately, in the depots the reader may see,
/// by part and depot. On-site spares are their customer's and are left out.
pub fn cover(conn: &mut Conn, reader: &Scope) -> StoreResult<Vec<CoverRow>> {
    let mut filters = Filters::default();
    if let Some((clause, user)) = scope::depots(reader, "k.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!(
        "SELECT p.part_no, p.name, p.name_en, d.code AS depot, d.name AS depot_name, COALESCE(a.good - a.reserved, 0) AS available, \
         CAST(k.minimum AS BIGINT) AS minimum, CAST(k.used AS BIGINT) AS used \
         FROM (SELECT s.part_id, s.depot_id, SUM(s.minimum) AS minimum, SUM(s.used) AS used FROM ( \
             SELECT part_id, depot_id, quantity AS minimum, 0 AS used FROM reorder_point WHERE quantity > 0 \
             UNION ALL SELECT part_id, depot_id, 0, quantity FROM recent_use) s GROUP BY s.part_id, s.depot_id) k \
         JOIN part p ON p.id = k.part_id JOIN depot d ON d.id = k.depot_id AND d.customer_id IS NULL \
         LEFT JOIN availability a ON a.part_id = k.part_id AND a.depot_id = k.depot_id \
         WHERE 1 = 1 {} ORDER BY p.part_no, d.code",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// What went from each depot to customers since `since`, by depot and part: good stock of ours. Reads every movement since then.
pub fn used_since(conn: &mut Conn, since: DateTime<Utc>) -> StoreResult<Vec<UseRow>> {
    Ok(sql(
        "SELECT m.depot_from_id AS depot_id, m.part_id, CAST(SUM(m.quantity) AS BIGINT) AS quantity \
         FROM movement m JOIN place t ON t.id = m.to_place_id WHERE m.occurred_at >= $1 AND t.kind = 'customer' \
         AND m.depot_from_id IS NOT NULL AND m.condition_from = 'good' AND m.owner_from = 'us' \
         GROUP BY m.depot_from_id, m.part_id ORDER BY m.depot_from_id, m.part_id",
    )
    .bind(since)
    .load(conn)?)
}

/// What was counted last, by depot and part.
pub fn recent_use(conn: &mut Conn) -> StoreResult<Vec<UseRow>> {
    Ok(sql("SELECT depot_id, part_id, quantity FROM recent_use ORDER BY depot_id, part_id").load(conn)?)
}

/// Puts what is used in place of what was counted before.
pub fn set_recent_use(tx: &mut Conn, used: &UseRow) -> StoreResult<()> {
    sql("INSERT INTO recent_use (depot_id, part_id, quantity) VALUES ($1, $2, $3) \
         ON CONFLICT (depot_id, part_id) DO UPDATE SET quantity = excluded.quantity")
    .bind(used.depot_id)
    .bind(used.part_id)
    .bind(used.quantity)
    .execute(tx)?;
    Ok(())
}

/// Nothing of it is used any more.
pub fn drop_recent_use(tx: &mut Conn, used: &UseRow) -> StoreResult<()> {
    sql("DELETE FROM recent_use WHERE depot_id = $1 AND part_id = $2")
        .bind(used.depot_id)
        .bind(used.part_id)
        .execute(tx)?;
    Ok(())
}
