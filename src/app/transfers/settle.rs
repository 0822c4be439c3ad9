//! What became of pieces that did not come: found, returned to the sender, or lost.

use super::dispatch::check_count;
use super::receive::{account, arrive, close_when_done};
use super::{TransferView, find_for, view};
use crate::app::goods::{Item, resolve};
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::place::{PlaceRef, transit_code};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Move, MoveState, MovementKind, decide_movement};
use crate::domain::transfer::{Settlement, TransferStep, may_settle};
use crate::store::transfers::{self, ItemChange, TransferItemRow, TransferRow};
use crate::store::units::UnitRow;
use crate::store::{Conn, ledger};

/// What became of some missing pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// Which.
    pub items: Vec<Item>,
    /// What became of them.
    pub settlement: Settlement,
    /// Why; needed to give something up.
    pub reason: String,
    /// The bin it is put into, when it turned up.
    pub bin: Option<String>,
}

/// Settles missing pieces. When none is left the transfer closes.
pub fn settle(tx: &mut Conn, ctx: &Ctx, number: &str, settling: &Settling) -> AppResult<TransferView> {
    let row = find_for(tx, ctx, number, TransferStep::Settle)?;
    may_settle(&ctx.actor, &row.route(), settling.settlement)?;
    let mut f = Fields::new();
    let reason = match settling.settlement {
        Settlement::Lost => f.required("reason", &settling.reason, LONG_MAX),
        Settlement::Found | Settlement::Returned => f.text("reason", &settling.reason, LONG_MAX),
    };
    check_count(&mut f, settling.items.len());
    f.finish()?;
    let to = match settling.settlement {
        Settlement::Found => places::bin_or_depot(tx, &row.to_depot, settling.bin.as_deref())?,
        Settlement::Returned => places::bin_or_depot(tx, &row.from_depot, settling.bin.as_deref())?,
        Settlement::Lost => places::find(tx, "lost")?,
    };
    for (at, item) in settling.items.iter().enumerate() {
        let goods = resolve(tx, &format!("items[{at}]"), item)?;
        let mut left = goods.quantity;
        let part_id = goods.part.as_ref().map(|part| part.id);
        for piece in transfers::items(tx, row.id)? {
            let is_it = match &goods.unit {
                Some(unit) => piece.unit_id == Some(unit.id),
                None => goods.serial.is_none() && piece.unit_id.is_none() && Some(piece.part_id) == part_id,
            };
            let taken = piece.outstanding().min(left);
            if is_it && taken > 0 {
                one(tx, ctx, &row, &piece, goods.unit.as_ref(), &to, taken, &reason)?;
                left -= taken;
            }
        }
        if left > 0 {
            let (serial, number) = (goods.name(), row.number.clone());
            return Err(Refusal::NothingOutstanding { serial, number }.into());
        }
    }
    close_when_done(tx, ctx, row.id)?;
    let detail = format!("{}: {} {reason}", settling.settlement, settling.items.len());
    audit::record(tx, ctx, "transfer.settle", &format!("transfer:{}", row.number), detail.trim())?;
    view(tx, ctx, number)
}

fn one(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    piece: &TransferItemRow,
    unit: Option<&UnitRow>,
    to: &PlaceRef,
    quantity: i64,
    reason: &str,
) -> AppResult<()> {
    let way = places::find(tx, &transit_code(&row.number))?;
    if to.depot.is_some() {
        return arrive(tx, ctx, row, piece, way, to, unit, quantity);
    }
    let part = crate::store::stock::part_ref(tx, &piece.part_no)?
        .ok_or_else(|| Refusal::not_found("part", &piece.part_no))?;
    let state = MoveState {
        part,
        serial: unit.map(|unit| unit.serial.clone()),
        unit: unit.map(UnitRow::state),
        from: way,
        to: to.clone(),
        data_left: None,
        bound: None,
    };
    let given_up = Move {
        kind: MovementKind::Adjust,
        quantity,
        condition_from: Some(piece.condition),
        condition_to: None,
        owner_to: None,
        reason: reason.to_owned(),
        document: row.number.clone(),
        occurred_at: None,
    };
    let ctx = &ctx.not_before(unit.map_or(ctx.now, |unit| unit.last_moved_at));
    let posting = decide_movement(&ctx.actor, &state, &given_up, ctx.now)?;
    ledger::post(tx, std::slice::from_ref(&posting), ctx.actor.id(), ctx.now)?;
    account(tx, piece.id, ItemChange { lost: quantity, ..ItemChange::default() })
}
