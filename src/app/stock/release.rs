//! What a unit is: its firmware and its hardware revision, put down by somebody who looked.

use super::{UnitDetails, find_unit, unit_details};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, NUMBER_MAX};
use crate::domain::refusal::Refusal;
use crate::store::units::UnitRow;
use crate::store::{Conn, units};

/// What somebody read on a unit. `None` keeps what stands; an empty text says that nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// Part number, when several units share the serial.
    pub part_no: Option<String>,
    /// Firmware.
    pub firmware: Option<String>,
    /// Hardware revision.
    pub revision: Option<String>,
}

/// Who may put down what a unit is: those who move stock, in the depot it stands in.
///
/// # Errors
/// `forbidden`, and `not_your_depot` for a unit in another's depot.
pub fn may_put_down(ctx: &Ctx, unit: &UnitRow) -> Result<(), Refusal> {
    match unit.place_ref().depot {
        Some(depot) => ctx.actor.may_in(Permission::MoveStock, &depot),
        None => ctx.actor.may(Permission::MoveStock),
    }
}

/// Puts down what a unit is. The limits of an equivalence are held against it.
///
/// # Errors
/// `forbidden`, `not_found`, `not_your_depot` for a unit in another's depot, and 422.
pub fn put_down_release(tx: &mut Conn, ctx: &Ctx, serial: &str, said: &Release) -> AppResult<UnitDetails> {
    ctx.actor.may(Permission::MoveStock)?;
    let unit = find_unit(tx, serial, said.part_no.as_deref())?;
    may_put_down(ctx, &unit)?;
    let mut f = Fields::new();
    let read = |f: &mut Fields, field: &str, text: &Option<String>, known: &str| match text {
        Some(text) => f.text(field, text, NUMBER_MAX),
        None => known.to_owned(),
    };
    let firmware = read(&mut f, "firmware", &said.firmware, &unit.firmware);
    let revision = read(&mut f, "revision", &said.revision, &unit.revision);
    f.finish()?;
    units::set_release(tx, unit.id, &firmware, &revision)?;
    let detail = format!("firmware {} → {firmware}, revision {} → {revision}", unit.firmware, unit.revision);
    audit::record(tx, ctx, "unit.release", &format!("unit:{}", unit.serial), &detail)?;
    unit_details(tx, ctx, &unit.serial, Some(&unit.part_no))
}
