//! What a mail to a customer is about: facts only. Words, layout and the way of sending belong to `mail`.
//!
//! The facts are those of the moment the event happened; a mail sent hours later still tells what was true then.
//! Names and serials are data and stay as entered.

mod depot;
pub mod samples;
mod staff;

pub use staff::{Digest, MonthOutlook, StaffNews, StaffNotice, WarnedLine};

pub use depot::{DepotNews, DepotNotice, PieceNamed};

use crate::text_enum;
use chrono::{NaiveDate, NaiveDateTime};

/// A name kept in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// Chinese name, never empty.
    pub zh: String,
    /// English name; empty when none was entered, then the Chinese one stands in.
    pub en: String,
}

/// One unit of a customer as its mail names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitNamed {
    /// Number of the RMA line, from 1.
    pub line: u32,
    /// Part number 料号.
    pub part_no: String,
    /// What the part is called.
    pub part_name: Bilingual,
    /// Serial number as entered.
    pub serial: String,
}

/// How a parcel travels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Depot it left from.
    pub depot: String,
    /// Carrier 承运商; empty when we bring it ourselves.
    pub carrier: String,
    /// Tracking number 运单号; empty when there is none.
    pub tracking_no: String,
}

/// The day something must have happened, and how it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromisedDay {
    /// Last day on which the promise is kept.
    pub due_on: NaiveDate,
    /// Days promised; the day of receipt is not counted.
    pub days: u32,
    /// Whether `days` are working days (else calendar days).
    pub working_days: bool,
    /// The calendar of that year is not published yet, so the day may still move.
    pub provisional: bool,
}

/// A replacement the customer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Part number, possibly an equivalent of the faulty one's.
    pub part_no: String,
    /// What the part is called.
    pub part_name: Bilingual,
    /// Serial number.
    pub serial: String,
    /// It stays ours and comes back (loaner); else it is the customer's for good.
    pub on_loan: bool,
}

/// What became of the faulty unit on the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Repaired and tested.
    Repaired,
    /// No fault found in the test.
    NoFaultFound,
    /// Sent back as it came.
    Unrepaired,
}

/// The receipt of a faulty unit, and what it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyReceipt {
    /// The unit received.
    pub unit: UnitNamed,
    /// Moment of receipt in the company's time zone.
    pub received_at: NaiveDateTime,
    /// Depot that took it in.
    pub depot: String,
    /// When it is back with the customer; `None` where the replacement is kept (no `repair_return` promise).
    pub promise: Option<PromisedDay>,
    /// The replacement the customer holds meanwhile.
    pub replacement: Option<Replacement>,
    /// Days within which an equivalent is handed over should the repair fail; `None` when the plan has no such term.
    pub exchange_days: Option<u32>,
    /// It was replaced before it broke.
    pub preventive: bool,
}

/// Which of the dates between a customer and us has moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MovedDate {
    /// By which the repaired unit is to be back with them.
    #[default]
    Repair,
    /// By which an equivalent board is to be with them.
    Exchange,
    /// By which a part or a loaner is to be back with us.
    Owed,
    /// By which a spare is to be with them.
    Spare,
    /// By which they are to have our first answer.
    Answer,
    /// By which somebody is to be on site.
    Visit,
    /// By which the equipment is to work again.
    Restored,
    /// By which they are to have the report on the failure.
    Report,
}

/// What happened on the RMA, with what the customer needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RmaNews {
    /// The request arrived.
    RequestReceived {
        /// Every unit of the request.
        units: Vec<UnitNamed>,
    },
    /// The request was approved.
    Authorised {
        /// The units approved.
        units: Vec<UnitNamed>,
        /// A replacement comes first; the faulty unit is sent afterwards.
        replacement_first: bool,
        /// Depot the faulty units go to.
        depot: String,
        /// Its postal address; may be empty.
        depot_address: String,
    },
    /// A replacement is on its way.
    ReplacementShipped {
        /// The faulty unit it stands in for.
        unit: UnitNamed,
        /// What was sent.
        replacement: Replacement,
        /// How.
        parcel: Parcel,
        /// Day by which the faulty unit should be back with us, when it is still with the customer.
        faulty_due_on: Option<NaiveDate>,
    },
    /// The faulty unit reached a depot: the clock runs.
    FaultyReceived(FaultyReceipt),
    /// The customer's unit is on its way home.
    ShippedBack {
        /// The unit.
        unit: UnitNamed,
        /// What was done to it.
        outcome: Outcome,
        /// How it travels.
        parcel: Parcel,
        /// The loaner to send back, if one is out.
        loaner: Option<Replacement>,
        /// Day by which the loaner is expected back.
        loaner_due_on: Option<NaiveDate>,
        /// Serial of the unit its maker sent in its place, which is what travels; `None`: the own one does.
        makers_unit: Option<String>,
    },
    /// One of the settled cases.
    Case(CaseNews),
    /// A change of the working-day calendar moved a date the customer was told.
    DateMoved {
        /// Which one.
        date: MovedDate,
        /// The unit.
        unit: UnitNamed,
        /// The date told before; `None` when its clock stood.
        old_due_on: Option<NaiveDate>,
        /// The date that counts now.
        promise: PromisedDay,
    },
    /// Everything is done.
    Closed {
        /// The units of the RMA.
        units: Vec<UnitNamed>,
    },
}

/// What the customer needs to know of one of the settled cases. Which facts there are depends on the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseNews {
    /// Which case.
    pub kind: NoticeKind,
    /// The line's unit.
    pub unit: UnitNamed,
    /// The spare it is about: dead, given in exchange, or lent. With the word that an exchange was decided: the board its maker
    /// sent in place of the unit.
    pub replacement: Option<Replacement>,
    /// How that travels.
    pub parcel: Parcel,
    /// Why, in our people's words.
    pub reason: String,
    /// Amount as a decimal, and its currency.
    pub price: Option<(String, String)>,
    /// The day that matters: last day of the quote, day by which something is handed over or back.
    pub due_on: Option<NaiveDate>,
    /// That day is over.
    pub overdue: bool,
}

/// A mail about one RMA to one contact of its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RmaNotice {
    /// RMA number, e.g. `RMA-2026-000171`.
    pub rma: String,
    /// Name of the customer.
    pub customer: String,
    /// Name of the reader, as to be greeted; may be empty.
    pub contact: String,
    /// Path and query of the tracking page with its code, from `/`; the host is a setting. Empty: no link.
    pub tracking_path: String,
    /// What happened.
    pub news: RmaNews,
}

/// The facts of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// News of an RMA.
    Rma(Box<RmaNotice>),
    /// Somebody forgot their password, or has none yet.
    PasswordReset {
        /// Their sign-in name.
        username: String,
        /// Path and query of the page that takes the new password, from `/`. Good once, for half an hour; empty once the
        /// mail was sent.
        path: String,
        /// An administrator invites them: the link is good for so many hours.
        invited_hours: Option<i64>,
    },
    /// News for the people of a depot.
    Depot(Box<DepotNotice>),
    /// Something our own people should know.
    Staff(Box<StaffNotice>),
    /// Somebody without an account asked for a repair: the link proves that the address is theirs.
    ConfirmRequest {
        /// Name of the reader, as written into the form.
        name: String,
        /// Serial of the faulty part.
        serial: String,
        /// What is wrong with it, as written.
        fault: String,
        /// Path and query of the page that confirms, from `/`.
        confirm_path: String,
    },
    /// An administrator tries the mail settings.
    Test {
        /// Who asked for it.
        asked_by: String,
    },
}

impl From<DepotNotice> for Notice {
    fn from(notice: DepotNotice) -> Self {
        Self::Depot(Box::new(notice))
    }
}

impl From<RmaNotice> for Notice {
    fn from(notice: RmaNotice) -> Self {
        Self::Rma(Box::new(notice))
    }
}

impl From<StaffNotice> for Notice {
    fn from(notice: StaffNotice) -> Self {
        Self::Staff(Box::new(notice))
    }
}

impl Notice {
    /// Which kind of mail this is.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::ConfirmRequest { .. } => NoticeKind::ConfirmRequest,
            Self::Test { .. } => NoticeKind::Test,
            Self::PasswordReset { .. } => NoticeKind::PasswordReset,
            Self::Depot(notice) => match notice.news {
                DepotNews::TransferDifferences { .. } => NoticeKind::TransferDifferences,
            },
            Self::Staff(notice) => match notice.news {
                StaffNews::Warnings { .. } => NoticeKind::Warnings,
                StaffNews::MonthInDanger(_) => NoticeKind::MonthInDanger,
                StaffNews::Digest(_) => NoticeKind::DailyDigest,
                StaffNews::DeadLetter { .. } => NoticeKind::DeadLetter,
            },
            Self::Rma(notice) => match notice.news {
                RmaNews::RequestReceived { .. } => NoticeKind::RequestReceived,
                RmaNews::Authorised { .. } => NoticeKind::Authorised,
                RmaNews::ReplacementShipped { .. } => NoticeKind::ReplacementShipped,
                RmaNews::FaultyReceived(_) => NoticeKind::FaultyReceived,
                RmaNews::ShippedBack { .. } => NoticeKind::ShippedBack,
                RmaNews::DateMoved { .. } => NoticeKind::DateMoved,
                RmaNews::Closed { .. } => NoticeKind::Closed,
                RmaNews::Case(ref news) => news.kind,
            },
        }
    }
}

text_enum! {
    /// The kinds of mail Beiku sends, in the order of an RMA's life. The name in words is the Fluent key `notice-<code>`.
    NoticeKind {
        RequestReceived => "request_received",
        Authorised => "authorised",
        /// With the reason.
        Rejected => "rejected",
        ReplacementShipped => "replacement_shipped",
        /// A spare did not work from the start.
        Doa => "doa",
        /// Carries the promised date.
        FaultyReceived => "faulty_received",
        /// The price of a chargeable repair, to accept or refuse.
        Quote => "quote",
        ExchangeDecided => "exchange_decided",
        ExchangeShipped => "exchange_shipped",
        /// Our faulty part is expected back.
        FaultyOverdue => "faulty_overdue",
        /// Our loaner is expected back.
        LoanDue => "loan_due",
        ShippedBack => "shipped_back",
        /// Carries the old and the new promised date.
        DateMoved => "date_moved",
        Closed => "closed",
        /// What was told last was a mistake.
        Correction => "correction",
        /// Carries a link that is nobody's business but the reader's.
        PasswordReset => "password_reset",
        /// To the depot that sent a transfer.
        TransferDifferences => "transfer_differences",
        /// To managers: lines newly at risk or late.
        Warnings => "warnings",
        /// To managers: the month is likely to miss its target.
        MonthInDanger => "month_in_danger",
        /// To managers, every morning.
        DailyDigest => "daily_digest",
        /// To administrators: a notice was given up.
        DeadLetter => "dead_letter",
        /// To somebody without an account, with the link that confirms their request.
        ConfirmRequest => "confirm_request",
        /// Only on an administrator's request.
        Test => "test",
    }
}

text_enum! {
    /// How far a notice got.
    NoticeState {
        /// Waits to be sent, or to be sent again.
        Queued => "queued",
        /// The mail server took it.
        Sent => "sent",
        /// Given up: refused for good, or tried for almost three days. A person may put it back.
        Dead => "dead",
        /// What it tells of was taken back before it was sent.
        Withdrawn => "withdrawn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_both_ways_and_differ() {
        let codes: std::collections::BTreeSet<_> = NoticeKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(codes.len(), NoticeKind::ALL.len());
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::from_code(kind.as_str()), Some(*kind));
        }
        assert_eq!(NoticeKind::from_code("escalation"), None);
    }
}
