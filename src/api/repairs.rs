//! The bench: repair orders of RMA lines and of our own faulty stock.

use crate::api::repair_body::{PartBody, TestStepBody, bench_input, fen_of, in_cny};
use crate::api::repair_wire::{Repair, RepairActed, RepairItem};
use crate::api::stock_wire::upper;
use crate::api::words::{DataAnswerWord, OutcomeWord, QueueSortWord, RepairOrderStateWord};
use crate::app::repair::{self, FIRST, NewOrder, RepairFilter, RepairKey};
use crate::app::rma::ActionInput;
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{QueueSort, RepairKind};
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/repairs" list: Access::Needs(Permission::ReadStock),
    post "/repairs" create: Access::Needs(Permission::Repair),
    get "/repairs/{id}" show: Access::Needs(Permission::ReadStock),
    post "/repairs/{id}/actions/{action}" act: Access::Needs(Permission::ReadStock),
}

/// Which repair orders to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Code of the depot whose bench it is.
    #[param(example = "JN")]
    bench: Option<String>,
    /// User name of who works on it.
    technician: Option<String>,
    /// State; without it, what is not closed.
    state: Option<RepairOrderStateWord>,
    /// Vendor code: only units that are there.
    vendor: Option<String>,
    /// Only units a vendor should have sent back before today.
    vendor_overdue: Option<bool>,
    /// What comes first: what is due first (`due`), or what is most likely to miss its date (`miss_probability`).
    #[param(inline)]
    sort: Option<QueueSortWord>,
    /// Number of the order or its RMA, serial, or part number.
    q: Option<String>,
}

/// The bench queue
///
/// What is not closed, the most urgent first; our own stock, which is promised to nobody, comes last.
#[utoipa::path(get, path = "/repairs", params(Paging, Filter),
    responses((status = 200, description = "Repair orders, most urgent first", body = Page<RepairItem>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let asked = filter.into_inner();
    let today = Zone::default().local_date(caller.ctx.now);
    let filter = RepairFilter {
        bench: upper(asked.bench),
        technician: asked.technician.map(|name| name.trim().to_owned()),
        state: asked.state.map(|word| word.0),
        lane: None,
        open: asked.state.is_none(),
        vendor: upper(asked.vendor),
        vendor_overdue_on: asked.vendor_overdue.unwrap_or(false).then_some(today),
        q: asked.q,
    };
    let sort = asked.sort.map_or(QueueSort::Due, |word| word.0);
    // A cursor of one order means nothing in the other.
    let name = match sort {
        QueueSort::Due => "repairs",
        QueueSort::MissProbability => "repairs by risk",
    };
    let after = paging
        .after::<(i64, NaiveDate, i64)>(name)?
        .map_or(FIRST, |(risk, sort_due, id)| RepairKey { risk, sort_due, id });
    let fetch = paging.fetch();
    let rows =
        http::read(&caller, move |conn, ctx| repair::list(conn, ctx, &filter, sort, after, fetch)).await?;
    let key = |listed: &repair::Listed| {
        let key = repair::key_of(listed, sort);
        (key.risk, key.sort_due, key.id)
    };
    http::ok(&Page::new(name, &paging, rows, key, |listed| RepairItem::new(listed, today)))
}

/// A unit of our own for the bench.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRepair {
    /// Serial, as scanned.
    #[schema(example = "2102942280732379")]
    serial: String,
    /// Part number, when several units share the serial.
    part_no: Option<String>,
    /// What is wrong with it.
    #[serde(default)]
    #[schema(max_length = 500)]
    fault: String,
}

/// Open a repair order
///
/// For a faulty or quarantined unit of ours, without an RMA. The unit goes on the bench of the depot it is in.
#[utoipa::path(post, path = "/repairs", request_body = NewRepair, responses((status = 201, description = "Opened", body = RepairActed)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewRepair>) -> Answer {
    let body = body.into_inner();
    let today = Zone::default().local_date(caller.ctx.now);
    let new =
        NewOrder { serial: body.serial.clone(), part_no: body.part_no.clone(), fault: body.fault.clone() };
    let work =
        move |tx: &mut _, ctx: &_| repair::open(tx, ctx, &new).map(|acted| RepairActed::new(acted, today));
    http::act(&caller, &req, StatusCode::CREATED, &body, work).await
}

/// One repair order
#[utoipa::path(get, path = "/repairs/{id}", params(("id" = String, Path, description = "Id or number of the order")),
    responses((status = 200, description = "The order", body = Repair)))]
async fn show(caller: Caller, id: web::Path<String>) -> Answer {
    let today = Zone::default().local_date(caller.ctx.now);
    let view = http::read(&caller, move |conn, ctx| repair::view(conn, ctx, &id)).await?;
    http::ok(&Repair::new(view, today))
}

/// What bench work says. Each action reads the fields that concern it; docs/api.md has the table.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairBody {
    /// Depot code, where something is received.
    #[schema(example = "JN")]
    depot: Option<String>,
    /// Bin of the depot.
    bin: Option<String>,
    /// Serial as scanned.
    serial: Option<String>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
    /// What was found.
    #[serde(default)]
    #[schema(max_length = 500)]
    finding: String,
    /// Diagnosis code, one of `/fault-codes`.
    #[schema(example = "port")]
    fault_code: Option<String>,
    /// What the repair is thought to cost, a decimal string.
    #[schema(example = "640.00")]
    estimate: Option<String>,
    /// Outcome of a repair, or the verdict of a diagnosis.
    outcome: Option<OutcomeWord>,
    /// Cost, a decimal string; for `approve_cost` what it may cost from now on.
    #[schema(example = "1280.00")]
    cost: Option<String>,
    /// Currency of cost and estimate: CNY, also when not said.
    currency: Option<String>,
    /// What is built in.
    #[serde(default, alias = "items")]
    #[schema(max_items = 100)]
    parts: Vec<PartBody>,
    /// Vendor code.
    vendor: Option<String>,
    /// The vendor's own reference.
    #[serde(default)]
    #[schema(max_length = 200)]
    vendor_rma: String,
    /// When the vendor wants to be done.
    due_on: Option<NaiveDate>,
    /// Whether the test was passed; what the steps say when not said.
    passed: Option<bool>,
    /// The steps of the test (`test`).
    #[serde(default)]
    #[schema(max_items = 30)]
    steps: Vec<TestStepBody>,
    /// What becomes of the data on a customer's part; the plan's answer when not said.
    data: Option<DataAnswerWord>,
    /// Number of the certificate of that.
    #[serde(default)]
    #[schema(max_length = 200)]
    certificate: String,
    /// Who is to work on it (`assign`); nobody when not said.
    user: Option<String>,
    /// When it happened; now when not said.
    occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// Act on a repair order
///
/// The actions allowed now stand in the order's `allowed_actions`. While its RMA line is open, the line goes along. `If-Match`
/// with the order's version refuses with 412 when somebody else was faster.
#[utoipa::path(post, path = "/repairs/{id}/actions/{action}", request_body = RepairBody,
    params(("id" = String, Path, description = "Id or number of the order"),
        ("action" = String, Path, description = "Action, e.g. `diagnose`, `use_parts`, `to_stock`, `assign`"),
        ("If-Match" = Option<String>, Header, description = "Version of the order as it was read")),
    responses((status = 200, description = "The order as it now is, and the movements it made", body = RepairActed),
        (status = 412, description = "Changed since the version in `If-Match`", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn act(
    caller: Caller,
    req: HttpRequest,
    path: web::Path<(String, String)>,
    body: Json<RepairBody>,
) -> Answer {
    let (id, action) = path.into_inner();
    let body = body.into_inner();
    let today = Zone::default().local_date(caller.ctx.now);
    if action == "assign" {
        let (user, how) = (body.user.clone(), input(&body, http::if_match(&req)?)?);
        let work = move |tx: &mut _, ctx: &_| {
            repair::assign(tx, ctx, &id, user.as_deref(), &how).map(|acted| RepairActed::new(acted, today))
        };
        return http::act(&caller, &req, StatusCode::OK, &body, work).await;
    }
    let kind = RepairKind::from_code(&action).ok_or_else(|| Refusal::not_found("action", &action))?;
    let input = input(&body, http::if_match(&req)?)?;
    let work = move |tx: &mut _, ctx: &_| {
        repair::act(tx, ctx, &id, kind, &input).map(|acted| RepairActed::new(acted, today))
    };
    http::act(&caller, &req, StatusCode::OK, &body, work).await
}

fn input(body: &RepairBody, if_version: Option<i64>) -> Result<ActionInput, Refusal> {
    in_cny(body.currency.as_deref())?;
    let bench = bench_input(
        body.fault_code.as_ref(),
        body.estimate.as_deref(),
        &body.parts,
        &body.steps,
        body.data,
        &body.certificate,
        None,
        "",
    )?;
    Ok(ActionInput {
        depot: body.depot.clone(),
        bin: body.bin.clone(),
        serial: body.serial.clone(),
        reason: body.reason.clone(),
        finding: body.finding.clone(),
        outcome: body.outcome.map(|word| word.0),
        cost_fen: fen_of("cost", body.cost.as_deref())?,
        vendor: body.vendor.clone(),
        vendor_rma: body.vendor_rma.clone(),
        due_on: body.due_on,
        passed: body.passed,
        occurred_at: body.occurred_at,
        note: body.note.clone(),
        if_version,
        bench,
        ..ActionInput::default()
    })
}
