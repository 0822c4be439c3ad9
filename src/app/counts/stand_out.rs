//! What a count cannot put right: it becomes an exception for a person.

use crate::app::exceptions::right_act;
use crate::app::stock::may_be_unit;
use crate::app::{AppResult, Ctx, Error};
use crate::domain::count::{ExceptionSource, RightAct};
use crate::domain::fields::code_of;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::Tracking;
use crate::store::counts::{self, CountRow};
use crate::store::exceptions::{self, NewException};
use crate::store::units::UnitRow;
use crate::store::{Conn, stock};

/// The label of a shelf says what lies there, not that a unit is unknown: of a quantity it is asked how many there are. That of
/// a bin says where one stands, which must be in the count.
pub(super) fn is_no_label(tx: &mut Conn, row: &CountRow, field: &str, code: &str) -> AppResult<()> {
    let part = stock::part_ref(tx, &code_of(code))?;
    if let Some(part) = part.filter(|part| part.tracking == Tracking::Quantity) {
        let error = FieldError::new(format!("{field}.quantity"), "quantity_of_part");
        return Err(Refusal::Invalid(vec![error.with("part_no", part.part_no)]).into());
    }
    match may_be_unit(tx, &row.depot_ref(), code) {
        Err(Error::Refused(Refusal::NotAUnit { code: place, kind })) if kind == "place" => {
            Err(Refusal::NotInCount { place, number: row.number.clone() }.into())
        }
        said => said,
    }
}

/// What the books have elsewhere, or never met, becomes an exception with the right act: one, however often it is scanned.
pub(super) fn stand_out(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &CountRow,
    code: &str,
    part_id: Option<i64>,
    unit: Option<&UnitRow>,
) -> AppResult<i64> {
    let (act, refusal) = match unit {
        None => (RightAct::TakeIn, Refusal::not_found("unit", code)),
        Some(unit) => {
            let (serial, place) = (unit.serial.clone(), unit.place.clone());
            let refusal = Refusal::UnitElsewhere { serial, place, claimed: row.depot.clone() };
            (right_act(tx, unit, row.depot_id)?, refusal)
        }
    };
    let new = NewException {
        source: ExceptionSource::Count,
        depot_id: row.depot_id,
        code,
        part_no: unit.map_or("", |unit| unit.part_no.as_str()),
        unit_id: unit.map(|unit| unit.id),
        document: &row.number,
        reason: refusal.code(),
        facts: &refusal.args(),
        book_place: unit.map_or("", |unit| unit.place.as_str()),
        book_since: unit.map(|unit| unit.last_moved_at),
        act,
        held_by: ctx.actor.id(),
        held_at: ctx.now,
        now: ctx.now,
    };
    if let Some(id) = counts::open_exception(tx, row.id, code, part_id, new.unit_id)? {
        exceptions::renew(tx, id, &new)?;
        return Ok(id);
    }
    Ok(exceptions::insert(tx, &new)?)
}

/// Units of others that should be here and were not seen: a count books nothing of them, and whoever answers for them learns of it.
/// One exception for each, however many counts miss it.
pub(super) fn not_seen(tx: &mut Conn, ctx: &Ctx, row: &CountRow, units: &[UnitRow]) -> AppResult<()> {
    for unit in units {
        let (serial, place) = (unit.serial.clone(), unit.place.clone());
        let refusal = Refusal::UnitNotSeen { serial, place, owner: unit.owner.to_string() };
        if exceptions::is_open_for(tx, unit.id, refusal.code())? {
            continue;
        }
        let new = NewException {
            source: ExceptionSource::Count,
            depot_id: row.depot_id,
            code: &unit.serial,
            part_no: &unit.part_no,
            unit_id: Some(unit.id),
            document: &row.number,
            reason: refusal.code(),
            facts: &refusal.args(),
            book_place: &unit.place,
            book_since: None,
            act: RightAct::Look,
            held_by: ctx.actor.id(),
            held_at: ctx.now,
            now: ctx.now,
        };
        exceptions::insert(tx, &new)?;
    }
    Ok(())
}
