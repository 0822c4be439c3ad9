//! Which waits of customers stopped clocks, and for how many days.

use super::workload::wanted;
use super::{Calendars, Query};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Hold, Zone};
use crate::domain::plan::clock_terms;
use crate::store::workload::{self, HeldRow, PauseRow};
use crate::store::{Conn, figures};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The customer's waits of a period.
#[derive(Debug, Clone)]
pub struct Pauses {
    /// Every hold that stood in the period.
    pub holds: Vec<Pause>,
    /// Holds and days by reason.
    pub by_reason: BTreeMap<String, (usize, i64)>,
    /// Holds still open at the end of `as_of`.
    pub open: usize,
    /// Lines that stand still for them.
    pub floating: usize,
    /// Days of all of them.
    pub days: i64,
}

/// A hold and what it cost.
#[derive(Debug, Clone)]
pub struct Pause {
    /// The hold.
    pub row: PauseRow,
    /// Its first local day, which still counts.
    pub started_on: NaiveDate,
    /// Its last; `None` while it stands.
    pub ended_on: Option<NaiveDate>,
    /// Days its line's clock left out for it by the end of `as_of`, beside the holds that began before it: counted as the plan counts.
    pub days: i64,
}

/// Every hold that stood on a day of the query's period, with who said so and what it cost. Refuses with `forbidden`.
pub fn pauses(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<Pauses> {
    ctx.actor.may(Permission::ReadFigures)?;
    let wanted = wanted(ctx, query);
    let newest = match query.cohort(ctx).looks_back {
        true => Some(figures::calendar_version_at(conn, query.known_at)?),
        false => None,
    };
    let mut calendars = Calendars::new(newest, ctx);
    let mut of_line: HashMap<i64, Vec<HeldRow>> = HashMap::new();
    for held in workload::held(conn, &wanted)? {
        of_line.entry(held.line_id).or_default().push(held);
    }
    let zone = Zone::default();
    let mut holds: Vec<Pause> = Vec::new();
    for row in workload::pauses(conn, &wanted)? {
        let started_on = zone.local_date(row.started_at);
        let ended_on = row.ended_at.map(|ended_at| zone.local_date(ended_at));
        let beside = of_line.get(&row.line_id).map_or(&[][..], Vec::as_slice);
        let days = cost(conn, &mut calendars, &row, beside, query.as_of)?;
        holds.push(Pause { row, started_on, ended_on, days });
    }
    Ok(summed(holds))
}

/// Counted days of the clock without this hold minus with it, by the line's own terms: a hold that begins after the due date costs
/// nothing, and where two overlap the later one only what the earlier left (NUMBERS §1). A line without a clock counted in days has
/// none to stop.
fn cost(
    conn: &mut Conn,
    calendars: &mut Calendars,
    row: &PauseRow,
    of_line: &[HeldRow],
    as_of: NaiveDate,
) -> AppResult<i64> {
    let (Some(received_at), Some(amount), Some(unit), Some(version)) =
        (row.clock_started_at, row.amount, row.unit, row.calendar_version)
    else {
        return Ok(0);
    };
    let Some(terms) = clock_terms(amount, unit, row.start_day_counts.unwrap_or_default()) else {
        return Ok(0);
    };
    let zone = Zone::default();
    let calendar = calendars.of(conn, version)?;
    let until = row.clock_ended_at.map_or(as_of, |ended_at| zone.local_date(ended_at).min(as_of));
    let received_on = zone.local_date(received_at);
    let hold = |held: &HeldRow| Hold {
        start: zone.local_date(held.started_at),
        resume: held.ended_at.map(|ended_at| zone.local_date(ended_at)),
    };
    let before = of_line.iter().take_while(|held| held.id != row.id);
    let mut holds: Vec<Hold> = before.map(hold).collect();
    let without = calendar.used_days(received_on, &terms, &holds, until);
    holds.extend(of_line.iter().find(|held| held.id == row.id).map(hold));
    Ok(i64::from(without) - i64::from(calendar.used_days(received_on, &terms, &holds, until)))
}

fn summed(holds: Vec<Pause>) -> Pauses {
    let mut by_reason: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    for hold in &holds {
        let sum = by_reason.entry(hold.row.reason.clone()).or_default();
        *sum = (sum.0 + 1, sum.1 + hold.days);
    }
    let waiting = || holds.iter().filter(|hold| hold.ended_on.is_none());
    let open = waiting().count();
    let floating: BTreeSet<i64> = waiting().map(|hold| hold.row.line_id).collect();
    let floating = floating.len();
    let days = holds.iter().map(|hold| hold.days).sum();
    Pauses { holds, by_reason, open, floating, days }
}
