//! What can go wrong below the rules.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A fault of the store. Never a rule's no: those are `domain::refusal::Refusal`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database's own error.
    #[error("database: {0}")]
    Database(#[from] DieselError),
    /// No connection to be had.
    #[error("no database connection: {0}")]
    Connection(String),
    /// More callers wait for the writer than it can serve soon. Nothing was done.
    #[error("too many writes are waiting")]
    Busy,
    /// The connection broke while COMMIT was under way: nobody knows yet whether it took effect.
    #[error("the connection broke during COMMIT; the outcome is unknown")]
    OutcomeUnknown,
    /// The address names no database Beiku knows.
    #[error("database address {0:?}: use sqlite:FILE or postgres://…")]
    UnknownScheme(String),
    /// Migrations failed.
    #[error("migration: {0}")]
    Migration(String),
    /// Another process serves this file.
    #[error("{0}")]
    Locked(String),
    /// A background thread ended.
    #[error("the store is shutting down")]
    Closed,
    /// The work itself panicked; nothing of it was kept.
    #[error("panic in a transaction: {0}")]
    Panicked(String),
    /// A stored document cannot be read.
    #[error("stored document: {0}")]
    Codec(String),
}

impl StoreError {
    /// A guarded write lost a race. Nothing is wrong: run again, the transaction sees what is true now and decides on that.
    #[must_use]
    pub fn raced(what: &str) -> StoreError {
        StoreError::Database(DieselError::DatabaseError(
            DatabaseErrorKind::SerializationFailure,
            Box::new(what.to_owned()),
        ))
    }

    /// Whether a constraint of this name refused the row (a unique index or CHECK).
    #[must_use]
    pub fn violates(&self, what: Violation) -> bool {
        let StoreError::Database(error) = self else { return false };
        violates(error, what)
    }

    /// Whether running the whole transaction again may well succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            StoreError::Database(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => {
                true
            }
            // diesel has no kind for 40P01.
            StoreError::Database(DieselError::DatabaseError(_, info)) => {
                info.message().contains("deadlock detected")
            }
            _ => false,
        }
    }

    /// Whether the database had no room left for what was to be written. Nothing of it was kept.
    #[must_use]
    pub fn is_storage_full(&self) -> bool {
        let StoreError::Database(DieselError::DatabaseError(_, info)) = self else { return false };
        // SQLite's SQLITE_FULL; PostgreSQL's 53100 disk_full, for which diesel has no kind: its message ends with the
        // system's own words, or it wrote less than it wanted and hints at the disk.
        let hints_at_disk = info.hint().is_some_and(|hint| hint.contains("Check free disk space"));
        let text = info.message();
        hints_at_disk
            || ["database or disk is full", "No space left on device", "Disk quota exceeded"]
                .iter()
                .any(|sign| text.contains(sign))
    }

    /// Whether the connection itself is gone, or is no use any more because its server became a standby.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        match self {
            StoreError::Database(DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)) => true,
            StoreError::Database(DieselError::DatabaseError(_, info)) => {
                let text = info.message();
                [
                    "server closed the connection",
                    "terminating connection",
                    "no connection to the server",
                    "connection not open",
                    "in a read-only transaction",
                ]
                .iter()
                .any(|sign| text.contains(sign))
            }
            StoreError::Database(DieselError::BrokenTransactionManager) => true,
            _ => false,
        }
    }
}

/// The error of work that panicked: its caller's alone, said once in the log.
pub(super) fn panicked(panic: &(dyn std::any::Any + Send)) -> StoreError {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "no message".to_owned());
    tracing::error!(panic = %text, "work in the store panicked");
    StoreError::Panicked(text)
}

/// A kind of broken constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// Two rows with the same key.
    Unique,
    /// A CHECK said no.
    Check,
}

/// Whether this error is a broken constraint of that kind.
#[must_use]
pub fn violates(error: &DieselError, what: Violation) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => what == Violation::Unique,
        DieselError::DatabaseError(DatabaseErrorKind::CheckViolation, _) => what == Violation::Check,
        _ => false,
    }
}

/// An error that may hold a store fault, so that the store can see whether to run a transaction again.
pub trait Fault: From<StoreError> {
    /// The store's fault, if that is what it is.
    fn store(&self) -> Option<&StoreError>;
}

impl Fault for StoreError {
    fn store(&self) -> Option<&StoreError> {
        Some(self)
    }
}
