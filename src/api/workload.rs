//! `/kpi/ageing`, `/kpi/pauses`, `/kpi/fill-rate`: what stands open, what waits for customers, whether the spare was there.

use crate::api::forecast::ForecastLine;
use crate::api::kpi::in_language;
use crate::api::turnaround::round8;
use crate::api::words::GroupByWord;
use crate::app::figures::{self, Asked, Fill, FillClass, Name, SpareRow};
use crate::domain::actor::Permission;
use crate::domain::refusal::{FieldError, Refusal};
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{Answer, Caller, Page, Paging, Query, ok, read};
use crate::i18n::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

endpoints! {
    get "/kpi/ageing" ageing: Access::Needs(Permission::ReadFigures),
    get "/kpi/pauses" pauses: Access::Needs(Permission::ReadFigures),
    get "/kpi/fill-rate" fill_rate: Access::Needs(Permission::ReadFigures),
}

/// Name of the list of holds in its cursors.
const HOLDS: &str = "pauses";
/// Name of the list of requests in its cursors.
const REQUESTS: &str = "fill-rate";

/// What is asked of the open lines.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AgeingParams {
    /// The day at whose end they are looked at. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

/// What is asked of a period.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PeriodParams {
    /// First day (`2026-03-07`) or month (`2026-03`). Default: twelve months, up to that of `as_of`.
    from: Option<String>,
    /// Last day or month.
    to: Option<String>,
    /// What had happened by the end of this day. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// What the groups are, where there are groups. Default: month.
    #[param(inline, value_type = Option<GroupByWord>)]
    by: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

impl From<PeriodParams> for Asked {
    fn from(params: PeriodParams) -> Asked {
        let PeriodParams { from, to, as_of, known_at, by, depot, customer, part_no } = params;
        Asked { from, to, as_of, known_at, by, variant: None, depot, customer, part_no }
    }
}

/// Open lines by days left and by age.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Ageing {
    /// The day at whose end they were looked at.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// All open lines: overdue, floating and those with days left.
    open: usize,
    /// Past their due date.
    overdue: usize,
    /// Under an open hold of the customer.
    floating: usize,
    /// Likelier than 0.3 to miss, or 15 working days left or fewer, late ones included.
    at_risk: usize,
    /// Lines in time by working days left.
    by_days_left: Vec<Bucket>,
    /// All open lines by counted days since receipt.
    by_age: Vec<Bucket>,
    /// The lines counted above, by due date.
    lines: Vec<ForecastLine>,
}

/// Lines between two numbers of days, both included.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Bucket {
    /// Fewest days.
    from: i64,
    /// Most days; `null`: no end.
    to: Option<i64>,
    /// How many lines.
    lines: usize,
}

impl From<figures::Bucket> for Bucket {
    fn from(bucket: figures::Bucket) -> Self {
        Bucket { from: bucket.from, to: bucket.to, lines: bucket.lines }
    }
}

/// The customer's waits of a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PauseReport {
    /// First day of the period.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// What had happened by the end of this day.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// How many holds stood in it; the list below has them all, by pages.
    holds: usize,
    /// Of them open at the end of `as_of`.
    open: usize,
    /// Lines whose clock stands for them.
    floating: usize,
    /// Days their lines' clocks left out for them, as the plans count.
    days: i64,
    /// By reason.
    by_reason: Vec<ReasonSum>,
    /// A page of the holds, in the order they began; the sums above count all of them.
    items: Vec<PauseItem>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    next_cursor: Option<String>,
}

/// Holds of one reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReasonSum {
    /// Why.
    reason: String,
    /// How many.
    holds: usize,
    /// Days their lines' clocks left out for them, as the plans count.
    days: i64,
}

/// A wait of the customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PauseItem {
    /// RMA number.
    rma: String,
    /// Line number.
    line: i64,
    /// Serial of the faulty unit.
    serial: String,
    /// Part number.
    part_no: String,
    /// Customer code.
    customer: String,
    /// Name of the customer.
    customer_name: String,
    /// Code of the receiving depot.
    depot: Option<String>,
    /// Why.
    reason: String,
    /// Who at the customer said so.
    said_by: String,
    /// First local day, which still counted.
    started_on: NaiveDate,
    /// Last local day; `null` while it stands.
    ended_on: Option<NaiveDate>,
    /// Days its line's clock left out for it by the end of `as_of`, as its plan counts: none where it began after the due date, and where
    /// another had begun before it only what that one left.
    days: i64,
}

/// How often the spare was in place in time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FillReport {
    /// First day of approval.
    from: NaiveDate,
    /// Last day of approval.
    to: NaiveDate,
    /// What had happened by the end of this day.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// What the groups are.
    by: GroupByWord,
    /// The groups, by code.
    groups: Vec<FillGroup>,
    /// All requests.
    total: FillFigures,
    /// What was not there in time from the depot chosen first, by part and that depot; the most frequent first.
    not_filled: Vec<NotFilled>,
    /// A page of the requests counted above, in the order they were approved; of one class where `class` was asked for.
    items: Vec<FillItem>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    next_cursor: Option<String>,
}

/// Requests for a part that the depot chosen first did not fill in time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotFilled {
    /// Part number.
    part_no: String,
    /// Name of the part.
    part_name: String,
    /// The depot chosen first; `null` where none was.
    depot: Option<String>,
    /// How many requests.
    requests: usize,
}

/// A month of approval, depot, customer or part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FillGroup {
    /// `YYYY-MM` or a code.
    group: String,
    #[serde(flatten)]
    figures: FillFigures,
}

/// Requests approved and what became of them.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct FillFigures {
    /// The denominator: approved and decided.
    approved: u32,
    /// In time from the depot chosen first.
    filled: u32,
    /// In time from another depot.
    elsewhere: u32,
    /// Late, or past the time and not there.
    late: u32,
    /// Neither there nor late: not counted.
    pending: u32,
    /// The same, while the line stands under an open hold of the customer: not counted. The time of a spare runs on all the
    /// same.
    floating: u32,
    /// Fell away: not counted.
    dropped: u32,
    /// filled ÷ approved; `null` without one.
    rate: Option<f64>,
    /// (filled + elsewhere) ÷ approved.
    in_time_rate: Option<f64>,
}

/// One request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FillItem {
    /// Number of the replacement request; `null` where an RMA promised the spare without one.
    request: Option<String>,
    /// RMA number.
    rma: String,
    /// Line number.
    line: i64,
    /// Part number.
    part_no: String,
    /// Name of the part.
    part_name: String,
    /// Customer code.
    customer: String,
    /// When it was approved.
    approved_at: DateTime<Utc>,
    /// When the spare had to be there.
    due_at: Option<DateTime<Utc>>,
    /// When it was there, or fell away.
    ended_at: Option<DateTime<Utc>>,
    /// The depot chosen first.
    first_depot: Option<String>,
    /// The depot it came from.
    served_by: Option<String>,
    /// filled, elsewhere, late, pending, floating or dropped.
    class: &'static str,
}

/// A request and what it is to the fill rate.
type Judged = (SpareRow, FillClass);

impl FillItem {
    fn new((row, class): Judged, lang: Lang) -> FillItem {
        FillItem {
            request: row.request,
            rma: row.rma,
            line: row.line,
            part_no: row.part_no,
            part_name: in_language(Name { zh: row.part_name, en: row.part_name_en }, lang),
            customer: row.customer,
            approved_at: row.started_at,
            due_at: row.due_at,
            ended_at: row.ended_at,
            first_depot: row.first_depot,
            served_by: row.served_by,
            class: class.as_str(),
        }
    }
}

impl From<Fill> for FillFigures {
    fn from(fill: Fill) -> Self {
        let approved = fill.approved();
        FillFigures {
            approved,
            filled: fill.filled,
            elsewhere: fill.elsewhere,
            late: fill.late,
            pending: fill.pending,
            floating: fill.floating,
            dropped: fill.dropped,
            rate: fill.rate().map(round8),
            in_time_rate: (approved > 0).then(|| round8(f64::from(fill.in_time()) / f64::from(approved))),
        }
    }
}

/// Open lines by days left and by age
#[utoipa::path(get, path = "/kpi/ageing", params(AgeingParams),
    responses((status = 200, description = "Buckets and the lines in them", body = Ageing)))]
async fn ageing(caller: Caller, query: Query<AgeingParams>) -> Answer {
    let AgeingParams { as_of, known_at, depot, customer, part_no } = query.into_inner();
    let asked = Asked { as_of, known_at, depot, customer, part_no, ..Asked::default() };
    let query = figures::Query::read(&asked, &caller.ctx)?;
    let lang = caller.lang;
    let found = read(&caller, move |conn, ctx| figures::ageing(conn, ctx, &query)).await?;
    ok(&Ageing {
        as_of: found.as_of,
        known_at: found.known_at,
        open: found.lines.len(),
        overdue: found.overdue,
        floating: found.floating,
        at_risk: found.at_risk,
        by_days_left: found.by_days_left.into_iter().map(Bucket::from).collect(),
        by_age: found.by_age.into_iter().map(Bucket::from).collect(),
        lines: found.lines.into_iter().map(|line| ForecastLine::new(line, lang)).collect(),
    })
}

/// The customer's waits of a period: who said so, why, and how many days
///
/// Only these stop a clock. A hold that began before the period or goes on after it is listed whole.
#[utoipa::path(get, path = "/kpi/pauses", params(PeriodParams, Paging),
    responses((status = 200, description = "Sums and the holds they count", body = PauseReport)))]
async fn pauses(caller: Caller, query: Query<PeriodParams>, paging: Paging) -> Answer {
    let query = figures::Query::read(&query.into_inner().into(), &caller.ctx)?;
    let (from, to, as_of, known_at) = (query.from, query.to, query.as_of, query.known_at);
    let found = read(&caller, move |conn, ctx| figures::pauses(conn, ctx, &query)).await?;
    let reasons = found.by_reason.into_iter();
    let holds = found.holds.len();
    let item = |hold: figures::Pause| PauseItem {
        rma: hold.row.rma,
        line: hold.row.line,
        serial: hold.row.serial,
        part_no: hold.row.part_no,
        customer: hold.row.customer,
        customer_name: hold.row.customer_name,
        depot: hold.row.depot,
        reason: hold.row.reason,
        said_by: hold.row.said_by,
        started_on: hold.started_on,
        ended_on: hold.ended_on,
        days: hold.days,
    };
    let page = Page::of_whole(HOLDS, &paging, found.holds, |hold| hold.row.id, item)?;
    ok(&PauseReport {
        from,
        to,
        as_of,
        known_at,
        holds,
        open: found.open,
        floating: found.floating,
        days: found.days,
        by_reason: reasons.map(|(reason, (holds, days))| ReasonSum { reason, holds, days }).collect(),
        items: page.items,
        next_cursor: page.next_cursor,
    })
}

/// What is asked of the requests.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FillParams {
    /// First day (`2026-03-07`) or month (`2026-03`) of approval. Default: twelve months, up to that of `as_of`.
    from: Option<String>,
    /// Last day or month.
    to: Option<String>,
    /// What had happened by the end of this day. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// What the groups are. Default: month.
    #[param(inline, value_type = Option<GroupByWord>)]
    by: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only requests of this customer.
    customer: Option<String>,
    /// Only requests for this part.
    part_no: Option<String>,
    /// Only the items of this class: filled, elsewhere, late, pending, floating, dropped; or `not_filled`: elsewhere and late. Groups and
    /// total stay whole.
    class: Option<String>,
}

/// Which classes a word means.
fn classes(word: Option<&str>) -> Result<Vec<FillClass>, Refusal> {
    let wanted = |class: &FillClass| match word.map(str::trim) {
        None | Some("") => true,
        Some("not_filled") => class.is_miss(),
        Some(word) => class.as_str() == word,
    };
    let found: Vec<FillClass> = FillClass::ALL.into_iter().filter(wanted).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let allowed: Vec<&str> =
        FillClass::ALL.iter().map(|class| class.as_str()).chain(["not_filled"]).collect();
    Err(Refusal::Invalid(vec![FieldError::new("class", "unknown_word").with("allowed", allowed.join(", "))]))
}

/// How often the spare was in place in time, from the depot chosen first
///
/// Counts replacement requests by the day they were approved, and spares an RMA promised without one.
#[utoipa::path(get, path = "/kpi/fill-rate", params(FillParams, Paging),
    responses((status = 200, description = "Groups, total, what was not filled and the requests they count", body = FillReport)))]
async fn fill_rate(caller: Caller, query: Query<FillParams>, paging: Paging) -> Answer {
    let FillParams { from, to, as_of, known_at, by, depot, customer, part_no, class } = query.into_inner();
    let asked = Asked { from, to, as_of, known_at, by, variant: None, depot, customer, part_no };
    let classes = classes(class.as_deref())?;
    let query = figures::Query::read(&asked, &caller.ctx)?;
    let (from, to, as_of, known_at, by) = (query.from, query.to, query.as_of, query.known_at, query.by);
    let lang = caller.lang;
    let found = read(&caller, move |conn, ctx| figures::fill_rate(conn, ctx, &query)).await?;
    let groups = found.groups.into_iter();
    let named = |zh, en| in_language(Name { zh, en }, lang);
    let wanted = found.requests.into_iter().filter(|(_, class)| classes.contains(class)).collect();
    // A request and a promise may have the same row id.
    let key = |(row, _): &Judged| (row.request.is_some(), row.id);
    let page = Page::of_whole(REQUESTS, &paging, wanted, key, |judged| FillItem::new(judged, lang))?;
    let not_filled = found.unfilled.into_iter().map(|sum| NotFilled {
        part_no: sum.part_no,
        part_name: named(sum.part_name, sum.part_name_en),
        depot: Some(sum.depot).filter(|depot| !depot.is_empty()),
        requests: sum.requests,
    });
    ok(&FillReport {
        from,
        to,
        as_of,
        known_at,
        by: by.into(),
        groups: groups.map(|(group, fill)| FillGroup { group, figures: fill.into() }).collect(),
        total: found.total.into(),
        not_filled: not_filled.collect(),
        items: page.items,
        next_cursor: page.next_cursor,
    })
}
