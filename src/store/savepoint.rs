//! A part of a transaction that may be taken back without the rest.

use crate::store::sql::Conn;
use crate::store::{StoreError, StoreResult};
use diesel::connection::{AnsiTransactionManager, TransactionManager};

/// Runs `work`; what it wrote is taken back when it fails, and the transaction goes on.
///
/// # Errors
/// Whatever `work` failed with, or the database's own.
pub fn savepoint<T, E: From<StoreError>>(
    tx: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin(tx)?;
    match work(tx) {
        Ok(done) => {
            end(tx, true)?;
            Ok(done)
        }
        Err(error) => {
            end(tx, false)?;
            Err(error)
        }
    }
}

fn begin(tx: &mut Conn) -> StoreResult<()> {
    match tx {
        Conn::Pg(c) => AnsiTransactionManager::begin_transaction(c)?,
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction(c)?,
    }
    Ok(())
}

fn end(tx: &mut Conn, keep: bool) -> StoreResult<()> {
    match (tx, keep) {
        (Conn::Pg(c), true) => AnsiTransactionManager::commit_transaction(c)?,
        (Conn::Pg(c), false) => AnsiTransactionManager::rollback_transaction(c)?,
        (Conn::Sqlite(c), true) => AnsiTransactionManager::commit_transaction(c)?,
        (Conn::Sqlite(c), false) => AnsiTransactionManager::rollback_transaction(c)?,
    }
    Ok(())
}

/// On PostgreSQL, fails a statement of this transaction that waits for somebody else's rows for longer than a moment: those it was
/// begun for can go on each alone. The embedded database has one writer, who waits for nobody.
///
/// # Errors
/// Of the database.
pub fn give_up_soon(tx: &mut Conn) -> StoreResult<()> {
    if tx.is_postgres() {
        tx.batch("SET LOCAL lock_timeout = '200ms'")?;
    }
    Ok(())
}
