//! The receipt out of a box was taken back: the box stands there all the same, and waits for a person again.

use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Scope;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Owner;
use crate::store::intakes::{self, IntakeRow};
use crate::store::units::UnitRow;
use crate::store::{Conn, ledger, movements, open_lines, units};

/// Opens a matched intake again, its receipt reversed. What stands in the box's depot in quarantine stays there; what the receipt
/// itself had brought into the books is only noted. A piece that came under a label goes by its label again: who it was believed to
/// be was the mistake, as far as anybody knows.
pub(super) fn open(tx: &mut Conn, ctx: &Ctx, intake: i64, reason: &str) -> AppResult<()> {
    let row = intakes::by_id(tx, &Scope::All, intake)?;
    let row = row.ok_or_else(|| Refusal::not_found("intake", intake))?;
    let unit = match row.unit_id {
        Some(id) => units::by_id(tx, id)?,
        None => None,
    };
    let unit = unit.filter(|unit| unit.depot_id == Some(row.depot_id) && !unit.taken_back);
    let (serial, unit_id) = if row.label.is_empty() {
        (row.serial.as_str(), unit.map(|unit| unit.id))
    } else {
        ("", by_its_label(tx, ctx, &row, unit, reason)?)
    };
    intakes::open_again(tx, row.id, serial, unit_id)?;
    audit::record(tx, ctx, "intake.open_again", &format!("intake:{}", row.box_no), reason)
}

/// The piece under its label: the unit that entered the books by it. None where the piece was taken for one the books knew: that one
/// goes back to where it was.
fn by_its_label(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &IntakeRow,
    unit: Option<UnitRow>,
    reason: &str,
) -> AppResult<Option<i64>> {
    if let Some(id) = row.unit_id {
        units::forget_alias(tx, id, &row.label)?;
    }
    let Some(unit) = unit else { return Ok(None) };
    if unit.owner == Owner::Unknown {
        units::relabel(tx, unit.id, &row.label, &unit.part_ref().identity(&row.label))?;
        // What asks for the serial asks for a unit the books do not know: this one only went by it.
        open_lines::forget_unit(tx, unit.id)?;
        return Ok(Some(unit.id));
    }
    let last = movements::last_left(tx, unit.id)?;
    let came = movements::recorded(tx, last)?.filter(|came| came.document == row.box_no);
    let at = movements::by_id(tx, last)?;
    if let (Some(came), Some(at)) = (came, at) {
        let posting = came.reversed(at.occurred_at, reason);
        ledger::post(tx, &[posting], ctx.actor.id(), ctx.now)?;
    }
    Ok(None)
}
