//! The contract that covered a line on the day it was asked for.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, placeholders, sql, sql_once};
use std::collections::HashMap;

/// Lines asked about at once.
const IN_LIST: usize = 500;

row! {
    struct ContractOf { line_id: i64, number: String }
}

/// Keeps the contract with this number as the line's.
pub fn set(tx: &mut Conn, line_id: i64, number: &str) -> StoreResult<()> {
    sql("UPDATE rma_line SET contract_id = (SELECT id FROM contract WHERE number = $1) WHERE id = $2")
        .bind(number)
        .bind(line_id)
        .execute(tx)?;
    Ok(())
}

/// The numbers of the contracts of these lines, by line; lines without one are left out.
pub fn of_lines(conn: &mut Conn, line_ids: &[i64]) -> StoreResult<HashMap<i64, String>> {
    let mut found = HashMap::new();
    for some in line_ids.chunks(IN_LIST) {
        let text = format!(
            "SELECT l.id AS line_id, k.number FROM rma_line l JOIN contract k ON k.id = l.contract_id WHERE l.id IN ({})",
            placeholders(1, some.len())
        );
        let rows = sql_once(text).bind_all(some.iter().copied()).load::<ContractOf>(conn)?;
        found.extend(rows.into_iter().map(|row| (row.line_id, row.number)));
    }
    Ok(found)
}
