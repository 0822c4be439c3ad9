//! Sign-in sessions and API tokens. Only the SHA-256 of a token is ever stored.

use crate::domain::actor::Role;
use crate::domain::language::Language;
use crate::domain::people::TokenKind;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use chrono::{DateTime, Utc};

row! {
    /// A live token together with the user it stands for.
    pub struct HolderRow {
        /// Id of the token.
        pub token_id: i64,
        /// SHA-256 of its text.
        pub token_hash: Vec<u8>,
        /// What the token stands for.
        pub kind: TokenKind,
        /// Last use written down.
        pub last_used_at: DateTime<Utc>,
        /// End of its life.
        pub expires_at: DateTime<Utc>,
        /// Codes of the only permissions it carries, with blanks between them; none: all of its owner's.
        pub permissions: Option<String>,
        /// Whether it may only read.
        pub read_only: bool,
        /// Id of the user.
        pub user_id: i64,
        /// Sign-in name.
        pub username: String,
        /// Name as shown.
        pub display_name: String,
        /// Mail address.
        pub email: Option<String>,
        /// Role.
        pub role: Role,
        /// Language of pages and mails.
        pub language: Language,
        /// Whether a staff member reads only the own depots.
        pub reads_own_only: bool,
    }

    /// A token as its owner sees it in a list.
    pub struct TokenRow {
        /// Id.
        pub id: i64,
        /// The owner's note.
        pub label: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// Last use written down.
        pub last_used_at: DateTime<Utc>,
        /// End of its life.
        pub expires_at: DateTime<Utc>,
        /// Codes of the only permissions it carries, with blanks between them; none: all of its owner's.
        pub permissions: Option<String>,
        /// Whether it may only read.
        pub read_only: bool,
    }

    /// A session as its owner sees it in a list.
    pub struct SessionRow {
        /// Id.
        pub id: i64,
        /// The device, as the browser named itself.
        pub device: String,
        /// When it was opened.
        pub created_at: DateTime<Utc>,
        /// Last use written down.
        pub last_used_at: DateTime<Utc>,
        /// End of its life.
        pub expires_at: DateTime<Utc>,
    }

    struct IdRow { id: i64 }
}

/// A token to write.
pub struct NewToken<'a> {
    /// Whose.
    pub user_id: i64,
    /// What it stands for.
    pub kind: TokenKind,
    /// SHA-256 of its text.
    pub hash: &'a [u8],
    /// The owner's note.
    pub label: &'a str,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// End of its life.
    pub expires_at: DateTime<Utc>,
    /// The device of a session.
    pub device: &'a str,
    /// Codes of the only permissions it carries, with blanks between them; none: all of its owner's.
    pub permissions: Option<&'a str>,
    /// Whether it may only read.
    pub read_only: bool,
}

/// Writes a token; its id.
pub fn insert(tx: &mut Conn, new: &NewToken<'_>) -> StoreResult<i64> {
    let row: IdRow = sql(
        "INSERT INTO access_token (user_id, kind, token_hash, label, created_at, last_used_at, expires_at, device, permissions, read_only) \
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9) RETURNING id",
    )
    .bind(new.user_id)
    .bind(new.kind)
    .bind(new.hash)
    .bind(new.label)
    .bind(new.created_at)
    .bind(new.expires_at)
    .bind(new.device)
    .bind(new.permissions)
    .bind(new.read_only)
    .one(tx)?;
    Ok(row.id)
}

/// The tokens of these hashes and their users, where neither is turned off and its life has not ended.
pub fn holders(conn: &mut Conn, hashes: &[Vec<u8>], now: DateTime<Utc>) -> StoreResult<Vec<HolderRow>> {
    Ok(sql_in("SELECT t.id AS token_id, t.token_hash, t.kind, t.last_used_at, t.expires_at, t.permissions, t.read_only, u.id AS user_id, u.username, u.display_name, u.email, \
         u.role, u.language, u.reads_own_only \
         FROM access_token t JOIN app_user u ON u.id = t.user_id \
         WHERE t.expires_at > $1 AND t.revoked_at IS NULL AND u.active AND t.token_hash IN ({in})", hashes.to_vec())
    .bind(now)
    .load(conn)?)
}

/// Writes down that the token was used.
pub fn touch(tx: &mut Conn, token_id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE access_token SET last_used_at = $1 WHERE id = $2 AND last_used_at < $1")
        .bind(now)
        .bind(token_id)
        .execute(tx)?;
    Ok(())
}

/// Live API tokens of a user, newest first, with ids below `before`.
pub fn list(
    conn: &mut Conn,
    user_id: i64,
    now: DateTime<Utc>,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<TokenRow>> {
    Ok(sql("SELECT id, label, created_at, last_used_at, expires_at, permissions, read_only FROM access_token \
         WHERE user_id = $1 AND kind = 'api' AND revoked_at IS NULL AND expires_at > $2 AND id < $3 ORDER BY id DESC LIMIT $4")
    .bind(user_id)
    .bind(now)
    .bind(before)
    .bind(limit)
    .load(conn)?)
}

/// Live sessions of a user that were used after `awake_since`, the latest used first.
pub fn sessions(
    conn: &mut Conn,
    user_id: i64,
    now: DateTime<Utc>,
    awake_since: DateTime<Utc>,
) -> StoreResult<Vec<SessionRow>> {
    Ok(sql("SELECT id, device, created_at, last_used_at, expires_at FROM access_token \
         WHERE user_id = $1 AND kind = 'session' AND revoked_at IS NULL AND expires_at > $2 AND last_used_at > $3 \
         ORDER BY last_used_at DESC, id DESC LIMIT 200")
    .bind(user_id)
    .bind(now)
    .bind(awake_since)
    .load(conn)?)
}

/// Gives a live session another secret: whoever knew the old one is out.
pub fn rotate(tx: &mut Conn, token_id: i64, hash: &[u8]) -> StoreResult<bool> {
    Ok(sql(
        "UPDATE access_token SET token_hash = $1 WHERE id = $2 AND kind = 'session' AND revoked_at IS NULL",
    )
    .bind(hash)
    .bind(token_id)
    .execute(tx)?
        == 1)
}

/// Revokes a live token of this user and kind; whether there was one.
pub fn revoke(
    tx: &mut Conn,
    user_id: i64,
    kind: TokenKind,
    token_id: i64,
    now: DateTime<Utc>,
) -> StoreResult<bool> {
    let touched = sql("UPDATE access_token SET revoked_at = $1 WHERE id = $2 AND user_id = $3 AND kind = $4 AND revoked_at IS NULL")
        .bind(now)
        .bind(token_id)
        .bind(user_id)
        .bind(kind)
        .execute(tx)?;
    Ok(touched == 1)
}

/// Revokes whatever live session has this hash.
pub fn revoke_session(tx: &mut Conn, hash: &[u8], now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE access_token SET revoked_at = $1 WHERE token_hash = $2 AND kind = 'session' AND revoked_at IS NULL")
        .bind(now)
        .bind(hash)
        .execute(tx)?;
    Ok(())
}

/// Revokes all sessions of a user but one (after a change of password), or all (`keep` = 0).
pub fn revoke_sessions(tx: &mut Conn, user_id: i64, keep: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE access_token SET revoked_at = $1 WHERE user_id = $2 AND kind = 'session' AND id <> $3 AND revoked_at IS NULL")
        .bind(now)
        .bind(user_id)
        .bind(keep)
        .execute(tx)?;
    Ok(())
}

/// Forgets tokens whose life ended before `before`; how many.
pub fn forget_before(tx: &mut Conn, before: DateTime<Utc>) -> StoreResult<usize> {
    Ok(sql("DELETE FROM access_token WHERE expires_at < $1").bind(before).execute(tx)?)
}
