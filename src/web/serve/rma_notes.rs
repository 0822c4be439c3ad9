//! Notes and files on an RMA: written, added, and given out again.

use super::act::{self, Sent};
use super::answer::{self, Shown, go, part};
use super::settings::upload;
use super::{flash, mine, rma_line};
use crate::app::rma::{self, ContentRow, FILE_MAX, NewFile};
use crate::domain::actor::Role;
use crate::http::csrf::Unverified;
use crate::http::{self, Caller, Problem};
use crate::web::rma_detail::NotesForm;
use actix_multipart::Multipart;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/rma/{number}/notes", web::post().to(add))
        .route("/rma/{number}/files/{id}", web::get().to(give));
}

async fn add(req: HttpRequest, number: web::Path<String>, sender: Unverified, body: Multipart) -> Shown {
    let fields = upload::read_up_to(body, FILE_MAX).await?;
    let caller = sender.verify(upload::text(&fields, "csrf"))?;
    let number = number.into_inner();
    match put(&req, &caller, &number, &fields).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-made")?;
            Ok(answer)
        }
        Err(problem) => refused(&req, &caller, &number, &fields, problem).await,
    }
}

/// What was typed into a field.
fn said(fields: &[upload::Part], name: &str) -> String {
    upload::text(fields, name).unwrap_or_default().trim().to_owned()
}

/// Writes the note and adds the file; where the browser goes then.
async fn put(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    fields: &[upload::Part],
) -> Result<String, Problem> {
    upload::check_length(fields, FILE_MAX)?;
    let said = |name: &str| said(fields, name);
    let text = said("text");
    // What our own people write stays among them until they say otherwise: a word too many to a customer cannot be taken back.
    let internal = caller.ctx.actor.role != Role::Customer && said("shared").is_empty();
    let line: Option<i64> = said("line").parse().ok();
    // A browser sends an empty field for no file.
    let file = fields.iter().find(|field| field.name == "file" && !field.content.is_empty());
    let file = match file {
        Some(field) => {
            let content = http::scanned(req, field.content.clone()).await?;
            Some(NewFile { name: field.filename.clone(), content, internal })
        }
        None => None,
    };
    let mut sent: Sent = vec![
        ("idempotency_key".to_owned(), said("idempotency_key")),
        ("text".to_owned(), text.clone()),
        ("internal".to_owned(), internal.to_string()),
    ];
    sent.extend(file.iter().map(|file| (file.name.clone(), file.content.len().to_string())));
    let number = number.to_owned();
    let to = format!("/rma/{}?line={}", part(&number), line.unwrap_or(1));
    let work = move |tx: &mut _, ctx: &_| {
        if let Some(file) = &file {
            rma::attach(tx, ctx, &number, file)?;
        }
        if !text.is_empty() || file.is_none() {
            rma::note(tx, ctx, &number, line, &text, internal)?;
        }
        Ok(())
    };
    act::act(caller, req, &sent, move |(): &()| to.clone(), work).await
}

/// The RMA's page again, with what was typed and why it was not taken.
async fn refused(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    fields: &[upload::Part],
    problem: Problem,
) -> Shown {
    let line = said(fields, "line").parse().ok();
    let typed = |notes: &mut NotesForm, error: String| {
        notes.error = error;
        notes.text = said(fields, "text");
        notes.shared = !said(fields, "shared").is_empty();
    };
    if caller.ctx.actor.role == Role::Customer {
        let mut page = mine::rma_screen(req, caller, number, line).await?;
        let (complaint, problem) = act::complaint(&page.p, problem)?;
        typed(&mut page.notes, complaint.in_one());
        return answer::html(problem.status(), &page);
    }
    let mut page = rma_line::screen(req, caller, number, line).await?;
    let (complaint, problem) = act::complaint(&page.p, problem)?;
    typed(&mut page.notes, complaint.in_one());
    answer::html(problem.status(), &page)
}

/// A file, always to be saved: whatever is in it, it does not run on our address.
async fn give(caller: Caller, path: web::Path<(String, i64)>) -> Shown {
    let (number, id) = path.into_inner();
    let file = http::read(&caller, move |conn, ctx| rma::file(conn, ctx, &number, id)).await?;
    Ok(to_save(file))
}

/// The answer of such a file.
pub fn to_save(file: ContentRow) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header(("Content-Disposition", format!("attachment; filename*=UTF-8''{}", part(&file.name))))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "default-src 'none'; sandbox"))
        .insert_header(("Cache-Control", "private, no-store"))
        .body(file.content)
}
