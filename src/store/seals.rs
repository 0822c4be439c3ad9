//! Seals over the append-only ledgers, and their rows in the form that is hashed.

use crate::row;
use crate::store::sql::{Conn, sql, sql_shaped};
use crate::store::{StoreError, StoreResult};
use crate::text_enum;
use chrono::{DateTime, Utc};
use diesel::QueryResult;

text_enum! {
    /// A ledger that is sealed.
    SealedLedger {
        /// The stock ledger.
        Movement => "movement",
        /// What happened to the lines.
        RmaEvent => "rma_event",
        /// What was promised: the facts of each promise, not how it stands.
        Promise => "promise",
    }
}

row! {
    /// A seal.
    pub struct SealRow {
        /// Number of the seal in its ledger, from 1.
        pub number: i64,
        /// The last row it covers.
        pub through_id: i64,
        /// How many rows it covers beyond the seal before.
        pub rows_sealed: i64,
        /// Its hash, in hexadecimal.
        pub head: String,
        /// When it was set.
        pub sealed_at: DateTime<Utc>,
    }

    /// A ledger's row as one text per field; NULL where there is nothing.
    pub struct FieldsRow {
        /// Row id.
        pub id: i64,
        /// References and codes, each with its length before it.
        pub facts: String,
        /// What a person wrote.
        pub words: String,
        /// When it happened.
        pub occurred_at: DateTime<Utc>,
        /// When it was recorded.
        pub recorded_at: DateTime<Utc>,
    }
}

/// A number or nothing, as text.
const fn facts_of(ledger: SealedLedger) -> (&'static str, &'static str, &'static str) {
    match ledger {
        SealedLedger::Movement => (
            "kind || '|' || part_id || '|' || COALESCE(CAST(unit_id AS TEXT), '') || '|' || quantity || '|' || from_place_id || '|' \
             || to_place_id || '|' || COALESCE(CAST(depot_from_id AS TEXT), '') || '|' || COALESCE(CAST(depot_to_id AS TEXT), '') \
             || '|' || condition_from || '|' || condition_to || '|' || length(owner_from) || '|' || owner_from || '|' || owner_to || '|' \
             || COALESCE(CAST(reverses_id AS TEXT), '') || '|' || COALESCE(CAST(actor_id AS TEXT), '')",
            "CAST(length(reason) AS TEXT) || '|' || reason || '|' || document",
            "occurred_at",
        ),
        SealedLedger::RmaEvent => (
            "rma_id || '|' || COALESCE(CAST(line_id AS TEXT), '') || '|' || track || '|' || kind || '|' || from_state || '|' || to_state \
             || '|' || COALESCE(CAST(actor_id AS TEXT), '') || '|' || COALESCE(CAST(voids_id AS TEXT), '')",
            "note",
            "occurred_at",
        ),
        SealedLedger::Promise => (
            "kind || '|' || line_id || '|' || plan_version_id || '|' || amount || '|' || unit || '|' || target_bp || '|' || variant",
            "''",
            "started_at",
        ),
    }
}

/// Hands the rows after `after` and through `through` to `each`, by id.
pub fn for_each_row(
    conn: &mut Conn,
    ledger: SealedLedger,
    after: i64,
    through: i64,
    each: impl FnMut(FieldsRow) -> QueryResult<()>,
) -> StoreResult<()> {
    let (facts, words, occurred_at) = facts_of(ledger);
    let text = format!(
        "SELECT id, {facts} AS facts, {words} AS words, {occurred_at} AS occurred_at, recorded_at FROM {ledger} \
         WHERE id > $1 AND id <= $2 ORDER BY id"
    );
    Ok(sql_shaped(text).bind(after).bind(through).for_each(conn, each)?)
}

/// The seals of a ledger, oldest first.
pub fn all(conn: &mut Conn, ledger: SealedLedger) -> StoreResult<Vec<SealRow>> {
    Ok(sql(
        "SELECT number, through_id, rows_sealed, head, sealed_at FROM seal WHERE ledger = $1 ORDER BY number",
    )
    .bind(ledger.as_str())
    .load(conn)?)
}

/// How many seals have this head.
pub fn with_head(conn: &mut Conn, head: &str) -> StoreResult<i64> {
    Ok(sql("SELECT count(*) AS value FROM seal WHERE head = $1").bind(head).number(conn)?)
}

/// The newest seal of a ledger.
pub fn newest(conn: &mut Conn, ledger: SealedLedger) -> StoreResult<Option<SealRow>> {
    Ok(sql("SELECT number, through_id, rows_sealed, head, sealed_at FROM seal WHERE ledger = $1 ORDER BY number DESC LIMIT 1")
        .bind(ledger.as_str())
        .optional(conn)?)
}

/// The newest row of a ledger below which no id is still to come: writers that have one and have not committed are waited
/// for. SQLite has one writer, and this is its transaction.
pub fn horizon(tx: &mut Conn, ledger: SealedLedger) -> StoreResult<i64> {
    if tx.is_postgres() {
        tx.batch("SET LOCAL lock_timeout = '2s'")?;
        tx.batch(&format!("LOCK TABLE {ledger} IN SHARE MODE"))?;
    }
    Ok(sql_shaped(format!("SELECT COALESCE(max(id), 0) AS value FROM {ledger}")).number(tx)?)
}

/// The last id of at most `rows` rows after `after` and through `through`.
pub fn bite(conn: &mut Conn, ledger: SealedLedger, after: i64, through: i64, rows: i64) -> StoreResult<i64> {
    let text = format!(
        "SELECT COALESCE(max(id), $1) AS value FROM (SELECT id FROM {ledger} WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3) bite"
    );
    Ok(sql_shaped(text).bind(after).bind(through).bind(rows).number(conn)?)
}

/// Sets a seal. Two nodes that set the same one: the second loses the race and finds it set.
pub fn insert(tx: &mut Conn, ledger: SealedLedger, seal: &SealRow) -> StoreResult<()> {
    let set = sql("INSERT INTO seal (ledger, number, through_id, rows_sealed, head, sealed_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ledger, number) DO NOTHING")
    .bind(ledger.as_str())
    .bind(seal.number)
    .bind(seal.through_id)
    .bind(seal.rows_sealed)
    .bind(&seal.head)
    .bind(seal.sealed_at)
    .execute(tx)?;
    if set == 0 {
        return Err(StoreError::raced("another node set this seal a moment ago"));
    }
    Ok(())
}
