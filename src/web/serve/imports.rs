//! `/imports` and what follows: take a file in, judge it, commit it, give the rejects back.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go};
use super::frame;
use crate::app::import::cells::CellError;
use crate::app::import::columns::Column;
use crate::app::import::files;
use crate::app::import::kind::Kind;
use crate::app::import::outcome::ImportReport;
use crate::app::import::{Imported, Key, Options};
use crate::app::{self, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::http::csrf::{FIELD, SignedForm, Unverified};
use crate::http::upload::{self, UPLOAD_LIMIT};
use crate::http::{self, Caller, Problem, State, Trouble, imports};
use crate::i18n::Lang;
use crate::web::format::how_many;
use crate::web::imports::{ImportResultPage, ImportsPage, Judgement, KindChoice, RefusedRow};
use crate::web::page::Screen;
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use std::fs::File;
use std::sync::Arc;

/// Refused cells a page shows; the file of rejects has them all.
const SHOWN: usize = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/imports").route(web::get().to(ask)).route(web::post().to(take_in)))
        .route("/imports/{kind}/template.csv", web::get().to(blank))
        .route("/imports/{id}", web::get().to(look))
        .route("/imports/{id}/commit", web::post().to(commit))
        .route("/imports/{id}/rejects.csv", web::get().to(rejects));
}

/// What to offer first.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    kind: String,
}

async fn ask(req: HttpRequest, caller: Caller, asked: web::Query<Asked>) -> Shown {
    caller.may(Permission::ImportData)?;
    answer::page(&form(&req, &caller, &asked.kind, String::new()))
}

fn form(req: &HttpRequest, caller: &Caller, kind: &str, error: String) -> ImportsPage {
    let first = Kind::from_code(kind).unwrap_or(Kind::Depots);
    let p = frame::page(req, Some(caller), Screen::Imports);
    let column = |column: &Column| (frame::name(&p, column.zh, column.en), column.required);
    let kinds = Kind::ALL.iter().map(|kind| KindChoice {
        code: kind.as_str(),
        current: *kind == first,
        columns: kind.columns().iter().map(column).collect(),
    });
    ImportsPage { kinds: kinds.collect(), error, limit_mb: how_many(UPLOAD_LIMIT >> 20), p }
}

/// A table with the headings of a kind and nothing below them, in the reader's language; spreadsheets know it for UTF-8.
async fn blank(req: HttpRequest, caller: Caller, kind: web::Path<String>) -> Shown {
    caller.may(Permission::ImportData)?;
    let kind = Kind::from_code(&kind).ok_or(Trouble::NoSuchAddress)?;
    let p = frame::page(&req, Some(&caller), Screen::Imports);
    let headings: Vec<&str> =
        kind.columns().iter().map(|column| frame::name(&p, column.zh, column.en)).collect();
    let name = format!("attachment; filename=\"{}.csv\"", kind.as_str());
    let mut answer = HttpResponse::Ok();
    answer.content_type("text/csv; charset=utf-8").insert_header((CONTENT_DISPOSITION, name));
    Ok(answer.body(format!("\u{feff}{}\r\n", headings.join(","))))
}

async fn take_in(req: HttpRequest, sender: Unverified, parts: Multipart) -> Shown {
    let upload = match upload::receive(&req, parts).await {
        // A browser sends an empty part when no file was chosen; that is for the form to say.
        // One that is too large is for the form to say, too.
        Err(problem)
            if matches!(
                problem.status(),
                StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE
            ) =>
        {
            let caller = http::whoever(&req).await.ok_or(Trouble::NotSignedIn)?;
            caller.may(Permission::ImportData)?;
            let p = frame::page(&req, Some(&caller), Screen::Imports);
            let too_large = problem.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let error = if too_large { problem.detail(p.lang) } else { p.t("imports-no-file") };
            return answer::html(problem.status(), &form(&req, &caller, "", error));
        }
        upload => upload?,
    };
    let caller = sender.verify(upload.field(FIELD))?;
    let kind = upload.field("kind").and_then(Kind::from_code).ok_or(Trouble::NoSuchAddress)?;
    let length = how_many(upload.length);
    let id = files::keep(&caller.app, &caller.ctx, kind, &upload.name, length, upload.file).await?;
    Ok(go(&req, &format!("/imports/{id}")))
}

async fn look(req: HttpRequest, state: web::Data<State>, caller: Caller, id: web::Path<i64>) -> Shown {
    show(&req, &state, &caller, id.into_inner(), StatusCode::OK, String::new()).await
}

async fn show(
    req: &HttpRequest,
    state: &State,
    caller: &Caller,
    id: i64,
    status: StatusCode,
    error: String,
) -> Shown {
    let (row, kind, file) = http::read(caller, move |conn, ctx| files::open(conn, ctx, id)).await?;
    let p = frame::page(req, Some(caller), Screen::Imports);
    let done = !row.result.is_empty();
    let judged = if done {
        serde_json::from_str(&row.result).map_err(|_| Trouble::Internal.into())
    } else {
        judge(state, caller, kind, file).await.map(|(report, _)| judgement(&report, p.lang))
    };
    let (status, error, j) = match judged {
        Ok(j) => (status, error, j),
        // A file that is no table, or lacks a column: the person chooses another.
        Err(problem) => match problem.field_errors().first() {
            Some(fault) => {
                let text = http::words::field(p.lang, fault);
                return answer::html(problem.status(), &form(req, caller, kind.as_str(), text));
            }
            None => return Err(problem),
        },
    };
    let kind = kind.as_str();
    let screen =
        ImportResultPage { p, id, kind, name: row.name, done, j, error, idempotency_key: act::key() };
    answer::html(status, &screen)
}

async fn judge(
    state: &State,
    caller: &Caller,
    kind: Kind,
    file: File,
) -> Result<(ImportReport, File), Problem> {
    let options = Options { dry_run: true, skip_bad: true };
    match imports::run(state, caller, kind, file, options, Key::default()).await? {
        (Imported::Done(report), file) => Ok((report, file)),
        (Imported::Replayed { .. }, _) => Err(Trouble::Internal.into()),
    }
}

fn judgement(report: &ImportReport, lang: Lang) -> Judgement {
    let refused = |error: &CellError| RefusedRow {
        row: i64::from(error.row),
        column: error.column.clone(),
        value: error.reason.value(),
        message: imports::reason(lang, error),
        fix: imports::mending(lang, error),
    };
    let remarks = report.warnings.iter().map(|warning| RefusedRow {
        row: i64::from(warning.row),
        message: imports::remark(lang, warning),
        ..RefusedRow::default()
    });
    Judgement {
        read: i64::from(report.read),
        accepted: i64::from(report.accepted),
        unchanged: i64::from(report.unchanged),
        refused_rows: i64::from(report.refused_rows),
        refused: report.refused.iter().take(SHOWN).map(refused).collect(),
        hidden: how_many(report.refused.len().saturating_sub(SHOWN)),
        remarks: remarks.take(SHOWN).collect(),
        ignored: report.ignored_columns.clone(),
    }
}

/// Writes the rows. Rows that came to be refused since the page was made hold everything back, unless it was agreed to
/// leave refused rows out.
async fn commit(
    req: HttpRequest,
    state: web::Data<State>,
    id: web::Path<i64>,
    form: SignedForm<Sent>,
) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let lang = frame::page(&req, Some(&caller), Screen::Imports).lang;
    let (_, kind, file) = http::read(&caller, move |conn, ctx| files::open(conn, ctx, id)).await?;
    let to = format!("/imports/{id}");
    let kept = to.clone();
    let key = act::once(&req, &sent)?
        .map_or_else(Key::default, |once| Key::new(once, Arc::new(move |_| (303, kept.clone()))));
    let options = Options { dry_run: false, skip_bad: !value(&sent, "skip_bad").is_empty() };
    match imports::run(&state, &caller, kind, file, options, key).await?.0 {
        Imported::Replayed { body, .. } => Ok(go(&req, &body)),
        Imported::Done(report) if report.written => {
            let result = serde_json::to_string(&judgement(&report, lang)).map_err(|_| Trouble::Internal)?;
            let work = move |tx: &mut Conn, ctx: &Ctx| files::settle(tx, ctx, id, &result);
            app::run(&caller.app, &caller.ctx, None, |()| (303, String::new()), work).await?;
            Ok(go(&req, &to))
        }
        Imported::Done(_) => {
            let error = frame::page(&req, Some(&caller), Screen::Imports).t("imports-held-back");
            show(&req, &state, &caller, id, StatusCode::CONFLICT, error).await
        }
    }
}

/// The refused rows as they were read, to be put right and sent again.
async fn rejects(req: HttpRequest, state: web::Data<State>, caller: Caller, id: web::Path<i64>) -> Shown {
    let id = id.into_inner();
    let lang = frame::page(&req, Some(&caller), Screen::Imports).lang;
    let (_, kind, file) = http::read(&caller, move |conn, ctx| files::open(conn, ctx, id)).await?;
    let (report, file) = judge(&state, &caller, kind, file).await?;
    let text = imports::rejects(lang, report, file).await?;
    let name = format!("attachment; filename=\"{}-rejects.csv\"", kind.as_str());
    let mut answer = HttpResponse::Ok();
    answer.content_type("text/csv; charset=utf-8").insert_header((CONTENT_DISPOSITION, name));
    Ok(answer.streaming(http::pieces(text)))
}
