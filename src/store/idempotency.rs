//! Keys of requests that were answered: the same request again gets the same answer.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

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
pub fn claim(
    tx: &mut Conn,
    actor_id: i64,
    key: &str,
    fingerprint: &[u8],
    now: DateTime<Utc>,
) -> StoreResult<Claim> {
    let claimed = sql(
        "INSERT INTO idempotency (actor_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (actor_id, key) DO NOTHING",
    )
    .bind(actor_id)
    .bind(key)
    .bind(fingerprint)
    .bind(now)
    .execute(tx)?;
    if claimed == 1 {
        return Ok(Claim::Free);
    }
    Ok(known(tx, actor_id, key)?.unwrap_or(Claim::Free))
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
pub fn remember(tx: &mut Conn, actor_id: i64, key: &str, status: u16, body: &str) -> StoreResult<()> {
    sql("UPDATE idempotency SET status = $1, body = $2 WHERE actor_id = $3 AND key = $4")
        .bind(i64::from(status))
        .bind(body)
        .bind(actor_id)
        .bind(key)
        .execute(tx)?;
    Ok(())
}

/// Forgets keys older than `before`; how many.
pub fn forget_before(tx: &mut Conn, before: DateTime<Utc>) -> StoreResult<usize> {
    Ok(sql("DELETE FROM idempotency WHERE created_at < $1").bind(before).execute(tx)?)
}
