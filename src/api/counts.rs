//! Stock counts: opened, seen, held against the ledger, approved by a second person.

use crate::api::scans::ScanUndo;
use crate::api::stock_wire::{StockMovement, upper};
use crate::api::words::{ConditionWord, CountStateWord, CountVerdictWord, DifferenceWord};
use crate::app::counts::{
    self, CountRow, CountScanRow, CountView, Difference, Noted, Seen, UncountedRow, UnitRow, Variance,
};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/counts" list: Access::Needs(Permission::ReadStock),
    post "/counts" open: Access::Needs(Permission::MoveStock),
    get "/counts/{number}" show: Access::Needs(Permission::ReadStock),
    post "/counts/{number}/scans" see: Access::Needs(Permission::MoveStock),
    post "/counts/{number}/scans/{id}/undo" undo: Access::Needs(Permission::MoveStock),
    get "/counts/{number}/variance" variance: Access::Needs(Permission::ReadStock),
    post "/counts/{number}/done" done: Access::Needs(Permission::MoveStock),
    post "/counts/{number}/approve" approve: Access::Needs(Permission::CorrectStock),
    post "/counts/{number}/cancel" cancel: Access::Needs(Permission::MoveStock),
}

/// A count in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountSummary {
    /// Number.
    #[schema(example = "PD-2026-000003")]
    number: String,
    /// Depot.
    #[schema(example = "JN")]
    depot: String,
    /// How it stands.
    state: CountStateWord,
    /// Who opened it.
    opened_by: Option<String>,
    /// When.
    opened_at: DateTime<Utc>,
    /// Who said that everything was seen; none while it is being counted.
    done_by: Option<String>,
    /// When.
    done_at: Option<DateTime<Utc>>,
    /// Who approved it or called it off.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<DateTime<Utc>>,
    /// How many things were seen.
    seen: i64,
}

impl From<CountRow> for CountSummary {
    fn from(row: CountRow) -> Self {
        CountSummary {
            number: row.number,
            depot: row.depot,
            state: Word(row.state),
            opened_by: row.opened_by,
            opened_at: row.opened_at,
            done_by: row.done_by,
            done_at: row.done_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            seen: row.scans,
        }
    }
}

/// Something that was seen, and what the ledger said at that moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountScan {
    /// Where it was seen.
    #[schema(example = "JN/A1-01")]
    place: String,
    /// Serial, or part number of a quantity.
    code: String,
    /// Part number, when known.
    part_no: Option<String>,
    /// Condition.
    condition: ConditionWord,
    /// Seen.
    counted: i64,
    /// What the books had there.
    booked: i64,
    /// Where the books had it.
    book_place: String,
    /// What that says.
    verdict: CountVerdictWord,
    /// The exception it became.
    exception_id: Option<i64>,
    /// When.
    scanned_at: DateTime<Utc>,
}

impl From<CountScanRow> for CountScan {
    fn from(row: CountScanRow) -> Self {
        CountScan {
            place: row.place,
            code: row.code,
            part_no: row.part_no,
            condition: Word(row.condition),
            counted: row.counted,
            booked: row.booked,
            book_place: row.book_place,
            verdict: Word(row.verdict),
            exception_id: row.exception_id,
            scanned_at: row.scanned_at,
        }
    }
}

/// A count with what was seen and booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Count {
    #[serde(flatten)]
    head: CountSummary,
    /// The places it covers.
    places: Vec<String>,
    /// What was seen.
    scans: Vec<CountScan>,
    /// What it booked, oldest first.
    movements: Vec<StockMovement>,
}

impl From<CountView> for Count {
    fn from(view: CountView) -> Self {
        Count {
            head: CountSummary::from(view.row),
            places: view.places,
            scans: view.scans.into_iter().map(CountScan::from).collect(),
            movements: view.movements.into_iter().map(StockMovement::from).collect(),
        }
    }
}

/// What to count.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCount {
    /// Depot.
    #[schema(example = "JN")]
    depot: String,
    /// Only these bins; the whole depot with its bench when there are none.
    #[serde(default)]
    bins: Vec<String>,
}

/// Open a count
#[utoipa::path(post, path = "/counts", request_body = NewCount,
    responses((status = 201, description = "The count", body = Count)))]
async fn open(caller: Caller, req: HttpRequest, body: Json<NewCount>) -> Answer {
    let body = body.into_inner();
    let new = body.clone();
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        counts::open(tx, ctx, &new.depot, &new.bins).map(Count::from)
    })
    .await
}

/// A thing somebody sees.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenItem {
    /// Serial, as scanned.
    serial: Option<String>,
    /// Part number.
    part_no: Option<String>,
    /// How many of a quantity part: all there are at the place. Nothing is a number too.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    quantity: Option<i64>,
    /// Condition of a quantity; good when not said.
    condition: Option<ConditionWord>,
}

/// What is seen at a place.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenItems {
    /// Bin; the depot itself when not said.
    #[schema(example = "A1-01")]
    bin: Option<String>,
    /// Serials, as scanned.
    #[serde(default)]
    serials: Vec<String>,
    /// Things that need more words.
    #[serde(default)]
    items: Vec<SeenItem>,
}

/// Something that was noted.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotedScan {
    /// Id, to take it back by.
    id: i64,
    /// It was noted before in this count: it counts once, as it was seen last.
    again: bool,
    #[serde(flatten)]
    scan: CountScan,
}

impl From<Noted> for NotedScan {
    fn from(noted: Noted) -> Self {
        NotedScan { id: noted.scan.id, again: noted.again, scan: CountScan::from(noted.scan) }
    }
}

/// What was noted.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenAnswer {
    /// Each thing with what the ledger says, serials first.
    items: Vec<NotedScan>,
}

/// Note what is seen
///
/// Each thing is held against the ledger at this moment. Seen again, it replaces what was seen before. What the books have
/// elsewhere becomes an exception with the right act, and is never booked by the count.
#[utoipa::path(post, path = "/counts/{number}/scans", params(("number" = String, Path, description = "Count")),
    request_body = SeenItems, responses((status = 200, description = "What the ledger says", body = SeenAnswer)))]
async fn see(caller: Caller, req: HttpRequest, number: web::Path<String>, body: Json<SeenItems>) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let serials = sent.serials.into_iter().map(|serial| Seen { serial: Some(serial), ..Seen::default() });
    let items = sent.items.into_iter().map(|item| Seen {
        serial: item.serial,
        part_no: item.part_no,
        quantity: item.quantity,
        condition: item.condition.map(|word| word.0),
    });
    let seen: Vec<Seen> = serials.chain(items).collect();
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        let rows = counts::see(tx, ctx, &number, sent.bin.as_deref(), &seen)?;
        Ok(SeenAnswer { items: rows.into_iter().map(NotedScan::from).collect() })
    })
    .await
}

/// Take back what was seen
///
/// It counts for nothing, what it took the place of stands again, and the exception it became is settled.
#[utoipa::path(post, path = "/counts/{number}/scans/{id}/undo",
    params(("number" = String, Path, description = "Count"), ("id" = i64, Path, description = "What was noted")),
    request_body = ScanUndo, responses((status = 200, description = "What was taken back", body = CountScan)))]
async fn undo(
    caller: Caller,
    req: HttpRequest,
    path: web::Path<(String, i64)>,
    body: Json<ScanUndo>,
) -> Answer {
    let body = body.into_inner();
    let ((number, id), reason) = (path.into_inner(), body.reason.clone());
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        counts::take_back(tx, ctx, &number, id, &reason).map(CountScan::from)
    })
    .await
}

/// Something the books have otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountDifference {
    /// What it is.
    kind: DifferenceWord,
    /// Part number.
    part_no: String,
    /// Serial; none for a quantity.
    serial: Option<String>,
    /// Condition.
    condition: ConditionWord,
    /// Where it was seen, or where the books have what nobody saw.
    place: String,
    /// Where the books have it.
    book_place: String,
    /// What the books had when it was counted.
    booked: i64,
    /// What was seen.
    counted: i64,
    /// `counted` less `booked`.
    difference: i64,
}

impl From<Difference> for CountDifference {
    fn from(difference: Difference) -> Self {
        CountDifference {
            kind: Word(difference.of),
            part_no: difference.part_no,
            serial: difference.serial,
            condition: Word(difference.condition),
            place: difference.place,
            book_place: difference.book_place,
            booked: difference.booked,
            counted: difference.counted,
            difference: difference.counted - difference.booked,
        }
    }
}

/// A quantity nobody counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Uncounted {
    /// Place.
    place: String,
    /// Part number.
    part_no: String,
    /// Condition.
    condition: ConditionWord,
    /// What the books have.
    quantity: i64,
}

impl From<UncountedRow> for Uncounted {
    fn from(row: UncountedRow) -> Self {
        Uncounted {
            place: row.place,
            part_no: row.part_no,
            condition: Word(row.condition),
            quantity: row.quantity,
        }
    }
}

/// What approving would book, and what it would not.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountVariance {
    /// To be booked.
    differences: Vec<CountDifference>,
    /// Quantities nobody counted: nothing is booked for them.
    uncounted: Vec<Uncounted>,
    /// Units of others that should be here and were not seen: never booked, the approval opens an exception for each.
    not_seen: Vec<NotSeen>,
    /// Seen here and on the books elsewhere, or not at all: never booked, see `/exceptions`.
    exceptions: Vec<CountScan>,
}

/// A unit of somebody else's that nobody saw.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotSeen {
    /// Serial.
    serial: String,
    /// Part number.
    part_no: String,
    /// Where the books have it.
    place: String,
    /// Whose it is.
    owner: String,
}

impl From<UnitRow> for NotSeen {
    fn from(unit: UnitRow) -> Self {
        NotSeen {
            serial: unit.serial,
            part_no: unit.part_no,
            place: unit.place,
            owner: unit.owner.to_string(),
        }
    }
}

impl From<Variance> for CountVariance {
    fn from(variance: Variance) -> Self {
        CountVariance {
            differences: variance.differences.into_iter().map(CountDifference::from).collect(),
            uncounted: variance.uncounted.into_iter().map(Uncounted::from).collect(),
            not_seen: variance.not_seen.into_iter().map(NotSeen::from).collect(),
            exceptions: variance.exceptions.into_iter().map(CountScan::from).collect(),
        }
    }
}

/// What a count would book
///
/// Differences only for what is ours in this depot, each against the ledger at the moment of its scan.
#[utoipa::path(get, path = "/counts/{number}/variance", params(("number" = String, Path, description = "Count")),
    responses((status = 200, description = "Differences", body = CountVariance)))]
async fn variance(caller: Caller, number: web::Path<String>) -> Answer {
    let found = http::read(&caller, move |conn, ctx| counts::variance(conn, ctx, &number)).await?;
    http::ok(&CountVariance::from(found))
}

/// Say that everything was seen
///
/// The count waits for the second person. A further scan takes it back.
#[utoipa::path(post, path = "/counts/{number}/done", params(("number" = String, Path, description = "Count")),
    responses((status = 200, description = "The count", body = Count)))]
async fn done(caller: Caller, req: HttpRequest, number: web::Path<String>) -> Answer {
    http::act(&caller, &req, StatusCode::OK, &(), move |tx, ctx| {
        counts::done(tx, ctx, &number).map(Count::from)
    })
    .await
}

/// Approve a count
///
/// Books the differences. Whoever counted does not approve.
#[utoipa::path(post, path = "/counts/{number}/approve", params(("number" = String, Path, description = "Count")),
    responses((status = 200, description = "The count with what it booked", body = Count)))]
async fn approve(caller: Caller, req: HttpRequest, number: web::Path<String>) -> Answer {
    http::act(&caller, &req, StatusCode::OK, &(), move |tx, ctx| {
        counts::approve(tx, ctx, &number).map(Count::from)
    })
    .await
}

/// Call a count off
///
/// Nothing is booked.
#[utoipa::path(post, path = "/counts/{number}/cancel", params(("number" = String, Path, description = "Count")),
    responses((status = 200, description = "The count", body = Count)))]
async fn cancel(caller: Caller, req: HttpRequest, number: web::Path<String>) -> Answer {
    http::act(&caller, &req, StatusCode::OK, &(), move |tx, ctx| {
        counts::cancel(tx, ctx, &number).map(Count::from)
    })
    .await
}

/// Which counts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// State.
    state: Option<CountStateWord>,
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
}

/// List counts
#[utoipa::path(get, path = "/counts", params(Paging, Filter),
    responses((status = 200, description = "Counts, newest first", body = Page<CountSummary>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { state, depot } = filter.into_inner();
    let (state, depot) = (state.map(|word| word.0), upper(depot));
    let before = paging.after("counts")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows =
        http::read(&caller, move |conn, ctx| counts::list(conn, ctx, state, depot.as_deref(), before, fetch))
            .await?;
    http::ok(&Page::new("counts", &paging, rows, |row| row.id, CountSummary::from))
}

/// One count
#[utoipa::path(get, path = "/counts/{number}", params(("number" = String, Path, description = "Count")),
    responses((status = 200, description = "The count", body = Count)))]
async fn show(caller: Caller, number: web::Path<String>) -> Answer {
    let view = http::read(&caller, move |conn, ctx| counts::view(conn, ctx, &number)).await?;
    http::ok(&Count::from(view))
}
