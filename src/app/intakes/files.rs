//! Photos and papers of a box nobody announced, under the rules of the files on an RMA.

use super::get;
use crate::app::rma::{AttachmentRow, ContentRow, FILES_MAX, NewFile, checked_file};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::Conn;
use crate::store::intake_files::{self, NewIntakeFile};

/// Adds a file to an intake, also after it was matched.
///
/// # Errors
/// `not_found`, `not_your_depot`; 422 for an empty or too large file, one of another kind, or one too many.
pub fn attach(tx: &mut Conn, ctx: &Ctx, id: i64, file: &NewFile) -> AppResult<i64> {
    let row = get(tx, ctx, id)?;
    ctx.actor.may_in(Permission::MoveStock, &row.depot_ref())?;
    let (name, content_type) = checked_file(file)?;
    let there = intake_files::of_intake(tx, row.id)?.len();
    if there >= FILES_MAX {
        let error = FieldError::new("file", "count_out_of_range").with("max", FILES_MAX).with("count", there);
        return Err(Refusal::Invalid(vec![error]).into());
    }
    let new = NewIntakeFile {
        intake_id: row.id,
        name: &name,
        content_type,
        content: &file.content,
        user_id: ctx.actor.id(),
        now: ctx.now,
    };
    let file_id = intake_files::insert(tx, &new)?;
    audit::record(tx, ctx, "intake.attach", &format!("intake:{}", row.box_no), &name)?;
    Ok(file_id)
}

/// The files of an intake, oldest first.
///
/// # Errors
/// `not_found` when the intake is not the reader's to know.
pub fn files(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<Vec<AttachmentRow>> {
    let row = get(conn, ctx, id)?;
    Ok(intake_files::of_intake(conn, row.id)?)
}

/// One file with its content.
///
/// # Errors
/// `not_found`.
pub fn file(conn: &mut Conn, ctx: &Ctx, id: i64, file_id: i64) -> AppResult<ContentRow> {
    let row = get(conn, ctx, id)?;
    let found = intake_files::content(conn, row.id, file_id)?;
    Ok(found.ok_or_else(|| Refusal::not_found("file", file_id))?)
}
