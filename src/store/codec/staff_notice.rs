//! The twins of notices to our own people; see the notices to customers beside this file.

use crate::domain::notice::{Digest, MonthOutlook, StaffNews, StaffNotice, WarnedLine};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(remote = "StaffNotice")]
struct StaffNoticeTwin {
    reader: String,
    path: String,
    #[serde(with = "StaffNewsTwin")]
    news: StaffNews,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "StaffNews", rename_all = "snake_case")]
enum StaffNewsTwin {
    Warnings {
        #[serde(with = "lines")]
        at_risk: Vec<WarnedLine>,
        #[serde(with = "lines")]
        late: Vec<WarnedLine>,
        more: u32,
    },
    MonthInDanger(#[serde(with = "MonthOutlookTwin")] MonthOutlook),
    Digest(#[serde(with = "DigestTwin")] Digest),
    DeadLetter {
        id: i64,
        recipient: String,
        error: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "WarnedLine")]
struct WarnedLineTwin {
    rma: String,
    line: u32,
    part_no: String,
    serial: String,
    customer: String,
    depot: String,
    due_on: Option<NaiveDate>,
    miss_percent: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MonthOutlook")]
struct MonthOutlookTwin {
    month: NaiveDate,
    // As digests call it that were queued before the forecast said `due`.
    #[serde(rename = "eligible")]
    due: u32,
    timely: u32,
    missed: u32,
    open: u32,
    expected_permille: Option<u32>,
    chance_percent: Option<u32>,
    misses_left: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Digest")]
struct DigestTwin {
    day: NaiveDate,
    open: u32,
    at_risk: u32,
    overdue: u32,
    floating: u32,
    #[serde(with = "MonthOutlookTwin")]
    month: MonthOutlook,
    dead_letters: u32,
    // Digests queued before proofs were told of have none.
    #[serde(default)]
    proof: Option<(NaiveDate, u32)>,
    seals: Vec<String>,
}

pub(super) mod boxed_staff {
    use super::{Deserializer, Serializer, StaffNotice, StaffNoticeTwin};

    #[expect(clippy::borrowed_box, reason = "the signature serde calls")]
    pub(in crate::store::codec) fn serialize<S: Serializer>(
        value: &Box<StaffNotice>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        StaffNoticeTwin::serialize(value, to)
    }

    pub(in crate::store::codec) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Box<StaffNotice>, D::Error> {
        StaffNoticeTwin::deserialize(from).map(Box::new)
    }
}

mod lines {
    use super::{Deserialize, Deserializer, Serialize, Serializer, WarnedLine, WarnedLineTwin};

    #[derive(Serialize)]
    struct Lent<'a>(#[serde(with = "WarnedLineTwin")] &'a WarnedLine);

    #[derive(Deserialize)]
    struct Own(#[serde(with = "WarnedLineTwin")] WarnedLine);

    pub(super) fn serialize<S: Serializer>(value: &[WarnedLine], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(value.iter().map(Lent))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<WarnedLine>, D::Error> {
        let own: Vec<Own> = Vec::deserialize(from)?;
        Ok(own.into_iter().map(|own| own.0).collect())
    }
}
