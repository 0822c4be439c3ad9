//! How far the good stock of each depot covers its reorder points, or what it hands out.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::sql::{Conn, Filters};
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
        /// Given to customers since the day asked about.
        pub used: i64,
    }
}

/// Every part that has a reorder point in a depot, or went from it to customers since `since`, in the depots the reader may see,
/// by part and depot. On-site spares are their customer's and are left out.
pub fn cover(conn: &mut Conn, reader: &Scope, since: DateTime<Utc>) -> StoreResult<Vec<CoverRow>> {
    let mut filters = Filters::after(vec![since.into()]);
    if let Some((clause, user)) = scope::depots(reader, "k.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!(
        "SELECT p.part_no, p.name, p.name_en, d.code AS depot, d.name AS depot_name, COALESCE(a.good - a.reserved, 0) AS available, \
         CAST(k.minimum AS BIGINT) AS minimum, CAST(k.used AS BIGINT) AS used \
         FROM (SELECT s.part_id, s.depot_id, SUM(s.minimum) AS minimum, SUM(s.used) AS used FROM ( \
             SELECT part_id, depot_id, quantity AS minimum, 0 AS used FROM reorder_point WHERE quantity > 0 \
             UNION ALL SELECT m.part_id, m.depot_from_id, 0, m.quantity FROM movement m JOIN place t ON t.id = m.to_place_id \
             WHERE m.occurred_at >= $1 AND t.kind = 'customer' AND m.depot_from_id IS NOT NULL AND m.condition_from = 'good' \
             AND m.owner_from = 'us') s GROUP BY s.part_id, s.depot_id) k \
         JOIN part p ON p.id = k.part_id JOIN depot d ON d.id = k.depot_id AND d.customer_id IS NULL \
         LEFT JOIN availability a ON a.part_id = k.part_id AND a.depot_id = k.depot_id \
         WHERE 1 = 1 {} ORDER BY p.part_no, d.code",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}
