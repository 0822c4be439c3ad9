//! What the last days would have been under other terms of a plan: said beside the form of a new version, which changes nothing
//! that was promised.

use crate::app::plans::TermFields;
use crate::app::{AppResult, Ctx, figures};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, Hold, Zone};
use crate::domain::plan::{PromiseKind, TermUnit, clock_terms};
use crate::domain::rma::PromiseState;
use crate::store::hindsight::{self, PastPromise};
use crate::store::{Conn, plans};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// How many days are looked back on.
pub const DAYS: i64 = 90;

/// Promises that came due in these days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// In time.
    pub kept: i64,
    /// All that came due.
    pub due: i64,
}

impl Kept {
    /// Their share in thousandths, cut off; `None` without any.
    #[must_use]
    pub fn permille(self) -> Option<i32> {
        (self.due > 0).then(|| i32::try_from(self.kept * 1000 / self.due).unwrap_or_default())
    }
}

/// One promise of the plan, as it was kept and as it would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// What is promised.
    pub promise: PromiseKind,
    /// Under the terms it was made with.
    pub was: Kept,
    /// Under the new ones.
    pub would: Kept,
}

/// Compares the promises of a plan that came due in the last [`DAYS`] days with what these terms would have made of them. What was
/// excluded, and what stands while the customer is asked, is left out of both. Terms that cannot be read are left out, too: the
/// form says what is wrong with them when it is saved.
pub fn compare(conn: &mut Conn, ctx: &Ctx, plan: &str, terms: &[TermFields]) -> AppResult<Vec<Compared>> {
    ctx.actor.may(Permission::ManageSetup)?;
    let Some(plan) = plans::by_code(conn, plan)? else { return Ok(vec![]) };
    let today = Zone::default().local_date(ctx.now);
    let since = ctx.now - TimeDelta::days(DAYS * 8);
    let promises = hindsight::of_plan(conn, plan.id, since)?;
    let holds = figures::holds(&hindsight::holds(conn, plan.id, since)?);
    let mut compared = vec![];
    for term in terms {
        let (Some(promise), Some(unit)) =
            (PromiseKind::from_code(&term.promise), TermUnit::from_code(&term.unit))
        else {
            continue;
        };
        let window =
            Window { calendar: &ctx.calendar, from: today - TimeDelta::days(DAYS), today, now: ctx.now };
        let new = Terms { amount: term.amount, unit, first: term.start_day_counts.unwrap_or(false) };
        let (mut was, mut would) = (Kept::default(), Kept::default());
        for past in promises.iter().filter(|past| past.kind == promise) {
            let old = Terms { amount: past.amount, unit: past.unit, first: past.start_day_counts };
            let stops = holds.get(&past.line_id).filter(|_| promise.is_stopped_by_holds());
            let stops = stops.map(Vec::as_slice).unwrap_or_default();
            window.count(&mut was, past, old, old, stops);
            window.count(&mut would, past, old, new, stops);
        }
        compared.push(Compared { promise, was, would });
    }
    Ok(compared)
}

/// The clock of a promise.
#[derive(Clone, Copy)]
struct Terms {
    amount: i64,
    unit: TermUnit,
    first: bool,
}

/// When a promise is late: after a day, or after an instant.
#[derive(Clone, Copy)]
enum Due {
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

struct Window<'a> {
    calendar: &'a Calendar,
    from: NaiveDate,
    today: NaiveDate,
    now: DateTime<Utc>,
}

impl Window<'_> {
    fn due(&self, past: &PastPromise, terms: Terms, holds: &[Hold]) -> Option<Due> {
        match clock_terms(terms.amount, terms.unit, terms.first) {
            None => {
                past.started_at.checked_add_signed(TimeDelta::try_minutes(terms.amount)?).map(Due::Instant)
            }
            Some(clock) => {
                let began = Zone::default().local_date(past.started_at);
                self.calendar.due(began, &clock, holds).due_on.map(Due::Day)
            }
        }
    }

    /// Counts a promise under `terms`, when it came due in the window.
    fn count(&self, sum: &mut Kept, past: &PastPromise, old: Terms, terms: Terms, holds: &[Hold]) {
        let Some(due) = self.due(past, terms, holds) else { return };
        let (day, is_over) = match due {
            Due::Day(day) => (day, day < self.today),
            Due::Instant(at) => (Zone::default().local_date(at), at <= self.now),
        };
        if day < self.from || !is_over {
            return;
        }
        sum.due += 1;
        // Broken in time: not by being late, so no other term would have saved it.
        let is_lost = past.state == PromiseState::Broken
            && self.due(past, old, holds).is_some_and(|due| is_in_time(past, due));
        if !is_lost && is_in_time(past, due) {
            sum.kept += 1;
        }
    }
}

fn is_in_time(past: &PastPromise, due: Due) -> bool {
    past.ended_at.is_some_and(|ended| match due {
        // Past the close of business it counts for the next day.
        Due::Day(day) => Zone::default().business_date(ended, past.closes_minute) <= day,
        Due::Instant(at) => ended <= at,
    })
}
