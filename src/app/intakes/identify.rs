//! A piece whose part or serial nobody knew is made out: it enters the books, or goes by its own serial from now on.

use super::take_in::quarantine;
use super::{IntakeRow, get};
use crate::app::stock::free_for;
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, LONG_MAX, code_of};
use crate::domain::intake::{IntakeException, IntakeState};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::serial::Serial;
use crate::domain::stock::{Condition, MovementKind, Owner, PartRef, Posting, Stand, Subject};
use crate::domain::transfer::bring_here;
use crate::store::intakes::{self, Identified};
use crate::store::units::UnitRow;
use crate::store::{Conn, ledger, stock, units};

/// What somebody made out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Part number, where it was not known.
    pub part_no: Option<String>,
    /// Serial, where it could not be read.
    pub serial: Option<String>,
    /// How it was made out.
    pub reason: String,
}

/// Says which part a piece is, or which serial it has. With its part it enters the books, in quarantine, owner unknown, as of
/// the moment its box was taken in; with its serial, which a second person says (PRODUCT "Identity"), it goes by that, and the
/// label it stood under stays another code of it. It still waits for its RMA.
///
/// # Errors
/// `not_found`, `not_your_depot`, `action_not_allowed`, `second_person_needed`, `serial_elsewhere`, `wrong_part`, and 422.
pub fn identify(tx: &mut Conn, ctx: &Ctx, id: i64, said: &Identity) -> AppResult<IntakeRow> {
    let row = get(tx, ctx, id)?;
    ctx.actor.may_in(Permission::MoveStock, &row.depot_ref())?;
    if row.state != IntakeState::Unmatched || row.exception == Some(IntakeException::Elsewhere) {
        let (action, state) = ("identify".to_owned(), row.state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    let mut f = Fields::new();
    let reason = f.required("reason", &said.reason, LONG_MAX);
    let given = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let (part_no, serial) = (code_of(&given(&said.part_no)), given(&said.serial));
    if part_no.is_empty() && serial.is_empty() {
        f.fault("serial", "required");
    }
    if row.part_no.as_ref().is_some_and(|known| !part_no.is_empty() && *known != part_no) {
        f.fault("part_no", "fixed");
    }
    if !row.serial.is_empty() && !serial.is_empty() {
        f.fault("serial", "fixed");
    }
    f.finish()?;
    let part_no = row.part_no.clone().unwrap_or(part_no);
    if part_no.is_empty() {
        return Err(Refusal::field("part_no", "required").into());
    }
    let part = stock::part_ref(tx, &part_no)?.ok_or_else(|| Refusal::field("part_no", "unknown_part"))?;
    if row.unit_id.is_none() {
        enter(tx, ctx, &row, &part)?;
    }
    if !serial.is_empty() {
        let serial = Serial::parse(&serial).map_err(|error| Refusal::field("serial", error.code()))?;
        let row = get(tx, ctx, id)?;
        name(tx, ctx, &row, &part, &serial.into_string())?;
    }
    audit::record(tx, ctx, "intake.identify", &format!("intake:{}", row.box_no), &reason)?;
    get(tx, ctx, id)
}

/// A piece that was only noted enters the books: under its serial, or under the label it carries.
fn enter(tx: &mut Conn, ctx: &Ctx, row: &IntakeRow, part: &PartRef) -> AppResult<()> {
    let code = if row.serial.is_empty() { &row.label } else { &row.serial };
    if let Some(unit) = with_identity(tx, part, code)? {
        return Err(Refusal::SerialElsewhere { serial: unit.serial, place: unit.place }.into());
    }
    let place = places::find(tx, &row.depot)?;
    let unit_id = quarantine(tx, ctx, part, code, &place, &row.box_no, row.taken_in_at)?;
    let identified = Identified {
        id: row.id,
        serial: &row.serial,
        part_id: part.id,
        unit_id,
        exception: row.exception.unwrap_or(IntakeException::NoRma),
    };
    Ok(intakes::identify(tx, &identified)?)
}

/// The piece under a label turns out to have this serial. When the books know that one at a customer's, it is that one: what
/// entered under the label was never another thing, and is taken back.
pub(super) fn name(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &IntakeRow,
    part: &PartRef,
    serial: &str,
) -> AppResult<i64> {
    if row.taken_in_by_id == ctx.actor.id() {
        // The label becomes another code of the unit: that takes two people (PRODUCT "Identity").
        return Err(Refusal::SecondPersonNeeded { username: ctx.actor.username.clone() }.into());
    }
    let here = match row.unit_id {
        Some(id) => units::by_id(tx, id)?,
        None => None,
    };
    let here = here.ok_or_else(|| Refusal::IntakeUnreadable { label: row.label.clone() })?;
    if here.owner != Owner::Unknown || here.condition != Condition::Quarantined {
        let (serial, place) = (here.serial, here.place);
        return Err(Refusal::UnitElsewhere { serial, place, claimed: row.depot.clone() }.into());
    }
    let unit_id = match with_identity(tx, part, serial)? {
        None => {
            units::relabel(tx, here.id, serial, &part.identity(serial))?;
            here.id
        }
        Some(known) => is_known(tx, ctx, row, part, &here, known)?,
    };
    free_for(tx, part, Some(unit_id), &row.label)?;
    units::add_alias(tx, unit_id, &row.label, &row.box_no, row.taken_in_by_id, ctx.actor.id(), ctx.now)?;
    let identified = Identified {
        id: row.id,
        serial,
        part_id: part.id,
        unit_id: Some(unit_id),
        exception: IntakeException::NoRma,
    };
    intakes::identify(tx, &identified)?;
    Ok(unit_id)
}

/// The unit of this part's maker (or of this very part) with the serial.
fn with_identity(tx: &mut Conn, part: &PartRef, serial: &str) -> AppResult<Option<UnitRow>> {
    let identity = part.identity(serial);
    let mut found = units::by_serial(tx, serial)?.into_iter();
    Ok(found.find(|unit| unit.part_ref().identity(&unit.serial) == identity))
}

/// The unit the books know is here, and the one that entered under the label is not: its id.
fn is_known(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &IntakeRow,
    part: &PartRef,
    here: &UnitRow,
    known: UnitRow,
) -> AppResult<i64> {
    if known.part_id != part.id {
        let (serial, part_no, given) = (known.serial, known.part_no, part.part_no.clone());
        return Err(Refusal::WrongPart { serial, part_no, given }.into());
    }
    if known.place_kind != PlaceKind::Customer {
        return Err(Refusal::SerialElsewhere { serial: known.serial, place: known.place }.into());
    }
    let state = here.state();
    let stand = |place| Stand { place, condition: state.condition, owner: state.owner.clone() };
    let opening = places::find(tx, "opening")?;
    let (from, to) = (stand(state.place.clone()), stand(opening));
    let back = Posting::of_one(MovementKind::Adjust, here.part_ref(), Subject::of(&state), from, to, ctx.now);
    let back = Posting { reason: known.serial.clone(), ..back.under(&row.box_no) };
    ledger::post(tx, &[back], ctx.actor.id(), ctx.now)?;
    // The label is the known unit's now: one code, one thing.
    let gone = format!("{}-VOID", here.serial.chars().take(LABEL_KEPT).collect::<String>());
    units::relabel(tx, here.id, &gone, &here.part_ref().identity(&gone))?;
    let place = &state.place;
    let came = bring_here(&known.part_ref(), &known.state(), place, place, &row.box_no, row.taken_in_at)?;
    ledger::post(tx, &came, ctx.actor.id(), ctx.now)?;
    Ok(known.id)
}

/// So much of a label stays in the code of what was taken back: a serial has at most 64 characters.
const LABEL_KEPT: usize = 58;
