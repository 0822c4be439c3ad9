//! How a month is going to end: lines decided, and each open line with its own chance (NUMBERS §2 "Early warning").

use super::model::Model;
use super::walk::{Seen, Walk};
use super::{Asked, Query, sums};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::fields::Fields;
use crate::domain::plan::RateVariant;
use crate::domain::rate::{Class, Measure, Month, Tally};
use crate::domain::refusal::Refusal;
use crate::domain::turnaround::{self, NOT_COUNTED_BP, Odds, is_at_risk, miss_of_bp};
use crate::store::figures::{NameRow, Only};
use crate::store::{Conn, foresight};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// The forecast of a month.
#[derive(Debug, Clone)]
pub struct MonthForecast {
    /// The month of the due dates.
    pub month: Month,
    /// The day at whose end it was made.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counted.
    pub known_at: DateTime<Utc>,
    /// How an equivalent exchange counts.
    pub measure: Measure,
    /// Share of lines that must be timely.
    pub target: f64,
    /// Lines out of the rate.
    pub excluded: u32,
    /// Of the open lines, those under an open hold of the customer.
    pub floating: usize,
    /// The figures.
    pub figures: turnaround::Forecast,
    /// The open lines, the likeliest miss first.
    pub open: Vec<OpenChance>,
}

/// An open line with its chance.
#[derive(Debug, Clone)]
pub struct OpenChance {
    /// What people call it.
    pub names: NameRow,
    /// Due date; `None` while its clock stands.
    pub due_on: Option<NaiveDate>,
    /// Counted days so far.
    pub age: u32,
    /// Counted days promised.
    pub promised: u32,
    /// Working days left; `None` while its clock stands.
    pub working_days_left: Option<i64>,
    /// Chance of missing; `None` while nobody knows.
    pub miss: Option<f64>,
    /// Chance above 0.3, or fifteen working days left or fewer.
    pub at_risk: bool,
}

/// Reads what was asked: one month, by default that of `as_of`. Refuses with every field that cannot be read.
pub fn forecast_query(asked: &Asked, month: Option<&str>, ctx: &Ctx) -> Result<Query, Refusal> {
    let mut fields = Fields::new();
    let month: Option<Month> = month.and_then(|text| {
        let month = text.trim().parse().ok();
        if month.is_none() {
            fields.fault("month", "bad_month");
        }
        month
    });
    fields.finish()?;
    let mut query = Query::read(&Asked { from: None, to: None, by: None, ..asked.clone() }, ctx)?;
    let month = month.unwrap_or(Month::of(query.as_of));
    (query.from, query.to) = (month.first_day(), month.last_day());
    Ok(query)
}

/// The forecast of the month of a query, over the lines the reader may see. Refuses with `forbidden`.
pub fn forecast(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<MonthForecast> {
    let counted = Counted::of(conn, ctx, query, true)?;
    let mut all = counted.locked.clone();
    for line in &counted.open {
        all.add(line.seen.target, Class::Pending);
    }
    let figures = counted.figures();
    let lines = counted.open.into_iter();
    let mut open: Vec<OpenChance> =
        lines.filter_map(|line| Some(chance(&line.seen, line.names?, query.as_of, line.miss))).collect();
    let miss = |line: &OpenChance| line.miss.unwrap_or(-1.0);
    open.sort_by(|a, b| miss(b).total_cmp(&miss(a)).then_with(|| a.names.rma.cmp(&b.names.rma)));
    Ok(MonthForecast {
        month: Month::of(query.from),
        as_of: query.as_of,
        known_at: query.known_at,
        measure: query.measure,
        target: all.target(),
        excluded: all.figures().excluded,
        floating: open.iter().filter(|line| line.working_days_left.is_none()).count(),
        figures,
        open,
    })
}

/// The figures of [`forecast`] alone: nobody asks what the open lines are called, and of now sums know most of them. Refuses with
/// `forbidden`.
pub fn month_end(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<turnaround::Forecast> {
    Ok(Counted::of(conn, ctx, query, false)?.figures())
}

/// The lines of a month: those decided, and the open ones with their chances.
struct Counted {
    locked: Tally,
    /// Open lines that sums know, by target and chance.
    summed: Vec<Odds>,
    /// The other open lines.
    open: Vec<OpenLine>,
}

struct OpenLine {
    seen: Seen,
    /// What people call it, where that was asked for.
    names: Option<NameRow>,
    miss: Option<f64>,
}

impl Counted {
    fn of(conn: &mut Conn, ctx: &Ctx, query: &Query, named: bool) -> AppResult<Counted> {
        ctx.actor.may(Permission::ReadFigures)?;
        let now = sums::tallies(conn, ctx, query)?.map(|groups| groups.values().sum::<Tally>());
        let summed = if named { None } else { sums::open(conn, ctx, query)? };
        let only = match (&now, &summed) {
            (None, _) => Only::All,
            (Some(_), None) => Only::Open,
            (Some(_), Some(_)) => Only::Unsettled,
        };
        let (mut decided, mut open) = (Tally::new(), Vec::new());
        let mut walk = Walk::some(conn, ctx, query, only)?;
        while let Some(chunk) = walk.next(conn)? {
            let mut names = if named { walk.names(conn, &chunk)? } else { HashMap::new() };
            for seen in chunk.lines {
                match seen.judged.class {
                    Class::Pending | Class::Floating => {
                        let names = names.remove(&seen.promise.id);
                        open.push(OpenLine { seen, names, miss: None });
                    }
                    class => decided.add(seen.target, class),
                }
            }
        }
        let chances = Chances::of(conn, ctx, query, &open)?;
        for line in &mut open {
            line.miss = chances.miss(&line.seen, query);
        }
        let locked = now.map_or(decided, |all| all.decided());
        Ok(Counted { locked, summed: summed.unwrap_or_default(), open })
    }

    fn figures(&self) -> turnaround::Forecast {
        let mut open: Vec<Odds> = self.open.iter().map(|line| (line.seen.target, line.miss)).collect();
        open.extend(&self.summed);
        turnaround::forecast(&self.locked, &open)
    }
}

/// The chance of each open line: as a job wrote it, so that the forecast and the lists say the same, or learned for the question.
enum Chances {
    Kept(HashMap<i64, Option<f64>>),
    Learned(Box<Model>),
}

impl Chances {
    fn of(conn: &mut Conn, ctx: &Ctx, query: &Query, lines: &[OpenLine]) -> AppResult<Chances> {
        if query.is_of_now(ctx) {
            let ids: Vec<i64> = lines.iter().map(|line| line.seen.promise.line_id).collect();
            let kept = foresight::risks_of(conn, &ids)?.into_iter();
            let kept = kept.filter(|row| row.risk_bp != NOT_COUNTED_BP);
            let kept: HashMap<i64, Option<f64>> =
                kept.map(|row| (row.line_id, miss_of_bp(row.risk_bp))).collect();
            if lines.iter().all(|line| kept.contains_key(&line.seen.promise.line_id)) {
                return Ok(Chances::Kept(kept));
            }
        }
        let (model, _) = Model::learn(conn, ctx, query.as_of, query.known_at)?;
        Ok(Chances::Learned(Box::new(model)))
    }

    /// A decided exchange is a miss under the strict rate, and under `remedy30` its own thirty days count, which the plan
    /// promises to keep; else the unit's repair is what counts.
    fn miss(&self, seen: &Seen, query: &Query) -> Option<f64> {
        match query.measure.variant(seen.promise.variant) {
            RateVariant::Strict if seen.is_exchange_decided(query.as_of) => Some(1.0),
            RateVariant::Remedy30 if seen.is_exchange_decided(query.as_of) => Some(0.0),
            _ => match self {
                Chances::Kept(kept) => kept.get(&seen.promise.line_id).copied().unwrap_or_default(),
                Chances::Learned(model) => model.chance_of(seen, query.as_of),
            },
        }
    }
}

fn chance(seen: &Seen, names: NameRow, as_of: NaiveDate, miss: Option<f64>) -> OpenChance {
    let (age, promised) =
        seen.observed(as_of).map_or((0, 0), |observed| (observed.observation.days, observed.promised));
    let working_days_left = seen.working_days_left(as_of);
    OpenChance {
        names,
        due_on: seen.judged.due_on,
        age,
        promised,
        working_days_left,
        miss,
        at_risk: is_at_risk(miss, working_days_left),
    }
}
