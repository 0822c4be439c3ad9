//! What happened on a line, asked one by one.

use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};

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
