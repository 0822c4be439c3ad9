//! Lines and promises prove themselves: each row is held against the steps, holds, terms and calendars it follows from.

use crate::app::figures::Calendars;
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::{Calendar, Hold, NO_DUE_DATE, Zone, sort_day};
use crate::domain::plan::{PromiseKind, ReturnedWhen, clock_terms};
use crate::domain::rma::{PromiseState, RepairState, Replayed, header_state};
use crate::domain::stock::proof::{DifferenceKind, Proof};
use crate::store::Conn;
use crate::store::rma_proof::{self as rows, HeadRow, HoldRow, LineRow, PromiseRow, StepRow};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::HashMap;
use std::fmt::Debug;

/// RMAs read at once: five statements each.
const CHUNK: i64 = 1_000;

/// Adds to `proof` every line that is not where its steps led, and every promise that is not due, kept or broken as its
/// terms, its holds and its calendar say.
pub(in crate::app) fn prove_into(conn: &mut Conn, ctx: &Ctx, proof: &mut Proof) -> AppResult<()> {
    let mut calendars = Calendars::new(None, ctx);
    let mut after = 0;
    loop {
        let heads = rows::heads(conn, after, CHUNK)?;
        let (Some(first), Some(last)) = (heads.first(), heads.last()) else { return Ok(()) };
        let chunk = Chunk::read(conn, first.id, last.id)?;
        after = last.id;
        for head in &heads {
            chunk.prove(conn, head, &mut calendars, proof)?;
        }
    }
}

/// Some RMAs with all that hangs on them.
struct Chunk {
    lines: HashMap<i64, Vec<LineRow>>,
    steps: HashMap<i64, Vec<StepRow>>,
    promises: HashMap<i64, Vec<PromiseRow>>,
    holds: HashMap<i64, Vec<HoldRow>>,
}

fn by<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut map: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        map.entry(key(&row)).or_default().push(row);
    }
    map
}

fn of<T>(map: &HashMap<i64, Vec<T>>, id: i64) -> &[T] {
    map.get(&id).map_or(&[], Vec::as_slice)
}

impl Chunk {
    fn read(conn: &mut Conn, first: i64, last: i64) -> AppResult<Chunk> {
        Ok(Chunk {
            lines: by(rows::lines(conn, first, last)?, |row| row.rma_id),
            steps: by(rows::steps(conn, first, last)?, |row| row.line_id),
            promises: by(rows::promises(conn, first, last)?, |row| row.line_id),
            holds: by(rows::holds(conn, first, last)?, |row| row.line_id),
        })
    }

    fn prove(
        &self,
        conn: &mut Conn,
        head: &HeadRow,
        calendars: &mut Calendars,
        proof: &mut Proof,
    ) -> AppResult<()> {
        let lines = of(&self.lines, head.id);
        let state = header_state(lines.iter().map(|line| line.repair_state));
        differ(proof, DifferenceKind::RmaState, &format!("rma {}", head.number), state, head.state);
        for line in lines {
            let subject = format!("line {}/{}", head.number, line.line);
            differ(proof, DifferenceKind::RmaCustomer, &subject, head.customer_id, line.customer_id);
            self.prove_line(line, &subject, proof);
            let zone = Zone::default();
            let holds = of(&self.holds, line.id).iter().map(|hold| Hold {
                start: zone.local_date(hold.started_at),
                resume: hold.ended_at.map(|at| zone.local_date(at)),
            });
            let holds: Vec<Hold> = holds.collect();
            for promise in of(&self.promises, line.id) {
                let calendar = calendars.of(conn, promise.calendar_version)?;
                proof.checked.promises += 1;
                prove_promise(promise, &calendar, &holds, &format!("{subject} {}", promise.kind), proof);
            }
        }
        Ok(())
    }

    fn prove_line(&self, line: &LineRow, subject: &str, proof: &mut Proof) {
        proof.checked.lines += 1;
        let mut replayed = Replayed::default();
        for step in of(&self.steps, line.id) {
            if !replayed.step(step.track, &step.to_state, step.occurred_at) {
                proof.note(DifferenceKind::RmaState, subject, "a state", &step.to_state);
            }
        }
        differ(proof, DifferenceKind::RmaState, subject, replayed.repair, line.repair_state);
        differ(proof, DifferenceKind::RmaState, subject, replayed.faulty, line.faulty_state);
        differ(proof, DifferenceKind::RmaState, subject, !replayed.repair.is_ended(), line.holds_unit);
        differ(proof, DifferenceKind::RmaDate, subject, replayed.received_at, line.received_at);
        differ(proof, DifferenceKind::RmaDate, subject, replayed.ended_at, line.ended_at);
        let promised = of(&self.promises, line.id).iter().rfind(|row| row.kind == PromiseKind::RepairReturn);
        let sort_due = promised.map_or(NO_DUE_DATE, |promise| promise.sort_due);
        // Handed back by being dispatched, and on the road: it waits for no date.
        let on_the_road = replayed.repair == RepairState::Dispatched
            && promised.is_some_and(|promise| {
                promise.returned_when == ReturnedWhen::Dispatched && promise.ended_at.is_some()
            });
        if !(on_the_road && line.sort_due == NO_DUE_DATE) {
            differ(proof, DifferenceKind::RmaDate, subject, sort_due, line.sort_due);
        }
    }
}

/// A promise under way is due when terms, holds and calendar say; one that ended may not be called kept when it was late.
/// (Broken in time it may be: a unit scrapped before its due date. Whether a repair counts as timely is proven with the rate.)
fn prove_promise(
    promise: &PromiseRow,
    calendar: &Calendar,
    holds: &[Hold],
    subject: &str,
    proof: &mut Proof,
) {
    let due = DifferenceKind::PromiseDue;
    differ(proof, due, subject, sort_day(promise.due_on), promise.sort_due);
    differ(proof, due, subject, promise.due_on, promise.known_due_on);
    differ(proof, due, subject, 1, promise.present_dates);
    let known = promise.known_state.zip(promise.known_ended_at);
    let ended = promise.ended_at.map(|at| (promise.state, at));
    differ(proof, DifferenceKind::PromiseState, subject, ended, known);
    let clock = Clock::of(promise, calendar, holds);
    differ(proof, due, subject, Some(clock.base_due_on), Some(promise.base_due_on));
    differ(proof, due, subject, clock.due_at, promise.due_at);
    let stands = match promise.ended_at {
        None => {
            differ(proof, due, subject, clock.due_on, promise.due_on);
            match promise.state {
                PromiseState::Floating => clock.due_on.is_none(),
                PromiseState::Open | PromiseState::Broken => clock.due_on.is_some(),
                PromiseState::Kept | PromiseState::Excluded => false,
            }
        }
        Some(ended_at) => match promise.state {
            PromiseState::Kept => !clock.is_late(ended_at),
            PromiseState::Broken | PromiseState::Excluded => true,
            PromiseState::Open | PromiseState::Floating => false,
        },
    };
    if !stands {
        let facts = format!("due {:?}, ended {:?}", clock.due_on, promise.ended_at);
        proof.note(DifferenceKind::PromiseState, subject, facts, promise.state);
    }
}

/// What the terms of a promise come to.
struct Clock {
    base_due_on: NaiveDate,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    /// Close of business, in minutes after local midnight.
    closes_minute: Option<i64>,
    /// The due date if a hold that is open ended with the promise.
    last_due_on: Option<NaiveDate>,
}

impl Clock {
    fn of(promise: &PromiseRow, calendar: &Calendar, holds: &[Hold]) -> Clock {
        let zone = Zone::default();
        let Some(terms) = clock_terms(promise.amount, promise.unit, promise.start_day_counts) else {
            let due_at = promise.started_at + TimeDelta::minutes(promise.amount);
            let due_on = zone.local_date(due_at);
            return Clock {
                base_due_on: due_on,
                due_on: Some(due_on),
                due_at: Some(due_at),
                closes_minute: None,
                last_due_on: Some(due_on),
            };
        };
        let started_on = zone.local_date(promise.started_at);
        let holds = if promise.kind.is_stopped_by_holds() { holds } else { &[] };
        let ended_on = |at| zone.business_date(at, promise.closes_minute);
        let until = promise.ended_at.map_or(started_on, ended_on);
        Clock {
            base_due_on: calendar.due(started_on, &terms, &[]).due_on.unwrap_or(started_on),
            due_on: calendar.due(started_on, &terms, holds).due_on,
            due_at: None,
            closes_minute: promise.closes_minute,
            last_due_on: calendar.due_if_resumed(started_on, &terms, holds, until).due_on,
        }
    }

    fn is_late(&self, ended_at: DateTime<Utc>) -> bool {
        match self.due_at {
            Some(due_at) => ended_at > due_at,
            None => {
                let ended_on = Zone::default().business_date(ended_at, self.closes_minute);
                self.last_due_on.is_some_and(|due_on| ended_on > due_on)
            }
        }
    }
}

fn differ<T: PartialEq + Debug>(
    proof: &mut Proof,
    kind: DifferenceKind,
    subject: &str,
    expected: T,
    found: T,
) {
    if expected != found {
        proof.note(kind, subject, format!("{expected:?}"), format!("{found:?}"));
    }
}
