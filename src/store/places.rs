//! Rows of places: every node stock can be at.

use crate::domain::actor::DepotRef;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};

row! {
    struct PlaceRow {
        id: i64,
        code: String,
        kind: PlaceKind,
        depot_id: Option<i64>,
        depot_code: Option<String>,
        customer_id: Option<i64>,
    }

    /// A customer or a vendor by the place that is theirs.
    pub struct PartyRow {
        /// Code of the place.
        pub place: String,
        /// What they are called.
        pub name: String,
    }
}

impl From<PlaceRow> for PlaceRef {
    fn from(row: PlaceRow) -> Self {
        let depot = row.depot_id.zip(row.depot_code).map(|(id, code)| DepotRef { id, code });
        PlaceRef { id: row.id, code: row.code, kind: row.kind, depot, customer_id: row.customer_id }
    }
}

/// The id of the place of this code, made if there is none. Two callers at once get the same row: the second waits at the
/// unique code for the first one's end, and the `SELECT` afterwards sees it.
pub fn ensure(
    tx: &mut Conn,
    code: &str,
    kind: PlaceKind,
    depot_id: Option<i64>,
    customer_id: Option<i64>,
) -> StoreResult<i64> {
    sql("INSERT INTO place (code, kind, depot_id, customer_id) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING")
        .bind(code)
        .bind(kind)
        .bind(depot_id)
        .bind(customer_id)
        .execute(tx)?;
    Ok(sql("SELECT id AS value FROM place WHERE code = $1").bind(code).number(tx)?)
}

/// The place of this code, as stored (see `domain::place::normalise`).
pub fn by_code(conn: &mut Conn, code: &str) -> StoreResult<Option<PlaceRef>> {
    let row: Option<PlaceRow> =
        sql("SELECT p.id, p.code, p.kind, p.depot_id, d.code AS depot_code, p.customer_id \
         FROM place p LEFT JOIN depot d ON d.id = p.depot_id WHERE p.code = $1")
        .bind(code)
        .optional(conn)?;
    Ok(row.map(PlaceRef::from))
}

/// The bins whose code ends in this name, by code.
pub fn bins_called(conn: &mut Conn, name: &str) -> StoreResult<Vec<PlaceRef>> {
    // There are some hundreds of bins: each is looked at.
    let rows: Vec<PlaceRow> = sql("SELECT p.id, p.code, p.kind, p.depot_id, d.code AS depot_code, p.customer_id \
         FROM place p JOIN depot d ON d.id = p.depot_id WHERE p.kind = 'bin' AND p.code = d.code || '/' || $1 ORDER BY p.code LIMIT 20")
    .bind(name)
    .load(conn)?;
    Ok(rows.into_iter().map(PlaceRef::from).collect())
}

/// The names of these customers and vendors.
pub fn party_names(conn: &mut Conn, customers: &[String], vendors: &[String]) -> StoreResult<Vec<PartyRow>> {
    let mut named: Vec<PartyRow> =
        sql_in("SELECT 'customer:' || code AS place, name FROM customer WHERE code IN ({in})", customers)
            .load(conn)?;
    let vendors: Vec<PartyRow> =
        sql_in("SELECT 'vendor:' || code AS place, name FROM vendor WHERE code IN ({in})", vendors)
            .load(conn)?;
    named.extend(vendors);
    Ok(named)
}

/// The places of these codes.
pub fn by_codes(conn: &mut Conn, codes: &[String]) -> StoreResult<Vec<PlaceRef>> {
    let rows: Vec<PlaceRow> = sql_in(
        "SELECT p.id, p.code, p.kind, p.depot_id, d.code AS depot_code, p.customer_id \
         FROM place p LEFT JOIN depot d ON d.id = p.depot_id WHERE p.code IN ({in})",
        codes,
    )
    .load(conn)?;
    Ok(rows.into_iter().map(PlaceRef::from).collect())
}

/// The place with this id.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<PlaceRef>> {
    let row: Option<PlaceRow> =
        sql("SELECT p.id, p.code, p.kind, p.depot_id, d.code AS depot_code, p.customer_id \
         FROM place p LEFT JOIN depot d ON d.id = p.depot_id WHERE p.id = $1")
        .bind(id)
        .optional(conn)?;
    Ok(row.map(PlaceRef::from))
}

/// The places with these ids, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<PlaceRef>> {
    let rows: Vec<PlaceRow> = sql_in(
        "SELECT p.id, p.code, p.kind, p.depot_id, d.code AS depot_code, p.customer_id \
         FROM place p LEFT JOIN depot d ON d.id = p.depot_id WHERE p.id IN ({in})",
        ids.iter().copied(),
    )
    .load(conn)?;
    Ok(rows.into_iter().map(PlaceRef::from).collect())
}

/// The places of a depot: itself, its bench and its bins, by code.
pub fn of_depot(conn: &mut Conn, depot_id: i64) -> StoreResult<Vec<PlaceRef>> {
    let rows: Vec<PlaceRow> =
        sql("SELECT p.id, p.code, p.kind, p.depot_id, d.code AS depot_code, p.customer_id \
         FROM place p JOIN depot d ON d.id = p.depot_id WHERE p.depot_id = $1 ORDER BY p.code")
        .bind(depot_id)
        .load(conn)?;
    Ok(rows.into_iter().map(PlaceRef::from).collect())
}

/// Binds a depot's places to a customer, or to none: on-site spares belong to one customer (PRODUCT "Places and owners").
pub fn bind_depot_to_customer(tx: &mut Conn, depot_id: i64, customer_id: Option<i64>) -> StoreResult<()> {
    sql("UPDATE place SET customer_id = $1 WHERE depot_id = $2")
        .bind(customer_id)
        .bind(depot_id)
        .execute(tx)?;
    Ok(())
}
