//! Which refusal is which HTTP status, and what a fault looks like from outside.

use crate::app::password::PasswordError;
use crate::app::{Error, FaultKind};
use crate::domain::refusal::Refusal;
use crate::http::problem::{Problem, Trouble};
use actix_web::http::StatusCode;

/// The status of a refusal. Exhaustive on purpose: a new refusal needs a decision here.
#[expect(clippy::too_many_lines, reason = "one line for each refusal")]
pub(super) fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::SignInFailed {}
        | Refusal::SecondFactorNeeded {}
        | Refusal::SecondFactorWrong {}
        | Refusal::SsoFailed {} => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden { .. }
        | Refusal::NotYourDepot { .. }
        | Refusal::TokenReadOnly {}
        | Refusal::SecondFactorRequired {}
        | Refusal::SsoUnknown {} => StatusCode::FORBIDDEN,
        Refusal::NotFound { .. }
        | Refusal::NotMetYet { .. }
        | Refusal::SetupLinkInvalid {}
        | Refusal::ResetLinkInvalid {} => StatusCode::NOT_FOUND,
        Refusal::StaleVersion { .. } => StatusCode::PRECONDITION_FAILED,
        Refusal::LastAdmin { .. }
        | Refusal::SecondFactorOn {}
        | Refusal::SecondFactorOff {}
        | Refusal::IdempotencyKeyReused { .. }
        | Refusal::AlreadyExists { .. }
        | Refusal::SerialAmbiguous { .. }
        | Refusal::WrongPart { .. }
        | Refusal::UnitElsewhere { .. }
        | Refusal::SerialElsewhere { .. }
        | Refusal::NotAUnit { .. }
        | Refusal::NotASerial { .. }
        | Refusal::NoSuchBin { .. }
        | Refusal::NothingAsks { .. }
        | Refusal::NotEnoughStock { .. }
        | Refusal::NotAvailable { .. }
        | Refusal::UnitReserved { .. }
        | Refusal::StockReserved { .. }
        | Refusal::OutOfOrder { .. }
        | Refusal::InTheFuture { .. }
        | Refusal::BeforeTheBooks { .. }
        | Refusal::IllegalMove { .. }
        | Refusal::WrongCondition { .. }
        | Refusal::WrongOwner { .. }
        | Refusal::NotASpare { .. }
        | Refusal::NothingProposed { .. }
        | Refusal::NotAnInstrument { .. }
        | Refusal::CheckNeeded { .. }
        | Refusal::AlreadyReversed { .. }
        | Refusal::CannotReverseReversal { .. }
        | Refusal::NotTheLastMovement { .. }
        | Refusal::BelongsToDocument { .. }
        | Refusal::BoxTakenUp { .. }
        | Refusal::UnitOnRma { .. }
        | Refusal::UnitUnderRepair { .. }
        | Refusal::TransferNeeded { .. }
        | Refusal::NotEnoughThen { .. }
        | Refusal::DuplicateInBatch { .. }
        | Refusal::ReservationEnded { .. }
        | Refusal::ReservationOfDocument { .. }
        | Refusal::NoticeSent { .. }
        | Refusal::NoticeWithdrawn { .. }
        | Refusal::RmaAlreadyOpen { .. }
        | Refusal::ActionNotAllowed { .. }
        | Refusal::ModeNotAllowed { .. }
        | Refusal::WrongSerial { .. }
        | Refusal::NoSpareFits { .. }
        | Refusal::NotEquivalent { .. }
        | Refusal::LoanerStillOut { .. }
        | Refusal::SpareOfLine { .. }
        | Refusal::UnitNotSeen { .. }
        | Refusal::QuoteOpen { .. }
        | Refusal::ExchangeNotDecided { .. }
        | Refusal::UnitStillHere { .. }
        | Refusal::FaultyPartOwed { .. }
        | Refusal::SecondPersonNeeded { .. }
        | Refusal::AlreadyIssued { .. }
        | Refusal::ExchangeDecided { .. }
        | Refusal::NoContractCovers { .. }
        | Refusal::RequestAlreadyOpen { .. }
        | Refusal::SpareStillAwaited { .. }
        | Refusal::NoSpareHeld { .. }
        | Refusal::SpareNotShipped { .. }
        | Refusal::ModeGivesNoSpare { .. }
        | Refusal::BeforePreviousStep { .. }
        | Refusal::TooLongAgo { .. }
        | Refusal::HoldState { .. }
        | Refusal::NothingToTakeBack { .. }
        | Refusal::StepStays { .. }
        | Refusal::BenchWentOn { .. }
        | Refusal::QuoteNeeded { .. }
        | Refusal::NotChargeable { .. }
        | Refusal::QuoteOver { .. }
        | Refusal::QuoteStillValid { .. }
        | Refusal::ConsentNeeded { .. }
        | Refusal::DataStaysWithCustomer { .. }
        | Refusal::DataMustBeDestroyed { .. }
        | Refusal::CertificateNeeded { .. }
        | Refusal::NotBrandNew { .. }
        | Refusal::LimitNotMet { .. }
        | Refusal::LimitUnknown { .. }
        | Refusal::SpareBound { .. }
        | Refusal::NothingOwed { .. }
        | Refusal::ReplacementUnderWay { .. }
        | Refusal::NoBench { .. }
        | Refusal::RepairAlreadyOpen { .. }
        | Refusal::RepairOverLimit { .. }
        | Refusal::DataAnswerNeeded { .. }
        | Refusal::DataNeedsProof { .. }
        | Refusal::NoDataToAnswerFor { .. }
        | Refusal::NotOnTransfer { .. }
        | Refusal::NothingOutstanding { .. }
        | Refusal::PlaceOfDocument { .. }
        | Refusal::ScanTooOld { .. }
        | Refusal::IntakeUnreadable { .. }
        | Refusal::NotInCount { .. } => StatusCode::CONFLICT,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused(refusal)
    }
}

impl From<Error> for Problem {
    /// A fault is logged here, once, and its text does not leave the house.
    fn from(error: Error) -> Self {
        let fault = match error {
            Error::Refused(refusal) => return Problem::Refused(refusal),
            Error::Fault(_) => error.fault(),
        };
        match fault {
            Some(FaultKind::OutcomeUnknown) => {
                tracing::warn!(%error, "the outcome of a write is unknown");
                Trouble::OutcomeUnknown.into()
            }
            Some(FaultKind::TryAgain) => {
                tracing::warn!(%error, "the database is busy or away");
                Trouble::TryAgain.into()
            }
            Some(FaultKind::StorageFull) => {
                metrics::counter!("beiku_storage_full_total").increment(1);
                tracing::error!(%error, "the disk of the database is full");
                Trouble::StorageFull.into()
            }
            Some(FaultKind::Internal) | None => {
                tracing::error!(%error, "a use case failed");
                Trouble::Internal.into()
            }
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        tracing::error!(%error, "a password cannot be judged or hashed");
        Trouble::Internal.into()
    }
}
