//! Rows of scans: what a device sent, and what became of it.

use crate::domain::actor::Scope;
use crate::domain::scan::{ScanMode, ScanVerdict};
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use crate::store::{StoreResult, exceptions, scope};
use chrono::{DateTime, Utc};

row! {
    /// A scan as read.
    pub struct ScanRow {
        /// Id.
        pub id: i64,
        /// What the scanner was doing.
        pub mode: ScanMode,
        /// Depot.
        pub depot_id: i64,
        /// Its code.
        pub depot: String,
        /// Batch.
        pub batch: String,
        /// What was scanned.
        pub code: String,
        /// Device.
        pub device: String,
        /// By the device's clock.
        pub client_time: DateTime<Utc>,
        /// When it was booked.
        pub recorded_at: DateTime<Utc>,
        /// Who scanned.
        pub actor_id: Option<i64>,
        /// What became of it.
        pub verdict: ScanVerdict,
        /// Code of the rule that said no, or why a person has to look.
        pub reason: String,
        /// Facts of that rule, as JSON.
        pub facts: String,
        /// The movement it made.
        pub movement_id: Option<i64>,
        /// The exception it became.
        pub exception_id: Option<i64>,
        /// Document it belongs to.
        pub document: String,
        /// When it was taken back.
        pub undone_at: Option<DateTime<Utc>>,
        /// Where it was to be put.
        pub place: Option<String>,
    }
}

/// A scan to write.
pub struct NewScanRow<'a> {
    /// What the scanner was doing.
    pub mode: ScanMode,
    /// Depot.
    pub depot_id: i64,
    /// Batch.
    pub batch: &'a str,
    /// What was scanned.
    pub code: &'a str,
    /// Bin.
    pub place_id: Option<i64>,
    /// Device.
    pub device: &'a str,
    /// By the device's clock.
    pub client_time: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
    /// Who.
    pub by: Option<i64>,
    /// What became of it.
    pub verdict: ScanVerdict,
    /// Code of the rule that said no.
    pub reason: &'a str,
    /// Its facts.
    pub facts: &'a [(&'static str, String)],
    /// The movement it made.
    pub movement_id: Option<i64>,
    /// The exception it became.
    pub exception_id: Option<i64>,
    /// Document it belongs to.
    pub document: &'a str,
}

/// Writes a scan; its id.
pub fn insert(tx: &mut Conn, new: &NewScanRow<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO scan (mode, depot_id, batch, code, place_id, device, client_time, recorded_at, actor_id, verdict, reason, facts, \
         movement_id, exception_id, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         RETURNING id AS value",
    )
    .bind(new.mode)
    .bind(new.depot_id)
    .bind(new.batch)
    .bind(new.code)
    .bind(new.place_id)
    .bind(new.device)
    .bind(new.client_time)
    .bind(new.now)
    .bind(new.by)
    .bind(new.verdict)
    .bind(new.reason)
    .bind(exceptions::encode_facts(new.facts)?)
    .bind(new.movement_id)
    .bind(new.exception_id)
    .bind(new.document)
    .number(tx)?)
}

const SELECT: &str = "SELECT s.id, s.mode, s.depot_id, d.code AS depot, s.batch, s.code, s.device, s.client_time, s.recorded_at, \
     s.actor_id, s.verdict, s.reason, s.facts, s.movement_id, s.exception_id, s.document, s.undone_at, pl.code AS place \
     FROM scan s JOIN depot d ON d.id = s.depot_id LEFT JOIN place pl ON pl.id = s.place_id";

/// The scan with this id, if the reader may see it.
pub fn by_id(conn: &mut Conn, reader: &Scope, id: i64) -> StoreResult<Option<ScanRow>> {
    let mut filters = Filters::after(vec![id.into()]);
    if let Some((clause, user)) = scope::depots(reader, "s.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!("{SELECT} WHERE s.id = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// Scans of a batch in a depot, the latest first. At most `limit`.
pub fn of_batch(conn: &mut Conn, depot_id: i64, batch: &str, limit: i64) -> StoreResult<Vec<ScanRow>> {
    let text = format!("{SELECT} WHERE s.batch = $1 AND s.depot_id = $2 ORDER BY s.id DESC LIMIT $3");
    Ok(sql_shaped(text).bind(batch).bind(depot_id).bind(limit).load(conn)?)
}

/// How many scans of a batch had each verdict; what was taken back does not count, nor what was done before already (an accepted
/// scan with a reason).
pub fn tally(conn: &mut Conn, depot_id: i64, batch: &str) -> StoreResult<Vec<(ScanVerdict, i64)>> {
    row! { struct TallyRow { verdict: ScanVerdict, scans: i64 } }
    let rows: Vec<TallyRow> = sql(
        "SELECT verdict, COUNT(*) AS scans FROM scan WHERE batch = $1 AND depot_id = $2 AND undone_at IS NULL \
         AND (verdict <> 'accepted' OR reason = '') GROUP BY verdict",
    )
    .bind(batch)
    .bind(depot_id)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.verdict, row.scans)).collect())
}

/// Takes a scan back; false when it was taken back before.
pub fn undo(tx: &mut Conn, id: i64, by: Option<i64>, now: DateTime<Utc>) -> StoreResult<bool> {
    let undone = sql("UPDATE scan SET undone_at = $1, undone_by = $2 WHERE id = $3 AND undone_at IS NULL")
        .bind(now)
        .bind(by)
        .bind(id)
        .execute(tx)?;
    Ok(undone == 1)
}
