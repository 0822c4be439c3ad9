//! A transfer as people read it: per line what was asked for, left, came and is missing.

use super::{TransferFilter, TransferItemRow, TransferLineRow, TransferRow, find};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::transfer::{TransferStep, may_take};
use crate::store::{Conn, transfers};

/// A transfer with its account.
#[derive(Debug, Clone)]
pub struct TransferView {
    /// Head.
    pub row: TransferRow,
    /// Lines with their account.
    pub lines: Vec<LineAccount>,
    /// Pieces, in the order they left; what was not in the papers last.
    pub items: Vec<TransferItemRow>,
    /// What the reader may do now.
    pub allowed: Vec<TransferStep>,
    /// Whole days since it left, while something is on the road.
    pub days_in_transit: Option<i64>,
}

/// What became of a line.
#[derive(Debug, Clone)]
pub struct LineAccount {
    /// The line.
    pub line: TransferLineRow,
    /// Left.
    pub sent: i64,
    /// Came as the papers say.
    pub matched: i64,
    /// Left and did not come, once the transfer was received.
    pub missing: i64,
    /// Went back to the sender.
    pub returned: i64,
    /// Given up.
    pub lost: i64,
}

/// Whole days since it left, while something is on the road.
#[must_use]
pub fn days_in_transit(ctx: &Ctx, row: &TransferRow) -> Option<i64> {
    let left = row.dispatched_at.filter(|_| row.outstanding > 0)?;
    Some((ctx.now - left).num_days())
}

/// A transfer as the reader may see it.
pub fn view(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<TransferView> {
    ctx.actor.may(Permission::ReadStock)?;
    let row = find(conn, ctx, number)?;
    let items = transfers::items(conn, row.id)?;
    let lines = transfers::lines(conn, row.id)?.into_iter().map(|line| account(&row, line, &items)).collect();
    let route = row.route();
    let steps = TransferStep::ALL.iter().copied();
    let allowed = steps.filter(|step| may_take(&ctx.actor, &route, *step).is_ok()).collect();
    Ok(TransferView { days_in_transit: days_in_transit(ctx, &row), row, lines, items, allowed })
}

fn account(row: &TransferRow, line: TransferLineRow, items: &[TransferItemRow]) -> LineAccount {
    let own = || items.iter().filter(|item| item.line_id == Some(line.id) && !item.unexpected);
    let sum = |of: fn(&TransferItemRow) -> i64| own().map(of).sum();
    LineAccount {
        sent: sum(|item| item.sent),
        matched: sum(|item| item.received),
        missing: if row.received_at.is_some() { sum(TransferItemRow::outstanding) } else { 0 },
        returned: sum(|item| item.returned),
        lost: sum(|item| item.lost),
        line,
    }
}

/// Transfers with this waybill number that the reader may see, newest first.
pub fn of_waybill(conn: &mut Conn, ctx: &Ctx, tracking_no: &str, limit: i64) -> AppResult<Vec<TransferRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(transfers::of_waybill(conn, &ctx.actor.scope(), tracking_no.trim(), limit)?)
}

/// Transfers the reader may see, newest first, each with its days on the road.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &TransferFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<(TransferRow, Option<i64>)>> {
    ctx.actor.may(Permission::ReadStock)?;
    let rows = transfers::list(conn, &ctx.actor.scope(), filter, before_id, limit)?;
    Ok(rows.into_iter().map(|row| (days_in_transit(ctx, &row), row)).map(|(days, row)| (row, days)).collect())
}
