//! What the figures foresee: which vendor has which line's unit, and the chance of missing that lists sort by.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A line whose unit went to a vendor.
    pub struct VendorRow {
        /// Row id of the line.
        pub line_id: i64,
        /// Row id of the vendor's place.
        pub place_id: i64,
    }

    /// A vendor's place by its code.
    pub struct VendorName {
        /// Row id of the place.
        pub id: i64,
        /// Code of the vendor.
        pub code: String,
        /// Name of the vendor.
        pub name: String,
    }

    /// What a line's row says of its chance.
    pub struct RiskRow {
        /// Row id of the line.
        pub line_id: i64,
        /// Chance of missing, in basis points; -1 while it was not counted yet.
        pub risk_bp: i64,
    }
}

/// Between which days a line is likely to be handed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// One in ten lines like it is back by this day.
    pub early_on: NaiveDate,
    /// Half of them are.
    pub likely_on: NaiveDate,
    /// Nine in ten are.
    pub late_on: Option<NaiveDate>,
}

row! {
    /// A line's range.
    pub struct RangeRow {
        /// Row id of the line.
        pub line_id: i64,
        /// One in ten lines like it is back by this day.
        pub early_on: NaiveDate,
        /// Half of them are.
        pub likely_on: NaiveDate,
        /// Nine in ten are.
        pub late_on: Option<NaiveDate>,
    }
}

impl RangeRow {
    /// Without its line.
    #[must_use]
    pub fn range(&self) -> Range {
        Range { early_on: self.early_on, likely_on: self.likely_on, late_on: self.late_on }
    }
}

/// All ranges as they stand.
pub fn ranges(conn: &mut Conn) -> StoreResult<Vec<RangeRow>> {
    Ok(sql("SELECT line_id, early_on, likely_on, late_on FROM line_forecast ORDER BY line_id").load(conn)?)
}

/// The range of a line, while its repair is open and its clock runs: what is beyond repair or is to be exchanged does not come
/// back, and what has left is on the road.
pub fn range(conn: &mut Conn, line_id: i64) -> StoreResult<Option<RangeRow>> {
    Ok(sql("SELECT f.line_id, f.early_on, f.likely_on, f.late_on FROM line_forecast f JOIN rma_line l ON l.id = f.line_id \
         WHERE f.line_id = $1 AND l.ended_at IS NULL AND l.repair_state NOT IN ('ber', 'dispatched') \
         AND NOT EXISTS (SELECT 1 FROM rma_event e WHERE e.line_id = l.id AND e.kind = 'decide_exchange' \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id)) \
         AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.line_id = l.id AND h.ended_at IS NULL)")
    .bind(line_id)
    .optional(conn)?)
}

/// Writes a range, or takes it away.
pub fn set_range(tx: &mut Conn, line_id: i64, range: Option<Range>, now: DateTime<Utc>) -> StoreResult<()> {
    match range {
        None => sql("DELETE FROM line_forecast WHERE line_id = $1").bind(line_id).execute(tx)?,
        Some(range) => sql("INSERT INTO line_forecast (line_id, early_on, likely_on, late_on, made_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (line_id) DO UPDATE SET early_on = excluded.early_on, likely_on = excluded.likely_on, \
             late_on = excluded.late_on, made_at = excluded.made_at")
        .bind(line_id)
        .bind(range.early_on)
        .bind(range.likely_on)
        .bind(range.late_on)
        .bind(now)
        .execute(tx)?,
    };
    Ok(())
}

/// The lines received at `since` or later whose unit went to a vendor while it was with us, in the order it went: what
/// happened before `until` and was recorded by `known_at`.
pub fn vendors_since(
    conn: &mut Conn,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> StoreResult<Vec<VendorRow>> {
    Ok(sql("SELECT l.id AS line_id, m.to_place_id AS place_id FROM rma_line l \
         JOIN movement m ON m.unit_id = l.unit_id JOIN place s ON s.id = m.to_place_id \
         WHERE s.kind = 'vendor' AND l.received_at >= $1 AND m.occurred_at < $2 AND m.recorded_at <= $3 \
         AND m.occurred_at >= l.received_at AND (l.ended_at IS NULL OR m.occurred_at <= l.ended_at) ORDER BY l.id, m.id")
    .bind(since)
    .bind(until)
    .bind(known_at)
    .load(conn)?)
}

/// Every vendor by its place.
pub fn vendor_names(conn: &mut Conn) -> StoreResult<Vec<VendorName>> {
    Ok(sql("SELECT s.id, v.code, v.name FROM vendor v JOIN place s ON s.code = 'vendor:' || v.code ORDER BY v.code")
        .load(conn)?)
}

/// The chances as they stand: of every open line, and of ended ones that still have one.
pub fn risks(conn: &mut Conn) -> StoreResult<Vec<RiskRow>> {
    Ok(sql("SELECT id AS line_id, risk_bp FROM rma_line WHERE open_identity IS NOT NULL UNION ALL \
         SELECT id, risk_bp FROM rma_line WHERE open_identity IS NULL AND (risk_bp > 0 OR risk_bp < 0) ORDER BY 1")
        .load(conn)?)
}

/// The chances of these of the open lines.
pub fn risks_of(conn: &mut Conn, line_ids: &[i64]) -> StoreResult<Vec<RiskRow>> {
    let text = "SELECT id AS line_id, risk_bp FROM rma_line WHERE open_identity IS NOT NULL AND id IN ({in})";
    Ok(sql_in(text, line_ids.iter().copied()).load(conn)?)
}

/// The open lines that were due before a day: late beyond any doubt.
pub fn open_and_due_before(conn: &mut Conn, day: NaiveDate) -> StoreResult<Vec<RiskRow>> {
    Ok(sql("SELECT l.id AS line_id, l.risk_bp FROM rma_line l WHERE l.open_identity IS NOT NULL AND l.sort_due < $1 ORDER BY l.id")
        .bind(day)
        .load(conn)?)
}

/// Writes a chance. It is nobody's step: version and timeline stay as they are.
pub fn set_risk(tx: &mut Conn, line_id: i64, risk_bp: i64) -> StoreResult<usize> {
    Ok(sql("UPDATE rma_line SET risk_bp = $1 WHERE id = $2 AND risk_bp <> $1")
        .bind(risk_bp)
        .bind(line_id)
        .execute(tx)?)
}
