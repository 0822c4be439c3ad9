//! The bench queue.

use crate::app::repair::load::carries_its_line;
use crate::app::{AppResult, Ctx, passport};
use crate::domain::actor::Permission;
use crate::domain::repair::{QueueSort, RepairFlag, RepairKind, goes_from};
use crate::domain::rma::{ActionKind, is_paid_for, needs_quote};
use crate::store::Conn;
use crate::store::repair_lists::{self, RepairFilter, RepairKey};
use crate::store::repairs::RepairRow;
use chrono::NaiveDate;

/// Before the first row, in whatever order.
pub const FIRST: RepairKey = RepairKey { risk: i64::MAX, sort_due: FIRST_DAY, id: 0 };

/// Both databases know it, unlike the first day of the program's own calendar.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// An order in the queue.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The order.
    pub row: RepairRow,
    /// What to know about its unit.
    pub flags: Vec<RepairFlag>,
}

/// Where a page that ends with this order goes on.
#[must_use]
pub fn key_of(listed: &Listed, sort: QueueSort) -> RepairKey {
    let risk = if sort == QueueSort::MissProbability { listed.row.risk_bp } else { i64::MAX };
    RepairKey { risk, sort_due: listed.row.sort_due, id: listed.row.id }
}

/// Orders after `after`, what is due first (or most likely to be late) on top.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &RepairFilter,
    sort: QueueSort,
    after: RepairKey,
    limit: i64,
) -> AppResult<Vec<Listed>> {
    ctx.actor.may(Permission::ReadStock)?;
    let by_risk = sort == QueueSort::MissProbability;
    let rows = repair_lists::list(conn, &ctx.actor.scope(), filter, by_risk, after, limit)?;
    let units: Vec<i64> = rows.iter().map(|row| row.unit_id).collect();
    let mut flags = passport::flags_of(conn, ctx, &units)?;
    let listed =
        rows.into_iter().map(|row| Listed { flags: flags.remove(&row.unit_id).unwrap_or_default(), row });
    Ok(listed.collect())
}

/// What this reader could do next with an order of the queue, as far as the order and the price of its line tell: what the unit's
/// place or the cost forbids is said when it is tried.
#[must_use]
pub fn next_steps(ctx: &Ctx, row: &RepairRow) -> Vec<RepairKind> {
    let depot = row.depot_ref();
    let of_line = carries_its_line(row);
    let waits_for_yes =
        of_line && row.mode.is_some_and(|mode| needs_quote(row.entitlement, mode, row.quote_state));
    let is_paid_for = |kind: &RepairKind| ActionKind::from_code(kind.as_str()).is_some_and(is_paid_for);
    let possible = |kind: &RepairKind| {
        ctx.actor.may_in(kind.permission_of(&ctx.actor), &depot).is_ok()
            && goes_from(*kind, row.state, row.waiting_since.is_some())
            && (kind.is_bench_work() || !of_line)
            && !(waits_for_yes && is_paid_for(kind))
    };
    RepairKind::ALL.iter().copied().filter(possible).collect()
}
