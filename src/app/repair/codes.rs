//! What the bench calls a fault: a short list that can be changed.

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::fault_codes::{self, FaultCodeRow};

/// What a request says about a code; what it does not say stays as it is.
#[derive(Debug, Clone, Default)]
pub struct FaultCodeFields {
    /// In Chinese; a new code must have one.
    pub name: Option<String>,
    /// In English; the Chinese one when not said.
    pub name_en: Option<String>,
    /// Whether it may be chosen.
    pub active: Option<bool>,
}

/// Every code, also those no longer chosen.
pub fn list_codes(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<FaultCodeRow>> {
    ctx.actor.may(Permission::ReadSetup)?;
    Ok(fault_codes::list(conn)?)
}

/// Adds a code. Refuses with `already_exists`.
pub fn create_code(
    tx: &mut Conn,
    ctx: &Ctx,
    code: &str,
    fields: &FaultCodeFields,
) -> AppResult<FaultCodeRow> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut f = Fields::new();
    let code = f.code("code", code, &['/', '#', '+']).to_lowercase();
    let name = f.required("name", fields.name.as_deref().unwrap_or_default(), NAME_MAX);
    let name_en = f.text("name_en", fields.name_en.as_deref().unwrap_or_default(), NAME_MAX);
    f.finish()?;
    let name_en = if name_en.is_empty() { name.clone() } else { name_en };
    let row = FaultCodeRow { code, name, name_en, active: fields.active.unwrap_or(true) };
    unless_taken(fault_codes::insert(tx, &row), "fault_code", &row.code)?;
    audit::record(tx, ctx, "fault_code.create", &format!("fault_code:{}", row.code), &row.name)?;
    Ok(row)
}

/// Changes a code's words, or takes it out of use. The code stays.
pub fn change_code(
    tx: &mut Conn,
    ctx: &Ctx,
    code: &str,
    fields: &FaultCodeFields,
) -> AppResult<FaultCodeRow> {
    ctx.actor.may(Permission::ManageSetup)?;
    let found = fault_codes::by_code(tx, &code.trim().to_lowercase())?;
    let mut row = found.ok_or_else(|| Refusal::not_found("fault_code", code.trim()))?;
    let mut f = Fields::new();
    let mut changes = Changes::new();
    changes.set("name", &mut row.name, fields.name.as_ref().map(|v| f.required("name", v, NAME_MAX)));
    changes.set(
        "name_en",
        &mut row.name_en,
        fields.name_en.as_ref().map(|v| f.required("name_en", v, NAME_MAX)),
    );
    changes.set("active", &mut row.active, fields.active);
    f.finish()?;
    if !changes.is_empty() {
        fault_codes::update(tx, &row)?;
        audit::record(tx, ctx, "fault_code.update", &format!("fault_code:{}", row.code), &changes.detail())?;
    }
    Ok(row)
}
