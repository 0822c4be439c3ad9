//! Scans from devices. A scan is answered with a verdict; a refusal of one that waited for a signal becomes an exception,
//! because nobody stands there any more to read it.

mod asked;
mod ship;
mod station;
mod today;

pub use ship::{Load, SendOff, loads, lots_alone, send_off};
pub use station::{Counter, Due, Station, Task, Thing as ScannedThing, one, station, thing_of};
pub use today::{Today, today};

use crate::app::exceptions::right_act;
use crate::app::goods::{Item, resolve};
use crate::app::intakes::{self, NewBox, Thing};
use crate::app::{AppResult, Ctx, Error, audit, depots, places, stock, transfers};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::count::{ExceptionSource, RightAct};
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::intake::IntakeState;
use crate::domain::place::PlaceRef;
use crate::domain::refusal::Refusal;
use crate::domain::scan::{QUEUED_AFTER, ScanMode, ScanVerdict, happened_at};
use crate::domain::serial::Serial;
use crate::domain::stock::{Move, MoveState, MovementKind, decide_movement};
use crate::store::exceptions::{self, NewException};
use crate::store::savepoint::savepoint;
use crate::store::scans::{self, NewScanRow};
use crate::store::units::UnitRow;
use crate::store::{Conn, data_answers, ledger, open_lines, units};
use chrono::{DateTime, Utc};

pub use crate::store::scans::ScanRow;

/// What a device sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScan {
    /// What the scanner is doing.
    pub mode: ScanMode,
    /// Depot.
    pub depot: String,
    /// Batch: scans of one round share it.
    pub batch: String,
    /// What was scanned.
    pub code: String,
    /// Part number, when several units share a serial.
    pub part_no: Option<String>,
    /// Bin.
    pub bin: Option<String>,
    /// By the device's clock.
    pub client_time: DateTime<Utc>,
    /// Device.
    pub device: String,
}

/// Why a person has to look at a scan that took a box in.
const TAKEN_IN: &str = "intake";
/// The same, of a box that was here before the scan.
const TAKEN_IN_BEFORE: &str = "intake_again";

/// A unit that stood in the depot before it was scanned in: this scan takes nothing in.
const HERE: &str = "here_already";

/// A unit that was packed in this round already: the second scan of it packs nothing.
const PACKED: &str = "packed_already";

/// What came of a scan that no rule refused.
struct Outcome {
    verdict: ScanVerdict,
    reason: &'static str,
    document: String,
    movement_id: Option<i64>,
}

impl Outcome {
    fn accepted(document: String, movement_id: Option<i64>) -> Outcome {
        Outcome { verdict: ScanVerdict::Accepted, reason: "", document, movement_id }
    }

    fn here() -> Outcome {
        Outcome { reason: HERE, ..Outcome::accepted(String::new(), None) }
    }

    fn review(reason: &'static str, document: String) -> Outcome {
        Outcome { verdict: ScanVerdict::Review, reason, document, movement_id: None }
    }
}

/// Takes a scan: does what its mode says, or tells why not.
pub fn scan(tx: &mut Conn, ctx: &Ctx, new: &NewScan) -> AppResult<ScanRow> {
    let mut f = Fields::new();
    let depot = depots::in_field(tx, &mut f, "depot", &new.depot)?;
    let batch = f.text("batch", &new.batch, NAME_MAX);
    let device = f.text("device", &new.device, NAME_MAX);
    let code = f.required("code", &new.code, NAME_MAX);
    f.finish()?;
    let depot = depot.ok_or_else(|| Refusal::field("depot", "required"))?;
    let depot = DepotRef { id: depot.id, code: depot.code };
    ctx.actor.may_in(Permission::MoveStock, &depot)?;
    let (at, fast_clock) = match happened_at(new.client_time, ctx.now) {
        Ok(at) => (at, None),
        // The scan is no less true for it: it is kept, and somebody sets the device's clock.
        Err(refusal @ Refusal::InTheFuture { .. }) => (ctx.now, Some(refusal)),
        Err(refusal) => return Err(refusal.into()),
    };
    let place = places::bin_or_depot(tx, &depot.code, new.bin.as_deref())?;
    if new.mode == ScanMode::PutAway && place.code == depot.code && new.bin.is_none() {
        return Err(Refusal::field("bin", "required").into());
    }
    let done = match fast_clock {
        Some(refusal) => Err(refusal.into()),
        None => savepoint(tx, |tx| work(tx, ctx, new, &depot, &place, at)),
    };
    let (outcome, refusal) = match done {
        Ok(outcome) => (outcome, None),
        Err(Error::Refused(refusal)) => {
            let document = String::new();
            let outcome = Outcome {
                verdict: ScanVerdict::Refused,
                reason: refusal.code(),
                document,
                movement_id: None,
            };
            (outcome, Some(refusal))
        }
        Err(fault) => return Err(fault),
    };
    let waited = ctx.now - new.client_time > QUEUED_AFTER;
    let exception_id = match &refusal {
        Some(refusal) if waited => Some(stand_out(tx, ctx, &depot, &code, &batch, at, refusal)?),
        _ => None,
    };
    let facts = refusal.as_ref().map(Refusal::args).unwrap_or_default();
    let row = NewScanRow {
        mode: new.mode,
        depot_id: depot.id,
        batch: &batch,
        code: &code,
        place_id: Some(place.id),
        device: &device,
        client_time: new.client_time,
        now: ctx.now,
        by: ctx.actor.id(),
        verdict: outcome.verdict,
        reason: outcome.reason,
        facts: &facts,
        movement_id: outcome.movement_id,
        exception_id,
        document: &outcome.document,
    };
    let id = scans::insert(tx, &row)?;
    find(tx, ctx, id)
}

/// A scanned code as the serial it may be.
fn serial_of(code: &str) -> String {
    Serial::parse(code).map(Serial::into_string).unwrap_or_default()
}

fn find(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<ScanRow> {
    let found = scans::by_id(conn, &ctx.actor.scope(), id)?;
    Ok(found.ok_or_else(|| Refusal::not_found("scan", id))?)
}

fn work(
    tx: &mut Conn,
    ctx: &Ctx,
    new: &NewScan,
    depot: &DepotRef,
    place: &PlaceRef,
    at: DateTime<Utc>,
) -> AppResult<Outcome> {
    if new.mode == ScanMode::TakeIn {
        return take_in(tx, ctx, new, depot, place, at);
    }
    let item = Item { part_no: new.part_no.clone(), ..Item::scanned(&new.code) };
    let goods = resolve(tx, "code", &item)?;
    let Some(unit) = goods.unit else {
        return unknown(tx, ctx, new, depot, goods.serial.as_deref().unwrap_or_default());
    };
    match new.mode {
        ScanMode::Receive => {
            if let Some(number) = transfers::receive_one(tx, ctx, place, &unit)? {
                return Ok(Outcome::accepted(number, None));
            }
            here(&unit, depot).map(|()| Outcome::here())
        }
        ScanMode::Look | ScanMode::TakeIn => {
            here(&unit, depot).map(|()| Outcome::accepted(String::new(), None))
        }
        ScanMode::PutAway => {
            here(&unit, depot)?;
            put_away(tx, ctx, place, &unit, at)
        }
        ScanMode::Ship => {
            here(&unit, depot)?;
            let Some(document) = ship::document_of(tx, ctx, depot, &unit)? else {
                return Err(Refusal::NothingAsks { code: unit.serial }.into());
            };
            let is_packed = ship::is_packed(tx, depot, &new.batch, (&document, &unit.serial))?;
            let reason = if is_packed { PACKED } else { "" };
            Ok(Outcome { reason, ..Outcome::accepted(document, None) })
        }
    }
}

/// Whether the books have it in this depot too.
fn here(unit: &UnitRow, depot: &DepotRef) -> AppResult<()> {
    if unit.depot_id == Some(depot.id) {
        return Ok(());
    }
    let (serial, place) = (unit.serial.clone(), unit.place.clone());
    Err(Refusal::UnitElsewhere { serial, place, claimed: depot.code.clone() }.into())
}

/// The books never met it. An RMA may wait for it by the serial its customer declared; it lets nothing leave.
fn unknown(tx: &mut Conn, ctx: &Ctx, new: &NewScan, depot: &DepotRef, serial: &str) -> AppResult<Outcome> {
    stock::may_be_unit(tx, depot, &new.code)?;
    if new.mode == ScanMode::Ship {
        return Err(Refusal::NothingAsks { code: serial.to_owned() }.into());
    }
    let waiting = open_lines::of_serial(tx, serial)?
        .into_iter()
        .find(|line| ctx.actor.sees_customer(line.customer_id) && line.repair_state.is_awaited());
    Ok(match waiting {
        Some(line) => Outcome::review("match_rma", format!("{}/{}", line.number, line.line)),
        None => Outcome::review("unknown", String::new()),
    })
}

fn put_away(
    tx: &mut Conn,
    ctx: &Ctx,
    place: &PlaceRef,
    unit: &UnitRow,
    at: DateTime<Utc>,
) -> AppResult<Outcome> {
    if unit.place_id == place.id {
        return Ok(Outcome::accepted(String::new(), None));
    }
    // A scan of now happened after all that is on record of the unit, whatever its device's clock says.
    let at = if ctx.now - at > QUEUED_AFTER { at } else { at.max(unit.last_moved_at) };
    let bound = stock::bound(tx, unit)?;
    let state = MoveState {
        part: unit.part_ref(),
        serial: Some(unit.serial.clone()),
        unit: Some(unit.state()),
        from: unit.place_ref(),
        to: place.clone(),
        data_left: data_answers::left(tx, unit.id)?,
        bound,
    };
    let command = Move {
        kind: MovementKind::Move,
        quantity: 1,
        condition_from: None,
        condition_to: None,
        owner_to: None,
        reason: String::new(),
        document: String::new(),
        occurred_at: Some(at),
    };
    let posting = decide_movement(&ctx.actor, &state, &command, ctx.now)?;
    let posted = ledger::post(tx, &[posting], ctx.actor.id(), ctx.now)?;
    Ok(Outcome::accepted(String::new(), posted.first().map(|posted| posted.movement_id)))
}

/// Whatever comes through the door. What is on the road to this depot comes off its transfer, what stands here already is
/// no second box; everything else is an intake.
fn take_in(
    tx: &mut Conn,
    ctx: &Ctx,
    new: &NewScan,
    depot: &DepotRef,
    place: &PlaceRef,
    at: DateTime<Utc>,
) -> AppResult<Outcome> {
    let item = Item { part_no: new.part_no.clone(), ..Item::scanned(&new.code) };
    let known = resolve(tx, "code", &item)?.unit;
    let serial = known.as_ref().map_or_else(|| serial_of(&new.code), |unit| unit.serial.clone());
    if let Some(unit) = &known {
        if let Some(number) = transfers::receive_one(tx, ctx, place, unit)? {
            return Ok(Outcome::accepted(number, None));
        }
        if unit.depot_id == Some(depot.id) {
            return Ok(Outcome::here());
        }
    }
    // A scanner fires twice, and who is not sure scans again: the box is here already, and still waits to be settled.
    if let Some(box_no) = intakes::waiting_here(tx, depot.id, &serial)? {
        return Ok(Outcome::review(TAKEN_IN_BEFORE, box_no));
    }
    if known.is_none() {
        stock::may_be_unit(tx, depot, &new.code)?;
    }
    let thing = Thing { serial: Some(new.code.clone()), part_no: new.part_no.clone(), label: None };
    let taken = NewBox {
        depot: depot.code.clone(),
        bin: new.bin.clone(),
        taken_in_at: Some(at),
        things: vec![thing],
        ..NewBox::default()
    };
    let row =
        intakes::take_in(tx, ctx, &taken)?.pop().ok_or_else(|| Refusal::not_found("intake", &new.code))?;
    Ok(match (row.state, row.rma) {
        (IntakeState::Matched, Some(number)) => Outcome::accepted(number, None),
        _ => Outcome::review(TAKEN_IN, row.box_no),
    })
}

fn stand_out(
    tx: &mut Conn,
    ctx: &Ctx,
    depot: &DepotRef,
    code: &str,
    batch: &str,
    at: DateTime<Utc>,
    refusal: &Refusal,
) -> AppResult<i64> {
    let serial = serial_of(code);
    let mut found = units::by_serial(tx, &serial)?;
    let unit = if found.len() == 1 { found.pop() } else { None };
    let act = match &unit {
        Some(unit) => right_act(tx, unit, depot.id)?,
        None => RightAct::Look,
    };
    let new = NewException {
        source: ExceptionSource::Scan,
        depot_id: depot.id,
        code: unit.as_ref().map_or(code, |unit| &unit.serial),
        part_no: unit.as_ref().map_or("", |unit| &unit.part_no),
        unit_id: unit.as_ref().map(|unit| unit.id),
        document: batch,
        reason: refusal.code(),
        facts: &refusal.args(),
        book_place: unit.as_ref().map_or("", |unit| &unit.place),
        book_since: unit.as_ref().map(|unit| unit.last_moved_at),
        act,
        held_by: ctx.actor.id(),
        held_at: at,
        now: ctx.now,
    };
    Ok(exceptions::insert(tx, &new)?)
}

/// The refusal's facts of a scan, by name.
pub fn facts(row: &ScanRow) -> Vec<(String, String)> {
    exceptions::decode_facts(&row.facts).unwrap_or_default()
}

/// Takes a scan back: what it moved goes back by a reversing entry, a box it took in is withdrawn, and its exception is settled.
pub fn undo(tx: &mut Conn, ctx: &Ctx, id: i64, reason: &str) -> AppResult<ScanRow> {
    ctx.actor.may(Permission::MoveStock)?;
    let row = find(tx, ctx, id)?;
    ctx.actor.may_in(Permission::MoveStock, &DepotRef { id: row.depot_id, code: row.depot.clone() })?;
    if row.actor_id != ctx.actor.id() {
        ctx.actor.may(Permission::CorrectStock)?;
    }
    let mut f = Fields::new();
    let reason = f.required("reason", reason, crate::domain::fields::LONG_MAX);
    f.finish()?;
    if row.undone_at.is_some() || !scans::undo(tx, id, ctx.actor.id(), ctx.now)? {
        let (action, state) = ("undo".to_owned(), "undone".to_owned());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    match (row.movement_id, row.verdict) {
        (Some(movement), _) => {
            stock::reverse(tx, ctx, movement, &reason)?;
        }
        // What was received, or has left, belongs to its document.
        (None, ScanVerdict::Accepted) if !row.document.is_empty() && !is_only_packed(tx, &row)? => {
            let movement = row.id.to_string();
            return Err(Refusal::BelongsToDocument { movement, document: row.document }.into());
        }
        (None, ScanVerdict::Review) if row.reason == TAKEN_IN => {
            intakes::withdraw(tx, ctx, &row.document, row.recorded_at, &reason)?;
        }
        (None, _) => {}
    }
    if let Some(exception) = row.exception_id {
        exceptions::settle(tx, exception, &reason, ctx.actor.id(), ctx.now)?;
    }
    audit::record(tx, ctx, "scan.undo", &format!("scan:{id}"), &reason)?;
    find(tx, ctx, id)
}

/// Whether a scan put something into a box that still stands in its depot: it is taken out again.
fn is_only_packed(tx: &mut Conn, row: &ScanRow) -> AppResult<bool> {
    if row.mode != ScanMode::Ship {
        return Ok(false);
    }
    let found = units::by_serial(tx, &serial_of(&row.code))?;
    Ok(found.iter().any(|unit| unit.depot_id == Some(row.depot_id)))
}
