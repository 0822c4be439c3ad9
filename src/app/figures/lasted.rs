//! The lines behind a turnaround: those of one group, of one way of ending, page by page.

use super::model::vendors;
use super::turnaround::{Group, TurnaroundBy, TurnaroundQuery, rows_of};
use super::walk::{Observed, Walk};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, code_of};
use crate::domain::rate::Month;
use crate::domain::refusal::Refusal;
use crate::domain::turnaround::{End, Observation};
use crate::store::Conn;
use crate::store::figures::{Key, NameRow};
use chrono::NaiveDate;
use std::collections::HashMap;

/// A line of a turnaround: how long it took, and what ended it.
#[derive(Debug, Clone)]
pub struct LastedLine {
    /// Its place in the order.
    pub key: Key,
    /// What people call it.
    pub names: NameRow,
    /// Local day of receipt.
    pub received_on: NaiveDate,
    /// Counted days, and what ended them.
    pub observation: Observation,
    /// An open hold of the customer keeps its clock standing.
    pub floating: bool,
}

/// Which of the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastedFilter {
    /// Code of a group under the query's `by`; empty for the lines without a depot.
    pub group: Option<String>,
    /// One way of ending.
    pub end: Option<End>,
    /// Under an open hold of the customer, or not.
    pub floating: Option<bool>,
}

impl LastedFilter {
    /// Reads what was asked. Refuses with an unknown way of ending, and a group by month that is no month.
    pub fn read(
        query: &TurnaroundQuery,
        group: Option<&str>,
        end: Option<&str>,
        floating: Option<bool>,
    ) -> Result<LastedFilter, Refusal> {
        let mut fields = Fields::new();
        let end = end.and_then(|text| fields.word("end", text, End::ALL, End::from_code));
        let group = group.map(code_of);
        if let Some(month) = group.as_deref().filter(|_| query.by == TurnaroundBy::Month)
            && month.parse::<Month>().is_err()
        {
            fields.fault("group", "bad_month");
        }
        fields.finish()?;
        Ok(LastedFilter { group, end, floating })
    }

    /// The group that is meant; `None` when there is none of that code.
    fn wanted(&self, conn: &mut Conn, by: TurnaroundBy) -> AppResult<Option<Group>> {
        let Some(code) = self.group.as_deref() else { return Ok(None) };
        Ok(match by {
            TurnaroundBy::Month => code.parse().ok().map(Group::Month),
            TurnaroundBy::Depot if code.is_empty() => Some(Group::Row(None)),
            _ => {
                let row = rows_of(conn, by)?.into_iter().find(|row| code_of(&row.code) == code);
                row.map(|row| Group::Row(Some(row.id)))
            }
        })
    }
}

/// The lines behind a turnaround, in the order of their due dates: at most `limit`, after `after`. Refuses with `forbidden`.
pub fn turnaround_lines(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &TurnaroundQuery,
    filter: &LastedFilter,
    after: Option<Key>,
    limit: usize,
) -> AppResult<Vec<LastedLine>> {
    ctx.actor.may(Permission::ReadFigures)?;
    let received = &query.received;
    let group = filter.wanted(conn, query.by)?;
    if filter.group.is_some() && group.is_none() {
        return Ok(vec![]);
    }
    let vendor_of = match query.by {
        TurnaroundBy::Vendor => vendors(conn, received.from, received.as_of, received.known_at)?,
        _ => HashMap::new(),
    };
    let due = query.due();
    let mut lines = Vec::new();
    let mut walk = Walk::new(conn, ctx, &due, after)?;
    while let Some(chunk) = walk.next(conn)? {
        let mut names = walk.names(conn, &chunk)?;
        for seen in chunk.lines {
            let Some(observed) = seen.observed(received.as_of) else { continue };
            let Observed { received_on, observation, floating, .. } = observed;
            let own = || Group::of(query.by, &seen.promise, received_on, &vendor_of);
            let wanted = (received.from..=received.to).contains(&received_on)
                && filter.end.is_none_or(|end| observation.end == end)
                && filter.floating.is_none_or(|wanted| wanted == floating)
                && group.is_none_or(|group| own() == Some(group));
            let Some(names) = names.remove(&seen.promise.id).filter(|_| wanted) else { continue };
            lines.push(LastedLine { key: seen.promise.key(), names, received_on, observation, floating });
            if lines.len() >= limit {
                return Ok(lines);
            }
        }
    }
    Ok(lines)
}
