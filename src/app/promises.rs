//! The promise ledger: what is owed, to whom, by when, and how much of the time is used up.

use crate::app::figures::Calendars;
use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, Hold, Zone};
use crate::domain::fields::{Fields, code_of, plain_date};
use crate::domain::plan::{PromiseKind, clock_terms};
use crate::domain::refusal::Refusal;
use crate::domain::rma::PromiseState;
use crate::store::Conn;
use crate::store::figures::Key;
use crate::store::promise_views::{self, HoldView, PromiseFilter, PromiseView};
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
    let mut holds: HashMap<i64, Vec<HoldView>> = HashMap::new();
    for hold in promise_views::holds(conn, &reader, filter, after, through)? {
        holds.entry(hold.line_id).or_default().push(hold);
    }
    let mut calendars = Calendars::new(None, ctx);
    let today = Zone::default().local_date(ctx.now);
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

/// A promise's place in the list.
#[must_use]
pub fn key(view: &PromiseView) -> Key {
    Key { sort_due: view.sort_due, id: view.id }
}

fn days(calendar: &Calendar, view: &PromiseView, holds: &[HoldView], today: NaiveDate) -> Option<DaysUsed> {
    let terms = clock_terms(view.amount, view.unit, view.start_day_counts)?;
    let zone = Zone::default();
    let holds: Vec<Hold> = holds
        .iter()
        .map(|hold| Hold {
            start: zone.local_date(hold.started_at),
            resume: hold.ended_at.map(|ended_at| zone.local_date(ended_at)),
        })
        .collect();
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
