//! Photos and papers of an intake: added, and given out again.

use super::act::{self, Sent};
use super::answer::{self, Shown, go};
use super::flash;
use super::intakes as intakes_page;
use super::rma_beside::file_row;
use super::rma_notes::to_save;
use super::settings::upload;
use crate::app::intakes;
use crate::app::rma::{AttachmentRow, FILE_MAX, NewFile};
use crate::http::csrf::Unverified;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::rma_detail::FileRow;
use actix_multipart::Multipart;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/intakes/{id}/files", web::post().to(add))
        .route("/intakes/{id}/files/{file}", web::get().to(give));
}

/// The rows of a list of files.
pub fn shown(p: &Page, id: i64, files: &[AttachmentRow]) -> Vec<FileRow> {
    files.iter().map(|file| file_row(p, file, format!("/intakes/{id}/files/{}", file.id))).collect()
}

async fn add(req: HttpRequest, id: web::Path<i64>, sender: Unverified, body: Multipart) -> Shown {
    let fields = upload::read_up_to(body, FILE_MAX).await?;
    let caller = sender.verify(upload::text(&fields, "csrf"))?;
    let id = id.into_inner();
    match put(&req, &caller, id, fields).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-made")?;
            Ok(answer)
        }
        Err(problem) => {
            let mut page = intakes_page::screen(&req, &caller, id).await?;
            let (complaint, problem) = act::complaint(&page.p, problem)?;
            page.file_error = complaint.in_one();
            answer::html(problem.status(), &page)
        }
    }
}

async fn put(
    req: &HttpRequest,
    caller: &Caller,
    id: i64,
    fields: Vec<upload::Part>,
) -> Result<String, Problem> {
    upload::check_length(&fields, FILE_MAX)?;
    let key = upload::text(&fields, "idempotency_key").unwrap_or_default().trim().to_owned();
    let file = fields.into_iter().find(|field| field.name == "file");
    let (name, content) = file.map(|field| (field.filename, field.content)).unwrap_or_default();
    let file = NewFile { name, content: http::scanned(req, content).await?, internal: true };
    let sent: Sent =
        vec![("idempotency_key".to_owned(), key), (file.name.clone(), file.content.len().to_string())];
    let to = format!("/intakes/{id}");
    let work = move |tx: &mut _, ctx: &_| intakes::attach(tx, ctx, id, &file).map(|_| ());
    act::act(caller, req, &sent, move |(): &()| to.clone(), work).await
}

async fn give(caller: Caller, path: web::Path<(i64, i64)>) -> Shown {
    let (id, file) = path.into_inner();
    Ok(to_save(http::read(&caller, move |conn, ctx| intakes::file(conn, ctx, id, file)).await?))
}
