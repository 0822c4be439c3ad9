//! Intakes: a box stands on the counter that nobody announced.

mod files;
mod identify;
mod settle;
mod take_in;
mod withdraw;

pub use crate::store::intakes::IntakeRow;
pub(in crate::app) use crate::store::intakes::waiting_here;
pub use files::{attach, file, files};
pub use identify::{Identity, identify};
pub use settle::{Match, NewRma, settle};
pub use take_in::{NewBox, Thing, take_in};
pub(in crate::app) use withdraw::withdraw;

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::intake::IntakeState;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, intakes, stock, units};

/// An intake the reader may see.
pub fn get(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<IntakeRow> {
    ctx.actor.may(Permission::ReadStock)?;
    let found = intakes::by_id(conn, &ctx.actor.scope(), id)?;
    Ok(found.ok_or_else(|| Refusal::not_found("intake", id))?)
}

/// Number of the open RMA the unit of an intake is on, for whoever reads RMAs.
pub fn open_rma(conn: &mut Conn, ctx: &Ctx, row: &IntakeRow) -> AppResult<Option<String>> {
    if row.serial.is_empty() || ctx.actor.may(Permission::ReadRma).is_err() {
        return Ok(None);
    }
    let mut known = units::by_serial(conn, &row.serial)?;
    known.retain(|unit| row.part_no.as_ref().is_none_or(|part_no| unit.part_no == *part_no));
    match known.as_slice() {
        [only] => Ok(stock::open_rma_of(conn, &only.identity)?),
        _ => Ok(None),
    }
}

/// What came in a box, as far as the reader may see it. At most `limit`.
pub fn in_box(conn: &mut Conn, ctx: &Ctx, box_no: &str, limit: i64) -> AppResult<Vec<IntakeRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(intakes::in_box(conn, &ctx.actor.scope(), box_no, limit)?)
}

/// Intakes the reader may see, newest first.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    state: Option<IntakeState>,
    depot: Option<&str>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<IntakeRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(intakes::list(conn, &ctx.actor.scope(), state, depot, before_id, limit)?)
}
