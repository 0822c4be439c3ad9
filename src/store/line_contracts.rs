//! The contract that covered a line on the day it was asked for.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use std::collections::HashMap;

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
    let text = "SELECT l.id AS line_id, k.number FROM rma_line l JOIN contract k ON k.id = l.contract_id WHERE l.id IN ({in})";
    let rows: Vec<ContractOf> = sql_in(text, line_ids.iter().copied()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.line_id, row.number)).collect())
}
