//! Rows of depots and the bins in them.

use crate::domain::setup::DepotClass;
use crate::row;
use crate::store::StoreResult;
use crate::store::listing::Listing;
use crate::store::sql::{Conn, sql};
use std::collections::BTreeMap;

row! {
    /// A depot as stored.
    #[derive(PartialEq, Eq)]
    pub struct DepotRow {
        /// Row id.
        pub id: i64,
        /// Code, e.g. `JN`.
        pub code: String,
        /// Name people read.
        pub name: String,
        /// City; sourcing looks for the nearest depot by it.
        pub city: String,
        /// What it is for.
        pub class: DepotClass,
        /// Postal address.
        pub address: String,
        /// Whether things are repaired there.
        pub has_bench: bool,
        /// The customer whose on-site spares it holds.
        pub customer_id: Option<i64>,
        /// That customer's code.
        pub customer: Option<String>,
        /// Version: one more with every change.
        pub version: i64,
    }

    struct NamedRow { code: String, name: String }

    /// A bin and the depot it is in.
    pub struct BinRow {
        /// Row id of the depot.
        pub depot_id: i64,
        /// Code of the place, e.g. `JN/A1-01`.
        pub code: String,
    }
}

macro_rules! select_depot {
    ($tail:literal) => {
        concat!(
            "SELECT d.id, d.code, d.name, d.city, d.class, d.address, d.has_bench, d.customer_id, c.code AS customer, d.version ",
            "FROM depot d LEFT JOIN customer c ON c.id = d.customer_id ",
            $tail
        )
    };
}

/// What the depots are called, by code.
pub fn names(conn: &mut Conn) -> StoreResult<BTreeMap<String, String>> {
    let rows: Vec<NamedRow> = sql("SELECT code, name FROM depot").load(conn)?;
    Ok(rows.into_iter().map(|row| (row.code, row.name)).collect())
}

/// A page of depots, by code.
pub fn list(conn: &mut Conn, page: &Listing) -> StoreResult<Vec<DepotRow>> {
    let (prefix, end) = page.code_range();
    Ok(sql(select_depot!(
        "WHERE d.code > $1 AND ($3 = '' OR (d.code >= $3 AND d.code < $4) OR lower(d.name) LIKE $5 ESCAPE '~') \
         ORDER BY d.code LIMIT $2"
    ))
    .bind(&page.after)
    .bind(page.limit)
    .bind(prefix)
    .bind(end)
    .bind(page.name_pattern())
    .load(conn)?)
}

/// The depots bound to no customer, by code. There are a handful.
pub fn open_to_all(conn: &mut Conn) -> StoreResult<Vec<DepotRow>> {
    Ok(sql(select_depot!("WHERE d.customer_id IS NULL ORDER BY d.code")).load(conn)?)
}

/// The depot of this code.
pub fn by_code(conn: &mut Conn, code: &str) -> StoreResult<Option<DepotRow>> {
    Ok(sql(select_depot!("WHERE d.code = $1")).bind(code).optional(conn)?)
}

/// The bins of all depots in a range of codes, by code: for one page of a list.
pub fn bins_between(conn: &mut Conn, first: &str, last: &str) -> StoreResult<Vec<BinRow>> {
    Ok(sql("SELECT d.id AS depot_id, p.code FROM depot d JOIN place p ON p.depot_id = d.id \
         WHERE d.code >= $1 AND d.code <= $2 AND p.kind = 'bin' ORDER BY p.code")
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// Adds a depot, whose `id` does not count; its id. Breaks the unique code when it is taken.
pub fn insert(tx: &mut Conn, depot: &DepotRow) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO depot (code, name, city, class, address, has_bench, customer_id) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         RETURNING id AS value",
    )
    .bind(&depot.code)
    .bind(&depot.name)
    .bind(&depot.city)
    .bind(depot.class)
    .bind(&depot.address)
    .bind(depot.has_bench)
    .bind(depot.customer_id)
    .number(tx)?)
}

/// Writes a depot back; its new version. The code stays: places, labels and documents carry it.
pub fn update(tx: &mut Conn, depot: &DepotRow) -> StoreResult<i64> {
    Ok(sql(
        "UPDATE depot SET name = $1, city = $2, class = $3, address = $4, has_bench = $5, customer_id = $6, \
         version = version + 1 WHERE id = $7 RETURNING version AS value",
    )
    .bind(&depot.name)
    .bind(&depot.city)
    .bind(depot.class)
    .bind(&depot.address)
    .bind(depot.has_bench)
    .bind(depot.customer_id)
    .bind(depot.id)
    .number(tx)?)
}
