//! Whom the provider of single sign-on means by its own name for a person.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    struct UserIdRow { user_id: i64 }
}

/// The id of the user this provider means by `subject`.
pub fn user_of(conn: &mut Conn, issuer: &str, subject: &str) -> StoreResult<Option<i64>> {
    let found: Option<UserIdRow> = sql("SELECT user_id FROM sso_subject WHERE issuer = $1 AND subject = $2")
        .bind(issuer)
        .bind(subject)
        .optional(conn)?;
    Ok(found.map(|row| row.user_id))
}

/// Writes down that this provider means the user by `subject`; false when it means somebody else by it, or the user by
/// another.
pub fn bind(
    tx: &mut Conn,
    issuer: &str,
    subject: &str,
    user_id: i64,
    now: DateTime<Utc>,
) -> StoreResult<bool> {
    let written = sql("INSERT INTO sso_subject (issuer, subject, user_id, bound_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(issuer)
        .bind(subject)
        .bind(user_id)
        .bind(now)
        .execute(tx)?;
    Ok(written == 1)
}

/// Forgets whom any provider means by the user.
pub fn forget(tx: &mut Conn, user_id: i64) -> StoreResult<()> {
    sql("DELETE FROM sso_subject WHERE user_id = $1").bind(user_id).execute(tx)?;
    Ok(())
}
