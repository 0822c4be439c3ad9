//! Asking for a transfer, saying yes to it, calling it off.

use super::{LINES_MAX, TransferView, find_for, head, view, write_head};
use crate::app::goods::{Item, resolve};
use crate::app::stock::{Hold, reserve};
use crate::app::{AppResult, Ctx, audit, depots};
use crate::domain::actor::DepotRef;
use crate::domain::calendar::Zone;
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{Condition, Owner, QUANTITY_MAX, ReservationState, Tracking};
use crate::domain::transfer::{TransferState, TransferStep, may_request};
use crate::store::transfers::{self, HeadChange, NewTransferLine, TransferLineRow, TransferRow};
use crate::store::{Conn, reservations, rmas, stock, units};
use chrono::Datelike;

/// A transfer somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransfer {
    /// Giving depot.
    pub from: String,
    /// Receiving depot.
    pub to: String,
    /// What is wanted.
    pub lines: Vec<WantedLine>,
    /// Why, or whatever the other side should know.
    pub note: String,
}

/// One line of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedLine {
    /// Part number; a serial may say it all.
    pub part_no: Option<String>,
    /// This very unit.
    pub serial: Option<String>,
    /// How many of any; 1 for a serial.
    pub quantity: Option<i64>,
    /// In which condition; good when not said, a unit's own when it is named.
    pub condition: Option<Condition>,
}

/// Asks for a transfer. Whoever works in one of the two depots may.
pub fn request(tx: &mut Conn, ctx: &Ctx, new: &NewTransfer) -> AppResult<TransferView> {
    let mut f = Fields::new();
    let from = depots::in_field(tx, &mut f, "from", &new.from)?;
    let to = depots::in_field(tx, &mut f, "to", &new.to)?;
    let note = f.text("note", &new.note, LONG_MAX);
    let (Some(from), Some(to)) = (from, to) else {
        f.finish()?;
        return Err(Refusal::field("from", "required").into());
    };
    let of = |id, code: &str| DepotRef { id, code: code.to_owned() };
    may_request(&ctx.actor, &of(from.id, &from.code), &of(to.id, &to.code))?;
    if from.id == to.id {
        f.fault("to", "same_depot");
    }
    let lines = check_lines(tx, &mut f, &new.lines)?;
    f.finish()?;
    let year = Zone::default().local_date(ctx.now).year();
    let number = format!("TR-{year}-{:06}", rmas::next_number(tx, &format!("TR-{year}"))?);
    let id = transfers::insert(tx, &number, (from.id, to.id), &note, ctx.actor.id(), ctx.now)?;
    for line in &lines {
        transfers::insert_line(tx, id, line)?;
    }
    let detail = format!("{} → {}, {} line(s)", from.code, to.code, lines.len());
    audit::record(tx, ctx, "transfer.request", &format!("transfer:{number}"), &detail)?;
    view(tx, ctx, &number)
}

fn check_lines(tx: &mut Conn, f: &mut Fields, wanted: &[WantedLine]) -> AppResult<Vec<NewTransferLine>> {
    if wanted.is_empty() || wanted.len() > LINES_MAX {
        let error = FieldError::new("lines", "count_out_of_range");
        f.push(error.with("max", LINES_MAX).with("count", wanted.len()));
        return Ok(vec![]);
    }
    let mut lines: Vec<NewTransferLine> = Vec::with_capacity(wanted.len());
    for (at, wish) in wanted.iter().enumerate() {
        if let Some(line) = check_line(tx, f, at, wish)? {
            let twice = line.unit_id.is_some() && lines.iter().any(|other| other.unit_id == line.unit_id);
            if twice {
                let serial = wish.serial.clone().unwrap_or_default();
                f.push(FieldError::new(format!("lines[{at}].serial"), "duplicate").with("value", serial));
            }
            lines.push(line);
        }
    }
    Ok(lines)
}

fn check_line(
    tx: &mut Conn,
    f: &mut Fields,
    at: usize,
    wish: &WantedLine,
) -> AppResult<Option<NewTransferLine>> {
    let path = format!("lines[{at}]");
    let line = i64::try_from(at + 1).unwrap_or(i64::MAX);
    let serial = wish.serial.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if serial.is_some() {
        let item =
            Item { part_no: wish.part_no.clone(), serial: wish.serial.clone(), quantity: wish.quantity };
        let goods = resolve(tx, &path, &item)?;
        let Some(unit) = goods.unit else {
            return Err(Refusal::not_found("unit", goods.serial.unwrap_or_default()).into());
        };
        if unit.condition == Condition::Scrapped {
            f.fault(format!("{path}.condition"), "only_by_scrap");
        }
        let (part_id, condition) = (unit.part_id, unit.condition);
        return Ok(Some(NewTransferLine { line, part_id, unit_id: Some(unit.id), condition, quantity: 1 }));
    }
    let part_no = wish.part_no.as_deref().unwrap_or_default();
    let Some(part) = stock::part_ref(tx, &crate::domain::fields::code_of(part_no))? else {
        f.fault(format!("{path}.part_no"), "unknown_part");
        return Ok(None);
    };
    let quantity = wish.quantity.unwrap_or(i64::from(part.tracking == Tracking::Serial));
    f.number(&format!("{path}.quantity"), quantity, 1..=QUANTITY_MAX);
    let condition = wish.condition.unwrap_or(Condition::Good);
    if condition == Condition::Scrapped {
        f.fault(format!("{path}.condition"), "only_by_scrap");
    }
    Ok(Some(NewTransferLine { line, part_id: part.id, unit_id: None, condition, quantity }))
}

/// The giving depot says yes: good stock of ours is held until it leaves.
pub fn approve(tx: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<TransferView> {
    let row = find_for(tx, ctx, number, TransferStep::Approve)?;
    for line in transfers::lines(tx, row.id)? {
        if is_held(tx, &line)? {
            let held = reserve(tx, ctx, &hold_of(&row, &line))?;
            transfers::set_reservation(tx, line.id, held.id)?;
        }
    }
    let change = HeadChange { approved_by: ctx.actor.id(), ..head(ctx, &row, TransferState::Approved) };
    write_head(tx, &change)?;
    audit::record(tx, ctx, "transfer.approve", &format!("transfer:{}", row.number), "")?;
    view(tx, ctx, number)
}

/// Only good stock of ours can be held; what is faulty, or somebody else's, nobody else asks for.
fn is_held(tx: &mut Conn, line: &TransferLineRow) -> AppResult<bool> {
    if line.condition != Condition::Good {
        return Ok(false);
    }
    Ok(match line.unit_id {
        None => true,
        Some(id) => units::by_id(tx, id)?.is_some_and(|unit| unit.owner == Owner::Us),
    })
}

fn hold_of(row: &TransferRow, line: &TransferLineRow) -> Hold {
    Hold {
        part_no: line.part_no.clone(),
        depot: row.from_depot.clone(),
        serial: line.serial.clone(),
        quantity: Some(line.quantity),
        expires_at: None,
        document: row.number.clone(),
    }
}

/// Calls a transfer off before it leaves.
pub fn cancel(tx: &mut Conn, ctx: &Ctx, number: &str, reason: &str) -> AppResult<TransferView> {
    let row = find_for(tx, ctx, number, TransferStep::Cancel)?;
    let mut f = Fields::new();
    let reason = f.required("reason", reason, LONG_MAX);
    f.finish()?;
    for reservation in transfers::lines(tx, row.id)?.into_iter().filter_map(|line| line.reservation_id) {
        reservations::end(tx, reservation, ReservationState::Released, ctx.now)?;
    }
    write_head(tx, &head(ctx, &row, TransferState::Cancelled))?;
    audit::record(tx, ctx, "transfer.cancel", &format!("transfer:{}", row.number), &reason)?;
    view(tx, ctx, number)
}
