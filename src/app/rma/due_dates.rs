//! Due dates counted anew from the facts: when a clock stops or runs on, when a step was taken back, when the calendar moved.

use crate::app::rma::promises::{hold_days, show_again, terms_of};
use crate::app::rma::state::{Loaded, load};
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::{ClockTerms, Zone};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::{HoldChange, PromiseState, RepairOutcome};
use crate::store::promises::{self, NewDue, PromiseRow};
use crate::store::{Conn, taking_back};
use chrono::{DateTime, NaiveDate, Utc};

/// Stops the clock or lets it run on; the due date is counted anew from the facts.
pub(super) fn hold(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    change: &HoldChange,
    at: DateTime<Utc>,
) -> AppResult<()> {
    let id = line.row.id;
    match change {
        HoldChange::Start { reason, said_by } => {
            promises::start_hold(tx, id, reason, said_by, false, at, ctx.now)?;
        }
        // The quote speaks for itself: who sent it, and to whom.
        HoldChange::StartForQuote => {
            let said_by = format!("{} → {}", ctx.actor.username, line.state.customer);
            promises::start_hold(tx, id, "quote", &said_by, true, at, ctx.now)?;
        }
        HoldChange::End => promises::end_holds(tx, id, &[false], at, ctx.now)?,
        HoldChange::EndForQuote => promises::end_holds(tx, id, &[true], at, ctx.now)?,
        HoldChange::QuoteEndedAt(at) => promises::end_holds(tx, id, &[true], *at, ctx.now)?,
        HoldChange::EndAll => promises::end_holds(tx, id, &[false, true], at, ctx.now)?,
    }
    let holds = hold_days(&promises::holds(tx, line.row.id)?);
    let stopped = promises::of_line(tx, line.row.id)?;
    for promise in
        stopped.iter().filter(|promise| promise.kind.is_stopped_by_holds() && promise.ended_at.is_none())
    {
        let Some(terms) = terms_of(promise) else { continue };
        let started_on = Zone::default().local_date(promise.started_at);
        let due = ctx.calendar.due(started_on, &terms, &holds);
        let today = Zone::default().local_date(ctx.now);
        let state = match due.due_on {
            None => PromiseState::Floating,
            Some(due_on) if due_on < today => PromiseState::Broken,
            Some(_) => PromiseState::Open,
        };
        let new = NewDue {
            base_due_on: base_due_on(ctx, started_on, &terms),
            due_on: due.due_on,
            calendar_version: ctx.calendar.version(),
            provisional: due.provisional,
            state,
        };
        promises::set_due(tx, promise.id, &new, ctx.now)?;
        if promise.kind == PromiseKind::RepairReturn {
            promises::show_due_on_line(tx, line.row.id, due.due_on)?;
            if state != PromiseState::Broken {
                no_longer_late(tx, ctx, line, &stopped, at)?;
            }
        }
    }
    Ok(())
}

/// When it would be due without any wait.
fn base_due_on(ctx: &Ctx, started_on: NaiveDate, terms: &ClockTerms) -> NaiveDate {
    ctx.calendar.due(started_on, terms, &[]).due_on.unwrap_or(started_on)
}

/// After a step was taken back: the dates of all that runs are counted anew from what is left of the facts, the line shows its
/// own again, and a board that was owed for lateness alone is owed no more unless the repair is late.
pub(super) fn recount(tx: &mut Conn, ctx: &Ctx, line: &Loaded) -> AppResult<()> {
    let holds = hold_days(&promises::holds(tx, line.row.id)?);
    let today = Zone::default().local_date(ctx.now);
    let promised = promises::of_line(tx, line.row.id)?;
    let mut late = false;
    for promise in promised.iter().filter(|promise| promise.ended_at.is_none()) {
        let started_on = Zone::default().local_date(promise.started_at);
        let (base_due_on, due_on, provisional) = match terms_of(promise) {
            None => (promise.due_on.unwrap_or(started_on), promise.due_on, promise.provisional),
            Some(terms) => {
                let holds = if promise.kind.is_stopped_by_holds() { holds.as_slice() } else { &[] };
                let due = ctx.calendar.due(started_on, &terms, holds);
                // The calendar may have changed while the promise counted as ended.
                (base_due_on(ctx, started_on, &terms), due.due_on, due.provisional)
            }
        };
        let over = promise.due_at.is_some_and(|due_at| due_at < ctx.now);
        let state = match due_on {
            None => PromiseState::Floating,
            Some(due_on) if over || due_on < today => PromiseState::Broken,
            Some(_) => PromiseState::Open,
        };
        late |= promise.kind == PromiseKind::RepairReturn && state == PromiseState::Broken;
        let calendar_version = ctx.calendar.version();
        let new = NewDue { base_due_on, due_on, calendar_version, provisional, state };
        promises::set_due(tx, promise.id, &new, ctx.now)?;
    }
    show_again(tx, line)?;
    if let Some(board) = owed_for_lateness(line, &promised).filter(|_| !late) {
        taking_back::drop_promise(tx, board.id, ctx.now)?;
    }
    Ok(())
}

/// The calendar moved the due date of a repair that was late, and it is late no more: what [`hold`] does where a wait was put
/// down afterwards.
pub(in crate::app) fn not_late_by_calendar(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
) -> AppResult<()> {
    let line = load(tx, ctx, number, line)?;
    let promised = promises::of_line(tx, line.row.id)?;
    no_longer_late(tx, ctx, &line, &promised, ctx.now)
}

/// A wait that was put down late moved the due date on: the board that was owed for lateness alone is not owed yet.
fn no_longer_late(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    promised: &[PromiseRow],
    at: DateTime<Utc>,
) -> AppResult<()> {
    if let Some(board) = owed_for_lateness(line, promised) {
        promises::end(tx, board.id, PromiseState::Excluded, at, ctx.now)?;
    }
    Ok(())
}

/// The open promise of a board that stands for nothing but the repair being late: nobody decided an exchange, and the repair did
/// not end in one.
fn owed_for_lateness<'a>(line: &Loaded, promised: &'a [PromiseRow]) -> Option<&'a PromiseRow> {
    let decided = line.state.exchange_decided
        || line.state.vendor_exchange
        || line.state.case.outcome == Some(RepairOutcome::Ber);
    let is_board =
        |promise: &&PromiseRow| promise.kind == PromiseKind::EquivalentExchange && promise.ended_at.is_none();
    promised.iter().find(is_board).filter(|_| !decided)
}
