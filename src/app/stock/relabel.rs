//! Labelling a unit anew: it answers to another code too, for a reason, once a second person saw the same (PRODUCT
//! "Identity").

use super::find::{UnitDetails, unit, unit_details};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::serial::Serial;
use crate::store::Conn;
use crate::store::units::{self, UnitRow};

/// The unit on the table: in a depot of the actor's.
fn on_the_table(tx: &mut Conn, ctx: &Ctx, serial: &str, part_no: Option<&str>) -> AppResult<UnitRow> {
    let found = unit(tx, ctx, serial, part_no)?;
    let Some((id, code)) = found.depot_id.zip(found.depot.clone()) else {
        let (serial, place) = (found.serial, found.place);
        return Err(Refusal::UnitElsewhere { serial, place, claimed: String::new() }.into());
    };
    ctx.actor.may_in(Permission::MoveStock, &DepotRef { id, code })?;
    Ok(found)
}

fn code_in(field: &str, code: &str) -> Result<String, Refusal> {
    Ok(Serial::parse(code).map_err(|error| Refusal::field(field, error.code()))?.into_string())
}

/// Asks for another code of a unit. It counts once a second person confirmed it.
pub fn relabel(
    tx: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    code: &str,
    reason: &str,
) -> AppResult<UnitDetails> {
    let found = on_the_table(tx, ctx, serial, part_no)?;
    let code = code_in("code", code)?;
    let mut f = Fields::new();
    let reason = f.required("reason", reason, LONG_MAX);
    f.finish()?;
    if units::code_is_taken(tx, &code)? {
        return Err(Refusal::AlreadyExists { kind: "unit".to_owned(), key: code }.into());
    }
    units::add_alias(tx, found.id, &code, &reason, ctx.actor.id(), None, ctx.now)?;
    audit::record(tx, ctx, "unit.relabel", &format!("unit:{}", found.serial), &format!("{code}: {reason}"))?;
    unit_details(tx, ctx, &found.serial, Some(&found.part_no))
}

/// A second person confirms the new code: from now on it scans.
pub fn confirm_label(
    tx: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    code: &str,
) -> AppResult<UnitDetails> {
    let found = on_the_table(tx, ctx, serial, part_no)?;
    let code = code_in("code", code)?;
    let waiting = units::pending_alias(tx, found.id, &code)?;
    let waiting = waiting.ok_or_else(|| Refusal::not_found("unit", &code))?;
    if waiting.created_by == ctx.actor.id() {
        return Err(Refusal::SecondPersonNeeded { username: ctx.actor.username.clone() }.into());
    }
    units::confirm_alias(tx, waiting.id, ctx.actor.id())?;
    audit::record(tx, ctx, "unit.confirm_label", &format!("unit:{}", found.serial), &code)?;
    unit_details(tx, ctx, &found.serial, Some(&found.part_no))
}
