//! What may stand in for a part, and its reorder points.

use super::PartFields;
use crate::app::setup::Changes;
use crate::app::{AppResult, Ctx, depots};
use crate::domain::actor::Permission;
use crate::domain::equivalence::Limits;
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX, NUMBER_MAX, code_of};
use crate::domain::refusal::FieldError;
use crate::domain::stock::PartClass;
use crate::store::parts::{self, PartRow};
use crate::store::{Conn, people};

/// Largest reorder point.
const REORDER_MAX: i64 = 1_000_000;

/// A part that may stand in (directed: the other way round is its own relation).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlternateFields {
    /// Its part number.
    pub part_no: String,
    /// Why it may. `None` keeps what stands.
    pub reason: Option<String>,
    /// Who confirmed it, by sign-in name: one of our people who may judge boards. `None` keeps what stands; a new relation without
    /// it is confirmed by the one who enters it.
    pub confirmed_by: Option<String>,
    /// The oldest firmware that will do; empty for any. `None` keeps what stands.
    pub firmware_from: Option<String>,
    /// The newest firmware that will do.
    pub firmware_to: Option<String>,
    /// The hardware revisions that will do: `A, B2`.
    pub revisions: Option<String>,
}

/// How many good spares a depot should not fall below; `None` takes the point away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReorderFields {
    /// Code of the depot.
    pub depot: String,
    /// The point.
    pub quantity: Option<i64>,
}

/// What happens to standing alternates that a request does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// They end: the list is the whole truth.
    Replace,
    /// They stay: the list adds to them.
    Add,
}

/// Relations as asked for, with the rows they name.
pub(super) struct Relations {
    alternates: Option<Vec<(PartRow, AlternateFields)>>,
    reorder_points: Vec<(i64, String, Option<i64>)>,
}

/// Reads and checks the relations a request asks for.
pub(super) fn read(
    conn: &mut Conn,
    f: &mut Fields,
    part: &PartRow,
    fields: &PartFields,
) -> AppResult<Relations> {
    let alternates = match &fields.alternates {
        Some(wanted) => Some(read_alternates(conn, f, part, wanted)?),
        None => None,
    };
    let mut reorder_points = vec![];
    let wanted = fields.reorder_points.as_deref().unwrap_or_default();
    f.distinct("reorder_points", wanted.iter().map(|point| code_of(&point.depot)));
    for (at, point) in wanted.iter().enumerate() {
        let depot = depots::in_field(conn, f, &format!("reorder_points[{at}].depot"), &point.depot)?;
        let quantity =
            point.quantity.map(|n| f.number(&format!("reorder_points[{at}].quantity"), n, 0..=REORDER_MAX));
        if let Some(depot) = depot {
            reorder_points.push((depot.id, depot.code, quantity));
        }
    }
    Ok(Relations { alternates, reorder_points })
}

fn read_alternates(
    conn: &mut Conn,
    f: &mut Fields,
    part: &PartRow,
    wanted: &[AlternateFields],
) -> AppResult<Vec<(PartRow, AlternateFields)>> {
    f.distinct("alternates", wanted.iter().map(|a| code_of(&a.part_no)));
    let mut found = vec![];
    for (at, alternate) in wanted.iter().enumerate() {
        let field = format!("alternates[{at}].part_no");
        let text = |f: &mut Fields, name: &str, value: &Option<String>, max| {
            value.as_ref().map(|v| f.text(&format!("alternates[{at}].{name}"), v, max))
        };
        let reason = text(f, "reason", &alternate.reason, LONG_MAX);
        let confirmed_by = text(f, "confirmed_by", &alternate.confirmed_by, NAME_MAX);
        if let Some(name) = confirmed_by.as_deref().filter(|name| !name.is_empty()) {
            confirms(conn, f, &format!("alternates[{at}].confirmed_by"), name)?;
        }
        let firmware_from = text(f, "firmware_from", &alternate.firmware_from, NUMBER_MAX);
        let firmware_to = text(f, "firmware_to", &alternate.firmware_to, NUMBER_MAX);
        let revisions = text(f, "revisions", &alternate.revisions, NAME_MAX).map(|text| listed(&text));
        match parts::by_no(conn, &code_of(&alternate.part_no))? {
            None => f.push(FieldError::new(field, "unknown_part").with("code", alternate.part_no.trim())),
            Some(row) if row.part_no == part.part_no => f.fault(field, "alternate_is_self"),
            Some(row) if row.class == PartClass::Instrument => f.fault(field, "not_for_instruments"),
            Some(row) if row.tracking != part.tracking => f.fault(field, "other_tracking"),
            Some(row) => {
                let part_no = row.part_no.clone();
                let said =
                    AlternateFields { part_no, reason, confirmed_by, firmware_from, firmware_to, revisions };
                found.push((row, said));
            }
        }
    }
    Ok(found)
}

/// Those who may confirm that one board may stand in for another: sign-in name and shown name.
pub fn confirmers(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<(String, String)>> {
    ctx.actor.may(Permission::ReadSetup)?;
    let people = people::active(conn)?.into_iter().filter(|user| user.role.may(Permission::Repair));
    Ok(people.map(|user| (user.username, user.display_name)).collect())
}

/// Who confirms that one board may stand in for another is one of our people who may judge boards.
fn confirms(conn: &mut Conn, f: &mut Fields, field: &str, name: &str) -> AppResult<()> {
    match people::by_username(conn, name)?.filter(|user| user.active) {
        None => f.push(FieldError::new(field, "unknown").with("value", name)),
        Some(user) if !user.role.may(Permission::Repair) => f.fault(field, "not_for_this_role"),
        Some(_) => {}
    }
    Ok(())
}

/// Revisions as they are kept: `A, B2`.
fn listed(text: &str) -> String {
    let revisions = text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|one| !one.is_empty());
    revisions.collect::<Vec<_>>().join(", ")
}

impl Relations {
    /// Brings the books to what was asked for. A relation that reads otherwise now ends, and a new one begins: an issue in
    /// the past can always be judged by what was confirmed then.
    pub(super) fn write(
        self,
        tx: &mut Conn,
        ctx: &Ctx,
        part_id: i64,
        lists: Lists,
        changes: &mut Changes,
    ) -> AppResult<()> {
        if let Some(wanted) = self.alternates {
            write_alternates(tx, ctx, part_id, lists, wanted, changes)?;
        }
        if self.reorder_points.is_empty() {
            return Ok(());
        }
        let standing = parts::reorder_points(tx, part_id)?;
        for (depot_id, depot, quantity) in self.reorder_points {
            let old = standing.iter().find(|point| point.depot_id == depot_id).map(|point| point.quantity);
            if old == quantity {
                continue;
            }
            match quantity {
                Some(quantity) => parts::set_reorder_point(tx, depot_id, part_id, quantity)?,
                None => parts::remove_reorder_point(tx, depot_id, part_id)?,
            }
            let shown = |n: Option<i64>| n.map_or("∅".to_owned(), |n| n.to_string());
            changes.note(format!("reorder_point {depot}: {} → {}", shown(old), shown(quantity)));
        }
        Ok(())
    }
}

fn write_alternates(
    tx: &mut Conn,
    ctx: &Ctx,
    part_id: i64,
    lists: Lists,
    wanted: Vec<(PartRow, AlternateFields)>,
    changes: &mut Changes,
) -> AppResult<()> {
    let standing = parts::alternates(tx, part_id)?;
    if lists == Lists::Replace {
        for old in standing.iter().filter(|old| !wanted.iter().any(|(row, _)| row.id == old.alternate_id)) {
            parts::end_alternate(tx, old.id, ctx.now)?;
            changes.note(format!("alternates: − {}", old.part_no));
        }
    }
    for (row, new) in wanted {
        let old = standing.iter().find(|old| old.alternate_id == row.id);
        let reason = new.reason.or_else(|| old.map(|o| o.reason.clone())).unwrap_or_default();
        let confirmed_by = new
            .confirmed_by
            .or_else(|| old.map(|o| o.confirmed_by.clone()))
            .unwrap_or_else(|| ctx.actor.username.clone());
        let kept =
            |said: Option<String>, old: Option<&String>| said.or_else(|| old.cloned()).unwrap_or_default();
        let limits = Limits {
            firmware_from: kept(new.firmware_from, old.map(|old| &old.firmware_from)),
            firmware_to: kept(new.firmware_to, old.map(|old| &old.firmware_to)),
            revisions: kept(new.revisions, old.map(|old| &old.revisions)),
        };
        if let Some(old) = old {
            if old.reason == reason && old.confirmed_by == confirmed_by && old.limits() == limits {
                continue;
            }
            parts::end_alternate(tx, old.id, ctx.now)?;
        }
        parts::add_alternate(tx, part_id, row.id, &reason, &confirmed_by, &limits, ctx.now)?;
        changes.note(format!("alternates: + {}", row.part_no));
    }
    Ok(())
}
