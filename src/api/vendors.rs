//! Who repairs for us.

use crate::app::setup::{self, Listing};
use crate::app::vendors::{self, VendorFields};
use crate::domain::actor::Permission;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/vendors" list: Access::Needs(Permission::ReadSetup),
    post "/vendors" create: Access::Needs(Permission::ManageSetup),
    get "/vendors/{code}" show: Access::Needs(Permission::ReadSetup),
    patch "/vendors/{code}" change: Access::Needs(Permission::ManageSetup),
}

/// A vendor.
#[derive(Debug, Serialize, ToSchema)]
pub struct Vendor {
    /// Code; what lies there is at the place `vendor:V1`.
    #[schema(example = "V1")]
    code: String,
    /// Name.
    #[schema(example = "华信光电")]
    name: String,
    /// Where repairs are announced; empty when nowhere.
    email: String,
    /// Version, for `If-Match`.
    version: i64,
}

impl From<vendors::Vendor> for Vendor {
    fn from(row: vendors::Vendor) -> Self {
        Vendor { code: row.code, name: row.name, email: row.email, version: row.version }
    }
}

/// Which vendors to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The beginning of a code, or a piece of a name.
    q: Option<String>,
}

/// List vendors
#[utoipa::path(get, path = "/vendors", params(Paging, Search), responses((status = 200, description = "Vendors by code", body = Page<Vendor>)))]
async fn list(caller: Caller, paging: Paging, search: Query<Search>) -> Answer {
    let page = Listing {
        after: paging.after("vendors")?.unwrap_or_default(),
        limit: paging.fetch(),
        q: search.into_inner().q.unwrap_or_default(),
    };
    let rows = http::read(&caller, move |conn, ctx| vendors::list(conn, ctx, &page)).await?;
    http::ok(&Page::new("vendors", &paging, rows, |row| row.code.clone(), Vendor::from))
}

/// One vendor
#[utoipa::path(get, path = "/vendors/{code}", params(("code" = String, Path, description = "Vendor code")),
    responses((status = 200, description = "The vendor", body = Vendor)))]
async fn show(caller: Caller, code: web::Path<String>) -> Answer {
    let row = http::read(&caller, move |conn, ctx| vendors::get(conn, ctx, &code)).await?;
    http::ok(&Vendor::from(row))
}

/// A vendor to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVendor {
    /// Code: letters, digits and `-_.`, at most 32.
    #[schema(example = "V1", min_length = 1, max_length = 32)]
    code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where repairs are announced.
    email: Option<String>,
}

/// Create a vendor
#[utoipa::path(post, path = "/vendors", request_body = NewVendor, responses((status = 201, description = "Created", body = Vendor)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewVendor>) -> Answer {
    let body = body.into_inner();
    let code = body.code.clone();
    let fields = VendorFields { name: Some(body.name.clone()), email: body.email.clone() };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        vendors::create(tx, ctx, &code, &fields).map(Vendor::from)
    })
    .await
}

/// What to change about a vendor; what is not sent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeVendor {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Where repairs are announced; empty for nowhere.
    email: Option<String>,
}

/// Change a vendor
#[utoipa::path(patch, path = "/vendors/{code}", params(("code" = String, Path, description = "Vendor code"),
        ("If-Match" = Option<String>, Header, description = "Version of the vendor as it was read")),
    request_body = ChangeVendor, responses((status = 200, description = "As the vendor now is", body = Vendor)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    code: web::Path<String>,
    body: Json<ChangeVendor>,
) -> Answer {
    let body = body.into_inner();
    let fields = VendorFields { name: body.name.clone(), email: body.email.clone() };
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::Vendor, &code, seen)?;
        vendors::update(tx, ctx, &code, &fields).map(Vendor::from)
    })
    .await
}
