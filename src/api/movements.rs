//! Movements: booked one by one or in a batch, put right by a reversal, and read.

use crate::api::stock_wire::{StockMovement, owner_in, upper};
use crate::api::words::{ConditionWord, MovementKindWord};
use crate::app::Ctx;
use crate::app::stock::{self, Booked, Booking, MovementFilter, Wanted};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/movements" list: Access::Needs(Permission::ReadStock),
    post "/movements" book: Access::Needs(Permission::MoveStock),
    post "/movements/batch" batch: Access::Needs(Permission::MoveStock),
    post "/movements/{id}/reversal" reverse: Access::Needs(Permission::MoveStock),
}

/// What to book: kind, from and to are needed. In a batch, whatever an item does not say is taken from the batch itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMovement {
    /// Kind.
    kind: Option<MovementKindWord>,
    /// Part number; may be left out when the serial alone says which unit on the books it is.
    #[schema(example = "P-100234")]
    part_no: Option<String>,
    /// Serial, as scanned; for parts counted one by one.
    #[schema(example = "HX7340219912")]
    serial: Option<String>,
    /// How many; for parts counted as a quantity.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: Option<i64>,
    /// Place it is taken from: `JN`, `JN/A1-01`, `JN/bench`, `customer:C1001`, `vendor:V1`, `engineer:li`, `transit:17`,
    /// `supplier`, `opening`, `lost`.
    #[schema(example = "JN/A1-01")]
    from: Option<String>,
    /// Place it is put into.
    #[schema(example = "customer:C1001")]
    to: Option<String>,
    /// Of a quantity: the condition it is taken in; good when not said.
    condition: Option<ConditionWord>,
    /// The condition afterwards; for `convert`, or where the mover knows.
    condition_to: Option<ConditionWord>,
    /// The owner afterwards, for `transfer_title`; the owner of a unit new to the books.
    #[schema(example = "customer:C1001")]
    owner_to: Option<String>,
    /// Why; needed for `adjust`, `scrap` and `transfer_title`.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The document it belongs to.
    #[schema(max_length = 500)]
    document: Option<String>,
    /// When it happened; now when not said.
    occurred_at: Option<DateTime<Utc>>,
}

impl NewMovement {
    /// This one, with what it does not say taken from `common`.
    fn over(self, common: &NewMovement) -> NewMovement {
        NewMovement {
            kind: self.kind.or(common.kind),
            part_no: self.part_no.or_else(|| common.part_no.clone()),
            serial: self.serial.or_else(|| common.serial.clone()),
            quantity: self.quantity.or(common.quantity),
            from: self.from.or_else(|| common.from.clone()),
            to: self.to.or_else(|| common.to.clone()),
            condition: self.condition.or(common.condition),
            condition_to: self.condition_to.or(common.condition_to),
            owner_to: self.owner_to.or_else(|| common.owner_to.clone()),
            reason: self.reason.or_else(|| common.reason.clone()),
            document: self.document.or_else(|| common.document.clone()),
            occurred_at: self.occurred_at.or(common.occurred_at),
        }
    }

    /// As the use case takes it; what is missing is named below `path`.
    fn booking(self, path: &str, errors: &mut Vec<FieldError>) -> Option<Booking> {
        let needed =
            [("kind", self.kind.is_some()), ("from", self.from.is_some()), ("to", self.to.is_some())];
        for (field, _) in needed.into_iter().filter(|(_, is_there)| !is_there) {
            errors.push(FieldError::new(format!("{path}{field}"), "required"));
        }
        let owner_to = owner_in(&format!("{path}owner_to"), self.owner_to.as_deref());
        let owner_to = owner_to.unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        Some(Booking {
            kind: self.kind?.0,
            part_no: self.part_no,
            serial: self.serial,
            quantity: self.quantity,
            from: self.from?,
            to: self.to?,
            condition: self.condition.map(|word| word.0),
            condition_to: self.condition_to.map(|word| word.0),
            owner_to,
            reason: self.reason.unwrap_or_default(),
            document: self.document.unwrap_or_default(),
            occurred_at: self.occurred_at,
        })
    }
}

fn invalid(errors: Vec<FieldError>) -> Result<(), Refusal> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// Book a movement
///
/// Takes a unit or a quantity from one place and puts it into another. Nothing is taken that is not there.
#[utoipa::path(post, path = "/movements", request_body = NewMovement,
    responses((status = 201, description = "As it was booked", body = StockMovement)))]
async fn book(caller: Caller, req: HttpRequest, body: Json<NewMovement>) -> Answer {
    let body = body.into_inner();
    let mut errors = vec![];
    let booking = body.clone().booking("", &mut errors);
    invalid(errors)?;
    let booking = booking.ok_or_else(|| Refusal::field("kind", "required"))?;
    let once = http::once(&req, &body)?;
    let encode = |booked: &Booked, ctx: &Ctx| {
        let answer = StockMovement::booked(booked.clone(), &ctx.actor.username);
        (StatusCode::CREATED.as_u16(), http::encode(&answer))
    };
    let wanted = Wanted { ctx: caller.ctx.clone(), booking, once, encode };
    let outcome = stock::book_jointly(&caller.app, wanted).await?;
    let username = &caller.ctx.actor.username;
    http::settled(StatusCode::CREATED, outcome.map(|booked| StockMovement::booked(booked, username)))
}

/// Movements that are booked together or not at all.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Kind.
    kind: Option<MovementKindWord>,
    /// Part number.
    part_no: Option<String>,
    /// Place they are taken from.
    #[schema(example = "supplier")]
    from: Option<String>,
    /// Place they are put into.
    #[schema(example = "JN/A1-01")]
    to: Option<String>,
    /// Of quantities: the condition they are taken in.
    condition: Option<ConditionWord>,
    /// The condition afterwards.
    condition_to: Option<ConditionWord>,
    /// The owner afterwards.
    owner_to: Option<String>,
    /// Why.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The document they belong to.
    #[schema(max_length = 500)]
    document: Option<String>,
    /// When they happened.
    occurred_at: Option<DateTime<Utc>>,
    /// The movements; each may say otherwise than the batch.
    #[schema(min_items = 1, max_items = 5000)]
    items: Vec<NewMovement>,
}

impl Batch {
    fn common(&self) -> NewMovement {
        NewMovement {
            kind: self.kind,
            part_no: self.part_no.clone(),
            serial: None,
            quantity: None,
            from: self.from.clone(),
            to: self.to.clone(),
            condition: self.condition,
            condition_to: self.condition_to,
            owner_to: self.owner_to.clone(),
            reason: self.reason.clone(),
            document: self.document.clone(),
            occurred_at: self.occurred_at,
        }
    }
}

/// What was booked together.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedBatch {
    /// How many.
    count: usize,
    /// The movements, in the order of the items.
    items: Vec<StockMovement>,
}

/// Book a batch
///
/// Up to 5,000 movements, all or nothing. Every item that cannot be booked is named, e.g. `items[17].serial`.
#[utoipa::path(post, path = "/movements/batch", request_body = Batch,
    responses((status = 201, description = "As they were booked", body = BookedBatch)))]
async fn batch(caller: Caller, req: HttpRequest, body: Json<Batch>) -> Answer {
    let body = body.into_inner();
    let common = body.common();
    let mut errors = vec![];
    let mut bookings = Vec::with_capacity(body.items.len());
    for (at, item) in body.items.iter().enumerate() {
        bookings.extend(item.clone().over(&common).booking(&format!("items[{at}]."), &mut errors));
    }
    invalid(errors)?;
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        let booked = stock::book_batch(tx, ctx, &bookings)?;
        let actor = &ctx.actor.username;
        let items: Vec<_> = booked.into_iter().map(|booked| StockMovement::booked(booked, actor)).collect();
        Ok(BookedBatch { count: items.len(), items })
    })
    .await
}

/// Why a movement is taken back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalReason {
    /// Why.
    #[schema(example = "扫错了", min_length = 1, max_length = 500)]
    reason: String,
}

/// Reverse a movement
///
/// Books the same the other way, now, naming the first. Only the last movement of a unit can be reversed.
#[utoipa::path(post, path = "/movements/{id}/reversal", params(("id" = i64, Path, description = "Movement")),
    request_body = ReversalReason, responses((status = 201, description = "The reversing entry", body = StockMovement)))]
async fn reverse(caller: Caller, req: HttpRequest, id: web::Path<i64>, body: Json<ReversalReason>) -> Answer {
    let body = body.into_inner();
    let reason = body.reason.clone();
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        Ok(StockMovement::booked(stock::reverse(tx, ctx, *id, &reason)?, &ctx.actor.username))
    })
    .await
}

/// Which movements to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Part number.
    part_no: Option<String>,
    /// Serial of a unit.
    serial: Option<String>,
    /// Depot code, on either side.
    #[param(example = "JN")]
    depot: Option<String>,
    /// Kind.
    kind: Option<MovementKindWord>,
    /// Document.
    document: Option<String>,
    /// Happened on this day or later.
    from: Option<NaiveDate>,
    /// Happened on this day or earlier.
    to: Option<NaiveDate>,
}

/// List movements
#[utoipa::path(get, path = "/movements", params(Paging, Filter),
    responses((status = 200, description = "Movements, newest first", body = Page<StockMovement>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { part_no, serial, depot, kind, document, from, to } = filter.into_inner();
    let zone = Zone::default();
    let filter = MovementFilter {
        part_no: upper(part_no),
        unit_id: None,
        depot: upper(depot),
        kind: kind.map(|word| word.0),
        document,
        from: from.map(|day| zone.day_start(day)),
        before: to.map(|day| zone.overdue_from(day)),
    };
    let before = paging.after("movements")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| {
        stock::list_movements_of(conn, ctx, filter, serial.as_deref(), before, fetch)
    })
    .await?;
    http::ok(&Page::new("movements", &paging, rows, |row| row.id, StockMovement::from))
}
