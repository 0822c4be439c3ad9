//! Depots and the bins in them.

use crate::api::sent::sent;
use crate::api::words::{DepotClassWord, code_of};
use crate::app::depots::{self, DepotFields};
use crate::app::setup::{self, Listing};
use crate::domain::actor::Permission;
use crate::domain::place::bin_code;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/depots" list: Access::Needs(Permission::ReadSetup),
    post "/depots" create: Access::Needs(Permission::ManageSetup),
    get "/depots/{code}" show: Access::Needs(Permission::ReadSetup),
    patch "/depots/{code}" change: Access::Needs(Permission::ManageSetup),
    get "/depots/{code}/bins" bins: Access::Needs(Permission::ReadSetup),
    post "/depots/{code}/bins" add_bins: Access::Needs(Permission::ManageSetup),
}

/// A depot.
#[derive(Debug, Serialize, ToSchema)]
pub struct Depot {
    /// Code; also the place `JN`.
    #[schema(example = "JN")]
    code: String,
    /// Name.
    #[schema(example = "济南中心备件库")]
    name: String,
    /// City.
    #[schema(example = "济南")]
    city: String,
    /// What it is for.
    class: DepotClassWord,
    /// Postal address.
    address: String,
    /// Whether things are repaired there; its bench is the place `JN/bench`.
    has_bench: bool,
    /// Code of the customer whose on-site spares it holds.
    customer: Option<String>,
    /// Its bins; each is a place, e.g. `JN/A1-01`.
    #[schema(example = json!(["A1-01"]))]
    bins: Vec<String>,
    /// Version, for `If-Match`.
    version: i64,
}

impl From<depots::Depot> for Depot {
    fn from(depot: depots::Depot) -> Self {
        let depots::Depot { row, bins } = depot;
        Depot {
            code: row.code,
            name: row.name,
            city: row.city,
            class: Word(row.class),
            address: row.address,
            has_bench: row.has_bench,
            customer: row.customer,
            bins,
            version: row.version,
        }
    }
}

/// Which depots to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The beginning of a code, or a piece of a name.
    q: Option<String>,
}

/// List depots
#[utoipa::path(get, path = "/depots", params(Paging, Search), responses((status = 200, description = "Depots by code", body = Page<Depot>)))]
async fn list(caller: Caller, paging: Paging, search: Query<Search>) -> Answer {
    let page = Listing {
        after: paging.after("depots")?.unwrap_or_default(),
        limit: paging.fetch(),
        q: search.into_inner().q.unwrap_or_default(),
    };
    let rows = http::read(&caller, move |conn, ctx| depots::list(conn, ctx, &page)).await?;
    http::ok(&Page::new("depots", &paging, rows, |depot| depot.row.code.clone(), Depot::from))
}

/// One depot
#[utoipa::path(get, path = "/depots/{code}", params(("code" = String, Path, description = "Depot code")),
    responses((status = 200, description = "The depot", body = Depot)))]
async fn show(caller: Caller, code: web::Path<String>) -> Answer {
    let depot = http::read(&caller, move |conn, ctx| depots::get(conn, ctx, &code)).await?;
    http::ok(&Depot::from(depot))
}

/// A depot to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDepot {
    /// Code: letters, digits and `-_.`, at most 32.
    #[schema(example = "JN", min_length = 1, max_length = 32)]
    code: String,
    /// Name.
    #[schema(example = "济南中心备件库", min_length = 1, max_length = 200)]
    name: String,
    /// City.
    #[schema(max_length = 200)]
    city: Option<String>,
    /// What it is for; `common` when not said.
    class: Option<DepotClassWord>,
    /// Postal address.
    #[schema(max_length = 500)]
    address: Option<String>,
    /// Whether things are repaired there; yes when not said.
    has_bench: Option<bool>,
    /// Code of the customer whose on-site spares it holds.
    customer: Option<String>,
    /// Its bins.
    #[serde(default)]
    #[schema(example = json!(["A1-01"]))]
    bins: Vec<String>,
}

/// Create a depot
///
/// Its places come with it: `JN`, `JN/bench`, and one per bin.
#[utoipa::path(post, path = "/depots", request_body = NewDepot, responses((status = 201, description = "Created", body = Depot)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewDepot>) -> Answer {
    let body = body.into_inner();
    let code = body.code.clone();
    let fields = DepotFields {
        name: Some(body.name.clone()),
        city: body.city.clone(),
        class: code_of(body.class),
        address: body.address.clone(),
        has_bench: body.has_bench,
        customer: body.customer.clone().map(Some),
        bins: body.bins.clone(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        depots::create(tx, ctx, &code, &fields).map(Depot::from)
    })
    .await
}

/// What to change about a depot; what is not sent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDepot {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// City.
    #[schema(max_length = 200)]
    city: Option<String>,
    /// What it is for.
    class: Option<DepotClassWord>,
    /// Postal address.
    #[schema(max_length = 500)]
    address: Option<String>,
    /// Whether things are repaired there.
    has_bench: Option<bool>,
    /// Code of the customer whose on-site spares it holds; `null` for nobody's.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    customer: Option<Option<String>>,
    /// Bins to add.
    #[serde(default)]
    bins: Vec<String>,
}

/// Change a depot
#[utoipa::path(patch, path = "/depots/{code}", params(("code" = String, Path, description = "Depot code"),
        ("If-Match" = Option<String>, Header, description = "Version of the depot as it was read")),
    request_body = ChangeDepot, responses((status = 200, description = "As the depot now is", body = Depot)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    code: web::Path<String>,
    body: Json<ChangeDepot>,
) -> Answer {
    let body = body.into_inner();
    let fields = DepotFields {
        name: body.name.clone(),
        city: body.city.clone(),
        class: code_of(body.class),
        address: body.address.clone(),
        has_bench: body.has_bench,
        customer: body.customer.clone(),
        bins: body.bins.clone(),
    };
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::Depot, &code, seen)?;
        depots::update(tx, ctx, &code, &fields).map(Depot::from)
    })
    .await
}

/// A bin.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bin {
    /// Code within the depot.
    #[schema(example = "A1-01")]
    bin: String,
    /// The place it is.
    #[schema(example = "JN/A1-01")]
    place: String,
}

fn bins_of(depot: depots::Depot) -> Page<Bin> {
    let code = depot.row.code;
    Page::whole(depot.bins.into_iter().map(|bin| Bin { place: bin_code(&code, &bin), bin }).collect())
}

/// Bins of a depot
#[utoipa::path(get, path = "/depots/{code}/bins", params(("code" = String, Path, description = "Depot code"), Paging),
    responses((status = 200, description = "Its bins by code", body = Page<Bin>)))]
async fn bins(caller: Caller, code: web::Path<String>, paging: Paging) -> Answer {
    let depot = http::read(&caller, move |conn, ctx| depots::get(conn, ctx, &code)).await?;
    let item = |bin: String| Bin { place: bin_code(&depot.row.code, &bin), bin };
    http::ok(&Page::of_whole("bins", &paging, depot.bins, String::clone, item)?)
}

/// Bins to add.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBins {
    /// Their codes; those that are there already stay.
    #[schema(example = json!(["A1-01", "A1-02"]), min_items = 1, max_items = 1000)]
    bins: Vec<String>,
}

/// Add bins
#[utoipa::path(post, path = "/depots/{code}/bins", params(("code" = String, Path, description = "Depot code")),
    request_body = NewBins, responses((status = 201, description = "All bins of the depot", body = Page<Bin>)))]
async fn add_bins(caller: Caller, req: HttpRequest, code: web::Path<String>, body: Json<NewBins>) -> Answer {
    let body = body.into_inner();
    let fields = DepotFields { bins: body.bins.clone(), ..DepotFields::default() };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        depots::update(tx, ctx, &code, &fields).map(bins_of)
    })
    .await
}
