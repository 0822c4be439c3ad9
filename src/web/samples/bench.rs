//! The bench and one order on it.

use super::{at, staff};
use crate::i18n::Lang;
use crate::web::actions::Choices;
use crate::web::bench::{BenchPage, BenchRow, BenchStep};
use crate::web::bench_lanes::{Lane, LanesPage};
use crate::web::bench_order::{BenchEvent, BenchOrderPage, BuiltIn, StepShown, VendorStay, bench_form};
use crate::web::kit::Tone;
use crate::web::kit::{Clock, ClockState};
use crate::web::page::Screen;
use crate::web::rma_detail::ClockDetail;
use crate::web::rma_list::ViewTab;
use askama::Template;
use chrono::NaiveDate;

fn row(number: &str, rma: &str, state: &str, left: i64) -> BenchRow {
    BenchRow {
        number: number.into(),
        rma: rma.into(),
        customer: if rma.is_empty() { String::new() } else { "济南电力公司".into() },
        fault: "端口 3 不通，重启后偶尔恢复".into(),
        place: if state == "at_vendor" { "vendor:HX".into() } else { "JN/bench".into() },
        serial: "SRV8G-21H19-00950".into(),
        part_name: "业务板 8×GE".into(),
        state: state.into(),
        due_on: (!rma.is_empty()).then(|| NaiveDate::from_ymd_opt(2026, 5, 29).unwrap()),
        left: (!rma.is_empty()).then_some(left),
        risk_bp: (!rma.is_empty()).then_some(6_200),
        vendor: if state == "at_vendor" { "HX".into() } else { String::new() },
        vendor_due_on: None,
        vendor_overdue: false,
        waiting: state == "repairing",
        rework: i64::from(state == "testing"),
        technician: "wang".into(),
        flags: vec!["third_return".into()],
        steps: [("diagnose", true), ("start_repair", false)]
            .map(|(code, asks)| BenchStep {
                code: code.into(),
                label: "开始维修".into(),
                asks,
                idempotency_key: "key".into(),
            })
            .into(),
        version: 3,
    }
}

pub fn queue(lang: Lang, empty: bool) -> String {
    let p = staff(lang, Screen::Bench);
    let rows = vec![
        row("RO-2026-000017", "RMA-2026-000098", "at_vendor", -2),
        row("RO-2026-000018", "RMA-2026-000104", "repairing", 9),
        row("RO-2026-000019", "", "testing", 0),
    ];
    let tab = ViewTab {
        key: "bench-view-open",
        count: None,
        tone: Tone::Plain,
        href: "/bench?view=open".into(),
        current: true,
    };
    BenchPage {
        p,
        views: vec![tab],
        view: "open".into(),
        lane: "parts".into(),
        all: "/bench?view=open".into(),
        q: String::new(),
        rows: if empty { vec![] } else { rows },
        next: (!empty).then(|| "/bench?after=1".into()),
        take: None,
    }
    .render()
    .unwrap()
}

pub fn lanes(lang: Lang, empty: bool) -> String {
    let p = staff(lang, Screen::Bench);
    let rows = vec![
        row("RO-2026-000017", "RMA-2026-000098", "at_vendor", -2),
        row("RO-2026-000018", "RMA-2026-000104", "repairing", 9),
    ];
    let lane = |code, rows: Vec<BenchRow>| Lane { code, icon: "tool", count: 9, rows };
    LanesPage {
        views: vec![],
        total: if empty { 0 } else { 9 },
        first: (!empty).then(|| row("RO-2026-000019", "RMA-2026-000119", "repairing", 5)),
        lanes: vec![lane("repair", rows), lane("test", vec![])],
        take: Some(crate::web::samples::simple_form("take", "/bench", p.t("bench-take"), vec![])),
        p,
    }
    .render()
    .unwrap()
}

pub fn order(lang: Lang) -> String {
    let p = staff(lang, Screen::Bench);
    let choices = Choices { test_steps: vec!["上电自检".into()], ..Choices::default() };
    let forms = ["test", "diagnose", "start_repair", "use_parts", "send_to_vendor", "approve_cost", "scrap"]
        .map(|code| bench_form(&p, "RO-2026-000018", code, &choices, 3, "key"));
    let moment = at(2026, 3, 9, 10, 30);
    BenchOrderPage {
        row: row("RO-2026-000018", "RMA-2026-000104", "repairing", 9),
        line: 1,
        part_no: "SRV-8G".into(),
        place: "JN/bench".into(),
        owner: "customer:C1001".into(),
        depot: "JN".into(),
        fault: "端口不通".into(),
        fault_name: "端口故障".into(),
        finding: "网口变压器击穿".into(),
        estimate: "300.00".into(),
        cost: "120.00".into(),
        limit: "100.00".into(),
        over_limit: true,
        clock: Some(ClockDetail {
            clock: Clock { used: 55, total: 60, left: 5, at_risk: true, ..Clock::bare(ClockState::Running) },
            started_on: NaiveDate::from_ymd_opt(2026, 3, 2),
            ended_on: None,
            weekends: 16,
            holidays: 3,
            makeup_days: 1,
            held: 0,
            working_days: true,
            forecast: NaiveDate::from_ymd_opt(2026, 5, 20).map(|day| (day, day, Some(day))),
            calendar_version: "2026".into(),
        }),
        waits_for: "下一步：改为等效更换（售后负责人）".into(),
        cause: "maker".into(),
        attribute: Some("/rma/RMA-2026-000104?line=1#do-attribute_cause".into()),
        parts: vec![BuiltIn {
            name: "电容".into(),
            part_no: "CAP-47UF".into(),
            what: "× 4".into(),
            cost: "50.00".into(),
        }],
        parts_cost: "50.00".into(),
        tests: ["pass", "fail", "not_applicable"]
            .map(|result| StepShown {
                test: 1,
                name: "上电自检".into(),
                result: result.into(),
                evidence: "日志 7".into(),
                actor: "王工".into(),
                at: moment,
            })
            .into(),
        stays: vec![VendorStay {
            vendor: "HX".into(),
            vendor_rma: "HX-77".into(),
            sent_at: moment,
            due_on: None,
            overdue: false,
            returned_at: Some(moment),
            gone: "",
            other_serial: "M-9".into(),
            outcome: "repaired".into(),
            cost: "400.00".into(),
        }],
        events: ["use_parts", "diagnose", "open"]
            .map(|kind| BenchEvent {
                kind: kind.into(),
                to: "diagnosing".into(),
                note: "3.3 V 短路".into(),
                actor: "王工".into(),
                at: moment,
            })
            .into(),
        forms: forms.into(),
        p,
    }
    .render()
    .unwrap()
}
