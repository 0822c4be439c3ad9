//! The open lines and repair orders of units that somebody wants to move by hand.

use crate::app::AppResult;
use crate::domain::place::PlaceKind;
use crate::domain::rma::RepairOrderState;
use crate::domain::stock::{Bound, LineRole, OnLine, Owner, PartRef};
use crate::store::issued::OutOn;
use crate::store::open_lines::OpenLineRow;
use crate::store::units::UnitRow;
use crate::store::{Conn, issued, open_lines, repairs};
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

    /// A unit of ours may be, also one that passed its test and was laid aside before its order ended.
    fn may_be_under_repair(&self) -> Option<i64> {
        self.unit.filter(|unit| unit.owner == Owner::Us).map(|unit| unit.id)
    }

    fn identity(&self) -> String {
        self.unit.map_or_else(|| self.part.identity(self.serial), |unit| unit.identity.clone())
    }
}

/// What each unit is bound by: the open RMA line that is about it or to which it is owed back, else its repair order. In a few
/// statements, however many they are.
pub(in crate::app) fn bounds(conn: &mut Conn, moved: &[Moved<'_>]) -> AppResult<Vec<Option<Bound>>> {
    let lines = on_lines(conn, moved)?;
    let ids: Vec<i64> = moved.iter().filter_map(Moved::may_be_under_repair).collect();
    let orders = repairs::open_of_units(conn, &ids)?.into_iter();
    let orders: HashMap<i64, Bound> = orders
        .map(|order| {
            let at_vendor = order.state == RepairOrderState::AtVendor;
            (order.unit_id, Bound::Order { repair: order.number, at_vendor })
        })
        .collect();
    let order = |moved: &Moved<'_>| orders.get(&moved.may_be_under_repair()?).cloned();
    let lines = lines.into_iter().map(|line| line.map(Bound::Line));
    Ok(lines.zip(moved).map(|(line, moved)| line.or_else(|| order(moved))).collect())
}

fn on_lines(conn: &mut Conn, moved: &[Moved<'_>]) -> AppResult<Vec<Option<OnLine>>> {
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

/// The same of units the books know, each where it stands.
pub(in crate::app) fn bound_all(conn: &mut Conn, units: &[UnitRow]) -> AppResult<Vec<Option<Bound>>> {
    let parts: Vec<PartRef> = units.iter().map(UnitRow::part_ref).collect();
    let moved = units.iter().zip(&parts).map(|(unit, part)| Moved {
        part,
        serial: &unit.serial,
        unit: Some(unit),
        from: unit.place_kind,
    });
    bounds(conn, &moved.collect::<Vec<_>>())
}

/// The same of one unit.
pub(in crate::app) fn bound(conn: &mut Conn, unit: &UnitRow) -> AppResult<Option<Bound>> {
    Ok(bound_all(conn, std::slice::from_ref(unit))?.pop().flatten())
}
