//! Proofs of the ledgers: one each night, and those a person asked for.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A proof that came to its end.
    pub struct ProofRow {
        /// Id.
        pub id: i64,
        /// The night it was for; `None` for one somebody asked for.
        pub night: Option<NaiveDate>,
        /// Who had it done: a user, or the program.
        pub actor: String,
        /// When it began.
        pub began_at: DateTime<Utc>,
        /// When it ended.
        pub ended_at: DateTime<Utc>,
        /// Movements it read.
        pub movements: i64,
        /// Seals it held against their rows.
        pub seals: i64,
        /// What did not prove.
        pub differences: i64,
        /// The first differences, one a line.
        pub found: String,
    }
}

/// What a proof came to.
pub struct Outcome<'a> {
    /// Movements read.
    pub movements: i64,
    /// Seals held against their rows.
    pub seals: i64,
    /// What did not prove.
    pub differences: i64,
    /// The first differences, one a line.
    pub found: &'a str,
}

/// Takes the proof of a night for this node; its id, or nothing when another has it or it is done. One that was begun before
/// `given_up` and never ended is taken over: its node died.
pub fn claim(
    tx: &mut Conn,
    night: NaiveDate,
    actor: &str,
    now: DateTime<Utc>,
    given_up: DateTime<Utc>,
) -> StoreResult<Option<i64>> {
    row! { struct Id { id: i64 } }
    let taken: Option<Id> = sql("INSERT INTO ledger_proof (night, actor, began_at) VALUES ($1, $2, $3) \
         ON CONFLICT (night) DO UPDATE SET began_at = $3 WHERE ledger_proof.ended_at IS NULL AND ledger_proof.began_at < $4 \
         RETURNING id")
    .bind(night)
    .bind(actor)
    .bind(now)
    .bind(given_up)
    .optional(tx)?;
    Ok(taken.map(|row| row.id))
}

/// Begins a proof somebody asked for; its id.
pub fn begin(tx: &mut Conn, actor: &str, now: DateTime<Utc>) -> StoreResult<i64> {
    Ok(sql("INSERT INTO ledger_proof (night, actor, began_at) VALUES ($1, $2, $3) RETURNING id AS value")
        .bind(None::<NaiveDate>)
        .bind(actor)
        .bind(now)
        .number(tx)?)
}

/// Writes what a proof came to.
pub fn finish(tx: &mut Conn, id: i64, outcome: &Outcome<'_>, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE ledger_proof SET ended_at = $1, movements = $2, seals = $3, differences = $4, found = $5 WHERE id = $6")
        .bind(now)
        .bind(outcome.movements)
        .bind(outcome.seals)
        .bind(outcome.differences)
        .bind(outcome.found)
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// The proof that ended last.
pub fn last(conn: &mut Conn) -> StoreResult<Option<ProofRow>> {
    Ok(sql(
        "SELECT id, night, actor, began_at, ended_at, movements, seals, differences, found FROM ledger_proof \
         WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT 1",
    )
    .optional(conn)?)
}
