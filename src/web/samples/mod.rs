//! Representative pages for tests and screenshots: the example company on 2026-11-20 17:40.

#![allow(clippy::too_many_lines, reason = "a sample is one literal, as long as its page")]

pub use askama::Template;
pub use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};

pub use crate::i18n::Lang;

pub use super::actions::{self, Choices};
pub use super::chart::{Stay, TrendPoint};
pub use super::form::{Choice, Control, Field, Form};
pub use super::kit::{Clock, ClockState, Tone};
pub use super::page::{Badge, Page, Role, Screen, Theme, Who};
pub use super::rate::Rate;
pub use super::*;

mod bench;
mod board;
mod depot;
mod entry;
mod goods;
mod others;
mod people;
mod rma;
mod security;

use board::*;
use depot::*;
use entry::*;
use goods::*;
use others::*;
use rma::*;
use security::*;

pub fn zone() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap()
}

/// A local instant in Shanghai.
pub fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    zone().with_ymd_and_hms(year, month, day, hour, minute, 0).unwrap().with_timezone(&Utc)
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn page(lang: Lang) -> Page {
    Page {
        lang,
        theme: Theme::Auto,
        zone: zone(),
        now: at(2026, 11, 20, 17, 40),
        here: Screen::Overview,
        path: "/".into(),
        csrf: "csrf-token".into(),
        who: Some(Who {
            name: "赵明远".into(),
            username: "zhaomy".into(),
            role: Role::Manager,
            scope: String::new(),
        }),
        shortcuts: true,
        badges: vec![
            Badge { screen: Screen::Rma, count: 221, bad: false },
            Badge { screen: Screen::Stock, count: 4, bad: true },
            Badge { screen: Screen::Notices, count: 1, bad: true },
        ],
        toasts: Vec::new(),
        names: std::collections::BTreeMap::new(),
        parties: std::collections::BTreeMap::new(),
        parts: std::collections::BTreeMap::new(),
        depots: std::collections::BTreeMap::new(),
    }
}

pub fn staff(lang: Lang, here: Screen) -> Page {
    Page { here, path: here.path().into(), ..page(lang) }
}

pub fn nobody(lang: Lang) -> Page {
    Page { who: None, csrf: String::new(), badges: Vec::new(), here: Screen::Elsewhere, ..page(lang) }
}

pub fn running(left: i64, due: NaiveDate) -> Clock {
    let total = 60;
    Clock {
        used: total - left,
        total,
        left,
        due_on: Some(due),
        at_risk: left <= 15,
        ..Clock::bare(ClockState::Running)
    }
}

pub fn rate() -> Rate {
    Rate {
        timely: 126,
        eligible: 131,
        pending: 9,
        floating: 2,
        excluded: 3,
        misses: 5,
        misses_allowed: 6,
        misses_left: 2,
        shown: Some(961),
        meets_target: Some(true),
        target: 950,
        wilson95: Some((914, 984)),
    }
}

pub type LineSample = (
    &'static str,
    i64,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
    &'static str,
);

pub const LINES: [LineSample; 12] = [
    (
        "RMA-2026-000087",
        1,
        "OPT-10LR",
        "光模块 10G LR",
        "OPT10L-21F07-10233",
        "齐鲁城商银行",
        "dispatched",
        -10,
        "济南",
    ),
    (
        "RMA-2026-000098",
        1,
        "SRV-8G",
        "业务板 8×GE",
        "SRV8G-21H19-00950",
        "鲁北石化集团",
        "at_vendor",
        -2,
        "济南",
    ),
    ("RMA-2026-000104", 1, "MCU-24", "主控板", "MCU24-20B11-00412", "齐鲁城商银行", "repairing", 0, "济南"),
    (
        "RMA-2026-000111",
        2,
        "SW-48T",
        "接入交换机 48 口",
        "SW48T-22A02-03310",
        "德城政务云中心",
        "testing",
        2,
        "德州",
    ),
    (
        "RMA-2026-000115",
        1,
        "PSU-600A",
        "交流电源 600 W",
        "PSU6A-20B15-00412",
        "滕州矿业",
        "repairing",
        4,
        "枣庄",
    ),
    (
        "RMA-2026-000121",
        1,
        "OPT-10LR",
        "光模块 10G LR",
        "OPT10L-22F01-00871",
        "微山湖水务",
        "diagnosing",
        7,
        "济宁",
    ),
    ("RMA-2026-000123", 1, "MCU-24", "主控板", "MCU24-19K03-00871", "泉城轨道交通", "testing", 10, "济南"),
    ("RMA-2026-000126", 1, "FAN-T3", "风扇盘", "FANT3-18D30-00067", "鲁北石化集团", "repaired", 16, "济南"),
    (
        "RMA-2026-000131",
        1,
        "OPT-100SR4",
        "光模块 100G SR4",
        "OPT100-22C11-01456",
        "齐鲁城商银行",
        "ber",
        22,
        "济南",
    ),
    (
        "RMA-2026-000138",
        1,
        "PSU-350D",
        "直流电源 350 W",
        "PSU35D-21A07-00017",
        "德城政务云中心",
        "diagnosing",
        31,
        "德州",
    ),
    (
        "RMA-2026-000152",
        1,
        "SW-48T",
        "接入交换机 48 口",
        "SW48T-20C08-01999",
        "微山湖水务",
        "received",
        44,
        "济宁",
    ),
    ("RMA-2026-000171", 1, "MCU-24", "主控板", "MCU24-19K03-00917", "济南第八医院", "expected", 99, ""),
];

pub fn sample_clock(left: i64) -> Clock {
    if left == 99 {
        return Clock::bare(ClockState::NotStarted);
    }
    let mut clock =
        running(left, day(2026, 11, 20) + chrono::Days::new(u64::try_from(left.max(0) * 7 / 5).unwrap()));
    if left < 0 {
        clock.due_on = Some(day(2026, 11, 18));
    }
    if left == 44 {
        clock.due_on = Some(day(2027, 1, 22));
        clock.provisional = true;
    }
    clock
}

pub fn tab(key: &'static str, count: i64, tone: Tone, current: bool) -> rma_list::ViewTab {
    rma_list::ViewTab { key, count: Some(count), tone, href: format!("/rma?view={key}"), current }
}

pub fn facet(key: &'static str, name: &'static str, options: &[(&str, &str, i64)]) -> rma_list::Facet {
    let options = options
        .iter()
        .map(|(value, label, count)| rma_list::FacetOption {
            value: (*value).into(),
            label: (*label).into(),
            count: Some(*count),
            checked: *value == "jn",
        })
        .collect();
    rma_list::Facet { key, name, options }
}

pub fn depots_facet() -> rma_list::Facet {
    facet(
        "facet-depot",
        "depot",
        &[("jn", "济南", 142), ("dz", "德州", 31), ("zz", "枣庄", 22), ("ji", "济宁", 26)],
    )
}

/// Every page by name.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("login", login(lang)),
        ("dashboard", dashboard(lang)),
        ("rma-list", rma_list(lang, false)),
        ("rma-list-empty", rma_list(lang, true)),
        ("rma-detail", rma_detail(lang, false)),
        ("rma-detail-refused", rma_detail(lang, true)),
        ("proposal-notice", proposal_notice(lang)),
        ("rma-new", rma_new(lang)),
        ("unit-list", units(lang, false)),
        ("unit-list-empty", units(lang, true)),
        ("unit-detail", unit(lang)),
        ("request-look", people::ask(lang, false)),
        ("request-new", people::ask(lang, true)),
        ("requests", people::requests(lang)),
        ("request", people::request(lang)),
        ("van", people::van(lang, false)),
        ("van-empty", people::van(lang, true)),
        ("mine", people::mine(lang, false)),
        ("mine-empty", people::mine(lang, true)),
        ("mine-rma", people::mine_rma(lang)),
        ("bench-lanes", bench::lanes(lang, false)),
        ("bench-lanes-empty", bench::lanes(lang, true)),
        ("bench", bench::queue(lang, false)),
        ("bench-empty", bench::queue(lang, true)),
        ("bench-order", bench::order(lang)),
        ("stock", stock_page(lang)),
        ("instruments", instruments_page(lang)),
        ("movements", movements_page(lang)),
        ("notices", notices_page(lang)),
        ("notice", notice_page(lang)),
        ("held", held_page(lang)),
        ("held-one", held_one_page(lang)),
        ("report", report_page(lang)),
        ("station-receive", station_page(lang, station::Mode::Receive, false)),
        ("station-receive-empty", station_page(lang, station::Mode::Receive, true)),
        ("station-ship", station_page(lang, station::Mode::Ship, false)),
        ("station-move", station_page(lang, station::Mode::Move, false)),
        ("station-count", station_page(lang, station::Mode::Count, false)),
        ("station-count-choose", station_page(lang, station::Mode::Count, true)),
        ("transfers", transfers_page(lang, false)),
        ("transfers-suggested", transfers_page(lang, true)),
        ("transfer-new", transfer_new(lang)),
        ("transfer-asked", transfer_page(lang, false)),
        ("transfer-arrives", transfer_page(lang, true)),
        ("counts", counts_page(lang)),
        ("count", count_page(lang, false)),
        ("count-blind", count_page(lang, true)),
        ("exceptions", exceptions_page(lang, false)),
        ("exceptions-empty", exceptions_page(lang, true)),
        ("intakes", intakes_page(lang)),
        ("intake", intake_page(lang)),
        ("today", today_page(lang)),
        ("reports", reports_page(lang)),
        ("scan", scan_page(lang, false)),
        ("scan-empty", scan_page(lang, true)),
        ("find", find_page(lang, false)),
        ("find-empty", find_page(lang, true)),
        ("track", track_page(lang)),
        (
            "track-form",
            track::TrackFormPage { p: nobody(lang), number: "RMA-2026-1".into(), not_found: true }
                .render()
                .unwrap(),
        ),
        ("error-403", error_page(lang, 403, true)),
        ("error-404", error_page(lang, 404, false)),
        ("error-409", error_page(lang, 409, true)),
        ("error-500", error_page(lang, 500, true)),
        ("account", account_page(lang)),
        ("gate", gate_page(lang)),
        ("security", security_page(lang, false)),
        ("security-enrolling", security_page(lang, true)),
        ("imports", imports_page(lang)),
        ("import-tried", import_result_page(lang, false)),
        ("import-done", import_result_page(lang, true)),
        ("setup", setup_page(lang)),
        ("start", start_page(lang)),
        ("start-make", make_page(lang)),
        ("public-request", public_request_page(lang, false)),
        ("public-sent", public_request_page(lang, true)),
        ("public-confirm", public_confirm_page(lang)),
    ]
}
