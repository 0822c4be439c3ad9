//! Files on RMAs. Lists leave the content out.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    /// A file as lists show it.
    pub struct AttachmentRow {
        /// Id.
        pub id: i64,
        /// Its name, as it was sent.
        pub name: String,
        /// Bytes.
        pub size: i64,
        /// For our own people only.
        pub internal: bool,
        /// Who added it.
        pub actor: Option<String>,
        /// When.
        pub added_at: DateTime<Utc>,
    }

    /// A file with its content.
    pub struct ContentRow {
        /// Its name.
        pub name: String,
        /// Media type.
        pub content_type: String,
        /// For our own people only.
        pub internal: bool,
        /// Its bytes.
        pub content: Vec<u8>,
    }
}

/// A file to write.
pub struct NewAttachment<'a> {
    /// RMA.
    pub rma_id: i64,
    /// Name.
    pub name: &'a str,
    /// Media type.
    pub content_type: &'a str,
    /// Bytes.
    pub content: &'a [u8],
    /// For our own people only.
    pub internal: bool,
    /// Who adds it.
    pub user_id: Option<i64>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Writes a file; its id.
pub fn insert(tx: &mut Conn, new: &NewAttachment<'_>) -> StoreResult<i64> {
    let size = i64::try_from(new.content.len()).unwrap_or(i64::MAX);
    Ok(sql(
        "INSERT INTO attachment (rma_id, name, content_type, size, content, internal, user_id, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id AS value",
    )
    .bind(new.rma_id)
    .bind(new.name)
    .bind(new.content_type)
    .bind(size)
    .bind(new.content)
    .bind(new.internal)
    .bind(new.user_id)
    .bind(new.now)
    .number(tx)?)
}

/// The files of an RMA, oldest first.
pub fn of_rma(conn: &mut Conn, rma_id: i64) -> StoreResult<Vec<AttachmentRow>> {
    Ok(sql("SELECT f.id, f.name, f.size, f.internal, u.display_name AS actor, f.added_at FROM attachment f \
         LEFT JOIN app_user u ON u.id = f.user_id WHERE f.rma_id = $1 ORDER BY f.id")
    .bind(rma_id)
    .load(conn)?)
}

/// One file of an RMA.
pub fn content(conn: &mut Conn, rma_id: i64, id: i64) -> StoreResult<Option<ContentRow>> {
    Ok(sql("SELECT name, content_type, internal, content FROM attachment WHERE rma_id = $1 AND id = $2")
        .bind(rma_id)
        .bind(id)
        .optional(conn)?)
}
