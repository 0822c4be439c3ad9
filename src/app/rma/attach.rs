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
/// What may be added: the end of the name, the media type it is served with (nothing a browser would run), how it begins.
const TYPES: [(&str, &str, Looks); 13] = [
    ("png", "image/png", Looks::At(0, b"\x89PNG\r\n\x1a\n")),
    ("jpg", "image/jpeg", Looks::At(0, b"\xff\xd8\xff")),
    ("jpeg", "image/jpeg", Looks::At(0, b"\xff\xd8\xff")),
    ("webp", "image/webp", Looks::At(8, b"WEBP")),
    ("heic", "image/heic", Looks::At(4, b"ftyp")),
    ("pdf", "application/pdf", Looks::At(0, b"%PDF-")),
    ("txt", "text/plain; charset=utf-8", Looks::LikeText),
    ("log", "text/plain; charset=utf-8", Looks::LikeText),
    ("csv", "text/csv; charset=utf-8", Looks::LikeText),
    ("zip", "application/zip", Looks::At(0, b"PK")),
    ("gz", "application/gzip", Looks::At(0, b"\x1f\x8b")),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Looks::At(0, b"PK\x03\x04"),
    ),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Looks::At(0, b"PK\x03\x04"),
    ),
];

/// How the content of a kind of file begins.
#[derive(Clone, Copy)]
enum Looks {
    /// These bytes stand there.
    At(usize, &'static [u8]),
    /// Any encoding of text: not the beginning of a program, an archive or a picture.
    LikeText,
}

impl Looks {
    /// Whether the content begins as its name says.
    fn fit(self, content: &[u8]) -> bool {
        match self {
            Looks::At(at, bytes) => content.get(at..).is_some_and(|rest| rest.starts_with(bytes)),
            // UTF-16 has zeros and says so by its first two bytes.
            Looks::LikeText => {
                let begin = content.get(..1024).unwrap_or(content);
                begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff") || !begin.contains(&0)
            }
        }
    }
}

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

/// The name a file is kept under and the media type it is served with; 422 for an empty or too large file, one of another
/// kind, or one whose content is not what its name says.
pub(in crate::app) fn checked_file(file: &NewFile) -> Result<(String, &'static str), Refusal> {
    let bare = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut fields = Fields::new();
    let name = fields.required("file", bare, NAME_MAX);
    let end = name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default();
    let kind = TYPES.iter().find(|(known, ..)| *known == end);
    if kind.is_none() && !name.is_empty() {
        fields.fault("file", "kind_of_file");
    }
    if file.content.is_empty() || file.content.len() > FILE_MAX {
        fields.fault("file", "size_of_file");
    } else if kind.is_some_and(|(_, _, looks)| !looks.fit(&file.content)) {
        fields.fault("file", "content_of_file");
    }
    fields.finish()?;
    Ok((name, kind.map_or("application/octet-stream", |(_, kind, _)| *kind)))
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
