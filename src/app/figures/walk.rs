//! Goes through the lines of a period chunk by chunk, judges each, and leaves out those that are due elsewhere.

use super::{Calendars, LineFilter, Query, facts};
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::{Calendar, ClockTerms, Count, Hold, Zone, holds_as_of};
use crate::domain::plan::RateVariant;
use crate::domain::rate::{Deadline, Judged, LineFacts, Month, Outcome, Settled, Target, judge, settle};
use crate::domain::turnaround::{End, Observation};
use crate::store::figures::{self, Cohort, Key, NameRow, Only, PromiseRow};
use crate::store::{Conn, StoreError};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Lines read at once: three or four statements each, and all the memory a figure needs.
const CHUNK: i64 = 2_000;

/// A line that is due in the period, judged.
pub(super) struct Seen {
    pub promise: PromiseRow,
    /// The day that places it in the period.
    pub due_in: NaiveDate,
    pub judged: Judged,
    pub target: Target,
    facts: LineFacts,
    calendar: Arc<Calendar>,
}

/// How long a line has taken, in counted days: working days without the customer's holds, whatever its plan counts.
pub(super) struct Observed {
    /// Local day of receipt.
    pub received_on: NaiveDate,
    /// Days and what ended them.
    pub observation: Observation,
    /// Counted days from receipt to the due date.
    pub promised: u32,
    /// Nothing has ended it yet.
    pub open: bool,
    /// It is open, and an open hold of the customer keeps its clock standing.
    pub floating: bool,
}

impl Seen {
    /// How long it has taken by the end of `as_of`; `None` for a promise no calendar counts, and for a void line.
    pub(super) fn observed(&self, as_of: NaiveDate) -> Option<Observed> {
        let Deadline::Clock { received_on, terms, holds } = &self.facts.deadline else { return None };
        let outcome = self.facts.outcome.as_of(as_of);
        if outcome.voided_on.is_some() {
            return None;
        }
        let counted = ClockTerms { count: Count::Working, ..*terms };
        let ended = outcome.ended();
        let (until, end) = ended.unwrap_or((as_of, End::Open));
        let days_until = |day| self.calendar.used_days(*received_on, &counted, holds, day);
        let promised = match (terms.count, self.judged.due_on) {
            (Count::Calendar, Some(due_on)) => days_until(due_on),
            _ => terms.days,
        };
        let observation = Observation { days: days_until(until), end };
        let (open, floating) = (ended.is_none(), ended.is_none() && self.judged.due_on.is_none());
        Some(Observed { received_on: *received_on, observation, promised, open, floating })
    }

    /// Where it stands for good by the end of `today`; a line the walk saw had been received.
    pub(super) fn settled(&self, today: NaiveDate) -> Option<Settled> {
        settle(&self.facts, &self.calendar, today, self.promise.variant)
    }

    /// The day on which so many counted days will have passed; `None` while its clock stands, and where no calendar counts.
    pub(super) fn day_of(&self, days: u32) -> Option<NaiveDate> {
        let Deadline::Clock { received_on, terms, holds } = &self.facts.deadline else { return None };
        let counted = ClockTerms { count: Count::Working, days, ..*terms };
        self.calendar.due(*received_on, &counted, holds).due_on
    }

    /// Has an equivalent exchange been decided by the end of `as_of`?
    pub(super) fn is_exchange_decided(&self, as_of: NaiveDate) -> bool {
        self.facts.outcome.as_of(as_of).exchange.is_some()
    }

    /// Working days from the end of `as_of` to the due date, negative once late; `None` while the clock stands.
    pub(super) fn working_days_left(&self, as_of: NaiveDate) -> Option<i64> {
        self.judged.due_on.map(|due_on| self.calendar.working_days_left(as_of, due_on))
    }
}

/// The lines between two keys that are due in the period.
pub(super) struct Chunk {
    /// The chunk begins after this key.
    pub after: Option<Key>,
    /// It ends with this one.
    pub through: Key,
    pub lines: Vec<Seen>,
}

/// A walk through the lines of a question.
pub(super) struct Walk<'q> {
    query: &'q Query,
    cohort: Cohort,
    calendars: Calendars,
    after: Option<Key>,
    ended: bool,
}

impl<'q> Walk<'q> {
    /// Begins after `after`.
    pub(super) fn new(
        conn: &mut Conn,
        ctx: &Ctx,
        query: &'q Query,
        after: Option<Key>,
    ) -> AppResult<Walk<'q>> {
        let cohort = query.cohort(ctx);
        let newest = match cohort.looks_back {
            true => Some(figures::calendar_version_at(conn, cohort.known_at)?),
            false => None,
        };
        Ok(Walk { query, cohort, calendars: Calendars::new(newest, ctx), after, ended: false })
    }

    /// Begins with some of the lines only.
    pub(super) fn some(conn: &mut Conn, ctx: &Ctx, query: &'q Query, only: Only) -> AppResult<Walk<'q>> {
        let mut walk = Walk::new(conn, ctx, query, None)?;
        walk.cohort.only = only;
        Ok(walk)
    }

    /// The next lines; `None` when there are no more.
    pub(super) fn next(&mut self, conn: &mut Conn) -> AppResult<Option<Chunk>> {
        if self.ended {
            return Ok(None);
        }
        let (cohort, after) = (&self.cohort, self.after);
        let promises = figures::promises(conn, cohort, after, CHUNK)?;
        let Some(through) = promises.last().map(PromiseRow::key) else { return Ok(None) };
        self.ended = i64::try_from(promises.len()).is_ok_and(|read| read < CHUNK);
        self.after = Some(through);
        let outcomes = facts::outcomes(&figures::facts(conn, cohort, after, through)?);
        let mut holds = facts::holds(&figures::holds(conn, cohort, after, through)?);
        let mut lines = Vec::with_capacity(promises.len());
        for promise in promises {
            let facts = LineFacts {
                deadline: facts::deadline(&promise, holds.remove(&promise.line_id).unwrap_or_default()),
                outcome: outcomes.get(&promise.line_id).copied().unwrap_or_default(),
            };
            lines.extend(self.see(conn, promise, facts)?);
        }
        Ok(Some(Chunk { after, through, lines }))
    }

    /// What people call the lines of a chunk, by promise.
    pub(super) fn names(&self, conn: &mut Conn, chunk: &Chunk) -> AppResult<HashMap<i64, NameRow>> {
        let rows = figures::names(conn, &self.cohort, chunk.after, chunk.through)?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// Judges a line; `None` when nothing was promised by then, or it is due outside the period.
    fn see(&mut self, conn: &mut Conn, promise: PromiseRow, facts: LineFacts) -> AppResult<Option<Seen>> {
        let calendar = self.calendars.of(conn, promise.calendar_version)?;
        let query = self.query;
        let variant = query.measure.variant(promise.variant);
        let Some(judged) = judge(&facts, &calendar, query.as_of, variant) else { return Ok(None) };
        // A recorded deadline under an open hold places the line nowhere: it stands where it is looked at.
        let due_in = judged.cohort_on.unwrap_or(query.as_of);
        if due_in < query.from || due_in > query.to {
            return Ok(None);
        }
        let target = u32::try_from(promise.target_bp).ok().and_then(Target::from_basis_points);
        let target = target.ok_or_else(|| {
            StoreError::Codec(format!(
                "promise {}: a target of {} basis points",
                promise.id, promise.target_bp
            ))
        })?;
        Ok(Some(Seen { promise, due_in, judged, target, facts, calendar }))
    }
}

/// One line of a figure, with all that its number rests on.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its place in the order.
    pub key: Key,
    /// Row id of the RMA line.
    pub line_id: i64,
    /// What people call it.
    pub names: NameRow,
    /// Local day of receipt.
    pub received_on: NaiveDate,
    /// The day that places it in the period; for a floating line the due date it would have if the hold ended on `as_of`.
    pub due_in: NaiveDate,
    /// What had happened by `as_of`.
    pub outcome: Outcome,
    /// Due date and class.
    pub judged: Judged,
    /// Its plan's target.
    pub target: Target,
    /// The rate that counts by its contract.
    pub contractual: RateVariant,
    facts: LineFacts,
    calendar: Arc<Calendar>,
    as_of: NaiveDate,
}

impl Line {
    fn new(seen: Seen, names: NameRow, as_of: NaiveDate) -> Line {
        Line {
            key: seen.promise.key(),
            line_id: seen.promise.line_id,
            names,
            received_on: Zone::default().local_date(seen.promise.started_at),
            due_in: seen.due_in,
            outcome: seen.facts.outcome.as_of(as_of),
            judged: seen.judged,
            target: seen.target,
            contractual: seen.promise.variant,
            facts: seen.facts,
            calendar: seen.calendar,
            as_of,
        }
    }

    /// The month it belongs to.
    #[must_use]
    pub fn month(&self) -> Month {
        Month::of(self.due_in)
    }

    /// The line judged under another variant; its due date is the same under all.
    #[must_use]
    pub fn judged_as(&self, variant: RateVariant) -> Judged {
        judge(&self.facts, &self.calendar, self.as_of, variant).unwrap_or(self.judged)
    }

    /// The terms of its clock; `None` for a promise no calendar counts.
    #[must_use]
    pub fn terms(&self) -> Option<ClockTerms> {
        match &self.facts.deadline {
            Deadline::Clock { terms, .. } => Some(*terms),
            Deadline::Recorded(_) => None,
        }
    }

    /// The calendar it is counted with.
    #[must_use]
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// The customer's holds as they stood at the end of `as_of`.
    #[must_use]
    pub fn holds(&self) -> Vec<Hold> {
        match &self.facts.deadline {
            Deadline::Clock { holds, .. } => holds_as_of(holds, self.as_of),
            Deadline::Recorded(_) => vec![],
        }
    }
}

/// Hands the lines of a figure to `each`, in the order of their keys, until it breaks off.
pub(super) fn for_each_line(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    filter: &LineFilter,
    after: Option<Key>,
    each: &mut dyn FnMut(Line) -> AppResult<ControlFlow<()>>,
) -> AppResult<()> {
    let Some(query) = filter.narrowed(query) else { return Ok(()) };
    let mut walk = Walk::new(conn, ctx, &query, after)?;
    while let Some(chunk) = walk.next(conn)? {
        let mut names = walk.names(conn, &chunk)?;
        for seen in chunk.lines {
            let wanted = filter.class.is_none_or(|class| class.admits(seen.judged.class));
            let Some(names) = names.remove(&seen.promise.id).filter(|_| wanted) else { continue };
            if each(Line::new(seen, names, query.as_of))?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}
