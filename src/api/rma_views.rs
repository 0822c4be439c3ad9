//! Views of the list of RMAs that people keep, and lines given to somebody many at once.

use crate::app::rma;
use crate::app::saved_views::{self, ViewRow};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    get "/rma-views" list: Access::Needs(Permission::ReadRma),
    post "/rma-views" keep: Access::Needs(Permission::ReadRma),
    delete "/rma-views/{id}" forget: Access::Needs(Permission::ReadRma),
    // A manager's right or the bench's; the use case says which.
    post "/rma-lines/assign" assign: Access::Needs(Permission::ReadRma),
}

/// A kept view.
#[derive(Debug, Serialize, ToSchema)]
pub struct RmaView {
    /// Id.
    id: i64,
    /// Its name.
    #[schema(example = "德州等配件")]
    name: String,
    /// The query string of the page `/rma`.
    #[schema(example = "view=open&depot=DZ&state=repairing")]
    query: String,
    /// All staff see it.
    shared: bool,
    /// It is the caller's own.
    own: bool,
}

fn views(rows: Vec<ViewRow>, reader: i64) -> Page<RmaView> {
    let view = |row: ViewRow| RmaView {
        own: row.user_id == reader,
        id: row.id,
        name: row.name,
        query: row.query,
        shared: row.shared,
    };
    Page::whole(rows.into_iter().map(view).collect())
}

/// List kept views of the RMA list
///
/// The caller's own, and those shared with all staff.
#[utoipa::path(get, path = "/rma-views", responses((status = 200, description = "The views, by name", body = Page<RmaView>)))]
async fn list(caller: Caller) -> Answer {
    let reader = caller.ctx.actor.user_id;
    let rows = http::read(&caller, saved_views::list).await?;
    http::ok(&views(rows, reader))
}

/// A view to keep.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepView {
    /// Its name; one of the same name is replaced.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The query string of the page `/rma`, without the question mark.
    #[schema(max_length = 2000)]
    query: String,
    /// All staff see it; for managers.
    #[serde(default)]
    shared: bool,
}

/// Keep a view of the RMA list
#[utoipa::path(post, path = "/rma-views", request_body = KeepView,
    responses((status = 201, description = "The views the caller sees now", body = Page<RmaView>)))]
async fn keep(caller: Caller, req: HttpRequest, body: Json<KeepView>) -> Answer {
    let body = body.into_inner();
    let (name, query, shared) = (body.name.clone(), body.query.clone(), body.shared);
    let reader = caller.ctx.actor.user_id;
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        saved_views::keep(tx, ctx, &name, &query, shared)?;
        saved_views::list(tx, ctx).map(|rows| views(rows, reader))
    })
    .await
}

/// Forget a view
#[utoipa::path(delete, path = "/rma-views/{id}", params(("id" = String, Path, description = "View")),
    responses((status = 204, description = "It is gone")))]
async fn forget(caller: Caller, req: HttpRequest, id: web::Path<String>) -> Answer {
    let id: i64 = id.parse().map_err(|_| Refusal::not_found("view", id.as_str()))?;
    http::done(&caller, &req, "", move |tx, ctx| saved_views::forget(tx, ctx, id)).await
}

/// A line of an RMA.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineName {
    /// RMA number.
    #[schema(example = "RMA-2026-000123")]
    rma: String,
    /// Its line.
    #[schema(example = 1)]
    line: i64,
}

/// Lines for somebody.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignMany {
    /// Which lines.
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<LineName>,
    /// User name of who is to care for them; nobody when not said.
    user: Option<String>,
}

/// How many lines were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assigned {
    /// Lines that now have this person.
    #[schema(example = 12)]
    assigned: usize,
}

/// Give RMA lines to somebody, many at once
///
/// All or none.
#[utoipa::path(post, path = "/rma-lines/assign", request_body = AssignMany,
    responses((status = 200, description = "How many lines were given", body = Assigned)))]
async fn assign(caller: Caller, req: HttpRequest, body: Json<AssignMany>) -> Answer {
    let body = body.into_inner();
    let lines: Vec<(String, i64)> = body.lines.iter().map(|one| (one.rma.clone(), one.line)).collect();
    let user = body.user.clone();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        rma::assign_many(tx, ctx, &lines, user.as_deref()).map(|assigned| Assigned { assigned })
    })
    .await
}
