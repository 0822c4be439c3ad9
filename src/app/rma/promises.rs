//! The promise ledger follows the line: promises begin, their clocks stop and run on, they are kept or broken.

use crate::app::plans::in_force;
use crate::app::rma::due_dates::recount;
use crate::app::rma::state::Loaded;
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::{ClockTerms, Hold, Zone};
use crate::domain::plan::{PlanVersion, PromiseKind, RateVariant, ReturnedWhen, Term, TermUnit, clock_terms};
use crate::domain::rma::{PromiseChange, PromiseState, RepairState, service};
use crate::store::promises::{self, HoldRow, NewPromise, PromiseRow};
use crate::store::{Conn, plans, rma_cases, rmas, taking_back};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// The clock of a promise counted in days.
pub(super) fn terms_of(promise: &PromiseRow) -> Option<ClockTerms> {
    clock_terms(promise.amount, promise.unit, promise.start_day_counts)
}

/// Holds as local dates.
pub(super) fn hold_days(holds: &[HoldRow]) -> Vec<Hold> {
    let zone = Zone::default();
    holds
        .iter()
        .map(|hold| Hold {
            start: zone.local_date(hold.started_at),
            resume: hold.ended_at.map(|at| zone.local_date(at)),
        })
        .collect()
}

/// Writes a change of the promise ledger.
pub(super) fn change(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    depot_id: Option<i64>,
    change: PromiseChange,
    at: DateTime<Utc>,
) -> AppResult<()> {
    match change {
        PromiseChange::Open(kind) => open(tx, ctx, line, depot_id, kind, 0, at),
        PromiseChange::OpenSince(kind, at) => open(tx, ctx, line, depot_id, kind, 0, at),
        PromiseChange::Fulfil(kind) => {
            if kind == PromiseKind::RepairReturn {
                given_up_today(tx, ctx, line, at)?;
            }
            end(tx, ctx, line.row.id, kind, 0, at, None)?;
            if kind == PromiseKind::RepairReturn { show_dispatched(tx, line) } else { Ok(()) }
        }
        PromiseChange::AnsweredAt(at) => answered(tx, ctx, line.row.id, at),
        PromiseChange::Break(kind) => end(tx, ctx, line.row.id, kind, 0, at, Some(PromiseState::Broken)),
        PromiseChange::Drop(kind) => end(tx, ctx, line.row.id, kind, 0, at, Some(PromiseState::Excluded)),
        PromiseChange::OpenFor(kind, issued) => open(tx, ctx, line, depot_id, kind, issued, at),
        PromiseChange::FulfilFor(kind, issued) => end(tx, ctx, line.row.id, kind, issued, at, None),
        PromiseChange::BreakFor(kind, issued) => {
            end(tx, ctx, line.row.id, kind, issued, at, Some(PromiseState::Broken))
        }
        PromiseChange::DropFor(kind, issued) => {
            end(tx, ctx, line.row.id, kind, issued, at, Some(PromiseState::Excluded))
        }
        PromiseChange::Forgo(kind) => forgo(tx, ctx, line.row.id, kind, at),
        PromiseChange::RunOn(kind) => match given_up(tx, line, kind)? {
            Some(promise) => run_on(tx, ctx, line, promise.id),
            None => Ok(()),
        },
        PromiseChange::ExcludeAll => Ok(rma_cases::exclude_promises(tx, line.row.id, at, ctx.now)?),
    }
}

/// Handed back by being dispatched, a line waits for no date while it is on the road; once it ended it shows the date again that was
/// promised.
fn show_dispatched(tx: &mut Conn, line: &Loaded) -> AppResult<()> {
    if line.state.case.returned_when != Some(ReturnedWhen::Dispatched) {
        return Ok(());
    }
    let promised = promises::of_line(tx, line.row.id)?;
    let promised = promised.iter().rfind(|promise| promise.kind == PromiseKind::RepairReturn);
    let arrived = line.state.repair == RepairState::Dispatched;
    let due_on = promised.and_then(|promise| promise.due_on).filter(|_| arrived);
    Ok(promises::show_due_on_line(tx, line.row.id, due_on)?)
}

/// The date a line shows once a step was taken back: of its latest promise to repair and return, ended or not; none while it is
/// on the road and handed back by that.
pub(super) fn show_again(tx: &mut Conn, line: &Loaded) -> AppResult<()> {
    let promised = promises::of_line(tx, line.row.id)?;
    let latest = promised.iter().rfind(|promise| promise.kind == PromiseKind::RepairReturn);
    let on_the_road = line.state.case.returned_when == Some(ReturnedWhen::Dispatched)
        && line.state.repair == RepairState::Dispatched
        && latest.is_some_and(|promise| promise.ended_at.is_some());
    let due_on = latest.and_then(|promise| promise.due_on).filter(|_| !on_the_road);
    Ok(promises::show_due_on_line(tx, line.row.id, due_on)?)
}

/// A service case is opened: what the plan promises from the request on begins. Whom one of our people asked for it, that person
/// has answered.
pub(super) fn begin_case(
    tx: &mut Conn,
    ctx: &Ctx,
    line_id: i64,
    line: &rmas::NewLine<'_>,
    version: &PlanVersion,
) -> AppResult<()> {
    let about = About {
        line_id,
        customer_id: line.customer_id,
        part_id: line.part_id,
        depot_id: line.depot_id,
        issued_id: 0,
    };
    for term in service::FROM_REQUEST.into_iter().filter_map(|kind| version.term(kind)) {
        let id = begin(tx, ctx, &about, version.id, term, version.variant, ctx.now)?.0;
        if term.kind == PromiseKind::FirstAnswer && service::answers(&ctx.actor) {
            promises::end(tx, id, PromiseState::Kept, ctx.now, ctx.now)?;
        }
    }
    Ok(())
}

/// A word to the customer, outside of any action: the first one keeps the promise of an answer.
pub(super) fn answer(tx: &mut Conn, ctx: &Ctx, line_id: i64) -> AppResult<()> {
    let waits = |promise: &PromiseRow| promise.kind == PromiseKind::FirstAnswer && promise.ended_at.is_none();
    if !service::answers(&ctx.actor) || !promises::of_line(tx, line_id)?.iter().any(waits) {
        return Ok(());
    }
    // Whoever acts on the line now may be answering too: the first one counts.
    rmas::lock_line(tx, line_id)?;
    end(tx, ctx, line_id, PromiseKind::FirstAnswer, 0, ctx.now, None)
}

/// The customer was answered then: that is the first answer, unless an earlier one is known.
fn answered(tx: &mut Conn, ctx: &Ctx, line_id: i64, at: DateTime<Utc>) -> AppResult<()> {
    let promised = promises::of_line(tx, line_id)?;
    let Some(promise) = promised.into_iter().find(|promise| promise.kind == PromiseKind::FirstAnswer) else {
        return Ok(());
    };
    // What lay in a depot before anybody asked is no answer before the question.
    let at = at.max(promise.started_at);
    let fell_away = promise.state == PromiseState::Excluded;
    if fell_away || promise.ended_at.is_some_and(|known| known <= at) {
        return Ok(());
    }
    let late = is_late(tx, ctx, line_id, &promise, at, promise.closes_minute)?;
    let state = if late { PromiseState::Broken } else { PromiseState::Kept };
    Ok(promises::end(tx, promise.id, state, at, ctx.now)?)
}

/// Begins a promise on the terms of the line's plan version. A plan that does not make it, makes none.
fn open(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    depot_id: Option<i64>,
    kind: PromiseKind,
    issued_id: i64,
    at: DateTime<Utc>,
) -> AppResult<()> {
    let Some(version) = line.row.plan_version_id else { return Ok(()) };
    let Some(version) = plans::version(tx, version)? else { return Ok(()) };
    let Some(term) = version.term(kind) else { return Ok(()) };
    let Some(at) = first_start(tx, ctx, line, kind, issued_id, term, at)? else { return Ok(()) };
    let variant = contractual(tx, line, &version)?;
    let about = About {
        line_id: line.row.id,
        customer_id: line.row.customer_id,
        part_id: line.row.part_id,
        depot_id,
        issued_id,
    };
    let (_, due_on) = begin(tx, ctx, &about, version.id, term, variant, at)?;
    if kind == PromiseKind::RepairReturn {
        promises::show_due_on_line(tx, line.row.id, Some(due_on))?;
    }
    Ok(())
}

/// What a promise is about.
struct About {
    line_id: i64,
    customer_id: i64,
    part_id: i64,
    depot_id: Option<i64>,
    /// 0: the line itself.
    issued_id: i64,
}

/// Writes a promise on these terms; its id and due date.
fn begin(
    tx: &mut Conn,
    ctx: &Ctx,
    about: &About,
    plan_version_id: i64,
    term: &Term,
    variant: RateVariant,
    at: DateTime<Utc>,
) -> AppResult<(i64, NaiveDate)> {
    let (due_on, due_at, provisional) = due_of(ctx, term, at);
    let new = NewPromise {
        kind: term.kind,
        line_id: about.line_id,
        customer_id: about.customer_id,
        depot_id: about.depot_id,
        part_id: about.part_id,
        plan_version_id,
        amount: term.amount,
        unit: term.unit,
        start_day_counts: term.start_day_counts,
        target_bp: term.target_bp,
        variant,
        started_at: at,
        due_on,
        due_at,
        calendar_version: ctx.calendar.version(),
        provisional,
        recorded_at: ctx.now,
    };
    Ok((promises::insert_for(tx, &new, about.issued_id)?, due_on))
}

/// When a promise begins. An equivalent board is owed from the decision, the verdict or the day after the repair was due,
/// whichever is first (NUMBERS §2): `None` when it is owed already, from then on or, where what is recorded now happened
/// before that, from there. A second board, after a dead one, is owed from the report on.
fn first_start(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: PromiseKind,
    issued_id: i64,
    term: &Term,
    at: DateTime<Utc>,
) -> AppResult<Option<DateTime<Utc>>> {
    let promised = promises::of_line(tx, line.row.id)?;
    let is_exchange = kind == PromiseKind::EquivalentExchange && issued_id == 0;
    let same = |promise: &PromiseRow| promise.kind == kind && promise.issued_id == issued_id;
    // What is owed already is owed once, late or not.
    if !is_exchange && promised.iter().any(|promise| same(promise) && promise.ended_at.is_none()) {
        return Ok(None);
    }
    // A failure is explained once, however often a board is handed over after it.
    if kind == PromiseKind::FailureAnalysis {
        return Ok(promised.iter().all(|promise| !same(promise)).then_some(at));
    }
    if !is_exchange {
        return Ok(Some(at));
    }
    let mut boards = promised.iter().filter(|promise| same(promise));
    if let Some(owed) = boards.clone().find(|promise| promise.ended_at.is_none()) {
        if at < owed.started_at {
            let (due_on, _, provisional) = due_of(ctx, term, at);
            promises::restart(tx, owed.id, at, due_on, ctx.calendar.version(), provisional, ctx.now)?;
        }
        return Ok(None);
    }
    if boards.any(|promise| promise.state != PromiseState::Excluded) {
        return Ok(Some(at));
    }
    let repair = promised.iter().rfind(|promise| promise.kind == PromiseKind::RepairReturn);
    let late_from = repair
        .filter(|repair| repair.ended_at.is_none())
        .and_then(|repair| repair.due_on)
        .map(|due_on| Zone::default().overdue_from(due_on));
    Ok(Some(late_from.map_or(at, |late_from| late_from.min(at))))
}

/// The repair of a line is late: from the day after its due date an equivalent board is owed, decided or not (NUMBERS §2).
/// `false` when it is owed already, or the line went on in this moment.
pub(super) fn owe_board(tx: &mut Conn, ctx: &Ctx, line: &Loaded, today: NaiveDate) -> AppResult<bool> {
    let kind = PromiseKind::EquivalentExchange;
    let promised = promises::of_line(tx, line.row.id)?;
    let late =
        promised.iter().rfind(|promise| promise.kind == PromiseKind::RepairReturn).is_some_and(|repair| {
            repair.ended_at.is_none() && repair.due_on.is_some_and(|due_on| due_on < today)
        });
    let owed = promised.iter().any(|promise| promise.kind == kind && promise.state != PromiseState::Excluded);
    if !late || owed || line.row.unrepaired {
        return Ok(false);
    }
    open(tx, ctx, line, line.row.depot_id, kind, 0, ctx.now)?;
    Ok(true)
}

/// Which rate counts is the contract's to say (PRODUCT "Which rate is contractual"): that of the contract in force on the day of
/// the request lies over the plan's own.
fn contractual(tx: &mut Conn, line: &Loaded, version: &PlanVersion) -> AppResult<RateVariant> {
    let asked_on = Zone::default().local_date(line.row.requested_at);
    let covered = in_force(tx, line.row.customer_id, &line.rma.site, asked_on)?;
    let same = covered.filter(|covered| covered.version.id == version.id);
    Ok(same.map_or(version.variant, |covered| covered.version.variant))
}

/// Due date, due instant and whether the date is provisional.
fn due_of(ctx: &Ctx, term: &Term, at: DateTime<Utc>) -> (NaiveDate, Option<DateTime<Utc>>, bool) {
    let zone = Zone::default();
    let started_on = zone.local_date(at);
    match clock_terms(term.amount, term.unit, term.start_day_counts) {
        Some(terms) => {
            let due = ctx.calendar.due(started_on, &terms, &[]);
            (due.due_on.unwrap_or(started_on), None, due.provisional)
        }
        None => {
            let due_at = at + TimeDelta::minutes(term.amount);
            (zone.local_date(due_at), Some(due_at), false)
        }
    }
}

/// Ends a promise: kept or broken by its due date, unless the outcome is given.
fn end(
    tx: &mut Conn,
    ctx: &Ctx,
    line_id: i64,
    kind: PromiseKind,
    issued_id: i64,
    at: DateTime<Utc>,
    outcome: Option<PromiseState>,
) -> AppResult<()> {
    let open = promises::of_line(tx, line_id)?
        .into_iter()
        .find(|promise| promise.kind == kind && promise.issued_id == issued_id && promise.ended_at.is_none());
    let Some(promise) = open else { return Ok(()) };
    // What lay in a box before it was owed was here the moment it was.
    let at = at.max(promise.started_at);
    let state = match outcome {
        Some(state) => state,
        None if is_late(tx, ctx, line_id, &promise, at, promise.closes_minute)? => PromiseState::Broken,
        None => PromiseState::Kept,
    };
    Ok(promises::end(tx, promise.id, state, at, ctx.now)?)
}

/// The customer gave up on what was promised, on a day of the customer's own: by the due date that takes it out, later it
/// was broken all the same (NUMBERS §2). A promise that was given up on already is judged anew.
fn forgo(tx: &mut Conn, ctx: &Ctx, line_id: i64, kind: PromiseKind, at: DateTime<Utc>) -> AppResult<()> {
    let latest = promises::of_line(tx, line_id)?
        .into_iter()
        .rfind(|promise| promise.kind == kind && promise.state != PromiseState::Kept);
    let Some(promise) = latest else { return Ok(()) };
    let late = is_late(tx, ctx, line_id, &promise, at, None)?;
    let state = if late { PromiseState::Broken } else { PromiseState::Excluded };
    promises::end(tx, promise.id, state, at, ctx.now)?;
    Ok(())
}

/// What was given up on is promised again; its date is counted anew, for the calendar may have changed meanwhile.
fn run_on(tx: &mut Conn, ctx: &Ctx, line: &Loaded, id: i64) -> AppResult<()> {
    promises::reopen(tx, id, ctx.now)?;
    recount(tx, ctx, line)
}

/// Handed back on the very day it was given up on: what was delivered goes before (NUMBERS §2, as the rate has it).
fn given_up_today(tx: &mut Conn, ctx: &Ctx, line: &Loaded, at: DateTime<Utc>) -> AppResult<()> {
    let Some(promise) = given_up(tx, line, PromiseKind::RepairReturn)? else { return Ok(()) };
    let zone = Zone::default();
    let back_on = zone.business_date(at, promise.closes_minute);
    if promise.ended_at.is_some_and(|ended_at| back_on <= zone.local_date(ended_at)) {
        run_on(tx, ctx, line, promise.id)?;
    }
    Ok(())
}

/// The latest promise of this kind, where it fell away.
fn given_up(tx: &mut Conn, line: &Loaded, kind: PromiseKind) -> AppResult<Option<PromiseRow>> {
    let latest = promises::of_line(tx, line.row.id)?.into_iter().rfind(|promise| promise.kind == kind);
    Ok(latest.filter(|promise| promise.state == PromiseState::Excluded))
}

fn is_late(
    tx: &mut Conn,
    ctx: &Ctx,
    line_id: i64,
    promise: &PromiseRow,
    at: DateTime<Utc>,
    closes_minute: Option<i64>,
) -> AppResult<bool> {
    if promise.unit == TermUnit::Minutes {
        return Ok(promise.due_at.is_some_and(|due_at| at > due_at));
    }
    let today = Zone::default().business_date(at, closes_minute);
    let due_on = match (promise.due_on, terms_of(promise)) {
        (Some(due_on), _) => Some(due_on),
        // A hold that is open when the promise is fulfilled ends with it.
        (None, Some(terms)) => {
            let holds = hold_days(&promises::holds(tx, line_id)?);
            let started_on = Zone::default().local_date(promise.started_at);
            ctx.calendar.due_if_resumed(started_on, &terms, &holds, today).due_on
        }
        (None, None) => None,
    };
    Ok(due_on.is_some_and(|due_on| today > due_on))
}

/// The step that was the first answer was taken back. Where its mail went out (`told`) the customer was answered all the same, at
/// that moment: `before` says how it stood. Otherwise the first word written to the customer since is the answer, if there is one.
pub(super) fn answered_all_the_same(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    before: &[PromiseRow],
    told: bool,
) -> AppResult<()> {
    let kind = PromiseKind::FirstAnswer;
    let promised = promises::of_line(tx, line.row.id)?;
    let Some(open) = promised.iter().find(|promise| promise.kind == kind && promise.ended_at.is_none())
    else {
        return Ok(());
    };
    let was = before.iter().find(|promise| promise.id == open.id);
    if let Some((was, ended_at)) = was.and_then(|was| Some((was, was.ended_at?))).filter(|_| told) {
        return Ok(promises::end(tx, open.id, was.state, ended_at, ctx.now)?);
    }
    match taking_back::first_word(tx, line.rma.id, line.row.id, open.started_at)? {
        Some(at) => end(tx, ctx, line.row.id, kind, 0, at, None),
        None => Ok(()),
    }
}
