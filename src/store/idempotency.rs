//! Keys of requests that were answered: the same request again gets the same answer.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, Value, sql, sql_rows};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// A key somebody sent, and with what.
#[derive(Debug, Clone)]
pub struct Key {
    /// Whose.
    pub actor_id: i64,
    /// The key as it is kept.
    pub key: String,
    /// Fingerprint of the request.
    pub fingerprint: Vec<u8>,
}

/// What became of an attempt to claim a key.
#[derive(Debug)]
pub enum Claim {
    /// The key was free; it is this transaction's now.
    Free,
    /// The key was used before.
    Taken {
        /// Fingerprint of the first request.
        fingerprint: Vec<u8>,
        /// Status of its answer.
        status: u16,
        /// Body of its answer.
        body: String,
    },
}

row! {
    struct KeyRow { fingerprint: Vec<u8>, status: i64, body: String }
}

/// Claims a key for this transaction. A second claim at the same time waits for the first one's end.
pub fn claim(tx: &mut Conn, key: &Key, now: DateTime<Utc>) -> StoreResult<Claim> {
    let claimed = sql(
        "INSERT INTO idempotency (actor_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (actor_id, key) DO NOTHING",
    )
    .bind(key.actor_id)
    .bind(&key.key)
    .bind(key.fingerprint.as_slice())
    .bind(now)
    .execute(tx)?;
    if claimed == 1 {
        return Ok(Claim::Free);
    }
    Ok(known(tx, key.actor_id, &key.key)?.unwrap_or(Claim::Free))
}

/// What is known of a key, without claiming it; `None` when it is free.
pub fn known(conn: &mut Conn, actor_id: i64, key: &str) -> StoreResult<Option<Claim>> {
    let first: Option<KeyRow> =
        sql("SELECT fingerprint, status, body FROM idempotency WHERE actor_id = $1 AND key = $2")
            .bind(actor_id)
            .bind(key)
            .optional(conn)?;
    Ok(first.map(|first| Claim::Taken {
        fingerprint: first.fingerprint,
        status: u16::try_from(first.status).unwrap_or(200),
        body: first.body,
    }))
}

/// Keeps the answer with the key.
pub fn remember(tx: &mut Conn, key: &Key, status: u16, body: &str) -> StoreResult<()> {
    sql("UPDATE idempotency SET status = $1, body = $2 WHERE actor_id = $3 AND key = $4")
        .bind(i64::from(status))
        .bind(body)
        .bind(key.actor_id)
        .bind(&key.key)
        .execute(tx)?;
    Ok(())
}

row! { struct ClaimedRow { actor_id: i64, key: String } }

/// Claims keys for this transaction, no two of them the same; those that were free.
pub fn claim_all(tx: &mut Conn, keys: &[&Key], now: DateTime<Utc>) -> StoreResult<HashSet<(i64, String)>> {
    let mut keys = keys.to_vec();
    // Whoever claims the same ones comes in the same order.
    keys.sort_by(|a, b| (a.actor_id, &a.key).cmp(&(b.actor_id, &b.key)));
    let rows = keys.iter().map(|key| {
        let fingerprint = key.fingerprint.as_slice();
        vec![key.actor_id.into(), (&key.key).into(), fingerprint.into(), now.into()]
    });
    let mut claimed = HashSet::with_capacity(keys.len());
    for statement in sql_rows(
        "INSERT INTO idempotency (actor_id, key, fingerprint, created_at) VALUES",
        rows.collect(),
        " ON CONFLICT (actor_id, key) DO NOTHING RETURNING actor_id, key",
    ) {
        let free: Vec<ClaimedRow> = statement.load(tx)?;
        claimed.extend(free.into_iter().map(|row| (row.actor_id, row.key)));
    }
    Ok(claimed)
}

/// Keeps each answer, status and body, with its key.
pub fn remember_all(tx: &mut Conn, answers: Vec<(Key, (u16, String))>) -> StoreResult<()> {
    let rows = answers.into_iter().map(|(key, (status, body))| -> Vec<Value> {
        vec![key.actor_id.into(), key.key.into(), i64::from(status).into(), body.into()]
    });
    for statement in sql_rows(
        "UPDATE idempotency SET status = v.column3, body = v.column4 FROM (VALUES",
        rows.collect(),
        ") v WHERE idempotency.actor_id = v.column1 AND idempotency.key = v.column2",
    ) {
        statement.execute(tx)?;
    }
    Ok(())
}

/// Forgets keys older than `before`; how many.
pub fn forget_before(tx: &mut Conn, before: DateTime<Utc>) -> StoreResult<usize> {
    Ok(sql("DELETE FROM idempotency WHERE created_at < $1").bind(before).execute(tx)?)
}
