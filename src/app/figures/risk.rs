//! The chance of missing on every open line, so that lists can sort by it (NUMBERS §2 "Early warning").

use super::BackBetween;
use super::model::Model;
use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::turnaround::{AT_RISK_MISS, AT_RISK_WORKING_DAYS, kept_bp, miss_bp};
use crate::store::Conn;
use crate::store::foresight::{self, Range};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// Lines written in one transaction: others need not wait long.
const WRITE_AT_ONCE: usize = 100;

/// The one meaning of *at risk* for lists: due by this day, or likelier to miss than so many basis points.
#[must_use]
pub fn at_risk(calendar: &Calendar, today: NaiveDate) -> (NaiveDate, i64) {
    (at_risk_until(calendar, today), miss_bp(AT_RISK_MISS))
}

/// The last due date that is at risk whatever its chance: the day before the sixteenth working day after `today`. A plan of calendar
/// days may be due on the days off in between, and these have no more than fifteen working days left either.
#[must_use]
pub fn at_risk_until(calendar: &Calendar, today: NaiveDate) -> NaiveDate {
    let ahead = (1..=366).filter_map(|n| today.checked_add_days(Days::new(n)));
    let beyond = ahead.filter(|day| calendar.is_working_day(*day)).nth(AT_RISK_WORKING_DAYS);
    beyond.and_then(|day| day.pred_opt()).unwrap_or(today)
}

/// Counts the chance of every open line anew, and between which days it is likely to be back, and writes what changed: a day
/// older, or something new was learned. Small transactions; safe on several nodes, which count the same. How many lines'
/// chances changed.
///
/// # Errors
/// Faults of the store; what was written until then stays.
pub async fn foresee(app: &App) -> AppResult<usize> {
    let ctx = app.system_context("jobs");
    let now = ctx.now;
    let (risks, ranges) = app.store().read(move |conn| changes(conn, &ctx)).await?;
    let mut changed = 0;
    for some in risks.chunks(WRITE_AT_ONCE) {
        let some = some.to_vec();
        changed += app
            .store()
            .write(move |tx| {
                let written = some.iter().map(|(line_id, bp)| foresight::set_risk(tx, *line_id, *bp));
                Ok::<_, Error>(written.sum::<Result<usize, _>>()?)
            })
            .await?;
    }
    for some in ranges.chunks(WRITE_AT_ONCE) {
        let some = some.to_vec();
        app.store()
            .write(move |tx| {
                for (line_id, range) in &some {
                    foresight::set_range(tx, *line_id, range.map(as_row), now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
    }
    Ok(changed)
}

fn as_row(range: BackBetween) -> Range {
    Range { early_on: range.early_on, likely_on: range.likely_on, late_on: range.late_on }
}

/// Between which days an open line is likely to be handed back, as the job counted it last; `None` when nothing honest can be
/// said, and when what was said has gone by.
pub fn back_between(conn: &mut Conn, line_id: i64, today: NaiveDate) -> AppResult<Option<BackBetween>> {
    let said = foresight::range(conn, line_id)?;
    let said = said.filter(|said| said.late_on.is_none_or(|late_on| late_on >= today));
    Ok(said.map(|said| BackBetween {
        early_on: said.early_on.max(today),
        likely_on: said.likely_on.max(today),
        late_on: said.late_on,
    }))
}

type Changes = (Vec<(i64, i64)>, Vec<(i64, Option<BackBetween>)>);

/// The lines whose chance or range is not what their rows say.
fn changes(conn: &mut Conn, ctx: &Ctx) -> AppResult<Changes> {
    let today = Zone::default().local_date(ctx.now);
    let (model, open) = Model::learn(conn, ctx, today, ctx.now)?;
    let mut wanted: HashMap<i64, i64> = open
        .iter()
        .map(|line| {
            let miss = model.chance(line.line_id, line.part_id, line.age, line.promised);
            (line.line_id, kept_bp(miss))
        })
        .collect();
    let late = foresight::open_and_due_before(conn, Model::first_day(today))?;
    wanted.extend(late.into_iter().map(|row| (row.line_id, miss_bp(1.0))));
    let stand = foresight::risks(conn)?;
    let change = |row: foresight::RiskRow| {
        let bp = wanted.get(&row.line_id).copied().unwrap_or_default();
        (bp != row.risk_bp).then_some((row.line_id, bp))
    };
    let risks = stand.into_iter().filter_map(change).collect();
    let mut said: HashMap<i64, Range> =
        foresight::ranges(conn)?.into_iter().map(|row| (row.line_id, row.range())).collect();
    let mut ranges: Vec<(i64, Option<BackBetween>)> = open
        .iter()
        .filter_map(|line| {
            let range = model.back_between(line, today)?;
            let before = said.remove(&line.line_id);
            (before != Some(as_row(range))).then_some((line.line_id, Some(range)))
        })
        .collect();
    // What is left is said of lines that ended, or of which nothing can be said any more.
    ranges.extend(said.into_keys().map(|line_id| (line_id, None)));
    Ok((risks, ranges))
}
