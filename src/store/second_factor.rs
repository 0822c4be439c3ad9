//! Authenticators (RFC 6238) and recovery codes.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use chrono::{DateTime, Utc};

row! {
    /// The authenticator of a user.
    pub struct FactorRow {
        /// The shared secret, 20 bytes.
        pub secret: Vec<u8>,
        /// When the user proved to have it; none while it is being enrolled.
        pub confirmed_at: Option<DateTime<Utc>>,
    }
}

/// The authenticator of a user, confirmed or being enrolled.
pub fn of_user(conn: &mut Conn, user_id: i64) -> StoreResult<Option<FactorRow>> {
    Ok(sql("SELECT secret, confirmed_at FROM second_factor WHERE user_id = $1")
        .bind(user_id)
        .optional(conn)?)
}

/// Whether this user signs in with an authenticator.
pub fn is_on(conn: &mut Conn, user_id: i64) -> StoreResult<bool> {
    Ok(of_user(conn, user_id)?.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Who of these users signs in with an authenticator.
pub fn are_on(conn: &mut Conn, user_ids: &[i64]) -> StoreResult<Vec<i64>> {
    row! { struct UserIdRow { user_id: i64 } }
    let text = "SELECT user_id FROM second_factor WHERE confirmed_at IS NOT NULL AND user_id IN ({in})";
    let rows: Vec<UserIdRow> = sql_in(text, user_ids.to_vec()).load(conn)?;
    Ok(rows.into_iter().map(|row| row.user_id).collect())
}

/// Begins an enrolment, in place of one that was not confirmed; false when one is confirmed.
pub fn begin(tx: &mut Conn, user_id: i64, secret: &[u8], now: DateTime<Utc>) -> StoreResult<bool> {
    let touched = sql("INSERT INTO second_factor (user_id, secret, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0 \
         WHERE second_factor.confirmed_at IS NULL")
    .bind(user_id)
    .bind(secret)
    .bind(now)
    .execute(tx)?;
    Ok(touched == 1)
}

/// Confirms the enrolment.
pub fn confirm(tx: &mut Conn, user_id: i64, now: DateTime<Utc>) -> StoreResult<bool> {
    Ok(sql("UPDATE second_factor SET confirmed_at = $1 WHERE user_id = $2 AND confirmed_at IS NULL")
        .bind(now)
        .bind(user_id)
        .execute(tx)?
        == 1)
}

/// Uses up the code of a time step and all before it; false when it was used: a code seen over a shoulder is worth nothing.
pub fn use_step(tx: &mut Conn, user_id: i64, step: i64) -> StoreResult<bool> {
    Ok(sql("UPDATE second_factor SET last_step = $1 WHERE user_id = $2 AND last_step < $1")
        .bind(step)
        .bind(user_id)
        .execute(tx)?
        == 1)
}

/// Takes the authenticator and all recovery codes away; whether there was one.
pub fn remove(tx: &mut Conn, user_id: i64) -> StoreResult<bool> {
    sql("DELETE FROM recovery_code WHERE user_id = $1").bind(user_id).execute(tx)?;
    Ok(sql("DELETE FROM second_factor WHERE user_id = $1").bind(user_id).execute(tx)? == 1)
}

/// Puts these recovery codes in place of all earlier ones.
pub fn set_recovery_codes(tx: &mut Conn, user_id: i64, hashes: &[Vec<u8>]) -> StoreResult<()> {
    sql("DELETE FROM recovery_code WHERE user_id = $1").bind(user_id).execute(tx)?;
    for hash in hashes {
        sql("INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)")
            .bind(user_id)
            .bind(hash.as_slice())
            .execute(tx)?;
    }
    Ok(())
}

/// Uses up a recovery code; false when there is no such unused one.
pub fn use_recovery_code(tx: &mut Conn, user_id: i64, hash: &[u8], now: DateTime<Utc>) -> StoreResult<bool> {
    Ok(sql("UPDATE recovery_code SET used_at = $1 WHERE user_id = $2 AND code_hash = $3 AND used_at IS NULL")
        .bind(now)
        .bind(user_id)
        .bind(hash)
        .execute(tx)?
        == 1)
}

/// How many recovery codes are left.
pub fn recovery_codes_left(conn: &mut Conn, user_id: i64) -> StoreResult<i64> {
    Ok(sql("SELECT COUNT(*) AS value FROM recovery_code WHERE user_id = $1 AND used_at IS NULL")
        .bind(user_id)
        .number(conn)?)
}
