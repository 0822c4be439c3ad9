//! What a person has to settle: things in somebody's hand that the books have elsewhere.

use crate::api::stock_wire::upper;
use crate::api::words::{ExceptionSourceWord, ExceptionStateWord, RightActWord};
use crate::app::exceptions::{self, ExceptionFilter, ExceptionRow, Keeper, Listed};
use crate::app::intakes::{self, IntakeRow};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::count::{ExceptionSource, ExceptionState, RightAct};
use crate::domain::intake::{IntakeException, IntakeState};
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use crate::i18n::{self, Lang};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/exceptions" list: Access::Needs(Permission::ReadStock),
    post "/exceptions/{id}/settle" settle: Access::Needs(Permission::MoveStock),
}

/// What keeps a unit from being put right by a movement of its own: one of an open RMA line, a repair order, a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExceptionKeeper {
    /// RMA number.
    rma: Option<String>,
    /// Line in it.
    line: Option<i64>,
    /// Number of the repair order.
    repair: Option<String>,
    /// Number of the document.
    document: Option<String>,
}

impl From<Keeper> for ExceptionKeeper {
    fn from(keeper: Keeper) -> Self {
        let (rma, line, repair, document) = match keeper {
            Keeper::Line { rma, line } => (Some(rma), Some(line), None, None),
            Keeper::Order(repair) => (None, None, Some(repair), None),
            Keeper::Document(document) => (None, None, None, Some(document)),
        };
        ExceptionKeeper { rma, line, repair, document }
    }
}

/// Something a person has to settle.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepotException {
    /// Id, to settle it by; `null` for a box, which is settled at its intake.
    id: Option<i64>,
    /// Who brought it: `scan`, `count`, or `box` for what came in a box and nobody knows whose it is.
    source: ExceptionSourceWord,
    /// Of a box: the intake to match (`POST /intakes/{id}/match`).
    intake: Option<i64>,
    /// Depot.
    #[schema(example = "JN")]
    depot: String,
    /// What was scanned.
    code: String,
    /// Part number, when known.
    part_no: String,
    /// The count, the batch of scans, or the box.
    document: String,
    /// What stands against it, in the caller's language: who holds it, and what the books say.
    detail: String,
    /// Code of the rule that said no.
    reason: String,
    /// Where the books have it.
    book_place: String,
    /// Since when.
    book_since: Option<DateTime<Utc>>,
    /// The act that puts it right.
    act: RightActWord,
    /// Where it has to be put right by now, when no movement by hand can do it; `null` also once it is settled.
    keeper: Option<ExceptionKeeper>,
    /// Whether you may reverse the movement that brought its unit to where the books have it.
    may_reverse: bool,
    /// Who holds it.
    held_by: Option<String>,
    /// Since when.
    held_at: DateTime<Utc>,
    /// How it stands.
    state: ExceptionStateWord,
    /// When it was settled.
    settled_at: Option<DateTime<Utc>>,
    /// By whom.
    settled_by: Option<String>,
    /// How.
    settlement: String,
}

/// A stored refusal in the reader's language. Facts carry the names their rule gives them.
pub(super) fn told(lang: Lang, reason: &str, facts: &[(String, String)]) -> String {
    http::words::stored(lang, reason, facts)
}

fn detail(lang: Lang, row: &ExceptionRow) -> String {
    let Some(since) = row.book_since else { return told(lang, &row.reason, &exceptions::facts(row)) };
    let since = Zone::default().local(since.naive_utc());
    let args = crate::args! {
        "holder" => row.held_by.clone().unwrap_or_default(),
        "depot" => row.depot.clone(),
        "serial" => row.code.clone(),
        "place" => row.book_place.clone(),
        "since" => i18n::short_date_time(lang, since)
    };
    i18n::format(lang, "exception-held", &args)
}

fn wire(lang: Lang, one: Listed) -> DepotException {
    let Listed { row, keeper, may_reverse } = one;
    DepotException {
        keeper: keeper.map(ExceptionKeeper::from),
        may_reverse,
        id: Some(row.id),
        intake: None,
        source: Word(row.source),
        detail: detail(lang, &row),
        depot: row.depot,
        code: row.code,
        part_no: row.part_no,
        document: row.document,
        reason: row.reason,
        book_place: row.book_place,
        book_since: row.book_since,
        act: Word(row.act),
        held_by: row.held_by,
        held_at: row.held_at,
        state: Word(row.state),
        settled_at: row.settled_at,
        settled_by: row.settled_by,
        settlement: row.settlement,
    }
}

/// What came in a box, and no RMA waits for it: somebody says what it is.
fn boxed(lang: Lang, row: IntakeRow) -> DepotException {
    let why = row.exception.unwrap_or(IntakeException::NoRma);
    let code = if row.serial.is_empty() { row.label } else { row.serial };
    DepotException {
        id: None,
        source: Word(ExceptionSource::Box),
        intake: Some(row.id),
        depot: row.depot,
        code,
        part_no: row.part_no.unwrap_or_default(),
        document: row.box_no,
        detail: i18n::text(lang, &format!("intake-exception-{why}")),
        reason: why.to_string(),
        book_place: row.book_place,
        book_since: None,
        act: Word(RightAct::MatchRma),
        keeper: None,
        may_reverse: false,
        held_by: row.taken_in_by,
        held_at: row.taken_in_at,
        state: Word(ExceptionState::Open),
        settled_at: row.settled_at,
        settled_by: None,
        settlement: row.settlement,
    }
}

/// A row of the list: boxes that wait come first, then what scans and counts found; of each the newest first.
enum Row {
    Box(IntakeRow),
    Found(Listed),
}

impl Row {
    /// Whether it is no box, and its row id.
    fn key(&self) -> (bool, i64) {
        match self {
            Row::Box(row) => (false, row.id),
            Row::Found(one) => (true, one.row.id),
        }
    }

    fn wire(self, lang: Lang) -> DepotException {
        match self {
            Row::Box(row) => boxed(lang, row),
            Row::Found(one) => wire(lang, one),
        }
    }
}

/// The rows after this key, at most `fetch`. A box is open while it is listed, and belongs to no count or batch.
fn rows(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &ExceptionFilter,
    after: Option<(bool, i64)>,
    fetch: i64,
) -> AppResult<Vec<Row>> {
    let mut rows = vec![];
    let (past_boxes, before) = after.unwrap_or((false, i64::MAX));
    if !past_boxes && filter.document.is_none() && filter.state != Some(ExceptionState::Settled) {
        let waiting = Some(IntakeState::Unmatched);
        let boxes = intakes::list(conn, ctx, waiting, filter.depot.as_deref(), before, fetch)?;
        rows.extend(boxes.into_iter().map(Row::Box));
    }
    let left = fetch - i64::try_from(rows.len()).unwrap_or(fetch);
    if left > 0 {
        let before = if past_boxes { before } else { i64::MAX };
        rows.extend(exceptions::list(conn, ctx, filter, before, left)?.into_iter().map(Row::Found));
    }
    Ok(rows)
}

/// Which exceptions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// State.
    state: Option<ExceptionStateWord>,
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
    /// The count, or the batch of scans.
    document: Option<String>,
}

/// List exceptions
///
/// Boxes that wait for somebody to say what is in them come first, then what scans and counts found.
#[utoipa::path(get, path = "/exceptions", params(Paging, Filter),
    responses((status = 200, description = "Exceptions, of each kind the newest first", body = Page<DepotException>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let filter = ExceptionFilter {
        state: filter.state.map(|word| word.0),
        depot: upper(filter.depot),
        document: filter.document,
    };
    let after = paging.after("exceptions")?;
    let (fetch, lang) = (paging.fetch(), caller.lang);
    let rows = http::read(&caller, move |conn, ctx| rows(conn, ctx, &filter, after, fetch)).await?;
    http::ok(&Page::new("exceptions", &paging, rows, Row::key, |row| row.wire(lang)))
}

/// How an exception was put right.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionSettlement {
    /// How.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Settle an exception
#[utoipa::path(post, path = "/exceptions/{id}/settle", params(("id" = i64, Path, description = "Exception")),
    request_body = ExceptionSettlement, responses((status = 200, description = "The exception", body = DepotException)))]
async fn settle(
    caller: Caller,
    req: HttpRequest,
    id: web::Path<i64>,
    body: Json<ExceptionSettlement>,
) -> Answer {
    let body = body.into_inner();
    let (reason, lang) = (body.reason.clone(), caller.lang);
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        exceptions::settle(tx, ctx, *id, &reason)
            .map(|row| wire(lang, Listed { row, keeper: None, may_reverse: false }))
    })
    .await
}
