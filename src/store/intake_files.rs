//! Files on intakes: for our own people. Lists leave the content out.

use crate::store::StoreResult;
use crate::store::attachments::{AttachmentRow, ContentRow};
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

/// A file to write.
pub struct NewIntakeFile<'a> {
    /// Intake.
    pub intake_id: i64,
    /// Name.
    pub name: &'a str,
    /// Media type.
    pub content_type: &'a str,
    /// Bytes.
    pub content: &'a [u8],
    /// Who adds it.
    pub user_id: Option<i64>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Writes a file; its id.
pub fn insert(tx: &mut Conn, new: &NewIntakeFile<'_>) -> StoreResult<i64> {
    let size = i64::try_from(new.content.len()).unwrap_or(i64::MAX);
    Ok(sql("INSERT INTO intake_file (intake_id, name, content_type, size, content, user_id, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id AS value")
    .bind(new.intake_id)
    .bind(new.name)
    .bind(new.content_type)
    .bind(size)
    .bind(new.content)
    .bind(new.user_id)
    .bind(new.now)
    .number(tx)?)
}

/// The files of an intake, oldest first.
pub fn of_intake(conn: &mut Conn, intake_id: i64) -> StoreResult<Vec<AttachmentRow>> {
    Ok(sql("SELECT f.id, f.name, f.size, TRUE AS internal, u.display_name AS actor, f.added_at FROM intake_file f \
         LEFT JOIN app_user u ON u.id = f.user_id WHERE f.intake_id = $1 ORDER BY f.id")
    .bind(intake_id)
    .load(conn)?)
}

/// One file of an intake.
pub fn content(conn: &mut Conn, intake_id: i64, id: i64) -> StoreResult<Option<ContentRow>> {
    Ok(sql("SELECT name, content_type, TRUE AS internal, content FROM intake_file WHERE intake_id = $1 AND id = $2")
        .bind(intake_id)
        .bind(id)
        .optional(conn)?)
}
