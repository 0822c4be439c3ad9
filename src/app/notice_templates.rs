//! Texts of an administrator in place of the built-in ones of a kind of mail. Whether a text is sound is the mail room's to
//! say, before it gets here; a text that went bad later is passed over when the mail is written.

use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::store::{Conn, notice_templates};

pub use crate::store::notice_templates::TemplateRow;

/// Texts by key.
pub type Texts = Vec<(String, String)>;

/// Every kind and language that has texts of its own.
///
/// # Errors
/// `forbidden`.
pub fn all(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<TemplateRow>> {
    ctx.actor.may(Permission::ManageNotices)?;
    Ok(notice_templates::all(conn)?)
}

/// The texts of one kind of mail in one language; none while the built-in ones are used.
///
/// # Errors
/// `forbidden`.
pub fn get(
    conn: &mut Conn,
    ctx: &Ctx,
    kind: NoticeKind,
    language: Language,
) -> AppResult<Option<(TemplateRow, Texts)>> {
    ctx.actor.may(Permission::ManageNotices)?;
    let row = notice_templates::get(conn, kind, language)?;
    Ok(row.map(|row| row.pairs().map(|texts| (row, texts))).transpose()?)
}

/// Writes the texts of one kind of mail in one language; without any, the built-in ones are used again.
///
/// # Errors
/// `forbidden`: this is for administrators.
pub fn put(tx: &mut Conn, ctx: &Ctx, kind: NoticeKind, language: Language, texts: &Texts) -> AppResult<()> {
    ctx.actor.may(Permission::ManageUsers)?;
    let subject = format!("template:{kind}/{language}");
    if texts.is_empty() {
        if notice_templates::remove(tx, kind, language)? {
            audit::record(tx, ctx, "notice_template.remove", &subject, "")?;
        }
        return Ok(());
    }
    notice_templates::put(tx, kind, language, texts, &ctx.actor.username, ctx.now)?;
    let keys: Vec<&str> = texts.iter().map(|(key, _)| key.as_str()).collect();
    audit::record(tx, ctx, "notice_template.put", &subject, &keys.join(", "))
}
