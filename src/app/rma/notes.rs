//! What people write down about an RMA: notes, and new labels for units whose old one cannot be read.

use crate::app::rma::promises;
use crate::app::rma::state::find;
use crate::app::stock::{find_unit, free_for};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Role};
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::serial::Serial;
use crate::store::rma_cases::{self, LabelRow};
use crate::store::{Conn, Violation, intakes, rmas, units, violates};

/// Writes a note on an RMA, or on one of its lines. Internal notes are for our own people; a customer's are always public.
pub fn note(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: Option<i64>,
    text: &str,
    internal: bool,
) -> AppResult<i64> {
    ctx.actor.may(Permission::ReadRma)?;
    let rma = find(tx, ctx, number)?;
    let mut fields = Fields::new();
    let text = fields.required("text", text, LONG_MAX);
    if internal && ctx.actor.role == Role::Customer {
        fields.fault("internal", "not_for_this_role");
    }
    fields.finish()?;
    let lines = rmas::lines(tx, rma.id)?;
    let about = line.map(|line| {
        let key = format!("{}/{line}", rma.number);
        let found = lines.iter().find(|row| row.line == line);
        found.ok_or_else(|| Refusal::not_found("rma_line", key))
    });
    let line_id = about.transpose()?.map(|row| row.id);
    let id = rma_cases::insert_note(tx, rma.id, line_id, &text, internal, ctx.actor.id(), ctx.now)?;
    if !internal {
        for row in lines.iter().filter(|row| line_id.is_none_or(|id| id == row.id)) {
            promises::answer(tx, ctx, row.id)?;
        }
    }
    audit::record(tx, ctx, "rma.note", &format!("rma:{}", rma.number), &text)?;
    Ok(id)
}

/// Asks to give a unit a further code, because its label cannot be read or was replaced. A second person must agree.
pub fn ask_label(
    tx: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    code: &str,
    reason: &str,
) -> AppResult<LabelRow> {
    ctx.actor.may(Permission::MoveStock)?;
    let unit = find_unit(tx, serial, part_no)?;
    if let Some(depot) = &unit.place_ref().depot {
        ctx.actor.may_in(Permission::MoveStock, depot)?;
    }
    let mut fields = Fields::new();
    let reason = fields.required("reason", reason, LONG_MAX);
    let code = match Serial::parse(code) {
        Ok(code) => code.into_string(),
        Err(error) => {
            fields.fault("code", error.code());
            String::new()
        }
    };
    fields.finish()?;
    // A box that waits to be made out stands under its label: two things would go by one code.
    if intakes::label_is_taken(tx, &code)? {
        return Err(Refusal::AlreadyExists { kind: "label".to_owned(), key: code }.into());
    }
    free_for(tx, &unit.part_ref(), None, &code)?;
    let id = match rma_cases::insert_label(tx, unit.id, &code, &reason, ctx.actor.id(), ctx.now) {
        Ok(id) => id,
        Err(error) if violates(&error, Violation::Unique) => {
            return Err(Refusal::AlreadyExists { kind: "label".to_owned(), key: code }.into());
        }
        Err(error) => return Err(error.into()),
    };
    audit::record(tx, ctx, "unit.label", &format!("unit:{}", unit.serial), &format!("{code}: {reason}"))?;
    Ok(rma_cases::open_label(tx, id)?.ok_or_else(|| Refusal::not_found("label", id))?)
}

/// The second person agrees: from now on both codes scan.
pub fn approve_label(tx: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<LabelRow> {
    ctx.actor.may(Permission::MoveStock)?;
    let label = rma_cases::open_label(tx, id)?.ok_or_else(|| Refusal::not_found("label", id))?;
    if label.asked_by == ctx.actor.id() {
        return Err(Refusal::SecondPersonNeeded { username: ctx.actor.username.clone() }.into());
    }
    let unit = units::by_id(tx, label.unit_id)?.ok_or_else(|| Refusal::not_found("unit", &label.serial))?;
    if let Some(depot) = &unit.place_ref().depot {
        ctx.actor.may_in(Permission::MoveStock, depot)?;
    }
    free_for(tx, &unit.part_ref(), None, &label.code)?;
    rma_cases::approve_label(tx, &label, ctx.actor.id(), ctx.now)?;
    audit::record(tx, ctx, "unit.label.approve", &format!("unit:{}", label.serial), &label.code)?;
    Ok(label)
}
