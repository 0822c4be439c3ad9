//! What happened on a line, asked one by one.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use std::collections::HashMap;

row! {
    struct SerialOf { line_id: i64, serial: String }
}

/// Whether this happened on the line (and was not voided).
pub fn has_event(conn: &mut Conn, line_id: i64, kind: &str) -> StoreResult<bool> {
    let found = sql("SELECT COUNT(*) AS value FROM rma_event e WHERE e.line_id = $1 AND e.kind = $2 \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id)")
    .bind(line_id)
    .bind(kind)
    .number(conn)?;
    Ok(found > 0)
}

/// Whether this happened on the line with this end (and was not voided).
pub fn has_event_to(conn: &mut Conn, line_id: i64, kind: &str, to: &str) -> StoreResult<bool> {
    let found = sql(
        "SELECT COUNT(*) AS value FROM rma_event e WHERE e.line_id = $1 AND e.kind = $2 AND e.to_state = $3 \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id)",
    )
    .bind(line_id)
    .bind(kind)
    .bind(to)
    .number(conn)?;
    Ok(found > 0)
}

/// Serials of the units that came to these lines with `kind` ending in one of these states (and not voided) and are the customer's,
/// by line; lines without one are left out.
pub fn theirs_since(
    conn: &mut Conn,
    line_ids: &[i64],
    kind: &str,
    to: [&str; 2],
) -> StoreResult<HashMap<i64, String>> {
    let text = "SELECT l.id AS line_id, u.serial FROM rma_line l JOIN unit u ON u.id = l.unit_id JOIN customer c ON c.id = l.customer_id \
         WHERE l.id IN ({in}) AND u.owner = 'customer:' || c.code AND EXISTS (SELECT 1 FROM rma_event e WHERE e.line_id = l.id \
         AND e.kind = $1 AND e.to_state IN ($2, $3) AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id))";
    let [first, second] = to;
    let found = sql_in(text, line_ids.iter().copied()).bind(kind).bind(first).bind(second);
    let rows: Vec<SerialOf> = found.load(conn)?;
    Ok(rows.into_iter().map(|row| (row.line_id, row.serial)).collect())
}
