//! Following an RMA without an account. A wrong number and a wrong code get the same answer, and guessing is slowed down.

use crate::api::words::{DirectionWord, PurposeWord, RepairStateWord, ShipmentStateWord};
use crate::app::figures::BackBetween;
use crate::app::rma::{self, Tracked};
use crate::app::{self, AppResult};
use crate::domain::actor::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::rma::IssuedRole;
use crate::http::endpoint::Access;
use crate::http::problem::Problem;
use crate::http::{self, Answer, Json, Query, State, Word, language};
use crate::i18n::{self, Lang};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/track/{number}" show: Access::Public,
    post "/track/{number}/confirm" confirm: Access::Public,
}

/// The code that came with the first mail.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Code {
    /// Tracking code.
    code: Option<String>,
}

/// An RMA as its customer follows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrackedRma {
    /// Number.
    number: String,
    /// State.
    state: RepairStateWord,
    /// The state in plain words.
    state_text: String,
    /// When it was requested.
    requested_at: DateTime<Utc>,
    /// Units.
    lines: Vec<TrackedUnit>,
    /// Parcels.
    shipments: Vec<Parcel>,
}

/// A unit as its customer follows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrackedUnit {
    /// Line number.
    line: i64,
    /// Part name.
    part_name: String,
    /// Part number.
    part_no: String,
    /// Serial.
    serial: String,
    /// Serial of the unit its maker sent in its place, which is the customer's now; `null`: the own one comes back.
    makers_unit: Option<String>,
    /// State.
    state: RepairStateWord,
    /// The state in plain words.
    state_text: String,
    /// The promised date.
    promised_on: Option<NaiveDate>,
    /// Between which days it is likely to be back; `null` when nothing honest can be said.
    forecast: Option<ForecastRange>,
    /// It may still move with a calendar notice to come.
    provisional: bool,
    /// The clock stands still at the customer's wish.
    on_hold: bool,
    /// Whether a hand-over can be confirmed now: that of what is `arriving`.
    can_confirm: bool,
    /// What is on its way to the customer: `replacement`, or `return` for the unit itself.
    arriving: Option<PurposeWord>,
    /// The replacement in the customer's hands or on its way to them.
    replacement: Option<HeldReplacement>,
}

/// Between which days a unit is likely to be back, learned from repairs of the same part at the same maker.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ForecastRange {
    /// One in ten units like it is back by this day.
    early_on: NaiveDate,
    /// Half of them are.
    likely_on: NaiveDate,
    /// Nine in ten are; `null` when that cannot be told.
    late_on: Option<NaiveDate>,
}

impl From<BackBetween> for ForecastRange {
    fn from(range: BackBetween) -> Self {
        ForecastRange { early_on: range.early_on, likely_on: range.likely_on, late_on: range.late_on }
    }
}

/// A replacement a customer holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldReplacement {
    /// Part name.
    part_name: String,
    /// Part number.
    part_no: String,
    /// Serial.
    serial: String,
    /// It is lent and comes back; else it stays.
    on_loan: bool,
}

/// A parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct Parcel {
    /// Number of the line it belongs to.
    line: i64,
    /// Direction.
    direction: DirectionWord,
    /// What it carries.
    purpose: PurposeWord,
    /// Carrier.
    carrier: String,
    /// Waybill number.
    tracking_no: String,
    /// State.
    state: ShipmentStateWord,
    /// When it left.
    shipped_at: DateTime<Utc>,
    /// When it arrived.
    delivered_at: Option<DateTime<Utc>>,
}

fn wire(tracked: Tracked, lang: Lang) -> TrackedRma {
    let words = |state: crate::domain::rma::RepairState| i18n::text(lang, &format!("repair-state-{state}"));
    let lines = tracked.lines.into_iter().map(|line| TrackedUnit {
        line: line.row.line,
        part_name: match lang {
            Lang::En if !line.row.part_name_en.is_empty() => line.row.part_name_en,
            _ => line.row.part_name,
        },
        part_no: line.row.part_no,
        serial: line.row.serial,
        makers_unit: line.makers_unit,
        state: Word(line.row.repair_state),
        state_text: words(line.row.repair_state),
        promised_on: line.due_on,
        forecast: line.forecast.map(ForecastRange::from),
        provisional: line.provisional,
        on_hold: line.on_hold,
        can_confirm: line.arriving.is_some(),
        arriving: line.arriving.map(Word),
        replacement: line.holding.map(|held| HeldReplacement {
            part_name: match lang {
                Lang::En if !held.part_name_en.is_empty() => held.part_name_en,
                _ => held.part_name,
            },
            part_no: held.part_no,
            serial: held.serial,
            on_loan: held.role == IssuedRole::Loan,
        }),
    });
    let parcels = tracked.shipments.into_iter().map(|row| Parcel {
        line: row.line,
        direction: Word(row.direction),
        purpose: Word(row.purpose),
        carrier: row.carrier,
        tracking_no: row.tracking_no,
        state: Word(row.state),
        shipped_at: row.shipped_at,
        delivered_at: row.delivered_at,
    });
    TrackedRma {
        number: tracked.rma.number,
        state: Word(tracked.rma.state),
        state_text: words(tracked.rma.state),
        requested_at: tracked.rma.requested_at,
        lines: lines.collect(),
        shipments: parcels.collect(),
    }
}

/// Guessing codes of 60 bits is slowed down by where it comes from alone: a limit for each number would let anybody keep its
/// customer from reading.
async fn slow_down(req: &HttpRequest, state: &State) -> Result<(), Problem> {
    state.tracking_throttle.attempt_from(http::server::peer(req)).await
}

/// Follow an RMA
#[utoipa::path(get, path = "/track/{number}", params(("number" = String, Path, description = "RMA number"), Code),
    responses((status = 200, description = "State in plain words, promised date, parcels", body = TrackedRma)))]
async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    number: web::Path<String>,
    code: Query<Code>,
) -> Answer {
    slow_down(&req, &state).await?;
    let lang = language(&req);
    let code = code.into_inner().code.unwrap_or_default();
    let ctx = state.app.context(Actor::system("track"), String::new());
    let work = move |conn: &mut _, ctx: &_| rma::track(conn, ctx, &number, &code);
    http::ok(&wire(app::read(&state.app, &ctx, work).await?, lang))
}

/// The customer's word that something was handed over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Tracking code.
    code: String,
    /// Line number; 1 when not said.
    line: Option<i64>,
    /// What arrived, as `arriving` named it: refused when that was confirmed meanwhile. What is arriving when not said.
    what: Option<PurposeWord>,
    /// Who took it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Confirm the hand-over
///
/// Stops the clock. The same fact as the action `confirm_returned`, or `replacement_delivered` or `exchange_delivered` where a
/// replacement is arriving. An `Idempotency-Key` belongs to the number and code it
/// came with.
#[utoipa::path(post, path = "/track/{number}/confirm", request_body = Confirmation, params(("number" = String, Path, description = "RMA number")),
    responses((status = 200, description = "As it now is", body = TrackedRma)))]
async fn confirm(
    req: HttpRequest,
    state: web::Data<State>,
    number: web::Path<String>,
    body: Json<Confirmation>,
) -> Answer {
    slow_down(&req, &state).await?;
    let lang = language(&req);
    let body = body.into_inner();
    if body.name.trim().is_empty() {
        return Err(Refusal::field("name", "required").into());
    }
    let ctx = state.app.context(Actor::system("track"), String::new());
    let once = http::once_bound(&req, &body, &[&body.code])?;
    let work = move |tx: &mut _, ctx: &_| -> AppResult<TrackedRma> {
        let line = body.line.unwrap_or(1);
        let what = body.what.map(|word| word.0);
        Ok(wire(rma::confirm_by_customer(tx, ctx, &number, &body.code, line, what, &body.name)?, lang))
    };
    http::act_bound(&state.app, &ctx, once, StatusCode::OK, work).await
}
