//! Shipments: what is on the road.

use crate::api::rma_wire::Acted;
use crate::api::shipment_wire::Shipment;
use crate::api::words::{DirectionWord, ShipmentStateWord};
use crate::app::rma::{self, ActionInput};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/shipments" list: Access::Needs(Permission::ReadRma),
    post "/shipments/{id}/delivered" delivered: Access::Needs(Permission::ConfirmReturn),
}

/// Which shipments to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Towards the customer or towards us.
    direction: Option<DirectionWord>,
    /// On the road or arrived.
    state: Option<ShipmentStateWord>,
}

/// List shipments
#[utoipa::path(get, path = "/shipments", params(Paging, Filter), responses((status = 200, description = "Shipments, newest first", body = Page<Shipment>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let (direction, state) = (filter.direction.map(|word| word.0), filter.state.map(|word| word.0));
    let before = paging.after::<i64>("shipments")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows =
        http::read(&caller, move |conn, ctx| rma::list_shipments(conn, ctx, direction, state, before, fetch))
            .await?;
    http::ok(&Page::new("shipments", &paging, rows, |row| row.id, Shipment::from))
}

/// Proof of a hand-over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Who took it; `name` is understood too.
    #[serde(alias = "name")]
    #[schema(min_length = 1, max_length = 200)]
    received_by: String,
    /// When; now when not said. `time` is understood too.
    #[serde(alias = "time")]
    occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// A shipment arrived
///
/// The same fact as the line's own action (`confirm_returned`, `replacement_delivered`, `exchange_delivered`): the first with
/// proof counts.
#[utoipa::path(post, path = "/shipments/{id}/delivered", request_body = Proof,
    params(("id" = i64, Path, description = "Id of the shipment")),
    responses((status = 200, description = "The line as it now is", body = Acted)))]
async fn delivered(caller: Caller, req: HttpRequest, id: web::Path<String>, body: Json<Proof>) -> Answer {
    let id: i64 = id.parse().map_err(|_| Refusal::not_found("shipment", id.as_str()))?;
    let body = body.into_inner();
    let input = ActionInput {
        received_by: body.received_by.clone(),
        occurred_at: body.occurred_at,
        note: body.note.clone(),
        ..ActionInput::default()
    };
    let work = move |tx: &mut _, ctx: &_| rma::delivered(tx, ctx, id, &input).map(Acted::from);
    http::act(&caller, &req, StatusCode::OK, &body, work).await
}
