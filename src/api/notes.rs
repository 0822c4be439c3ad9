//! Notes on RMAs, and new labels of units.

use crate::api::case_wire::Label;
use crate::api::rma_wire::Rma;
use crate::app::rma;
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    post "/rmas/{number}/notes" note: Access::Needs(Permission::ReadRma),
    post "/units/{serial}/labels" label: Access::Needs(Permission::MoveStock),
    post "/labels/{id}/approve" approve: Access::Needs(Permission::MoveStock),
}

/// A note.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// What to write down.
    #[schema(min_length = 1, max_length = 500)]
    text: String,
    /// Line it is about; the whole RMA when not said.
    line: Option<i64>,
    /// For our own people only; customers see the others.
    #[serde(default)]
    internal: bool,
}

/// Write a note on an RMA
#[utoipa::path(post, path = "/rmas/{number}/notes", request_body = NoteBody,
    params(("number" = String, Path, description = "RMA number")),
    responses((status = 201, description = "The RMA with the note in its timeline", body = Rma)))]
async fn note(caller: Caller, req: HttpRequest, number: web::Path<String>, body: Json<NoteBody>) -> Answer {
    let (number, body) = (number.into_inner(), body.into_inner());
    let (text, line, internal) = (body.text.clone(), body.line, body.internal);
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        rma::note(tx, ctx, &number, line, &text, internal)?;
        rma::view(tx, ctx, &number).map(Rma::from)
    })
    .await
}

/// A further code for a unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelBody {
    /// The code on the new label.
    #[schema(example = "2102942280732379-B")]
    code: String,
    /// Why.
    #[schema(example = "原标签磨损", max_length = 500)]
    reason: String,
    /// Which part, when two makers share the serial.
    part_no: Option<String>,
}

/// Ask for a new label
///
/// A second person must approve it; from then on both codes scan.
#[utoipa::path(post, path = "/units/{serial}/labels", request_body = LabelBody,
    params(("serial" = String, Path, description = "Serial as the books have it")),
    responses((status = 201, description = "Waits for a second person", body = Label)))]
async fn label(caller: Caller, req: HttpRequest, serial: web::Path<String>, body: Json<LabelBody>) -> Answer {
    let (serial, body) = (serial.into_inner(), body.into_inner());
    let (code, reason, part_no) = (body.code.clone(), body.reason.clone(), body.part_no.clone());
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        let asked = rma::ask_label(tx, ctx, &serial, part_no.as_deref(), &code, &reason)?;
        Ok(Label::new(asked, false))
    })
    .await
}

/// Approve a new label
#[utoipa::path(post, path = "/labels/{id}/approve", params(("id" = String, Path, description = "Label")),
    responses((status = 200, description = "Both codes scan now", body = Label)))]
async fn approve(caller: Caller, req: HttpRequest, id: web::Path<String>) -> Answer {
    let id: i64 = id.parse().map_err(|_| Refusal::not_found("label", id.as_str()))?;
    http::act(&caller, &req, StatusCode::OK, "", move |tx, ctx| {
        rma::approve_label(tx, ctx, id).map(|label| Label::new(label, true))
    })
    .await
}
