//! Rows of diagnosis codes.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};

row! {
    /// What the bench calls a fault.
    #[derive(PartialEq, Eq)]
    pub struct FaultCodeRow {
        /// Code, lower case.
        pub code: String,
        /// In Chinese.
        pub name: String,
        /// In English.
        pub name_en: String,
        /// Whether it may be chosen.
        pub active: bool,
    }
}

/// Every code. There are a handful.
pub fn list(conn: &mut Conn) -> StoreResult<Vec<FaultCodeRow>> {
    Ok(sql("SELECT code, name, name_en, active FROM fault_code ORDER BY code").load(conn)?)
}

/// The code of this name.
pub fn by_code(conn: &mut Conn, code: &str) -> StoreResult<Option<FaultCodeRow>> {
    Ok(sql("SELECT code, name, name_en, active FROM fault_code WHERE code = $1").bind(code).optional(conn)?)
}

/// Adds a code. Breaks its key when it is taken.
pub fn insert(tx: &mut Conn, row: &FaultCodeRow) -> StoreResult<usize> {
    Ok(sql("INSERT INTO fault_code (code, name, name_en, active) VALUES ($1, $2, $3, $4)")
        .bind(&row.code)
        .bind(&row.name)
        .bind(&row.name_en)
        .bind(row.active)
        .execute(tx)?)
}

/// Writes a code back.
pub fn update(tx: &mut Conn, row: &FaultCodeRow) -> StoreResult<()> {
    sql("UPDATE fault_code SET name = $1, name_en = $2, active = $3 WHERE code = $4")
        .bind(&row.name)
        .bind(&row.name_en)
        .bind(row.active)
        .bind(&row.code)
        .execute(tx)?;
    Ok(())
}
