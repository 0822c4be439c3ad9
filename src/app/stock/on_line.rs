//! The open lines of units that somebody wants to move by hand.

use crate::app::AppResult;
use crate::domain::place::PlaceKind;
use crate::domain::stock::{LineRole, OnLine, Owner, PartRef};
use crate::store::issued::OutOn;
use crate::store::open_lines::OpenLineRow;
use crate::store::units::UnitRow;
use crate::store::{Conn, issued, open_lines};
use std::collections::HashMap;

/// A unit somebody wants to move.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Moved<'a> {
    /// Its part.
    pub part: &'a PartRef,
    /// Its serial.
    pub serial: &'a str,
    /// The unit; none for one the books never met.
    pub unit: Option<&'a UnitRow>,
    /// From where.
    pub from: PlaceKind,
}

impl Moved<'_> {
    /// Stock of ours in our own house is on no line, and costs no look: only what is a customer's is, or stands where customers'
    /// things come from.
    fn may_be_on_line(&self) -> bool {
        let outside = matches!(self.from, PlaceKind::Customer | PlaceKind::Transit);
        outside || self.unit.is_some_and(|unit| matches!(unit.owner, Owner::Customer(_)))
    }

    fn identity(&self) -> String {
        self.unit.map_or_else(|| self.part.identity(self.serial), |unit| unit.identity.clone())
    }
}

/// The open RMA line that is about each unit, or to which it is owed back; in a few statements, however many they are.
pub(in crate::app) fn on_lines(conn: &mut Conn, moved: &[Moved<'_>]) -> AppResult<Vec<Option<OnLine>>> {
    let asked = || moved.iter().filter(|moved| moved.may_be_on_line());
    let ours = asked().filter_map(|moved| moved.unit).filter(|unit| unit.owner == Owner::Us);
    let ours: Vec<(i64, PlaceKind)> = ours.map(|unit| (unit.id, unit.place_kind)).collect();
    let out = issued::all_out_on(conn, &ours)?;
    let out: HashMap<i64, OutOn> = out.into_iter().map(|out| (out.unit_id, out)).collect();
    let identities: Vec<String> = asked().map(Moved::identity).collect();
    let identities: Vec<&str> = identities.iter().map(String::as_str).collect();
    let lines = open_lines::of_identities(conn, &identities)?;
    let lines: HashMap<String, OpenLineRow> =
        lines.into_iter().map(|line| (line.identity.clone(), line)).collect();
    Ok(moved.iter().map(|moved| of_one(moved, &out, &lines)).collect())
}

fn of_one(
    moved: &Moved<'_>,
    out: &HashMap<i64, OutOn>,
    lines: &HashMap<String, OpenLineRow>,
) -> Option<OnLine> {
    if !moved.may_be_on_line() {
        return None;
    }
    if let Some(out) = moved.unit.and_then(|unit| out.get(&unit.id)) {
        return Some(OnLine { rma: out.number.clone(), line: out.line, role: LineRole::Lent });
    }
    // Under another part number it is not what the request names: the label or the request is wrong, and the line will say so.
    let line = lines.get(&moved.identity()).filter(|line| line.part_id == moved.part.id)?;
    let (repair, customer) = (line.repair_state, line.customer.clone());
    Some(OnLine { rma: line.number.clone(), line: line.line, role: LineRole::Own { repair, customer } })
}

/// The same of one unit the books know, where it stands.
pub(in crate::app) fn on_line(conn: &mut Conn, unit: &UnitRow) -> AppResult<Option<OnLine>> {
    let part = unit.part_ref();
    let moved = Moved { part: &part, serial: &unit.serial, unit: Some(unit), from: unit.place_kind };
    Ok(on_lines(conn, &[moved])?.pop().flatten())
}
