//! Spreadsheets into the books: what the command line's `import` does, with the same answer.

use crate::app::import::cells::CellError;
use crate::app::import::kind::Kind;
use crate::app::import::outcome::{ImportReport, Warning};
use crate::app::import::{Encode, Imported, Key, Options};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::problem::Trouble;
use crate::http::{self, Answer, Caller, Query, State, imports, upload};
use crate::i18n::Lang;
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    post "/imports/{kind}" import: Access::Needs(Permission::ImportData),
}

/// How to import.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct How {
    /// `true`: judge only; write nothing.
    dry_run: Option<bool>,
    /// `true`: write the sound rows although others were refused. Without it, all or nothing.
    skip_bad: Option<bool>,
}

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read as a stream")]
pub struct SpreadsheetForm {
    /// CSV (UTF-8 or GB18030) or XLSX, at most 64 MB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// What became of every row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportAnswer {
    /// Rows with something in them, the heading not counted: accepted + unchanged + refused rows.
    #[schema(example = 985)]
    read: u32,
    /// Rows that were written, or would be.
    #[schema(example = 978)]
    accepted: u32,
    /// Rows the books say already.
    unchanged: u32,
    /// Rows with at least one refusal.
    refused_rows: u32,
    /// Every reason, by row and column; one row may have several.
    refused: Vec<RefusedCell>,
    /// What was taken over with a remark.
    warnings: Vec<RowRemark>,
    /// Headings nobody knew; their columns were not read.
    ignored_columns: Vec<String>,
    /// `true` when the accepted rows were written; `false` for a dry run, and when refused rows held everything back.
    written: bool,
}

/// Why a row was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedCell {
    /// The spreadsheet's own row number; the heading is row 1.
    #[schema(example = 68)]
    row: u32,
    /// Heading of the column.
    #[schema(example = "序列号")]
    column: String,
    /// Stable code.
    #[schema(example = "serial_missing")]
    code: String,
    /// The reason, in the caller's language.
    message: String,
}

/// Something taken over that a person should know of.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowRemark {
    /// The spreadsheet's own row number.
    row: u32,
    /// Stable code.
    code: String,
    /// The remark, in the caller's language.
    message: String,
}

impl ImportAnswer {
    fn new(report: &ImportReport, lang: Lang) -> Self {
        let refused = |error: &CellError| RefusedCell {
            row: error.row,
            column: error.column.clone(),
            code: error.reason.code().to_owned(),
            message: imports::reason(lang, error),
        };
        let remark = |warning: &Warning| RowRemark {
            row: warning.row,
            code: warning.code.to_owned(),
            message: imports::remark(lang, warning),
        };
        Self {
            read: report.read,
            accepted: report.accepted,
            unchanged: report.unchanged,
            refused_rows: report.refused_rows,
            refused: report.refused.iter().map(refused).collect(),
            warnings: report.warnings.iter().map(remark).collect(),
            ignored_columns: report.ignored_columns.clone(),
            written: report.written,
        }
    }
}

/// What makes two imports the same, beside the address.
#[derive(Serialize)]
struct Command {
    sha256: String,
    skip_bad: bool,
}

/// Import a spreadsheet
///
/// Headings may be Chinese or English, in any order. The same file twice changes nothing. All or nothing unless
/// `skip_bad`; refused rows are no error of the call: look at `written`. A file that is no table, or lacks a column, is
/// refused as a whole (422, field `file`). The answer is that of `beiku import --json`.
#[utoipa::path(post, path = "/imports/{kind}",
    params(("kind" = String, Path, description = "depots, parts, customers, stock or rma-history", example = "stock",
        pattern = "^(depots|parts|customers|stock|rma-history)$"), How),
    request_body(content = SpreadsheetForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What became of every row", body = ImportAnswer)))]
async fn import(
    caller: Caller,
    req: HttpRequest,
    state: web::Data<State>,
    kind: web::Path<String>,
    how: Query<How>,
    parts: Multipart,
) -> Answer {
    let kind = Kind::from_code(&kind).ok_or(Trouble::NoSuchAddress)?;
    let how = how.into_inner();
    let options =
        Options { dry_run: how.dry_run.unwrap_or_default(), skip_bad: how.skip_bad.unwrap_or_default() };
    let upload = upload::receive(&req, parts).await?;
    let command = Command { sha256: hex::encode(&upload.sha256), skip_bad: options.skip_bad };
    let once = http::once(&req, &command)?;
    let lang = caller.lang;
    let encode: Encode = Arc::new(move |report| {
        let answer = serde_json::to_string(&ImportAnswer::new(report, lang));
        (StatusCode::OK.as_u16(), answer.unwrap_or_default())
    });
    let key = once.filter(|_| !options.dry_run).map_or_else(Key::default, |once| Key::new(once, encode));
    match imports::run(&state, &caller, kind, upload.file, options, key).await?.0 {
        Imported::Done(report) => http::ok(&ImportAnswer::new(&report, lang)),
        Imported::Replayed { status, body } => Ok(http::replayed(status, body)),
    }
}
