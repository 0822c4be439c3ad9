//! Our own faulty stock goes to the bench, without an RMA.

use crate::app::repair::act::Acted;
use crate::app::repair::load::find;
use crate::app::repair::view::view_of;
use crate::app::repair::write::new_order;
use crate::app::stock::find_unit;
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::repair::check_entry;
use crate::domain::rma::RepairOrderState;
use crate::domain::stock::{Condition, MovementKind, Posting, Stand, Subject};
use crate::store::{Conn, depots, ledger, movements, repairs, stock};

/// What is to be repaired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewOrder {
    /// Serial, as scanned.
    pub serial: String,
    /// Part number, when several units share the serial.
    pub part_no: Option<String>,
    /// What is wrong with it.
    pub fault: String,
}

/// Opens an order for a faulty or quarantined unit of ours, and puts the unit on its depot's bench.
pub fn open(tx: &mut Conn, ctx: &Ctx, new: &NewOrder) -> AppResult<Acted> {
    ctx.actor.may(Permission::Repair)?;
    let mut fields = Fields::new();
    let fault = fields.text("fault", &new.fault, LONG_MAX);
    fields.finish()?;
    let unit = find_unit(tx, &new.serial, new.part_no.as_deref().filter(|no| !no.trim().is_empty()))?;
    let held_by = match repairs::open_of_unit(tx, unit.id)? {
        Some(order) => Some(order.number),
        None => stock::open_rma_of(tx, &unit.identity)?,
    };
    let state = unit.state();
    let has_bench = match &unit.depot {
        Some(code) => depots::by_code(tx, code)?.is_some_and(|depot| depot.has_bench),
        None => false,
    };
    let depot = check_entry(&ctx.actor, &state, has_bench, held_by.as_deref())?;
    if let Some((_, document)) = &state.reserved {
        return Err(Refusal::UnitReserved { serial: state.serial.clone(), document: document.clone() }.into());
    }
    let order_state = RepairOrderState::Received;
    let id = new_order(tx, ctx, unit.id, None, depot.id, order_state, ctx.now)?;
    repairs::set_fault(tx, id, &fault)?;
    let row = find(tx, ctx, &id.to_string())?;
    let bench = places::bench_or_bin(tx, &depot.code, None)?;
    let mut made = vec![];
    if bench.id != state.place.id || state.condition != Condition::Faulty {
        let kind = if bench.id == state.place.id { MovementKind::Convert } else { MovementKind::Move };
        let to = Stand { place: bench, condition: Condition::Faulty, owner: state.owner.clone() };
        let (part, subject) = (unit.part_ref(), Subject::of(&state));
        let posting = Posting::of_one(kind, part, subject, state.stand(), to, ctx.now);
        let posting = Posting { reason: fault, ..posting.under(&row.number) };
        for posted in ledger::post(tx, &[posting], ctx.actor.id(), ctx.now)? {
            made.extend(movements::by_id(tx, posted.movement_id)?);
        }
    }
    audit::record(tx, ctx, "repair.open", &format!("repair:{}", row.number), &unit.serial)?;
    let row = find(tx, ctx, &id.to_string())?;
    Ok(Acted { repair: view_of(tx, ctx, row)?, movements: made })
}
