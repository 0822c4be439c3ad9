//! Rows of the audit trail. Append-only.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::{DateTime, Utc};

/// An audit row to write.
pub struct NewAudit<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Which user; `None` for the system.
    pub actor_id: Option<i64>,
    /// Sign-in name, or `system`.
    pub actor: &'a str,
    /// What was done, e.g. `user.create`.
    pub action: &'a str,
    /// To what, e.g. `user:li`.
    pub subject: &'a str,
    /// Short detail.
    pub detail: &'a str,
    /// Ties it to the log.
    pub request_id: &'a str,
}

row! {
    /// An audit row as read.
    pub struct AuditRow {
        /// Id.
        pub id: i64,
        /// When.
        pub at: DateTime<Utc>,
        /// Who.
        pub actor: String,
        /// What.
        pub action: String,
        /// To what.
        pub subject: String,
        /// Detail.
        pub detail: String,
        /// Request id.
        pub request_id: String,
    }
}

/// Writes one row.
pub fn insert(tx: &mut Conn, new: &NewAudit<'_>) -> StoreResult<()> {
    sql("INSERT INTO audit (at, actor_id, actor, action, subject, detail, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(new.at)
        .bind(new.actor_id)
        .bind(new.actor)
        .bind(new.action)
        .bind(new.subject)
        .bind(new.detail)
        .bind(new.request_id)
        .execute(tx)?;
    Ok(())
}

/// Whether this actor did this to the subject since then.
pub fn has_since(
    conn: &mut Conn,
    subject: &str,
    action: &str,
    actor_id: i64,
    since: DateTime<Utc>,
) -> StoreResult<bool> {
    Ok(sql("SELECT COUNT(*) AS value FROM audit WHERE subject = $1 AND action = $2 AND actor_id = $3 AND at > $4")
        .bind(subject)
        .bind(action)
        .bind(actor_id)
        .bind(since)
        .number(conn)?
        > 0)
}

/// Which audit rows a list holds.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only what was done to this, e.g. `user:li`.
    pub subject: Option<String>,
    /// Only what this user did.
    pub actor: Option<String>,
    /// Only this, e.g. `user.create`.
    pub action: Option<String>,
}

/// Newest first, with ids below `before_id`.
pub fn list(conn: &mut Conn, filter: &AuditFilter, before_id: i64, limit: i64) -> StoreResult<Vec<AuditRow>> {
    let filters = [("subject", &filter.subject), ("actor", &filter.actor), ("action", &filter.action)];
    let mut condition = String::new();
    let mut values = Vec::new();
    for (column, value) in filters {
        if let Some(value) = value {
            values.push(value);
            condition.push_str(&format!(" AND {column} = ${}", values.len() + 2));
        }
    }
    let query = sql_shaped(format!(
        "SELECT id, at, actor, action, subject, detail, request_id FROM audit WHERE id < $1{condition} ORDER BY id DESC LIMIT $2"
    ));
    let query = values.into_iter().fold(query.bind(before_id).bind(limit), |query, value| query.bind(value));
    Ok(query.load(conn)?)
}
