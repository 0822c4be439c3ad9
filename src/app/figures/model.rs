//! What the repairs of the last two years teach about the lines still open.

use super::walk::{Seen, Walk};
use super::{Query, sums};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Actor;
use crate::domain::calendar::{NO_DUE_DATE, Zone};
use crate::domain::rate::Measure;
use crate::domain::turnaround::{Curve, Learned, Observation};
use crate::store::figures::Only;
use crate::store::{Conn, foresight};
use chrono::{DateTime, Months, NaiveDate, Utc};
use std::collections::HashMap;

/// Months of due dates the chances are learned from: older repairs say little about today's benches.
const LEARN_MONTHS: u32 = 24;

/// The curves: all parts, each part, each part at each vendor.
pub(super) struct Model {
    all: Curve,
    parts: HashMap<i64, Curve>,
    at_vendors: HashMap<(i64, i64), Curve>,
    vendor_of: HashMap<i64, i64>,
}

/// The days between which an open line is likely to be handed back (NUMBERS §2, the same curves as its chance of missing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackBetween {
    /// One in ten lines like it is back by this day.
    pub early_on: NaiveDate,
    /// Half of them are.
    pub likely_on: NaiveDate,
    /// Nine in ten are; `None` when that cannot be told.
    pub late_on: Option<NaiveDate>,
}

/// A line still open when the model was made.
pub(super) struct OpenLine {
    pub line_id: i64,
    pub part_id: i64,
    pub age: u32,
    pub promised: u32,
    /// The line with its facts.
    pub seen: Seen,
}

impl Model {
    /// Learns from every line, whoever asks: the chance of a line is one and the same for all its readers. Answers the lines
    /// still open with it.
    pub(super) fn learn(
        conn: &mut Conn,
        ctx: &Ctx,
        as_of: NaiveDate,
        known_at: DateTime<Utc>,
    ) -> AppResult<(Model, Vec<OpenLine>)> {
        let everyone = Ctx { actor: Actor::system("figures"), ..ctx.clone() };
        let query = all_due_from(first_day(as_of), as_of, known_at);
        let vendor_of = vendors(conn, query.from, as_of, known_at)?;
        let (mut all, mut parts, mut at_vendors) = (Vec::new(), Groups::new(), Groups::new());
        let mut open = Vec::new();
        let mut learn = |line_id: i64, part_id: i64, seen: Observation| {
            all.push(seen);
            parts.entry(part_id).or_default().push(seen);
            if let Some(vendor) = vendor_of.get(&line_id) {
                at_vendors.entry((part_id, *vendor)).or_default().push(seen);
            }
        };
        // What has ended was counted when it did; on another day it had not.
        let is_of_now = query.is_of_now(ctx);
        if is_of_now {
            for (line_id, part_id, seen) in sums::lasted(conn, query.from)? {
                learn(line_id, part_id, seen);
            }
        }
        let mut walk = Walk::some(conn, &everyone, &query, if is_of_now { Only::Open } else { Only::All })?;
        while let Some(chunk) = walk.next(conn)? {
            for seen in chunk.lines {
                let Some(observed) = seen.observed(as_of) else { continue };
                let (part_id, line_id) = (seen.promise.part_id, seen.promise.line_id);
                learn(line_id, part_id, observed.observation);
                if observed.open {
                    let (age, promised) = (observed.observation.days, observed.promised);
                    open.push(OpenLine { line_id, part_id, age, promised, seen });
                }
            }
        }
        let model =
            Model { all: Curve::of(&all), parts: curves(parts), at_vendors: curves(at_vendors), vendor_of };
        Ok((model, open))
    }

    /// The first day of due dates a chance of `as_of` is learned from.
    pub(super) fn first_day(as_of: NaiveDate) -> NaiveDate {
        first_day(as_of)
    }

    /// The days between which an open line is likely to be handed back. `None` when its clock stands, when the unit does not go
    /// home any more, and when nothing honest can be said.
    pub(super) fn back_between(&self, line: &OpenLine, as_of: NaiveDate) -> Option<BackBetween> {
        if line.seen.is_exchange_decided(as_of) {
            return None;
        }
        let range = self.learned(line.line_id, line.part_id, |learned| learned.back_range(line.age))?;
        Some(BackBetween {
            early_on: line.seen.day_of(range.early)?,
            likely_on: line.seen.day_of(range.likely)?,
            late_on: range.late.and_then(|days| line.seen.day_of(days)),
        })
    }

    /// The chance that an open line of this part, `age` counted days old, is not back within `promised`; `None` while nobody knows.
    pub(super) fn chance(&self, line_id: i64, part_id: i64, age: u32, promised: u32) -> Option<f64> {
        self.learned(line_id, part_id, |learned| learned.known_chance_of_missing(age, promised))
    }

    /// What is known of a line: all parts, its part, its part at its vendor.
    fn learned<T>(&self, line_id: i64, part_id: i64, ask: impl FnOnce(Learned<'_>) -> T) -> T {
        let part = self.parts.get(&part_id);
        let vendor = self.vendor_of.get(&line_id).and_then(|vendor| self.at_vendors.get(&(part_id, *vendor)));
        let closer: Vec<&Curve> = part.into_iter().chain(vendor).collect();
        ask(Learned { all: &self.all, closer: &closer })
    }

    /// The chance that an open line of a figure is not repaired in time. What no calendar counts has no age, and no danger.
    pub(super) fn chance_of(&self, seen: &Seen, as_of: NaiveDate) -> Option<f64> {
        seen.observed(as_of).map_or(Some(0.0), |observed| {
            let (line_id, part_id) = (seen.promise.line_id, seen.promise.part_id);
            self.chance(line_id, part_id, observed.observation.days, observed.promised)
        })
    }
}

type Groups<K> = HashMap<K, Vec<Observation>>;

fn curves<K: std::hash::Hash + Eq>(groups: Groups<K>) -> HashMap<K, Curve> {
    groups.into_iter().map(|(key, seen)| (key, Curve::of(&seen))).collect()
}

fn first_day(as_of: NaiveDate) -> NaiveDate {
    as_of.checked_sub_months(Months::new(LEARN_MONTHS)).unwrap_or(as_of)
}

/// Every line due from a day on.
pub(super) fn all_due_from(from: NaiveDate, as_of: NaiveDate, known_at: DateTime<Utc>) -> Query {
    Query {
        from,
        to: NO_DUE_DATE,
        as_of,
        known_at,
        by: super::GroupBy::Month,
        measure: Measure::Strict,
        depot: None,
        customer: None,
        part_no: None,
    }
}

/// The same question without a period, on another day.
pub(in crate::app) fn without_period(query: &Query, as_of: NaiveDate) -> Query {
    let beginning = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or(as_of);
    let all = all_due_from(beginning, as_of, query.known_at);
    Query {
        depot: query.depot.clone(),
        customer: query.customer.clone(),
        part_no: query.part_no.clone(),
        ..all
    }
}

/// The vendor each line's unit went to last, by its place.
pub(super) fn vendors(
    conn: &mut Conn,
    from: NaiveDate,
    as_of: NaiveDate,
    known_at: DateTime<Utc>,
) -> AppResult<HashMap<i64, i64>> {
    let zone = Zone::default();
    // Lines due from that day on may have been received long before it.
    let since = from.checked_sub_months(Months::new(LEARN_MONTHS)).unwrap_or(from);
    let rows = foresight::vendors_since(conn, zone.day_start(since), zone.overdue_from(as_of), known_at)?;
    Ok(rows.into_iter().map(|row| (row.line_id, row.place_id)).collect())
}
