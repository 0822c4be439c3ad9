//! Transfers between depots: asked for, approved, dispatched, received, settled to the last piece.

mod dispatch;
mod news;
mod receive;
mod request;
mod settle;
mod view;

pub use crate::store::transfers::{TransferFilter, TransferItemRow, TransferLineRow, TransferRow};
pub use dispatch::{Dispatch, dispatch};
pub use receive::{Receipt, receive, receive_one};
pub use request::{NewTransfer, WantedLine, approve, cancel, request};
pub use settle::{Settling, settle};
pub use view::{LineAccount, TransferView, list, of_waybill, view};

use crate::app::{AppResult, Ctx};
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::transfer::{TransferState, TransferStep, may_take};
use crate::store::transfers::{self, HeadChange};
use crate::store::{Conn, StoreError};

/// At most this many lines in one transfer, and things in one dispatch or receipt.
pub const LINES_MAX: usize = 500;

/// The transfer the actor may see.
fn find(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<TransferRow> {
    let number = code_of(number);
    let found = transfers::by_number(conn, &ctx.actor.scope(), &number)?;
    Ok(found.ok_or_else(|| Refusal::not_found("transfer", number))?)
}

/// The transfer, for a step this actor may take now.
fn find_for(conn: &mut Conn, ctx: &Ctx, number: &str, step: TransferStep) -> AppResult<TransferRow> {
    let row = find(conn, ctx, number)?;
    may_take(&ctx.actor, &row.route(), step)?;
    Ok(row)
}

/// A step of the head that changes nothing but the state.
fn head<'a>(ctx: &Ctx, row: &TransferRow, state: TransferState) -> HeadChange<'a> {
    HeadChange {
        id: row.id,
        version: row.version,
        state,
        approved_by: None,
        dispatched_by: None,
        transit_place_id: None,
        parcel: None,
        received: false,
        now: ctx.now,
    }
}

/// Writes a step of the head; whoever was slower looks again.
fn write_head(tx: &mut Conn, change: &HeadChange<'_>) -> AppResult<()> {
    if transfers::change(tx, change)? {
        return Ok(());
    }
    Err(StoreError::raced("a transfer changed a moment ago").into())
}
