//! The promise ledger: what is owed, to whom, by when, and how much of the time is used up.

use crate::app::figures::{Calendars, Then};
use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, Hold, Zone, sort_day};
use crate::domain::fields::{Fields, code_of, plain_date};
use crate::domain::plan::{PromiseKind, clock_terms};
use crate::domain::refusal::Refusal;
use crate::domain::rma::PromiseState;
use crate::store::figures::Key;
use crate::store::promise_views::{self, HoldView, PromiseFilter, PromiseView};
use crate::store::{Conn, promises_as_of};
use crate::text_enum;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Promises marked broken in one transaction: others need not wait long.
const MARK_AT_ONCE: i64 = 500;

text_enum! {
    /// Which promises of a list.
    StateFilter {
        /// The clock runs.
        Open => "open",
        /// Kept in time.
        Kept => "kept",
        /// Late, or impossible.
        Broken => "broken",
        /// The clock stands under an open hold.
        Floating => "floating",
        /// Fell away.
        Excluded => "excluded",
        /// Not ended, and counted over a year whose calendar is not published.
        Provisional => "provisional",
    }
}

/// The filters as they were sent.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// [`PromiseKind`].
    pub kind: Option<String>,
    /// [`StateFilter`].
    pub state: Option<String>,
    /// A day.
    pub due_before: Option<String>,
    /// Depot code.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// RMA number.
    pub rma: Option<String>,
}

/// A promise with its waits and where its clock stands today.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The promise.
    pub view: PromiseView,
    /// The holds that stop its clock, oldest first.
    pub holds: Vec<HoldView>,
    /// Days of the clock; `None` for promises counted in minutes.
    pub days: Option<DaysUsed>,
}

/// Where a clock stands: "第 37 / 60 工作日，余 23 日".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysUsed {
    /// Days promised.
    pub total: u32,
    /// Days used up by the end of today, or of the day it ended.
    pub used: u32,
    /// Days left; negative once late.
    pub remaining: i64,
}

/// Reads the filters. Refuses with every word and date that cannot be read.
pub fn filter(asked: &Asked) -> Result<PromiseFilter, Refusal> {
    let mut fields = Fields::new();
    let kind = asked.kind.as_deref();
    let kind = kind.and_then(|text| fields.word("kind", text, PromiseKind::ALL, PromiseKind::from_code));
    let state = asked.state.as_deref();
    let state = state.and_then(|text| fields.word("state", text, StateFilter::ALL, StateFilter::from_code));
    let due_before = asked.due_before.as_deref().and_then(|text| {
        let date = plain_date(text.trim());
        if date.is_none() {
            fields.fault("due_before", "bad_date");
        }
        date
    });
    fields.finish()?;
    let code = |text: &Option<String>| text.as_deref().map(code_of);
    Ok(PromiseFilter {
        kind,
        state: state.and_then(|state| PromiseState::from_code(state.as_str())),
        provisional: state == Some(StateFilter::Provisional),
        due_before,
        depot: code(&asked.depot),
        customer: code(&asked.customer),
        rma: code(&asked.rma),
    })
}

/// Promises after `after`, by due date, those without one last. At most `limit`. Refuses with `forbidden`.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &PromiseFilter,
    after: Option<Key>,
    limit: i64,
) -> AppResult<Vec<Promise>> {
    ctx.actor.may(Permission::ReadRma)?;
    let reader = ctx.actor.scope();
    let views = promise_views::list(conn, &reader, filter, after, limit)?;
    let Some(through) = views.last().map(key) else { return Ok(vec![]) };
    let holds = by_line(promise_views::holds(conn, &reader, filter, after, through)?);
    let today = Zone::default().local_date(ctx.now);
    with_clocks(conn, &mut Calendars::new(None, ctx), views, &holds, today)
}

fn with_clocks(
    conn: &mut Conn,
    calendars: &mut Calendars,
    views: Vec<PromiseView>,
    holds: &HashMap<i64, Vec<HoldView>>,
    today: NaiveDate,
) -> AppResult<Vec<Promise>> {
    views
        .into_iter()
        .map(|view| {
            let stopped = view.kind.is_stopped_by_holds();
            let holds = holds.get(&view.line_id).filter(|_| stopped).cloned().unwrap_or_default();
            let calendar = calendars.of(conn, view.calendar_version)?;
            let days = days(&calendar, &view, &holds, today);
            Ok(Promise { view, holds, days })
        })
        .collect()
}

/// Promises as they stood then, after `after`, by the due date they had then, those without one last. At most `limit`. Refuses with
/// `forbidden`.
///
/// The kept date of a promise has every wait in it that was known, also one that began or ended after the moment: those promises are
/// counted anew and put among the others.
pub fn list_then(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &PromiseFilter,
    then: &Then,
    after: Option<Key>,
    limit: i64,
) -> AppResult<Vec<Promise>> {
    ctx.actor.may(Permission::ReadRma)?;
    let reader = ctx.actor.scope();
    let day = Zone::default().local_date(then.as_of());
    let mut views = promises_as_of::list(conn, &reader, filter, then, day, after, limit)?;
    let mut moved = promises_as_of::recounted(conn, &reader, filter, then, day)?;
    let lines = |views: &[PromiseView]| views.iter().map(|view| view.line_id).collect::<Vec<_>>();
    let mut calendars = Calendars::new(None, ctx);
    let mut holds = by_line(promises_as_of::holds(conn, &lines(&moved), then)?);
    for view in &mut moved {
        let calendar = calendars.of(conn, view.calendar_version)?;
        let of_line = holds.get(&view.line_id).map_or(&[][..], Vec::as_slice);
        count_anew(&calendar, view, of_line, day);
    }
    let is_asked = |view: &PromiseView| {
        let place = (view.sort_due, view.id);
        filter.state.is_none_or(|state| state == view.state)
            && (!filter.provisional || (view.provisional && view.state != PromiseState::Broken))
            && filter.due_before.is_none_or(|day| view.sort_due < day)
            && after.is_none_or(|after| place > (after.sort_due, after.id))
    };
    views.extend(moved.into_iter().filter(is_asked));
    views.sort_by_key(|view| (view.sort_due, view.id));
    views.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    holds.extend(by_line(promises_as_of::holds(conn, &lines(&views), then)?));
    with_clocks(conn, &mut calendars, views, &holds, day)
}

fn by_line(rows: Vec<HoldView>) -> HashMap<i64, Vec<HoldView>> {
    let mut holds: HashMap<i64, Vec<HoldView>> = HashMap::new();
    for hold in rows {
        holds.entry(hold.line_id).or_default().push(hold);
    }
    holds
}

/// The due date and state of a promise that had not ended, from the waits there were.
fn count_anew(calendar: &Calendar, view: &mut PromiseView, holds: &[HoldView], day: NaiveDate) {
    let Some(terms) = clock_terms(view.amount, view.unit, view.start_day_counts) else { return };
    let due = calendar.due(Zone::default().local_date(view.started_at), &terms, &hold_days(holds));
    view.due_on = due.due_on;
    view.sort_due = sort_day(due.due_on);
    view.provisional = due.provisional;
    view.state = match due.due_on {
        None => PromiseState::Floating,
        Some(due_on) if due_on < day => PromiseState::Broken,
        Some(_) => PromiseState::Open,
    };
}

/// A promise's place in the list.
#[must_use]
pub fn key(view: &PromiseView) -> Key {
    Key { sort_due: view.sort_due, id: view.id }
}

/// Holds as local dates.
fn hold_days(holds: &[HoldView]) -> Vec<Hold> {
    let zone = Zone::default();
    let day = |hold: &HoldView| Hold {
        start: zone.local_date(hold.started_at),
        resume: hold.ended_at.map(|ended_at| zone.local_date(ended_at)),
    };
    holds.iter().map(day).collect()
}

fn days(calendar: &Calendar, view: &PromiseView, holds: &[HoldView], today: NaiveDate) -> Option<DaysUsed> {
    let terms = clock_terms(view.amount, view.unit, view.start_day_counts)?;
    let zone = Zone::default();
    let holds = hold_days(holds);
    let until = view.ended_at.map_or(today, |ended_at| zone.local_date(ended_at).min(today));
    let used = calendar.used_days(zone.local_date(view.started_at), &terms, &holds, until);
    Some(DaysUsed { total: terms.days, used, remaining: i64::from(terms.days) - i64::from(used) })
}

/// Brings the state right of open promises whose time ran out: they are broken from 00:00 of the day after their due
/// date. Looks at everything due, so a missed night loses nothing; small transactions; safe on several nodes at once.
/// How many it marked.
///
/// # Errors
/// Faults of the store; what was marked until then stays marked.
pub async fn mark_broken(app: &App) -> AppResult<usize> {
    let now = app.clock().now();
    let today = Zone::default().local_date(now);
    let mut marked = 0;
    for kind in PromiseKind::ALL {
        loop {
            let turned = app
                .store()
                .write(move |tx| {
                    Ok::<_, Error>(promise_views::mark_broken(tx, *kind, today, now, MARK_AT_ONCE)?)
                })
                .await?;
            marked += turned;
            if turned == 0 {
                break;
            }
        }
    }
    Ok(marked)
}
