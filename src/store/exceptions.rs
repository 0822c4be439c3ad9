//! Rows of exceptions: what a person has to settle.

use crate::domain::actor::Scope;
use crate::domain::count::{ExceptionSource, ExceptionState, RightAct};
use crate::row;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreError, StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// An exception as read.
    pub struct ExceptionRow {
        /// Id.
        pub id: i64,
        /// Who brought it.
        pub source: ExceptionSource,
        /// Depot.
        pub depot_id: i64,
        /// Its code.
        pub depot: String,
        /// What was scanned.
        pub code: String,
        /// Part number, when known.
        pub part_no: String,
        /// Unit, when known.
        pub unit_id: Option<i64>,
        /// Document: the count, or the batch of scans.
        pub document: String,
        /// Code of the refusal.
        pub reason: String,
        /// Its facts, as JSON.
        pub facts: String,
        /// Where the books have it.
        pub book_place: String,
        /// Since when.
        pub book_since: Option<DateTime<Utc>>,
        /// The act that puts it right.
        pub act: RightAct,
        /// Who holds it.
        pub held_by: Option<String>,
        /// Since when.
        pub held_at: DateTime<Utc>,
        /// State.
        pub state: ExceptionState,
        /// When it was settled.
        pub settled_at: Option<DateTime<Utc>>,
        /// By whom.
        pub settled_by: Option<String>,
        /// How.
        pub settlement: String,
    }
}

/// An exception to write.
pub struct NewException<'a> {
    /// Who brought it.
    pub source: ExceptionSource,
    /// Depot.
    pub depot_id: i64,
    /// What was scanned.
    pub code: &'a str,
    /// Part number, when known.
    pub part_no: &'a str,
    /// Unit, when known.
    pub unit_id: Option<i64>,
    /// Document.
    pub document: &'a str,
    /// Code of the refusal.
    pub reason: &'a str,
    /// Its facts.
    pub facts: &'a [(&'static str, String)],
    /// Where the books have it.
    pub book_place: &'a str,
    /// Since when.
    pub book_since: Option<DateTime<Utc>>,
    /// The act that puts it right.
    pub act: RightAct,
    /// Who holds it.
    pub held_by: Option<i64>,
    /// Since when.
    pub held_at: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Facts as JSON.
///
/// # Errors
/// [`StoreError::Codec`]; not with texts.
pub fn encode_facts(facts: &[(&'static str, String)]) -> StoreResult<String> {
    serde_json::to_string(facts).map_err(|error| StoreError::Codec(format!("facts: {error}")))
}

/// Facts from JSON.
///
/// # Errors
/// [`StoreError::Codec`] when the text is damaged.
pub fn decode_facts(text: &str) -> StoreResult<Vec<(String, String)>> {
    serde_json::from_str(text).map_err(|error| StoreError::Codec(format!("facts: {error}")))
}

/// Whether something about this unit stands open for this reason.
pub fn is_open_for(conn: &mut Conn, unit_id: i64, reason: &str) -> StoreResult<bool> {
    let found = sql(
        "SELECT COUNT(*) AS value FROM work_exception WHERE state = 'open' AND unit_id = $1 AND reason = $2",
    )
    .bind(unit_id)
    .bind(reason)
    .number(conn)?;
    Ok(found > 0)
}

/// Writes an exception; its id.
pub fn insert(tx: &mut Conn, new: &NewException<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO work_exception (source, depot_id, code, part_no, unit_id, document, reason, facts, book_place, book_since, act, \
         held_by, held_at, recorded_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open') \
         RETURNING id AS value",
    )
    .bind(new.source)
    .bind(new.depot_id)
    .bind(new.code)
    .bind(new.part_no)
    .bind(new.unit_id)
    .bind(new.document)
    .bind(new.reason)
    .bind(encode_facts(new.facts)?)
    .bind(new.book_place)
    .bind(new.book_since)
    .bind(new.act)
    .bind(new.held_by)
    .bind(new.held_at)
    .bind(new.now)
    .number(tx)?)
}

/// Puts down how an exception stands that is met again.
pub fn renew(tx: &mut Conn, id: i64, new: &NewException<'_>) -> StoreResult<()> {
    sql("UPDATE work_exception SET code = $1, part_no = $2, unit_id = $3, reason = $4, facts = $5, book_place = $6, book_since = $7, \
         act = $8, held_by = $9, held_at = $10 WHERE id = $11")
    .bind(new.code)
    .bind(new.part_no)
    .bind(new.unit_id)
    .bind(new.reason)
    .bind(encode_facts(new.facts)?)
    .bind(new.book_place)
    .bind(new.book_since)
    .bind(new.act)
    .bind(new.held_by)
    .bind(new.held_at)
    .bind(id)
    .execute(tx)?;
    Ok(())
}

/// Settles an open exception; false when it was settled before.
pub fn settle(tx: &mut Conn, id: i64, text: &str, by: Option<i64>, now: DateTime<Utc>) -> StoreResult<bool> {
    let settled = sql(
        "UPDATE work_exception SET state = 'settled', settled_at = $1, settled_by = $2, settlement = $3 WHERE id = $4 AND state = 'open'",
    )
    .bind(now)
    .bind(by)
    .bind(text)
    .bind(id)
    .execute(tx)?;
    Ok(settled == 1)
}

const SELECT: &str = "SELECT e.id, e.source, e.depot_id, d.code AS depot, e.code, e.part_no, e.unit_id, e.document, e.reason, e.facts, e.book_place, \
     e.book_since, e.act, h.username AS held_by, e.held_at, e.state, e.settled_at, s.username AS settled_by, e.settlement \
     FROM work_exception e JOIN depot d ON d.id = e.depot_id LEFT JOIN app_user h ON h.id = e.held_by \
     LEFT JOIN app_user s ON s.id = e.settled_by";

/// The exception with this id, if the reader may see it.
pub fn by_id(conn: &mut Conn, reader: &Scope, id: i64) -> StoreResult<Option<ExceptionRow>> {
    let mut filters = Filters::after(vec![id.into()]);
    if let Some((clause, user)) = scope::depots(reader, "e.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!("{SELECT} WHERE e.id = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// Which exceptions to list.
#[derive(Debug, Clone, Default)]
pub struct ExceptionFilter {
    /// State.
    pub state: Option<ExceptionState>,
    /// Depot code.
    pub depot: Option<String>,
    /// Document.
    pub document: Option<String>,
}

/// Exceptions before `before_id`, newest first. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &ExceptionFilter,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<ExceptionRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("e.state = ?", filter.state);
    filters.and_some("d.code = ?", filter.depot.as_deref());
    filters.and_some("e.document = ?", filter.document.as_deref());
    if let Some((clause, user)) = scope::depots(reader, "e.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE e.id < $1 {} ORDER BY e.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}
