//! Parts that are easily damaged, and how often they failed.

use crate::api::words::{OutcomeWord, RepairOrderStateWord, WatchClassWord};
use crate::app::figures;
use crate::app::parts::{self, FailureRow, WatchedRow};
use crate::domain::actor::Permission;
use crate::domain::fields::Fields;
use crate::domain::repair::WatchClass;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Page, Paging, Query, Word};
use actix_web::web;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/kpi/watched-parts" list: Access::Needs(Permission::ReadStock),
    get "/kpi/watched-parts/{part_no}/failures" failures: Access::Needs(Permission::ReadStock),
}

/// On which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WatchQuery {
    /// The day with which the counts end; today when not said.
    #[param(example = "2026-03-31", format = Date)]
    as_of: Option<String>,
}

/// A part that is easily damaged. A failure is a repair order of one of its units, customer's or ours, that did not end as no fault
/// found; it counts on the day the order was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchedPart {
    /// Part number.
    part_no: String,
    /// Name in Chinese.
    name: String,
    /// Name in English.
    name_en: String,
    /// The day with which the counts end.
    as_of: NaiveDate,
    /// Failures of the last 90 days.
    failures_90: i64,
    /// Failures of the 90 days before those.
    failures_earlier: i64,
    /// Failures of the last 365 days.
    failures_365: i64,
    /// Of these, those whose order is not closed now.
    open: i64,
    /// Orders of the last 365 days that found no fault.
    nff_365: i64,
    /// Good, ours, in the company's depots and not held, now.
    available: i64,
}

/// Watched parts
#[utoipa::path(get, path = "/kpi/watched-parts", params(Paging, WatchQuery),
    responses((status = 200, description = "Easily damaged parts by number, with their failures", body = Page<WatchedPart>)))]
async fn list(caller: Caller, paging: Paging, query: Query<WatchQuery>) -> Answer {
    let watch = parts::watch(&caller.ctx, figures::as_of(query.into_inner().as_of.as_deref())?);
    let after = paging.after("watched-parts")?.unwrap_or_default();
    let (after, fetch): (String, i64) = (after, paging.fetch());
    let rows = http::read(&caller, move |conn, ctx| parts::watched(conn, ctx, &watch, &after, fetch)).await?;
    let part = |row: WatchedRow| WatchedPart {
        part_no: row.part_no,
        name: row.name,
        name_en: row.name_en,
        as_of: watch.as_of,
        failures_90: row.recent,
        failures_earlier: row.earlier,
        failures_365: row.year,
        open: row.open,
        nff_365: row.nff,
        available: row.available,
    };
    http::ok(&Page::new("watched-parts", &paging, rows, |row| row.part_no.clone(), part))
}

/// Which failures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FailuresQuery {
    /// The number whose orders they are: `recent` (default), `earlier`, `year`, `open` or `nff`.
    #[param(inline, value_type = Option<WatchClassWord>)]
    class: Option<String>,
    /// The day with which the counts end; today when not said.
    #[param(example = "2026-03-31", format = Date)]
    as_of: Option<String>,
}

/// A failure of a watched part: a repair order.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchedFailure {
    /// Id of the repair order.
    repair_id: i64,
    /// Its number.
    repair: String,
    /// RMA number; `null` for our own units.
    rma: Option<String>,
    /// Line number in the RMA.
    line: Option<i64>,
    /// Customer's code; `null` for our own units.
    customer: Option<String>,
    /// Customer's name.
    customer_name: Option<String>,
    /// Serial.
    serial: String,
    /// Code of the depot whose bench has it.
    depot: String,
    /// State of the order now.
    state: RepairOrderStateWord,
    /// What came of it.
    outcome: Option<OutcomeWord>,
    /// Diagnosis code; empty before a diagnosis.
    fault_code: String,
    /// When the order was opened.
    opened_at: DateTime<Utc>,
}

/// The failures behind a number of a watched part
#[utoipa::path(get, path = "/kpi/watched-parts/{part_no}/failures",
    params(("part_no" = String, Path, description = "Part number"), FailuresQuery, Paging),
    responses((status = 200, description = "Repair orders, the latest first", body = Page<WatchedFailure>)))]
async fn failures(
    caller: Caller,
    part_no: web::Path<String>,
    query: Query<FailuresQuery>,
    paging: Paging,
) -> Answer {
    let FailuresQuery { class, as_of } = query.into_inner();
    let mut fields = Fields::new();
    let class = class.as_deref();
    let class = class.and_then(|text| fields.word("class", text, WatchClass::ALL, WatchClass::from_code));
    fields.finish()?;
    let watch = parts::watch(&caller.ctx, figures::as_of(as_of.as_deref())?);
    let class = class.unwrap_or(WatchClass::Recent);
    let before = paging.after("watched-failures")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| {
        parts::failures(conn, ctx, &part_no, (&watch, class), before, fetch)
    })
    .await?;
    let failure = |row: FailureRow| WatchedFailure {
        repair_id: row.id,
        repair: row.repair,
        rma: row.rma,
        line: row.line,
        customer: row.customer,
        customer_name: row.customer_name,
        serial: row.serial,
        depot: row.depot,
        state: Word(row.state),
        outcome: row.outcome.map(Word),
        fault_code: row.fault_code,
        opened_at: row.opened_at,
    };
    http::ok(&Page::new("watched-failures", &paging, rows, |row| row.id, failure))
}
