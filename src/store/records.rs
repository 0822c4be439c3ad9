//! The versions of set-up rows, by what people call them.

use crate::domain::setup::Record;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};

row! {
    struct VersionRow { version: i64 }
}

/// The version a row has, kept so until the end of the transaction: whoever writes it in this moment is waited for. `None`
/// when there is none of this name.
pub fn lock(tx: &mut Conn, record: Record, code: &str) -> StoreResult<Option<i64>> {
    let text = match record {
        Record::Customer => "UPDATE customer SET version = version WHERE code = $1 RETURNING version",
        Record::Part => "UPDATE part SET version = version WHERE part_no = $1 RETURNING version",
        Record::Depot => "UPDATE depot SET version = version WHERE code = $1 RETURNING version",
        Record::Plan => "UPDATE plan SET version = version WHERE code = $1 RETURNING version",
        Record::Contract => "UPDATE contract SET version = version WHERE number = $1 RETURNING version",
        Record::Vendor => "UPDATE vendor SET version = version WHERE code = $1 RETURNING version",
        Record::User => "UPDATE app_user SET version = version WHERE username = $1 RETURNING version",
    };
    let row: Option<VersionRow> = sql(text).bind(code).optional(tx)?;
    Ok(row.map(|row| row.version))
}
