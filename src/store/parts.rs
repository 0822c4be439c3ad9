//! Rows of parts, of what may stand in for them, and of their reorder points.

use crate::domain::equivalence::Limits;
use crate::domain::stock::{PartClass, Tracking};
use crate::row;
use crate::store::StoreResult;
use crate::store::listing::Listing;
use crate::store::sql::{Conn, Value, sql, sql_in};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

row! {
    /// What a part is called.
    pub struct PartName {
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English; empty for none.
        pub name_en: String,
    }
}

/// What these parts are called.
pub fn names(conn: &mut Conn, part_nos: &BTreeSet<String>) -> StoreResult<Vec<PartName>> {
    let text = "SELECT part_no, name, name_en FROM part WHERE part_no IN ({in})";
    Ok(sql_in(text, part_nos).load(conn)?)
}

row! {
    /// A part as stored.
    #[derive(PartialEq, Eq)]
    pub struct PartRow {
        /// Row id.
        pub id: i64,
        /// Part number 料号.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English; empty when none was entered.
        pub name_en: String,
        /// Maker's model.
        pub model: String,
        /// Maker; with the serial it identifies a unit.
        pub maker: String,
        /// Family of parts.
        pub category: String,
        /// One by one, or as a quantity.
        pub tracking: Tracking,
        /// What it is counted in: 块, 米.
        pub measure: String,
        /// Price of a new one, fen.
        pub price_fen: Option<i64>,
        /// Price of a repair, fen.
        pub repair_price_fen: Option<i64>,
        /// Currency of both prices.
        pub currency: String,
        /// False when a faulty one is thrown away.
        pub repairable: bool,
        /// Warranty, months.
        pub warranty_months: Option<i64>,
        /// 常用件: depots near the customers hold it.
        pub common: bool,
        /// It keeps a customer's data.
        pub data_bearing: bool,
        /// 易损件: easily damaged, its failures are watched.
        pub wear: bool,
        /// What it is for.
        pub class: PartClass,
        /// Days a check of such an instrument is good for; none where it needs none.
        pub check_every_days: Option<i64>,
        /// The maker reuses serials on other parts.
        pub serial_per_part: bool,
        /// Version: one more with every change.
        pub version: i64,
    }

    /// A part that may stand in for another.
    #[derive(PartialEq, Eq)]
    pub struct AlternateRow {
        /// Row id of the relation.
        pub id: i64,
        /// Row id of the part wanted.
        pub part_id: i64,
        /// Row id of the part that may stand in.
        pub alternate_id: i64,
        /// Its part number.
        pub part_no: String,
        /// Its name in Chinese.
        pub name: String,
        /// Its name in English; empty where it has none.
        pub name_en: String,
        /// Why it may; firmware or revision limits.
        pub reason: String,
        /// Who confirmed it.
        pub confirmed_by: String,
        /// Since when.
        pub valid_from: DateTime<Utc>,
        /// The oldest firmware that will do; empty for any.
        pub firmware_from: String,
        /// The newest firmware that will do; empty for any.
        pub firmware_to: String,
        /// The revisions that will do; empty for any.
        pub revisions: String,
    }

    /// How many good spares of a part a depot should not fall below.
    #[derive(PartialEq, Eq)]
    pub struct ReorderRow {
        /// Row id of the part.
        pub part_id: i64,
        /// Code of the depot.
        pub depot: String,
        /// Row id of the depot.
        pub depot_id: i64,
        /// The point.
        pub quantity: i64,
    }
}

macro_rules! select_part {
    ($tail:literal) => {
        concat!(
            "SELECT id, part_no, name, name_en, model, maker, category, tracking, measure, price_fen, repair_price_fen, ",
            "currency, repairable, warranty_months, common, data_bearing, wear, class, check_every_days, serial_per_part, version FROM part ",
            $tail
        )
    };
}

/// A page of parts by part number, of one category where it is not empty, only those that are watched, of one class.
pub fn list(
    conn: &mut Conn,
    page: &Listing,
    category: &str,
    wear: bool,
    class: Option<PartClass>,
) -> StoreResult<Vec<PartRow>> {
    let (prefix, end) = page.code_range();
    Ok(sql(select_part!(
        "WHERE part_no > $1 AND ($6 = '' OR category = $6) AND ($7 = FALSE OR wear = TRUE) AND ($8 IS NULL OR class = $8) \
         AND ($3 = '' OR (part_no >= $3 AND part_no < $4) OR lower(name) LIKE $5 ESCAPE '~' \
              OR lower(name_en) LIKE $5 ESCAPE '~' OR lower(model) LIKE $5 ESCAPE '~') \
         ORDER BY part_no LIMIT $2"
    ))
    .bind(&page.after)
    .bind(page.limit)
    .bind(prefix)
    .bind(end)
    .bind(page.name_pattern())
    .bind(category)
    .bind(wear)
    .bind(class)
    .load(conn)?)
}

/// The part of this number.
pub fn by_no(conn: &mut Conn, part_no: &str) -> StoreResult<Option<PartRow>> {
    Ok(sql(select_part!("WHERE part_no = $1")).bind(part_no).optional(conn)?)
}

/// The part with this id.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<PartRow>> {
    Ok(sql(select_part!("WHERE id = $1")).bind(id).optional(conn)?)
}

/// What is written of a part beside its number, in the order of the columns below.
fn told(part: &PartRow) -> [Value; 18] {
    [
        (&part.name).into(),
        (&part.name_en).into(),
        (&part.model).into(),
        (&part.maker).into(),
        (&part.category).into(),
        part.tracking.into(),
        (&part.measure).into(),
        part.price_fen.into(),
        part.repair_price_fen.into(),
        (&part.currency).into(),
        part.repairable.into(),
        part.warranty_months.into(),
        part.common.into(),
        part.data_bearing.into(),
        part.wear.into(),
        part.class.into(),
        part.check_every_days.into(),
        part.serial_per_part.into(),
    ]
}

/// Adds a part, whose `id` does not count; its id. Breaks the unique number when it is taken.
pub fn insert(tx: &mut Conn, part: &PartRow) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO part (part_no, name, name_en, model, maker, category, tracking, measure, price_fen, repair_price_fen, \
         currency, repairable, warranty_months, common, data_bearing, wear, class, check_every_days, serial_per_part) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id AS value",
    )
    .bind(&part.part_no)
    .bind_all(told(part))
    .number(tx)?)
}

/// Writes a part back; its new version. The number stays: labels and documents carry it.
pub fn update(tx: &mut Conn, part: &PartRow) -> StoreResult<i64> {
    Ok(sql(
        "UPDATE part SET name = $1, name_en = $2, model = $3, maker = $4, category = $5, tracking = $6, measure = $7, \
         price_fen = $8, repair_price_fen = $9, currency = $10, repairable = $11, warranty_months = $12, common = $13, \
         data_bearing = $14, wear = $15, class = $16, check_every_days = $17, serial_per_part = $18, version = version + 1 WHERE id = $19 RETURNING version AS value",
    )
    .bind_all(told(part))
    .bind(part.id)
    .number(tx)?)
}

/// Whether the books know the part: it was moved, or stands on an RMA. What identifies its units is fixed from then on.
pub fn is_in_use(conn: &mut Conn, part_id: i64) -> StoreResult<bool> {
    Ok(sql("SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM movement WHERE part_id = $1) \
         OR EXISTS (SELECT 1 FROM rma_line WHERE part_id = $1) THEN 1 ELSE 0 END AS BIGINT) AS value")
    .bind(part_id)
    .number(conn)?
        == 1)
}

/// Whether a spare hangs on the part: something stands in for it, it stands in for something, or a depot should have some.
pub fn is_kept_as_spare(conn: &mut Conn, part_id: i64) -> StoreResult<bool> {
    Ok(sql(
        "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM part_alternate WHERE part_id = $1 AND valid_to IS NULL) \
         OR EXISTS (SELECT 1 FROM part_alternate WHERE alternate_id = $1 AND valid_to IS NULL) \
         OR EXISTS (SELECT 1 FROM reorder_point WHERE part_id = $1) THEN 1 ELSE 0 END AS BIGINT) AS value",
    )
    .bind(part_id)
    .number(conn)?
        == 1)
}

impl AlternateRow {
    /// What a unit of it must be to stand in.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits::new(&self.firmware_from, &self.firmware_to, &self.revisions)
    }
}

/// What may stand in for a part now, by part number.
pub fn alternates(conn: &mut Conn, part_id: i64) -> StoreResult<Vec<AlternateRow>> {
    Ok(sql(
        "SELECT a.id, a.part_id, a.alternate_id, p.part_no, p.name, p.name_en, a.reason, a.confirmed_by, a.valid_from, \
         a.firmware_from, a.firmware_to, a.revisions \
         FROM part_alternate a JOIN part p ON p.id = a.alternate_id \
         WHERE a.part_id = $1 AND a.valid_to IS NULL ORDER BY p.part_no",
    )
    .bind(part_id)
    .load(conn)?)
}

/// What may stand in for the parts in a range of numbers: for one page of a list.
pub fn alternates_between(conn: &mut Conn, first: &str, last: &str) -> StoreResult<Vec<AlternateRow>> {
    Ok(sql(
        "SELECT a.id, a.part_id, a.alternate_id, p.part_no, p.name, p.name_en, a.reason, a.confirmed_by, a.valid_from, \
         a.firmware_from, a.firmware_to, a.revisions \
         FROM part own JOIN part_alternate a ON a.part_id = own.id AND a.valid_to IS NULL \
         JOIN part p ON p.id = a.alternate_id \
         WHERE own.part_no >= $1 AND own.part_no <= $2 ORDER BY own.part_no, p.part_no",
    )
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// Lets a part stand in for another from `now` on.
pub fn add_alternate(
    tx: &mut Conn,
    part_id: i64,
    alternate_id: i64,
    reason: &str,
    confirmed_by: &str,
    limits: &Limits,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql(
        "INSERT INTO part_alternate (part_id, alternate_id, reason, confirmed_by, valid_from, firmware_from, firmware_to, revisions) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (part_id, alternate_id) WHERE valid_to IS NULL DO NOTHING",
    )
    .bind(part_id)
    .bind(alternate_id)
    .bind(reason)
    .bind(confirmed_by)
    .bind(now)
    .bind(&limits.firmware_from)
    .bind(&limits.firmware_to)
    .bind(&limits.revisions)
    .execute(tx)?;
    Ok(())
}

/// Ends a relation at `now`; it stays for whoever asks about the past.
pub fn end_alternate(tx: &mut Conn, id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE part_alternate SET valid_to = $1 WHERE id = $2 AND valid_to IS NULL")
        .bind(now)
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// The reorder points of a part, by depot.
pub fn reorder_points(conn: &mut Conn, part_id: i64) -> StoreResult<Vec<ReorderRow>> {
    Ok(sql(
        "SELECT r.part_id, d.code AS depot, r.depot_id, r.quantity FROM reorder_point r JOIN depot d ON d.id = r.depot_id \
         WHERE r.part_id = $1 ORDER BY d.code",
    )
    .bind(part_id)
    .load(conn)?)
}

/// The reorder points of the parts in a range of numbers: for one page of a list.
pub fn reorder_points_between(conn: &mut Conn, first: &str, last: &str) -> StoreResult<Vec<ReorderRow>> {
    Ok(sql("SELECT r.part_id, d.code AS depot, r.depot_id, r.quantity \
         FROM part own JOIN reorder_point r ON r.part_id = own.id JOIN depot d ON d.id = r.depot_id \
         WHERE own.part_no >= $1 AND own.part_no <= $2 ORDER BY own.part_no, d.code")
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// Sets a reorder point.
pub fn set_reorder_point(tx: &mut Conn, depot_id: i64, part_id: i64, quantity: i64) -> StoreResult<()> {
    sql("INSERT INTO reorder_point (depot_id, part_id, quantity) VALUES ($1, $2, $3) \
         ON CONFLICT (depot_id, part_id) DO UPDATE SET quantity = excluded.quantity")
    .bind(depot_id)
    .bind(part_id)
    .bind(quantity)
    .execute(tx)?;
    Ok(())
}

/// Takes a reorder point away.
pub fn remove_reorder_point(tx: &mut Conn, depot_id: i64, part_id: i64) -> StoreResult<()> {
    sql("DELETE FROM reorder_point WHERE depot_id = $1 AND part_id = $2")
        .bind(depot_id)
        .bind(part_id)
        .execute(tx)?;
    Ok(())
}
