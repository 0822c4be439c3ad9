//! Units: where each serialised thing is, and everything that happened to it.

use crate::api::stock_wire::{StockMovement, Unit, UnitDetail, UnitShown, UnitThen, owner_of, upper};
use crate::api::words::{ConditionWord, DataAnswerWord};
use crate::app::figures;
use crate::app::stock::{self, Release, SaidOfData, UnitFilter, UnitRow};
use crate::domain::actor::Permission;
use crate::domain::place::normalise;
use crate::domain::serial::Serial;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/units" list: Access::Needs(Permission::ReadStock),
    get "/units/{serial}" show: Access::Needs(Permission::ReadStock),
    get "/units/{serial}/history" history: Access::Needs(Permission::ReadStock),
    post "/units/{serial}/release" release: Access::Needs(Permission::MoveStock),
    post "/units/{serial}/data" data: Access::Needs(Permission::MoveStock),
}

/// Which units to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// A serial or any piece of one, typed or scanned.
    serial: Option<String>,
    /// Part number.
    part_no: Option<String>,
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
    /// Condition.
    condition: Option<ConditionWord>,
    /// `us`, `customer:CODE`, `vendor:CODE` or `unknown`.
    owner: Option<String>,
    /// Place code.
    #[param(example = "JN/A1-01")]
    place: Option<String>,
}

/// List units
#[utoipa::path(get, path = "/units", params(Paging, Filter),
    responses((status = 200, description = "Units, oldest on the books first", body = Page<Unit>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let owner = owner_of("owner", filter.owner.as_deref())?;
    let filter = UnitFilter {
        // What is no serial is a piece of none.
        serial: filter.serial.map(|text| Serial::parse(&text).map_or(text, Serial::into_string)),
        part_no: upper(filter.part_no),
        depot: upper(filter.depot),
        condition: filter.condition.map(|word| word.0),
        owner: owner.map(|owner| owner.to_string()),
        place: filter.place.map(|code| normalise(&code)),
        ..UnitFilter::default()
    };
    let after = paging.after("units")?.unwrap_or_default();
    let fetch = paging.fetch();
    let read = http::read(&caller, move |conn, ctx| {
        let rows = stock::list_units(conn, ctx, &filter, after, fetch)?;
        Ok((stock::flags_of(conn, ctx, &rows)?, rows))
    });
    let (flags, rows) = read.await?;
    let unit = |row: UnitRow| {
        let flags = flags.get(&row.id).cloned().unwrap_or_default();
        Unit::new(row, flags)
    };
    http::ok(&Page::new("units", &paging, rows, |row| row.id, unit))
}

/// Which of several.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfPart {
    /// Part number, when several units share a serial.
    part_no: Option<String>,
}

/// Which of several, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Part number, when several units share a serial.
    part_no: Option<String>,
    /// Where it was at the end of this day, or at this instant.
    #[param(example = "2026-03-31")]
    as_of: Option<String>,
    /// Only what was recorded by the end of this day, or by this instant; now.
    #[param(example = "2026-03-31T10:00:00Z")]
    known_at: Option<String>,
}

/// One unit
///
/// By its serial, or by another code it was labelled with. A serial several units share is refused with the choices. With `as_of` or
/// `known_at`: where it was then, and nothing that the books do not keep for the past (404 `not_met_yet` before they met it).
#[utoipa::path(get, path = "/units/{serial}", params(("serial" = String, Path, description = "Serial"), Wanted),
    responses((status = 200, description = "The unit", body = UnitShown),
        (status = 409, description = "Several units share the serial; say which part", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn show(caller: Caller, serial: web::Path<String>, of: Query<Wanted>) -> Answer {
    let Wanted { part_no, as_of, known_at } = of.into_inner();
    let then = figures::then(as_of.as_deref(), known_at.as_deref(), &caller.ctx)?;
    let shown = http::look_up(&caller, move |conn, ctx| match then {
        None => Ok(UnitShown::Now(stock::unit_details(conn, ctx, &serial, part_no.as_deref())?.into())),
        Some(then) => {
            let (unit, found) = stock::unit_then(conn, ctx, &serial, part_no.as_deref(), &then)?;
            Ok(UnitShown::Then(UnitThen::new(unit, found, &then)))
        }
    });
    http::ok(&shown.await?)
}

/// What a unit is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseBody {
    /// Part number, when several units share the serial.
    part_no: Option<String>,
    /// Firmware; what is not sent stays, an empty text says that nobody knows.
    #[schema(example = "2.10", max_length = 64)]
    firmware: Option<String>,
    /// Hardware revision; as for the firmware.
    #[schema(example = "B2", max_length = 64)]
    revision: Option<String>,
}

/// Put down firmware and revision
///
/// The limits of an equivalence are held against them when a board is proposed, held and handed out.
#[utoipa::path(post, path = "/units/{serial}/release", request_body = ReleaseBody,
    params(("serial" = String, Path, description = "Serial")),
    responses((status = 200, description = "The unit", body = UnitDetail)))]
async fn release(
    caller: Caller,
    req: HttpRequest,
    serial: web::Path<String>,
    body: Json<ReleaseBody>,
) -> Answer {
    let (serial, body) = (serial.into_inner(), body.into_inner());
    let said = Release {
        part_no: body.part_no.clone(),
        firmware: body.firmware.clone(),
        revision: body.revision.clone(),
    };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        stock::put_down_release(tx, ctx, &serial, &said).map(UnitDetail::from)
    })
    .await
}

/// What became of a customer's data on a unit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataBody {
    /// Part number, when several units share the serial.
    part_no: Option<String>,
    /// `wipe` or `destroy`; nobody can `keep` what is ours.
    data: DataAnswerWord,
    /// Number of the certificate.
    #[schema(max_length = 64)]
    certificate: String,
}

/// Put down what became of a customer's data
///
/// Of a spare of ours that a customer used and that came back (flag `customers_data`). Until then it becomes no good stock, and goes to no
/// maker and into no scrap. Wiped, it may; destroyed, it may be scrapped.
#[utoipa::path(post, path = "/units/{serial}/data", request_body = DataBody,
    params(("serial" = String, Path, description = "Serial")),
    responses((status = 200, description = "The unit", body = UnitDetail)))]
async fn data(caller: Caller, req: HttpRequest, serial: web::Path<String>, body: Json<DataBody>) -> Answer {
    let (serial, body) = (serial.into_inner(), body.into_inner());
    let said = SaidOfData {
        part_no: body.part_no.clone(),
        data: Some(body.data.0),
        certificate: body.certificate.clone(),
    };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        stock::answer_data(tx, ctx, &serial, &said).map(UnitDetail::from)
    })
    .await
}

/// What happened to a unit
#[utoipa::path(get, path = "/units/{serial}/history", params(("serial" = String, Path, description = "Serial"), Paging, OfPart),
    responses((status = 200, description = "Its movements, newest first", body = Page<StockMovement>),
        (status = 409, description = "Several units share the serial; say which part", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn history(caller: Caller, serial: web::Path<String>, paging: Paging, of: Query<OfPart>) -> Answer {
    let part_no = of.into_inner().part_no;
    let before = paging.after("history")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::look_up(&caller, move |conn, ctx| {
        stock::history(conn, ctx, &serial, part_no.as_deref(), before, fetch)
    })
    .await?;
    http::ok(&Page::new("history", &paging, rows, |row| row.id, StockMovement::from))
}
