//! A use case ends well, is refused by a rule, or meets a fault.

use crate::domain::refusal::Refusal;
use crate::store::ledger::PostError;
use crate::store::{Fault, StoreError};

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no; nothing was changed.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Something below is broken; nothing is known to have changed (but see `StoreError::OutcomeUnknown`).
    #[error(transparent)]
    Fault(#[from] StoreError),
}

/// Result of a use case.
pub type AppResult<T> = Result<T, Error>;

/// What the caller of a faulted use case can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection broke during COMMIT: send again with the same idempotency key.
    OutcomeUnknown,
    /// Nothing happened; the same request may well succeed in a moment.
    TryAgain,
    /// The database has no room left: nothing happened, and nothing will before an operator makes room.
    StorageFull,
    /// A defect or a broken installation: somebody must look at the log.
    Internal,
}

impl Error {
    /// What kind of fault this is; `None` for a refusal.
    #[must_use]
    pub fn fault(&self) -> Option<FaultKind> {
        match self {
            Error::Refused(_) => None,
            Error::Fault(StoreError::OutcomeUnknown) => Some(FaultKind::OutcomeUnknown),
            Error::Fault(StoreError::Connection(_) | StoreError::Closed | StoreError::Busy) => {
                Some(FaultKind::TryAgain)
            }
            Error::Fault(fault) if fault.is_transient() || fault.is_connection_lost() => {
                Some(FaultKind::TryAgain)
            }
            Error::Fault(fault) if fault.is_storage_full() => Some(FaultKind::StorageFull),
            Error::Fault(_) => Some(FaultKind::Internal),
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Error::Fault(StoreError::Database(error))
    }
}

impl Fault for Error {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Error::Fault(fault) => Some(fault),
            Error::Refused(_) => None,
        }
    }
}

impl From<PostError> for Error {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Refused(refusal) => Error::Refused(refusal),
            PostError::Fault(fault) => Error::Fault(fault),
        }
    }
}
