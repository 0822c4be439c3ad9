//! Secrets that are good once and for minutes. Only their SHA-256 is stored.

use crate::domain::people::OneTimeKind;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    /// A live one-time secret.
    pub struct OneTimeRow {
        /// Id.
        pub id: i64,
        /// Whom it is for; none before anybody is known (single sign-on).
        pub user_id: Option<i64>,
        /// What else belongs to it.
        pub payload: String,
        /// How often it was tried.
        pub attempts: i64,
    }
}

/// A secret to keep.
pub struct NewOneTime<'a> {
    /// What it lets its holder do.
    pub kind: OneTimeKind,
    /// SHA-256 of it.
    pub hash: &'a [u8],
    /// Whom it is for.
    pub user_id: Option<i64>,
    /// What else belongs to it.
    pub payload: &'a str,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// End of its life.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a secret.
pub fn insert(tx: &mut Conn, new: &NewOneTime<'_>) -> StoreResult<()> {
    sql("INSERT INTO one_time_secret (kind, token_hash, user_id, payload, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)")
    .bind(new.kind)
    .bind(new.hash)
    .bind(new.user_id)
    .bind(new.payload)
    .bind(new.created_at)
    .bind(new.expires_at)
    .execute(tx)?;
    Ok(())
}

/// The unused secret of this kind and hash, while it lives.
pub fn live(
    conn: &mut Conn,
    kind: OneTimeKind,
    hash: &[u8],
    now: DateTime<Utc>,
) -> StoreResult<Option<OneTimeRow>> {
    Ok(sql("SELECT id, user_id, payload, attempts FROM one_time_secret \
         WHERE token_hash = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3")
    .bind(hash)
    .bind(kind)
    .bind(now)
    .optional(conn)?)
}

/// Counts a try; false when there were `most` already.
pub fn attempt(tx: &mut Conn, id: i64, most: i64) -> StoreResult<bool> {
    Ok(sql("UPDATE one_time_secret SET attempts = attempts + 1 WHERE id = $1 AND attempts < $2")
        .bind(id)
        .bind(most)
        .execute(tx)?
        == 1)
}

/// Uses a secret up; of several at the same time, one is told `true`.
pub fn spend(tx: &mut Conn, id: i64, now: DateTime<Utc>) -> StoreResult<bool> {
    Ok(sql("UPDATE one_time_secret SET used_at = $1 WHERE id = $2 AND used_at IS NULL")
        .bind(now)
        .bind(id)
        .execute(tx)?
        == 1)
}

/// Ends every live secret of this kind of a user.
pub fn end_all(tx: &mut Conn, user_id: i64, kind: OneTimeKind, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE one_time_secret SET used_at = $1 WHERE user_id = $2 AND kind = $3 AND used_at IS NULL")
        .bind(now)
        .bind(user_id)
        .bind(kind)
        .execute(tx)?;
    Ok(())
}

/// How many of this kind a user was given since then.
pub fn given_since(
    conn: &mut Conn,
    user_id: i64,
    kind: OneTimeKind,
    since: DateTime<Utc>,
) -> StoreResult<i64> {
    Ok(sql(
        "SELECT COUNT(*) AS value FROM one_time_secret WHERE user_id = $1 AND kind = $2 AND created_at > $3",
    )
    .bind(user_id)
    .bind(kind)
    .bind(since)
    .number(conn)?)
}

/// Forgets what ended before then; how many.
pub fn forget_before(tx: &mut Conn, before: DateTime<Utc>) -> StoreResult<usize> {
    Ok(sql("DELETE FROM one_time_secret WHERE expires_at < $1").bind(before).execute(tx)?)
}
