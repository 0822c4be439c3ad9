//! Transfers between depots: asked for, approved, dispatched, received, settled to the last piece.

use crate::api::stock_wire::upper;
use crate::api::transfer_wire::{Transfer, TransferSummary};
use crate::api::words::{ConditionWord, SettlementWord, TransferStateWord};
use crate::app::goods::Item;
use crate::app::transfers::{self, Dispatch, NewTransfer, Receipt, Settling, TransferFilter, WantedLine};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/transfers" list: Access::Needs(Permission::ReadStock),
    post "/transfers" create: Access::Needs(Permission::MoveStock),
    get "/transfers/{number}" show: Access::Needs(Permission::ReadStock),
    post "/transfers/{number}/approve" approve: Access::Needs(Permission::MoveStock),
    post "/transfers/{number}/cancel" cancel: Access::Needs(Permission::MoveStock),
    post "/transfers/{number}/dispatch" dispatch: Access::Needs(Permission::MoveStock),
    post "/transfers/{number}/receive" receive: Access::Needs(Permission::MoveStock),
    post "/transfers/{number}/settle" settle: Access::Needs(Permission::MoveStock),
}

/// A thing as it was scanned or typed: a serial, or a part and how many.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsItem {
    /// Part number; a serial may say it all.
    #[schema(example = "P-100234")]
    pub(super) part_no: Option<String>,
    /// Serial, as scanned.
    pub(super) serial: Option<String>,
    /// How many, for a quantity part.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub(super) quantity: Option<i64>,
}

impl From<GoodsItem> for Item {
    fn from(item: GoodsItem) -> Self {
        Item { part_no: item.part_no, serial: item.serial, quantity: item.quantity }
    }
}

/// Serials and items, in the order they were sent: serials first.
pub(super) fn scanned(serials: Vec<String>, items: Vec<GoodsItem>) -> Vec<Item> {
    serials.iter().map(|serial| Item::scanned(serial)).chain(items.into_iter().map(Item::from)).collect()
}

/// One line of a transfer to ask for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTransferLine {
    /// Part number; a serial may say it all.
    #[schema(example = "P-100234")]
    part_no: Option<String>,
    /// This very unit.
    serial: Option<String>,
    /// How many of any; 1 when not said.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: Option<i64>,
    /// In which condition; good when not said.
    condition: Option<ConditionWord>,
}

/// A transfer to ask for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferRequest {
    /// The giving depot.
    #[schema(example = "JN")]
    from: String,
    /// The receiving depot.
    #[schema(example = "DZ")]
    to: String,
    /// What is wanted.
    #[schema(min_items = 1, max_items = 500)]
    lines: Vec<NewTransferLine>,
    /// Why, or whatever the other side should know.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Ask for a transfer
///
/// Whoever works in one of the two depots may.
#[utoipa::path(post, path = "/transfers", request_body = TransferRequest,
    responses((status = 201, description = "The transfer", body = Transfer)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<TransferRequest>) -> Answer {
    let body = body.into_inner();
    let lines = body.lines.iter().cloned().map(|line| WantedLine {
        part_no: line.part_no,
        serial: line.serial,
        quantity: line.quantity,
        condition: line.condition.map(|word| word.0),
    });
    let new = NewTransfer {
        from: body.from.clone(),
        to: body.to.clone(),
        lines: lines.collect(),
        note: body.note.clone().unwrap_or_default(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        transfers::request(tx, ctx, &new).map(Transfer::from)
    })
    .await
}

/// Approve a transfer
///
/// The giving depot says yes; good stock of ours is held for it until it leaves.
#[utoipa::path(post, path = "/transfers/{number}/approve", params(("number" = String, Path, description = "Transfer")),
    responses((status = 200, description = "The transfer", body = Transfer)))]
async fn approve(caller: Caller, req: HttpRequest, number: web::Path<String>) -> Answer {
    http::act(&caller, &req, StatusCode::OK, &(), move |tx, ctx| {
        transfers::approve(tx, ctx, &number).map(Transfer::from)
    })
    .await
}

/// Why a transfer is called off.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferCancellation {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Call a transfer off
///
/// Before it leaves; either side may.
#[utoipa::path(post, path = "/transfers/{number}/cancel", params(("number" = String, Path, description = "Transfer")),
    request_body = TransferCancellation, responses((status = 200, description = "The transfer", body = Transfer)))]
async fn cancel(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<TransferCancellation>,
) -> Answer {
    let body = body.into_inner();
    let reason = body.reason.clone();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        transfers::cancel(tx, ctx, &number, &reason).map(Transfer::from)
    })
    .await
}

/// What leaves, and how.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferDispatch {
    /// Serials, as scanned.
    #[serde(default)]
    serials: Vec<String>,
    /// Things that need more words: quantities, and serials two makers share.
    #[serde(default)]
    items: Vec<GoodsItem>,
    /// Carrier.
    #[schema(max_length = 200)]
    carrier: Option<String>,
    /// Waybill number.
    #[schema(max_length = 200)]
    tracking_no: Option<String>,
}

/// Dispatch a transfer
///
/// Books what was scanned onto the road, from the giving depot. Less than was asked for may leave.
#[utoipa::path(post, path = "/transfers/{number}/dispatch", params(("number" = String, Path, description = "Transfer")),
    request_body = TransferDispatch, responses((status = 200, description = "The transfer", body = Transfer)))]
async fn dispatch(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<TransferDispatch>,
) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let what = Dispatch {
        items: scanned(sent.serials, sent.items),
        carrier: sent.carrier.unwrap_or_default(),
        tracking_no: sent.tracking_no.unwrap_or_default(),
    };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        transfers::dispatch(tx, ctx, &number, &what).map(Transfer::from)
    })
    .await
}

/// What was found in the box.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferReceipt {
    /// Serials, as scanned.
    #[serde(default)]
    serials: Vec<String>,
    /// Things that need more words: quantities, and serials two makers share.
    #[serde(default)]
    items: Vec<GoodsItem>,
    /// Bin it is put into; the depot itself when not said.
    #[schema(example = "A1-01")]
    bin: Option<String>,
}

/// Receive a transfer
///
/// What matches goes into stock, what is not in the papers into quarantine, and what did not come stays on the road. The
/// sending depot is told of differences.
#[utoipa::path(post, path = "/transfers/{number}/receive", params(("number" = String, Path, description = "Transfer")),
    request_body = TransferReceipt, responses((status = 200, description = "Per line matched, missing, unexpected", body = Transfer)))]
async fn receive(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<TransferReceipt>,
) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let receipt = Receipt { items: scanned(sent.serials, sent.items), bin: sent.bin };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        transfers::receive(tx, ctx, &number, &receipt).map(Transfer::from)
    })
    .await
}

/// What became of missing pieces.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferSettlement {
    /// `found` by the receiver, `returned` to the sender, or `lost` (a manager only).
    settlement: SettlementWord,
    /// Serials.
    #[serde(default)]
    serials: Vec<String>,
    /// Quantities, and serials two makers share.
    #[serde(default)]
    items: Vec<GoodsItem>,
    /// Why; needed for `lost`.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Bin it is put into, when it turned up.
    bin: Option<String>,
}

/// Settle missing pieces
///
/// A missing piece stays on the road, ageing, until somebody says what became of it.
#[utoipa::path(post, path = "/transfers/{number}/settle", params(("number" = String, Path, description = "Transfer")),
    request_body = TransferSettlement, responses((status = 200, description = "The transfer", body = Transfer)))]
async fn settle(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<TransferSettlement>,
) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let settling = Settling {
        items: scanned(sent.serials, sent.items),
        settlement: sent.settlement.0,
        reason: sent.reason.unwrap_or_default(),
        bin: sent.bin,
    };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        transfers::settle(tx, ctx, &number, &settling).map(Transfer::from)
    })
    .await
}

/// Which transfers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Giving depot.
    #[param(example = "JN")]
    from: Option<String>,
    /// Receiving depot.
    #[param(example = "DZ")]
    to: Option<String>,
    /// State.
    state: Option<TransferStateWord>,
}

/// List transfers
#[utoipa::path(get, path = "/transfers", params(Paging, Filter),
    responses((status = 200, description = "Transfers, newest first", body = Page<TransferSummary>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let filter = TransferFilter {
        from: upper(filter.from),
        to: upper(filter.to),
        state: filter.state.map(|word| word.0),
    };
    let before = paging.after("transfers")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows =
        http::read(&caller, move |conn, ctx| transfers::list(conn, ctx, &filter, before, fetch)).await?;
    http::ok(&Page::new("transfers", &paging, rows, |(row, _)| row.id, TransferSummary::from))
}

/// One transfer
#[utoipa::path(get, path = "/transfers/{number}", params(("number" = String, Path, description = "Transfer")),
    responses((status = 200, description = "The transfer", body = Transfer)))]
async fn show(caller: Caller, number: web::Path<String>) -> Answer {
    let view = http::read(&caller, move |conn, ctx| transfers::view(conn, ctx, &number)).await?;
    http::ok(&Transfer::from(view))
}
