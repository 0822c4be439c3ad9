//! Which plan a customer has, for which time and sites.

use crate::api::sent::sent;
use crate::api::words::{RateVariantWord, code_of};
use crate::app::contracts::{self, ContractFields};
use crate::app::setup::{self, Listing};
use crate::domain::actor::Permission;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/contracts" list: Access::SignedIn,
    post "/contracts" create: Access::Needs(Permission::ManageSetup),
    get "/contracts/{number}" show: Access::SignedIn,
    patch "/contracts/{number}" change: Access::Needs(Permission::ManageSetup),
}

/// A contract. Outside its period requests are chargeable and promise nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contract {
    /// Contract number.
    #[schema(example = "HT-2027-018")]
    number: String,
    /// Code of the customer.
    #[schema(example = "C1001")]
    customer: String,
    /// Code of the plan.
    #[schema(example = "gold")]
    plan: String,
    /// First day.
    valid_from: NaiveDate,
    /// Last day; `null` when it runs on.
    valid_to: Option<NaiveDate>,
    /// The contractual rate.
    variant: RateVariantWord,
    /// Names of the sites it is limited to; none: all of the customer's.
    sites: Vec<String>,
    /// Version, for `If-Match`.
    version: i64,
}

impl From<contracts::Contract> for Contract {
    fn from(contract: contracts::Contract) -> Self {
        let contracts::Contract { row, sites } = contract;
        Contract {
            number: row.number,
            customer: row.customer,
            plan: row.plan,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            variant: Word(row.variant),
            sites,
            version: row.version,
        }
    }
}

/// Which contracts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The beginning of a number, or a piece of the customer's name.
    q: Option<String>,
    /// Only this customer's.
    #[param(example = "C1001")]
    customer: Option<String>,
}

/// List contracts
///
/// A customer's user sees those of the own organisations.
#[utoipa::path(get, path = "/contracts", params(Paging, Search), responses((status = 200, description = "Contracts by number", body = Page<Contract>)))]
async fn list(caller: Caller, paging: Paging, search: Query<Search>) -> Answer {
    let Search { q, customer } = search.into_inner();
    let after = paging.after("contracts")?.unwrap_or_default();
    let page = Listing { after, limit: paging.fetch(), q: q.unwrap_or_default() };
    let customer = customer.unwrap_or_default();
    let rows = http::read(&caller, move |conn, ctx| contracts::list(conn, ctx, &page, &customer)).await?;
    http::ok(&Page::new("contracts", &paging, rows, |contract| contract.row.number.clone(), Contract::from))
}

/// One contract
#[utoipa::path(get, path = "/contracts/{number}", params(("number" = String, Path, description = "Contract number")),
    responses((status = 200, description = "The contract", body = Contract)))]
async fn show(caller: Caller, number: web::Path<String>) -> Answer {
    let contract = http::read(&caller, move |conn, ctx| contracts::get(conn, ctx, &number)).await?;
    http::ok(&Contract::from(contract))
}

/// A contract to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContract {
    /// Contract number.
    #[schema(example = "HT-2027-018", min_length = 1, max_length = 64)]
    number: String,
    /// Code of the customer.
    #[schema(example = "C1001")]
    customer: String,
    /// Code or name of the plan.
    #[schema(example = "gold")]
    plan: String,
    /// First day.
    valid_from: NaiveDate,
    /// Last day; not said when it runs on.
    valid_to: Option<NaiveDate>,
    /// The contractual rate; the plan's when not said.
    variant: Option<RateVariantWord>,
    /// Names of the sites it is limited to.
    sites: Option<Vec<String>>,
}

/// Create a contract
#[utoipa::path(post, path = "/contracts", request_body = NewContract, responses((status = 201, description = "Created", body = Contract)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewContract>) -> Answer {
    let body = body.into_inner();
    let number = body.number.clone();
    let fields = ContractFields {
        customer: Some(body.customer.clone()),
        plan: Some(body.plan.clone()),
        valid_from: Some(body.valid_from),
        valid_to: Some(body.valid_to),
        variant: code_of(body.variant),
        sites: body.sites.clone(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        contracts::create(tx, ctx, &number, &fields).map(Contract::from)
    })
    .await
}

/// What to change about a contract; what is not sent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContract {
    /// Code or name of the plan.
    plan: Option<String>,
    /// First day.
    valid_from: Option<NaiveDate>,
    /// Last day; `null` when it runs on.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>)]
    valid_to: Option<Option<NaiveDate>>,
    /// The contractual rate.
    variant: Option<RateVariantWord>,
    /// Names of the sites it is limited to; an empty list for all of the customer's.
    sites: Option<Vec<String>>,
}

/// Change a contract
///
/// What was promised under it stays as it was promised.
#[utoipa::path(patch, path = "/contracts/{number}", params(("number" = String, Path, description = "Contract number"),
        ("If-Match" = Option<String>, Header, description = "Version of the contract as it was read")),
    request_body = ChangeContract, responses((status = 200, description = "As the contract now is", body = Contract)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    number: web::Path<String>,
    body: Json<ChangeContract>,
) -> Answer {
    let body = body.into_inner();
    let fields = ContractFields {
        customer: None,
        plan: body.plan.clone(),
        valid_from: body.valid_from,
        valid_to: body.valid_to,
        variant: code_of(body.variant),
        sites: body.sites.clone(),
    };
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::Contract, &number, seen)?;
        contracts::update(tx, ctx, &number, &fields).map(Contract::from)
    })
    .await
}
