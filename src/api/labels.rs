//! Other codes of a unit: labelled anew by one person, confirmed by a second.

use crate::api::stock_wire::UnitDetail;
use crate::app::stock;
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    post "/units/{serial}/labels" create: Access::Needs(Permission::MoveStock),
    post "/units/{serial}/labels/confirm" confirm: Access::Needs(Permission::MoveStock),
}

/// Another code for a unit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    /// Part number, when several units share the serial.
    part_no: Option<String>,
    /// The code on the new label.
    #[schema(example = "JN-000123", max_length = 64)]
    code: String,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Label a unit anew
///
/// The unit keeps its serial; it answers to the new code too once a second person confirmed it.
#[utoipa::path(post, path = "/units/{serial}/labels", params(("serial" = String, Path, description = "Serial")),
    request_body = NewLabel, responses((status = 201, description = "The unit", body = UnitDetail)))]
async fn create(caller: Caller, req: HttpRequest, serial: web::Path<String>, body: Json<NewLabel>) -> Answer {
    let body = body.into_inner();
    let new = body.clone();
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        stock::relabel(tx, ctx, &serial, new.part_no.as_deref(), &new.code, &new.reason).map(UnitDetail::from)
    })
    .await
}

/// The code a second person saw.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenLabel {
    /// Part number, when several units share the serial.
    part_no: Option<String>,
    /// The code on the new label.
    code: String,
}

/// Confirm a label
///
/// By somebody else than the one who put it on.
#[utoipa::path(post, path = "/units/{serial}/labels/confirm", params(("serial" = String, Path, description = "Serial")),
    request_body = SeenLabel, responses((status = 200, description = "The unit", body = UnitDetail)))]
async fn confirm(
    caller: Caller,
    req: HttpRequest,
    serial: web::Path<String>,
    body: Json<SeenLabel>,
) -> Answer {
    let body = body.into_inner();
    let seen = body.clone();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        stock::confirm_label(tx, ctx, &serial, seen.part_no.as_deref(), &seen.code).map(UnitDetail::from)
    })
    .await
}
