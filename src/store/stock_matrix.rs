//! The matrix of parts and depots: one page of parts, and what every depot shown has of them.
//!
//! A page is found by key among the parts that have something in the depots shown; its cells are one statement over these
//! parts, so that a company with a hundred thousand parts reads fifty.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::as_of::Then;
use crate::store::line_facets::any_of;
use crate::store::listing::Listing;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreResult, as_of, scope};

/// Parts counted; a page says how many there are up to here.
const COUNTED: i64 = 10_000;

/// Which parts and which depots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatrixFilter {
    /// A piece of the part number, of a name or of the model; empty: every part.
    pub q: String,
    /// Family of parts; empty: all.
    pub category: String,
    /// Only parts under their reorder point in a depot shown.
    pub low: bool,
    /// Codes of the depots shown; empty: all the reader may see.
    pub depots: Vec<String>,
}

row! {
    /// A row of the matrix.
    pub struct PartHead {
        /// Part id.
        pub id: i64,
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// It is easily damaged.
        pub wear: bool,
    }

    /// A column of the matrix.
    pub struct DepotHead {
        /// Depot id.
        pub id: i64,
        /// Depot code.
        pub code: String,
        /// Depot name.
        pub name: String,
        /// Common or other.
        pub class: String,
    }

    /// What a depot has of a part, all ownerships of what is not good together.
    pub struct CellRow {
        /// Part id.
        pub part_id: i64,
        /// Depot id.
        pub depot_id: i64,
        /// Good, ours, here and not held.
        pub available: i64,
        /// Good, ours, here and held.
        pub reserved: i64,
        /// Good and ours, on the way here.
        pub in_transit: i64,
        /// Faulty, on the bench here.
        pub in_repair: i64,
        /// Faulty, waiting here.
        pub faulty: i64,
        /// Quarantined here.
        pub quarantined: i64,
        /// Fewer available than this is low; 0 where none is set.
        pub reorder_point: i64,
    }

    struct CategoryRow { category: String }
}

/// Keeps rows whose depot, in this column, is shown.
fn shown(filters: &mut Filters, reader: &Scope, filter: &MatrixFilter, column: &str) -> String {
    let mut clause = String::new();
    if let Some(list) = any_of(filters, &filter.depots) {
        clause.push_str(&format!(" AND {column} IN (SELECT id FROM depot WHERE code IN ({list}))"));
    }
    if let Some((own, user)) = scope::depots(reader, column) {
        let user = filters.value(user);
        clause.push_str(&format!(" AND {}", own.replace('?', &user)));
    }
    clause
}

/// Keeps spares of the family that hold what was typed. Instruments have a list of their own.
fn looked_for(filters: &mut Filters, filter: &MatrixFilter) {
    filters.and_fixed("p.class = 'spare'");
    if !filter.category.is_empty() {
        filters.and("p.category = ?", filter.category.as_str());
    }
    if !filter.q.trim().is_empty() {
        let pattern = Listing { q: filter.q.clone(), ..Listing::default() }.name_pattern();
        filters.and(
            "(lower(p.part_no) LIKE ? ESCAPE '~' OR lower(p.name) LIKE ? ESCAPE '~' \
             OR lower(p.name_en) LIKE ? ESCAPE '~' OR lower(p.model) LIKE ? ESCAPE '~')",
            pattern,
        );
    }
}

/// Places where a part is under its reorder point, to go after FROM.
const SHORT: &str =
    "reorder_point r LEFT JOIN availability a ON a.depot_id = r.depot_id AND a.part_id = r.part_id";
const IS_SHORT: &str = "r.quantity > 0 AND COALESCE(a.good - a.reserved, 0) < r.quantity";

/// Parts that have a row: something stands in a depot shown or should, or, asked for what is low, too little does.
fn present(filters: &mut Filters, reader: &Scope, filter: &MatrixFilter) {
    looked_for(filters, filter);
    let clause = if filter.low {
        let depots = shown(filters, reader, filter, "r.depot_id");
        format!("p.id IN (SELECT r.part_id FROM {SHORT} WHERE {IS_SHORT}{depots})")
    } else {
        let stands = shown(filters, reader, filter, "b.depot_id");
        let should = shown(filters, reader, filter, "r.depot_id");
        format!(
            "(EXISTS (SELECT 1 FROM balance b WHERE b.part_id = p.id AND b.quantity > 0 AND b.depot_id IS NOT NULL{stands}) \
             OR EXISTS (SELECT 1 FROM reorder_point r WHERE r.part_id = p.id AND r.quantity > 0{should}))"
        )
    };
    filters.and_fixed(&clause);
}

/// Parts after this part number, at most `limit`.
pub fn parts(
    conn: &mut Conn,
    reader: &Scope,
    filter: &MatrixFilter,
    after: &str,
    limit: i64,
) -> StoreResult<Vec<PartHead>> {
    let mut filters = Filters::after(vec![after.into(), limit.into()]);
    present(&mut filters, reader, filter);
    let text = format!(
        "SELECT p.id, p.part_no, p.name, p.name_en, p.wear FROM part p WHERE p.part_no > $1{} ORDER BY p.part_no LIMIT $2",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// How many parts there are in all; none when there are more than anybody counts.
pub fn parts_total(conn: &mut Conn, reader: &Scope, filter: &MatrixFilter) -> StoreResult<Option<i64>> {
    let mut filters = Filters::after(vec![(COUNTED + 1).into()]);
    present(&mut filters, reader, filter);
    let text = format!(
        "SELECT COUNT(*) AS value FROM (SELECT p.id FROM part p WHERE 1 = 1{} LIMIT $1) x",
        filters.text()
    );
    let counted = filters.into_sql(text).number(conn)?;
    Ok((counted <= COUNTED).then_some(counted))
}

/// Places where a part that is looked for is under its reorder point.
pub fn low_places(conn: &mut Conn, reader: &Scope, filter: &MatrixFilter) -> StoreResult<i64> {
    let mut filters = Filters::default();
    looked_for(&mut filters, filter);
    let depots = shown(&mut filters, reader, filter, "r.depot_id");
    let text = format!(
        "SELECT COUNT(*) AS value FROM {SHORT} JOIN part p ON p.id = r.part_id WHERE {IS_SHORT}{depots}{}",
        filters.text()
    );
    Ok(filters.into_sql(text).number(conn)?)
}

/// The depots shown in which anything stands or should, by code.
pub fn depots(conn: &mut Conn, reader: &Scope, filter: &MatrixFilter) -> StoreResult<Vec<DepotHead>> {
    let mut filters = Filters::default();
    let shown = shown(&mut filters, reader, filter, "d.id");
    let text = format!(
        "SELECT d.id, d.code, d.name, d.class FROM depot d WHERE \
         (EXISTS (SELECT 1 FROM balance b WHERE b.depot_id = d.id AND b.quantity > 0) \
          OR EXISTS (SELECT 1 FROM reorder_point r WHERE r.depot_id = d.id AND r.quantity > 0)){shown} ORDER BY d.code"
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// What the depots shown have of these parts. A part with nothing in a depot has no row for it.
pub fn cells(
    conn: &mut Conn,
    reader: &Scope,
    filter: &MatrixFilter,
    parts: &[i64],
) -> StoreResult<Vec<CellRow>> {
    let mut filters = Filters::default();
    let Some(list) = any_of(&mut filters, parts) else { return Ok(vec![]) };
    let depots = shown(&mut filters, reader, filter, "x.depot_id");
    let sums = ["available", "reserved", "in_transit", "in_repair", "faulty", "quarantined", "reorder_point"]
        .map(|column| format!("CAST(SUM(x.{column}) AS BIGINT) AS {column}"))
        .join(", ");
    let text = format!(
        "SELECT x.part_id, x.depot_id, {sums} FROM ( \
         SELECT a.part_id, a.depot_id, a.good - a.reserved AS available, a.reserved, 0 AS in_transit, 0 AS in_repair, 0 AS faulty, \
           0 AS quarantined, 0 AS reorder_point FROM availability a WHERE a.part_id IN ({list}) \
         UNION ALL SELECT b.part_id, b.depot_id, 0, 0, 0, \
           CASE WHEN b.condition = 'faulty' AND l.kind = 'bench' THEN b.quantity ELSE 0 END, \
           CASE WHEN b.condition = 'faulty' AND l.kind <> 'bench' THEN b.quantity ELSE 0 END, \
           CASE WHEN b.condition = 'quarantined' THEN b.quantity ELSE 0 END, 0 \
           FROM balance b JOIN place l ON l.id = b.place_id \
           WHERE b.part_id IN ({list}) AND b.condition IN ('faulty', 'quarantined') AND b.depot_id IS NOT NULL \
         UNION ALL SELECT o.part_id, t.to_depot_id, 0, 0, o.quantity, 0, 0, 0, 0 \
           FROM transfer t JOIN balance o ON o.place_id = t.transit_place_id \
           WHERE t.state IN ('in_transit', 'differences') AND o.condition = 'good' AND o.owner = 'us' AND o.part_id IN ({list}) \
         UNION ALL SELECT r.part_id, r.depot_id, 0, 0, 0, 0, 0, 0, r.quantity FROM reorder_point r WHERE r.part_id IN ({list}) \
         ) x WHERE 1 = 1{depots} GROUP BY x.part_id, x.depot_id"
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Parts of which anything stood in a depot shown then, or was on its way to one: those after this part number, at most `limit`.
pub fn parts_then(
    conn: &mut Conn,
    reader: &Scope,
    filter: &MatrixFilter,
    then: &Then,
    after: &str,
    limit: i64,
) -> StoreResult<Vec<PartHead>> {
    let snapshot = as_of::snapshot_for(conn, then)?;
    let mut filters = Filters::after(vec![after.into(), limit.into()]);
    looked_for(&mut filters, filter);
    let rows = as_of::sides(&mut filters, snapshot.as_ref(), then);
    let depots = shown(&mut filters, reader, filter, "s.depot_id");
    let text = format!(
        "SELECT p.id, p.part_no, p.name, p.name_en, p.wear FROM part p WHERE p.part_no > $1{} AND p.id IN ( \
         SELECT s.part_id FROM ({rows}) s WHERE 1 = 1{depots} GROUP BY s.part_id, s.depot_id, s.condition, s.owner \
         HAVING SUM(s.quantity) <> 0 OR SUM(s.in_transit) <> 0) ORDER BY p.part_no LIMIT $2",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// All depots shown, by code: what is empty now had its stock then.
pub fn depots_then(conn: &mut Conn, reader: &Scope, filter: &MatrixFilter) -> StoreResult<Vec<DepotHead>> {
    let mut filters = Filters::default();
    let shown = shown(&mut filters, reader, filter, "d.id");
    let text =
        format!("SELECT d.id, d.code, d.name, d.class FROM depot d WHERE 1 = 1{shown} ORDER BY d.code");
    Ok(filters.into_sql(text).load(conn)?)
}

/// What the depots shown had of these parts then. Reorder points have no past: they are 0.
pub fn cells_then(
    conn: &mut Conn,
    reader: &Scope,
    filter: &MatrixFilter,
    then: &Then,
    parts: &[i64],
) -> StoreResult<Vec<CellRow>> {
    let snapshot = as_of::snapshot_for(conn, then)?;
    let mut filters = Filters::default();
    let Some(list) = any_of(&mut filters, parts) else { return Ok(vec![]) };
    let rows = as_of::sides(&mut filters, snapshot.as_ref(), then);
    let held = as_of::held_then(&mut filters, then);
    let depots = shown(&mut filters, reader, filter, "x.depot_id");
    let sums = ["available", "reserved", "in_transit", "in_repair", "faulty", "quarantined"]
        .map(|column| format!("CAST(SUM(x.{column}) AS BIGINT) AS {column}"))
        .join(", ");
    let spares = "s.condition = 'good' AND s.owner = 'us'";
    let text = format!(
        "SELECT x.part_id, x.depot_id, {sums}, CAST(0 AS BIGINT) AS reorder_point FROM ( \
         SELECT s.part_id, s.depot_id, CASE WHEN {spares} THEN s.quantity - s.on_bench ELSE 0 END AS available, 0 AS reserved, \
           CASE WHEN {spares} THEN s.in_transit ELSE 0 END AS in_transit, \
           CASE WHEN s.condition = 'faulty' THEN s.on_bench ELSE 0 END AS in_repair, \
           CASE WHEN s.condition = 'faulty' THEN s.quantity - s.on_bench ELSE 0 END AS faulty, \
           CASE WHEN s.condition = 'quarantined' THEN s.quantity ELSE 0 END AS quarantined \
           FROM ({rows}) s WHERE s.part_id IN ({list}) \
         UNION ALL SELECT h.part_id, h.depot_id, -h.quantity, h.quantity, 0, 0, 0, 0 \
           FROM reservation h WHERE {held} AND NOT h.in_van AND h.part_id IN ({list}) \
         ) x WHERE x.depot_id IS NOT NULL{depots} GROUP BY x.part_id, x.depot_id"
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// The families of parts, by name.
pub fn categories(conn: &mut Conn) -> StoreResult<Vec<String>> {
    // One step through the index for each family, however many parts it has.
    let rows: Vec<CategoryRow> = sql(
        "WITH RECURSIVE family(category) AS (SELECT MIN(category) FROM part WHERE category > '' \
         UNION ALL SELECT (SELECT MIN(p.category) FROM part p WHERE p.category > f.category) FROM family f WHERE f.category IS NOT NULL) \
         SELECT category FROM family WHERE category IS NOT NULL ORDER BY category",
    )
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.category).collect())
}
