//! Files on RMAs: photos of the label, logs, papers.

use crate::app::rma::{self, AttachmentRow, ContentRow, FILE_MAX, NewFile};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::upload::Upload;
use crate::http::{self, Answer, Caller, Page, Problem, Trouble, upload};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::io::Read;
use utoipa::ToSchema;

crate::endpoints! {
    get "/rmas/{number}/files" list: Access::Needs(Permission::ReadRma),
    post "/rmas/{number}/files" add: Access::Needs(Permission::ReadRma),
    get "/rmas/{number}/files/{id}" give: Access::Needs(Permission::ReadRma),
}

/// A file on an RMA.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attachment {
    /// Id.
    id: i64,
    /// Its name.
    #[schema(example = "label.jpg")]
    name: String,
    /// Bytes.
    size: i64,
    /// For our own people only.
    internal: bool,
    /// Who added it.
    actor: Option<String>,
    /// When.
    added_at: DateTime<Utc>,
}

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Attachment {
        let AttachmentRow { id, name, size, internal, actor, added_at } = row;
        Attachment { id, name, size, internal, actor, added_at }
    }
}

/// All files of a case, oldest first.
pub(super) fn listed(rows: Vec<AttachmentRow>) -> Page<Attachment> {
    Page::whole(rows.into_iter().map(Attachment::from).collect())
}

/// List the files of an RMA
///
/// Customers do not see what is for our own people.
#[utoipa::path(get, path = "/rmas/{number}/files", params(("number" = String, Path, description = "RMA number")),
    responses((status = 200, description = "The files, oldest first", body = Page<Attachment>)))]
async fn list(caller: Caller, number: web::Path<String>) -> Answer {
    let files = http::read(&caller, move |conn, ctx| rma::files(conn, ctx, &number)).await?;
    http::ok(&listed(files))
}

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read as a stream")]
pub struct FileForm {
    /// A picture, PDF, text, archive or office document, at most 5 MB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// `true`: for our own people only.
    internal: Option<String>,
}

/// What makes two uploads the same.
#[derive(Serialize)]
pub(super) struct Command {
    name: String,
    sha256: String,
    internal: bool,
}

/// The file itself, and what makes two uploads the same.
pub(super) async fn read_whole(
    req: &HttpRequest,
    upload: Upload,
    internal: bool,
) -> Result<(Command, NewFile), Problem> {
    let command = Command { name: upload.name.clone(), sha256: hex::encode(&upload.sha256), internal };
    let (name, mut file) = (upload.name, upload.file);
    let read = web::block(move || {
        let mut content = vec![];
        file.read_to_end(&mut content).map(|_| content)
    });
    let content = read.await.map_err(std::io::Error::other).flatten().map_err(|error| {
        tracing::error!(%error, "an upload cannot be read from its temporary file");
        Trouble::Internal
    })?;
    Ok((command, NewFile { name, content: http::scanned(req, content).await?, internal }))
}

/// Add a file to an RMA
#[utoipa::path(post, path = "/rmas/{number}/files", params(("number" = String, Path, description = "RMA number")),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The files of the RMA, the new one among them", body = Page<Attachment>)))]
async fn add(caller: Caller, req: HttpRequest, number: web::Path<String>, parts: Multipart) -> Answer {
    let number = number.into_inner();
    let upload = upload::receive_up_to(&req, parts, FILE_MAX).await?;
    let internal = match upload.field("internal").map(str::trim) {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => {
            let error = crate::domain::refusal::FieldError::new("internal", "unknown_word");
            return Err(Refusal::Invalid(vec![error.with("allowed", "true, false")]).into());
        }
    };
    let (command, new) = read_whole(&req, upload, internal).await?;
    http::act(&caller, &req, StatusCode::CREATED, &command, move |tx, ctx| {
        rma::attach(tx, ctx, &number, &new)?;
        rma::files(tx, ctx, &number).map(listed)
    })
    .await
}

/// A file with its content
///
/// Always to be saved, never shown on our address.
#[utoipa::path(get, path = "/rmas/{number}/files/{id}",
    params(("number" = String, Path, description = "RMA number"), ("id" = String, Path, description = "File")),
    responses((status = 200, description = "The file, as the kind it is", body = Vec<u8>, content_type = "*/*")))]
async fn give(caller: Caller, path: web::Path<(String, String)>) -> Answer {
    let (number, id) = path.into_inner();
    let id: i64 = id.parse().map_err(|_| Refusal::not_found("file", &id))?;
    let file = http::read(&caller, move |conn, ctx| rma::file(conn, ctx, &number, id)).await?;
    Ok(to_save(file))
}

/// A file's answer: always to be saved, never shown on our address.
pub(super) fn to_save(file: ContentRow) -> HttpResponse {
    let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((
            "Content-Disposition",
            format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20")),
        ))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "default-src 'none'; sandbox"))
        .insert_header(("Cache-Control", "private, no-store"))
        .body(file.content)
}
