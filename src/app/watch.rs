//! Reconcilers that tell our own people what needs them (ARCHITECTURE "Notices"): each looks at everything that is so *and not
//! yet told*, so that a night without the program loses nothing, and tells each thing once.

use crate::app::figures::{self, Asked};
use crate::app::outbox::{NewNotice, enqueue};
use crate::app::{AppResult, Ctx, proofs, seals};
use crate::domain::actor::Role;
use crate::domain::calendar::Zone;
use crate::domain::notice::{Digest, MonthOutlook, NoticeKind, StaffNews, StaffNotice, WarnedLine};
use crate::domain::rate::Month;
use crate::domain::turnaround::{MONTH_ALERT, miss_of_bp};
use crate::store::Conn;
use crate::store::warnings::{self, ReaderRow, WarningRow};
use chrono::Timelike;
use rust_decimal::prelude::ToPrimitive;

/// Lines named in one mail; the list has the others.
const NAMED: usize = 50;
/// The hour of the morning mail, where the company is.
const MORNING: u32 = 8;
/// Given-up notices told of in one turn.
const DEAD_AT_ONCE: i64 = 100;

/// Tells one thing to everybody of a role; how many mails.
fn tell(
    tx: &mut Conn,
    ctx: &Ctx,
    readers: &[ReaderRow],
    event: &str,
    path: &str,
    news: &StaffNews,
) -> AppResult<usize> {
    let mut told = 0;
    for reader in readers {
        let notice = StaffNotice { reader: reader.name.clone(), path: path.to_owned(), news: news.clone() };
        let new = NewNotice {
            event: event.to_owned(),
            recipient: reader.email.clone(),
            language: reader.language,
            rma_id: None,
            notice: notice.into(),
        };
        told += usize::from(enqueue(tx, ctx, &new)?.is_some());
    }
    Ok(told)
}

/// Warns the managers of repairs newly at risk and newly late, each line once for each. How many lines.
pub fn warn(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    let readers = warnings::readers(tx, Role::Manager)?;
    if readers.is_empty() {
        return Ok(0);
    }
    let today = Zone::default().local_date(ctx.now);
    let (until, above_bp) = figures::at_risk(&ctx.calendar, today);
    // What is late already is no longer at risk.
    let rows = warnings::broken(tx)?;
    let late = remembered(tx, ctx, rows, "broken")?;
    let rows = warnings::at_risk(tx, until, above_bp)?;
    let at_risk = remembered(tx, ctx, rows, "at_risk")?;
    let count = late.len() + at_risk.len();
    let Some(first) = late.first().or(at_risk.first()) else { return Ok(0) };
    let event = format!("warnings/{}/{}", first.promise_id, ctx.now.timestamp_micros());
    let named_late: Vec<WarnedLine> = late.iter().take(NAMED).map(warned).collect();
    let room = NAMED - named_late.len();
    let named_at_risk: Vec<WarnedLine> = at_risk.iter().take(room).map(warned).collect();
    let more = count_of(count - named_late.len() - named_at_risk.len());
    let news = StaffNews::Warnings { at_risk: named_at_risk, late: named_late, more };
    tell(tx, ctx, &readers, &event, "/rma?view=risk", &news)?;
    Ok(count)
}

fn remembered(tx: &mut Conn, ctx: &Ctx, rows: Vec<WarningRow>, kind: &str) -> AppResult<Vec<WarningRow>> {
    let mut new = Vec::new();
    for row in rows {
        if warnings::remember(tx, row.promise_id, kind, ctx.now)? {
            new.push(row);
        }
    }
    Ok(new)
}

fn count_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn warned(row: &WarningRow) -> WarnedLine {
    WarnedLine {
        rma: row.rma.clone(),
        line: u32::try_from(row.line).unwrap_or_default(),
        part_no: row.part_no.clone(),
        serial: row.serial.clone(),
        customer: row.customer.clone(),
        depot: row.depot.clone().unwrap_or_default(),
        due_on: row.due_on,
        miss_percent: miss_of_bp(row.risk_bp).and_then(|_| u32::try_from(row.risk_bp / 100).ok()),
    }
}

/// The morning mail to the managers, once a day from eight o'clock on; with it, once a month, the alert that the running
/// month is likely to miss its target. How many mails.
pub fn digest(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    let local = Zone::default().local(ctx.now.naive_utc());
    let event = format!("digest/{}", local.date());
    if local.hour() < MORNING || warnings::was_told(tx, &event, NoticeKind::DailyDigest)? {
        return Ok(0);
    }
    let readers = warnings::readers(tx, Role::Manager)?;
    if readers.is_empty() {
        return Ok(0);
    }
    let query = figures::Query::read(&Asked::default(), ctx)?;
    let ageing = figures::ageing(tx, ctx, &query)?;
    let month = outlook(tx, ctx)?;
    let heads = seals::current(tx)?.into_iter().filter_map(|head| {
        let seal = head.seal?;
        Some(format!("{} {} {}", head.ledger, seal.through_id, seal.head))
    });
    let proof = proofs::last(tx, ctx)?;
    let news = StaffNews::Digest(Digest {
        day: local.date(),
        open: count_of(ageing.lines.len()),
        at_risk: count_of(ageing.at_risk),
        overdue: count_of(ageing.overdue),
        floating: count_of(ageing.floating),
        month,
        dead_letters: u32::try_from(warnings::count_dead(tx)?).unwrap_or(u32::MAX),
        proof: proof.map(|row| {
            let differences = u32::try_from(row.differences).unwrap_or(u32::MAX);
            (Zone::default().local_date(row.ended_at), differences)
        }),
        seals: heads.collect(),
    });
    let mut told = tell(tx, ctx, &readers, &event, "/", &news)?;
    let in_danger = month.chance_percent.is_some_and(|percent| f64::from(percent) < MONTH_ALERT * 100.0);
    if in_danger {
        let event = format!("month_in_danger/{}", Month::of(month.month));
        told += tell(tx, ctx, &readers, &event, "/rma?view=risk", &StaffNews::MonthInDanger(month))?;
    }
    Ok(told)
}

/// How the running month looks, under the rate that counts by contract.
fn outlook(tx: &mut Conn, ctx: &Ctx) -> AppResult<MonthOutlook> {
    let query = figures::forecast_query(&Asked::default(), None, ctx)?.by_contract(tx)?;
    let found = figures::month_end(tx, ctx, &query)?;
    // Floored: what is not reached is not shown as reached.
    let floored = |share: f64, by: f64| (share * by).floor().to_u32().unwrap_or_default();
    Ok(MonthOutlook {
        month: query.from,
        due: count_of(found.due),
        timely: count_of(found.locked_timely),
        missed: count_of(found.missed),
        open: count_of(found.open),
        expected_permille: found.expected_rate.map(|rate| floored(rate, 1_000.0)),
        chance_percent: found.chance_of_target.map(|chance| floored(chance + 1e-9, 100.0)),
        misses_left: found.misses_left,
    })
}

/// Tells the administrators of every notice that was given up, once. How many notices.
pub fn dead_letters(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    let readers = warnings::readers(tx, Role::Admin)?;
    if readers.is_empty() {
        return Ok(0);
    }
    let mut told = 0;
    for letter in warnings::dead_letters(tx, DEAD_AT_ONCE)? {
        let news =
            StaffNews::DeadLetter { id: letter.id, recipient: letter.recipient, error: letter.last_error };
        let event = format!("dead/{}", letter.id);
        // Another node may have been a moment faster.
        told += usize::from(tell(tx, ctx, &readers, &event, "/notices?state=dead", &news)? > 0);
    }
    Ok(told)
}
