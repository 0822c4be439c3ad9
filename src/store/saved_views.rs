//! Views of a list people keep: a name for a query string.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    /// A kept view.
    #[derive(PartialEq, Eq)]
    pub struct ViewRow {
        /// Id.
        pub id: i64,
        /// Whose.
        pub user_id: i64,
        /// Name.
        pub name: String,
        /// Query string, without the question mark.
        pub query: String,
        /// All staff see it.
        pub shared: bool,
    }
}

/// Own views and shared ones, by name. At most `limit`.
pub fn list(conn: &mut Conn, user_id: i64, page: &str, limit: i64) -> StoreResult<Vec<ViewRow>> {
    Ok(sql(
        "SELECT id, user_id, name, query, shared FROM saved_view WHERE page = $1 AND (user_id = $2 OR shared) \
         ORDER BY name, id LIMIT $3",
    )
    .bind(page)
    .bind(user_id)
    .bind(limit)
    .load(conn)?)
}

/// How many views somebody has kept.
pub fn count(conn: &mut Conn, user_id: i64) -> StoreResult<i64> {
    Ok(sql("SELECT COUNT(*) AS value FROM saved_view WHERE user_id = $1").bind(user_id).number(conn)?)
}

/// Keeps a view; one of the same name is replaced.
pub fn put(
    tx: &mut Conn,
    user_id: i64,
    page: &str,
    (name, query, shared): (&str, &str, bool),
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("INSERT INTO saved_view (user_id, page, name, query, shared, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (user_id, page, name) DO UPDATE SET query = excluded.query, shared = excluded.shared")
    .bind(user_id)
    .bind(page)
    .bind(name)
    .bind(query)
    .bind(shared)
    .bind(now)
    .execute(tx)?;
    Ok(())
}

/// Forgets an own view; `any` also one that somebody else shared. False when there was none.
pub fn remove(tx: &mut Conn, user_id: i64, id: i64, any: bool) -> StoreResult<bool> {
    let removed = sql("DELETE FROM saved_view WHERE id = $1 AND (user_id = $2 OR (shared AND $3 = TRUE))")
        .bind(id)
        .bind(user_id)
        .bind(any)
        .execute(tx)?;
    Ok(removed == 1)
}
