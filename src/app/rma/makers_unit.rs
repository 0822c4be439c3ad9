//! The unit a maker sent in place of the customer's own (PRODUCT "Another serial from the maker"): what the customer is told of it.

use crate::app::AppResult;
use crate::domain::plan::VendorSwap;
use crate::domain::repair::swap_mark;
use crate::domain::rma::ActionKind;
use crate::domain::stock::Owner;
use crate::store::line_events::{has_event, has_event_to};
use crate::store::rmas::LineRow;
use crate::store::{Conn, units};

/// Serial of the unit that is the customer's since its maker sent it in place of the own one; none where the own one came back.
pub(super) fn makers_unit(conn: &mut Conn, row: &LineRow) -> AppResult<Option<String>> {
    let mut swapped = false;
    for swap in VendorSwap::ALL {
        swapped |= came_as(conn, row.id, *swap)?;
    }
    let unit = match row.unit_id.filter(|_| swapped) {
        Some(id) => units::by_id(conn, id)?,
        None => None,
    };
    // Ours, it stays with us: the customer was given another board.
    let theirs = Owner::Customer(row.customer.clone());
    Ok(unit.filter(|unit| unit.owner == theirs).map(|unit| unit.serial))
}

/// Whether the customer was told of a board in place of the unit: we decided so, or the maker sent another one where the plan calls
/// that an exchange.
pub(in crate::app) fn board_was_told(conn: &mut Conn, line_id: i64) -> AppResult<bool> {
    let decided = has_event(conn, line_id, ActionKind::DecideExchange.as_str())?;
    Ok(decided || came_as(conn, line_id, VendorSwap::Exchange)?)
}

/// Whether a maker's return under another serial was taken for this.
fn came_as(conn: &mut Conn, line_id: i64, swap: VendorSwap) -> AppResult<bool> {
    Ok(has_event_to(conn, line_id, ActionKind::VendorReturned.as_str(), swap_mark(swap))?)
}
