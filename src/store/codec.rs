//! Domain words as columns: each closed set of codes is a TEXT column with a CHECK.

mod notice;
mod staff_notice;

pub use notice::{decode_notice, encode_notice};

use crate::domain::stock::Owner;
use crate::store::sql::{Column, Value};
use diesel::deserialize;
use diesel::sql_types::Text;

macro_rules! text_columns {
    ($($type:ty),+ $(,)?) => {$(
        impl Column for $type {
            type Sql = Text;
            type Raw = String;
            fn from_raw(raw: String) -> deserialize::Result<Self> {
                <$type>::from_code(&raw).ok_or_else(|| format!("unknown {} {raw:?}", stringify!($type)).into())
            }
        }
        impl From<$type> for Value {
            fn from(value: $type) -> Self { Value::Text(Some(value.as_str().to_owned())) }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self { Value::Text(value.map(|v| v.as_str().to_owned())) }
        }
    )+};
}

text_columns!(
    crate::domain::actor::Role,
    crate::domain::people::TokenKind,
    crate::domain::count::CountState,
    crate::domain::count::CountVerdict,
    crate::domain::count::ExceptionSource,
    crate::domain::count::ExceptionState,
    crate::domain::count::RightAct,
    crate::domain::people::OneTimeKind,
    crate::domain::intake::IntakeException,
    crate::domain::intake::IntakeState,
    crate::domain::language::Language,
    crate::domain::notice::NoticeKind,
    crate::domain::notice::NoticeState,
    crate::domain::data_bearing::DataAnswer,
    crate::domain::place::PlaceKind,
    crate::domain::plan::PromiseKind,
    crate::domain::plan::RateVariant,
    crate::domain::plan::Regime,
    crate::domain::plan::TermUnit,
    crate::domain::plan::ReturnedWhen,
    crate::domain::plan::VendorSwap,
    crate::domain::request::RequestReason,
    crate::domain::request::RequestState,
    crate::domain::rma::Direction,
    crate::domain::rma::Entitlement,
    crate::domain::rma::FaultyState,
    crate::domain::rma::IssuedRole,
    crate::domain::rma::IssuedState,
    crate::domain::rma::Mode,
    crate::domain::rma::Payer,
    crate::domain::rma::case::ConsentKind,
    crate::domain::rma::KeptClass,
    crate::domain::rma::PromiseState,
    crate::domain::rma::QuoteState,
    crate::domain::rma::RepairOrderState,
    crate::domain::rma::RepairOutcome,
    crate::domain::repair::StepResult,
    crate::domain::rma::RepairState,
    crate::domain::rma::ShipmentPurpose,
    crate::domain::rma::ShipmentState,
    crate::domain::rma::Source,
    crate::domain::rma::Track,
    crate::domain::scan::ScanMode,
    crate::domain::scan::ScanVerdict,
    crate::domain::setup::DepotClass,
    crate::domain::stock::Condition,
    crate::domain::stock::MovementKind,
    crate::domain::stock::PartClass,
    crate::domain::stock::ReservationState,
    crate::domain::stock::Tracking,
    crate::domain::transfer::TransferState,
);

impl Column for Owner {
    type Sql = Text;
    type Raw = String;
    fn from_raw(raw: String) -> deserialize::Result<Self> {
        Owner::from_code(&raw).ok_or_else(|| format!("unknown owner {raw:?}").into())
    }
}

impl From<&Owner> for Value {
    fn from(owner: &Owner) -> Self {
        Value::Text(Some(owner.to_string()))
    }
}
