//! How long repairs take (返修周期), open lines not left out (NUMBERS §2 "Turnaround of open cohorts").

use super::model::vendors;
use super::walk::Walk;
use super::{Asked, Name, Query};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::NO_DUE_DATE;
use crate::domain::fields::Fields;
use crate::domain::rate::Month;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::turnaround::{Curve, End, Incidence, IncidenceStep, Observation, Step};
use crate::store::figures::{self, GroupRow, PromiseRow};
use crate::store::{Conn, foresight};
use crate::text_enum;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, HashMap};

/// The days of the built-in promise.
const PROMISED: i64 = 60;
/// Longest horizon, in counted days.
const DAYS_MAX: i64 = 1_000;

text_enum! {
    /// What the lines of a turnaround are grouped by.
    TurnaroundBy {
        /// Month of receipt.
        Month => "month",
        /// Depot that received it.
        Depot => "depot",
        /// Customer.
        Customer => "customer",
        /// Part.
        Part => "part",
        /// Vendor the unit went to; lines repaired on our own bench are in no group.
        Vendor => "vendor",
    }
}

/// A question that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnaroundQuery {
    /// Which lines, by their day of receipt; when they are looked at, and by whom they may be seen.
    pub received: Query,
    /// What the groups are.
    pub by: TurnaroundBy,
    /// Within how many counted days.
    pub days: u32,
}

impl TurnaroundQuery {
    /// Reads what was asked; `from` and `to` are days or months of receipt. Refuses with every field that cannot be read.
    pub fn read(asked: &Asked, days: Option<i64>, ctx: &Ctx) -> Result<TurnaroundQuery, Refusal> {
        let mut fields = Fields::new();
        let by = asked.by.as_deref();
        let by = by.and_then(|text| fields.word("by", text, TurnaroundBy::ALL, TurnaroundBy::from_code));
        let days = days.unwrap_or(PROMISED);
        if !(1..=DAYS_MAX).contains(&days) {
            fields.push(FieldError::new("days", "out_of_range").with("min", 1).with("max", DAYS_MAX));
        }
        fields.finish()?;
        let received = Query::read(&Asked { by: None, variant: None, ..asked.clone() }, ctx)?;
        let days = u32::try_from(days).unwrap_or_default();
        Ok(TurnaroundQuery { received, by: by.unwrap_or(TurnaroundBy::Month), days })
    }

    /// The lines that may have been received in the period: a line is due after it is received, and no one knows how much.
    pub(super) fn due(&self) -> Query {
        Query { to: NO_DUE_DATE, ..self.received.clone() }
    }
}

/// How long the lines received in a period took.
#[derive(Debug, Clone, PartialEq)]
pub struct Turnaround {
    /// The day at whose end open lines were looked at.
    pub as_of: NaiveDate,
    /// What was recorded by this instant counted.
    pub known_at: DateTime<Utc>,
    /// What the groups are.
    pub by: TurnaroundBy,
    /// First day of receipt.
    pub from: NaiveDate,
    /// Last day of receipt.
    pub to: NaiveDate,
    /// The horizon of [`Lasted::within`], in counted days.
    pub days: u32,
    /// The groups, by code.
    pub groups: Vec<TurnaroundGroup>,
    /// All lines.
    pub total: Lasted,
    /// The curve of all lines.
    pub curve: Vec<Step>,
    /// The ways of ending of all lines.
    pub incidence: Vec<IncidenceStep>,
}

/// A group of lines.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnaroundGroup {
    /// `YYYY-MM`, or the code of a depot, customer, part or vendor.
    pub code: String,
    /// What it is called.
    pub name: Option<Name>,
    /// How long its lines took.
    pub lasted: Lasted,
}

/// How long a group of lines took, in counted days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lasted {
    /// How many lines.
    pub lines: usize,
    /// Of them handed back,
    pub returned: usize,
    /// exchanged,
    pub exchanged: usize,
    /// scrapped,
    pub scrapped: usize,
    /// still open, or called off.
    pub open: usize,
    /// Of the open ones, those under an open hold of the customer.
    pub floating: usize,
    /// Share handed back within the horizon (Kaplan–Meier); `None` without a line.
    pub within: Option<f64>,
    /// Its standard error (Greenwood).
    pub standard_error: Option<f64>,
    /// Its 95 % interval (log-log).
    pub within95: Option<(f64, f64)>,
    /// Days by which half came back; `None` when the curve does not get there.
    pub median: Option<u32>,
    /// Days by which nine of ten came back.
    pub p90: Option<u32>,
    /// Mean days within the horizon.
    pub restricted_mean: Option<f64>,
    /// Share within the horizon among those handed back only: what a count of closed lines would say, and wrong.
    pub naive: Option<f64>,
    /// Shares by way of ending at the horizon (Aalen–Johansen).
    pub ends: Option<IncidenceStep>,
}

impl Lasted {
    fn of(lines: &[(Observation, bool)], days: u32) -> Lasted {
        let seen: Vec<Observation> = lines.iter().map(|(seen, _)| *seen).collect();
        let seen = seen.as_slice();
        let curve = Curve::of(seen);
        let count = |end: End| seen.iter().filter(|seen| seen.end == end).count();
        let returned = count(End::Returned);
        let in_time = seen.iter().filter(|seen| seen.end == End::Returned && seen.days <= days).count();
        let some = !seen.is_empty();
        Lasted {
            lines: seen.len(),
            returned,
            exchanged: count(End::Exchanged),
            scrapped: count(End::Scrapped),
            open: count(End::Open),
            floating: lines.iter().filter(|(_, floating)| *floating).count(),
            within: some.then(|| 1.0 - curve.survival(days)),
            standard_error: curve.standard_error(days),
            within95: curve.returned_interval(days),
            median: curve.day_of(0.5),
            p90: curve.day_of(0.9),
            restricted_mean: some.then(|| curve.restricted_mean(days)),
            naive: share(in_time, returned),
            ends: some.then(|| Incidence::of(seen).at(days)),
        }
    }
}

fn share(part: usize, of: usize) -> Option<f64> {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    (of > 0).then(|| number(part) / number(of))
}

/// How long the lines took that the reader may see and that were received in the period. Refuses with `forbidden`.
pub fn turnaround(conn: &mut Conn, ctx: &Ctx, query: &TurnaroundQuery) -> AppResult<Turnaround> {
    ctx.actor.may(Permission::ReadFigures)?;
    let received = &query.received;
    let due = query.due();
    let vendor_of = match query.by {
        TurnaroundBy::Vendor => vendors(conn, received.from, received.as_of, received.known_at)?,
        _ => HashMap::new(),
    };
    let mut groups: BTreeMap<Group, Vec<(Observation, bool)>> = BTreeMap::new();
    let mut all = Vec::new();
    let mut walk = Walk::new(conn, ctx, &due, None)?;
    while let Some(chunk) = walk.next(conn)? {
        for seen in chunk.lines {
            let Some(observed) = seen.observed(received.as_of) else { continue };
            if observed.received_on < received.from || observed.received_on > received.to {
                continue;
            }
            let line = (observed.observation, observed.floating);
            all.push(line);
            if let Some(group) = Group::of(query.by, &seen.promise, observed.received_on, &vendor_of) {
                groups.entry(group).or_default().push(line);
            }
        }
    }
    let seen: Vec<Observation> = all.iter().map(|(seen, _)| *seen).collect();
    Ok(Turnaround {
        as_of: received.as_of,
        known_at: received.known_at,
        by: query.by,
        from: received.from,
        to: received.to,
        days: query.days,
        groups: named(conn, query, &groups)?,
        total: Lasted::of(&all, query.days),
        curve: Curve::of(&seen).steps().to_vec(),
        incidence: Incidence::of(&seen).steps().to_vec(),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Month(Month),
    /// Row id; `None` for a line without a depot.
    Row(Option<i64>),
}

impl Group {
    pub(super) fn of(
        by: TurnaroundBy,
        promise: &PromiseRow,
        received_on: NaiveDate,
        vendor_of: &HashMap<i64, i64>,
    ) -> Option<Group> {
        Some(match by {
            TurnaroundBy::Month => Group::Month(Month::of(received_on)),
            TurnaroundBy::Depot => Group::Row(promise.depot_id),
            TurnaroundBy::Customer => Group::Row(Some(promise.customer_id)),
            TurnaroundBy::Part => Group::Row(Some(promise.part_id)),
            TurnaroundBy::Vendor => Group::Row(Some(*vendor_of.get(&promise.line_id)?)),
        })
    }
}

fn named(
    conn: &mut Conn,
    query: &TurnaroundQuery,
    groups: &BTreeMap<Group, Vec<(Observation, bool)>>,
) -> AppResult<Vec<TurnaroundGroup>> {
    let rows = rows_of(conn, query.by)?;
    let rows: HashMap<i64, GroupRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut named: Vec<TurnaroundGroup> = groups
        .iter()
        .map(|(group, seen)| {
            let row = match group {
                Group::Row(Some(id)) => rows.get(id),
                Group::Row(None) | Group::Month(_) => None,
            };
            let code = match group {
                Group::Month(month) => month.to_string(),
                Group::Row(_) => row.map(|row| row.code.clone()).unwrap_or_default(),
            };
            let name = row.map(|row| Name { zh: row.name.clone(), en: row.name_en.clone() });
            TurnaroundGroup { code, name, lasted: Lasted::of(seen, query.days) }
        })
        .collect();
    named.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(named)
}

/// Everything the groups may be.
pub(super) fn rows_of(conn: &mut Conn, by: TurnaroundBy) -> AppResult<Vec<GroupRow>> {
    Ok(match by {
        TurnaroundBy::Month => vec![],
        TurnaroundBy::Depot => figures::depots(conn)?,
        TurnaroundBy::Customer => figures::customers(conn)?,
        TurnaroundBy::Part => figures::parts(conn)?,
        TurnaroundBy::Vendor => foresight::vendor_names(conn)?
            .into_iter()
            .map(|row| GroupRow { id: row.id, code: row.code, name: row.name, name_en: String::new() })
            .collect(),
    })
}
