//! Notes and files on an RMA: written, added, and given out again.

use super::act::{self, Sent};
use super::answer::{Shown, go, part};
use super::flash;
use super::settings::upload;
use crate::app::rma::{self, ContentRow, FILE_MAX, NewFile};
use crate::http;
use crate::http::Caller;
use crate::http::csrf::Unverified;
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
    let said = |name: &str| upload::text(&fields, name).unwrap_or_default().trim().to_owned();
    let (text, internal) = (said("text"), !said("internal").is_empty());
    let line: Option<i64> = said("line").parse().ok();
    // A browser sends an empty field for no file.
    let file = fields.iter().find(|field| field.name == "file" && !field.content.is_empty());
    let file = match file {
        Some(field) => {
            let content = http::scanned(&req, field.content.clone()).await?;
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
    let number = number.into_inner();
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
    let to = act::act(&caller, &req, &sent, move |(): &()| to.clone(), work).await?;
    let mut answer = go(&req, &to);
    flash::say(&req, &mut answer, "said-made")?;
    Ok(answer)
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
