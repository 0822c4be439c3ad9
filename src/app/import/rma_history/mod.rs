//! RMA history: one row is one faulty unit that came in for repair before Beiku, finished or still open.

mod effects;
mod events;
mod facts;
mod judge;
mod lives;
mod parse;

use chrono::NaiveDate;

use super::book::Fingerprint;
use super::columns::{Column, Field};
use super::outcome::Warning;
use super::values::Words;

pub use effects::effects;
pub use facts::{Event, HistoryEffects, Issued, Parcel, PromiseEnd, Promised};
pub use lives::{Lives, Start, Starts};

/// The columns of an RMA history.
pub const COLUMNS: &[Column] = &[
    Column::required(
        Field::RmaNumber,
        "返修单号",
        "RMA number",
        &["RMA", "RMA No", "RMA#", "RMA号", "返修单", "单号"],
    ),
    Column::required(
        Field::Customer,
        "客户编号",
        "Customer code",
        &["客户代码", "客户编码", "customer", "customer no"],
    ),
    Column::required(
        Field::Depot,
        "受理库房",
        "Depot",
        &["库房", "备件库", "受理备件库", "收件库房", "receiving depot", "depot code"],
    ),
    Column::required(
        Field::PartNo,
        "料号",
        "Part number",
        &["物料编码", "物料号", "件号", "备件编码", "part no", "part", "p/n", "pn", "item"],
    ),
    Column::required(
        Field::FaultySerial,
        "故障件序列号",
        "Faulty serial number",
        &[
            "坏件序列号",
            "故障序列号",
            "坏件SN",
            "故障件SN",
            "序列号",
            "S/N",
            "SN",
            "faulty serial",
            "faulty sn",
            "serial number",
            "serial",
        ],
    ),
    Column::optional(
        Field::Fault,
        "故障现象",
        "Fault",
        &["故障描述", "故障", "fault description", "symptom"],
    ),
    Column::required(
        Field::RequestedOn,
        "申请日期",
        "Requested on",
        &["申请时间", "报修日期", "requested", "request date"],
    ),
    Column::optional(
        Field::ReceivedOn,
        "收到故障件日期",
        "Faulty part received on",
        &["收件日期", "收到坏件日期", "坏件收到日期", "received on", "received", "date received"],
    ),
    Column::optional(
        Field::SpareSerial,
        "先行更换件序列号",
        "Spare serial number",
        &[
            "借用件序列号",
            "周转件序列号",
            "好件序列号",
            "备件序列号",
            "先行更换件",
            "spare serial",
            "loaner serial",
            "loaner serial number",
        ],
    ),
    Column::optional(
        Field::SparePosted,
        "更换件发出日期",
        "Spare shipped on",
        &[
            "先行更换件发出日期",
            "借用件发出日期",
            "备件发出日期",
            "好件发出日期",
            "spare shipped",
            "spare ship date",
        ],
    ),
    Column::optional(
        Field::StartedOn,
        "开始维修日期",
        "Repair started on",
        &["维修开始日期", "repair started", "repair start"],
    ),
    Column::optional(
        Field::Outcome,
        "维修结果",
        "Outcome",
        &["维修结论", "结果", "repair outcome", "result"],
    ),
    Column::optional(
        Field::FinishedOn,
        "维修完成日期",
        "Repair finished on",
        &["完成日期", "repair finished", "repaired on"],
    ),
    Column::optional(
        Field::ReturnedOn,
        "返还日期",
        "Returned on",
        &["归还日期", "返还时间", "returned", "return date"],
    ),
    Column::optional(
        Field::ReplacementSerial,
        "替换件序列号",
        "Replacement serial number",
        &["等效更换件序列号", "替换件", "replacement serial", "exchange serial"],
    ),
    Column::optional(Field::Carrier, "快递公司", "Carrier", &["承运商", "物流公司", "快递"]),
    Column::optional(
        Field::Waybill,
        "运单号",
        "Tracking number",
        &["快递单号", "物流单号", "tracking no", "waybill"],
    ),
    Column::optional(Field::RepairCost, "维修费用", "Repair cost", &["维修费", "费用", "cost"]),
    Column::optional(Field::Note, "备注", "Note", &["说明", "notes", "remark", "remarks"]),
];

/// How a repair ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 修复
    Repaired,
    /// 未发现故障
    NoFaultFound,
    /// 无修复价值
    BeyondRepair,
    /// 已取消
    Cancelled,
}

const OUTCOMES: Words<Outcome> = Words {
    known: &[
        ("修复", Outcome::Repaired),
        ("已修复", Outcome::Repaired),
        ("repaired", Outcome::Repaired),
        ("未发现故障", Outcome::NoFaultFound),
        ("nff", Outcome::NoFaultFound),
        ("nofaultfound", Outcome::NoFaultFound),
        ("无修复价值", Outcome::BeyondRepair),
        ("ber", Outcome::BeyondRepair),
        ("beyondrepair", Outcome::BeyondRepair),
        ("beyondeconomicrepair", Outcome::BeyondRepair),
        ("已取消", Outcome::Cancelled),
        ("取消", Outcome::Cancelled),
        ("cancelled", Outcome::Cancelled),
        ("canceled", Outcome::Cancelled),
    ],
    zh: "修复、未发现故障、无修复价值、已取消",
    en: "repaired, no fault found, beyond repair, cancelled",
};

impl Outcome {
    /// The word kept in the content of a row.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repaired => "repaired",
            Self::NoFaultFound => "nff",
            Self::BeyondRepair => "ber",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A spare that went out before the faulty unit came back. In history it is a loan, whatever the heading says (API.md).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SpareOut {
    /// Normalised serial.
    pub serial: String,
    /// Local day it left.
    pub shipped_on: NaiveDate,
}

/// One history row. All dates are local days.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HistoryRow {
    /// RMA number.
    pub number: String,
    /// Customer code.
    pub customer: String,
    /// Depot that received, or is to receive, the faulty unit.
    pub depot: String,
    /// Part number of the faulty unit, and of the spare and the replacement.
    pub part_no: String,
    /// Normalised serial of the faulty unit.
    pub faulty_serial: String,
    /// What was wrong, in the customer's words.
    pub fault: String,
    /// Asked for.
    pub requested_on: NaiveDate,
    /// Faulty unit received.
    pub received_on: Option<NaiveDate>,
    /// Loan.
    pub spare: Option<SpareOut>,
    /// Repair started.
    pub started_on: Option<NaiveDate>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Repair finished; with a replacement, the exchange was decided.
    pub finished_on: Option<NaiveDate>,
    /// Handed back to the customer; with a replacement, that was handed over.
    pub returned_on: Option<NaiveDate>,
    /// Normalised serial of the board given for good: equivalent exchange.
    pub replacement_serial: Option<String>,
    /// Who carried it home.
    pub carrier: Option<String>,
    /// Under which number.
    pub waybill: Option<String>,
    /// What the repair cost, fen.
    pub cost_fen: Option<i64>,
    /// Remark.
    pub note: Option<String>,
}

impl HistoryRow {
    /// What the row says, however it was written.
    #[must_use]
    pub fn content(&self) -> Fingerprint {
        let day = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (spare, shipped) = match &self.spare {
            Some(spare) => (spare.serial.clone(), spare.shipped_on.to_string()),
            None => Default::default(),
        };
        let values = [
            "rma-history/1".to_owned(),
            self.number.clone(),
            self.customer.clone(),
            self.depot.clone(),
            self.part_no.clone(),
            self.faulty_serial.clone(),
            self.fault.clone(),
            self.requested_on.to_string(),
            day(self.received_on),
            spare,
            shipped,
            day(self.started_on),
            self.outcome.map(Outcome::as_str).unwrap_or_default().to_owned(),
            day(self.finished_on),
            day(self.returned_on),
            text(&self.replacement_serial),
            text(&self.carrier),
            text(&self.waybill),
            self.cost_fen.map(|fen| fen.to_string()).unwrap_or_default(),
            text(&self.note),
        ];
        Fingerprint::of(&values.each_ref().map(String::as_str))
    }

    /// The day on which the unit and its spare were settled, if they were: handed back, or cancelled. A cancelled row
    /// without a date is settled when the unit came in, or when it was asked for, and never before its spare left
    /// (API.md: "cancelled without date = at receipt").
    #[must_use]
    pub fn settled_on(&self) -> Option<NaiveDate> {
        let cancelled = self.outcome == Some(Outcome::Cancelled);
        let at_receipt = || {
            let shipped_on = self.spare.as_ref().map(|spare| spare.shipped_on);
            [Some(self.requested_on), self.received_on, shipped_on].into_iter().flatten().max()
        };
        self.returned_on.or_else(|| cancelled.then(at_receipt).flatten())
    }

    /// The day on which the replacement was handed over for good: the row is an equivalent exchange, and it is done.
    #[must_use]
    pub fn exchanged_on(&self) -> Option<NaiveDate> {
        self.replacement_serial.as_ref().and(self.returned_on)
    }

    /// What a person should know although the row is taken over.
    #[must_use]
    pub fn warnings(&self, row: u32) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let number = || ("number", self.number.clone());
        let cancelled = self.outcome == Some(Outcome::Cancelled) && self.returned_on.is_none();
        if let Some(day) = self.settled_on().filter(|_| cancelled) {
            let args = vec![number(), ("date", day.to_string())];
            warnings.push(Warning { row, code: "cancelled_without_date", args });
        }
        if let Some(serial) = self.replacement_serial.as_ref().filter(|_| self.returned_on.is_none()) {
            let args = vec![number(), ("serial", serial.clone())];
            warnings.push(Warning { row, code: "replacement_not_delivered", args });
        }
        warnings
    }
}
