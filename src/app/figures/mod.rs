//! Figures of the promise ledger: the timely repair rate (及时修复率, NUMBERS §2) and the lines behind each number.
//!
//! Every figure is counted from the facts, as of a day (`as_of`: what had happened by its end) and as known at an instant
//! (`known_at`: what had been recorded by then). For figures of now, what has ended is counted once and kept in sums by day
//! ([`settle`]), which `verify` holds against the facts.

mod calendars;
mod facts;
mod forecast;
mod kept;
mod lasted;
mod model;
mod pauses;
mod query;
mod risk;
mod sums;
mod turnaround;
mod walk;
mod workload;

pub use crate::store::as_of::Then;
pub use crate::store::figures::Key;
pub use crate::store::workload::SpareRow;
pub(in crate::app) use calendars::Calendars;
pub(in crate::app) use facts::holds;
pub use forecast::{MonthForecast, OpenChance, forecast, forecast_query, month_end};
pub use kept::{KeptClass, KeptFilter, KeptRow, KeptSum, kept_lines, kept_promises};
pub use lasted::{LastedFilter, LastedLine, turnaround_lines};
pub use model::BackBetween;
pub(in crate::app) use model::without_period;
pub use pauses::{Pause, Pauses, pauses};
pub use query::{Asked, ClassFilter, GroupBy, LineFilter, Query, as_of, contractual, ends, known_at, then};
pub use risk::{at_risk, at_risk_until, back_between, foresee};
pub(in crate::app) use sums::prove_into;
pub use sums::settle;
pub use turnaround::{Lasted, Turnaround, TurnaroundBy, TurnaroundGroup, TurnaroundQuery, turnaround};
pub use walk::Line;
pub use workload::{Ageing, Bucket, Fill, FillClass, FillRate, Unfilled, ageing, fill_rate};

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::rate::{Figures, Measure, Month, Tally};
use crate::domain::repair::Cause;
use crate::store::figures::{self, GroupRow, PromiseRow};
use crate::store::{Conn, StoreResult, repeats};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use walk::Walk;

/// The timely repair rate of a period, by group and in total.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelyRepair {
    /// The day at whose end the lines were judged.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counted.
    pub known_at: DateTime<Utc>,
    /// How an equivalent exchange counts.
    pub measure: Measure,
    /// What the groups are.
    pub by: GroupBy,
    /// First day of the period of due dates.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// The groups, by their code. By month every month of the period is there, also one without a line.
    pub groups: Vec<Group>,
    /// All lines together; the groups add up to it.
    pub total: Sum,
}

/// The lines of one month, depot, customer or part.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// `YYYY-MM`, depot code, customer code or part number.
    pub code: String,
    /// What the depot, customer or part is called.
    pub name: Option<Name>,
    /// The figures.
    pub sum: Sum,
}

/// A name in the languages there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// In Chinese.
    pub zh: String,
    /// In English; empty where there is only one name.
    pub en: String,
}

/// Figures with the target they are held to.
#[derive(Debug, Clone, PartialEq)]
pub struct Sum {
    /// Share of lines that must be timely, as a fraction of 1.
    pub target: f64,
    /// The figures.
    pub figures: Figures,
    /// The figures as if no cause excused a miss (NUMBERS §2).
    pub without_exclusions: Figures,
}

impl From<&Tally> for Sum {
    fn from(tally: &Tally) -> Self {
        Sum {
            target: tally.target(),
            figures: tally.figures(),
            without_exclusions: tally.without_exclusions().figures(),
        }
    }
}

/// The timely repair rate of the lines the reader may see that are due in the period. Refuses with `forbidden`.
pub fn timely_repair(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<TimelyRepair> {
    ctx.actor.may(Permission::ReadFigures)?;
    let mut groups = match sums::tallies(conn, ctx, query)? {
        Some(groups) => groups,
        None => counted(conn, ctx, query)?,
    };
    if query.by == GroupBy::Month {
        let months = std::iter::successors(Some(Month::of(query.from)), |month| Some(month.next()));
        for month in months.take_while(|month| month.first_day() <= query.to) {
            groups.entry(GroupId::Month(month)).or_default();
        }
    }
    let total: Tally = groups.values().sum();
    Ok(TimelyRepair {
        as_of: query.as_of,
        known_at: query.known_at,
        measure: query.measure,
        by: query.by,
        from: query.from,
        to: query.to,
        total: Sum::from(&total),
        groups: named(conn, query.by, &groups)?,
    })
}

/// The lines of each group, every one judged anew.
fn counted(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<GroupTallies> {
    let mut groups = GroupTallies::new();
    let mut walk = Walk::new(conn, ctx, query, None)?;
    while let Some(chunk) = walk.next(conn)? {
        for seen in chunk.lines {
            let id = GroupId::of(query.by, &seen.promise, seen.due_in);
            groups.entry(id).or_default().add(seen.target, seen.judged.class);
        }
    }
    Ok(groups)
}

/// One page of the lines behind a number, in the order of their due dates: at most `limit` after `after`. Refuses with
/// `forbidden`.
pub fn timely_repair_lines(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    filter: &LineFilter,
    after: Option<Key>,
    limit: usize,
) -> AppResult<Vec<Line>> {
    ctx.actor.may(Permission::ReadFigures)?;
    let mut lines = Vec::new();
    walk::for_each_line(conn, ctx, query, filter, after, &mut |line| {
        lines.push(line);
        Ok(if lines.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(lines)
}

/// Whose doing the delay of each of these lines was, as attributed last; lines without a cause are left out. Refuses with
/// `forbidden`.
pub fn causes(conn: &mut Conn, ctx: &Ctx, line_ids: &[i64]) -> AppResult<HashMap<i64, Cause>> {
    ctx.actor.may(Permission::ReadFigures)?;
    let rows = repeats::causes_of(conn, line_ids)?.into_iter();
    Ok(rows.filter_map(|row| Some((row.line_id, Cause::from_code(&row.cause)?))).collect())
}

/// Hands every line of the period to `each`, in the order of their due dates, without holding them all: for exports.
/// Refuses with `forbidden`.
pub fn for_each_line(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    each: &mut dyn FnMut(Line) -> AppResult<ControlFlow<()>>,
) -> AppResult<()> {
    ctx.actor.may(Permission::ReadFigures)?;
    walk::for_each_line(conn, ctx, query, &LineFilter::default(), None, each)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum GroupId {
    Month(Month),
    /// Row id; `None` for a line without a depot.
    Row(Option<i64>),
}

type GroupTallies = BTreeMap<GroupId, Tally>;

impl GroupId {
    fn of(by: GroupBy, promise: &PromiseRow, due_in: NaiveDate) -> GroupId {
        match by {
            GroupBy::Month => GroupId::Month(Month::of(due_in)),
            GroupBy::Depot => GroupId::Row(promise.depot_id),
            GroupBy::Customer => GroupId::Row(Some(promise.customer_id)),
            GroupBy::Part => GroupId::Row(Some(promise.part_id)),
        }
    }
}

/// The groups under the codes people use, in their order.
fn named(conn: &mut Conn, by: GroupBy, groups: &BTreeMap<GroupId, Tally>) -> StoreResult<Vec<Group>> {
    let rows = match by {
        GroupBy::Month => vec![],
        GroupBy::Depot => figures::depots(conn)?,
        GroupBy::Customer => figures::customers(conn)?,
        GroupBy::Part => figures::parts(conn)?,
    };
    let rows: HashMap<i64, GroupRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut named: Vec<Group> = groups
        .iter()
        .map(|(id, tally)| {
            let row = match id {
                GroupId::Row(Some(id)) => rows.get(id),
                GroupId::Row(None) | GroupId::Month(_) => None,
            };
            let code = match id {
                GroupId::Month(month) => month.to_string(),
                GroupId::Row(_) => row.map(|row| row.code.clone()).unwrap_or_default(),
            };
            let name = row.map(|row| Name { zh: row.name.clone(), en: row.name_en.clone() });
            Group { code, name, sum: Sum::from(tally) }
        })
        .collect();
    named.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(named)
}
