//! Replacement requests: asked for, approved, issued, handed over.

use crate::api::stock_wire::upper;
use crate::api::words::{FaultyStateWord, RequestReasonWord, RequestStateWord};
use crate::app::requests::{self, Issue, NewSpareRequest, RequestFilter, RequestRow};
use crate::app::rma::new_tracking_code;
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/requests" list: Access::Needs(Permission::ReadRma),
    post "/requests" create: Access::Needs(Permission::RequestRma),
    get "/requests/{number}" show: Access::Needs(Permission::ReadRma),
    post "/requests/{number}/approve" approve: Access::Needs(Permission::DecideRma),
    post "/requests/{number}/reject" reject: Access::Needs(Permission::DecideRma),
    post "/requests/{number}/withdraw" withdraw: Access::Needs(Permission::RequestRma),
    post "/requests/{number}/issue" issue: Access::Needs(Permission::Reserve),
    post "/plans/{code}/auto-approval" automatic: Access::Needs(Permission::ManageSetup),
    delete "/plans/{code}/auto-approval" by_hand: Access::Needs(Permission::ManageSetup),
}

/// A replacement request.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpareRequest {
    /// Number.
    #[schema(example = "SQ-2026-000004")]
    number: String,
    /// Customer code.
    customer: String,
    /// Site.
    site: String,
    /// Part needed.
    part_no: String,
    /// Serial of the part to be replaced.
    faulty_serial: String,
    /// RMA it belongs to.
    rma: String,
    /// Its line.
    line: i64,
    /// Why.
    reason: RequestReasonWord,
    /// Who takes the spare.
    receiver: String,
    /// How it stands.
    state: RequestStateWord,
    /// Nobody had to say yes: the plan did.
    automatic: bool,
    /// Who asked.
    requested_by: Option<String>,
    /// When.
    requested_at: DateTime<Utc>,
    /// Who decided.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<DateTime<Utc>>,
    /// What was said.
    decision_note: String,
    /// Serial of the spare.
    spare: Option<String>,
    /// Who issued it.
    issued_by: Option<String>,
    /// When.
    issued_at: Option<DateTime<Utc>>,
    /// The removed part, on its way to us.
    faulty_state: FaultyStateWord,
    /// When the spare must be in place.
    spare_due_at: Option<DateTime<Utc>>,
    /// Until when the removed part is to come back, while it is owed.
    owed_by: Option<NaiveDate>,
    /// Where the spare should best come from: a depot, or `engineer:<user>`; empty for the nearest.
    wish_from: String,
    /// The part that should best come; empty for the first that fits.
    wish_part: String,
}

impl From<RequestRow> for SpareRequest {
    fn from(row: RequestRow) -> Self {
        SpareRequest {
            number: row.number,
            customer: row.customer,
            site: row.site,
            part_no: row.part_no,
            faulty_serial: row.faulty_serial,
            rma: row.rma,
            line: row.line,
            reason: Word(row.reason),
            receiver: row.receiver,
            state: Word(row.state),
            automatic: row.automatic,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            decision_note: row.decision_note,
            spare: row.spare,
            issued_by: row.issued_by,
            issued_at: row.issued_at,
            faulty_state: Word(row.faulty_state),
            spare_due_at: row.due_at,
            owed_by: row.owed_by,
            wish_from: row.wish_from,
            wish_part: row.wish_part,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpareRequestBody {
    /// Customer code.
    #[schema(example = "C1001")]
    customer: String,
    /// Site.
    #[serde(default)]
    #[schema(max_length = 200)]
    site: String,
    /// Part needed.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Serial of the part to be replaced; needed unless an RMA is named.
    faulty_serial: Option<String>,
    /// RMA it belongs to; one is made when there is none.
    #[schema(example = "RMA-2026-000123")]
    rma: Option<String>,
    /// Its line; 1 when not said.
    line: Option<i64>,
    /// `fault`, or `preventive`: before it breaks.
    reason: RequestReasonWord,
    /// Who takes the spare.
    #[serde(default)]
    #[schema(max_length = 200)]
    receiver: String,
    /// What is wrong.
    #[serde(default)]
    #[schema(max_length = 500)]
    fault: String,
    /// Where the spare should best come from: a depot, or the caller's own van `engineer:<user>`.
    #[schema(example = "JN")]
    wish_from: Option<String>,
    /// The part that should best come: the one asked for, or one that may stand in for it.
    #[schema(example = "P-100234")]
    wish_part: Option<String>,
}

/// Ask for a spare
///
/// Where the plan says so, it is approved at once. The promise `spare_in_place` runs from the approval.
#[utoipa::path(post, path = "/requests", request_body = SpareRequestBody,
    responses((status = 201, description = "The request", body = SpareRequest)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<SpareRequestBody>) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let line = sent.line.unwrap_or(1);
    let new = NewSpareRequest {
        customer: sent.customer,
        site: sent.site,
        part_no: sent.part_no,
        faulty_serial: sent.faulty_serial,
        rma: sent.rma.map(|number| (number, line)),
        reason: sent.reason.0,
        receiver: sent.receiver,
        fault: sent.fault,
        wish_from: sent.wish_from.unwrap_or_default(),
        wish_part: sent.wish_part.unwrap_or_default(),
        tracking_code: new_tracking_code(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        requests::request(tx, ctx, &new).map(SpareRequest::from)
    })
    .await
}

/// A word to go with a yes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestApproval {
    /// Note.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// Approve a request
#[utoipa::path(post, path = "/requests/{number}/approve", params(("number" = String, Path, description = "Request")),
    request_body = RequestApproval, responses((status = 200, description = "The request", body = SpareRequest)))]
async fn approve(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<RequestApproval>,
) -> Answer {
    let body = body.into_inner();
    let note = body.note.clone();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        requests::approve(tx, ctx, &number, &note).map(SpareRequest::from)
    })
    .await
}

/// Why a request is refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestRejection {
    /// Why; the customer reads it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Refuse a request
///
/// An RMA nobody authorised is rejected with it.
#[utoipa::path(post, path = "/requests/{number}/reject", params(("number" = String, Path, description = "Request")),
    request_body = RequestRejection, responses((status = 200, description = "The request", body = SpareRequest)))]
async fn reject(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<RequestRejection>,
) -> Answer {
    let body = body.into_inner();
    let reason = body.reason.clone();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        requests::reject(tx, ctx, &number, &reason).map(SpareRequest::from)
    })
    .await
}

/// Why a request is called back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestWithdrawal {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Call a request back
///
/// By who asked for it, or who decides, while it is `requested`. It is `rejected`, decided by who called it back; an RMA that was
/// made with it is cancelled with it.
#[utoipa::path(post, path = "/requests/{number}/withdraw", params(("number" = String, Path, description = "Request")),
    request_body = RequestWithdrawal, responses((status = 200, description = "The request", body = SpareRequest)))]
async fn withdraw(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<RequestWithdrawal>,
) -> Answer {
    let body = body.into_inner();
    let reason = body.reason.clone();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        requests::withdraw(tx, ctx, &number, &reason).map(SpareRequest::from)
    })
    .await
}

/// How a spare is issued.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestIssue {
    /// The very spare, from a depot or from the caller's own van; else the nearest that fits.
    serial: Option<String>,
    /// Depot it is taken from.
    #[schema(example = "JN")]
    depot: Option<String>,
    /// Carrier.
    #[serde(default)]
    #[schema(max_length = 200)]
    carrier: String,
    /// Waybill number.
    #[serde(default)]
    #[schema(max_length = 200)]
    tracking_no: String,
    /// Who took it, when it is handed over now: the promise is kept.
    #[serde(default)]
    #[schema(max_length = 200)]
    received_by: String,
    /// Depot that takes in the removed part now; empty when it is not here yet. When not said: of a `preventive` request that is
    /// handed over now, the depot the spare comes from, where the caller may receive; of any other none.
    #[schema(example = "JN")]
    removed_to: Option<String>,
    /// When it was done, when that was earlier; now when not said.
    occurred_at: Option<DateTime<Utc>>,
    /// A note for the line's timeline.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
    /// Somebody looked at the board: it is within the limits of the equivalence, though nobody had put down what it is.
    #[serde(default)]
    limits_confirmed: bool,
}

/// Issue the spare
///
/// Out of a depot, out of the customer's own on-site spares, or out of the caller's own van.
#[utoipa::path(post, path = "/requests/{number}/issue", params(("number" = String, Path, description = "Request")),
    request_body = RequestIssue, responses((status = 200, description = "The request", body = SpareRequest)))]
async fn issue(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<RequestIssue>,
) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let how = Issue {
        serial: sent.serial,
        depot: sent.depot,
        carrier: sent.carrier,
        tracking_no: sent.tracking_no,
        received_by: sent.received_by,
        removed_to: sent.removed_to,
        occurred_at: sent.occurred_at,
        note: sent.note,
        limits_confirmed: sent.limits_confirmed,
    };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        requests::issue(tx, ctx, &number, &how).map(SpareRequest::from)
    })
    .await
}

/// Let the plan say yes
///
/// Requests under the version of this plan that is in force today need nobody's yes from now on.
#[utoipa::path(post, path = "/plans/{code}/auto-approval", params(("code" = String, Path, description = "Plan")),
    responses((status = 204, description = "Done")))]
async fn automatic(caller: Caller, req: HttpRequest, code: web::Path<String>) -> Answer {
    http::done(&caller, &req, &(), move |tx, ctx| requests::approve_automatically(tx, ctx, &code, true)).await
}

/// Let people say yes
///
/// Requests under the version of this plan that is in force today wait for somebody's yes again.
#[utoipa::path(delete, path = "/plans/{code}/auto-approval", params(("code" = String, Path, description = "Plan")),
    responses((status = 204, description = "Done")))]
async fn by_hand(caller: Caller, req: HttpRequest, code: web::Path<String>) -> Answer {
    http::done(&caller, &req, &(), move |tx, ctx| requests::approve_automatically(tx, ctx, &code, false))
        .await
}

/// Which requests to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// State.
    state: Option<RequestStateWord>,
    /// Customer code.
    #[param(example = "C1001")]
    customer: Option<String>,
    /// Who asked for it or issued it.
    engineer: Option<String>,
    /// Only those whose removed part is still owed to us.
    owed: Option<bool>,
}

/// List requests
#[utoipa::path(get, path = "/requests", params(Paging, Filter),
    responses((status = 200, description = "Requests, newest first", body = Page<SpareRequest>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let filter = RequestFilter {
        state: filter.state.map(|word| word.0),
        customer: upper(filter.customer),
        engineer: filter.engineer,
        owed: filter.owed.unwrap_or(false),
    };
    let before = paging.after("requests")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows =
        http::read(&caller, move |conn, ctx| requests::list(conn, ctx, &filter, before, fetch)).await?;
    http::ok(&Page::new("requests", &paging, rows, |row| row.id, SpareRequest::from))
}

/// One request
#[utoipa::path(get, path = "/requests/{number}", params(("number" = String, Path, description = "Request")),
    responses((status = 200, description = "The request", body = SpareRequest)))]
async fn show(caller: Caller, number: web::Path<String>) -> Answer {
    let row = http::read(&caller, move |conn, ctx| requests::get(conn, ctx, &number)).await?;
    http::ok(&SpareRequest::from(row))
}
