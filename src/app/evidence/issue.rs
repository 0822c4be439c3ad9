//! Issuing a pack, and finding it again.

use super::pack::{BadPack, FORMAT, Manifest, Pack, SealOf, calendar_csv, restated_csv, sha256};
use super::paper;
use super::restate::{Restated, restated};
use super::rows::LineFacts;
use crate::app::export::Words;
use crate::app::figures::{self, Asked, Line, Query};
use crate::app::{AppResult, Ctx, Error, audit, seals};
use crate::domain::actor::{Permission, Role, Scope};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::fields::code_of;
use crate::domain::plan::RateVariant;
use crate::domain::rate::{Figures, Measure, Tally};
use crate::domain::refusal::Refusal;
use crate::store::evidence::{self, NewPack, PackRow};
use crate::store::{Conn, StoreError, customers, depots, promises, rmas};
use chrono::{Datelike, NaiveDate, SecondsFormat};
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What a pack is to be about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceQuery {
    /// First day or month of the due dates.
    pub from: Option<String>,
    /// Last day or month of the due dates.
    pub to: Option<String>,
    /// The day at whose end the lines are judged.
    pub as_of: Option<String>,
    /// Only lines received in this depot.
    pub depot: Option<String>,
    /// Only lines of this customer.
    pub customer: Option<String>,
    /// Only lines with this part.
    pub part_no: Option<String>,
}

/// A pack that was just issued.
#[derive(Debug, Clone)]
pub struct Issued {
    /// What lists show of it.
    pub row: PackRow,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The file.
    pub content: Vec<u8>,
}

impl From<BadPack> for Error {
    fn from(error: BadPack) -> Self {
        StoreError::Codec(error.to_string()).into()
    }
}

/// Issues a pack of the lines due in a period, as known now, and keeps it. Refuses with `forbidden` (managers and
/// administrators issue), what the figures refuse, and an unknown depot or customer.
/// `words` gives the texts of the paper in the reader's language.
pub fn issue(tx: &mut Conn, ctx: &Ctx, asked: &EvidenceQuery, words: &Words) -> AppResult<Issued> {
    ctx.actor.may(Permission::DecideRma)?;
    let query = read(tx, ctx, asked)?;
    let series = format!("EV-{}", ctx.calendar_year());
    let number = format!("{series}-{:06}", rmas::next_number(tx, &series)?);
    let restated = restated(tx, ctx, &query)?;
    let mut lines: Vec<Line> = Vec::new();
    figures::for_each_line(tx, ctx, &query, &mut |line| {
        lines.push(line);
        Ok(ControlFlow::Continue(()))
    })?;
    let mut facts = Vec::with_capacity(lines.len());
    for (row, line) in (1_u64..).zip(&lines) {
        facts.push(LineFacts::of(row, line, reasons(tx, line)?));
    }
    let calendars: BTreeMap<i64, Arc<Calendar>> =
        lines.iter().map(|line| (line.calendar().version(), Arc::clone(line.calendar()))).collect();
    let first = lines.iter().map(|line| line.received_on).min().unwrap_or(query.from);
    let last = lines.iter().map(|line| line.due_in).max().unwrap_or(query.to).max(query.as_of);
    let calendar = calendar_csv(&calendars, first, last)?;
    let restated_text = restated_csv(&restated)?;
    let tallies = figures_of(&lines);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        number,
        from: query.from,
        to: query.to,
        as_of: query.as_of,
        known_at: query.known_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        depot: query.depot.clone().unwrap_or_default(),
        customer: query.customer.clone().unwrap_or_default(),
        part_no: query.part_no.clone().unwrap_or_default(),
        lines: u64::try_from(lines.len()).unwrap_or(u64::MAX),
        restated: u64::try_from(restated.len()).unwrap_or(u64::MAX),
        calendar_sha256: sha256(calendar.as_bytes()),
        restated_sha256: sha256(restated_text.as_bytes()),
        report_sha256: None,
        seals: seal_heads(tx)?,
        head: String::new(),
        figures: tallies.iter().map(|(measure, figures)| (measure.to_string(), figures.into())).collect(),
    };
    let pack = Pack::chained(manifest, &facts, calendar, restated_text);
    let contractual = contractual(&facts);
    let said = paper::Facts {
        lines: &facts,
        figures: &tallies,
        contractual,
        target: tally(&lines, Measure::Contractual).target(),
    };
    let report = paper::draw(&pack, &said, words);
    let pack = pack.with_report(report);
    keep(tx, ctx, &query, pack, &Said { lines: &lines, facts: &facts, restated: &restated })
}

/// What a pack says of lines.
struct Said<'a> {
    lines: &'a [Line],
    facts: &'a [LineFacts],
    restated: &'a [Restated],
}

fn keep(tx: &mut Conn, ctx: &Ctx, query: &Query, pack: Pack, said: &Said<'_>) -> AppResult<Issued> {
    let content = pack.to_zip()?;
    let size = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut row = PackRow {
        id: 0,
        number: pack.manifest.number.clone(),
        from_on: query.from,
        to_on: query.to,
        as_of: query.as_of,
        known_at: query.known_at,
        depot: query.depot.clone(),
        customer: query.customer.clone(),
        part_no: query.part_no.clone(),
        lines: size(pack.manifest.lines),
        restated: size(pack.manifest.restated),
        head: pack.manifest.head.clone(),
        sha256: sha256(&content),
        bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
        issued_by: ctx.actor.username.clone(),
        issued_at: ctx.now,
    };
    let told = said.lines.iter().zip(said.facts);
    let told = told.map(|(line, facts)| (line.line_id, facts.due_on, facts.due_in, facts.classes.clone()));
    let own: HashSet<i64> = said.lines.iter().map(|line| line.line_id).collect();
    // Of its own lines its own rows say it all.
    let others = said.restated.iter().filter(|line| !own.contains(&line.line_id));
    let mut restated: Vec<_> =
        others.map(|line| (line.line_id, line.as_of, line.due.1, line.classes.1.clone())).collect();
    restated.sort();
    restated.dedup_by_key(|(line_id, as_of, ..)| (*line_id, *as_of));
    let new = NewPack { row: &row, content: &content, lines: told.collect(), restated };
    row.id = evidence::insert(tx, &new)?;
    let detail = format!("{} – {}, {} lines, head {}", row.from_on, row.to_on, row.lines, row.head);
    audit::record(tx, ctx, "evidence.issue", &format!("evidence:{}", row.number), &detail)?;
    Ok(Issued { row, manifest: pack.manifest, content })
}

/// The question of a pack; the customer and the depot must be there, or an empty pack would look like a good one.
fn read(tx: &mut Conn, ctx: &Ctx, asked: &EvidenceQuery) -> AppResult<Query> {
    let asked = asked.clone();
    let figures = Asked {
        from: asked.from,
        to: asked.to,
        as_of: asked.as_of,
        depot: asked.depot,
        customer: asked.customer,
        part_no: asked.part_no,
        ..Asked::default()
    };
    let query = Query::read(&figures, ctx)?;
    // What is not yet due would be judged late, for good.
    if query.as_of > Zone::default().local_date(ctx.now) {
        return Err(Refusal::field("as_of", "in_the_future").into());
    }
    if let Some(code) = &query.depot
        && depots::by_code(tx, code)?.is_none()
    {
        return Err(Refusal::field_with("depot", "unknown_place", "code", code).into());
    }
    if let Some(code) = &query.customer
        && customers::by_code(tx, &Scope::All, code)?.is_none()
    {
        return Err(Refusal::not_found("customer", code).into());
    }
    Ok(query)
}

/// Why each hold of a line stood, and who said so.
fn reasons(tx: &mut Conn, line: &Line) -> AppResult<String> {
    if line.holds().is_empty() {
        return Ok(String::new());
    }
    let holds = promises::holds(tx, line.line_id)?;
    let words = holds.into_iter().map(|hold| format!("{} ({})", hold.reason, hold.said_by));
    Ok(words.collect::<Vec<_>>().join("; "))
}

fn seal_heads(tx: &mut Conn) -> AppResult<Vec<SealOf>> {
    let heads = seals::current(tx)?.into_iter();
    let sealed = heads.filter_map(|head| {
        let seal = head.seal?;
        Some(SealOf { ledger: head.ledger.to_string(), through_id: seal.through_id, head: seal.head })
    });
    Ok(sealed.collect())
}

/// The measure of the paper: the one variant all its lines have, else each line's own.
fn contractual(facts: &[LineFacts]) -> Measure {
    let mut variants = facts.iter().map(|line| line.contractual);
    let first = variants.next().unwrap_or(RateVariant::Strict);
    if variants.all(|variant| variant == first) { first.into() } else { Measure::Contractual }
}

fn figures_of(lines: &[Line]) -> Vec<(Measure, Figures)> {
    Measure::ALL.iter().map(|measure| (*measure, tally(lines, *measure).figures())).collect()
}

fn tally(lines: &[Line], measure: Measure) -> Tally {
    lines.iter().map(|line| (line.target, line.judged_as(measure.variant(line.contractual)).class)).collect()
}

/// Packs issued that the reader may see, newest first. Refuses with `forbidden`.
pub fn list(conn: &mut Conn, ctx: &Ctx, before_id: i64, limit: i64) -> AppResult<Vec<PackRow>> {
    ctx.actor.may(Permission::ReadFigures)?;
    Ok(evidence::list(conn, &ctx.actor.scope(), before_id, limit)?)
}

/// A pack and its file. Refuses with `forbidden` and `not_found`; staff bound to their own depots get none, for it holds
/// lines of all.
pub fn content(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<(PackRow, Vec<u8>)> {
    ctx.actor.may(Permission::ReadFigures)?;
    let number = code_of(number);
    let missing = || Refusal::not_found("evidence", &number);
    if ctx.actor.reads_own_only && ctx.actor.role != Role::Customer {
        return Err(missing().into());
    }
    let row = evidence::by_number(conn, &ctx.actor.scope(), &number)?.ok_or_else(missing)?;
    let content = evidence::content(conn, row.id, row.bytes)?;
    Ok((row, content))
}

/// The paper of a pack, as [`content`] gives the pack. Refuses as that does; `not_found` too for a pack without one.
pub fn report(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<(PackRow, Vec<u8>)> {
    let (row, content) = content(conn, ctx, number)?;
    let pack = Pack::read(std::io::Cursor::new(content))?;
    let report = pack.report.ok_or_else(|| Refusal::not_found("evidence", &row.number))?;
    Ok((row, report))
}

impl Ctx {
    /// The year of today where the company is, as document numbers bear it.
    fn calendar_year(&self) -> i32 {
        let today: NaiveDate = crate::app::calendar::today(self);
        today.year()
    }
}
