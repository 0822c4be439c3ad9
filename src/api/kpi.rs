//! `/kpi`: figures, and the rows behind each number.

use crate::api::words::{ClassFilterWord, GroupByWord, MeasureWord, RateVariantWord};
use crate::app::figures::{self, Asked, Key, LineFilter, Name};
use crate::domain::actor::Permission;
use crate::domain::rate::{Class, Figures};
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{Answer, Caller, Page, Paging, Query, ok, read};
use crate::i18n::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

endpoints! {
    get "/kpi/timely-repair" timely_repair: Access::Needs(Permission::ReadFigures),
    get "/kpi/timely-repair/lines" timely_repair_lines: Access::Needs(Permission::ReadFigures),
}

/// Name of the list of lines in its cursors.
const LINES: &str = "timely-repair-lines";

/// A question for the rate or its lines: both are narrowed by the same words.
macro_rules! rate_question {
    ($(#[$meta:meta])* struct $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        struct $name {
            $($own)*
            /// First day (`2026-03-07`) or month (`2026-03`) of the due dates. Default: twelve months, up to that of `as_of`.
            from: Option<String>,
            /// Last day or month of the due dates.
            to: Option<String>,
            /// The day at whose end the lines are judged. Default: today.
            #[param(format = Date)]
            as_of: Option<String>,
            /// Only what was recorded by this instant (or by the end of this day) counts. Default: now.
            known_at: Option<String>,
            /// What the groups are. Default: month.
            #[param(inline, value_type = Option<GroupByWord>)]
            by: Option<String>,
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

        impl $name {
            /// The words both have.
            fn asked(&mut self) -> Asked {
                Asked {
                    from: self.from.take(),
                    to: self.to.take(),
                    as_of: self.as_of.take(),
                    known_at: self.known_at.take(),
                    by: self.by.take(),
                    variant: self.variant.take(),
                    depot: self.depot.take(),
                    customer: self.customer.take(),
                    part_no: self.part_no.take(),
                }
            }
        }
    };
}

rate_question! {
    /// What is asked of the timely repair rate.
    struct RateQuery {}
}

rate_question! {
    /// What is asked of the lines behind a number.
    struct LinesQuery {
        /// Only lines of this group: a code as in `groups`, under the same `by`.
        group: Option<String>,
        /// Only lines counted in this number.
        #[param(inline, value_type = Option<ClassFilterWord>)]
        class: Option<String>,
    }
}

/// The timely repair rate (及时修复率) of a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelyRepair {
    /// The day at whose end the lines were judged.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// How an equivalent exchange counts.
    variant: MeasureWord,
    /// What the groups are.
    by: GroupByWord,
    /// First day of the period of due dates.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// Share of lines that must be timely; of several plans the mean, weighed by lines.
    #[schema(example = 0.95)]
    target: f64,
    /// The groups, by code. By month every month of the period is there.
    groups: Vec<RateGroup>,
    /// All lines together.
    total: RateFigures,
}

/// One month, depot, customer or part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateGroup {
    /// `YYYY-MM`, depot code, customer code or part number.
    #[schema(example = "2026-03")]
    group: String,
    /// Name of the depot, customer or part.
    name: Option<String>,
    #[serde(flatten)]
    figures: RateFigures,
}

/// The figures of a group of lines.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateFigures {
    /// Kept in time.
    timely: u32,
    /// The denominator: kept and not kept.
    eligible: u32,
    /// Not decided yet.
    pending: u32,
    /// Under an open hold of the customer.
    floating: u32,
    /// Out of the rate.
    excluded: u32,
    /// Of them those that were missed, but for a cause the contract lists.
    excused: u32,
    /// timely ÷ eligible, to six digits; `null` without an eligible line.
    rate: Option<f64>,
    /// The rate floored to a tenth of a per cent.
    #[schema(example = "94.9%")]
    shown: Option<String>,
    /// Whether the target is met, decided on whole numbers.
    meets_target: Option<bool>,
    /// Wilson's 95 % interval of the rate.
    wilson95: Option<[f64; 2]>,
    /// Not kept so far.
    misses: u32,
    /// How many of the eligible lines may be missed.
    misses_allowed: u32,
    /// How many of the lines due in the period may still be late; negative when the target is out of reach.
    misses_left: i64,
    /// Share of lines that must be timely.
    target: f64,
    /// The same with what is `excused` counted as missed.
    without_exclusions: UnexcusedFigures,
}

/// The figures of a group of lines as if no cause excused a miss. Void, cancelled and scrap agreed on stay out of the rate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnexcusedFigures {
    /// Kept in time.
    timely: u32,
    /// The denominator: kept, not kept and excused.
    eligible: u32,
    /// Out of the rate all the same.
    excluded: u32,
    /// timely ÷ eligible, to six digits; `null` without an eligible line.
    rate: Option<f64>,
    /// The rate floored to a tenth of a per cent.
    #[schema(example = "94.2%")]
    shown: Option<String>,
    /// Whether the target would be met, decided on whole numbers.
    meets_target: Option<bool>,
    /// Wilson's 95 % interval of the rate.
    wilson95: Option<[f64; 2]>,
    /// Not kept, excused or not.
    misses: u32,
    /// How many of the eligible lines may be missed.
    misses_allowed: u32,
    /// How many of the lines due in the period might still be late.
    misses_left: i64,
}

impl From<Figures> for UnexcusedFigures {
    fn from(figures: Figures) -> Self {
        UnexcusedFigures {
            timely: figures.timely,
            eligible: figures.eligible,
            excluded: figures.excluded,
            rate: figures.rate,
            shown: figures.shown,
            meets_target: figures.meets_target,
            wilson95: figures.wilson95.map(|(low, high)| [low, high]),
            misses: figures.misses,
            misses_allowed: figures.misses_allowed,
            misses_left: figures.misses_left,
        }
    }
}

impl From<figures::Sum> for RateFigures {
    fn from(sum: figures::Sum) -> Self {
        let figures = sum.figures;
        RateFigures {
            timely: figures.timely,
            eligible: figures.eligible,
            pending: figures.pending,
            floating: figures.floating,
            excluded: figures.excluded,
            excused: figures.excused,
            rate: figures.rate,
            shown: figures.shown,
            meets_target: figures.meets_target,
            wilson95: figures.wilson95.map(|(low, high)| [low, high]),
            misses: figures.misses,
            misses_allowed: figures.misses_allowed,
            misses_left: figures.misses_left,
            target: sum.target,
            without_exclusions: sum.without_exclusions.into(),
        }
    }
}

impl TimelyRepair {
    fn new(rate: figures::TimelyRepair, lang: Lang) -> TimelyRepair {
        let groups = rate.groups.into_iter().map(|group| RateGroup {
            group: group.code,
            name: group.name.map(|name| in_language(name, lang)),
            figures: group.sum.into(),
        });
        TimelyRepair {
            as_of: rate.as_of,
            known_at: rate.known_at,
            variant: rate.measure.into(),
            by: rate.by.into(),
            from: rate.from,
            to: rate.to,
            target: rate.total.target,
            groups: groups.collect(),
            total: rate.total.into(),
        }
    }
}

/// A name in the reader's language.
pub(super) fn in_language(name: Name, lang: Lang) -> String {
    if lang == Lang::En && !name.en.is_empty() { name.en } else { name.zh }
}

/// One line of a figure, with all that its number rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateLine {
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
    /// Due date; `null` while the clock stands still.
    due_on: Option<NaiveDate>,
    /// The day that places it in the period; of a floating line the due date it would have if the hold ended on `as_of`.
    due_in: NaiveDate,
    /// Whether the due date hangs on a year whose calendar is not published.
    provisional: bool,
    /// The customer's holds.
    holds: Vec<RateHold>,
    /// What had happened by `as_of`.
    outcome: RateOutcome,
    /// timely, missed, pending, floating or excluded.
    class: &'static str,
    /// Why it is out of the rate: void, cancelled, scrap_agreed or excused.
    excluded_because: Option<&'static str>,
    /// The rate that counts by its contract.
    contractual_variant: RateVariantWord,
    /// Its plan's target in basis points.
    target_bp: u32,
}

/// A wait of the customer's, in local days; its first day counts, its last does not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateHold {
    /// The day the clock stopped.
    started_on: NaiveDate,
    /// The day it ran on.
    ended_on: Option<NaiveDate>,
}

/// What became of a line, in local days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RateOutcome {
    /// Handed back, repaired or without a fault found.
    returned_on: Option<NaiveDate>,
    /// Handed back as it came.
    unrepaired_on: Option<NaiveDate>,
    /// An equivalent board was decided.
    exchange_decided_on: Option<NaiveDate>,
    /// It was handed over.
    exchange_delivered_on: Option<NaiveDate>,
    /// The customer agreed to keep the loaner.
    loaner_kept_on: Option<NaiveDate>,
    /// Scrapped.
    scrapped_on: Option<NaiveDate>,
    /// The customer agreed to that in writing.
    scrap_agreed_on: Option<NaiveDate>,
    /// Cancelled or rejected.
    cancelled_on: Option<NaiveDate>,
    /// Voided by a second person.
    voided_on: Option<NaiveDate>,
}

impl RateLine {
    fn new(line: figures::Line, lang: Lang) -> RateLine {
        let holds = line.holds();
        let outcome = line.outcome;
        let names = line.names;
        let part_name = in_language(Name { zh: names.part_name, en: names.part_name_en }, lang);
        RateLine {
            rma: names.rma,
            line: names.line,
            serial: names.serial,
            part_no: names.part_no,
            part_name,
            customer: names.customer,
            customer_name: names.customer_name,
            depot: names.depot,
            received_on: line.received_on,
            due_on: line.judged.due_on,
            due_in: line.due_in,
            provisional: line.judged.provisional,
            holds: holds
                .into_iter()
                .map(|hold| RateHold { started_on: hold.start, ended_on: hold.resume })
                .collect(),
            outcome: RateOutcome {
                returned_on: outcome.returned_on,
                unrepaired_on: outcome.unrepaired_on,
                exchange_decided_on: outcome.exchange.map(|exchange| exchange.decided_on),
                exchange_delivered_on: outcome.exchange.and_then(|exchange| exchange.delivered_on),
                loaner_kept_on: outcome.loaner_kept_on,
                scrapped_on: outcome.scrapped_on,
                scrap_agreed_on: outcome.scrap_agreed_on,
                cancelled_on: outcome.cancelled_on,
                voided_on: outcome.voided_on,
            },
            class: line.judged.class.as_str(),
            excluded_because: match line.judged.class {
                Class::Excluded(why) => Some(why.as_str()),
                _ => None,
            },
            contractual_variant: line.contractual.into(),
            target_bp: line.target.basis_points(),
        }
    }
}

/// The timely repair rate of the lines due in a period
#[utoipa::path(get, path = "/kpi/timely-repair", params(RateQuery),
    responses((status = 200, description = "Groups and total", body = TimelyRepair)))]
async fn timely_repair(caller: Caller, query: Query<RateQuery>) -> Answer {
    let query = figures::Query::read(&query.into_inner().asked(), &caller.ctx)?;
    let lang = caller.lang;
    let rate = read(&caller, move |conn, ctx| figures::timely_repair(conn, ctx, &query)).await?;
    ok(&TimelyRepair::new(rate, lang))
}

/// The lines behind a number of the timely repair rate
#[utoipa::path(get, path = "/kpi/timely-repair/lines", params(LinesQuery, Paging),
    responses((status = 200, description = "Lines by due date", body = Page<RateLine>)))]
async fn timely_repair_lines(caller: Caller, query: Query<LinesQuery>, paging: Paging) -> Answer {
    let mut question = query.into_inner();
    let query = figures::Query::read(&question.asked(), &caller.ctx)?;
    let filter = LineFilter::read(&query, question.group.as_deref(), question.class.as_deref())?;
    let after = paging.after::<(NaiveDate, i64)>(LINES)?.map(|(sort_due, id)| Key { sort_due, id });
    let (lang, limit) = (caller.lang, usize::try_from(paging.fetch()).unwrap_or(usize::MAX));
    let lines = read(&caller, move |conn, ctx| {
        figures::timely_repair_lines(conn, ctx, &query, &filter, after, limit)
    })
    .await?;
    let key = |line: &figures::Line| (line.key.sort_due, line.key.id);
    ok(&Page::new(LINES, &paging, lines, key, |line| RateLine::new(line, lang)))
}
