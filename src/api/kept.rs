//! `/kpi/promises`: how the promises beside the repair were kept, kind by kind, and the promises behind each number.

use crate::api::kpi::in_language;
use crate::api::turnaround::round8;
use crate::api::words::{KeptClassWord, PromiseKindWord};
use crate::app::figures::{self, Asked, KeptFilter, KeptRow, KeptSum, Key, Name};
use crate::domain::actor::Permission;
use crate::domain::plan::PromiseKind;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{Answer, Caller, Page, Paging, Query, Word, ok, read};
use crate::i18n::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

endpoints! {
    get "/kpi/promises" promises: Access::Needs(Permission::ReadFigures),
    get "/kpi/promises/lines" lines: Access::Needs(Permission::ReadFigures),
}

/// Name of the list of promises in its cursors.
const LINES: &str = "kept-promises";

/// What is asked of a period.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct KeptParams {
    /// First day (`2026-03-07`) or month (`2026-03`) of the due dates. Default: twelve months, up to that of `as_of`.
    from: Option<String>,
    /// Last day or month of the due dates.
    to: Option<String>,
    /// What had happened by the end of this day. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only promises recorded by this instant (or by the end of this day) count. Default: now.
    known_at: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

impl From<KeptParams> for Asked {
    fn from(params: KeptParams) -> Asked {
        let KeptParams { from, to, as_of, known_at, depot, customer, part_no } = params;
        Asked { from, to, as_of, known_at, depot, customer, part_no, ..Asked::default() }
    }
}

/// How promises were kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KeptReport {
    /// First day of the due dates.
    from: NaiveDate,
    /// Last day of the due dates.
    to: NaiveDate,
    /// What had happened by the end of this day.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// By kind; `repair_return` stands in `/kpi/timely-repair`.
    kinds: Vec<KeptFigures>,
}

/// The promises of one kind that were due in the period.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct KeptFigures {
    /// What was promised.
    kind: PromiseKindWord,
    /// In time.
    kept: u32,
    /// Late, given up on, or past the time and not kept.
    broken: u32,
    /// Time left: not counted.
    pending: u32,
    /// Time left, and the line stands under an open hold of the customer: not counted. Only the repair's clock stands still
    /// meanwhile; the time of these promises runs on.
    floating: u32,
    /// Fell away: not counted.
    excluded: u32,
    /// kept ÷ (kept + broken), to eight digits; `null` without one.
    rate: Option<f64>,
    /// Whether the plans' targets are met, as in `/kpi/timely-repair`: no more broken than the plans allow, each its own; `null` without one.
    meets_target: Option<bool>,
}

impl KeptFigures {
    fn new(kind: PromiseKind, sum: KeptSum) -> KeptFigures {
        KeptFigures {
            kind: Word(kind),
            kept: sum.kept,
            broken: sum.broken,
            pending: sum.pending,
            floating: sum.floating,
            excluded: sum.excluded,
            rate: sum.rate().map(round8),
            meets_target: sum.meets_target,
        }
    }
}

/// How the promises due in a period were kept, kind by kind
///
/// The thirty-day exchange, the spare in place, and what is owed to us. How repairs were kept stands in
/// `/kpi/timely-repair`, which has rules of its own.
#[utoipa::path(get, path = "/kpi/promises", params(KeptParams),
    responses((status = 200, description = "Figures by kind", body = KeptReport)))]
async fn promises(caller: Caller, query: Query<KeptParams>) -> Answer {
    let query = figures::Query::read(&query.into_inner().into(), &caller.ctx)?;
    let (from, to, as_of, known_at) = (query.from, query.to, query.as_of, query.known_at);
    let found = read(&caller, move |conn, ctx| figures::kept_promises(conn, ctx, &query)).await?;
    let kinds = found.into_iter().map(|(kind, sum)| KeptFigures::new(kind, sum)).collect();
    ok(&KeptReport { from, to, as_of, known_at, kinds })
}

/// Which promises.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct KeptLinesParams {
    /// Only promises of this kind.
    #[param(inline, value_type = Option<PromiseKindWord>)]
    kind: Option<String>,
    /// Only those counted in this number.
    #[param(inline, value_type = Option<KeptClassWord>)]
    class: Option<String>,
    /// First day (`2026-03-07`) or month (`2026-03`) of the due dates. Default: twelve months, up to that of `as_of`.
    from: Option<String>,
    /// Last day or month of the due dates.
    to: Option<String>,
    /// What had happened by the end of this day. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only promises recorded by this instant (or by the end of this day) count. Default: now.
    known_at: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

/// A promise that was due.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KeptLine {
    /// What was promised.
    kind: PromiseKindWord,
    /// RMA number.
    rma: String,
    /// Line number.
    line: i64,
    /// Serial of the faulty unit.
    serial: String,
    /// Serial of the spare it is about; `null` where it is about the line.
    about: Option<String>,
    /// Part number.
    part_no: String,
    /// Name of the part.
    part_name: String,
    /// Customer code.
    customer: String,
    /// Name of the customer.
    customer_name: String,
    /// Code of the depot that received it.
    depot: Option<String>,
    /// When it began.
    started_at: DateTime<Utc>,
    /// The last day in time.
    due_on: NaiveDate,
    /// The instant from which it is late, for promises counted in minutes.
    due_at: Option<DateTime<Utc>>,
    /// When it ended, as far as it had happened and was known.
    ended_at: Option<DateTime<Utc>>,
    /// kept, broken, pending, floating or excluded.
    class: KeptClassWord,
}

impl KeptLine {
    fn new(row: KeptRow, lang: Lang) -> KeptLine {
        KeptLine {
            kind: Word(row.kind),
            rma: row.rma,
            line: row.line,
            serial: row.serial,
            about: row.about,
            part_no: row.part_no,
            part_name: in_language(Name { zh: row.part_name, en: row.part_name_en }, lang),
            customer: row.customer,
            customer_name: row.customer_name,
            depot: row.depot,
            started_at: row.started_at,
            due_on: row.due,
            due_at: row.due_at,
            ended_at: row.ended_at,
            class: Word(row.class),
        }
    }
}

/// The promises behind a number
#[utoipa::path(get, path = "/kpi/promises/lines", params(KeptLinesParams, Paging),
    responses((status = 200, description = "Promises by due date", body = Page<KeptLine>)))]
async fn lines(caller: Caller, query: Query<KeptLinesParams>, paging: Paging) -> Answer {
    let KeptLinesParams { kind, class, from, to, as_of, known_at, depot, customer, part_no } =
        query.into_inner();
    let asked = Asked { from, to, as_of, known_at, depot, customer, part_no, ..Asked::default() };
    let query = figures::Query::read(&asked, &caller.ctx)?;
    let filter = KeptFilter::read(kind.as_deref(), class.as_deref())?;
    let after = paging.after::<(NaiveDate, i64)>(LINES)?.map(|(sort_due, id)| Key { sort_due, id });
    let (lang, limit) = (caller.lang, paging.fetch());
    let rows =
        read(&caller, move |conn, ctx| figures::kept_lines(conn, ctx, &query, filter, after, limit)).await?;
    let key = |row: &KeptRow| (row.due, row.id);
    ok(&Page::new(LINES, &paging, rows, key, |row| KeptLine::new(row, lang)))
}
