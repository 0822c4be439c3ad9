//! Instruments: where each is, and whether it was checked in time.

use crate::api::stock_wire::upper;
use crate::api::words::{CheckStateWord, ConditionWord};
use crate::app::instruments::{self, CheckRow, Instrument as Standing, InstrumentFilter, MadeCheck};
use crate::domain::actor::Permission;
use crate::domain::place::normalise;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/instruments" list: Access::Needs(Permission::ReadStock),
    get "/instruments/{serial}/checks" checks: Access::Needs(Permission::ReadStock),
    post "/instruments/{serial}/checks" check: Access::Needs(Permission::ReadStock),
}

/// Which instruments to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How it stands with its checks: `failed`, `due`, `soon` (14 days or fewer) or `fit`.
    state: Option<CheckStateWord>,
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
    /// Place code: `engineer:li` for what an engineer has.
    place: Option<String>,
}

/// An instrument.
#[derive(Debug, Serialize, ToSchema)]
pub struct Instrument {
    /// Serial.
    serial: String,
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    /// Condition.
    condition: ConditionWord,
    /// Where it is: a depot, a bin, or with whom (`engineer:li`).
    place: String,
    /// Depot; `null` outside depots.
    depot: Option<String>,
    /// Days a check is good for; `null` where it needs none.
    check_every_days: Option<i64>,
    /// How it stands with its checks. Only what is `fit` or `soon` may be handed to an engineer.
    state: CheckStateWord,
    /// The last day it may be used on.
    due_on: Option<NaiveDate>,
    /// When it was checked last.
    checked_at: Option<DateTime<Utc>>,
    /// Whether it passed then.
    passed: Option<bool>,
    /// Number of the certificate of that check.
    certificate: Option<String>,
    /// Who checked it, by sign-in name.
    checked_by: Option<String>,
}

impl From<Standing> for Instrument {
    fn from(one: Standing) -> Self {
        let Standing { row, state, due_on } = one;
        Instrument {
            serial: row.serial,
            part_no: row.part_no,
            part_name: row.part_name,
            part_name_en: row.part_name_en,
            condition: Word(row.condition),
            place: row.place,
            depot: row.depot,
            check_every_days: row.check_every_days,
            state: Word(state),
            due_on,
            checked_at: row.checked_at,
            passed: row.passed,
            certificate: row.certificate,
            checked_by: row.checked_by,
        }
    }
}

/// List instruments
#[utoipa::path(get, path = "/instruments", params(Paging, Filter),
    responses((status = 200, description = "Instruments, longest on the books first", body = Page<Instrument>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let asked = filter.into_inner();
    let filter = InstrumentFilter {
        states: asked.state.map(|word| word.0).into_iter().collect(),
        depot: upper(asked.depot),
        place: asked.place.map(|code| normalise(&code)),
    };
    let after = paging.after::<i64>("instruments")?.unwrap_or_default();
    let fetch = usize::try_from(paging.fetch()).unwrap_or(usize::MAX);
    let mut rows = http::read(&caller, move |conn, ctx| instruments::list(conn, ctx, &filter)).await?;
    rows.retain(|one| one.row.id > after);
    rows.truncate(fetch);
    http::ok(&Page::new("instruments", &paging, rows, |one| one.row.id, Instrument::from))
}

/// A check of an instrument.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// When it was checked.
    checked_at: DateTime<Utc>,
    /// Whether it passed.
    passed: bool,
    /// Number of the certificate; empty for none.
    certificate: String,
    /// What was found.
    note: String,
    /// Who checked it, by sign-in name.
    checked_by: Option<String>,
    /// When it was written down.
    recorded_at: DateTime<Utc>,
}

/// Which of several.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckedUnit {
    /// Part number, when several units share a serial.
    part_no: Option<String>,
}

/// The checks of an instrument
#[utoipa::path(get, path = "/instruments/{serial}/checks", params(("serial" = String, Path, description = "Serial"), Paging, CheckedUnit),
    responses((status = 200, description = "Its checks, the latest first", body = Page<Check>),
        (status = 409, description = "It is no instrument (`not_an_instrument`)", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn checks(caller: Caller, serial: web::Path<String>, paging: Paging, of: Query<CheckedUnit>) -> Answer {
    let part_no = of.into_inner().part_no;
    let before = paging.after("checks")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| {
        instruments::checks(conn, ctx, &serial, part_no.as_deref(), before, fetch)
    })
    .await?;
    let check = |row: CheckRow| Check {
        checked_at: row.checked_at,
        passed: row.passed,
        certificate: row.certificate,
        note: row.note,
        checked_by: row.checked_by,
        recorded_at: row.recorded_at,
    };
    http::ok(&Page::new("checks", &paging, rows, |row| row.id, check))
}

/// A check that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheck {
    /// Part number, when several units share the serial.
    part_no: Option<String>,
    /// Whether it is fit for use.
    passed: bool,
    /// When it was checked; now when not said, never before the check before.
    checked_at: Option<DateTime<Utc>>,
    /// Number of the certificate.
    #[serde(default)]
    #[schema(max_length = 64)]
    certificate: String,
    /// What was found; must be said of one that failed.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// Write a check down
#[utoipa::path(post, path = "/instruments/{serial}/checks", request_body = NewCheck,
    params(("serial" = String, Path, description = "Serial")),
    responses((status = 201, description = "The instrument as it now stands", body = Instrument)))]
async fn check(caller: Caller, req: HttpRequest, serial: web::Path<String>, body: Json<NewCheck>) -> Answer {
    let (serial, body) = (serial.into_inner(), body.into_inner());
    let made = MadeCheck {
        part_no: body.part_no.clone(),
        passed: body.passed,
        checked_at: body.checked_at,
        certificate: body.certificate.clone(),
        note: body.note.clone(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        instruments::record(tx, ctx, &serial, &made).map(Instrument::from)
    })
    .await
}
