//! Files on intakes: photos of boxes and labels nobody can read.

use crate::api::attachments::{Attachment, listed, read_whole, to_save};
use crate::app::intakes;
use crate::app::rma::FILE_MAX;
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Page, upload};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use utoipa::ToSchema;

crate::endpoints! {
    get "/intakes/{id}/files" list: Access::Needs(Permission::ReadStock),
    post "/intakes/{id}/files" add: Access::Needs(Permission::MoveStock),
    get "/intakes/{id}/files/{file}" give: Access::Needs(Permission::ReadStock),
}

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read as a stream")]
pub struct IntakeFileForm {
    /// A picture, PDF, text, archive or office document, at most 5 MB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// List the files of an intake
#[utoipa::path(get, path = "/intakes/{id}/files", params(("id" = i64, Path, description = "Intake")),
    responses((status = 200, description = "The files, oldest first", body = Page<Attachment>)))]
async fn list(caller: Caller, id: web::Path<i64>) -> Answer {
    let files = http::read(&caller, move |conn, ctx| intakes::files(conn, ctx, *id)).await?;
    http::ok(&listed(files))
}

/// Add a file to an intake
///
/// A photo of the box, or of the label nobody can read. For our own people only.
#[utoipa::path(post, path = "/intakes/{id}/files", params(("id" = i64, Path, description = "Intake")),
    request_body(content = IntakeFileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The files of the intake, the new one among them", body = Page<Attachment>)))]
async fn add(caller: Caller, req: HttpRequest, id: web::Path<i64>, parts: Multipart) -> Answer {
    let upload = upload::receive_up_to(&req, parts, FILE_MAX).await?;
    let (command, new) = read_whole(&req, upload, true).await?;
    http::act(&caller, &req, StatusCode::CREATED, &command, move |tx, ctx| {
        intakes::attach(tx, ctx, *id, &new)?;
        intakes::files(tx, ctx, *id).map(listed)
    })
    .await
}

/// A file of an intake with its content
///
/// Always to be saved, never shown on our address.
#[utoipa::path(get, path = "/intakes/{id}/files/{file}",
    params(("id" = i64, Path, description = "Intake"), ("file" = i64, Path, description = "File")),
    responses((status = 200, description = "The file, as the kind it is", body = Vec<u8>, content_type = "*/*")))]
async fn give(caller: Caller, path: web::Path<(i64, i64)>) -> Answer {
    let (id, file) = path.into_inner();
    Ok(to_save(http::read(&caller, move |conn, ctx| intakes::file(conn, ctx, id, file)).await?))
}
