//! The facts of a notice as JSON text in `outbox.payload`, under a version.
//!
//! The twins here mirror `domain::notice` field by field (serde's `remote`), so a field added there does not compile
//! until it is written and read here. A notice queued by an older Beiku must still be read: give a new field
//! `#[serde(default)]`; for any other change raise [`VERSION`] and keep the old twins for reading.

use crate::domain::notice::{
    Bilingual, CaseNews, DepotNews, DepotNotice, FaultyReceipt, MovedDate, Notice, NoticeKind, Outcome,
    Parcel, PieceNamed, PromisedDay, Replacement, RmaNews, RmaNotice, StaffNotice, UnitNamed,
};
use crate::store::codec::staff_notice::boxed_staff;
use crate::store::{StoreError, StoreResult};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Version of the form written.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    #[serde(with = "NoticeTwin")]
    notice: &'a Notice,
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

#[derive(Deserialize)]
struct Read {
    #[serde(with = "NoticeTwin")]
    notice: Notice,
}

/// Writes a notice.
///
/// # Errors
/// [`StoreError::Codec`]; not with the values a notice can hold.
pub fn encode_notice(notice: &Notice) -> StoreResult<String> {
    let written = Written { v: VERSION, notice };
    serde_json::to_string(&written).map_err(|error| StoreError::Codec(format!("notice: {error}")))
}

/// Reads a notice.
///
/// # Errors
/// [`StoreError::Codec`] when a newer Beiku wrote it, or it is damaged.
pub fn decode_notice(text: &str) -> StoreResult<Notice> {
    let wrong = |error: serde_json::Error| StoreError::Codec(format!("notice: {error}"));
    let Version { v } = serde_json::from_str(text).map_err(wrong)?;
    if v != VERSION {
        return Err(StoreError::Codec(format!("notice: version {v} is not known here")));
    }
    let Read { notice } = serde_json::from_str(text).map_err(wrong)?;
    Ok(notice)
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Notice", rename_all = "snake_case")]
enum NoticeTwin {
    Rma(#[serde(with = "boxed_rma")] Box<RmaNotice>),
    Depot(#[serde(with = "boxed_depot")] Box<DepotNotice>),
    Staff(#[serde(with = "boxed_staff")] Box<StaffNotice>),
    ConfirmRequest {
        name: String,
        serial: String,
        fault: String,
        confirm_path: String,
    },
    Test {
        asked_by: String,
    },
    PasswordReset {
        username: String,
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invited_hours: Option<i64>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RmaNotice")]
struct RmaNoticeTwin {
    rma: String,
    customer: String,
    contact: String,
    tracking_path: String,
    #[serde(with = "RmaNewsTwin")]
    news: RmaNews,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RmaNews", rename_all = "snake_case")]
enum RmaNewsTwin {
    RequestReceived {
        #[serde(with = "units")]
        units: Vec<UnitNamed>,
    },
    Authorised {
        #[serde(with = "units")]
        units: Vec<UnitNamed>,
        replacement_first: bool,
        depot: String,
        depot_address: String,
    },
    ReplacementShipped {
        #[serde(with = "UnitNamedTwin")]
        unit: UnitNamed,
        #[serde(with = "ReplacementTwin")]
        replacement: Replacement,
        #[serde(with = "ParcelTwin")]
        parcel: Parcel,
        faulty_due_on: Option<NaiveDate>,
    },
    FaultyReceived(#[serde(with = "FaultyReceiptTwin")] FaultyReceipt),
    ShippedBack {
        #[serde(with = "UnitNamedTwin")]
        unit: UnitNamed,
        #[serde(with = "OutcomeTwin")]
        outcome: Outcome,
        #[serde(with = "ParcelTwin")]
        parcel: Parcel,
        #[serde(with = "maybe_replacement")]
        loaner: Option<Replacement>,
        loaner_due_on: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        makers_unit: Option<String>,
    },
    Case(#[serde(with = "CaseNewsTwin")] CaseNews),
    DateMoved {
        #[serde(default, with = "MovedDateTwin")]
        date: MovedDate,
        #[serde(with = "UnitNamedTwin")]
        unit: UnitNamed,
        old_due_on: Option<NaiveDate>,
        #[serde(with = "PromisedDayTwin")]
        promise: PromisedDay,
    },
    Closed {
        #[serde(with = "units")]
        units: Vec<UnitNamed>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CaseNews")]
struct CaseNewsTwin {
    #[serde(with = "kind_code")]
    kind: NoticeKind,
    #[serde(with = "UnitNamedTwin")]
    unit: UnitNamed,
    #[serde(with = "maybe_replacement")]
    replacement: Option<Replacement>,
    #[serde(with = "ParcelTwin")]
    parcel: Parcel,
    reason: String,
    price: Option<(String, String)>,
    due_on: Option<NaiveDate>,
    overdue: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FaultyReceipt")]
struct FaultyReceiptTwin {
    #[serde(with = "UnitNamedTwin")]
    unit: UnitNamed,
    received_at: NaiveDateTime,
    depot: String,
    #[serde(with = "maybe_promise")]
    promise: Option<PromisedDay>,
    #[serde(with = "maybe_replacement")]
    replacement: Option<Replacement>,
    exchange_days: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    preventive: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "UnitNamed")]
struct UnitNamedTwin {
    line: u32,
    part_no: String,
    #[serde(with = "BilingualTwin")]
    part_name: Bilingual,
    serial: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Replacement")]
struct ReplacementTwin {
    part_no: String,
    #[serde(with = "BilingualTwin")]
    part_name: Bilingual,
    serial: String,
    on_loan: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PromisedDay")]
struct PromisedDayTwin {
    due_on: NaiveDate,
    days: u32,
    working_days: bool,
    provisional: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Parcel")]
struct ParcelTwin {
    depot: String,
    carrier: String,
    tracking_no: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Bilingual")]
struct BilingualTwin {
    zh: String,
    en: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Outcome", rename_all = "snake_case")]
enum OutcomeTwin {
    Repaired,
    NoFaultFound,
    Unrepaired,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MovedDate", rename_all = "snake_case")]
enum MovedDateTwin {
    Repair,
    Exchange,
    Owed,
    Spare,
    Answer,
    Visit,
    Restored,
    Report,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DepotNotice")]
struct DepotNoticeTwin {
    reader: String,
    #[serde(with = "DepotNewsTwin")]
    news: DepotNews,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DepotNews", rename_all = "snake_case")]
enum DepotNewsTwin {
    TransferDifferences {
        number: String,
        from: String,
        to: String,
        #[serde(with = "pieces")]
        missing: Vec<PieceNamed>,
        #[serde(with = "pieces")]
        unexpected: Vec<PieceNamed>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PieceNamed")]
struct PieceNamedTwin {
    part_no: String,
    #[serde(with = "BilingualTwin")]
    part_name: Bilingual,
    serial: String,
    quantity: i64,
}

mod boxed_depot {
    use super::{DepotNotice, DepotNoticeTwin, Deserializer, Serializer};

    #[expect(clippy::borrowed_box, reason = "the signature serde calls")]
    pub(super) fn serialize<S: Serializer>(value: &Box<DepotNotice>, to: S) -> Result<S::Ok, S::Error> {
        DepotNoticeTwin::serialize(value, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<DepotNotice>, D::Error> {
        DepotNoticeTwin::deserialize(from).map(Box::new)
    }
}

mod pieces {
    use super::{Deserialize, Deserializer, PieceNamed, PieceNamedTwin, Serialize, Serializer};

    #[derive(Serialize)]
    struct Lent<'a>(#[serde(with = "PieceNamedTwin")] &'a PieceNamed);

    #[derive(Deserialize)]
    struct Own(#[serde(with = "PieceNamedTwin")] PieceNamed);

    pub(super) fn serialize<S: Serializer>(value: &[PieceNamed], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(value.iter().map(Lent))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PieceNamed>, D::Error> {
        let own: Vec<Own> = Vec::deserialize(from)?;
        Ok(own.into_iter().map(|own| own.0).collect())
    }
}

mod kind_code {
    use super::{Deserialize, Deserializer, NoticeKind, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &NoticeKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(value.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NoticeKind, D::Error> {
        let code = String::deserialize(from)?;
        NoticeKind::from_code(&code).ok_or_else(|| serde::de::Error::custom(format!("notice kind {code:?}")))
    }
}

mod boxed_rma {
    use super::{Deserializer, RmaNotice, RmaNoticeTwin, Serializer};

    #[expect(clippy::borrowed_box, reason = "the signature serde calls")]
    pub(super) fn serialize<S: Serializer>(value: &Box<RmaNotice>, to: S) -> Result<S::Ok, S::Error> {
        RmaNoticeTwin::serialize(value, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<RmaNotice>, D::Error> {
        RmaNoticeTwin::deserialize(from).map(Box::new)
    }
}

mod units {
    use super::{Deserialize, Deserializer, Serialize, Serializer, UnitNamed, UnitNamedTwin};

    #[derive(Serialize)]
    struct Lent<'a>(#[serde(with = "UnitNamedTwin")] &'a UnitNamed);

    #[derive(Deserialize)]
    struct Own(#[serde(with = "UnitNamedTwin")] UnitNamed);

    pub(super) fn serialize<S: Serializer>(value: &[UnitNamed], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(value.iter().map(Lent))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<UnitNamed>, D::Error> {
        let own: Vec<Own> = Vec::deserialize(from)?;
        Ok(own.into_iter().map(|own| own.0).collect())
    }
}

/// serde's `remote` stops at containers: a module that leads a twin through `Option`.
macro_rules! maybe {
    ($module:ident, $type:ident, $twin_name:literal, $twin:ident) => {
        mod $module {
            use super::{Deserialize, Deserializer, Serialize, Serializer, $twin, $type};

            #[derive(Serialize)]
            struct Lent<'a>(#[serde(with = $twin_name)] &'a $type);

            #[derive(Deserialize)]
            struct Own(#[serde(with = $twin_name)] $type);

            pub(super) fn serialize<S: Serializer>(value: &Option<$type>, to: S) -> Result<S::Ok, S::Error> {
                value.as_ref().map(Lent).serialize(to)
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<$type>, D::Error> {
                Ok(Option::<Own>::deserialize(from)?.map(|own| own.0))
            }
        }
    };
}

maybe!(maybe_replacement, Replacement, "ReplacementTwin", ReplacementTwin);
maybe!(maybe_promise, PromisedDay, "PromisedDayTwin", PromisedDayTwin);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::samples;

    #[test]
    fn every_notice_reads_back_as_it_was_written() {
        for (name, notice) in samples::all() {
            assert_eq!(decode_notice(&encode_notice(&notice).unwrap()).unwrap(), notice, "{name}");
        }
    }

    /// What stands in a database must be readable for good: this text must not change, only gain company.
    #[test]
    fn the_first_version_is_still_read() {
        let (_, notice) = samples::all().into_iter().find(|(name, _)| *name == "faulty_received").unwrap();
        let text = include_str!("notice-v1.json");
        assert_eq!(decode_notice(text).unwrap(), notice);
        let written: serde_json::Value = serde_json::from_str(&encode_notice(&notice).unwrap()).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(text).unwrap());
    }

    #[test]
    fn what_a_newer_beiku_wrote_is_refused_by_its_version() {
        let error = decode_notice(r#"{"v":2,"notice":{"visit":{}}}"#).unwrap_err().to_string();
        assert!(error.contains("version 2"), "{error}");
        assert!(decode_notice("{}").is_err());
        assert!(decode_notice(r#"{"v":1,"notice":{"test":{}}}"#).is_err());
    }
}
