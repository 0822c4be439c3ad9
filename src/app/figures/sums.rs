//! Figures of now without reading what has ended: every line is judged once after it was touched and counted in sums by day. A
//! reader adds to them the lines no sum speaks for (touched since, or moving with the days), so that no figure is ever behind.
//!
//! What was touched is marked by the database itself (migration `rate_days`), whoever wrote; [`settle`] works the marks off and
//! [`prove_into`] holds all of it against the facts.

use super::model::all_due_from;
use super::query::{GroupBy, Query};
use super::walk::{Seen, Walk};
use super::{GroupId, GroupTallies};
use crate::app::{App, AppResult, Ctx};
use crate::domain::actor::{Actor, Scope};
use crate::domain::calendar::Zone;
use crate::domain::rate::{Class, Fate, Month, Target};
use crate::domain::stock::proof::{DifferenceKind, Proof};
use crate::domain::turnaround::{End, NOT_COUNTED_BP, Observation, Odds, miss_of_bp};
use crate::store::alone::Alone;
use crate::store::figures::Only;
use crate::store::rate_days::{self, Axis, RateLine, SumKey, SumRow, Wanted};
use crate::store::{Conn, StoreError, StoreResult, scope};
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Marks worked off in one transaction: others need not wait long.
const MARKS_AT_ONCE: i64 = 500;
/// Before any line was due.
const EVER: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// Wrong sums told of; one wrong line shows in four.
const TOLD: i64 = 200;

/// Judges the lines that were touched since the last turn, and those whose day has come, and brings the sums up to them. How many marks it worked off.
///
/// # Errors
/// Faults of the store; what was worked off until then stays.
pub async fn settle(app: &App) -> AppResult<usize> {
    let mut done = 0;
    loop {
        let ctx = app.system_context("jobs");
        match app.store().write(move |tx| settle_some(tx, &ctx)).await? {
            0 => return Ok(done),
            marks => done += marks,
        }
    }
}

fn settle_some(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    Alone::Settling.from_now_on(tx)?;
    rate_days::touch_settling(tx, Zone::default().local_date(ctx.now))?;
    let marks = rate_days::touched(tx, MARKS_AT_ONCE)?;
    let (Some(first), Some(last)) = (marks.first(), marks.last()) else { return Ok(0) };
    let mut seen = vec![];
    for_each_judged(tx, ctx, Only::Touched(first.id, last.id), &mut |_, lines| {
        seen.extend(lines);
        Ok(())
    })?;
    let touched: BTreeSet<i64> =
        marks.iter().map(|mark| mark.line_id).chain(seen.iter().map(|line| line.line_id)).collect();
    let touched: Vec<i64> = touched.into_iter().collect();
    let old = rate_days::lines(tx, &touched)?;
    let mut changes: BTreeMap<SumKey, i64> = BTreeMap::new();
    let mut count = |line: &RateLine, by: i64| {
        for key in line.sums() {
            *changes.entry(key).or_default() += by;
        }
    };
    old.iter().for_each(|line| count(line, -1));
    seen.iter().for_each(|line| count(line, 1));
    rate_days::take_away(tx, &touched)?;
    rate_days::write(tx, &seen)?;
    for (key, by) in changes.into_iter().filter(|(_, by)| *by != 0) {
        rate_days::add(tx, &key, by)?;
    }
    rate_days::forget(tx, &marks.iter().map(|mark| mark.id).collect::<Vec<_>>())?;
    Ok(marks.len())
}

/// Hands these lines as they stand now to `each`, some at a time.
fn for_each_judged(
    conn: &mut Conn,
    ctx: &Ctx,
    only: Only,
    each: &mut dyn FnMut(&mut Conn, Vec<RateLine>) -> AppResult<()>,
) -> AppResult<()> {
    let everyone = Ctx { actor: Actor::system("figures"), ..ctx.clone() };
    let today = Zone::default().local_date(ctx.now);
    // Another node's clock may run ahead: what it recorded counts all the same.
    let query = all_due_from(EVER, today, ctx.now + TimeDelta::days(1));
    let mut walk = Walk::some(conn, &everyone, &query, only)?;
    while let Some(chunk) = walk.next(conn)? {
        each(conn, chunk.lines.iter().filter_map(|seen| as_row(seen, today)).collect())?;
    }
    Ok(())
}

fn as_row(seen: &Seen, today: NaiveDate) -> Option<RateLine> {
    let settled = seen.settled(today)?;
    let lasted = seen.observed(today).filter(|observed| !observed.open).map(|observed| observed.observation);
    Some(RateLine {
        line_id: seen.promise.line_id,
        customer_id: seen.promise.customer_id,
        depot_id: seen.promise.depot_id.unwrap_or_default(),
        part_id: seen.promise.part_id,
        due_in: settled.due_in,
        target_bp: seen.promise.target_bp,
        fate: settled.fate.code(),
        days: lasted.map(|seen| seen.days.into()),
        ending: lasted.map(|seen| word(seen.end).to_owned()),
        settles_on: settled.settles_on,
    })
}

/// How long the lines due from a day on took that have ended and were not touched since: the line, its part, and how it went.
pub(super) fn lasted(conn: &mut Conn, from: NaiveDate) -> AppResult<Vec<(i64, i64, Observation)>> {
    let rows = rate_days::lasted(conn, from)?.into_iter().map(|row| {
        let end = ENDS.iter().find(|end| word(**end) == row.ending).copied();
        let days = u32::try_from(row.days).ok();
        let seen = end.zip(days).map(|(end, days)| Observation { days, end });
        let seen = seen.ok_or_else(|| StoreError::Codec(format!("rate_line {}", row.line_id)))?;
        Ok((row.line_id, row.part_id, seen))
    });
    Ok(rows.collect::<StoreResult<_>>()?)
}

const ENDS: [End; 4] = [End::Returned, End::Exchanged, End::Scrapped, End::Open];

/// The word of `rate_line.ending`.
const fn word(end: End) -> &'static str {
    match end {
        End::Returned => "returned",
        End::Exchanged => "exchanged",
        End::Scrapped => "scrapped",
        End::Open => "open",
    }
}

/// The lines of a question about now, by group. `None` for a question sums cannot answer: about another day, or about two of
/// depot, customer and part at once.
pub(super) fn tallies(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<Option<GroupTallies>> {
    let Some(wanted) = wanted(ctx, query) else { return Ok(None) };
    let mut counts: BTreeMap<(GroupId, Target, Class), i64> = BTreeMap::new();
    let mut add = |rows: Vec<SumRow>, sign: i64| -> AppResult<()> {
        for row in rows {
            let (group, target, class) = read(query, &wanted, &row)?;
            *counts.entry((group, target, class)).or_default() += sign * row.lines;
        }
        Ok(())
    };
    add(rate_days::sums(conn, &wanted)?, 1)?;
    add(rate_days::outdated(conn, &wanted)?, -1)?;
    let mut walk = Walk::some(conn, ctx, query, Only::Unsettled)?;
    while let Some(chunk) = walk.next(conn)? {
        for seen in chunk.lines {
            let group = GroupId::of(query.by, &seen.promise, seen.due_in);
            *counts.entry((group, seen.target, seen.judged.class)).or_default() += 1;
        }
    }
    let mut groups = GroupTallies::new();
    for ((group, target, class), lines) in counts.into_iter().filter(|(_, lines)| *lines != 0) {
        let lines =
            u32::try_from(lines).map_err(|_| StoreError::Codec(format!("rate_day: {lines} lines")))?;
        groups.entry(group).or_default().add_many(target, class, lines);
    }
    Ok(Some(groups))
}

/// The lines of a question about now that sums say are open and in time: each one's target and its chance as a job wrote it, if
/// it is known. `None` for a question sums cannot answer, and while the chance of one was not counted.
pub(super) fn open(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<Option<Vec<Odds>>> {
    let Some(wanted) = wanted(ctx, query) else { return Ok(None) };
    let mut open = vec![];
    for row in rate_days::open(conn, &wanted)? {
        let Some(miss) = row.risk_bp.filter(|bp| *bp != NOT_COUNTED_BP).map(miss_of_bp) else {
            return Ok(None);
        };
        let lines = usize::try_from(row.lines).unwrap_or_default();
        open.extend(std::iter::repeat_n((target_of(row.target_bp)?, miss), lines));
    }
    Ok(Some(open))
}

fn target_of(basis_points: i64) -> StoreResult<Target> {
    let target = u32::try_from(basis_points).ok().and_then(Target::from_basis_points);
    target.ok_or_else(|| StoreError::Codec(format!("a target of {basis_points} basis points")))
}

fn wanted(ctx: &Ctx, query: &Query) -> Option<Wanted> {
    if !query.is_of_now(ctx) {
        return None;
    }
    let reader = ctx.actor.scope();
    let mut axes: BTreeSet<Axis> = BTreeSet::new();
    let mut code = None;
    let filters =
        [(Axis::Depot, &query.depot), (Axis::Customer, &query.customer), (Axis::Part, &query.part_no)];
    for (axis, wanted) in filters {
        if wanted.is_some() {
            axes.insert(axis);
            code.clone_from(wanted);
        }
    }
    axes.extend(match query.by {
        GroupBy::Month => None,
        GroupBy::Depot => Some(Axis::Depot),
        GroupBy::Customer => Some(Axis::Customer),
        GroupBy::Part => Some(Axis::Part),
    });
    axes.extend(match reader {
        Scope::All => None,
        Scope::Depots { .. } => Some(Axis::Depot),
        Scope::Customers { .. } => Some(Axis::Customer),
    });
    if axes.len() > 1 {
        return None;
    }
    Some(Wanted {
        axis: axes.first().copied().unwrap_or(Axis::All),
        from: query.from,
        to: query.to,
        code,
        reader: scope::customers_or_depots(&reader, "{of}", "{of}"),
        by_month: query.by == GroupBy::Month,
        today: query.as_of,
    })
}

fn read(query: &Query, wanted: &Wanted, row: &SumRow) -> StoreResult<(GroupId, Target, Class)> {
    let fate = Fate::from_code(&row.fate);
    let class = fate.and_then(|fate| fate.class(row.due_in, query.as_of, query.measure));
    let class = class.ok_or_else(|| StoreError::Codec(format!("rate_day: {:?}", row.fate)))?;
    let target = target_of(row.target_bp)?;
    let group = match (wanted.by_month, row.of_id) {
        (true, _) => GroupId::Month(Month::of(row.due_in)),
        (false, 0) => GroupId::Row(None),
        (false, id) => GroupId::Row(Some(id)),
    };
    Ok((group, target, class))
}

/// Holds every line that was not touched since against its facts, and the sums against the lines. A line that every reader judges
/// must be one no sum can speak for, or one that will be judged on a day that is not over yet.
pub(in crate::app) fn prove_into(conn: &mut Conn, ctx: &Ctx, proof: &mut Proof) -> AppResult<()> {
    let today = Zone::default().local_date(ctx.now);
    let touched = rate_days::touched_lines(conn)?;
    let touched: HashSet<i64> = touched.into_iter().collect();
    for_each_judged(conn, ctx, Only::All, &mut |conn, lines| {
        let lines: Vec<RateLine> =
            lines.into_iter().filter(|line| !touched.contains(&line.line_id)).collect();
        let ids: Vec<i64> = lines.iter().map(|line| line.line_id).collect();
        let kept = rate_days::lines(conn, &ids)?.into_iter().map(|line| (line.line_id, line));
        let kept: HashMap<i64, RateLine> = kept.collect();
        for line in lines {
            let found = kept.get(&line.line_id);
            let stands = |found: &RateLine| match found.is_judged_when_asked() {
                true => line.is_judged_when_asked() || found.settles_by(today),
                false => *found == line,
            };
            if !found.is_some_and(stands) {
                let found = found.map_or_else(|| "-".to_owned(), in_words);
                let subject = format!("rate line {}", line.line_id);
                proof.note(DifferenceKind::RateLine, subject, in_words(&line), found);
            }
        }
        Ok(())
    })?;
    for line in rate_days::unfounded(conn)? {
        proof.note(DifferenceKind::RateLine, format!("rate line {}", line.line_id), "-", in_words(&line));
    }
    for wrong in rate_days::wrong_sums(conn, TOLD)? {
        let subject = format!("rate day {} {} {} {}", wrong.axis, wrong.of_id, wrong.due_in, wrong.fate);
        proof.note(DifferenceKind::RateSum, subject, wrong.expected, wrong.found);
    }
    Ok(())
}

fn in_words(line: &RateLine) -> String {
    format!("{} {} {} bp, days {:?}", line.fate, line.due_in, line.target_bp, line.days)
}
