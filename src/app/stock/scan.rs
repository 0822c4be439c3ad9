//! Scan anything: what is this code, and which moves are legal now for me?

use crate::app::stock::bound::bound;
use crate::app::stock::flags::{UnitFlag, flags_of};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::DepotRef;
use crate::domain::actor::Permission;
use crate::domain::fields::code_of;
use crate::domain::place::{PlaceRef, normalise};
use crate::domain::refusal::Refusal;
use crate::domain::serial::{Serial, folded, to_half_width};
use crate::domain::stock::{LegalMove, PartRef, legal_moves};
use crate::store::units::UnitRow;
use crate::store::{Conn, data_answers, open_lines, places, shipments, stock, units};
use crate::text_enum;
use std::collections::HashMap;

text_enum! {
    /// What a code turned out to be.
    ScannedKind {
        /// A unit on the books.
        Unit => "unit",
        /// A serial several units share.
        Ambiguous => "ambiguous",
        /// A depot, bin, bench, customer …
        Place => "place",
        /// A part number.
        Part => "part",
        /// An RMA number.
        Rma => "rma",
        /// A serial that entered the books by mistake, which was taken back; it may be a new unit.
        TakenBack => "taken_back",
        /// Nothing the books know; it may be a new unit.
        Unknown => "unknown",
    }
}

/// What a code turned out to be, and what goes with it.
#[derive(Debug, Clone)]
pub enum Scanned {
    /// A unit on the books, the moves legal for the scanner now, and its open RMA.
    Unit {
        /// The unit.
        unit: Box<UnitRow>,
        /// Moves.
        moves: Vec<LegalMove>,
        /// Number of its open RMA.
        open_rma: Option<String>,
        /// What to know before touching it.
        flags: Vec<UnitFlag>,
    },
    /// A serial several units share: the choices, by part.
    Ambiguous {
        /// The units.
        units: Vec<UnitRow>,
        /// What to know about each, by row id.
        flags: HashMap<i64, Vec<UnitFlag>>,
    },
    /// A bin, depot, bench …
    Place {
        /// The place.
        place: PlaceRef,
    },
    /// A part number.
    Part {
        /// The part.
        part: PartRef,
    },
    /// An RMA number.
    Rma {
        /// Number.
        number: String,
        /// The line that waits for the unit with this serial, when a serial was scanned.
        line: Option<i64>,
    },
    /// A serial that entered the books by mistake, which was taken back. It may be a new unit to receive.
    TakenBack {
        /// What was entered.
        unit: Box<UnitRow>,
    },
    /// Nothing the books know. It may be a new unit to receive.
    Unknown {
        /// The code, normalised as a serial.
        code: String,
    },
}

/// What a label that is no unit's says: a place, a part, an RMA.
fn other_label(conn: &mut Conn, code: &str) -> AppResult<Option<Scanned>> {
    if let Some(place) = places::by_code(conn, &normalise(code))? {
        return Ok(Some(Scanned::Place { place }));
    }
    if let Some(part) = stock::part_ref(conn, &code_of(code))? {
        return Ok(Some(Scanned::Part { part }));
    }
    Ok(stock::rma_number(conn, &code_of(code))?.map(|number| Scanned::Rma { number, line: None }))
}

/// Letters and digits of the shortest code that is taken for a serial nobody knows.
const SERIAL_LEAST: usize = 3;

/// A code that no unit has, scanned in a depot where a unit is meant. Refuses with `not_a_unit` when it is the label of
/// something else, with `no_such_bin` when it is written as a bin of the depot, and with `not_a_serial` when there is too
/// little of it to be one nobody announced: a wrong scan changes nothing.
pub fn may_be_unit(conn: &mut Conn, depot: &DepotRef, code: &str) -> AppResult<()> {
    let code = to_half_width(code);
    let code = code.trim();
    let kind = match other_label(conn, code)? {
        Some(Scanned::Place { .. }) => "place",
        Some(Scanned::Part { .. }) => "part",
        Some(_) => "rma",
        None if shipments::is_waybill(conn, code)? => "waybill",
        None => return may_be_no_bin(conn, depot, code),
    };
    Err(Refusal::NotAUnit { code: code.to_owned(), kind: kind.to_owned() }.into())
}

/// The label of a bin may leave its depot out.
fn may_be_no_bin(conn: &mut Conn, depot: &DepotRef, code: &str) -> AppResult<()> {
    let own = format!("{}/", depot.code);
    let plain = normalise(code);
    let short = plain.strip_prefix(&own).unwrap_or(&plain);
    let places = places::of_depot(conn, depot.id)?;
    let bins: Vec<&str> = places.iter().filter_map(|place| place.code.strip_prefix(&own)).collect();
    if bins.contains(&short) {
        return Err(Refusal::NotAUnit { code: short.to_owned(), kind: "place".to_owned() }.into());
    }
    // However short, and even where it is written like a bin: an RMA waits for it.
    if !open_lines::of_serial(conn, &folded(code))?.is_empty() {
        return Ok(());
    }
    if short != plain || bins.iter().any(|bin| shape(bin) == shape(short)) {
        return Err(Refusal::NoSuchBin { depot: depot.code.clone(), code: short.to_owned() }.into());
    }
    if code.chars().filter(char::is_ascii_alphanumeric).count() < SERIAL_LEAST {
        return Err(Refusal::NotASerial { code: code.to_owned() }.into());
    }
    Ok(())
}

/// How a code is written: `A9-99` for `B2-10`.
fn shape(code: &str) -> String {
    let kind = |letter: char| match letter {
        '0'..='9' => '9',
        letter if letter.is_ascii_alphabetic() => 'A',
        letter => letter,
    };
    code.chars().map(kind).collect()
}

/// Says what a code is.
pub fn scan(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Scanned> {
    ctx.actor.may(Permission::ReadStock)?;
    let code = to_half_width(code);
    let code = code.trim();
    let serial = Serial::parse(code).map(Serial::into_string).unwrap_or_default();
    let mut found = units::by_serial(conn, &serial)?;
    found.retain(|unit| super::find::is_visible(&ctx.actor, unit));
    let (mistaken, mut found): (Vec<UnitRow>, Vec<UnitRow>) =
        found.into_iter().partition(|unit| unit.taken_back);
    if found.len() > 1 {
        let flags = flags_of(conn, ctx, &found)?;
        return Ok(Scanned::Ambiguous { units: found, flags });
    }
    if let Some(unit) = found.pop() {
        let data = data_answers::left(conn, unit.id)?;
        let (part, state) = (unit.part_ref(), unit.state());
        let bound = bound(conn, &unit)?;
        let moves = legal_moves(&ctx.actor, &part, &state, data.as_ref(), bound, ctx.now);
        let open_rma = stock::open_rma_of(conn, &unit.identity)?;
        let flags = flags_of(conn, ctx, std::slice::from_ref(&unit))?.remove(&unit.id).unwrap_or_default();
        return Ok(Scanned::Unit { unit: Box::new(unit), moves, open_rma, flags });
    }
    if let Some(label) = other_label(conn, code)? {
        return Ok(label);
    }
    // The books never met it; an RMA may wait for it by the serial its customer declared.
    let waiting = open_lines::of_serial(conn, &serial)?.into_iter().next();
    if let Some(line) = waiting.filter(|_| !ctx.actor.reads_own_only) {
        return Ok(Scanned::Rma { number: line.number, line: Some(line.line) });
    }
    Ok(match mistaken.into_iter().next() {
        Some(unit) => Scanned::TakenBack { unit: Box::new(unit) },
        None => Scanned::Unknown { code: serial },
    })
}
