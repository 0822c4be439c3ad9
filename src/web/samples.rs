//! Representative pages for tests and screenshots: the example company on 2026-11-20 17:40.

use askama::Template;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};

use crate::i18n::Lang;

use super::actions::{self, Choices};
use super::chart::{Stay, TrendPoint};
use super::form::{Choice, Control, Field, Form};
use super::kit::{Clock, ClockState, Tone};
use super::page::{Badge, Page, Role, Screen, Theme, Who};
use super::rate::Rate;
use super::*;

pub fn zone() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap()
}

/// A local instant in Shanghai.
pub fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    zone().with_ymd_and_hms(year, month, day, hour, minute, 0).unwrap().with_timezone(&Utc)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
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
    }
}

fn staff(lang: Lang, here: Screen) -> Page {
    Page { here, path: here.path().into(), ..page(lang) }
}

fn nobody(lang: Lang) -> Page {
    Page { who: None, csrf: String::new(), badges: Vec::new(), here: Screen::Elsewhere, ..page(lang) }
}

fn running(left: i64, due: NaiveDate) -> Clock {
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

fn rate() -> Rate {
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

type LineSample = (
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

const LINES: [LineSample; 12] = [
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

fn sample_clock(left: i64) -> Clock {
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

fn tab(key: &'static str, count: i64, tone: Tone, current: bool) -> rma_list::ViewTab {
    rma_list::ViewTab { key, count: Some(count), tone, href: format!("/rma?view={key}"), current }
}

fn facet(key: &'static str, name: &'static str, options: &[(&str, &str, i64)]) -> rma_list::Facet {
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

fn depots_facet() -> rma_list::Facet {
    facet(
        "facet-depot",
        "depot",
        &[("jn", "济南", 142), ("dz", "德州", 31), ("zz", "枣庄", 22), ("ji", "济宁", 26)],
    )
}

fn login(lang: Lang) -> String {
    let demo = [
        ("admin", "admin"),
        ("zhaomy", "manager"),
        ("wanght", "clerk"),
        ("liq", "engineer"),
        ("sunl", "technician"),
        ("metro", "customer"),
    ];
    login::LoginPage {
        p: nobody(lang),
        username: "wanght".into(),
        next: "/rma".into(),
        refused: Some(login::Refused::Wrong),
        demo: demo
            .iter()
            .map(|(name, role)| login::DemoUser {
                username: (*name).into(),
                password: "demo".into(),
                role: (*role).into(),
            })
            .collect(),
    }
    .render()
    .unwrap()
}

fn dashboard(lang: Lang) -> String {
    let p = staff(lang, Screen::Overview);
    let tile = |key, icon, value, tone, note: &str| dashboard::Tile {
        key,
        icon,
        value,
        tone,
        note: note.into(),
        href: "/rma".into(),
    };
    let values = [958, 964, 971, 960, 952, 946, 955, 961, 968, 970, 966, 961];
    let trend = (0..12)
        .map(|index: u32| TrendPoint {
            month: if index == 0 { day(2025, 12, 1) } else { day(2026, index, 1) },
            permille: Some(values[usize::try_from(index).unwrap()]),
            timely: 126,
            eligible: 131,
        })
        .collect();
    let bucket = |key, count, tone| dashboard::Bucket { key, count, tone, href: format!("/rma?clock={key}") };
    dashboard::DashboardPage {
        month: day(2026, 11, 1),
        as_of: p.now,
        tiles: vec![
            tile("tile-open", "arrows-exchange", 221, Tone::Plain, ""),
            tile("tile-risk", "alert-triangle", 31, Tone::Warn, ""),
            tile("tile-overdue", "clock", 3, Tone::Bad, ""),
            tile("tile-to-authorise", "inbox", 4, Tone::Plain, ""),
            tile("tile-low", "building-warehouse", 4, Tone::Bad, ""),
        ],
        rate: rate(),
        last_month: Some(966),
        trend,
        forecast: None,
        urgent: LINES
            .iter()
            .take(7)
            .map(|l| dashboard::UrgentRow {
                number: l.0.into(),
                line: l.1,
                part_name: l.3.into(),
                customer: l.5.into(),
                state: l.6.into(),
                clock: sample_clock(l.7),
                next_action: if l.7 == 4 { String::new() } else { "test".into() },
                assignee: "孙立".into(),
            })
            .collect(),
        urgent_total: 34,
        buckets: vec![
            bucket("bucket-overdue", 3, Tone::Bad),
            bucket("bucket-0-5", 7, Tone::Warn),
            bucket("bucket-6-15", 24, Tone::Warn),
            bucket("bucket-16-30", 61, Tone::Plain),
            bucket("bucket-31", 104, Tone::Plain),
            bucket("bucket-paused", 2, Tone::Hold),
            bucket("bucket-not-started", 19, Tone::Plain),
        ],
        low: [
            ("SW-48T", "接入交换机 48 口", "枣庄", 0, 2),
            ("MCU-24", "主控板", "德州", 0, 1),
            ("HDD-12S", "硬盘 1.2 TB SAS", "济宁", 1, 4),
        ]
        .map(|(part_no, name, depot, available, minimum)| dashboard::LowStock {
            part_no: part_no.into(),
            name: name.into(),
            depot: "ZZ".into(),
            depot_name: depot.into(),
            available,
            minimum,
        })
        .to_vec(),
        p,
    }
    .render()
    .unwrap()
}

fn rma_list(lang: Lang, empty: bool) -> String {
    let rows = LINES
        .iter()
        .map(|l| rma_list::RmaRow {
            number: l.0.into(),
            line: l.1,
            part_no: l.2.into(),
            part_name: l.3.into(),
            serial: l.4.into(),
            customer: l.5.into(),
            state: l.6.into(),
            clock: sample_clock(l.7),
            depot: l.8.into(),
            updated_at: at(2026, 11, 19, 11, 30),
        })
        .collect::<Vec<_>>();
    rma_list::RmaListPage {
        p: staff(lang, Screen::Rma),
        views: vec![
            tab("view-open", 221, Tone::Plain, true),
            tab("view-risk", 31, Tone::Plain, false),
            tab("view-overdue", 3, Tone::Bad, false),
            tab("view-to-authorise", 4, Tone::Plain, false),
            tab("view-to-receive", 19, Tone::Plain, false),
            tab("view-to-return", 6, Tone::Plain, false),
            tab("view-closed", 4102, Tone::Plain, false),
        ],
        view: "open".into(),
        facets: vec![
            facet(
                "facet-stage",
                "state",
                &[
                    ("received", "故障件已收", 23),
                    ("diagnosing", "检测中", 41),
                    ("repairing", "维修中", 78),
                    ("testing", "测试中", 36),
                ],
            ),
            depots_facet(),
            facet(
                "facet-customer",
                "customer",
                &[("C1001", "泉城轨道交通", 58), ("C1002", "鲁北石化集团", 44)],
            ),
        ],
        q: String::new(),
        total: Some(221),
        next: (!empty).then(|| "/rma?cursor=abc".into()),
        filtered: !empty,
        may_create: true,
        rows: if empty { Vec::new() } else { rows },
    }
    .render()
    .unwrap()
}

fn spares() -> Vec<Choice> {
    vec![
        Choice::new("MCU24-22C11-01456", "MCU24-22C11-01456 · 主控板 · 济南 A-07"),
        Choice::new("MCU24B-23A01-00031", "MCU24B-23A01-00031 · 主控板 B · 济南 A-08"),
    ]
}

fn action_forms(p: &Page, codes: &[&str]) -> Vec<actions::ActionForm> {
    let choices = Choices {
        spares: spares(),
        depots: vec![Choice::new("JN", "济南"), Choice::new("DZ", "德州")],
        ..Choices::default()
    };
    rma_detail::order_actions(
        codes
            .iter()
            .map(|code| actions::action_form(p, "RMA-2026-000123", 1, code, &choices, "7", "0192"))
            .collect(),
    )
}

fn event(kind: &str, actor: &str, when: DateTime<Utc>, detail: &str, note: &str) -> rma_detail::EventRow {
    rma_detail::EventRow {
        kind: kind.into(),
        actor: actor.into(),
        at: when,
        recorded_at: None,
        detail: detail.into(),
        note: note.into(),
        voided: false,
    }
}

fn timeline() -> Vec<rma_detail::EventRow> {
    let mut late = event("replacement_delivered", "王海涛", at(2026, 8, 30, 12, 40), "签收人 陈工", "");
    late.recorded_at = Some(at(2026, 8, 31, 9, 2));
    let mut wrong = event("diagnose", "孙立", at(2026, 9, 8, 10, 0), "", "");
    wrong.voided = true;
    vec![
        event("finish_repair", "孙立", at(2026, 11, 17, 16, 31), "", "更换 U14 电源芯片、C203 电容。"),
        event("reminder", "", at(2026, 11, 13, 8, 0), "剩余 15 个工作日", ""),
        event("start_repair", "孙立", at(2026, 9, 10, 9, 0), "", ""),
        event("diagnose", "孙立", at(2026, 9, 9, 15, 47), "可修", "3.3 V 电源轨短路。"),
        wrong,
        event("receive_faulty", "王海涛", at(2026, 9, 7, 11, 20), "济南 · MCU24-19K03-00871", ""),
        late,
        event(
            "ship_replacement",
            "王海涛",
            at(2026, 8, 29, 15, 40),
            "MCU24-22C11-01456 · 顺丰 SF1402 8833 9015",
            "",
        ),
        event("authorise", "赵明远", at(2026, 8, 29, 10, 5), "", ""),
        event("request", "陈志远", at(2026, 8, 29, 9, 12), "", ""),
    ]
}

fn rma_line(lang: Lang) -> rma_detail::LineView {
    let _ = lang;
    let reached = |key: &str| match key {
        "step-requested" => Some(at(2026, 8, 29, 9, 12)),
        "step-authorised" => Some(at(2026, 8, 29, 10, 5)),
        "step-replaced" => Some(at(2026, 8, 30, 12, 40)),
        "step-received" => Some(at(2026, 9, 7, 11, 20)),
        "step-diagnosed" => Some(at(2026, 9, 9, 15, 47)),
        "step-repaired" => Some(at(2026, 11, 17, 16, 31)),
        _ => None,
    };
    let unit = |serial: &str, role, state: &str, owner: &str, place: &str| rma_detail::LinkedUnit {
        serial: serial.into(),
        role,
        state: state.into(),
        owner: owner.into(),
        place: place.into(),
    };
    let parcel = |what: &str, outbound, to: &str, number: &str, state: &str, when| rma_detail::ShipmentRow {
        what: what.into(),
        outbound,
        to: to.into(),
        carrier: if number.is_empty() { String::new() } else { "顺丰".into() },
        tracking_no: number.into(),
        state: state.into(),
        at: when,
    };
    rma_detail::LineView {
        line: 1,
        part_no: "MCU-24".into(),
        part_name: "主控板".into(),
        serial: "MCU24-19K03-00871".into(),
        fault: "上电后无法启动，告警灯常亮。".into(),
        fault_class: "minor".into(),
        mode: "loaner".into(),
        entitlement: "contract".into(),
        state: "testing".into(),
        faulty_track: "received".into(),
        depot: "济南".into(),
        assignee: "孙立".into(),
        clock: rma_detail::ClockDetail {
            clock: running(10, day(2026, 12, 4)),
            started_on: Some(day(2026, 9, 7)),
            ended_on: None,
            weekends: 20,
            holidays: 6,
            makeup_days: 2,
            held: 0,
            working_days: true,
            forecast_on: Some(day(2026, 11, 26)),
            calendar_version: "2026-1".into(),
        },
        steps: rma_detail::steps("loaner", false, reached),
        spent: [("received", 2), ("diagnosing", 1), ("waiting_parts", 28), ("repairing", 16), ("testing", 3)]
            .map(|(state, days)| rma_detail::Spent { state: state.into(), days })
            .to_vec(),
        units: vec![
            unit("MCU24-19K03-00871", "faulty", "testing", "泉城轨道交通", "济南 T-04"),
            unit("MCU24-22C11-01456", "loan", "in_use", "我方", "泉城轨道交通"),
        ],
        shipments: vec![
            parcel(
                "replacement",
                true,
                "泉城轨道交通",
                "SF1402 8833 9015",
                "delivered",
                Some(at(2026, 8, 30, 12, 40)),
            ),
            parcel("faulty", false, "济南", "SF1402 8901 2277", "delivered", Some(at(2026, 9, 7, 11, 20))),
            parcel("return", true, "泉城轨道交通", "", "planned", None),
        ],
        promises: vec![
            rma_detail::PromiseRow {
                kind: "spare_in_place".into(),
                state: "kept".into(),
                due_on: Some(day(2026, 8, 31)),
                clock: Clock::bare(ClockState::Kept),
            },
            rma_detail::PromiseRow {
                kind: "faulty_return".into(),
                state: "kept".into(),
                due_on: None,
                clock: Clock::bare(ClockState::Kept),
            },
        ],
    }
}

fn rma_detail(lang: Lang, refused: bool) -> String {
    let p = staff(lang, Screen::Rma);
    let mut forms =
        action_forms(&p, &["test", "hold", "assign", "decide_exchange", "attribute_cause", "cancel", "void"]);
    if refused && let Some(first) = forms.first_mut() {
        first.form.refill(
            &[("evidence".into(), "T-04".into())],
            &[("result".into(), p.t("form-choose")), ("evidence".into(), p.t("form-choose"))],
        );
    }
    rma_detail::RmaDetailPage {
        rma: rma_detail::RmaHead {
            number: "RMA-2026-000123".into(),
            state: "in_repair".into(),
            customer_code: "C1001".into(),
            customer: "泉城轨道交通".into(),
            site: "1 号线 大学城站".into(),
            contact: "陈工".into(),
            contact_email: "chen@metro.example".into(),
            contact_phone: "138 **** 2046".into(),
            contract: "HT-2024-0417".into(),
            plan: "标准服务 第 2 版".into(),
            opened_at: at(2026, 8, 29, 9, 12),
            tracking_code: Some("K7QM2P".into()),
        },
        lines: vec![
            rma_detail::LineTab {
                line: 1,
                part_name: "主控板".into(),
                serial: "MCU24-19K03-00871".into(),
                state: "testing".into(),
            },
            rma_detail::LineTab {
                line: 2,
                part_name: "风扇盘".into(),
                serial: "FANT3-18D30-00067".into(),
                state: "received".into(),
            },
        ],
        line: rma_line(lang),
        actions: forms,
        timeline: timeline(),
        notices: vec![rma_detail::NoticeBrief {
            kind: "faulty_received".into(),
            to: "chen@metro.example".into(),
            state: "sent".into(),
            at: at(2026, 9, 7, 11, 21),
        }],
        p,
    }
    .render()
    .unwrap()
}

fn rma_new(lang: Lang) -> String {
    let choices = rma_new::NewChoices {
        customers: vec![Choice::new("C1001", "泉城轨道交通"), Choice::new("C1002", "鲁北石化集团")],
        modes: vec!["repair_return", "loaner", "equivalent_exchange"],
    };
    let p = staff(lang, Screen::Rma);
    let wrong = p.t("login-wrong");
    let mut made = rma_new::page(p, &choices, 2, "0192");
    made.refill(&[("line-0-serial".into(), "MCU24".into())], &[("line-0-serial".into(), wrong)]);
    made.render().unwrap()
}

fn move_row(id: i64, kind: &str, from: &str, to: &str, when: DateTime<Utc>) -> movements::MoveRow {
    movements::MoveRow {
        id,
        kind: kind.into(),
        occurred_at: when,
        recorded_at: when,
        part_no: "MCU-24".into(),
        part_name: "主控板".into(),
        serial: if id == 4 { String::new() } else { "MCU24-22C11-01456".into() },
        quantity: if id == 4 { 12 } else { 1 },
        from: from.into(),
        to: to.into(),
        condition_from: "good".into(),
        condition_to: if kind == "convert" { "faulty".into() } else { "good".into() },
        owner_to: if kind == "transfer_title" { "泉城轨道交通".into() } else { String::new() },
        reason: if kind == "adjust" { "盘点差异".into() } else { String::new() },
        document: "RMA-2026-000123".into(),
        actor: "王海涛".into(),
        reverses: (kind == "reversal").then_some(3),
        reversed_by: (id == 3).then_some(5),
        may_reverse: id > 5,
    }
}

fn ledger() -> Vec<movements::MoveRow> {
    vec![
        move_row(9, "issue", "济南 A-07", "在途 131", at(2026, 8, 29, 15, 40)),
        move_row(8, "move", "济南 Q-03", "济南 A-07", at(2026, 3, 2, 9, 10)),
        move_row(7, "transfer_title", "济南", "济南", at(2025, 6, 4, 9, 10)),
        move_row(6, "convert", "济南 维修台", "济南 维修台", at(2025, 6, 3, 17, 0)),
        move_row(5, "reversal", "济南", "德州", at(2025, 4, 22, 10, 0)),
        move_row(3, "move", "德州", "济南", at(2025, 4, 22, 9, 0)),
        move_row(4, "adjust", "济南 B-01", "遗失", at(2024, 5, 8, 9, 0)),
        move_row(1, "opening", "期初", "济南 A-01", at(2022, 11, 11, 9, 0)),
    ]
}

fn simple_form(id: &str, action: &str, submit: String, fields: Vec<Field>) -> Form {
    Form {
        id: id.into(),
        action: action.into(),
        fields,
        more: Vec::new(),
        submit,
        idempotency_key: "0192".into(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn move_form(p: &Page, kind: &str) -> unit_detail::MoveForm {
    let to = Field::new("to", p.t("col-place"), Control::Code).required();
    unit_detail::MoveForm {
        kind: kind.into(),
        form: simple_form(
            &format!("mv-f-{kind}"),
            "/movements",
            p.word("movement", kind),
            vec![to, Field::new("reason", p.t("field-reason"), Control::Text)],
        ),
        open: false,
    }
}

fn units(lang: Lang, empty: bool) -> String {
    let rows = LINES
        .iter()
        .enumerate()
        .map(|(index, l)| unit_list::UnitRow {
            serial: l.4.into(),
            part_no: l.2.into(),
            part_name: l.3.into(),
            condition: ["good", "faulty", "quarantined", "scrapped"][index % 4].into(),
            owner: "我方".into(),
            place: "济南 A-07".into(),
            document: if index % 3 == 0 { l.0.into() } else { String::new() },
            reserved: index == 4,
            moved_at: at(2026, 11, 18, 9, 30),
        })
        .collect::<Vec<_>>();
    unit_list::UnitListPage {
        p: staff(lang, Screen::Unit),
        q: if empty { "MCU24-9".into() } else { String::new() },
        part_no: String::new(),
        facets: vec![
            facet(
                "facet-condition",
                "condition",
                &[("good", "良品", 4210), ("faulty", "故障件", 312), ("quarantined", "待检", 18)],
            ),
            depots_facet(),
        ],
        rows: if empty { Vec::new() } else { rows },
        total: Some(4552),
        next: Some("/unit?cursor=x".into()),
        filtered: empty,
    }
    .render()
    .unwrap()
}

fn unit(lang: Lang) -> String {
    let p = staff(lang, Screen::Unit);
    let stay = |lane: &str, fill, from, until| Stay { lane: lane.into(), fill, from, until };
    unit_detail::UnitDetailPage {
        serial: "MCU24-22C11-01456".into(),
        part_no: "MCU-24".into(),
        part_name: "主控板".into(),
        maker: "Huaxin".into(),
        condition: "good".into(),
        owner: "我方".into(),
        place: "泉城轨道交通".into(),
        depot: String::new(),
        document: "RMA-2026-000123".into(),
        aliases: vec!["BK-000417".into()],
        flags: vec!["一年内第三次返修，请先查同槽位。".into()],
        reserved: false,
        stays: vec![
            stay("济南", "f-good", day(2022, 11, 11), day(2023, 2, 1)),
            stay("客户", "f-acc", day(2023, 2, 1), day(2023, 12, 1)),
            stay("维修台", "f-repair", day(2023, 12, 1), day(2024, 1, 19)),
            stay("枣庄", "f-good", day(2024, 1, 19), day(2024, 5, 1)),
            stay("客户", "f-acc", day(2024, 5, 1), day(2025, 4, 15)),
            stay("维修台", "f-repair", day(2025, 4, 15), day(2025, 6, 3)),
            stay("济南", "f-good", day(2025, 6, 3), day(2026, 8, 29)),
            stay("客户", "f-acc", day(2026, 8, 29), day(2026, 11, 20)),
        ],
        history: ledger(),
        rmas: vec![unit_detail::UnitRma {
            number: "RMA-2026-000123".into(),
            line: 1,
            role: "loan",
            state: "testing".into(),
            opened_at: at(2026, 8, 29, 9, 12),
        }],
        equivalents: vec![unit_detail::Equivalent {
            part_no: "MCU-24B".into(),
            name: "主控板 B".into(),
            note: "需固件 ≥ V3.2".into(),
            available: 6,
        }],
        moves: vec![move_form(&p, "return"), move_form(&p, "transfer_title")],
        p,
    }
    .render()
    .unwrap()
}

fn stock_page(lang: Lang) -> String {
    let cell = |available, reserved, in_transit, in_repair, faulty, minimum| stock::StockCell {
        available,
        reserved,
        in_transit,
        in_repair,
        faulty,
        quarantined: 0,
        minimum,
    };
    let none = stock::StockCell::default();
    let row = |part_no: &str, name: &str, cells: [stock::StockCell; 4]| stock::StockRow {
        part_no: part_no.into(),
        name: name.into(),
        cells: cells.to_vec(),
    };
    let column = |code: &str, name: &str, class: &str| stock::DepotColumn {
        code: code.into(),
        name: name.into(),
        class: class.into(),
    };
    stock::StockPage {
        p: staff(lang, Screen::Stock),
        q: String::new(),
        low_only: false,
        depots: vec![
            column("JN", "济南", "central"),
            column("DZ", "德州", "common"),
            column("ZZ", "枣庄", "common"),
            column("JI", "济宁", "other"),
        ],
        rows: vec![
            row("MCU-24", "主控板", [cell(9, 1, 2, 3, 4, Some(5)), cell(0, 1, 0, 1, 2, Some(1)), none, none]),
            row(
                "SRV-8G",
                "业务板 8×GE",
                [
                    cell(14, 2, 1, 8, 6, Some(8)),
                    cell(3, 0, 0, 0, 1, Some(2)),
                    cell(4, 0, 0, 1, 0, Some(2)),
                    cell(2, 0, 1, 0, 2, Some(2)),
                ],
            ),
            row(
                "SW-48T",
                "接入交换机 48 口",
                [
                    cell(11, 0, 0, 4, 3, Some(4)),
                    cell(4, 0, 0, 0, 0, Some(2)),
                    cell(0, 1, 2, 0, 1, Some(2)),
                    cell(3, 0, 0, 1, 0, Some(2)),
                ],
            ),
            row(
                "HDD-12S",
                "硬盘 1.2 TB SAS",
                [
                    cell(1280, 0, 10, 0, 0, Some(100)),
                    cell(11, 0, 0, 0, 0, None),
                    none,
                    cell(1, 0, 0, 0, 2, Some(4)),
                ],
            ),
        ],
        parts_total: Some(412),
        low_total: 3,
        next: Some("/stock?cursor=x".into()),
    }
    .render()
    .unwrap()
}

fn movements_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Movements);
    let reason = Field::new("reason", p.t("field-reason"), Control::Text).required();
    movements::MovementsPage {
        q: String::new(),
        facets: vec![
            facet(
                "facet-kind",
                "kind",
                &[("receive", "入库", 120), ("issue", "出库", 98), ("reversal", "红冲", 2)],
            ),
            depots_facet(),
        ],
        rows: ledger(),
        next: None,
        filtered: false,
        reversal: Some((
            move_row(9, "issue", "济南 A-07", "在途 131", at(2026, 8, 29, 15, 40)),
            simple_form("rev", "/movements/9/reversal", p.t("move-reverse"), vec![reason]),
        )),
        p,
    }
    .render()
    .unwrap()
}

fn notices_page(lang: Lang) -> String {
    let row = |id, kind: &str, state: &str, error: &str| notices::NoticeRow {
        id,
        kind: kind.into(),
        to: "zhang@tzmine.example".into(),
        subject: "已收到主控板 MCU24-19K03-00871，最迟 2026-12-04 还给您 [RMA-2026-000123]".into(),
        state: state.into(),
        queued_at: at(2026, 11, 20, 9, 12),
        tried_at: (state != "queued").then(|| at(2026, 11, 20, 9, 13)),
        attempts: 8,
        error: error.into(),
        rma: "RMA-2026-000123".into(),
        may_retry: state == "dead",
        idempotency_key: "0192".into(),
    };
    notices::NoticesPage {
        p: staff(lang, Screen::Notices),
        views: vec![
            tab("view-all", 1296, Tone::Plain, true),
            tab("view-queued", 2, Tone::Plain, false),
            tab("view-dead", 1, Tone::Bad, false),
        ],
        sent_recently: 1293,
        rows: vec![
            row(4, "faulty_received", "dead", "550 5.1.1 user unknown"),
            row(3, "shipped_back", "queued", ""),
            row(2, "replacement_shipped", "sending", "421 4.3.2 try later"),
            row(1, "request_received", "sent", ""),
        ],
        next: None,
    }
    .render()
    .unwrap()
}

fn report_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Report);
    let switch =
        |label: &str, current| report::Switch { label: label.into(), href: "?month=2026-11".into(), current };
    let variant = |code, timely, shown, contractual| report::VariantRow {
        code,
        contractual,
        rate: Rate { timely, shown: Some(shown), ..rate() },
        href: format!("?variant={code}"),
        current: contractual,
    };
    let group = |label: &str, shown: Option<i32>, meets| report::GroupRow {
        label: label.into(),
        code: "JN".into(),
        rate: Rate { shown, meets_target: meets, timely: 84, eligible: 88, ..rate() },
        href: "?depot=JN".into(),
    };
    let line = |index: usize, why: &str, cause: &str, timely_in: Vec<&'static str>| {
        let l = LINES[index];
        report::ReportLine {
            number: l.0.into(),
            line: l.1,
            part_name: l.3.into(),
            serial: l.4.into(),
            customer: l.5.into(),
            received_on: Some(day(2026, 8, 20)),
            due_on: Some(day(2026, 11, 18)),
            returned_on: (index > 2).then(|| day(2026, 11, 19)),
            clock: if index > 2 {
                Clock { left: -1, ..Clock::bare(ClockState::Missed) }
            } else {
                running(-2, day(2026, 11, 18))
            },
            why: why.into(),
            cause: cause.into(),
            timely_in,
        }
    };
    report::ReportPage {
        from: day(2026, 11, 1),
        to: day(2026, 11, 30),
        as_of: p.now,
        limited_to: String::new(),
        periods: vec![
            switch(&p.month_short(&day(2026, 9, 1)), false),
            switch(&p.month_short(&day(2026, 10, 1)), false),
            switch(&p.month_short(&day(2026, 11, 1)), true),
        ],
        groupings: ["group-depot", "group-customer", "group-part", "group-month"]
            .map(|key| switch(&p.t(key), key == "group-depot"))
            .to_vec(),
        rate: rate(),
        variants: vec![
            variant("strict", 126, 961, true),
            variant("by_due", 127, 969, false),
            variant("remedy30", 128, 977, false),
        ],
        groups: vec![
            group("济南", Some(954), Some(true)),
            group("德州", Some(928), Some(false)),
            group("枣庄", None, None),
        ],
        group_key: "group-depot",
        class: report::Class::Missed,
        query: "&month=2026-11".into(),
        lines: vec![
            line(1, "open_overdue", "maker", vec![]),
            line(3, "late_return", "us", vec![]),
            line(4, "exchanged", "maker", vec!["by_due", "remedy30"]),
        ],
        next: None,
        export: vec![switch("CSV", false)],
        p,
    }
    .render()
    .unwrap()
}

fn scan_page(lang: Lang, empty: bool) -> String {
    let p = Page {
        who: Some(Who {
            name: "王海涛".into(),
            username: "wanght".into(),
            role: Role::Clerk,
            scope: "济南".into(),
        }),
        ..staff(lang, Screen::Scan)
    };
    let found = scan::Found {
        kind: "unit",
        code: "MCU24-19K03-00917".into(),
        name: "主控板".into(),
        href: "/unit/MCU24-19K03-00917".into(),
        condition: "faulty".into(),
        facts: vec![
            (p.t("col-place"), "在途 131".into()),
            (p.t("col-owner"), "济南第八医院".into()),
            ("RMA".into(), "RMA-2026-000171".into()),
        ],
    };
    let verdict = scan::Verdict {
        tone: Tone::Ok,
        title: "收下：故障件".into(),
        code: "MCU24-19K03-00917".into(),
        text: "主控板 · 济南第八医院 · RMA-2026-000171 · 时钟明日起算".into(),
        bin: "Q-03".into(),
    };
    scan::ScanPage {
        depots: vec![Choice::new("JN", "济南"), Choice::new("DZ", "德州")],
        depot: "JN".into(),
        code: if empty { String::new() } else { "MCU24-19K03-00917".into() },
        verdict: (!empty).then_some(verdict),
        found: if empty { Vec::new() } else { vec![found] },
        moves: if empty { Vec::new() } else { vec![move_form(&p, "receive"), move_form(&p, "move")] },
        p,
    }
    .render()
    .unwrap()
}

fn find_page(lang: Lang, empty: bool) -> String {
    let hit = |kind, code: &str, name: &str, note: &str| find::Hit {
        kind,
        code: code.into(),
        name: name.into(),
        note: note.into(),
        href: "/unit/x".into(),
    };
    let hits = vec![
        hit("unit", "MCU24-19K03-00871", "主控板", "济南 T-04"),
        hit("unit", "MCU24-19K03-00917", "主控板", "在途 131"),
        hit("rma", "RMA-2026-000871", "泉城轨道交通", "维修中"),
        hit("part", "MCU-24", "主控板", ""),
    ];
    find::FindPage {
        p: staff(lang, Screen::Elsewhere),
        q: "<871>".into(),
        hits: if empty { Vec::new() } else { hits },
        more: !empty,
    }
    .render()
    .unwrap()
}

fn track_page(lang: Lang) -> String {
    let reached = |key: &str| match key {
        "track-step-requested" => Some(at(2026, 8, 29, 9, 12)),
        "track-step-replaced" => Some(at(2026, 8, 30, 12, 40)),
        "track-step-received" => Some(at(2026, 9, 7, 11, 20)),
        _ => None,
    };
    let p = nobody(lang);
    track::TrackPage {
        number: "RMA-2026-000123".into(),
        lines: vec![track::TrackLine {
            part_name: "主控板 MCU-24".into(),
            serial: "MCU24-19K03-00871".into(),
            say: "testing".into(),
            steps: track::steps("loaner", false, reached),
            due_on: Some(day(2026, 12, 4)),
            provisional: false,
            returned_on: None,
            waiting_for_you: false,
            late: false,
            loaner: Some(track::TrackLoaner {
                part_name: "主控板 MCU-24".into(),
                serial: "MCU24-22C11-01456".into(),
                lent: true,
            }),
            parcels: vec![track::TrackParcel {
                what: "replacement".into(),
                carrier: "顺丰".into(),
                tracking_no: "SF1402 8833 9015".into(),
                state: "delivered".into(),
                at: Some(at(2026, 8, 30, 12, 40)),
            }],
        }],
        phone: "800-000-0000".into(),
        email: String::new(),
        as_of: p.now,
        p,
    }
    .render()
    .unwrap()
}

fn error_page(lang: Lang, status: u16, signed_in: bool) -> String {
    error::ErrorPage {
        p: if signed_in { staff(lang, Screen::Elsewhere) } else { nobody(lang) },
        status,
        detail: String::new(),
        blocker: if status == 409 { "RMA-2026-000123".into() } else { String::new() },
        request_id: "01JCX4-7Q2M".into(),
        back: "/rma".into(),
    }
    .render()
    .unwrap()
}

fn account_page(lang: Lang) -> String {
    let p = Page { toasts: vec!["OK".into()], ..staff(lang, Screen::Elsewhere) };
    let name = Field::new("name", p.t("field-token-name"), Control::Text).required();
    account::AccountPage {
        email: "zhaomy@example.cn".into(),
        tokens: vec![account::TokenRow {
            id: 3,
            name: "ERP".into(),
            created_at: at(2026, 3, 1, 9, 0),
            expires_at: None,
            used_at: Some(at(2026, 11, 20, 17, 0)),
        }],
        token_form: simple_form("token", "/me/tokens", p.t("save"), vec![name]),
        new_token: Some("bk_3f9c1e0a".into()),
        password_form: None,
        p,
    }
    .render()
    .unwrap()
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
        ("rma-new", rma_new(lang)),
        ("unit-list", units(lang, false)),
        ("unit-list-empty", units(lang, true)),
        ("unit-detail", unit(lang)),
        ("stock", stock_page(lang)),
        ("movements", movements_page(lang)),
        ("notices", notices_page(lang)),
        ("report", report_page(lang)),
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
    ]
}
