//! RMAs: request, follow, act.

use crate::api::repair_body::{PartBody, TestStepBody, bench_input, in_cny};
use crate::api::rma_wire::{Acted, Line, LineItem, Rma};
use crate::api::stock_wire::upper;
use crate::api::words::{
    CauseWord, ConditionWord, DataAnswerWord, DueGroupWord, EntitlementWord, LanguageWord, LineOrderWord,
    ModeWord, OutcomeWord, PayerWord, RepairStateWord,
};
use crate::app::figures;
use crate::app::rma::{
    self, ActionInput, CaseInput, DueGroup, Facets, LineFilter, LineKey, LineOrder, NewLine, NewRequest,
    RiskKey,
};
use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::calendar::{NO_DUE_DATE, Zone};
use crate::domain::fields::Fields;
use crate::domain::money::{parse_currency, parse_fen};
use crate::domain::refusal::Refusal;
use crate::domain::rma::ActionKind;
use crate::http::endpoint::Access;
use crate::http::problem::Problem;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/rmas" list: Access::Needs(Permission::ReadRma),
    post "/rmas" create: Access::Needs(Permission::RequestRma),
    get "/rmas/{number}" show: Access::Needs(Permission::ReadRma),
    post "/rmas/{number}/lines/{line}/actions/{action}" act: Access::Needs(Permission::ReadRma),
}

/// Before any promise.
const FIRST_DUE: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// Which lines to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// State of the RMA: that of its line furthest behind.
    state: Option<RepairStateWord>,
    /// Only lines whose unit's story is not over.
    open: Option<bool>,
    /// Depot that receives or lends.
    #[param(example = "JN")]
    depot: Option<String>,
    /// Customer code.
    #[param(example = "C1001")]
    customer: Option<String>,
    /// Part number.
    part_no: Option<String>,
    /// Number of the contract that covered it on the day it was asked for; `-` for what no contract covers.
    contract: Option<String>,
    /// Username of who cares for it; `-` for nobody.
    assignee: Option<String>,
    /// Working days left: `overdue`, `d5` (0 to 5), `d15` (6 to 15), `d30` (16 to 30), `d31` (31 or more), `none` (no date: not received, or its clock stands).
    #[param(inline, value_type = Option<DueGroupWord>)]
    due: Option<String>,
    /// Promised on this day or later.
    due_from: Option<NaiveDate>,
    /// Promised on this day or earlier.
    due_to: Option<NaiveDate>,
    /// Only open lines at risk: likelier than 0.3 to miss their date, or with 15 working days left or fewer, late ones included.
    at_risk: Option<bool>,
    /// `due` (the default): the most urgent first. `risk`: the likeliest to miss first.
    #[param(inline, value_type = Option<LineOrderWord>)]
    sort: Option<LineOrderWord>,
    /// Number, serial, part number, or a piece of the customer's name.
    q: Option<String>,
}

impl Filter {
    /// The lines it asks for.
    pub(super) fn of_lines(self, caller: &Caller) -> Result<LineFilter, Refusal> {
        let today = Zone::default().local_date(caller.ctx.now);
        let at_risk = self.at_risk.unwrap_or(false);
        let mut fields = Fields::new();
        let group = self.due.and_then(|code| fields.word("due", &code, DueGroup::ALL, DueGroup::from_code));
        fields.finish()?;
        let days = group.map(|group| group.days(&caller.ctx.calendar, today));
        let due = match (self.due_from, self.due_to) {
            (None, None) => None,
            (from, to) => {
                Some((from.unwrap_or(FIRST_DUE), to.or(NO_DUE_DATE.pred_opt()).unwrap_or(NO_DUE_DATE)))
            }
        };
        Ok(LineFilter {
            state: self.state.map(|word| word.0),
            open: self.open.unwrap_or(false) || at_risk,
            ended: false,
            depot: upper(self.depot),
            customer: upper(self.customer),
            part_no: upper(self.part_no),
            due,
            at_risk: at_risk.then(|| figures::at_risk(&caller.ctx.calendar, today)),
            facets: Facets {
                assignees: self.assignee.map(or_none).into_iter().collect(),
                contracts: self.contract.map(or_none).into_iter().collect(),
                due: days.map(|days| (days.from, days.to)).into_iter().collect(),
                ..Facets::default()
            },
            q: self.q,
        })
    }
}

/// The value itself; `-` stands for none, because a parameter without a value counts as not sent.
fn or_none(value: String) -> String {
    if value.trim() == "-" { String::new() } else { value.trim().to_owned() }
}

/// List RMA lines
///
/// One item per line, the most urgent first: the clock runs for each unit.
#[utoipa::path(get, path = "/rmas", params(Paging, Filter), responses((status = 200, description = "Lines, most urgent first", body = Page<LineItem>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let today = Zone::default().local_date(caller.ctx.now);
    let order = filter.sort.as_ref().map_or(LineOrder::Due, |word| word.0);
    let filter = filter.of_lines(&caller)?;
    if order == LineOrder::Risk {
        return list_by_risk(&caller, &paging, filter, today).await;
    }
    let after = paging
        .after::<(NaiveDate, i64)>("rmas")?
        .map_or(rma::FIRST, |(sort_due, id)| LineKey { sort_due, id });
    let fetch = paging.fetch();
    let calendar = caller.ctx.calendar.clone();
    let read = move |conn: &mut Conn, ctx: &Ctx| {
        let rows = rma::list_lines(conn, ctx, &filter, after, fetch)?;
        Ok((rma::contracts_of(conn, &rows)?, rows))
    };
    let (contracts, rows) = http::read(&caller, read).await?;
    http::ok(&Page::new(
        "rmas",
        &paging,
        rows,
        |row| (row.sort_due, row.id),
        |row| LineItem::new(contracts.get(&row.id).cloned(), row, &calendar, today),
    ))
}

async fn list_by_risk(caller: &Caller, paging: &Paging, filter: LineFilter, today: NaiveDate) -> Answer {
    let after = paging.after::<(i64, NaiveDate, i64)>("rmas-by-risk")?;
    let after = after.map(|(risk_bp, sort_due, id)| RiskKey { risk_bp, sort_due, id });
    let (fetch, calendar) = (paging.fetch(), caller.ctx.calendar.clone());
    let read = move |conn: &mut Conn, ctx: &Ctx| {
        let rows = rma::list_lines_by_risk(conn, ctx, &filter, after, fetch)?;
        Ok((rma::contracts_of(conn, &rows)?, rows))
    };
    let (contracts, rows) = http::read(caller, read).await?;
    http::ok(&Page::new(
        "rmas-by-risk",
        paging,
        rows,
        |row| (row.risk_bp, row.sort_due, row.id),
        |row| LineItem::new(contracts.get(&row.id).cloned(), row, &calendar, today),
    ))
}

/// A request for repair or replacement.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// Customer code. A customer's user with one organisation may leave it out.
    #[schema(example = "C1001")]
    customer: Option<String>,
    /// Where notices go; the customer's first contact when not said.
    #[serde(default)]
    #[schema(example = "it1001@customer.example", max_length = 254)]
    contact_email: String,
    /// Name of the contact.
    #[serde(default)]
    #[schema(max_length = 200)]
    contact_name: String,
    /// Language of the notices; the contact's when not said.
    language: Option<LanguageWord>,
    /// Site.
    #[serde(default)]
    #[schema(max_length = 200)]
    site: String,
    /// The depot that is to receive the parts, when it is known.
    #[schema(example = "JN")]
    depot: Option<String>,
    /// The faulty units: 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<LineBody>,
}

/// A faulty unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// Part number.
    #[schema(example = "0320749DFD")]
    part_no: String,
    /// Serial.
    #[schema(example = "2102942280732379")]
    serial: String,
    /// What is wrong with it.
    #[schema(example = "端口不通", max_length = 500)]
    fault: String,
    /// Class of fault.
    #[serde(default)]
    #[schema(max_length = 200)]
    fault_class: String,
    /// Where in the site's equipment it sat: `same slot failed before` is told from it.
    #[serde(default)]
    #[schema(example = "3/1", max_length = 64)]
    slot: String,
    /// How it is to be handled; `repair_return` when not said.
    mode: Option<ModeWord>,
}

/// Request an RMA
#[utoipa::path(post, path = "/rmas", request_body = RequestBody, responses((status = 201, description = "Registered", body = Rma)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<RequestBody>) -> Answer {
    let body = body.into_inner();
    let line = |line: &LineBody| NewLine {
        part_no: line.part_no.clone(),
        serial: line.serial.clone(),
        fault: line.fault.clone(),
        fault_class: line.fault_class.clone(),
        slot: line.slot.clone(),
        mode: line.mode.map(|word| word.0),
    };
    let new = NewRequest {
        customer: body.customer.clone(),
        contact_email: body.contact_email.clone(),
        contact_name: body.contact_name.clone(),
        language: body.language.map(|word| word.0),
        site: body.site.clone(),
        depot: body.depot.clone(),
        lines: body.lines.iter().map(line).collect(),
        tracking_code: rma::new_tracking_code(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        rma::request(tx, ctx, &new).map(Rma::from)
    })
    .await
}

/// One RMA
///
/// Lines with their three tracks, promises, units and the caller's next steps; timeline, shipments, movements.
#[utoipa::path(get, path = "/rmas/{number}", params(("number" = String, Path, description = "RMA number")),
    responses((status = 200, description = "The RMA", body = Rma)))]
async fn show(caller: Caller, number: web::Path<String>) -> Answer {
    let view = http::read(&caller, move |conn, ctx| rma::view(conn, ctx, &number)).await?;
    audit::note_contact(&caller.app, &caller.ctx, &view.rma.number).await?;
    http::ok(&Rma::from(view))
}

/// What an action says. Each action reads the fields that concern it; docs/rma.md has the table.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionBody {
    /// Depot code: where it is received, or which depot lends.
    #[schema(example = "JN")]
    depot: Option<String>,
    /// Bin of the depot.
    bin: Option<String>,
    /// Part to give, when it is an equivalent of the line's.
    part_no: Option<String>,
    /// Serial as scanned.
    serial: Option<String>,
    /// Carrier.
    #[serde(default)]
    #[schema(max_length = 200)]
    carrier: String,
    /// Waybill number.
    #[serde(default)]
    #[schema(max_length = 200)]
    tracking_no: String,
    /// Who took it.
    #[serde(default)]
    #[schema(max_length = 200)]
    received_by: String,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
    /// Who at the customer said so.
    #[serde(default)]
    #[schema(max_length = 200)]
    said_by: String,
    /// What was found.
    #[serde(default)]
    #[schema(max_length = 500)]
    finding: String,
    /// Outcome of a repair, or the verdict of a diagnosis.
    outcome: Option<OutcomeWord>,
    /// Cost in CNY, a decimal string.
    #[schema(example = "1280.00")]
    cost: Option<String>,
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
    /// The condition a loaner came back in; `quarantined` when not said.
    condition: Option<ConditionWord>,
    /// Diagnosis code, one of `/fault-codes` (`diagnose`).
    #[schema(example = "port")]
    fault_code: Option<String>,
    /// What the repair is thought to cost, a decimal string (`diagnose`).
    #[schema(example = "640.00")]
    estimate: Option<String>,
    /// What is built in (`use_parts`).
    #[serde(default)]
    #[schema(max_items = 100)]
    parts: Vec<PartBody>,
    /// What becomes of the data on a customer's part; the plan's answer when not said.
    data: Option<DataAnswerWord>,
    /// Whose doing a delay was (`attribute_cause`).
    cause: Option<CauseWord>,
    /// Who is to care for the line (`assign`); nobody when not said.
    user: Option<String>,
    /// Who at the customer agreed or answered.
    #[serde(default)]
    #[schema(max_length = 200)]
    by: String,
    /// The same, as `keep_loaner` calls it.
    #[serde(default)]
    #[schema(max_length = 200)]
    agreed_by: String,
    /// What proves it, or where it can be read.
    #[serde(default)]
    #[schema(max_length = 500)]
    evidence: String,
    /// When the customer agreed; the moment of the action when not said.
    agreed_at: Option<DateTime<Utc>>,
    /// Amount of a quote, a decimal string.
    #[schema(example = "860.00")]
    amount: Option<String>,
    /// Currency of the quote, or of what a repair costs, which is kept in CNY; CNY when not said.
    currency: Option<String>,
    /// Last day on which the quote may be accepted.
    valid_until: Option<NaiveDate>,
    /// Number of the certificate that data was wiped or destroyed.
    #[serde(default)]
    #[schema(max_length = 200)]
    certificate: String,
    /// Another way of service (`change_mode`).
    mode: Option<ModeWord>,
    /// Who pays and why (`set_entitlement`).
    entitlement: Option<EntitlementWord>,
    /// Who pays; the usual one of the entitlement when not said.
    payer: Option<PayerWord>,
    /// Charge what is owed instead of waiving it (`waive_faulty_return`).
    #[serde(default)]
    charge: bool,
    /// The file of the RMA that explains the failure (`report_failure`).
    attachment: Option<i64>,
    /// Somebody looked at the board given instead: it is within the limits of the equivalence, though its firmware or revision
    /// was not put down (`reserve_replacement`, `ship_exchange`, `accept_exchange_proposal`).
    #[serde(default)]
    limits_confirmed: bool,
    /// When it happened; now when not said.
    occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// Act on a line
///
/// The actions allowed now stand in the line's `allowed_actions`. `If-Match` with the line's version refuses with 412 when
/// somebody else was faster.
#[utoipa::path(post, path = "/rmas/{number}/lines/{line}/actions/{action}", request_body = ActionBody,
    params(("number" = String, Path, description = "RMA number"), ("line" = i64, Path, description = "Line number, from 1"),
        ("action" = String, Path, description = "Action, e.g. `authorise`, `receive_faulty`, `assign`"),
        ("If-Match" = Option<String>, Header, description = "Version of the line as it was read")),
    responses((status = 200, description = "The line as it now is, and what the action made", body = Acted)))]
async fn act(
    caller: Caller,
    req: HttpRequest,
    path: web::Path<(String, String, String)>,
    body: Json<ActionBody>,
) -> Answer {
    let (number, line, action) = path.into_inner();
    let line: i64 = line.parse().map_err(|_| Refusal::not_found("rma_line", format!("{number}/{line}")))?;
    let body = body.into_inner();
    if action == "assign" {
        let (user, how) = (body.user.clone(), input(&body, http::if_match(&req)?)?);
        let work = move |tx: &mut _, ctx: &_| {
            rma::assign(tx, ctx, &number, line, user.as_deref(), &how).map(assigned)
        };
        return http::act(&caller, &req, StatusCode::OK, &body, work).await;
    }
    let kind = ActionKind::from_code(&action).ok_or_else(|| Refusal::not_found("action", &action))?;
    let input = input(&body, http::if_match(&req)?)?;
    let work = move |tx: &mut _, ctx: &_| -> AppResult<Acted> {
        rma::act(tx, ctx, &number, line, kind, &input).map(Acted::from)
    };
    http::act(&caller, &req, StatusCode::OK, &body, work).await
}

fn assigned(line: rma::LineView) -> Acted {
    Acted { line: Line::from(line), movements: vec![], notices: vec![] }
}

fn case_input(body: &ActionBody) -> Result<CaseInput, Problem> {
    let amount_fen = match &body.amount {
        None => None,
        Some(text) => Some(parse_fen(text).ok_or_else(|| Refusal::field("amount", "bad_amount"))?),
    };
    let currency = match &body.currency {
        None => None,
        Some(text) => Some(parse_currency(text).ok_or_else(|| Refusal::field("currency", "bad_currency"))?),
    };
    Ok(CaseInput {
        by: if body.agreed_by.trim().is_empty() { body.by.clone() } else { body.agreed_by.clone() },
        evidence: body.evidence.clone(),
        agreed_at: body.agreed_at,
        amount_fen,
        currency,
        valid_until: body.valid_until,
        mode: body.mode.map(|word| word.0),
        entitlement: body.entitlement.map(|word| word.0),
        payer: body.payer.map(|word| word.0),
        charge: body.charge,
    })
}

fn input(body: &ActionBody, if_version: Option<i64>) -> Result<ActionInput, Problem> {
    if body.cost.is_some() || body.estimate.is_some() {
        in_cny(body.currency.as_deref())?;
    }
    let cost_fen = match &body.cost {
        None => None,
        Some(text) => Some(
            parse_fen(text).filter(|fen| *fen >= 0).ok_or_else(|| Refusal::field("cost", "bad_amount"))?,
        ),
    };
    Ok(ActionInput {
        depot: body.depot.clone(),
        bin: body.bin.clone(),
        part_no: body.part_no.clone(),
        serial: body.serial.clone(),
        carrier: body.carrier.clone(),
        tracking_no: body.tracking_no.clone(),
        received_by: body.received_by.clone(),
        reason: body.reason.clone(),
        said_by: body.said_by.clone(),
        finding: body.finding.clone(),
        outcome: body.outcome.map(|word| word.0),
        cost_fen,
        vendor: body.vendor.clone(),
        vendor_rma: body.vendor_rma.clone(),
        due_on: body.due_on,
        passed: body.passed,
        condition: body.condition.map(|word| word.0),
        occurred_at: body.occurred_at,
        note: body.note.clone(),
        if_version,
        case: case_input(body)?,
        bench: bench_input(
            body.fault_code.as_ref(),
            body.estimate.as_deref(),
            &body.parts,
            &body.steps,
            body.data,
            &body.certificate,
            body.cause,
            &body.evidence,
        )?,
        attachment: body.attachment,
        limits_confirmed: body.limits_confirmed,
    })
}
