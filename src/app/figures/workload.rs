//! What stands open and for how long, and how often the spare was there in time.

use super::model::{Model, without_period};
use super::walk::{Seen, Walk};
use super::{OpenChance, Query};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::rate::Month;
use crate::domain::rma::PromiseState;
use crate::domain::turnaround::is_at_risk;
use crate::store::Conn;
use crate::store::workload::{self, SpareRow, Wanted};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Lower ends of the buckets of working days left, before which a line is overdue.
pub const LEFT_BUCKETS: [i64; 5] = [0, 6, 16, 31, i64::MAX];
/// Lower ends of the buckets of counted days of age.
pub const AGE_BUCKETS: [i64; 6] = [0, 16, 31, 46, 61, i64::MAX];

/// Open lines by days left and by age.
#[derive(Debug, Clone)]
pub struct Ageing {
    /// The day at whose end they were looked at.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counted.
    pub known_at: DateTime<Utc>,
    /// Late: past their due date.
    pub overdue: usize,
    /// Under an open hold of the customer.
    pub floating: usize,
    /// At risk, late ones included.
    pub at_risk: usize,
    /// Lines in time, by working days left: (first, last; `None` without end, lines).
    pub by_days_left: Vec<Bucket>,
    /// All open lines by counted days of age.
    pub by_age: Vec<Bucket>,
    /// Every open line, by due date.
    pub lines: Vec<OpenChance>,
}

/// Lines between two numbers of days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Fewest days.
    pub from: i64,
    /// Most days; `None`: no end.
    pub to: Option<i64>,
    /// How many lines.
    pub lines: usize,
}

/// The open lines the reader may see at the end of the query's day; its period does not matter. Refuses with `forbidden`.
pub fn ageing(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<Ageing> {
    ctx.actor.may(Permission::ReadFigures)?;
    let (model, _) = Model::learn(conn, ctx, query.as_of, query.known_at)?;
    let all = without_period(query, query.as_of);
    let mut lines = Vec::new();
    let mut walk = Walk::new(conn, ctx, &all, None)?;
    while let Some(chunk) = walk.next(conn)? {
        let open: Vec<&Seen> = chunk
            .lines
            .iter()
            .filter(|seen| seen.observed(query.as_of).is_some_and(|observed| observed.open))
            .collect();
        if open.is_empty() {
            continue;
        }
        let mut names = walk.names(conn, &chunk)?;
        for seen in open {
            let Some(names) = names.remove(&seen.promise.id) else { continue };
            let Some(observed) = seen.observed(query.as_of) else { continue };
            let (age, promised) = (observed.observation.days, observed.promised);
            let miss = model.chance(seen.promise.line_id, seen.promise.part_id, age, promised);
            let working_days_left = seen.working_days_left(query.as_of);
            let at_risk = is_at_risk(miss, working_days_left);
            let due_on = seen.judged.due_on;
            lines.push(OpenChance { names, due_on, age, promised, working_days_left, miss, at_risk });
        }
    }
    let left = |line: &OpenChance| line.working_days_left.filter(|left| *left >= 0);
    Ok(Ageing {
        as_of: query.as_of,
        known_at: query.known_at,
        overdue: lines.iter().filter(|line| line.working_days_left.is_some_and(|left| left < 0)).count(),
        floating: lines.iter().filter(|line| line.working_days_left.is_none()).count(),
        at_risk: lines.iter().filter(|line| line.at_risk).count(),
        by_days_left: buckets(&LEFT_BUCKETS, lines.iter().filter_map(left)),
        by_age: buckets(&AGE_BUCKETS, lines.iter().map(|line| i64::from(line.age))),
        lines,
    })
}

fn buckets(ends: &[i64], values: impl Iterator<Item = i64>) -> Vec<Bucket> {
    let values: Vec<i64> = values.collect();
    let pairs = ends.iter().zip(ends.iter().skip(1));
    pairs
        .map(|(from, next)| Bucket {
            from: *from,
            to: (*next < i64::MAX).then(|| next - 1),
            lines: values.iter().filter(|value| from <= value && *value < next).count(),
        })
        .collect()
}

pub(super) fn wanted(ctx: &Ctx, query: &Query) -> Wanted {
    let zone = Zone::default();
    Wanted {
        from: zone.day_start(query.from),
        until: zone.overdue_from(query.to),
        as_of_end: zone.overdue_from(query.as_of),
        known_at: query.known_at,
        reader: ctx.actor.scope(),
        depot: query.depot.clone(),
        customer: query.customer.clone(),
        part_no: query.part_no.clone(),
    }
}

/// How often the spare was in place in time (满足率), by group.
#[derive(Debug, Clone)]
pub struct FillRate {
    /// The groups by code.
    pub groups: Vec<(String, Fill)>,
    /// All requests.
    pub total: Fill,
    /// What was not there in time from the depot chosen first, by part and that depot; the most frequent first.
    pub unfilled: Vec<Unfilled>,
    /// The requests.
    pub requests: Vec<(SpareRow, FillClass)>,
}

/// Requests for a part that its first-chosen depot did not fill in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// Part number.
    pub part_no: String,
    /// Its name in Chinese.
    pub part_name: String,
    /// Its name in English.
    pub part_name_en: String,
    /// The depot chosen first; empty where none was.
    pub depot: String,
    /// How many requests.
    pub requests: usize,
}

fn unfilled(requests: &[(SpareRow, FillClass)]) -> Vec<Unfilled> {
    let mut found: BTreeMap<(&str, &str), Unfilled> = BTreeMap::new();
    for (row, _) in requests.iter().filter(|(_, class)| class.is_miss()) {
        let depot = row.first_depot.as_deref().unwrap_or_default();
        let sum = found.entry((&row.part_no, depot)).or_insert_with(|| Unfilled {
            part_no: row.part_no.clone(),
            part_name: row.part_name.clone(),
            part_name_en: row.part_name_en.clone(),
            depot: depot.to_owned(),
            requests: 0,
        });
        sum.requests += 1;
    }
    let mut list: Vec<Unfilled> = found.into_values().collect();
    list.sort_by_key(|sum| std::cmp::Reverse(sum.requests));
    list
}

/// Requests approved, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fill {
    /// In time, and from the depot chosen first.
    pub filled: u32,
    /// In time, but from another depot.
    pub elsewhere: u32,
    /// Late, or past the time and not there.
    pub late: u32,
    /// Neither there nor late: not counted.
    pub pending: u32,
    /// The same, while the customer asks us to wait with the line: not counted.
    pub floating: u32,
    /// Fell away: not counted.
    pub dropped: u32,
}

impl Fill {
    /// The denominator: requests decided.
    #[must_use]
    pub fn approved(self) -> u32 {
        self.filled + self.elsewhere + self.late
    }

    /// filled ÷ approved; `None` without one.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.approved() > 0).then(|| f64::from(self.filled) / f64::from(self.approved()))
    }

    /// There in time, from whichever depot.
    #[must_use]
    pub fn in_time(self) -> u32 {
        self.filled + self.elsewhere
    }

    fn add(&mut self, class: FillClass) {
        let count = match class {
            FillClass::Filled => &mut self.filled,
            FillClass::Elsewhere => &mut self.elsewhere,
            FillClass::Late => &mut self.late,
            FillClass::Pending => &mut self.pending,
            FillClass::Floating => &mut self.floating,
            FillClass::Dropped => &mut self.dropped,
        };
        *count += 1;
    }
}

/// What one request is to the fill rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillClass {
    /// In time from the depot chosen first.
    Filled,
    /// In time from another depot.
    Elsewhere,
    /// Late.
    Late,
    /// Not decided yet.
    Pending,
    /// Not decided yet, and the customer asks us to wait with the line.
    Floating,
    /// Fell away.
    Dropped,
}

impl FillClass {
    /// Every class.
    pub const ALL: [FillClass; 6] = [
        FillClass::Filled,
        FillClass::Elsewhere,
        FillClass::Late,
        FillClass::Pending,
        FillClass::Floating,
        FillClass::Dropped,
    ];

    /// The word in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FillClass::Filled => "filled",
            FillClass::Elsewhere => "elsewhere",
            FillClass::Late => "late",
            FillClass::Pending => "pending",
            FillClass::Floating => "floating",
            FillClass::Dropped => "dropped",
        }
    }

    /// Whether it was not there in time from the depot chosen first.
    #[must_use]
    pub const fn is_miss(self) -> bool {
        matches!(self, FillClass::Elsewhere | FillClass::Late)
    }

    fn of(row: &SpareRow, as_of_end: DateTime<Utc>) -> FillClass {
        let late_by = |at: DateTime<Utc>| row.due_at.is_some_and(|due_at| at > due_at);
        match (row.ended_at, row.state) {
            (Some(_), PromiseState::Excluded) => FillClass::Dropped,
            (Some(at), PromiseState::Broken) if !late_by(at) => FillClass::Late,
            (Some(at), _) if late_by(at) => FillClass::Late,
            (Some(_), _) if row.served_by.is_some() && row.served_by == row.first_depot => FillClass::Filled,
            (Some(_), _) => FillClass::Elsewhere,
            (None, _) if late_by(as_of_end) => FillClass::Late,
            (None, _) if row.on_hold => FillClass::Floating,
            (None, _) => FillClass::Pending,
        }
    }
}

/// The replacement requests approved in the query's period by its grouping; the depot is the one chosen first. A spare that an
/// RMA promises without a request counts as one (NUMBERS §2 "Fill"). Where a plan promises no time, no time is missed. Refuses with `forbidden`.
pub fn fill_rate(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<FillRate> {
    ctx.actor.may(Permission::ReadFigures)?;
    let as_of_end = Zone::default().overdue_from(query.as_of).min(ctx.now);
    let mut groups: BTreeMap<String, Fill> = BTreeMap::new();
    let mut total = Fill::default();
    let mut requests = Vec::new();
    for row in workload::spares(conn, &wanted(ctx, query))? {
        let class = FillClass::of(&row, as_of_end);
        let group = match query.by {
            super::GroupBy::Month => Month::of(Zone::default().local_date(row.started_at)).to_string(),
            super::GroupBy::Depot => row.first_depot.clone().unwrap_or_default(),
            super::GroupBy::Customer => row.customer.clone(),
            super::GroupBy::Part => row.part_no.clone(),
        };
        groups.entry(group).or_default().add(class);
        total.add(class);
        requests.push((row, class));
    }
    let unfilled = unfilled(&requests);
    Ok(FillRate { groups: groups.into_iter().collect(), total, unfilled, requests })
}
