//! Open RMA lines by the unit they are about.

use crate::domain::rma::RepairState;
use crate::row;
use crate::store::StoreResult;
use crate::store::rmas::{LINE, LineRow};
use crate::store::sql::{Conn, sql, sql_in, sql_shaped};

/// The open line of the unit with this serial, for a box that arrives.
pub fn of_serial(conn: &mut Conn, serial: &str) -> StoreResult<Vec<LineRow>> {
    Ok(sql_shaped(format!("{LINE} WHERE l.serial = $1 AND l.open_identity IS NOT NULL ORDER BY l.id"))
        .bind(serial)
        .load(conn)?)
}

/// Number and line of the open RMA of the unit with this identity.
pub fn of_identity(conn: &mut Conn, identity: &str) -> StoreResult<Option<LineRow>> {
    Ok(sql_shaped(format!("{LINE} WHERE l.open_identity = $1")).bind(identity).optional(conn)?)
}

row! {
    /// An open line by what identifies its unit.
    pub struct OpenLineRow {
        /// What identifies the unit.
        pub identity: String,
        /// RMA number.
        pub number: String,
        /// Line.
        pub line: i64,
        /// Part the request names.
        pub part_id: i64,
        /// Where its repair stands.
        pub repair_state: RepairState,
        /// Customer code.
        pub customer: String,
    }
}

/// The open lines of the units with these identities, in a few statements.
pub fn of_identities(conn: &mut Conn, identities: &[&str]) -> StoreResult<Vec<OpenLineRow>> {
    let text = "SELECT l.open_identity AS identity, r.number, l.line, l.part_id, l.repair_state, c.code AS customer FROM rma_line l \
         JOIN rma r ON r.id = l.rma_id JOIN customer c ON c.id = l.customer_id WHERE l.open_identity IN ({in})";
    Ok(sql_in(text, identities.iter().copied()).load(conn)?)
}

/// No open line is about this unit any more: each is about its serial alone.
pub fn forget_unit(tx: &mut Conn, unit_id: i64) -> StoreResult<()> {
    sql("UPDATE rma_line SET unit_id = NULL WHERE unit_id = $1 AND open_identity IS NOT NULL")
        .bind(unit_id)
        .execute(tx)?;
    Ok(())
}
