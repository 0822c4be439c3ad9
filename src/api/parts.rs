//! Parts, what may stand in for them, reorder points.

use crate::api::sent::sent;
use crate::api::words::{PartClassWord, TrackingWord, code_of};
use crate::app::parts::{self, AlternateFields, PartFields, PartFilter, ReorderFields};
use crate::app::setup::{self, Listing};
use crate::domain::actor::Permission;
use crate::domain::money::format_fen;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/parts" list: Access::SignedIn,
    post "/parts" create: Access::Needs(Permission::ManageSetup),
    get "/parts/{part_no}" show: Access::SignedIn,
    patch "/parts/{part_no}" change: Access::Needs(Permission::ManageSetup),
}

/// A part. Customers see neither prices nor alternates nor reorder points.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    /// Part number.
    #[schema(example = "0320007GCF")]
    part_no: String,
    /// Name in Chinese.
    #[schema(example = "电源模块 GCF-51")]
    name: String,
    /// Name in English; empty when none was entered.
    name_en: String,
    /// Maker's model.
    model: String,
    /// Maker; with the serial it identifies a unit.
    maker: String,
    /// Family of parts.
    category: String,
    /// One by one, or as a quantity.
    tracking: TrackingWord,
    /// What it is counted in.
    #[schema(example = "块")]
    measure: String,
    /// Price of a new one.
    #[schema(example = "1280.00")]
    price: Option<String>,
    /// Price of a repair.
    repair_price: Option<String>,
    /// Currency of both prices.
    #[schema(example = "CNY")]
    currency: String,
    /// False when a faulty one is thrown away.
    repairable: bool,
    /// Warranty, months.
    warranty_months: Option<i64>,
    /// Whether depots near the customers hold it.
    common: bool,
    /// Whether it keeps a customer's data.
    data_bearing: bool,
    /// 易损件: easily damaged, so that its failures are watched (`/kpi/watched-parts`).
    wear: bool,
    /// `spare`, or `instrument` (仪器仪表): never offered, held or handed out as a spare.
    class: PartClassWord,
    /// Days a check of such an instrument is good for; `null` where it needs none.
    check_every_days: Option<i64>,
    /// Whether the maker reuses serials on other parts.
    serial_per_part: bool,
    /// What may stand in for it.
    alternates: Vec<Alternate>,
    /// Its reorder points, by depot.
    reorder_points: Vec<ReorderPoint>,
    /// Version, for `If-Match`.
    version: i64,
}

/// A part that may stand in for another.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alternate {
    /// Its part number.
    part_no: String,
    /// Its name.
    name: String,
    /// Why it may.
    reason: String,
    /// Who confirmed it, by sign-in name.
    confirmed_by: String,
    /// The oldest firmware that will do; empty for any.
    firmware_from: String,
    /// The newest firmware that will do; empty for any.
    firmware_to: String,
    /// The hardware revisions that will do: `A, B2`; empty for any.
    revisions: String,
    /// Since when.
    valid_from: DateTime<Utc>,
}

/// How many good spares a depot should not fall below.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReorderPoint {
    /// Code of the depot.
    #[schema(example = "JN")]
    depot: String,
    /// The point; `null` takes it away.
    #[schema(minimum = 0, maximum = 1000000)]
    quantity: Option<i64>,
}

impl From<parts::Part> for Part {
    fn from(part: parts::Part) -> Self {
        let parts::Part { row, alternates, reorder_points } = part;
        let alternate = |row: parts::AlternateRow| Alternate {
            part_no: row.part_no,
            name: row.name,
            reason: row.reason,
            confirmed_by: row.confirmed_by,
            firmware_from: row.firmware_from,
            firmware_to: row.firmware_to,
            revisions: row.revisions,
            valid_from: row.valid_from,
        };
        let point = |row: parts::ReorderRow| ReorderPoint { depot: row.depot, quantity: Some(row.quantity) };
        Part {
            part_no: row.part_no,
            version: row.version,
            name: row.name,
            name_en: row.name_en,
            model: row.model,
            maker: row.maker,
            category: row.category,
            tracking: Word(row.tracking),
            measure: row.measure,
            price: row.price_fen.map(format_fen),
            repair_price: row.repair_price_fen.map(format_fen),
            currency: row.currency,
            repairable: row.repairable,
            warranty_months: row.warranty_months,
            common: row.common,
            data_bearing: row.data_bearing,
            wear: row.wear,
            class: Word(row.class),
            check_every_days: row.check_every_days,
            serial_per_part: row.serial_per_part,
            alternates: alternates.into_iter().map(alternate).collect(),
            reorder_points: reorder_points.into_iter().map(point).collect(),
        }
    }
}

/// Which parts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The beginning of a part number, or a piece of a name or model.
    q: Option<String>,
    /// Only this family.
    category: Option<String>,
    /// Only parts that are easily damaged.
    wear: Option<bool>,
    /// Only parts of this class.
    class: Option<PartClassWord>,
}

/// List parts
#[utoipa::path(get, path = "/parts", params(Paging, Search), responses((status = 200, description = "Parts by number", body = Page<Part>)))]
async fn list(caller: Caller, paging: Paging, search: Query<Search>) -> Answer {
    let Search { q, category, wear, class } = search.into_inner();
    let after = paging.after("parts")?.unwrap_or_default();
    let page = Listing { after, limit: paging.fetch(), q: q.unwrap_or_default() };
    let filter = PartFilter {
        category: category.unwrap_or_default(),
        wear: wear.unwrap_or(false),
        class: class.map(|word| word.0),
    };
    let rows = http::read(&caller, move |conn, ctx| parts::list(conn, ctx, &page, &filter)).await?;
    http::ok(&Page::new("parts", &paging, rows, |part| part.row.part_no.clone(), Part::from))
}

/// One part
#[utoipa::path(get, path = "/parts/{part_no}", params(("part_no" = String, Path, description = "Part number")),
    responses((status = 200, description = "The part", body = Part)))]
async fn show(caller: Caller, part_no: web::Path<String>) -> Answer {
    let part = http::read(&caller, move |conn, ctx| parts::get(conn, ctx, &part_no)).await?;
    http::ok(&Part::from(part))
}

/// An alternate to be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAlternate {
    /// Its part number.
    part_no: String,
    /// Why it may.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Who confirmed it: sign-in name of an administrator, service manager or technician; the caller when not said.
    #[schema(max_length = 200)]
    confirmed_by: Option<String>,
    /// The oldest firmware that will do; empty for any.
    #[schema(max_length = 64)]
    firmware_from: Option<String>,
    /// The newest firmware that will do; empty for any.
    #[schema(max_length = 64)]
    firmware_to: Option<String>,
    /// The hardware revisions that will do, with commas; empty for any.
    #[schema(max_length = 200)]
    revisions: Option<String>,
}

/// Both bodies say the same things; a new part must have a number and a name.
macro_rules! bodies {
    ({ $($shared:tt)* }) => {
        /// A part to be.
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewPart {
            /// Part number: letters, digits and `-_./`, at most 32.
            #[schema(example = "0320007GCF", min_length = 1, max_length = 32)]
            part_no: String,
            /// Name in Chinese.
            #[schema(example = "电源模块 GCF-51", min_length = 1, max_length = 200)]
            name: String,
            $($shared)*
        }

        /// What to change about a part; what is not sent stays.
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ChangePart {
            /// Name in Chinese.
            #[schema(min_length = 1, max_length = 200)]
            name: Option<String>,
            $($shared)*
        }
    };
}

bodies! {{
    /// Name in English.
    #[schema(max_length = 200)]
    name_en: Option<String>,
    /// Maker's model.
    #[schema(max_length = 200)]
    model: Option<String>,
    /// Maker; fixed once the part moved.
    #[schema(max_length = 200)]
    maker: Option<String>,
    /// Family of parts.
    #[schema(max_length = 200)]
    category: Option<String>,
    /// One by one (new parts, when not said) or as a quantity; fixed once the part moved.
    tracking: Option<TrackingWord>,
    /// What it is counted in.
    #[schema(max_length = 20)]
    measure: Option<String>,
    /// Price of a new one, a decimal string with at most two places; `null` for none.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "1280.00")]
    price: Option<Option<String>>,
    /// Price of a repair; `null` for none.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "171.74")]
    repair_price: Option<Option<String>>,
    /// Currency of both prices; CNY for a new part when not said.
    #[schema(example = "CNY", pattern = "^[A-Za-z]{3}$")]
    currency: Option<String>,
    /// False when a faulty one is thrown away.
    repairable: Option<bool>,
    /// Warranty, months; `null` for none.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 600)]
    warranty_months: Option<Option<i64>>,
    /// Whether depots near the customers hold it.
    common: Option<bool>,
    /// Whether it keeps a customer's data.
    data_bearing: Option<bool>,
    /// 易损件: easily damaged, so that its failures are watched; no for a new part when not said.
    wear: Option<bool>,
    /// `spare` (new parts, when not said) or `instrument`; fixed once the part moved. An instrument has a serial, no alternates and no
    /// reorder points.
    class: Option<PartClassWord>,
    /// Days a check of such an instrument is good for; `null` where it needs none.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 3650)]
    check_every_days: Option<Option<i64>>,
    /// Whether the maker reuses serials on other parts; fixed once the part moved.
    serial_per_part: Option<bool>,
    /// Exactly the parts that may stand in for it from now on.
    alternates: Option<Vec<NewAlternate>>,
    /// Reorder points to set; depots that are not listed keep theirs.
    reorder_points: Option<Vec<ReorderPoint>>,
}}

macro_rules! fields {
    ($body:expr, $name:expr) => {{
        let alternate = |a: &NewAlternate| AlternateFields {
            part_no: a.part_no.clone(),
            reason: a.reason.clone(),
            confirmed_by: a.confirmed_by.clone(),
            firmware_from: a.firmware_from.clone(),
            firmware_to: a.firmware_to.clone(),
            revisions: a.revisions.clone(),
        };
        let point = |p: &ReorderPoint| ReorderFields { depot: p.depot.clone(), quantity: p.quantity };
        PartFields {
            name: $name,
            name_en: $body.name_en.clone(),
            model: $body.model.clone(),
            maker: $body.maker.clone(),
            category: $body.category.clone(),
            tracking: code_of($body.tracking),
            measure: $body.measure.clone(),
            price: $body.price.clone(),
            repair_price: $body.repair_price.clone(),
            currency: $body.currency.clone(),
            repairable: $body.repairable,
            warranty_months: $body.warranty_months,
            common: $body.common,
            data_bearing: $body.data_bearing,
            wear: $body.wear,
            class: code_of($body.class),
            check_every_days: $body.check_every_days,
            serial_per_part: $body.serial_per_part,
            alternates: $body.alternates.as_ref().map(|list| list.iter().map(alternate).collect()),
            reorder_points: $body.reorder_points.as_ref().map(|list| list.iter().map(point).collect()),
        }
    }};
}

/// Create a part
#[utoipa::path(post, path = "/parts", request_body = NewPart, responses((status = 201, description = "Created", body = Part)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewPart>) -> Answer {
    let body = body.into_inner();
    let part_no = body.part_no.clone();
    let fields = fields!(body, Some(body.name.clone()));
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        parts::create(tx, ctx, &part_no, &fields).map(Part::from)
    })
    .await
}

/// Change a part
#[utoipa::path(patch, path = "/parts/{part_no}", params(("part_no" = String, Path, description = "Part number"),
        ("If-Match" = Option<String>, Header, description = "Version of the part as it was read")),
    request_body = ChangePart, responses((status = 200, description = "As the part now is", body = Part)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    part_no: web::Path<String>,
    body: Json<ChangePart>,
) -> Answer {
    let body = body.into_inner();
    let fields = fields!(body, body.name.clone());
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::Part, &part_no, seen)?;
        parts::update(tx, ctx, &part_no, &fields).map(Part::from)
    })
    .await
}
