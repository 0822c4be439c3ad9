//! Read models of stock: balances, availability by depot.

use crate::domain::actor::Scope;
use crate::domain::equivalence::Limits;
use crate::domain::serial::folded;
use crate::domain::stock::{Condition, Level, Owner, PartRef, Tracking};
use crate::row;
use crate::store::sql::{Conn, Filters, Value, sql, sql_in};
use crate::store::{StoreResult, scope};

row! {
    /// What a depot has of a part in one condition and ownership.
    pub struct StockRow {
        /// Part id.
        pub part_id: i64,
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Depot id.
        pub depot_id: i64,
        /// Depot code.
        pub depot: String,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// How many.
        pub quantity: i64,
        /// Held for somebody (only for good stock of ours).
        pub reserved: i64,
        /// Good, ours, in the depot and not held.
        pub available: i64,
        /// Of the quantity, what is faulty and on the bench.
        pub in_repair: i64,
        /// On the way to this depot.
        pub in_transit: i64,
        /// Fewer than this is low.
        pub reorder_point: i64,
    }

    /// What a depot can hand out of a part.
    pub struct AvailabilityRow {
        /// Depot id.
        pub depot_id: i64,
        /// Depot code.
        pub depot: String,
        /// Depot name.
        pub depot_name: String,
        /// City.
        pub city: String,
        /// Common or other.
        pub class: String,
        /// The customer whose on-site spares these are.
        pub customer_id: Option<i64>,
        /// Good and ours.
        pub good: i64,
        /// Of these held.
        pub reserved: i64,
    }
}

/// Filters of the stock list.
#[derive(Debug, Clone, Default)]
pub struct StockFilter {
    /// Depot code.
    pub depot: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
    /// Condition.
    pub condition: Option<Condition>,
    /// Only parts under their reorder point.
    pub low: bool,
}

/// Where a page of stock goes on: the last row's part, depot, condition and owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StockKey {
    /// Part number.
    pub part_no: String,
    /// Depot code.
    pub depot: String,
    /// Condition code.
    pub condition: String,
    /// Owner code.
    pub owner: String,
}

impl StockKey {
    pub(super) fn values(&self) -> Vec<Value> {
        [&self.part_no, &self.depot, &self.condition, &self.owner].into_iter().map(Value::from).collect()
    }
}

/// Stock after `after`, by part, depot, condition and owner. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &StockFilter,
    after: &StockKey,
    limit: i64,
) -> StoreResult<Vec<StockRow>> {
    let mut filters = Filters::after(after.values());
    filters.and_some("p.part_no = ?", filter.part_no.as_deref());
    filters.and_some("d.code = ?", filter.depot.as_deref());
    filters.and_some("b.condition = ?", filter.condition);
    if let Some((clause, user)) = scope::depots(reader, "b.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    // What is gone altogether is low too, and has no balance: it is listed with nothing.
    let (rows, low, page) = if filter.low {
        (
            "(SELECT part_id, depot_id, condition, owner, quantity FROM balance \
              UNION ALL SELECT part_id, depot_id, 'good', 'us', 0 FROM reorder_point) b",
            "AND s.condition = 'good' AND s.owner = 'us' AND COALESCE(a.good - a.reserved, 0) < COALESCE(rp.quantity, 0)",
            // Only what has a reorder point can be under it.
            "AND EXISTS (SELECT 1 FROM reorder_point lp WHERE lp.part_id = b.part_id AND lp.depot_id = b.depot_id AND lp.quantity > 0)"
                .to_owned(),
        )
    } else {
        // What is only on its way is listed with nothing, too.
        (
            "(SELECT part_id, depot_id, condition, owner, quantity FROM balance \
              UNION ALL SELECT part_id, depot_id, condition, owner, 0 FROM way) b",
            "AND (s.quantity > 0 OR w.quantity > 0)",
            page_of_parts(&filters, &limit),
        )
    };
    let text = format!(
        "WITH way AS (SELECT t.to_depot_id AS depot_id, o.part_id, o.condition, o.owner, CAST(SUM(o.quantity) AS BIGINT) AS quantity \
           FROM transfer t JOIN balance o ON o.place_id = t.transit_place_id \
           WHERE t.state IN ('in_transit', 'differences') AND o.quantity > 0 GROUP BY t.to_depot_id, o.part_id, o.condition, o.owner) \
         SELECT s.part_id, p.part_no, p.name, p.name_en, s.depot_id, d.code AS depot, s.condition, s.owner, s.quantity, \
         CASE WHEN s.condition = 'good' AND s.owner = 'us' THEN COALESCE(a.reserved, 0) ELSE 0 END AS reserved, \
         CASE WHEN s.condition = 'good' AND s.owner = 'us' AND p.class = 'spare' THEN COALESCE(a.good - a.reserved, 0) ELSE 0 END AS available, \
         CASE WHEN s.condition = 'faulty' THEN COALESCE((SELECT CAST(SUM(o.quantity) AS BIGINT) FROM balance o \
           JOIN place bp ON bp.id = o.place_id WHERE bp.kind = 'bench' AND o.part_id = s.part_id AND o.depot_id = s.depot_id \
           AND o.condition = s.condition AND o.owner = s.owner), 0) ELSE 0 END AS in_repair, \
         COALESCE(w.quantity, 0) AS in_transit, COALESCE(rp.quantity, 0) AS reorder_point \
         FROM (SELECT b.part_id, b.depot_id, b.condition, b.owner, CAST(SUM(b.quantity) AS BIGINT) AS quantity FROM {rows} \
           JOIN part p ON p.id = b.part_id JOIN depot d ON d.id = b.depot_id \
           WHERE (p.part_no, d.code, b.condition, b.owner) > ($1, $2, $3, $4) {} {page} \
           GROUP BY b.part_id, b.depot_id, b.condition, b.owner) s \
         JOIN part p ON p.id = s.part_id JOIN depot d ON d.id = s.depot_id \
         LEFT JOIN availability a ON a.depot_id = s.depot_id AND a.part_id = s.part_id \
         LEFT JOIN reorder_point rp ON rp.depot_id = s.depot_id AND rp.part_id = s.part_id \
         LEFT JOIN way w ON w.depot_id = s.depot_id AND w.part_id = s.part_id AND w.condition = s.condition AND w.owner = s.owner \
         WHERE 1 = 1 {low} ORDER BY p.part_no, d.code, s.condition, s.owner LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// How many rows `list` with `low` has, in this depot or in all: asked of the reorder points alone. At most `limit`.
pub fn count_low(conn: &mut Conn, reader: &Scope, depot: Option<&str>, limit: i64) -> StoreResult<i64> {
    let mut filters = Filters::default();
    filters.and_some("d.code = ?", depot);
    if let Some((clause, user)) = scope::depots(reader, "rp.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!(
        "SELECT COUNT(*) AS value FROM (SELECT 1 AS low FROM reorder_point rp JOIN depot d ON d.id = rp.depot_id \
         LEFT JOIN availability a ON a.depot_id = rp.depot_id AND a.part_id = rp.part_id \
         WHERE rp.quantity > COALESCE(a.good - a.reserved, 0) {} LIMIT {limit}) low",
        filters.text()
    );
    Ok(filters.into_sql(text).number(conn)?)
}

/// The clause that keeps a page to its parts: from where it goes on, so many parts that have something here or on its way here,
/// and one more for the part the page before ended in. Without it every balance would be summed for every page.
fn page_of_parts(filters: &Filters, limit: &str) -> String {
    let has = |rows: &str| {
        let wanted = filters.text();
        format!(
            "EXISTS (SELECT 1 FROM {rows} b JOIN depot d ON d.id = b.depot_id WHERE b.part_id = p.id AND b.quantity > 0 {wanted})"
        )
    };
    format!(
        "AND b.part_id IN (SELECT id FROM (SELECT p.id FROM part p WHERE p.part_no >= $1 AND ({} OR {}) \
         ORDER BY p.part_no LIMIT {limit} + 1) x)",
        has("balance"),
        has("way")
    )
}

/// What every depot can hand out of a part. Depots that never had it are left out.
pub fn availability(conn: &mut Conn, part_id: i64) -> StoreResult<Vec<AvailabilityRow>> {
    Ok(sql(
        "SELECT d.id AS depot_id, d.code AS depot, d.name AS depot_name, d.city, d.class, d.customer_id, a.good, a.reserved \
         FROM availability a JOIN depot d ON d.id = a.depot_id WHERE a.part_id = $1 ORDER BY d.code",
    )
    .bind(part_id)
    .load(conn)?)
}

/// How many good ones of ours a van carries that nobody holds.
pub fn free_in_van(conn: &mut Conn, van: &str, part_id: i64) -> StoreResult<i64> {
    Ok(sql(
        "SELECT CAST(COALESCE(SUM(b.quantity), 0) AS BIGINT) - (SELECT COUNT(*) FROM reservation h JOIN unit u ON u.id = h.unit_id JOIN place v ON v.id = u.place_id \
         WHERE h.state = 'open' AND v.code = $1 AND u.part_id = $2) AS value \
         FROM place pl JOIN balance b ON b.place_id = pl.id AND b.part_id = $2 AND b.condition = 'good' AND b.owner = 'us' WHERE pl.code = $1",
    )
    .bind(van)
    .bind(part_id)
    .number(conn)?)
}

row! {
    struct PartRow { id: i64, part_no: String, tracking: Tracking, maker: String, serial_per_part: bool }
    struct TextRow { value: String }

    /// A part that may stand in for another, or is it.
    pub struct FittingPart {
        /// Id.
        pub id: i64,
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Why it fits; none for the part itself.
        pub reason: Option<String>,
        /// The oldest firmware that will do; empty for any.
        pub firmware_from: String,
        /// The newest firmware that will do; empty for any.
        pub firmware_to: String,
        /// The revisions that will do; empty for any.
        pub revisions: String,
    }
}

impl FittingPart {
    /// What a unit of it must be to stand in; nothing where it is the part itself.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits::new(&self.firmware_from, &self.firmware_to, &self.revisions)
    }
}

impl From<PartRow> for PartRef {
    fn from(row: PartRow) -> Self {
        PartRef {
            id: row.id,
            part_no: row.part_no,
            tracking: row.tracking,
            maker: row.maker,
            serial_per_part: row.serial_per_part,
        }
    }
}

/// The part as the ledger sees it.
pub fn part_ref(conn: &mut Conn, part_no: &str) -> StoreResult<Option<PartRef>> {
    let row: Option<PartRow> =
        sql("SELECT id, part_no, tracking, maker, serial_per_part FROM part WHERE part_no = $1")
            .bind(part_no)
            .optional(conn)?;
    Ok(row.map(PartRef::from))
}

/// The same of several.
pub fn part_refs(conn: &mut Conn, part_nos: &[String]) -> StoreResult<Vec<PartRef>> {
    let text = "SELECT id, part_no, tracking, maker, serial_per_part FROM part WHERE part_no IN ({in})";
    Ok(sql_in(text, part_nos).load::<PartRow>(conn)?.into_iter().map(PartRef::from).collect())
}

/// The part itself and the parts confirmed as its equivalents today, own part first; nothing for an instrument, which is no spare.
pub fn fitting_parts(conn: &mut Conn, part_no: &str) -> StoreResult<Vec<FittingPart>> {
    Ok(sql(
        "SELECT p.id, p.part_no, p.name, p.name_en, NULL AS reason, 0 AS rank, '' AS firmware_from, '' AS firmware_to, '' AS revisions \
         FROM part p WHERE p.part_no = $1 AND p.class = 'spare' \
         UNION ALL \
         SELECT e.id, e.part_no, e.name, e.name_en, a.reason, 1 AS rank, a.firmware_from, a.firmware_to, a.revisions FROM part p JOIN part_alternate a ON a.part_id = p.id AND a.valid_to IS NULL \
         JOIN part e ON e.id = a.alternate_id WHERE p.part_no = $1 ORDER BY rank, reason, part_no",
    )
    .bind(part_no)
    .load(conn)?)
}

/// The city of the depot with this code, or the name itself when it is a city with a depot.
pub fn city_of(conn: &mut Conn, near: &str) -> StoreResult<Option<String>> {
    let row: Option<TextRow> =
        sql("SELECT city AS value FROM depot WHERE code = $1 OR city = $2 ORDER BY code LIMIT 1")
            .bind(folded(near))
            .bind(near)
            .optional(conn)?;
    Ok(row.map(|row| row.value))
}

/// Number of the open RMA of the unit with this identity.
pub fn open_rma_of(conn: &mut Conn, identity: &str) -> StoreResult<Option<String>> {
    let row: Option<TextRow> = sql(
        "SELECT r.number AS value FROM rma_line l JOIN rma r ON r.id = l.rma_id WHERE l.open_identity = $1",
    )
    .bind(identity)
    .optional(conn)?;
    Ok(row.map(|row| row.value))
}

/// The RMA number, if there is such an RMA.
pub fn rma_number(conn: &mut Conn, number: &str) -> StoreResult<Option<String>> {
    let row: Option<TextRow> =
        sql("SELECT number AS value FROM rma WHERE number = $1").bind(number).optional(conn)?;
    Ok(row.map(|row| row.value))
}

row! {
    /// A counted part at a place.
    pub struct HeldRow {
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Condition.
        pub condition: Condition,
        /// How many.
        pub quantity: i64,
    }
}

/// Counted parts at a place, by part number.
pub fn lots_at(conn: &mut Conn, place: &str) -> StoreResult<Vec<HeldRow>> {
    Ok(sql("SELECT p.part_no, p.name, p.name_en, b.condition, CAST(SUM(b.quantity) AS BIGINT) AS quantity FROM place l \
         JOIN balance b ON b.place_id = l.id JOIN part p ON p.id = b.part_id \
         WHERE l.code = $1 AND p.tracking = 'quantity' AND b.quantity > 0 \
         GROUP BY p.part_no, p.name, p.name_en, b.condition ORDER BY p.part_no, b.condition")
    .bind(place)
    .load(conn)?)
}

row! {
    /// How many of a part stand at a place, by condition and owner.
    pub struct PlacedRow {
        /// Code of the place.
        pub place: String,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// How many.
        pub quantity: i64,
    }
}

/// Where a part stands in the depots, good ones first, the fullest place first. At most `limit`.
pub fn placed(conn: &mut Conn, reader: &Scope, part_id: i64, limit: i64) -> StoreResult<Vec<PlacedRow>> {
    let mut filters = Filters::after(vec![part_id.into()]);
    if let Some((clause, user)) = scope::depots(reader, "b.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!(
        "SELECT l.code AS place, b.condition, b.owner, CAST(SUM(b.quantity) AS BIGINT) AS quantity \
         FROM balance b JOIN place l ON l.id = b.place_id \
         WHERE b.part_id = $1 AND b.depot_id IS NOT NULL AND b.quantity > 0 {} \
         GROUP BY l.code, b.condition, b.owner \
         ORDER BY CASE WHEN b.condition = 'good' THEN 0 ELSE 1 END, 4 DESC, l.code, b.owner LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

row! {
    struct LevelRow { part_no: String, depot: String, city: String, available: i64, coming: i64, reorder_point: i64 }
}

/// The stock of every part that has a reorder point somewhere, by depot: free, coming by transfers, and the reorder point. On-site
/// spares are their customer's and are left out.
pub fn levels(conn: &mut Conn) -> StoreResult<Vec<Level>> {
    let rows: Vec<LevelRow> = sql(
        "SELECT p.part_no, d.code AS depot, d.city, COALESCE(a.good - a.reserved, 0) AS available, \
         COALESCE(w.quantity, 0) + COALESCE(n.quantity, 0) AS coming, COALESCE(rp.quantity, 0) AS reorder_point \
         FROM part p JOIN depot d ON d.customer_id IS NULL \
         LEFT JOIN availability a ON a.part_id = p.id AND a.depot_id = d.id \
         LEFT JOIN reorder_point rp ON rp.part_id = p.id AND rp.depot_id = d.id \
         LEFT JOIN (SELECT t.to_depot_id AS depot_id, o.part_id, CAST(SUM(o.quantity) AS BIGINT) AS quantity \
           FROM transfer t JOIN balance o ON o.place_id = t.transit_place_id AND o.condition = 'good' AND o.owner = 'us' \
           WHERE t.state IN ('in_transit', 'differences') GROUP BY t.to_depot_id, o.part_id) w \
           ON w.depot_id = d.id AND w.part_id = p.id \
         LEFT JOIN (SELECT t.to_depot_id AS depot_id, l.part_id, CAST(SUM(l.quantity) AS BIGINT) AS quantity \
           FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id AND l.condition = 'good' LEFT JOIN unit u ON u.id = l.unit_id \
           WHERE t.state = 'approved' AND COALESCE(u.owner, 'us') = 'us' GROUP BY t.to_depot_id, l.part_id) n \
           ON n.depot_id = d.id AND n.part_id = p.id \
         WHERE EXISTS (SELECT 1 FROM reorder_point x WHERE x.part_id = p.id AND x.quantity > 0) \
         AND (a.good IS NOT NULL OR rp.quantity IS NOT NULL) ORDER BY p.part_no, d.code",
    )
    .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Level {
            part_no: row.part_no,
            depot: row.depot,
            city: row.city,
            available: row.available,
            coming: row.coming,
            reorder_point: row.reorder_point,
        })
        .collect())
}
