//! Files on an RMA: photos of the label, logs, papers. What is internal stays with our own people.

use crate::app::rma::state::find;
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Role};
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::Conn;
use crate::store::attachments::{self, NewAttachment};

pub use crate::store::attachments::{AttachmentRow, ContentRow};

/// Largest file, in bytes.
pub const FILE_MAX: usize = 5 * 1024 * 1024;
/// Files of one RMA, or of one intake, at most.
pub(in crate::app) const FILES_MAX: usize = 30;
/// What may be added, by the end of the name, and the media type it is served with: nothing a browser would run.
const TYPES: [(&str, &str); 13] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain; charset=utf-8"),
    ("log", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
];

/// A file somebody adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name; a path before it is cut off.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// For our own people only.
    pub internal: bool,
}

/// The name a file is kept under and the media type it is served with; 422 for an empty or too large file, or one of another
/// kind.
pub(in crate::app) fn checked_file(file: &NewFile) -> Result<(String, &'static str), Refusal> {
    let bare = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut fields = Fields::new();
    let name = fields.required("file", bare, NAME_MAX);
    let end = name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default();
    let kind = TYPES.iter().find(|(known, _)| *known == end);
    if kind.is_none() && !name.is_empty() {
        fields.fault("file", "kind_of_file");
    }
    if file.content.is_empty() || file.content.len() > FILE_MAX {
        fields.fault("file", "size_of_file");
    }
    fields.finish()?;
    Ok((name, kind.map_or("application/octet-stream", |(_, kind)| *kind)))
}

/// Adds a file to an RMA.
///
/// # Errors
/// `not_found` when the RMA is not the actor's to know; 422 for an empty or too large file, one of another kind, or one
/// too many.
pub fn attach(tx: &mut Conn, ctx: &Ctx, number: &str, file: &NewFile) -> AppResult<i64> {
    ctx.actor.may(Permission::ReadRma)?;
    let rma = find(tx, ctx, number)?;
    let (name, content_type) = checked_file(file)?;
    let mut fields = Fields::new();
    if file.internal && ctx.actor.role == Role::Customer {
        fields.fault("internal", "not_for_this_role");
    }
    fields.finish()?;
    let there = attachments::of_rma(tx, rma.id)?.len();
    if there >= FILES_MAX {
        let error = FieldError::new("file", "count_out_of_range").with("max", FILES_MAX).with("count", there);
        return Err(Refusal::Invalid(vec![error]).into());
    }
    let new = NewAttachment {
        rma_id: rma.id,
        name: &name,
        content_type,
        content: &file.content,
        internal: file.internal,
        user_id: ctx.actor.id(),
        now: ctx.now,
    };
    let id = attachments::insert(tx, &new)?;
    audit::record(tx, ctx, "rma.attach", &format!("rma:{}", rma.number), &name)?;
    Ok(id)
}

/// The files of an RMA, as far as the reader may see them, oldest first.
///
/// # Errors
/// `not_found` when the RMA is not the reader's to know.
pub fn files(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<Vec<AttachmentRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    let rma = find(conn, ctx, number)?;
    let mut files = attachments::of_rma(conn, rma.id)?;
    files.retain(|file| !file.internal || ctx.actor.role != Role::Customer);
    Ok(files)
}

/// One file with its content.
///
/// # Errors
/// `not_found`.
pub fn file(conn: &mut Conn, ctx: &Ctx, number: &str, id: i64) -> AppResult<ContentRow> {
    ctx.actor.may(Permission::ReadRma)?;
    let rma = find(conn, ctx, number)?;
    let found = attachments::content(conn, rma.id, id)?;
    let found = found.filter(|file| !file.internal || ctx.actor.role != Role::Customer);
    Ok(found.ok_or_else(|| Refusal::not_found("file", id))?)
}
