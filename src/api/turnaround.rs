//! `/kpi/turnaround`: how long repairs take, open lines not left out, and the lines behind it.

use crate::api::kpi::in_language;
use crate::api::words::{EndWord, TurnaroundByWord};
use crate::app::figures::{self, Asked, Key, LastedFilter, Name, TurnaroundQuery};
use crate::domain::actor::Permission;
use crate::domain::turnaround::{IncidenceStep, Step};
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{Answer, Caller, Page, Paging, Query, ok, read};
use crate::i18n::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

endpoints! {
    get "/kpi/turnaround" turnaround: Access::Needs(Permission::ReadFigures),
    get "/kpi/turnaround/lines" turnaround_lines: Access::Needs(Permission::ReadFigures),
}

/// What is asked of the turnaround.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TurnaroundParams {
    /// First day (`2026-03-07`) or month (`2026-03`) of receipt. Default: twelve months, up to that of `as_of`.
    from: Option<String>,
    /// Last day or month of receipt.
    to: Option<String>,
    /// The day at whose end open lines are looked at. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// What the groups are. Default: month of receipt.
    #[param(inline, value_type = Option<TurnaroundByWord>)]
    by: Option<String>,
    /// Within how many counted days; the built-in promise's 60 when not said.
    #[param(minimum = 1, maximum = 1000, default = 60)]
    days: Option<i64>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

/// How long the lines received in a period took, in counted days: working days without the customer's holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Turnaround {
    /// The day at whose end open lines were looked at.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// What the groups are.
    by: TurnaroundByWord,
    /// First day of receipt.
    from: NaiveDate,
    /// Last day of receipt.
    to: NaiveDate,
    /// The horizon of `within`.
    days: u32,
    /// The groups, by code.
    groups: Vec<TurnaroundGroup>,
    /// All lines together.
    total: TurnaroundFigures,
    /// Kaplan–Meier's curve of all lines: the days on which something came back.
    curve: Vec<CurveStep>,
    /// Aalen–Johansen's shares by way of ending of all lines.
    ends: Vec<EndShares>,
}

/// One month of receipt, depot, customer, part or vendor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TurnaroundGroup {
    /// `YYYY-MM` or a code.
    #[schema(example = "JN")]
    group: String,
    /// Name of the depot, customer, part or vendor.
    name: Option<String>,
    #[serde(flatten)]
    figures: TurnaroundFigures,
}

/// How long a group of lines took.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TurnaroundFigures {
    /// How many lines; those of the four numbers below add up to it.
    lines: usize,
    /// Handed back.
    returned: usize,
    /// An equivalent board instead, or the loaner kept.
    exchanged: usize,
    /// Scrapped.
    scrapped: usize,
    /// Still open, or called off: observed up to here.
    open: usize,
    /// Of the open ones, those under an open hold of the customer: their clock stands.
    floating: usize,
    /// Estimated share handed back within the horizon (Kaplan–Meier), to eight digits; `null` without a line.
    within: Option<f64>,
    /// Its standard error (Greenwood).
    standard_error: Option<f64>,
    /// Its 95 % interval (log-log).
    within95: Option<[f64; 2]>,
    /// Days by which half came back; `null` when the curve does not get there.
    median: Option<u32>,
    /// Days by which nine of ten came back.
    p90: Option<u32>,
    /// Mean days within the horizon.
    restricted_mean: Option<f64>,
    /// Share within the horizon of those handed back only: what leaving out open lines would say, and too good.
    naive: Option<f64>,
    /// Shares by way of ending at the horizon (Aalen–Johansen).
    ends: Option<EndShares>,
}

/// A day on which something came back.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CurveStep {
    /// Counted days.
    days: u32,
    /// Lines observed that long.
    at_risk: usize,
    /// How many of them came back on it.
    returned: usize,
    /// Share not back at its end.
    survival: f64,
}

/// Shares by way of ending; what is missing to 1 is open.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct EndShares {
    /// Counted days.
    days: u32,
    /// Share handed back by then.
    returned: f64,
    /// Share exchanged by then.
    exchanged: f64,
    /// Share scrapped by then.
    scrapped: f64,
}

/// Eight digits: more than the data can tell.
pub(super) fn round8(value: f64) -> f64 {
    // What is added turns a negative zero into zero.
    (value * 1e8).round() / 1e8 + 0.0
}

impl From<&Step> for CurveStep {
    fn from(step: &Step) -> Self {
        let survival = round8(step.survival);
        CurveStep { days: step.days, at_risk: step.at_risk, returned: step.returned, survival }
    }
}

impl From<IncidenceStep> for EndShares {
    fn from(step: IncidenceStep) -> Self {
        EndShares {
            days: step.days,
            returned: round8(step.returned),
            exchanged: round8(step.exchanged),
            scrapped: round8(step.scrapped),
        }
    }
}

impl From<figures::Lasted> for TurnaroundFigures {
    fn from(lasted: figures::Lasted) -> Self {
        TurnaroundFigures {
            lines: lasted.lines,
            returned: lasted.returned,
            exchanged: lasted.exchanged,
            scrapped: lasted.scrapped,
            open: lasted.open,
            floating: lasted.floating,
            within: lasted.within.map(round8),
            standard_error: lasted.standard_error.map(round8),
            within95: lasted.within95.map(|(low, high)| [round8(low), round8(high)]),
            median: lasted.median,
            p90: lasted.p90,
            restricted_mean: lasted.restricted_mean.map(round8),
            naive: lasted.naive.map(round8),
            ends: lasted.ends.map(EndShares::from),
        }
    }
}

impl Turnaround {
    fn new(found: figures::Turnaround, lang: Lang) -> Turnaround {
        let groups = found.groups.into_iter().map(|group| TurnaroundGroup {
            group: group.code,
            name: group.name.map(|name| in_language(name, lang)),
            figures: group.lasted.into(),
        });
        Turnaround {
            as_of: found.as_of,
            known_at: found.known_at,
            by: found.by.into(),
            from: found.from,
            to: found.to,
            days: found.days,
            groups: groups.collect(),
            total: found.total.into(),
            curve: found.curve.iter().map(CurveStep::from).collect(),
            ends: found.incidence.into_iter().map(EndShares::from).collect(),
        }
    }
}

/// How long the lines received in a period took
///
/// Lines still open are observed up to their age, so that slow repairs do not hide behind fast ones (Kaplan–Meier).
#[utoipa::path(get, path = "/kpi/turnaround", params(TurnaroundParams),
    responses((status = 200, description = "Groups, total and curve", body = Turnaround)))]
async fn turnaround(caller: Caller, query: Query<TurnaroundParams>) -> Answer {
    let TurnaroundParams { from, to, as_of, known_at, by, days, depot, customer, part_no } =
        query.into_inner();
    let asked = Asked { from, to, as_of, known_at, by, variant: None, depot, customer, part_no };
    let query = TurnaroundQuery::read(&asked, days, &caller.ctx)?;
    let lang = caller.lang;
    let found = read(&caller, move |conn, ctx| figures::turnaround(conn, ctx, &query)).await?;
    ok(&Turnaround::new(found, lang))
}

/// Name of the list of lines in its cursors.
const LINES: &str = "turnaround-lines";

/// What is asked of the lines behind a turnaround.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LastedParams {
    /// Only lines of this group: a code as in `groups`, under the same `by`.
    group: Option<String>,
    /// Only lines that ended so.
    #[param(inline, value_type = Option<EndWord>)]
    end: Option<String>,
    /// Only lines under an open hold of the customer, or only the others.
    floating: Option<bool>,
    /// First day (`2026-03-07`) or month (`2026-03`) of receipt. Default: twelve months, up to that of `as_of`.
    from: Option<String>,
    /// Last day or month of receipt.
    to: Option<String>,
    /// The day at whose end open lines are looked at. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// What the groups are. Default: month of receipt.
    #[param(inline, value_type = Option<TurnaroundByWord>)]
    by: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

/// One line of a turnaround.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TurnaroundLine {
    /// RMA number.
    rma: String,
    /// Line number.
    line: i64,
    /// Serial of the faulty unit.
    serial: String,
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
    /// Local day of receipt.
    received_on: NaiveDate,
    /// Counted days from receipt to the end, or to `as_of`.
    days: u32,
    /// What ended it.
    end: EndWord,
    /// Under an open hold of the customer: its clock stands.
    floating: bool,
}

impl TurnaroundLine {
    fn new(line: figures::LastedLine, lang: Lang) -> TurnaroundLine {
        let names = line.names;
        TurnaroundLine {
            rma: names.rma,
            line: names.line,
            serial: names.serial,
            part_no: names.part_no,
            part_name: in_language(Name { zh: names.part_name, en: names.part_name_en }, lang),
            customer: names.customer,
            customer_name: names.customer_name,
            depot: names.depot,
            received_on: line.received_on,
            days: line.observation.days,
            end: line.observation.end.into(),
            floating: line.floating,
        }
    }
}

/// The lines behind a turnaround
///
/// Those of a group, or of one way of ending: as many as the figure says.
#[utoipa::path(get, path = "/kpi/turnaround/lines", params(LastedParams, Paging),
    responses((status = 200, description = "Lines by due date", body = Page<TurnaroundLine>)))]
async fn turnaround_lines(caller: Caller, query: Query<LastedParams>, paging: Paging) -> Answer {
    let LastedParams { group, end, floating, from, to, as_of, known_at, by, depot, customer, part_no } =
        query.into_inner();
    let asked = Asked { from, to, as_of, known_at, by, variant: None, depot, customer, part_no };
    let query = TurnaroundQuery::read(&asked, None, &caller.ctx)?;
    let filter = LastedFilter::read(&query, group.as_deref(), end.as_deref(), floating)?;
    let after = paging.after::<(NaiveDate, i64)>(LINES)?.map(|(sort_due, id)| Key { sort_due, id });
    let (lang, limit) = (caller.lang, usize::try_from(paging.fetch()).unwrap_or(usize::MAX));
    let lines =
        read(&caller, move |conn, ctx| figures::turnaround_lines(conn, ctx, &query, &filter, after, limit))
            .await?;
    let key = |line: &figures::LastedLine| (line.key.sort_due, line.key.id);
    ok(&Page::new(LINES, &paging, lines, key, |line| TurnaroundLine::new(line, lang)))
}
