//! Texts of an administrator in place of the built-in ones of a kind of mail.

use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::row;
use crate::store::sql::{Conn, sql};
use crate::store::{StoreError, StoreResult};
use chrono::{DateTime, Utc};

row! {
    /// The texts of one kind of mail in one language.
    pub struct TemplateRow {
        /// Kind of mail.
        pub kind: String,
        /// Language.
        pub language: Language,
        /// Keys and texts as JSON; see [`TemplateRow::pairs`].
        pub texts: String,
        /// Counts changes.
        pub version: i64,
        /// Who changed it last.
        pub updated_by: String,
        /// When.
        pub updated_at: DateTime<Utc>,
    }
}

impl TemplateRow {
    /// Keys and texts.
    ///
    /// # Errors
    /// [`StoreError::Codec`] when they are damaged.
    pub fn pairs(&self) -> StoreResult<Vec<(String, String)>> {
        serde_json::from_str(&self.texts).map_err(|error| StoreError::Codec(format!("template: {error}")))
    }
}

const SELECT: &str = "SELECT kind, language, texts, version, updated_by, updated_at FROM notice_template";

/// Every kind and language that has texts of its own.
pub fn all(conn: &mut Conn) -> StoreResult<Vec<TemplateRow>> {
    Ok(crate::store::sql::sql_shaped(format!("{SELECT} ORDER BY kind, language")).load(conn)?)
}

/// The texts of one kind of mail in one language.
pub fn get(conn: &mut Conn, kind: NoticeKind, language: Language) -> StoreResult<Option<TemplateRow>> {
    Ok(crate::store::sql::sql_shaped(format!("{SELECT} WHERE kind = $1 AND language = $2"))
        .bind(kind)
        .bind(language)
        .optional(conn)?)
}

/// Writes the texts, whoever wrote them before.
pub fn put(
    tx: &mut Conn,
    kind: NoticeKind,
    language: Language,
    texts: &[(String, String)],
    by: &str,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let texts =
        serde_json::to_string(texts).map_err(|error| StoreError::Codec(format!("template: {error}")))?;
    sql("INSERT INTO notice_template (kind, language, texts, updated_by, updated_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (kind, language) DO UPDATE SET texts = excluded.texts, updated_by = excluded.updated_by, \
         updated_at = excluded.updated_at, version = notice_template.version + 1")
    .bind(kind)
    .bind(language)
    .bind(texts)
    .bind(by)
    .bind(now)
    .execute(tx)?;
    Ok(())
}

/// Back to the built-in texts; false when they were used already.
pub fn remove(tx: &mut Conn, kind: NoticeKind, language: Language) -> StoreResult<bool> {
    let done = sql("DELETE FROM notice_template WHERE kind = $1 AND language = $2")
        .bind(kind)
        .bind(language)
        .execute(tx)?;
    Ok(done == 1)
}
