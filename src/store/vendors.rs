//! Rows of vendors: who repairs for us.

use crate::row;
use crate::store::StoreResult;
use crate::store::listing::Listing;
use crate::store::sql::{Conn, sql};

row! {
    /// A vendor as stored.
    #[derive(PartialEq, Eq)]
    pub struct VendorRow {
        /// Row id.
        pub id: i64,
        /// Code, e.g. `V1`.
        pub code: String,
        /// Name.
        pub name: String,
        /// Where repairs are announced; empty when nowhere.
        pub email: String,
        /// Version: one more with every change.
        pub version: i64,
    }
}

/// A page of vendors, by code.
pub fn list(conn: &mut Conn, page: &Listing) -> StoreResult<Vec<VendorRow>> {
    let (prefix, end) = page.code_range();
    Ok(sql(
        "SELECT id, code, name, email, version FROM vendor \
         WHERE code > $1 AND ($3 = '' OR (code >= $3 AND code < $4) OR lower(name) LIKE $5 ESCAPE '~') ORDER BY code LIMIT $2",
    )
    .bind(&page.after)
    .bind(page.limit)
    .bind(prefix)
    .bind(end)
    .bind(page.name_pattern())
    .load(conn)?)
}

/// The vendor of this code.
pub fn by_code(conn: &mut Conn, code: &str) -> StoreResult<Option<VendorRow>> {
    Ok(sql("SELECT id, code, name, email, version FROM vendor WHERE code = $1").bind(code).optional(conn)?)
}

/// Adds a vendor, whose `id` does not count; its id. Breaks the unique code when it is taken.
pub fn insert(tx: &mut Conn, vendor: &VendorRow) -> StoreResult<i64> {
    Ok(sql("INSERT INTO vendor (code, name, email) VALUES ($1, $2, $3) RETURNING id AS value")
        .bind(&vendor.code)
        .bind(&vendor.name)
        .bind(&vendor.email)
        .number(tx)?)
}

/// Writes a vendor back; its new version. The code stays.
pub fn update(tx: &mut Conn, vendor: &VendorRow) -> StoreResult<i64> {
    Ok(sql("UPDATE vendor SET name = $1, email = $2, version = version + 1 WHERE id = $3 RETURNING version AS value")
        .bind(&vendor.name)
        .bind(&vendor.email)
        .bind(vendor.id)
        .number(tx)?)
}
