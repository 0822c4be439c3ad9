//! Service plans: which promises are made, on which terms.

use crate::api::words::{
    CauseWord, DataAnswerWord, PromiseKindWord, RateVariantWord, RegimeWord, ReturnedWhenWord, TermUnitWord,
    VendorSwapWord, code_of,
};
use crate::app::plans::{self, PlanNames, TermFields, VersionFields};
use crate::app::setup;
use crate::domain::TextEnum;
use crate::domain::actor::Permission;
use crate::domain::plan::PlanVersion;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    get "/plans" list: Access::SignedIn,
    post "/plans" create: Access::Needs(Permission::ManageSetup),
    get "/plans/{code}" show: Access::SignedIn,
    patch "/plans/{code}" rename: Access::Needs(Permission::ManageSetup),
    post "/plans/{code}/versions" add_version: Access::Needs(Permission::ManageSetup),
}

/// A service plan: a name, and what it promises from when on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan {
    /// Code.
    #[schema(example = "gold")]
    code: String,
    /// Name in Chinese.
    #[schema(example = "金牌服务")]
    name: String,
    /// Name in English.
    name_en: String,
    /// Its versions, the newest first. They never change.
    versions: Vec<Version>,
    /// Version, for `If-Match`.
    version: i64,
}

/// What a plan promises from a day on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// First day it applies to requests.
    valid_from: NaiveDate,
    /// Who owns what after a spare was issued.
    regime: RegimeWord,
    /// The contractual rate, where the contract does not say otherwise.
    variant: RateVariantWord,
    /// Whether a replacement must be brand-new.
    brand_new_required: bool,
    /// What a unit is that a maker sends back under another serial.
    vendor_swap_is: VendorSwapWord,
    /// Repair warranty, calendar days.
    repair_warranty_days: i64,
    /// When a repaired unit counts as handed back.
    returned_when: ReturnedWhenWord,
    /// Close of business: what is handed over later counts for the next day. Null: a day ends at midnight.
    #[schema(example = "17:30")]
    closes_at: Option<String>,
    /// What happens to the data on data-bearing parts; null: not agreed.
    data_answer: Option<DataAnswerWord>,
    /// A repair may cost so many per cent of the part's price.
    repair_limit_percent: i64,
    /// Whether replacement requests under it need nobody's yes.
    auto_approval: bool,
    /// Causes of a delay that leave the rate's denominator, with evidence.
    excused_causes: Vec<CauseWord>,
    /// Its promises.
    terms: Vec<Term>,
}

/// The terms of one promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct Term {
    /// What is promised.
    promise: PromiseKindWord,
    /// How long, in `unit`.
    amount: i64,
    /// What is counted.
    unit: TermUnitWord,
    /// Whether the day of the start is day 1 instead of day 0.
    start_day_counts: bool,
    /// How many must be kept, in basis points: 9500 is 95 %.
    target_bp: i64,
}

impl From<PlanVersion> for Version {
    fn from(version: PlanVersion) -> Self {
        let term = |term: crate::domain::plan::Term| Term {
            promise: Word(term.kind),
            amount: term.amount,
            unit: Word(term.unit),
            start_day_counts: term.start_day_counts,
            target_bp: term.target_bp,
        };
        Version {
            valid_from: version.valid_from,
            regime: Word(version.regime),
            variant: Word(version.variant),
            brand_new_required: version.brand_new_required,
            vendor_swap_is: Word(version.vendor_swap_is),
            repair_warranty_days: version.repair_warranty_days,
            returned_when: Word(version.returned_when),
            closes_at: version.closes_at(),
            data_answer: version.data_answer.map(Word),
            repair_limit_percent: version.repair_limit_percent,
            auto_approval: version.auto_approval,
            excused_causes: version.excused_causes.into_iter().map(Word).collect(),
            terms: version.terms.into_iter().map(term).collect(),
        }
    }
}

impl From<plans::Plan> for Plan {
    fn from(plan: plans::Plan) -> Self {
        let plans::Plan { row, versions } = plan;
        let versions = versions.into_iter().map(Version::from).collect();
        Plan { code: row.code, name: row.name, name_en: row.name_en, versions, version: row.version }
    }
}

/// List plans
///
/// A customer's user sees those of the own organisations and their contracts.
#[utoipa::path(get, path = "/plans", params(Paging), responses((status = 200, description = "Plans by code", body = Page<Plan>)))]
async fn list(caller: Caller, paging: Paging) -> Answer {
    let plans = http::read(&caller, plans::list).await?;
    http::ok(&Page::of_whole("plans", &paging, plans, |plan| plan.row.code.clone(), Plan::from)?)
}

/// One plan
#[utoipa::path(get, path = "/plans/{code}", params(("code" = String, Path, description = "Plan code")),
    responses((status = 200, description = "The plan", body = Plan)))]
async fn show(caller: Caller, code: web::Path<String>) -> Answer {
    let plan = http::read(&caller, move |conn, ctx| plans::get(conn, ctx, &code)).await?;
    http::ok(&Plan::from(plan))
}

/// The terms of one promise to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermBody {
    /// What is promised.
    promise: PromiseKindWord,
    /// How long, in `unit`.
    #[schema(example = 60, minimum = 1)]
    amount: i64,
    /// What is counted.
    unit: TermUnitWord,
    /// Whether the day of the start is day 1 instead of day 0; no when not said.
    start_day_counts: Option<bool>,
    /// How many must be kept, in basis points; all (10000) when not said.
    #[schema(example = 9500, minimum = 0, maximum = 10000)]
    target_bp: Option<i64>,
}

/// Both bodies state a version; a new plan has a code and names besides.
macro_rules! bodies {
    ({ $($version:tt)* }) => {
        /// A plan to be, with its first version.
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewPlan {
            /// Code: letters, digits and `-_.`, at most 32; kept in lower case.
            #[schema(example = "platinum", min_length = 1, max_length = 32)]
            code: String,
            /// Name in Chinese; a new plan must have one. Spreadsheets name plans by it.
            #[schema(example = "白金服务", max_length = 200)]
            name: Option<String>,
            /// Name in English; the Chinese one when not said.
            #[schema(max_length = 200)]
            name_en: Option<String>,
            $($version)*
        }

        /// A version to be. It says all: nothing is taken from the version before.
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewVersion {
            $($version)*
        }
    };
}

bodies! {{
    /// First day it applies to requests; today when not said.
    valid_from: Option<NaiveDate>,
    /// Who owns what after a spare was issued; `loan` when not said.
    regime: Option<RegimeWord>,
    /// The contractual rate; `strict` when not said.
    variant: Option<RateVariantWord>,
    /// Whether a replacement must be brand-new; no when not said.
    brand_new_required: Option<bool>,
    /// What a unit is that a maker sends back under another serial; `exchange` when not said.
    vendor_swap_is: Option<VendorSwapWord>,
    /// Repair warranty, calendar days; 90 when not said.
    #[schema(minimum = 0, maximum = 3660)]
    repair_warranty_days: Option<i64>,
    /// When a repaired unit counts as handed back; `delivered` when not said.
    returned_when: Option<ReturnedWhenWord>,
    /// Close of business: what is handed over later counts for the next day. A day ends at midnight when not said.
    #[schema(example = "17:30")]
    closes_at: Option<String>,
    /// What happens to the data on data-bearing parts; not agreed when not said.
    data_answer: Option<DataAnswerWord>,
    /// A repair may cost so many per cent of the part's price; 100 when not said.
    #[schema(minimum = 0, maximum = 1000)]
    repair_limit_percent: Option<i64>,
    /// Whether replacement requests under it need nobody's yes; no when not said.
    auto_approval: Option<bool>,
    /// Causes of a delay that leave the rate's denominator: `customer`, `carrier`, `force_majeure`; none when not said.
    #[serde(default)]
    excused_causes: Vec<CauseWord>,
    /// Its promises, at most one of each kind.
    #[schema(min_items = 1)]
    terms: Vec<TermBody>,
}}

macro_rules! version_of {
    ($body:expr) => {{
        let term = |term: &TermBody| TermFields {
            promise: term.promise.0.word().to_owned(),
            amount: term.amount,
            unit: term.unit.0.word().to_owned(),
            start_day_counts: term.start_day_counts,
            target_bp: term.target_bp,
        };
        VersionFields {
            valid_from: $body.valid_from,
            regime: code_of($body.regime),
            variant: code_of($body.variant),
            brand_new_required: $body.brand_new_required,
            vendor_swap_is: code_of($body.vendor_swap_is),
            repair_warranty_days: $body.repair_warranty_days,
            returned_when: code_of($body.returned_when),
            closes_at: $body.closes_at.clone(),
            data_answer: code_of($body.data_answer),
            repair_limit_percent: $body.repair_limit_percent,
            auto_approval: $body.auto_approval,
            excused_causes: $body.excused_causes.iter().map(|cause| cause.0.word().to_owned()).collect(),
            terms: $body.terms.iter().map(term).collect(),
        }
    }};
}

/// Create a plan
///
/// With the code of a plan there is, and `valid_from`, adds a version to that plan.
#[utoipa::path(post, path = "/plans", request_body = NewPlan, responses((status = 201, description = "Created", body = Plan)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewPlan>) -> Answer {
    let body = body.into_inner();
    let names = PlanNames { name: body.name.clone(), name_en: body.name_en.clone() };
    let (code, version) = (body.code.clone(), version_of!(body));
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        plans::create(tx, ctx, &code, &names, &version).map(Plan::from)
    })
    .await
}

/// Other names for a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePlan {
    /// Name in Chinese.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Name in English.
    #[schema(min_length = 1, max_length = 200)]
    name_en: Option<String>,
}

/// Rename a plan
///
/// What a plan promises changes by a new version only.
#[utoipa::path(patch, path = "/plans/{code}", params(("code" = String, Path, description = "Plan code"),
        ("If-Match" = Option<String>, Header, description = "Version of the plan as it was read")),
    request_body = RenamePlan, responses((status = 200, description = "As the plan now is", body = Plan)))]
async fn rename(caller: Caller, req: HttpRequest, code: web::Path<String>, body: Json<RenamePlan>) -> Answer {
    let body = body.into_inner();
    let names = PlanNames { name: body.name.clone(), name_en: body.name_en.clone() };
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::Plan, &code, seen)?;
        plans::rename(tx, ctx, &code, &names).map(Plan::from)
    })
    .await
}

/// Add a version to a plan
///
/// What was promised before stays as it was promised.
#[utoipa::path(post, path = "/plans/{code}/versions", params(("code" = String, Path, description = "Plan code")),
    request_body = NewVersion, responses((status = 201, description = "The plan with all its versions", body = Plan)))]
async fn add_version(
    caller: Caller,
    req: HttpRequest,
    code: web::Path<String>,
    body: Json<NewVersion>,
) -> Answer {
    let body = body.into_inner();
    let version = version_of!(body);
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        plans::add_version(tx, ctx, &code, &version).map(Plan::from)
    })
    .await
}
