//! Everything about a repair order on one page.

use crate::app::repair::load::{carries_its_line, find, state_of};
use crate::app::{AppResult, Ctx, Error, passport, rma};
use crate::domain::actor::Permission;
use crate::domain::repair::{OrderState, RepairFlag, RepairKind, allowed_actions};
use crate::domain::rma::ActionKind;
use crate::store::Conn;
use crate::store::repair_tests::{self, TestStepRow};
use crate::store::repairs::{self, RepairEventRow, RepairPartRow, RepairRow};
use crate::store::vendor_legs::{self, LegRow};

/// An order with its parts, stays at makers', timeline and next steps.
#[derive(Debug, Clone)]
pub struct RepairView {
    /// Order.
    pub row: RepairRow,
    /// What it may cost, in fen; none for a part without a price.
    pub limit_fen: Option<i64>,
    /// What was built in, oldest first.
    pub parts: Vec<RepairPartRow>,
    /// Stays at makers', oldest first.
    pub legs: Vec<LegRow>,
    /// Steps of its tests, latest test first, in the order they were tried.
    pub tests: Vec<TestStepRow>,
    /// Timeline, newest first.
    pub events: Vec<RepairEventRow>,
    /// What to know about its unit.
    pub flags: Vec<RepairFlag>,
    /// What the reader may do now, in the order of an order's life.
    pub allowed_actions: Vec<RepairKind>,
    /// Whether the reader may say who repairs it.
    pub may_assign: bool,
}

impl RepairView {
    /// Whether it costs, or is thought to cost, more than it may: the bench proposes to call it beyond repair.
    #[must_use]
    pub fn is_over_limit(&self) -> bool {
        let cost = self.row.cost_fen.max(self.row.estimate_fen);
        self.limit_fen.zip(cost).is_some_and(|(limit, cost)| cost > limit)
    }
}

/// An order as the reader may see it, by its number or row id.
pub fn view(conn: &mut Conn, ctx: &Ctx, key: &str) -> AppResult<RepairView> {
    let row = find(conn, ctx, key)?;
    view_of(conn, ctx, row)
}

/// What was tried on the last units of this part: the steps the next test is likely to have.
pub fn usual_steps(conn: &mut Conn, ctx: &Ctx, part_no: &str) -> AppResult<Vec<String>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(repair_tests::latest_names(conn, part_no)?)
}

/// What the bench's table lets the reader do; while the order carries its line along, only what that lets them do, too.
fn offered(conn: &mut Conn, ctx: &Ctx, row: &RepairRow, state: &OrderState) -> AppResult<Vec<RepairKind>> {
    let mut kinds = allowed_actions(&ctx.actor, state);
    let (Some(rma), Some(line), true) = (&row.rma, row.line, carries_its_line(row)) else { return Ok(kinds) };
    let of_line = match rma::offered(conn, ctx, rma, line) {
        // A line that is not the reader's to see says nothing.
        Err(Error::Refused(_)) => return Ok(kinds),
        found => found?,
    };
    kinds.retain(|kind| ActionKind::from_code(kind.as_str()).is_none_or(|kind| of_line.contains(&kind)));
    Ok(kinds)
}

pub(super) fn view_of(conn: &mut Conn, ctx: &Ctx, row: RepairRow) -> AppResult<RepairView> {
    let state = state_of(conn, &row)?;
    Ok(RepairView {
        limit_fen: state.limit_fen(),
        parts: repairs::parts(conn, row.id)?,
        legs: vendor_legs::of_repair(conn, row.id)?,
        tests: repair_tests::of_repair(conn, row.id)?,
        events: repairs::events(conn, row.id)?,
        flags: passport::flags_of(conn, ctx, &[row.unit_id])?.remove(&row.unit_id).unwrap_or_default(),
        allowed_actions: offered(conn, ctx, &row, &state)?,
        may_assign: row.closed_at.is_none() && ctx.actor.may_in(Permission::Repair, &row.depot_ref()).is_ok(),
        row,
    })
}
