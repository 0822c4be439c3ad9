//! What lies beside the scanner: the depot's bins, what is expected or waits to leave, and what was scanned so far.

use super::ScanRow;
use crate::app::transfers::{self, TransferFilter};
use crate::app::{AppResult, Ctx, depots};
use crate::domain::actor::{DepotRef, Permission, Scope};
use crate::domain::refusal::Refusal;
use crate::domain::scan::ScanVerdict;
use crate::domain::stock::Tracking;
use crate::domain::transfer::TransferState;
use crate::store::units::UnitRow;
use crate::store::{Conn, issued, scans, station, stock, units};
use std::collections::{BTreeSet, HashMap};

/// Rows of the list of scans.
const SCANS: usize = 60;
/// Scans of a round looked at for what came in.
const LOOKED_AT: i64 = 500;
/// Documents and lines of the list beside it.
const DUE: i64 = 100;

/// What a scanner stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Whatever comes through the door.
    Receive,
    /// What leaves.
    Ship,
    /// From bin to bin.
    Move,
}

/// Something that should come, or waits to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Transfer, or RMA line as `RMA-…/1`.
    pub document: String,
    /// Part number.
    pub part_no: String,
    /// Part name in Chinese.
    pub part_name: String,
    /// Part name in English.
    pub part_name_en: String,
    /// The unit, where it is known.
    pub serial: Option<String>,
    /// How many in all.
    pub wanted: i64,
    /// How many of them are done.
    pub done: i64,
    /// It is kept by quantity: there is no serial to scan.
    pub is_lot: bool,
}

/// How many scans had each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counter {
    /// Done.
    pub accepted: i64,
    /// For a person to look at.
    pub review: i64,
    /// A rule said no.
    pub refused: i64,
}

impl Counter {
    /// All of them.
    #[must_use]
    pub fn all(self) -> i64 {
        self.accepted + self.review + self.refused
    }
}

/// The unit a scan was about, where it stands now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thing {
    /// Serial.
    pub serial: String,
    /// Part number.
    pub part_no: String,
    /// Part name in Chinese.
    pub part_name: String,
    /// Part name in English.
    pub part_name_en: String,
    /// Place code.
    pub place: String,
    /// The books have it outside the depot it was scanned in.
    pub is_elsewhere: bool,
    /// Number of its open RMA, where the books have it elsewhere and a person has to look; else empty.
    pub open_rma: String,
    /// It was issued on the RMA it came in for: a loaner that is back, not a customer's part.
    pub is_issued: bool,
    /// How its open RMA is found.
    identity: String,
    unit_id: i64,
}

impl From<UnitRow> for Thing {
    fn from(unit: UnitRow) -> Self {
        Thing {
            serial: unit.serial,
            part_no: unit.part_no,
            part_name: unit.part_name,
            part_name_en: unit.part_name_en,
            place: unit.place,
            is_elsewhere: false,
            open_rma: String::new(),
            is_issued: false,
            identity: unit.identity,
            unit_id: unit.id,
        }
    }
}

/// The unit a scan was about; none when the books know none, or several.
///
/// # Errors
/// Of the database only.
pub fn thing_of(conn: &mut Conn, row: &ScanRow) -> AppResult<Option<Thing>> {
    let known = units::by_serials(conn, &[super::serial_of(&row.code)])?;
    let mut thing = thing_in(&known, row);
    on_rma(conn, row, &mut thing)?;
    if let Some(thing) = &mut thing {
        let issued = issued::of_unit(conn, &Scope::All, thing.unit_id, 1)?;
        thing.is_issued = issued.iter().any(|one| row.document.split('/').next() == Some(&one.number));
    }
    Ok(thing)
}

/// What was taken in here while the books have it elsewhere is told with its open RMA.
fn on_rma(conn: &mut Conn, row: &ScanRow, thing: &mut Option<Thing>) -> AppResult<()> {
    if let Some(thing) = thing.as_mut().filter(|thing| thing.is_elsewhere)
        && row.verdict == ScanVerdict::Review
    {
        thing.open_rma = stock::open_rma_of(conn, &thing.identity)?.unwrap_or_default();
    }
    Ok(())
}

/// The same, of units that were looked up for all scans at once.
fn thing_in(known: &HashMap<String, Vec<UnitRow>>, row: &ScanRow) -> Option<Thing> {
    let mut found: Vec<&UnitRow> = known.get(&super::serial_of(&row.code))?.iter().collect();
    if found.len() > 1 {
        found.retain(|unit| unit.depot_id == Some(row.depot_id));
    }
    match found.as_slice() {
        [only] => {
            let is_elsewhere = only.depot_id != Some(row.depot_id);
            Some(Thing { is_elsewhere, ..Thing::from((*only).clone()) })
        }
        _ => None,
    }
}

/// A station as its page shows it.
#[derive(Debug, Clone)]
pub struct Station {
    /// The depot.
    pub depot: DepotRef,
    /// Codes of its bins.
    pub bins: Vec<String>,
    /// What should come, or waits to leave.
    pub due: Vec<Due>,
    /// Scans of the batch, the latest first, each with its unit.
    pub scans: Vec<(ScanRow, Option<Thing>)>,
    /// How they ended.
    pub counter: Counter,
}

/// A station in a depot.
///
/// # Errors
/// `not_your_depot`, and `not_found` for a depot there is not.
pub fn station(conn: &mut Conn, ctx: &Ctx, task: Task, depot: &str, batch: &str) -> AppResult<Station> {
    let found = depots::get(conn, ctx, depot)?;
    let depot = DepotRef { id: found.row.id, code: found.row.code.clone() };
    ctx.actor.may_in(Permission::MoveStock, &depot)?;
    let mut due = match task {
        Task::Receive => coming(conn, ctx, &depot)?,
        Task::Ship => leaving(conn, ctx, &depot)?,
        Task::Move => vec![],
    };
    let rows = scans::of_batch(conn, depot.id, batch, LOOKED_AT)?;
    let codes: Vec<String> = rows.iter().map(|row| super::serial_of(&row.code)).collect();
    let known = units::by_serials(conn, &codes)?;
    if task == Task::Receive {
        came(&known, &rows, &mut due);
    }
    let mut listed = vec![];
    for row in rows.into_iter().take(SCANS) {
        let mut thing = thing_in(&known, &row);
        on_rma(conn, &row, &mut thing)?;
        listed.push((row, thing));
    }
    let mut counter = Counter::default();
    for (verdict, n) in scans::tally(conn, depot.id, batch)? {
        match verdict {
            ScanVerdict::Accepted => counter.accepted = n,
            ScanVerdict::Review => counter.review = n,
            ScanVerdict::Refused => counter.refused = n,
        }
    }
    Ok(Station { depot, bins: found.bins, due, scans: listed, counter })
}

/// What a scan of this round took off the list stays on it as done. A transfer still on the road counts for itself.
fn came(known: &HashMap<String, Vec<UnitRow>>, rows: &[ScanRow], due: &mut Vec<Due>) {
    let open: BTreeSet<String> = due.iter().map(|one| one.document.clone()).collect();
    let named = |one: &Due| Some((one.part_no.clone(), one.serial.clone()?));
    let mut listed: BTreeSet<(String, String)> = due.iter().filter_map(named).collect();
    for row in rows.iter().rev() {
        let is_done = row.verdict == ScanVerdict::Accepted && row.undone_at.is_none();
        if !is_done || row.document.is_empty() || open.contains(&row.document) {
            continue;
        }
        let Some(thing) = thing_in(known, row) else { continue };
        if !listed.insert((thing.part_no.clone(), thing.serial.clone())) {
            continue;
        }
        due.push(Due {
            document: row.document.clone(),
            part_no: thing.part_no,
            part_name: thing.part_name,
            part_name_en: thing.part_name_en,
            serial: Some(thing.serial),
            wanted: 1,
            done: 1,
            is_lot: false,
        });
    }
}

/// What is on the road to the depot, and what its RMAs wait for.
pub(super) fn coming(conn: &mut Conn, ctx: &Ctx, depot: &DepotRef) -> AppResult<Vec<Due>> {
    let mut due = vec![];
    for state in [TransferState::InTransit, TransferState::Differences] {
        let filter =
            TransferFilter { to: Some(depot.code.clone()), state: Some(state), ..TransferFilter::default() };
        for (row, _) in transfers::list(conn, ctx, &filter, i64::MAX, DUE)? {
            for item in transfers::view(conn, ctx, &row.number)?.items {
                if item.unexpected {
                    continue;
                }
                due.push(Due {
                    document: row.number.clone(),
                    part_no: item.part_no.clone(),
                    part_name: item.part_name.clone(),
                    part_name_en: item.part_name_en.clone(),
                    serial: item.serial.clone(),
                    wanted: item.sent,
                    done: item.sent - item.outstanding(),
                    is_lot: item.unit_id.is_none(),
                });
            }
        }
    }
    if ctx.actor.may(Permission::ReadRma).is_ok() {
        due.extend(station::awaited(conn, &ctx.actor.scope(), depot.id, DUE)?.into_iter().map(of_line));
    }
    Ok(due)
}

fn of_line(line: crate::store::rmas::LineRow) -> Due {
    Due {
        document: format!("{}/{}", line.number, line.line),
        part_no: line.part_no,
        part_name: line.part_name,
        part_name_en: line.part_name_en,
        serial: Some(line.serial),
        wanted: 1,
        done: 0,
        is_lot: false,
    }
}

/// What documents let leave the depot.
pub(super) fn leaving(conn: &mut Conn, ctx: &Ctx, depot: &DepotRef) -> AppResult<Vec<Due>> {
    let mut due = vec![];
    let filter = TransferFilter {
        from: Some(depot.code.clone()),
        state: Some(TransferState::Approved),
        ..TransferFilter::default()
    };
    for (row, _) in transfers::list(conn, ctx, &filter, i64::MAX, DUE)? {
        for account in transfers::view(conn, ctx, &row.number)?.lines {
            let line = account.line;
            due.push(Due {
                document: row.number.clone(),
                part_no: line.part_no,
                part_name: line.part_name,
                part_name_en: line.part_name_en,
                serial: line.serial,
                wanted: line.quantity,
                done: 0,
                is_lot: line.tracking == Tracking::Quantity,
            });
        }
    }
    if ctx.actor.may(Permission::ReadRma).is_err() {
        return Ok(due);
    }
    let mut held = vec![];
    for row in station::held(conn, depot.id, DUE)? {
        let document = document_of_line(conn, &row.number, row.line)?;
        held.push((row, document));
    }
    for row in station::exchanges(conn, depot.id, DUE)? {
        let document = format!("{}/{}", row.number, row.line);
        held.push((row, document));
    }
    let held = held.into_iter().map(|(held, document)| Due {
        document,
        part_no: held.part_no,
        part_name: held.part_name,
        part_name_en: held.part_name_en,
        serial: Some(held.serial),
        wanted: 1,
        done: 0,
        is_lot: false,
    });
    due.extend(held);
    due.extend(super::asked::due(conn, ctx, depot)?);
    due.extend(station::going_home(conn, &ctx.actor.scope(), depot.id, DUE)?.into_iter().map(of_line));
    Ok(due)
}

/// What a spare held for a line leaves under: the request that asked for it, else the line itself.
pub(super) fn document_of_line(conn: &mut Conn, number: &str, line: i64) -> AppResult<String> {
    let request = station::request_of_line(conn, number, line)?;
    Ok(request.unwrap_or_else(|| format!("{number}/{line}")))
}

/// What was scanned, when the scan is this depot's.
///
/// # Errors
/// `not_found`.
pub fn one(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<(ScanRow, Option<Thing>)> {
    let row = scans::by_id(conn, &ctx.actor.scope(), id)?.ok_or_else(|| Refusal::not_found("scan", id))?;
    let thing = thing_of(conn, &row)?;
    Ok((row, thing))
}
