//! Work that one node does at a time.

use crate::store::StoreResult;
use crate::store::sql::Conn;

/// Work of which two nodes would do the same twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Judging the lines that were touched.
    Settling,
    /// Setting the next seal of a ledger.
    Sealing,
    /// Taking the next snapshot of the stock.
    Snapshots,
}

impl Alone {
    /// Waits for the node that is at it, and keeps the others waiting until the end of the transaction. SQLite has one writer
    /// anyway.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn from_now_on(self, tx: &mut Conn) -> StoreResult<()> {
        if tx.is_postgres() {
            tx.batch(match self {
                Alone::Settling => "SELECT pg_advisory_xact_lock(7262002)",
                Alone::Sealing => "SELECT pg_advisory_xact_lock(7262003)",
                Alone::Snapshots => "SELECT pg_advisory_xact_lock(7262004)",
            })?;
        }
        Ok(())
    }
}
