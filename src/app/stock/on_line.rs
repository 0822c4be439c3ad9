//! The open line of a unit that somebody wants to move by hand.

use crate::app::AppResult;
use crate::domain::place::PlaceKind;
use crate::domain::stock::{LineRole, OnLine, Owner, PartRef};
use crate::store::units::UnitRow;
use crate::store::{Conn, issued, rmas};

/// The open RMA line that is about the unit, or to which it is owed back. Stock of ours in our own house is on none, and costs no
/// look: only what is a customer's, or stands where customers' things come from. `unit` is none for one the books never met.
pub(in crate::app) fn on_line(
    conn: &mut Conn,
    part: &PartRef,
    serial: &str,
    unit: Option<&UnitRow>,
    from: PlaceKind,
) -> AppResult<Option<OnLine>> {
    let outside = matches!(from, PlaceKind::Customer | PlaceKind::Transit);
    if !outside && !unit.is_some_and(|unit| matches!(unit.owner, Owner::Customer(_))) {
        return Ok(None);
    }
    if let Some(unit) = unit.filter(|unit| unit.owner == Owner::Us)
        && let Some(out) = issued::out_on(conn, unit.id, unit.place_kind)?
    {
        return Ok(Some(OnLine { rma: out.number, line: out.line, role: LineRole::Lent }));
    }
    let identity = unit.map_or_else(|| part.identity(serial), |unit| unit.identity.clone());
    // Under another part number it is not what the request names: the label or the request is wrong, and the line will say so.
    let line = rmas::open_of_identity(conn, &identity)?.filter(|row| row.part_id == part.id);
    Ok(line.map(|row| OnLine {
        rma: row.number,
        line: row.line,
        role: LineRole::Own { repair: row.repair_state, customer: row.customer },
    }))
}
