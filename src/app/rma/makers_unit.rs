//! The unit a maker sent in place of the customer's own (PRODUCT "Another serial from the maker"): what the customer is told of it.

use crate::app::AppResult;
use crate::domain::plan::VendorSwap;
use crate::domain::repair::swap_mark;
use crate::domain::rma::ActionKind;
use crate::store::Conn;
use crate::store::line_events::{has_event, has_event_to, theirs_since};
use crate::store::rmas::LineRow;
use std::collections::HashMap;

/// Serials of the units that are the customer's since their makers sent them in place of the own ones, by line; a line whose own
/// unit came back is left out. Ours, it stays with us: the customer was given another board.
pub(super) fn makers_units<'a>(
    conn: &mut Conn,
    rows: impl IntoIterator<Item = &'a LineRow>,
) -> AppResult<HashMap<i64, String>> {
    let ids: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
    let marks = [VendorSwap::Exchange, VendorSwap::Repair].map(swap_mark);
    Ok(theirs_since(conn, &ids, ActionKind::VendorReturned.as_str(), marks)?)
}

/// The same of one line.
pub(super) fn makers_unit(conn: &mut Conn, row: &LineRow) -> AppResult<Option<String>> {
    Ok(makers_units(conn, [row])?.remove(&row.id))
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
