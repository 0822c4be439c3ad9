//! How a month is going to end: lines decided, and each open line with its own chance (NUMBERS §2 "Early warning").

use super::model::Model;
use super::walk::{Chunk, Seen, Walk};
use super::{Asked, Query};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::fields::Fields;
use crate::domain::plan::RateVariant;
use crate::domain::rate::{Class, Month, Tally};
use crate::domain::refusal::Refusal;
use crate::domain::turnaround::{self, is_at_risk};
use crate::store::Conn;
use crate::store::figures::NameRow;
use chrono::{DateTime, NaiveDate, Utc};

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
    pub variant: RateVariant,
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
    /// Chance of missing.
    pub miss: f64,
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
    ctx.actor.may(Permission::ReadFigures)?;
    let (model, _) = Model::learn(conn, ctx, query.as_of, query.known_at)?;
    let (mut locked, mut chances, mut open) = (Tally::new(), Vec::new(), Vec::new());
    let mut walk = Walk::new(conn, ctx, query, None)?;
    while let Some(chunk) = walk.next(conn)? {
        let mut names = walk.names(conn, &chunk)?;
        let Chunk { lines, .. } = chunk;
        for seen in lines {
            match seen.judged.class {
                Class::Pending | Class::Floating => {
                    let miss = model.chance_of(&seen, query.as_of, query.variant);
                    chances.push((seen.target, miss));
                    if let Some(names) = names.remove(&seen.promise.id) {
                        open.push(chance(&seen, names, query.as_of, miss));
                    }
                }
                class => locked.add(seen.target, class),
            }
        }
    }
    open.sort_by(|a, b| b.miss.total_cmp(&a.miss).then_with(|| a.names.rma.cmp(&b.names.rma)));
    let mut all = locked.clone();
    for (target, _) in &chances {
        all.add(*target, Class::Pending);
    }
    Ok(MonthForecast {
        month: Month::of(query.from),
        as_of: query.as_of,
        known_at: query.known_at,
        variant: query.variant,
        target: all.target(),
        excluded: all.figures().excluded,
        floating: open.iter().filter(|line| line.working_days_left.is_none()).count(),
        figures: turnaround::forecast(&locked, &chances),
        open,
    })
}

fn chance(seen: &Seen, names: NameRow, as_of: NaiveDate, miss: f64) -> OpenChance {
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
