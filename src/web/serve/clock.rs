//! Clocks and rates of the ledgers as screens show them.

use crate::app::figures::Sum;
use crate::app::rma::{LineRow, PromiseView};
use crate::domain::calendar::{Calendar, Zone, due_day};
use crate::domain::rma::{Mode, PromiseState, RepairState};
use crate::domain::turnaround::{is_at_risk, miss_of_bp};
use crate::web::kit::{Clock, ClockState};
use crate::web::rate::Rate;
use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;

/// A share as thousandths, floored as rates are shown.
pub fn permille(share: f64) -> i32 {
    (share * 1000.0 + 1e-6).floor().clamp(0.0, 1000.0).to_i32().unwrap_or_default()
}

/// The clock of a line in a list, counted in working days as lists are.
pub fn of_row(row: &LineRow, calendar: &Calendar, today: NaiveDate) -> Clock {
    use RepairState as S;
    if matches!(row.repair_state, S::Rejected | S::Cancelled | S::Void) {
        return Clock::bare(ClockState::Excluded);
    }
    if row.mode == Mode::AdvanceReplacement {
        return Clock::bare(ClockState::Absent);
    }
    let zone = Zone::default();
    let Some(received) = row.received_at.map(|at| zone.local_date(at)) else {
        return Clock::bare(ClockState::NotStarted);
    };
    let miss = miss_of_bp(row.risk_bp);
    let Some(due_on) = due_day(row.sort_due) else {
        // What was handed back by being dispatched has no date to wait for.
        let ended = row.ended_at.is_some() || row.promise_ended.is_some();
        let held = row.plan_version_id.is_some() && !ended;
        let at_risk = held && is_at_risk(miss, None);
        return Clock { at_risk, ..Clock::bare(if held { ClockState::Paused } else { ClockState::Absent }) };
    };
    let (state, until) = match row.ended_at.map(|at| zone.local_date(at)) {
        None => (ClockState::Running, today),
        Some(_) if row.repair_state == S::Exchanged => return Clock::bare(ClockState::Excluded),
        Some(day) => match row.promise_ended {
            Some(PromiseState::Excluded) => return Clock::bare(ClockState::Excluded),
            Some(PromiseState::Kept) => (ClockState::Kept, day),
            _ => (ClockState::Missed, day),
        },
    };
    let left = calendar.working_days_left(until, due_on);
    let used = calendar.working_days_between(received, until);
    let at_risk = is_at_risk(miss, Some(left));
    Clock { state, used, total: used + left, left, due_on: Some(due_on), at_risk, provisional: false }
}

/// The clock of one promise, exactly, with the chance of missing it where one is known.
pub fn of_promise(view: &PromiseView, miss: Option<f64>) -> Clock {
    let promise = &view.promise;
    let state = match (promise.state, promise.ended_at) {
        (PromiseState::Excluded, _) => ClockState::Excluded,
        (PromiseState::Floating, _) => ClockState::Paused,
        (PromiseState::Kept, _) => ClockState::Kept,
        (PromiseState::Broken, Some(_)) => ClockState::Missed,
        (PromiseState::Open | PromiseState::Broken, _) => ClockState::Running,
    };
    let Some(clock) = &view.clock else { return Clock { due_on: promise.due_on, ..Clock::bare(state) } };
    let left = clock.progress.remaining;
    Clock {
        state,
        used: i64::from(clock.progress.used),
        total: i64::from(clock.progress.total),
        left,
        due_on: promise.due_on,
        at_risk: is_at_risk(miss, Some(left)),
        provisional: promise.provisional,
    }
}

/// A figure with its numbers in the screens' form.
pub fn rate(sum: &Sum) -> Rate {
    let figures = &sum.figures;
    Rate {
        timely: figures.timely.into(),
        eligible: figures.eligible.into(),
        pending: figures.pending.into(),
        floating: figures.floating.into(),
        excluded: figures.excluded.into(),
        misses: figures.misses.into(),
        misses_allowed: figures.misses_allowed.into(),
        misses_left: figures.misses_left,
        shown: shown(figures.timely, figures.eligible),
        meets_target: figures.meets_target,
        target: permille(sum.target),
        wilson95: figures.wilson95.map(|(low, high)| (permille(low), permille(high))),
    }
}

/// ⌊1000 · timely ÷ eligible⌋, on integers.
pub fn shown(timely: u32, eligible: u32) -> Option<i32> {
    let thousandths = (1_000 * u64::from(timely)).checked_div(u64::from(eligible))?;
    i32::try_from(thousandths).ok()
}
