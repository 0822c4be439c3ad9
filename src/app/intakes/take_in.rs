//! Taking a box in: what is in it is matched to the RMA that waits for it, or becomes a matter for a person.

use super::IntakeRow;
use crate::app::rma::{TakenIn, receive_taken_in, recover_taken_in};
use crate::app::{AppResult, Ctx, audit, depots, places};
use crate::domain::actor::{DepotRef, Permission, Scope};
use crate::domain::calendar::Zone;
use crate::domain::dated_back;
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX, code_of};
use crate::domain::intake::IntakeException;
use crate::domain::place::{PlaceKind, PlaceRef, customer_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::serial::Serial;
use crate::domain::stock::{Condition, MovementKind, Owner, PartRef, Posting, Stand, Subject};
use crate::domain::transfer::bring_here;
use crate::store::intakes::{self, NewIntake};
use crate::store::issued::{self, OutOn};
use crate::store::rmas::{self, LineRow};
use crate::store::units::UnitRow;
use crate::store::{Conn, ledger, open_lines, shipments, stock, units};
use chrono::{DateTime, Datelike, Utc};
use std::collections::BTreeSet;

/// At most this many units in one box.
const THINGS_MAX: usize = 100;

/// A box with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewBox {
    /// Depot that took it in.
    pub depot: String,
    /// Bin its units are put into; the depot itself when not said.
    pub bin: Option<String>,
    /// Carrier.
    pub carrier: String,
    /// Waybill number.
    pub tracking_no: String,
    /// Note.
    pub note: String,
    /// When it was taken in; now when not said.
    pub taken_in_at: Option<DateTime<Utc>>,
    /// What is in it.
    pub things: Vec<Thing>,
}

/// One unit of a box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thing {
    /// Serial as scanned.
    pub serial: Option<String>,
    /// Part number, when it is known.
    pub part_no: Option<String>,
    /// Temporary label, where the serial cannot be read.
    pub label: Option<String>,
}

/// What all units of a box share.
struct Arrival {
    depot: DepotRef,
    place: PlaceRef,
    box_no: String,
    carrier: String,
    tracking_no: String,
    note: String,
    at: DateTime<Utc>,
}

/// Takes a box in. Legal before anything was authorised, and for what nobody asked for.
pub fn take_in(tx: &mut Conn, ctx: &Ctx, new: &NewBox) -> AppResult<Vec<IntakeRow>> {
    let mut f = Fields::new();
    let depot = depots::in_field(tx, &mut f, "depot", &new.depot)?;
    let carrier = f.text("carrier", &new.carrier, NAME_MAX);
    let tracking_no = f.text("tracking_no", &new.tracking_no, NAME_MAX);
    let note = f.text("note", &new.note, LONG_MAX);
    if new.things.is_empty() || new.things.len() > THINGS_MAX {
        let error = FieldError::new("items", "count_out_of_range");
        f.push(error.with("max", THINGS_MAX).with("count", new.things.len()));
    }
    f.finish()?;
    let depot = depot.ok_or_else(|| Refusal::field("depot", "required"))?;
    let depot = DepotRef { id: depot.id, code: depot.code };
    ctx.actor.may_in(Permission::MoveStock, &depot)?;
    let place = places::bin_or_depot(tx, &depot.code, new.bin.as_deref())?;
    let year = Zone::default().local_date(ctx.now).year();
    let box_no = format!("BOX-{year}-{:06}", rmas::next_number(tx, &format!("BOX-{year}"))?);
    let at = when(ctx, new.taken_in_at, &note)?;
    let arrival = Arrival { depot, place, box_no, carrier, tracking_no, note, at };
    let mut taken = Vec::with_capacity(new.things.len());
    for (index, thing) in new.things.iter().enumerate() {
        let id = one(tx, ctx, &arrival, index, thing)?;
        taken.extend(intakes::by_id(tx, &Scope::All, id)?);
    }
    let detail = format!("{} unit(s) {}", taken.len(), arrival.tracking_no);
    audit::record(tx, ctx, "intake.take_in", &format!("intake:{}", arrival.box_no), detail.trim())?;
    Ok(taken)
}

fn when(ctx: &Ctx, taken_in_at: Option<DateTime<Utc>>, why: &str) -> Result<DateTime<Utc>, Refusal> {
    let at = taken_in_at.unwrap_or(ctx.now);
    let goes_further = ctx.actor.may(Permission::CorrectStock).is_ok() && !why.is_empty();
    dated_back::check(at, ctx.now, goes_further)?;
    Ok(at)
}

/// What an intake turned out to be.
struct Found<'a> {
    serial: &'a str,
    label: &'a str,
    part_id: Option<i64>,
    unit_id: Option<i64>,
    exception: Option<IntakeException>,
    book_place: &'a str,
    line_id: Option<i64>,
}

fn write(tx: &mut Conn, ctx: &Ctx, arrival: &Arrival, found: &Found<'_>) -> AppResult<i64> {
    let new = NewIntake {
        depot_id: arrival.depot.id,
        box_no: &arrival.box_no,
        serial: found.serial,
        label: found.label,
        part_id: found.part_id,
        unit_id: found.unit_id,
        carrier: &arrival.carrier,
        tracking_no: &arrival.tracking_no,
        note: &arrival.note,
        exception: found.exception,
        book_place: found.book_place,
        line_id: found.line_id,
        taken_in_at: arrival.at,
        by: ctx.actor.id(),
        now: ctx.now,
    };
    Ok(intakes::insert(tx, &new)?)
}

fn one(tx: &mut Conn, ctx: &Ctx, arrival: &Arrival, index: usize, thing: &Thing) -> AppResult<i64> {
    let path = |field: &str| format!("items[{index}].{field}");
    let said = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let (serial, label, part_no) = (said(&thing.serial), said(&thing.label), said(&thing.part_no));
    let part = if part_no.is_empty() {
        None
    } else {
        let part = stock::part_ref(tx, &code_of(&part_no))?;
        Some(part.ok_or_else(|| Refusal::field(path("part_no"), "unknown_part"))?)
    };
    if serial.is_empty() {
        // Without a label of the clerk's own it carries one of ours: the number of the box and its place in it.
        let label = if label.is_empty() { format!("{}-{}", arrival.box_no, index + 1) } else { label };
        let label = Serial::parse(&label).map_err(|error| Refusal::field(path("label"), error.code()))?;
        return unreadable(tx, ctx, arrival, &label.into_string(), part.as_ref());
    }
    let serial =
        Serial::parse(&serial).map_err(|error| Refusal::field(path("serial"), error.code()))?.into_string();
    by_serial(tx, ctx, arrival, &serial, part)
}

/// Nobody can read its serial: it stands in quarantine under its label, owner unknown, until somebody makes it out. Without its
/// part it is only noted: the books know no thing of no kind.
fn unreadable(
    tx: &mut Conn,
    ctx: &Ctx,
    arrival: &Arrival,
    label: &str,
    part: Option<&PartRef>,
) -> AppResult<i64> {
    if intakes::label_is_taken(tx, label)? || !units::by_serial(tx, label)?.is_empty() {
        return Err(Refusal::AlreadyExists { kind: "intake".to_owned(), key: label.to_owned() }.into());
    }
    let unit_id = match part {
        Some(part) => quarantine(tx, ctx, part, label, &arrival.place, &arrival.box_no, arrival.at)?,
        None => None,
    };
    let found = Found {
        serial: "",
        label,
        part_id: part.map(|part| part.id),
        unit_id,
        exception: Some(IntakeException::Unreadable),
        book_place: "",
        line_id: None,
    };
    write(tx, ctx, arrival, &found)
}

/// What the books never met enters them in quarantine, owner unknown; the id of the unit.
pub(super) fn quarantine(
    tx: &mut Conn,
    ctx: &Ctx,
    part: &PartRef,
    serial: &str,
    place: &PlaceRef,
    box_no: &str,
    at: DateTime<Utc>,
) -> AppResult<Option<i64>> {
    let opening = places::find(tx, "opening")?;
    let stand = |place: &PlaceRef| Stand {
        place: place.clone(),
        condition: Condition::Quarantined,
        owner: Owner::Unknown,
    };
    let again = units::by_identities(tx, &[part.identity(serial)])?.pop().filter(|unit| unit.taken_back);
    let again = again.map(|unit| unit.state());
    let new = || (Subject::NewUnit { serial: serial.to_owned() }, stand(&opening));
    let (subject, from) = again.as_ref().map_or_else(new, |unit| (Subject::of(unit), unit.stand()));
    let posting = Posting::of_one(MovementKind::Opening, part.clone(), subject, from, stand(place), at);
    let posting = posting.under(box_no);
    let posted = ledger::post(tx, &[posting], ctx.actor.id(), ctx.now)?;
    Ok(posted.first().and_then(|posted| posted.unit_id))
}

/// Lines that wait for the unit with this serial.
fn waiting(tx: &mut Conn, serials: &BTreeSet<String>, part: Option<&PartRef>) -> AppResult<Vec<LineRow>> {
    let mut lines = vec![];
    for serial in serials {
        lines.extend(open_lines::of_serial(tx, serial)?);
    }
    lines.retain(|line| line.repair_state.is_awaited() && part.is_none_or(|part| part.id == line.part_id));
    Ok(lines)
}

fn by_serial(
    tx: &mut Conn,
    ctx: &Ctx,
    arrival: &Arrival,
    serial: &str,
    part: Option<PartRef>,
) -> AppResult<i64> {
    let mut known = units::by_serial(tx, serial)?;
    // What entered by mistake and was taken back is nowhere: it comes in as if the books had never met it.
    known.retain(|unit| !unit.taken_back && part.as_ref().is_none_or(|part| part.id == unit.part_id));
    let serials: BTreeSet<String> =
        known.iter().map(|unit| unit.serial.clone()).chain([serial.to_owned()]).collect();
    let mut lines = waiting(tx, &serials, part.as_ref())?;
    let choices: BTreeSet<&str> = known
        .iter()
        .map(|unit| &unit.part_no)
        .chain(lines.iter().map(|line| &line.part_no))
        .map(String::as_str)
        .collect();
    if choices.len() > 1 {
        let choices = choices.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Refusal::SerialAmbiguous { serial: serial.to_owned(), choices }.into());
    }
    // Ours, whatever request names it by mistake.
    if let Some(unit) = known.last()
        && let Some(out) = issued::out_on(tx, unit.id, unit.place_kind)?
    {
        return recovered(tx, ctx, arrival, unit, &out);
    }
    match (known.pop(), lines.pop()) {
        (Some(unit), _) if unit.place_kind != PlaceKind::Customer => elsewhere(tx, ctx, arrival, &unit),
        // Another customer's unit, by the books: people settle whose request it is (PRODUCT "Intake").
        (Some(unit), Some(line)) if unit.place != customer_code(&line.customer) => {
            unasked(tx, ctx, arrival, &unit)
        }
        (unit, Some(line)) => expected(tx, ctx, arrival, unit.as_ref(), &line),
        (Some(unit), None) => unasked(tx, ctx, arrival, &unit),
        (None, None) => unknown(tx, ctx, arrival, serial, part),
    }
}

/// An RMA waits for it: receipt is the moment the box was taken in.
fn expected(
    tx: &mut Conn,
    ctx: &Ctx,
    arrival: &Arrival,
    unit: Option<&UnitRow>,
    line: &LineRow,
) -> AppResult<i64> {
    let serial = unit.map_or(&line.serial, |unit| &unit.serial);
    let taken = TakenIn {
        at: arrival.at,
        depot: arrival.depot.code.clone(),
        unit_id: None,
        serial: Some(serial.clone()),
    };
    let received = receive_taken_in(tx, ctx, &line.number, line.line, &taken)?;
    let found = Found {
        serial,
        label: "",
        part_id: Some(line.part_id),
        unit_id: received.unit_id,
        exception: None,
        book_place: "",
        line_id: Some(received.line_id),
    };
    write(tx, ctx, arrival, &found)
}

/// What we lent, or a spare that never worked: the line it was issued for has it back.
fn recovered(tx: &mut Conn, ctx: &Ctx, arrival: &Arrival, unit: &UnitRow, out: &OutOn) -> AppResult<i64> {
    let here = (&arrival.place, arrival.at);
    let line_id = recover_taken_in(tx, ctx, &out.number, out.line, &unit.serial, here)?;
    let found = Found {
        serial: &unit.serial,
        label: "",
        part_id: Some(unit.part_id),
        unit_id: Some(unit.id),
        exception: None,
        book_place: "",
        line_id: Some(line_id),
    };
    write(tx, ctx, arrival, &found)
}

/// The books have it where no faulty part comes from: nothing is booked, a person takes the right act.
fn elsewhere(tx: &mut Conn, ctx: &Ctx, arrival: &Arrival, unit: &UnitRow) -> AppResult<i64> {
    let found = Found {
        serial: &unit.serial,
        label: "",
        part_id: Some(unit.part_id),
        unit_id: None,
        exception: Some(IntakeException::Elsewhere),
        book_place: &unit.place,
        line_id: None,
    };
    write(tx, ctx, arrival, &found)
}

/// Known to be at a customer, and no RMA waits for it: into quarantine, whoever owns it.
fn unasked(tx: &mut Conn, ctx: &Ctx, arrival: &Arrival, unit: &UnitRow) -> AppResult<i64> {
    let place = &arrival.place;
    let postings = bring_here(&unit.part_ref(), &unit.state(), place, place, &arrival.box_no, arrival.at)?;
    ledger::post(tx, &postings, ctx.actor.id(), ctx.now)?;
    shipments::turned_up(tx, &unit.serial, Some(unit.part_id), arrival.at)?;
    let found = Found {
        serial: &unit.serial,
        label: "",
        part_id: Some(unit.part_id),
        unit_id: Some(unit.id),
        exception: Some(IntakeException::NoRma),
        book_place: &unit.place,
        line_id: None,
    };
    write(tx, ctx, arrival, &found)
}

/// The books never met it. With its part it enters them in quarantine, owner unknown; without, it is only noted here.
fn unknown(
    tx: &mut Conn,
    ctx: &Ctx,
    arrival: &Arrival,
    serial: &str,
    part: Option<PartRef>,
) -> AppResult<i64> {
    let part_id = part.as_ref().map(|part| part.id);
    let unit_id = match &part {
        Some(part) => quarantine(tx, ctx, part, serial, &arrival.place, &arrival.box_no, arrival.at)?,
        None => None,
    };
    shipments::turned_up(tx, serial, part_id, arrival.at)?;
    let found = Found {
        serial,
        label: "",
        part_id,
        unit_id,
        exception: Some(IntakeException::NoRma),
        book_place: "",
        line_id: None,
    };
    write(tx, ctx, arrival, &found)
}
