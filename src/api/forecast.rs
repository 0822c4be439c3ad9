//! `/kpi/forecast`: how a month is going to end.

use crate::api::kpi::in_language;
use crate::api::turnaround::round8;
use crate::api::words::MeasureWord;
use crate::app::figures::{self, Asked, MonthForecast, Name, OpenChance};
use crate::domain::actor::Permission;
use crate::domain::turnaround::MONTH_ALERT;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{Answer, Caller, Query, ok, read};
use crate::i18n::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

endpoints! {
    get "/kpi/forecast" forecast: Access::Needs(Permission::ReadFigures),
}

/// What is asked of the forecast.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ForecastParams {
    /// Month of the due dates. Default: that of `as_of`.
    #[param(example = "2026-12")]
    month: Option<String>,
    /// The day at whose end it is made. Default: today.
    #[param(format = Date)]
    as_of: Option<String>,
    /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
    known_at: Option<String>,
    /// How an equivalent exchange counts; `contractual`: for each line as its contract says. Default: strict.
    #[param(inline, value_type = Option<MeasureWord>)]
    variant: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

/// The forecast of a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Forecast {
    /// The month.
    #[schema(example = "2026-12")]
    month: String,
    /// The day at whose end it was made.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// How an equivalent exchange counts.
    variant: MeasureWord,
    /// Share of lines that must be timely.
    target: f64,
    /// Lines due in the month that are not out of the rate: kept, missed and open. Those that are eligible already are `locked_timely` and
    /// `missed`.
    due: usize,
    /// Kept already.
    locked_timely: usize,
    /// Missed already.
    missed: usize,
    /// Open: pending or floating.
    open: usize,
    /// Of the open ones, those under an open hold of the customer.
    floating: usize,
    /// Out of the rate.
    excluded: u32,
    /// Mean of the rate at the month's end; `null` without a line, and while the chance of an open one is not known.
    expected_rate: Option<f64>,
    /// 90 % interval of that rate.
    interval90: Option<[f64; 2]>,
    /// How many must be timely for the target.
    need_timely: usize,
    /// Chance that the month meets its target.
    chance_of_target: Option<f64>,
    /// That chance is below 0.8.
    alert: bool,
    /// The rate if nothing open is missed.
    best_case: Option<f64>,
    /// How many of the open lines may still be late; negative when the target is out of reach.
    misses_left: i64,
    /// The open lines, the likeliest miss first.
    lines: Vec<ForecastLine>,
}

/// An open line and its chance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ForecastLine {
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
    /// Code of the depot that received it.
    depot: Option<String>,
    /// Due date; `null` while its clock stands.
    due_on: Option<NaiveDate>,
    /// Counted days so far.
    used: u32,
    /// Counted days promised.
    promised: u32,
    /// Working days left; negative once late.
    working_days_left: Option<i64>,
    /// Chance of missing; `null` while nobody knows.
    miss_probability: Option<f64>,
    /// Likelier than 0.3 to miss, or 15 working days left or fewer.
    at_risk: bool,
}

impl ForecastLine {
    /// In the reader's language.
    pub(super) fn new(open: OpenChance, lang: Lang) -> ForecastLine {
        let names = open.names;
        ForecastLine {
            rma: names.rma,
            line: names.line,
            serial: names.serial,
            part_no: names.part_no,
            part_name: in_language(Name { zh: names.part_name, en: names.part_name_en }, lang),
            customer: names.customer,
            depot: names.depot,
            due_on: open.due_on,
            used: open.age,
            promised: open.promised,
            working_days_left: open.working_days_left,
            miss_probability: open.miss.map(round8),
            at_risk: open.at_risk,
        }
    }
}

impl Forecast {
    fn new(made: MonthForecast, lang: Lang) -> Forecast {
        let figures = made.figures;
        Forecast {
            month: made.month.to_string(),
            as_of: made.as_of,
            known_at: made.known_at,
            variant: made.measure.into(),
            target: made.target,
            due: figures.due,
            locked_timely: figures.locked_timely,
            missed: figures.missed,
            open: figures.open,
            floating: made.floating,
            excluded: made.excluded,
            expected_rate: figures.expected_rate.map(round8),
            interval90: figures.interval90.map(|(low, high)| [round8(low), round8(high)]),
            need_timely: figures.need_timely,
            chance_of_target: figures.chance_of_target.map(round8),
            alert: figures.chance_of_target.is_some_and(|chance| chance < MONTH_ALERT),
            best_case: figures.best_case.map(round8),
            misses_left: figures.misses_left,
            lines: made.open.into_iter().map(|open| ForecastLine::new(open, lang)).collect(),
        }
    }
}

/// How a month is going to end
///
/// Lines decided are locked; each open one misses with the chance its part's (and vendor's) repairs of two years teach.
#[utoipa::path(get, path = "/kpi/forecast", params(ForecastParams),
    responses((status = 200, description = "The forecast and the lines still open", body = Forecast)))]
async fn forecast(caller: Caller, query: Query<ForecastParams>) -> Answer {
    let ForecastParams { month, as_of, known_at, variant, depot, customer, part_no } = query.into_inner();
    let asked = Asked { as_of, known_at, variant, depot, customer, part_no, ..Asked::default() };
    let query = figures::forecast_query(&asked, month.as_deref(), &caller.ctx)?;
    let lang = caller.lang;
    let made = read(&caller, move |conn, ctx| figures::forecast(conn, ctx, &query)).await?;
    ok(&Forecast::new(made, lang))
}
