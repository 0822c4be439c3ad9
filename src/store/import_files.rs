//! Spreadsheets on their way in by the browser: kept between looking and committing, in pieces.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    /// A file waiting to be looked at or committed.
    pub struct ImportFileRow {
        /// Id.
        pub id: i64,
        /// The word of its kind, as in the API's path.
        pub kind: String,
        /// What its sender calls it.
        pub name: String,
        /// Length in bytes.
        pub length: i64,
        /// What the commit answered, as JSON; empty before it.
        pub result: String,
        /// When it came.
        pub created_at: DateTime<Utc>,
    }

    struct ChunkRow { bytes: Vec<u8> }
    struct Id { value: i64 }
}

/// Takes a file in; its id. Its pieces follow.
pub fn insert(
    tx: &mut Conn,
    user_id: i64,
    kind: &str,
    name: &str,
    length: i64,
    now: DateTime<Utc>,
) -> StoreResult<i64> {
    let id: Id =
        sql("INSERT INTO import_file (user_id, kind, name, length, created_at) VALUES ($1, $2, $3, $4, $5) \
         RETURNING id AS value")
        .bind(user_id)
        .bind(kind)
        .bind(name)
        .bind(length)
        .bind(now)
        .one(tx)?;
    Ok(id.value)
}

/// Adds a piece.
pub fn append(tx: &mut Conn, file_id: i64, nth: i64, bytes: &[u8]) -> StoreResult<()> {
    sql("INSERT INTO import_chunk (file_id, nth, bytes) VALUES ($1, $2, $3)")
        .bind(file_id)
        .bind(nth)
        .bind(bytes)
        .execute(tx)?;
    Ok(())
}

/// A user's own file.
pub fn by_id(conn: &mut Conn, user_id: i64, id: i64) -> StoreResult<Option<ImportFileRow>> {
    Ok(sql(
        "SELECT id, kind, name, length, result, created_at FROM import_file WHERE id = $1 AND user_id = $2",
    )
    .bind(id)
    .bind(user_id)
    .optional(conn)?)
}

/// Whether all pieces are there.
pub fn is_whole(conn: &mut Conn, file: &ImportFileRow) -> StoreResult<bool> {
    let stored = sql("SELECT CAST(COALESCE(sum(length(bytes)), 0) AS BIGINT) AS value FROM import_chunk WHERE file_id = $1")
        .bind(file.id)
        .number(conn)?;
    Ok(stored == file.length)
}

/// One piece; `None` after the last.
pub fn chunk(conn: &mut Conn, file_id: i64, nth: i64) -> StoreResult<Option<Vec<u8>>> {
    let row: Option<ChunkRow> = sql("SELECT bytes FROM import_chunk WHERE file_id = $1 AND nth = $2")
        .bind(file_id)
        .bind(nth)
        .optional(conn)?;
    Ok(row.map(|row| row.bytes))
}

/// Writes down what the commit answered.
pub fn settle(tx: &mut Conn, id: i64, result: &str) -> StoreResult<()> {
    sql("UPDATE import_file SET result = $1 WHERE id = $2").bind(result).bind(id).execute(tx)?;
    Ok(())
}

/// Removes a user's files that came before `id`.
pub fn forget_earlier(tx: &mut Conn, user_id: i64, id: i64) -> StoreResult<()> {
    sql("DELETE FROM import_chunk WHERE file_id IN (SELECT id FROM import_file WHERE user_id = $1 AND id < $2)")
        .bind(user_id)
        .bind(id)
        .execute(tx)?;
    sql("DELETE FROM import_file WHERE user_id = $1 AND id < $2").bind(user_id).bind(id).execute(tx)?;
    Ok(())
}

/// Removes files that came before then; how many.
pub fn forget_before(tx: &mut Conn, before: DateTime<Utc>) -> StoreResult<usize> {
    sql("DELETE FROM import_chunk WHERE file_id IN (SELECT id FROM import_file WHERE created_at < $1)")
        .bind(before)
        .execute(tx)?;
    Ok(sql("DELETE FROM import_file WHERE created_at < $1").bind(before).execute(tx)?)
}
