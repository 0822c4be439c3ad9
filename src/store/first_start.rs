//! How far a new company has come.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};

row! {
    /// Whether there is any of each: 1 or 0.
    pub struct ProgressRow {
        /// Depots.
        pub depots: i64,
        /// Parts.
        pub parts: i64,
        /// Customers.
        pub customers: i64,
        /// Stock.
        pub stock: i64,
        /// A mail that went out.
        pub mails: i64,
        /// RMAs.
        pub rmas: i64,
        /// Anybody beside the first administrator.
        pub people: i64,
    }
}

/// Whether there is any of each. Looks at one row of each table.
pub fn progress(conn: &mut Conn) -> StoreResult<ProgressRow> {
    Ok(sql("SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM depot) THEN 1 ELSE 0 END AS BIGINT) AS depots, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM part) THEN 1 ELSE 0 END AS BIGINT) AS parts, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM customer) THEN 1 ELSE 0 END AS BIGINT) AS customers, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM movement) THEN 1 ELSE 0 END AS BIGINT) AS stock, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE state = 'sent') THEN 1 ELSE 0 END AS BIGINT) AS mails, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM rma) THEN 1 ELSE 0 END AS BIGINT) AS rmas, \
         CAST(CASE WHEN EXISTS (SELECT 1 FROM app_user WHERE id > (SELECT MIN(id) FROM app_user)) THEN 1 ELSE 0 END AS BIGINT) AS people")
    .one(conn)?)
}
