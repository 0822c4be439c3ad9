//! Booking movements: one, or up to 5,000 all or nothing.

use crate::app::stock::bound::{Moved, bounds};
use crate::app::{AppResult, Ctx, Error, places};
use crate::domain::fields::code_of;
use crate::domain::place::{PlaceKind, PlaceRef, normalise};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::serial::Serial;
use crate::domain::stock::{
    Condition, Move, MoveState, MovementKind, Owner, PartRef, Posting, Tracking, UnitState, asks_for_data,
    decide_movement, enter_anew,
};
use crate::store::units::UnitRow;
use crate::store::{self, Conn, data_answers, ledger, stock, units};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};

/// A movement somebody asks for, in the words of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Kind.
    pub kind: MovementKind,
    /// Part number; may be left out when the serial says it all.
    pub part_no: Option<String>,
    /// Serial, as scanned.
    pub serial: Option<String>,
    /// How many; 1 when not said.
    pub quantity: Option<i64>,
    /// Place code.
    pub from: String,
    /// Place code.
    pub to: String,
    /// For quantity parts: the condition taken.
    pub condition: Option<Condition>,
    /// The condition afterwards.
    pub condition_to: Option<Condition>,
    /// The owner afterwards.
    pub owner_to: Option<Owner>,
    /// Why.
    pub reason: String,
    /// Document.
    pub document: String,
    /// When it happened.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// A movement as it was booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// Id of the movement.
    pub id: i64,
    /// What was decided.
    pub posting: Posting,
    /// When it was booked.
    pub recorded_at: DateTime<Utc>,
}

/// Books one movement.
pub fn book(tx: &mut Conn, ctx: &Ctx, booking: &Booking) -> AppResult<Booked> {
    let found = look_up(tx, &[booking])?.pop();
    let Asked { state, mistaken, .. } = found.ok_or_else(nothing_came)??;
    let ctx = &ctx.not_before(latest([&state]));
    let posting = decide_movement(&ctx.actor, &state, &command(booking), ctx.now)?;
    post(tx, ctx, entering(mistaken.as_ref(), posting))?.pop().ok_or_else(nothing_came)
}

/// The latest moment at which one of these units moved.
fn latest<'a>(states: impl IntoIterator<Item = &'a MoveState>) -> DateTime<Utc> {
    let units = states.into_iter().filter_map(|state| state.unit.as_ref());
    units.map(|unit| unit.last_moved_at).max().unwrap_or(DateTime::UNIX_EPOCH)
}

fn nothing_came() -> Error {
    Error::Fault(store::StoreError::Codec("a booking without a movement".into()))
}

/// Books a batch in one transaction: all or nothing. Every item that cannot be booked is named.
pub fn book_batch(tx: &mut Conn, ctx: &Ctx, bookings: &[Booking]) -> AppResult<Vec<Booked>> {
    if bookings.is_empty() || bookings.len() > super::BATCH_LIMIT {
        let error = FieldError::new("items", "count_out_of_range")
            .with("max", super::BATCH_LIMIT)
            .with("count", bookings.len());
        return Err(Refusal::Invalid(vec![error]).into());
    }
    let found = look_up(tx, &bookings.iter().collect::<Vec<_>>())?;
    let ctx = &ctx.not_before(latest(found.iter().flatten().map(|asked| &asked.state)));
    let mut errors = vec![];
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut postings = Vec::with_capacity(bookings.len());
    for (at, (booking, found)) in bookings.iter().zip(found).enumerate() {
        let Asked { state, mistaken, .. } = match found {
            Ok(asked) => asked,
            Err(refusal) => {
                errors.push((at, refusal));
                continue;
            }
        };
        if let Some(serial) = &state.serial
            && let Some(first) = seen.insert(state.part.identity(serial), at)
        {
            let (first, second) = (first.to_string(), at.to_string());
            errors.push((at, Refusal::DuplicateInBatch { serial: serial.clone(), first, second }));
            continue;
        }
        match decide_movement(&ctx.actor, &state, &command(booking), ctx.now) {
            Ok(posting) => postings.extend(entering(mistaken.as_ref(), posting)),
            // Rights are not a matter of single rows.
            Err(refusal @ (Refusal::Forbidden { .. } | Refusal::NotYourDepot { .. })) => {
                return Err(refusal.into());
            }
            Err(refusal) => errors.push((at, refusal)),
        }
    }
    if !errors.is_empty() {
        let named = errors.into_iter().flat_map(|(at, refusal)| in_item(at, refusal));
        return Err(Refusal::Invalid(named.collect()).into());
    }
    post(tx, ctx, postings)
}

/// A refusal of one item, told as an error of that item.
fn in_item(at: usize, refusal: Refusal) -> Vec<FieldError> {
    match refusal {
        Refusal::Invalid(errors) => errors
            .into_iter()
            .map(|error| FieldError { field: format!("items[{at}].{}", error.field), ..error })
            .collect(),
        other => vec![FieldError { field: format!("items[{at}]"), code: other.code(), args: other.args() }],
    }
}

/// With the opening that goes before, where the books had met the unit by mistake only.
fn entering(mistaken: Option<&UnitState>, posting: Posting) -> Vec<Posting> {
    match mistaken {
        Some(unit) => enter_anew(unit, posting),
        None => vec![posting],
    }
}

fn post(tx: &mut Conn, ctx: &Ctx, postings: Vec<Posting>) -> AppResult<Vec<Booked>> {
    let posted = ledger::post(tx, &postings, ctx.actor.id(), ctx.now)?;
    Ok(postings
        .into_iter()
        .zip(posted)
        // Nobody asks for an opening.
        .filter(|(posting, _)| posting.kind != MovementKind::Opening)
        .map(|(posting, posted)| Booked { id: posted.movement_id, posting, recorded_at: ctx.now })
        .collect())
}

pub(super) fn command(booking: &Booking) -> Move {
    Move {
        kind: booking.kind,
        quantity: booking.quantity.unwrap_or(1),
        condition_from: booking.condition,
        condition_to: booking.condition_to,
        owner_to: booking.owner_to.clone(),
        reason: booking.reason.trim().to_owned(),
        document: booking.document.trim().to_owned(),
        occurred_at: booking.occurred_at,
    }
}

/// What somebody asks for, with its codes looked up.
pub(super) struct Asked {
    /// What the rule needs to know.
    pub(super) state: MoveState,
    /// The unit that entered the books by mistake, which is one they never met.
    pub(super) mistaken: Option<UnitState>,
    /// The unit's row.
    row: Option<UnitRow>,
    /// The movement may give a customer's data away.
    gives_data: bool,
}

/// Looks up what these bookings name and what lies beside it, in a few statements however many they are. Each is answered, in
/// their order, also with what cannot be.
pub(super) fn look_up(tx: &mut Conn, bookings: &[&Booking]) -> AppResult<Vec<Result<Asked, Refusal>>> {
    let mut known = Known::of(tx, bookings)?;
    let mut found = Vec::with_capacity(bookings.len());
    for booking in bookings {
        found.push(match known.asked(tx, booking) {
            Ok(asked) => Ok(asked),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(fault) => return Err(fault),
        });
    }
    look_beside(tx, found.iter_mut().flatten().collect())?;
    Ok(found)
}

/// Looks at what lies beside the units: open lines, repair orders, and customers' data.
fn look_beside(tx: &mut Conn, asked: Vec<&mut Asked>) -> AppResult<()> {
    let units: Vec<Moved<'_>> = asked
        .iter()
        .filter_map(|asked| {
            let serial = asked.state.serial.as_deref()?;
            Some(Moved {
                part: &asked.state.part,
                serial,
                unit: asked.row.as_ref(),
                from: asked.state.from.kind,
            })
        })
        .collect();
    let bounds = bounds(tx, &units)?;
    let ids: Vec<i64> = asked
        .iter()
        .filter(|asked| asked.gives_data)
        .filter_map(|asked| asked.row.as_ref().map(|unit| unit.id))
        .collect();
    let mut data = data_answers::all_left(tx, &ids)?;
    for (asked, bound) in asked.into_iter().filter(|asked| asked.state.serial.is_some()).zip(bounds) {
        asked.state.bound = bound;
        let id = asked.row.as_ref().filter(|_| asked.gives_data).map(|unit| unit.id);
        asked.state.data_left = id.and_then(|id| data.remove(&id));
    }
    Ok(())
}

/// What was looked up already.
struct Known {
    places: HashMap<String, PlaceRef>,
    parts: HashMap<String, PartRef>,
    /// Every unit a serial may mean.
    units: HashMap<String, Vec<UnitRow>>,
}

impl Known {
    /// Reads what the bookings name.
    fn of(tx: &mut Conn, bookings: &[&Booking]) -> AppResult<Known> {
        let serials = bookings.iter().filter_map(|booking| Serial::parse(booking.serial.as_deref()?).ok());
        let serials: BTreeSet<String> = serials.map(Serial::into_string).collect();
        let part_nos: BTreeSet<String> = bookings.iter().filter_map(|booking| part_no(booking)).collect();
        // Who may own something has a place of the same code.
        let owners = bookings.iter().filter_map(|booking| Some(booking.owner_to.as_ref()?.to_string()));
        let named = bookings.iter().flat_map(|booking| [booking.from.clone(), booking.to.clone()]);
        let codes = named.chain(owners).map(|code| normalise(&code));
        // What is on its way asks for more than its row: see `place`.
        let codes: BTreeSet<String> = codes.filter(|code| !code.starts_with("transit:")).collect();
        let places = store::places::by_codes(tx, &Vec::from_iter(codes))?;
        let parts = stock::part_refs(tx, &Vec::from_iter(part_nos))?;
        Ok(Known {
            places: places.into_iter().map(|place| (place.code.clone(), place)).collect(),
            parts: parts.into_iter().map(|part| (part.part_no.clone(), part)).collect(),
            units: units::by_serials(tx, &Vec::from_iter(serials))?,
        })
    }

    /// A unit that entered the books by mistake is one they never met; it comes beside.
    fn asked(&mut self, tx: &mut Conn, booking: &Booking) -> AppResult<Asked> {
        let serial = match booking.serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty()) {
            None => None,
            Some(text) => {
                Some(Serial::parse(text).map_err(|e| Refusal::field("serial", e.code()))?.into_string())
            }
        };
        let (part, unit) = self.part_and_unit(booking, serial.as_deref())?;
        let from = self.place(tx, "from", &booking.from)?;
        let to = self.place(tx, "to", &booking.to)?;
        if let Some(owner @ (Owner::Customer(_) | Owner::Vendor(_))) = &booking.owner_to {
            // Who may own something has a place of the same code.
            self.place(tx, "owner_to", &owner.to_string())?;
        }
        // A unit that was labelled anew is booked by its own serial.
        let serial = unit.as_ref().map(|unit| unit.serial.clone()).or(serial);
        let (mistaken, unit) = match unit {
            Some(unit) if unit.taken_back => (Some(unit.state()), None),
            unit => (None, unit),
        };
        let gives_data = asks_for_data(booking.kind, &from, &to, booking.condition_to);
        let known = unit.as_ref().map(UnitRow::state);
        let state = MoveState { part, serial, unit: known, from, to, data_left: None, bound: None };
        Ok(Asked { state, mistaken, row: unit, gives_data })
    }

    fn part_and_unit(
        &self,
        booking: &Booking,
        serial: Option<&str>,
    ) -> AppResult<(PartRef, Option<UnitRow>)> {
        let Some(part_no) = part_no(booking) else {
            let Some(serial) = serial else { return Err(Refusal::field("part_no", "required").into()) };
            let found = super::find::only_one(self.units(serial), serial)?;
            return Ok((found.part_ref(), Some(found)));
        };
        let part =
            self.parts.get(&part_no).cloned().ok_or_else(|| Refusal::field("part_no", "unknown_part"))?;
        let unit = match serial.filter(|_| part.tracking == Tracking::Serial) {
            None => None,
            Some(serial) => unit_of_part(self.units(serial), &part, serial)?,
        };
        Ok((part, unit))
    }

    fn place(&mut self, tx: &mut Conn, field: &str, code: &str) -> AppResult<PlaceRef> {
        let code = normalise(code);
        if let Some(place) = self.places.get(&code) {
            return Ok(place.clone());
        }
        if code.strip_prefix("transit:").is_some_and(is_transit_number) {
            // A way between two depots comes into being with the first thing that is on it.
            store::places::ensure(tx, &code, PlaceKind::Transit, None, None)?;
        }
        let place = places::in_field(tx, field, &code)?;
        if place.kind == PlaceKind::Transit
            && let Some(document) = store::transfers::number_of_place(tx, place.id)?
        {
            // Its account would not follow.
            return Err(Refusal::PlaceOfDocument { place: place.code, document }.into());
        }
        self.places.insert(code, place.clone());
        Ok(place)
    }

    /// Every unit this serial may mean.
    fn units(&self, serial: &str) -> Vec<UnitRow> {
        self.units.get(serial).cloned().unwrap_or_default()
    }
}

fn part_no(booking: &Booking) -> Option<String> {
    booking.part_no.as_deref().map(code_of).filter(|text| !text.is_empty())
}

/// A transfer's or parcel's number: what people write on a label, nothing longer.
fn is_transit_number(number: &str) -> bool {
    (1..=32).contains(&number.len()) && number.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// The unit of this part among those the serial may mean; none when the books never met it.
pub(in crate::app) fn unit_of_part(
    found: Vec<UnitRow>,
    part: &PartRef,
    serial: &str,
) -> AppResult<Option<UnitRow>> {
    let identity = part.identity(serial);
    let at = found
        .iter()
        .position(|unit| unit.identity == identity)
        .or_else(|| found.iter().position(|unit| unit.part_id == part.id));
    match at.and_then(|at| found.into_iter().nth(at)) {
        // One maker's serial on two part numbers: it is one unit, and the label or the typist is wrong about the part.
        Some(unit) if unit.part_id != part.id => Err(Refusal::WrongPart {
            serial: serial.to_owned(),
            part_no: unit.part_no,
            given: part.part_no.clone(),
        }
        .into()),
        unit => Ok(unit),
    }
}
