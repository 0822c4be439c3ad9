//! Notices about an example: every kind, and the turns a kind can take. For previews and tests.

use chrono::NaiveDate;

use super::{
    Bilingual, CaseNews, DepotNews, DepotNotice, Digest, FaultyReceipt, MonthOutlook, MovedDate, Notice,
    NoticeKind, Outcome, Parcel, PieceNamed, PromisedDay, Replacement, RmaNews, RmaNotice, StaffNews,
    StaffNotice, UnitNamed, WarnedLine,
};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
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
        received_at: day(2026, 11, 20).and_hms_opt(17, 31, 5).unwrap_or_default(),
        depot: "济南中心备件库".to_owned(),
        promise: Some(PromisedDay {
            due_on: day(2027, 2, 19),
            days: 60,
            working_days: true,
            provisional: true,
        }),
        replacement: Some(replacement(true)),
        exchange_days: Some(30),
        preventive: false,
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

fn transfer_differences() -> Notice {
    let piece = |part_no: &str, serial: &str, quantity| PieceNamed {
        part_no: part_no.to_owned(),
        part_name: name("主控板", "Main control board"),
        serial: serial.to_owned(),
        quantity,
    };
    Notice::from(DepotNotice {
        reader: "李明".to_owned(),
        news: DepotNews::TransferDifferences {
            number: "TR-2026-000012".to_owned(),
            from: "JN".to_owned(),
            to: "DZ".to_owned(),
            missing: vec![piece("MCU-24", "MCU24-19K03-00917", 1), piece("CBL-2", "", 3)],
            unexpected: vec![piece("MCU-24", "MCU24-19K03-00918", 1)],
        },
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
        reason: match kind {
            K::Rejected => "不在合同范围内".to_owned(),
            K::Correction => "收货日期记错了".to_owned(),
            _ => String::new(),
        },
        price: (kind == K::Quote).then(|| ("860.00".to_owned(), "CNY".to_owned())),
        due_on: (!matches!(kind, K::Rejected | K::Correction)).then(|| day(2026, 12, 4)),
        overdue,
    }))
}

/// The board its maker sent in place of the unit: of the same part, and the customer's.
fn makers_unit() -> Replacement {
    let UnitNamed { part_no, part_name, .. } = unit();
    Replacement { part_no, part_name, serial: "MCU24-25M07-00032".to_owned(), on_loan: false }
}

/// The same, where the board is the one the maker sent.
fn makers(kind: NoticeKind) -> Notice {
    let mut notice = case(kind, false);
    if let Notice::Rma(told) = &mut notice
        && let RmaNews::Case(news) = &mut told.news
    {
        news.replacement = Some(makers_unit());
    }
    notice
}

fn moved(date: MovedDate) -> Notice {
    let old_due_on = Some(day(2027, 2, 17));
    rma(RmaNews::DateMoved { date, unit: unit(), old_due_on, promise: promised() })
}

fn promised() -> PromisedDay {
    PromisedDay { due_on: day(2027, 2, 19), days: 60, working_days: true, provisional: false }
}

fn staff(news: StaffNews) -> Notice {
    Notice::from(StaffNotice { reader: "王敏".to_owned(), path: "/rma?view=risk".to_owned(), news })
}

fn warned(line: u32, due_on: Option<NaiveDate>) -> WarnedLine {
    WarnedLine {
        rma: "RMA-2026-000171".to_owned(),
        line,
        part_no: "MCU-24".to_owned(),
        serial: "MCU24-19K03-00917".to_owned(),
        customer: "昆仑信用社".to_owned(),
        depot: "JN".to_owned(),
        due_on,
        miss_percent: Some(41),
    }
}

fn warnings() -> StaffNews {
    StaffNews::Warnings {
        at_risk: vec![warned(1, Some(day(2026, 12, 14))), warned(2, None)],
        late: vec![warned(3, Some(day(2026, 11, 20)))],
        more: 4,
    }
}

fn outlook() -> MonthOutlook {
    MonthOutlook {
        month: day(2026, 11, 1),
        due: 48,
        timely: 40,
        missed: 1,
        open: 7,
        expected_permille: Some(908),
        chance_percent: Some(6),
        misses_left: 1,
    }
}

fn digest() -> Digest {
    Digest {
        day: day(2026, 11, 22),
        open: 136,
        at_risk: 31,
        overdue: 9,
        floating: 3,
        month: outlook(),
        dead_letters: 1,
        proof: Some((day(2026, 11, 22), 0)),
        seals: vec!["movement 17 3f2a9c0d".to_owned(), "rma_event 9 77ab01ce".to_owned()],
    }
}

/// A name for the snapshot, and the notice.
/// Every kind of notice by name; the first of a kind is its plainest.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one entry for each notice there is")]
pub fn all() -> Vec<(&'static str, Notice)> {
    let due = Some(day(2026, 12, 4));
    let back = |outcome, loaner: Option<Replacement>, loaner_due_on, makers_unit| RmaNews::ShippedBack {
        unit: unit(),
        outcome,
        parcel: parcel(),
        loaner,
        loaner_due_on,
        makers_unit,
    };
    let authorised = |units, replacement_first| RmaNews::Authorised {
        units,
        replacement_first,
        depot: "济南中心备件库".to_owned(),
        depot_address: "济南市历下区经十路".to_owned(),
    };
    let unnamed = |replacement_first| RmaNews::Authorised {
        units: vec![unit()],
        replacement_first,
        depot: String::new(),
        depot_address: String::new(),
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
        ("authorised-send-unnamed", rma(unnamed(false))),
        ("authorised-wait-unnamed", rma(unnamed(true))),
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
            "faulty_received-removed",
            rma(RmaNews::FaultyReceived(FaultyReceipt { preventive: true, ..receipt() })),
        ),
        (
            "faulty_received-kept",
            rma(RmaNews::FaultyReceived(FaultyReceipt {
                promise: None,
                replacement: Some(replacement(false)),
                ..receipt()
            })),
        ),
        ("shipped_back-repaired", rma(back(Outcome::Repaired, Some(replacement(true)), due, None))),
        ("shipped_back-nff", rma(back(Outcome::NoFaultFound, Some(replacement(true)), None, None))),
        ("shipped_back-unrepaired", rma(back(Outcome::Unrepaired, None, None, None))),
        ("shipped_back-maker", rma(back(Outcome::Repaired, None, None, Some(makers_unit().serial)))),
        ("rejected", case(NoticeKind::Rejected, false)),
        ("doa", case(NoticeKind::Doa, false)),
        ("quote", case(NoticeKind::Quote, false)),
        ("exchange_decided", case(NoticeKind::ExchangeDecided, false)),
        ("exchange_decided-maker", makers(NoticeKind::ExchangeDecided)),
        ("exchange_shipped", case(NoticeKind::ExchangeShipped, false)),
        ("exchange_shipped-maker", makers(NoticeKind::ExchangeShipped)),
        ("faulty_overdue-ahead", case(NoticeKind::FaultyOverdue, false)),
        ("faulty_overdue", case(NoticeKind::FaultyOverdue, true)),
        ("loan_due", case(NoticeKind::LoanDue, false)),
        ("loan_due-overdue", case(NoticeKind::LoanDue, true)),
        ("transfer_differences", transfer_differences()),
        ("date_moved", moved(MovedDate::Repair)),
        ("date_moved-exchange", moved(MovedDate::Exchange)),
        ("date_moved-owed", moved(MovedDate::Owed)),
        ("date_moved-spare", moved(MovedDate::Spare)),
        ("date_moved-answer", moved(MovedDate::Answer)),
        ("date_moved-visit", moved(MovedDate::Visit)),
        ("date_moved-restored", moved(MovedDate::Restored)),
        ("date_moved-report", moved(MovedDate::Report)),
        ("closed", rma(RmaNews::Closed { units: vec![unit()] })),
        ("correction", case(NoticeKind::Correction, false)),
        (
            "password_reset",
            Notice::PasswordReset {
                username: "li.ming".to_owned(),
                path: format!("/reset?code=beiku_{}", "0f".repeat(32)),
                invited_hours: None,
            },
        ),
        ("warnings", staff(warnings())),
        ("month_in_danger", staff(StaffNews::MonthInDanger(outlook()))),
        ("daily_digest", staff(StaffNews::Digest(digest()))),
        (
            "dead_letter",
            staff(StaffNews::DeadLetter {
                id: 4711,
                recipient: "liu@kunlun.example".to_owned(),
                error: "550 no such mailbox".to_owned(),
            }),
        ),
        (
            "confirm_request",
            Notice::ConfirmRequest {
                name: "刘工".to_owned(),
                serial: "MCU24-19K03-00917".to_owned(),
                fault: "3 号端口不通".to_owned(),
                confirm_path: "/request/confirm?token=beiku_0f1e".to_owned(),
            },
        ),
        ("test", Notice::Test { asked_by: "何静".to_owned() }),
    ]
}
