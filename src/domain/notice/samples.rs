//! Notices for tests: every kind, and the turns a kind can take.

use chrono::NaiveDate;

use super::{
    Bilingual, FaultyReceipt, Notice, Outcome, Parcel, PromisedDay, Replacement, RmaNews, RmaNotice,
    UnitNamed,
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
        ("closed", rma(RmaNews::Closed { units: vec![unit()] })),
        (
            "password_reset",
            Notice::PasswordReset {
                username: "li.ming".to_owned(),
                path: format!("/reset?code=beiku_{}", "0f".repeat(32)),
            },
        ),
        ("test", Notice::Test { asked_by: "何静".to_owned() }),
    ]
}
