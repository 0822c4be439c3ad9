//! Notices for tests: every kind, and the turns a kind can take.

use chrono::NaiveDate;

use super::{
    Bilingual, CaseNews, FaultyReceipt, Notice, NoticeKind, Outcome, Parcel, PromisedDay, Replacement,
    RmaNews, RmaNotice, UnitNamed,
};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn name(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}

pub(crate) fn unit() -> UnitNamed {
    UnitNamed {
        line: 1,
        part_no: "MCU-24".to_owned(),
        part_name: name("主控板", "Main control board"),
        serial: "MCU24-19K03-00917".to_owned(),
    }
}

/// Entered in Chinese only.
pub(crate) fn second_unit() -> UnitNamed {
    UnitNamed {
        line: 2,
        part_no: "PSU-6A".to_owned(),
        part_name: name("电源模块", ""),
        serial: "PSU6A-20B15-00421".to_owned(),
    }
}

pub(crate) fn replacement(on_loan: bool) -> Replacement {
    Replacement {
        part_no: "MCU-24B".to_owned(),
        part_name: name("主控板", "Main control board"),
        serial: "MCU24-22C11-01461".to_owned(),
        on_loan,
    }
}

fn parcel() -> Parcel {
    Parcel {
        depot: "济南中心备件库".to_owned(),
        carrier: "顺丰".to_owned(),
        tracking_no: "SF1402883390150".to_owned(),
    }
}

pub(crate) fn receipt() -> FaultyReceipt {
    FaultyReceipt {
        unit: unit(),
        received_at: day(2026, 11, 20).and_hms_opt(17, 31, 5).unwrap(),
        depot: "济南中心备件库".to_owned(),
        promise: Some(PromisedDay {
            due_on: day(2027, 2, 19),
            days: 60,
            working_days: true,
            provisional: true,
        }),
        replacement: Some(replacement(true)),
        exchange_days: Some(30),
    }
}

pub(crate) fn rma(news: RmaNews) -> Notice {
    Notice::from(RmaNotice {
        rma: "RMA-2026-000171".to_owned(),
        customer: "济南第八医院".to_owned(),
        contact: "刘工".to_owned(),
        tracking_path: "/track/RMA-2026-000171?code=K7QX2M&from=mail".to_owned(),
        news,
    })
}

/// A settled case with the facts of its kind.
pub(crate) fn case(kind: NoticeKind, overdue: bool) -> Notice {
    use NoticeKind as K;
    let spare = match kind {
        K::Doa | K::ExchangeShipped => Some(replacement(false)),
        K::LoanDue => Some(replacement(true)),
        _ => None,
    };
    rma(RmaNews::Case(CaseNews {
        kind,
        unit: unit(),
        replacement: spare,
        parcel: if kind == K::ExchangeShipped { parcel() } else { Parcel::default() },
        reason: if kind == K::Rejected { "不在合同范围内".to_owned() } else { String::new() },
        price: (kind == K::Quote).then(|| ("860.00".to_owned(), "CNY".to_owned())),
        due_on: (!matches!(kind, K::Rejected | K::ExchangeShipped)).then(|| day(2026, 12, 4)),
        overdue,
    }))
}

/// A name for the snapshot, and the notice.
pub(crate) fn all() -> Vec<(&'static str, Notice)> {
    let due = Some(day(2026, 12, 4));
    let back = |outcome, loaner: Option<Replacement>, loaner_due_on| RmaNews::ShippedBack {
        unit: unit(),
        outcome,
        parcel: parcel(),
        loaner,
        loaner_due_on,
    };
    let authorised = |units, replacement_first| RmaNews::Authorised {
        units,
        replacement_first,
        depot: "济南中心备件库".to_owned(),
        depot_address: "济南市历下区经十路".to_owned(),
    };
    let shipped = |replacement, faulty_due_on| RmaNews::ReplacementShipped {
        unit: unit(),
        replacement,
        parcel: parcel(),
        faulty_due_on,
    };
    vec![
        ("request_received", rma(RmaNews::RequestReceived { units: vec![unit()] })),
        ("request_received-two", rma(RmaNews::RequestReceived { units: vec![unit(), second_unit()] })),
        ("authorised-send", rma(authorised(vec![unit()], false))),
        ("authorised-wait", rma(authorised(vec![unit(), second_unit(), unit()], true))),
        ("replacement_shipped-loan", rma(shipped(replacement(true), due))),
        ("replacement_shipped-permanent", rma(shipped(replacement(false), None))),
        ("faulty_received", rma(RmaNews::FaultyReceived(receipt()))),
        (
            "faulty_received-certain",
            rma(RmaNews::FaultyReceived(FaultyReceipt {
                promise: Some(PromisedDay {
                    due_on: day(2026, 12, 20),
                    days: 30,
                    working_days: false,
                    provisional: false,
                }),
                replacement: None,
                exchange_days: None,
                ..receipt()
            })),
        ),
        (
            "faulty_received-kept",
            rma(RmaNews::FaultyReceived(FaultyReceipt {
                promise: None,
                replacement: Some(replacement(false)),
                ..receipt()
            })),
        ),
        ("shipped_back-repaired", rma(back(Outcome::Repaired, Some(replacement(true)), due))),
        ("shipped_back-nff", rma(back(Outcome::NoFaultFound, Some(replacement(true)), None))),
        ("shipped_back-unrepaired", rma(back(Outcome::Unrepaired, None, None))),
        ("rejected", case(NoticeKind::Rejected, false)),
        ("doa", case(NoticeKind::Doa, false)),
        ("quote", case(NoticeKind::Quote, false)),
        ("exchange_decided", case(NoticeKind::ExchangeDecided, false)),
        ("exchange_shipped", case(NoticeKind::ExchangeShipped, false)),
        ("faulty_overdue-ahead", case(NoticeKind::FaultyOverdue, false)),
        ("faulty_overdue", case(NoticeKind::FaultyOverdue, true)),
        ("loan_due", case(NoticeKind::LoanDue, false)),
        ("loan_due-overdue", case(NoticeKind::LoanDue, true)),
        ("closed", rma(RmaNews::Closed { units: vec![unit()] })),
        ("test", Notice::Test { asked_by: "何静".to_owned() }),
    ]
}
