//! Reservations: stock held for somebody.

use crate::api::stock_wire::upper;
use crate::api::words::ReservationStateWord;
use crate::app::stock::{self, Hold, ReservationRow};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/reservations" list: Access::Needs(Permission::ReadStock),
    post "/reservations" create: Access::Needs(Permission::Reserve),
    delete "/reservations/{id}" release: Access::Needs(Permission::Reserve),
}

/// Stock held for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reservation {
    /// Id.
    id: i64,
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Depot code.
    #[schema(example = "JN")]
    depot: String,
    /// The very unit; none when any will do.
    serial: Option<String>,
    /// How many.
    quantity: i64,
    /// For what.
    document: String,
    /// How it stands.
    state: ReservationStateWord,
    /// By whom.
    created_by: Option<String>,
    /// Since when.
    created_at: DateTime<Utc>,
    /// Until when; `null`: until it is released.
    expires_at: Option<DateTime<Utc>>,
    /// When it ended.
    closed_at: Option<DateTime<Utc>>,
}

impl From<ReservationRow> for Reservation {
    fn from(row: ReservationRow) -> Self {
        Reservation {
            id: row.id,
            part_no: row.part_no,
            depot: row.depot,
            serial: row.serial,
            quantity: row.quantity,
            document: row.document,
            state: Word(row.state),
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            closed_at: row.closed_at,
        }
    }
}

/// What to hold.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReservation {
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Depot code.
    #[schema(example = "JN")]
    depot: String,
    /// Any so many, or …
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: Option<i64>,
    /// … this very unit.
    serial: Option<String>,
    /// Until when; without it until it is released.
    expires_at: Option<DateTime<Utc>>,
    /// For what.
    #[schema(max_length = 500)]
    document: Option<String>,
}

/// Reserve
///
/// Holds good stock of ours in a depot, a quantity or one unit. Nothing is held twice: when too little is free the answer is
/// 409 `not_available`.
#[utoipa::path(post, path = "/reservations", request_body = NewReservation,
    responses((status = 201, description = "The reservation", body = Reservation)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewReservation>) -> Answer {
    let body = body.into_inner();
    let hold = Hold {
        part_no: body.part_no.clone(),
        depot: body.depot.clone(),
        serial: body.serial.clone(),
        quantity: body.quantity,
        expires_at: body.expires_at,
        document: body.document.clone().unwrap_or_default(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        stock::reserve(tx, ctx, &hold).map(Reservation::from)
    })
    .await
}

/// Release a reservation
#[utoipa::path(delete, path = "/reservations/{id}", params(("id" = i64, Path, description = "Reservation")),
    responses((status = 200, description = "The reservation as it ended", body = Reservation)))]
async fn release(caller: Caller, req: HttpRequest, id: web::Path<i64>) -> Answer {
    http::act(&caller, &req, StatusCode::OK, &(), move |tx, ctx| {
        stock::release(tx, ctx, *id).map(Reservation::from)
    })
    .await
}

/// Which reservations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How they stand.
    state: Option<ReservationStateWord>,
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
}

/// List reservations
#[utoipa::path(get, path = "/reservations", params(Paging, Filter),
    responses((status = 200, description = "Reservations, newest first", body = Page<Reservation>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { state, depot } = filter.into_inner();
    let (state, depot) = (state.map(|word| word.0), upper(depot));
    let before = paging.after("reservations")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| {
        stock::list_reservations(conn, ctx, state, depot.as_deref(), before, fetch)
    })
    .await?;
    http::ok(&Page::new("reservations", &paging, rows, |row| row.id, Reservation::from))
}
