//! What a person has to settle: things in somebody's hand that the books have elsewhere.

use crate::api::stock_wire::upper;
use crate::api::words::{ExceptionSourceWord, ExceptionStateWord, RightActWord};
use crate::app::exceptions::{self, ExceptionFilter, ExceptionRow, Keeper, Listed};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
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
    /// Id.
    id: i64,
    /// Who brought it.
    source: ExceptionSourceWord,
    /// Depot.
    #[schema(example = "JN")]
    depot: String,
    /// What was scanned.
    code: String,
    /// Part number, when known.
    part_no: String,
    /// The count, or the batch of scans.
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
        id: row.id,
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
#[utoipa::path(get, path = "/exceptions", params(Paging, Filter),
    responses((status = 200, description = "Exceptions, newest first", body = Page<DepotException>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let filter = ExceptionFilter {
        state: filter.state.map(|word| word.0),
        depot: upper(filter.depot),
        document: filter.document,
    };
    let before = paging.after("exceptions")?.unwrap_or(i64::MAX);
    let (fetch, lang) = (paging.fetch(), caller.lang);
    let rows =
        http::read(&caller, move |conn, ctx| exceptions::list(conn, ctx, &filter, before, fetch)).await?;
    http::ok(&Page::new("exceptions", &paging, rows, |one| one.row.id, |one| wire(lang, one)))
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
