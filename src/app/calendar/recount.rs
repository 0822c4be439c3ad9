//! Counting open promises anew with another calendar.

use crate::app::{AppResult, Ctx, rma};
use crate::domain::calendar::{Calendar, ClockTerms, Due, Hold, Zone, sort_day};
use crate::domain::plan::{PromiseKind, TermUnit, clock_terms};
use crate::domain::rma::PromiseState;
use crate::store::calendar::{self, HoldRow, Moved, OpenPromise};
use crate::store::{Conn, StoreError};
use chrono::NaiveDate;

/// A promise whose due date moves.
#[derive(Debug, Clone)]
pub struct Move {
    /// The promise as it stands.
    pub promise: OpenPromise,
    /// Its due date then; `None` while the clock stands still.
    pub due_on: Option<NaiveDate>,
    /// Whether it will still be provisional.
    pub provisional: bool,
}

/// What another calendar does to the open promises.
#[derive(Debug, Clone, Default)]
pub struct Recount {
    /// Open promises in working days that were looked at.
    pub checked: usize,
    /// Those whose due date moves, by the new date.
    pub moves: Vec<Move>,
    /// How many keep their date, and are provisional no longer (or anew).
    pub settled: usize,
}

/// Counts, and changes nothing.
pub(super) fn count(conn: &mut Conn, new: &Calendar) -> AppResult<Recount> {
    let counted = count_all(conn, new)?;
    Ok(summary(counted))
}

/// Counts, and writes what comes out: lines first, then promises, as everywhere (ARCHITECTURE "The stock ledger").
pub(super) fn write(tx: &mut Conn, ctx: &Ctx, new: &Calendar) -> AppResult<Recount> {
    calendar::lock_open_lines(tx, new.version())?;
    let counted = count_all(tx, new)?;
    for counted in counted.iter().filter(|counted| counted.shows_on_line()) {
        calendar::move_line(tx, counted.promise.line_id, counted.promise.sort_due, counted.sort_due())?;
    }
    let today = super::today(ctx);
    for counted in counted.iter().filter(|counted| counted.differs()) {
        let moved = Moved {
            id: counted.promise.id,
            base_due_on: counted.base_due_on,
            due_on: counted.due.due_on,
            sort_due: counted.sort_due(),
            provisional: counted.due.provisional,
            calendar_version: new.version(),
            state: match counted.due.due_on {
                None => PromiseState::Floating,
                Some(due_on) if due_on < today => PromiseState::Broken,
                Some(_) => PromiseState::Open,
            },
        };
        calendar::move_promise(tx, &moved, ctx.now)?;
        if counted.is_late_no_more(today) {
            rma::not_late_by_calendar(tx, ctx, &counted.promise.rma, counted.promise.line)?;
        }
    }
    calendar::stamp_open(tx, new.version())?;
    let recount = summary(counted);
    super::moved::tell(tx, ctx, new.version(), &recount.moves)?;
    Ok(recount)
}

/// Counts the open promises anew that were counted with another calendar than the one in the database: made by a request
/// that was under way while a notice was published, or on another node. How many were looked at.
pub fn reconcile(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    let version = calendar::version(tx)?;
    if calendar::open_promises(tx, version)?.is_empty() {
        return Ok(0);
    }
    let calendar = super::load(tx)?;
    Ok(write(tx, ctx, &calendar)?.checked)
}

struct Counted {
    promise: OpenPromise,
    base_due_on: NaiveDate,
    due: Due,
}

impl Counted {
    fn sort_due(&self) -> NaiveDate {
        sort_day(self.due.due_on)
    }

    /// The line sorts by the repair the customer was promised.
    fn shows_on_line(&self) -> bool {
        self.promise.kind == PromiseKind::RepairReturn && self.sort_due() != self.promise.sort_due
    }

    fn moves(&self) -> bool {
        self.due.due_on != self.promise.due_on
    }

    /// A repair that was late before its date moved, and is not now.
    fn is_late_no_more(&self, today: NaiveDate) -> bool {
        let is_late = |due_on: Option<NaiveDate>| due_on.is_some_and(|due_on| due_on < today);
        let is_repair = self.promise.kind == PromiseKind::RepairReturn;
        is_repair && is_late(self.promise.due_on) && !is_late(self.due.due_on)
    }

    fn differs(&self) -> bool {
        self.moves()
            || self.due.provisional != self.promise.provisional
            || self.base_due_on != self.promise.base_due_on
    }
}

fn summary(counted: Vec<Counted>) -> Recount {
    let mut recount = Recount { checked: counted.len(), ..Recount::default() };
    for counted in counted {
        if counted.moves() {
            recount.moves.push(Move {
                due_on: counted.due.due_on,
                provisional: counted.due.provisional,
                promise: counted.promise,
            });
        } else if counted.due.provisional != counted.promise.provisional {
            recount.settled += 1;
        }
    }
    recount.moves.sort_by_key(|moved| (sort_day(moved.due_on), moved.promise.id));
    recount
}

fn count_all(conn: &mut Conn, new: &Calendar) -> AppResult<Vec<Counted>> {
    let promises = calendar::open_promises(conn, new.version())?;
    let holds = calendar::holds_of_open(conn)?;
    promises.into_iter().map(|promise| count_one(new, promise, &holds)).collect()
}

fn count_one(new: &Calendar, promise: OpenPromise, holds: &[HoldRow]) -> AppResult<Counted> {
    let terms: ClockTerms = clock_terms(promise.amount, TermUnit::WorkingDays, promise.start_day_counts)
        .ok_or_else(|| {
            StoreError::Codec(format!("promise {}: {} working days", promise.id, promise.amount))
        })?;
    let zone = Zone::default();
    let received = zone.local_date(promise.started_at);
    let holds: Vec<Hold> = if promise.kind.is_stopped_by_holds() {
        let from = holds.partition_point(|hold| hold.line_id < promise.line_id);
        let own = holds.iter().skip(from).take_while(|hold| hold.line_id == promise.line_id);
        own.map(|hold| Hold {
            start: zone.local_date(hold.started_at),
            resume: hold.ended_at.map(|ended_at| zone.local_date(ended_at)),
        })
        .collect()
    } else {
        vec![]
    };
    let due = new.due(received, &terms, &holds);
    let base_due_on = new.due(received, &terms, &[]).due_on.unwrap_or(promise.base_due_on);
    Ok(Counted { promise, base_due_on, due })
}
