//! The chance of missing on every open line, so that lists can sort by it (NUMBERS §2 "Early warning").

use super::model::Model;
use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::turnaround::{AT_RISK_MISS, AT_RISK_WORKING_DAYS, miss_bp};
use crate::store::{Conn, foresight};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// Lines written in one transaction: others need not wait long.
const WRITE_AT_ONCE: usize = 500;

/// The one meaning of *at risk* for lists: due by this day, or likelier to miss than so many basis points.
#[must_use]
pub fn at_risk(calendar: &Calendar, today: NaiveDate) -> (NaiveDate, i64) {
    (at_risk_until(calendar, today), miss_bp(AT_RISK_MISS))
}

/// The last due date that is at risk whatever its chance: the fifteenth working day after `today`.
#[must_use]
pub fn at_risk_until(calendar: &Calendar, today: NaiveDate) -> NaiveDate {
    let ahead = (1..=366).filter_map(|n| today.checked_add_days(Days::new(n)));
    ahead.filter(|day| calendar.is_working_day(*day)).take(AT_RISK_WORKING_DAYS).last().unwrap_or(today)
}

/// Counts the chance of every open line anew and writes those that changed: a day older, or something new was learned.
/// Small transactions; safe on several nodes, which count the same. How many lines changed.
///
/// # Errors
/// Faults of the store; what was written until then stays.
pub async fn foresee(app: &App) -> AppResult<usize> {
    let ctx = app.system_context("jobs");
    let changes = app.store().read(move |conn| changes(conn, &ctx)).await?;
    let mut changed = 0;
    for some in changes.chunks(WRITE_AT_ONCE) {
        let some = some.to_vec();
        changed += app
            .store()
            .write(move |tx| {
                let written = some.iter().map(|(line_id, bp)| foresight::set_risk(tx, *line_id, *bp));
                Ok::<_, Error>(written.sum::<Result<usize, _>>()?)
            })
            .await?;
    }
    Ok(changed)
}

/// The lines whose chance is not what their row says.
fn changes(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<(i64, i64)>> {
    let today = Zone::default().local_date(ctx.now);
    let (model, open) = Model::learn(conn, ctx, today, ctx.now)?;
    let mut wanted: HashMap<i64, i64> = open
        .iter()
        .map(|line| {
            let miss = model.chance(line.line_id, line.part_id, line.age, line.promised);
            (line.line_id, miss_bp(miss))
        })
        .collect();
    let late = foresight::open_and_due_before(conn, Model::first_day(today))?;
    wanted.extend(late.into_iter().map(|row| (row.line_id, miss_bp(1.0))));
    let stand = foresight::risks(conn)?;
    let change = |row: foresight::RiskRow| {
        let bp = wanted.get(&row.line_id).copied().unwrap_or_default();
        (bp != row.risk_bp).then_some((row.line_id, bp))
    };
    Ok(stand.into_iter().filter_map(change).collect())
}
