//! How far the good stock of each depot covers its reorder points.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::sql::{Conn, Filters};
use crate::store::{StoreResult, scope};

row! {
    /// A part with a reorder point in a depot, and what is there to hand out.
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
        /// The reorder point, above nought.
        pub minimum: i64,
    }
}

/// Every part with a reorder point in the depots the reader may see, by part and depot. On-site spares are their customer's
/// and are left out.
pub fn cover(conn: &mut Conn, reader: &Scope) -> StoreResult<Vec<CoverRow>> {
    let mut filters = Filters::after(vec![]);
    if let Some((clause, user)) = scope::depots(reader, "rp.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!(
        "SELECT p.part_no, p.name, p.name_en, d.code AS depot, d.name AS depot_name, COALESCE(a.good - a.reserved, 0) AS available, \
         rp.quantity AS minimum FROM reorder_point rp JOIN part p ON p.id = rp.part_id \
         JOIN depot d ON d.id = rp.depot_id AND d.customer_id IS NULL \
         LEFT JOIN availability a ON a.part_id = rp.part_id AND a.depot_id = rp.depot_id \
         WHERE rp.quantity > 0 {} ORDER BY p.part_no, d.code",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}
