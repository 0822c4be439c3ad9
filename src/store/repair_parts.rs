//! Where the bench takes its parts from.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};

row! { struct Code { value: String } }

/// The place of the depot where most of our good stock of a quantity part stands; `None` when there is none.
pub fn richest_place(conn: &mut Conn, part_id: i64, depot_id: i64) -> StoreResult<Option<String>> {
    let code: Option<Code> = sql(
        "SELECT pl.code AS value FROM balance b JOIN place pl ON pl.id = b.place_id WHERE b.part_id = $1 AND b.depot_id = $2 \
         AND b.condition = 'good' AND b.owner = 'us' AND b.quantity > 0 AND pl.kind IN ('depot', 'bin') \
         ORDER BY b.quantity DESC, pl.code LIMIT 1",
    )
    .bind(part_id)
    .bind(depot_id)
    .optional(conn)?;
    Ok(code.map(|row| row.value))
}
