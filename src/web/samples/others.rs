//! Notices, report, scan, find, tracking, errors, account.

use super::*;
use crate::domain::turnaround::{Curve, End, Observation};

fn notice_row(id: i64, kind: &str, state: &str, error: &str) -> notices::NoticeRow {
    notices::NoticeRow {
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
    }
}

pub fn notice_page(lang: Lang) -> String {
    let row = notice_row(4, "faulty_received", "dead", "550 5.1.1 user unknown");
    let subject = row.subject.clone();
    notices::NoticePage { p: staff(lang, Screen::Notices), row, subject, has_mail: true }.render().unwrap()
}

pub fn notices_page(lang: Lang) -> String {
    let row = notice_row;
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
        test: Form {
            id: "test".into(),
            action: "/notices/test".into(),
            fields: vec![Field::new("to", "收件人", Control::Email).required()],
            more: vec![],
            submit: "OK".into(),
            idempotency_key: "0192".into(),
            error: String::new(),
            cancel: String::new(),
        },
        way_out: "file:mail".into(),
        has_folder: true,
    }
    .render()
    .unwrap()
}

fn held_row() -> held::HeldRow {
    held::HeldRow {
        id: 7,
        name: "刘工".into(),
        organisation: "济南第八医院".into(),
        email: "liu@hospital.example".into(),
        phone: "0531-8600 0000".into(),
        serial: "MCU24-19K03-00917".into(),
        part_no: "MCU-24".into(),
        fault: "3 号端口不通".into(),
        because: "invalid".into(),
        confirmed_at: Some(at(2026, 11, 20, 9, 12)),
    }
}

pub fn held_page(lang: Lang) -> String {
    held::HeldListPage { p: staff(lang, Screen::Public), rows: vec![held_row()], next: None }
        .render()
        .unwrap()
}

pub fn held_one_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Public);
    let form = |id: &str, key: &str, fields| Form {
        id: id.into(),
        action: format!("/public-requests/7/{id}"),
        fields,
        more: vec![],
        submit: p.t(key),
        idempotency_key: "0192".into(),
        error: String::new(),
        cancel: String::new(),
    };
    let customer = Field::new("customer", p.t("field-customer"), Control::Code).required();
    let reason = Field::new("reason", p.t("field-reason"), Control::Area).required();
    let accept = form("accept", "held-accept", vec![customer]);
    let dismiss = form("dismiss", "held-dismiss", vec![reason]);
    held::HeldPage { row: held_row(), accept, dismiss, dismissing: false, p }.render().unwrap()
}

fn report_lines() -> Vec<report::ReportLine> {
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
    vec![
        line(1, "open_overdue", "maker", vec![]),
        line(3, "late_return", "us", vec![]),
        line(4, "exchanged", "maker", vec!["by_due", "remedy30"]),
    ]
}

pub fn report_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Report);
    let switch =
        |label: &str, current| report::Switch { label: label.into(), href: "?month=2026-11".into(), current };
    let variant = |code, timely, shown, contractual| report::VariantRow {
        code,
        contractual,
        rate: Rate { timely, shown: Some(shown), ..rate() },
        href: format!("?variant={code}"),
        lines: format!("?variant={code}"),
        current: contractual,
    };
    let group = |label: &str, shown: Option<i32>, meets| report::GroupRow {
        label: label.into(),
        code: "JN".into(),
        rate: Rate { shown, meets_target: meets, timely: 84, eligible: 88, ..rate() },
        href: "?depot=JN".into(),
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
        lines: report_lines(),
        next: None,
        export: vec![switch("CSV", false)],
        tabs: vec![switch("及时修复率", true), switch("账龄", false)],
        causes: vec![("maker".into(), 2), (String::new(), 3)],
        excused: 0,
        without_excuses: Some(961),
        evidence: Some("/report/evidence?from=2026-11-01&to=2026-11-30".into()),
        forecast: Some(chart::Forecast { mean: 950, low: 935, high: 964 }),
        p,
    }
    .render()
    .unwrap()
}

pub fn reports_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Report);
    let switch =
        |label: &str, current| report::Switch { label: label.into(), href: "?by=depot".into(), current };
    let figure = |label: &str, value: &str, href: &str| reports::Figure {
        label: label.into(),
        value: value.into(),
        note: "95 % 区间 91.4 % 至 98.4 %".into(),
        href: href.into(),
        tone: Tone::Plain,
    };
    let step = |days, survival| Observation { days, end: if survival { End::Returned } else { End::Open } };
    let seen =
        [(12, true), (20, true), (33, false), (45, true), (60, true)].map(|(days, back)| step(days, back));
    let cell =
        |text: &str| settings::Cell { html: kit::Html::raw(kit::escape(text)), ..settings::Cell::default() };
    let table = settings::Table {
        caption: "清单".into(),
        columns: ["RMA", "备件", "结果"].map(String::from).to_vec(),
        rows: vec![settings::Row {
            href: "/rma/RMA-2026-000123?line=1".into(),
            cells: ["RMA-2026-000123/1", "主控板", "已交还"].map(cell).to_vec(),
            remove: String::new(),
        }],
        empty: "没有".into(),
    };
    reports::ReportsPage {
        title: p.word("reports", "turnaround"),
        sub: "2026-01-01 – 2026-11-30".into(),
        tabs: vec![switch("及时修复率", false), switch("返修周期", true)],
        periods: vec![switch("近 12 个月", true)],
        groupings: vec![switch("备件库", true), switch("物料", false)],
        as_of: p.now,
        figures: vec![figure("60 个工作日内交还", "94.9 %", ""), figure("在办", "136", "?end=open#lines")],
        chart: chart::curve(&p, Curve::of(&seen).steps(), 60, 0.95),
        chart_title: p.t("turnaround-curve"),
        sections: vec![settings::Section::new("lines", "清单").note("只列前 300 行").table(table)],
        export: vec![],
        p,
    }
    .render()
    .unwrap()
}

pub fn scan_page(lang: Lang, empty: bool) -> String {
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
        contents: vec![scan::Content {
            code: "MCU24 <1>".into(),
            name: "主控板".into(),
            href: "/unit/x".into(),
            condition: "good".into(),
            quantity: 1,
        }],
        more: true,
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
        stations: true,
        p,
    }
    .render()
    .unwrap()
}

pub fn find_page(lang: Lang, empty: bool) -> String {
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

/// A line as its customer follows it.
pub fn track_line() -> track::TrackLine {
    let reached = |key: &str| match key {
        "track-step-requested" => Some(at(2026, 8, 29, 9, 12)),
        "track-step-replaced" => Some(at(2026, 8, 30, 12, 40)),
        "track-step-received" => Some(at(2026, 9, 7, 11, 20)),
        _ => None,
    };
    track::TrackLine {
        number: 1,
        arriving: Some("return".into()),
        part_name: "主控板 MCU-24".into(),
        serial: "MCU24-19K03-00871".into(),
        say: "testing".into(),
        makers_unit: None,
        steps: track::steps("loaner", true, false, reached),
        due_on: Some(day(2026, 12, 4)),
        forecast: Some((day(2026, 11, 24), Some(day(2026, 12, 1)))),
        provisional: false,
        returned_on: None,
        send_to: Some(("济南 <备件库>".into(), "历下区 1 号".into())),
        send_by: Some(day(2026, 12, 7)),
        quote: Some((at(2026, 11, 23, 9, 0), day(2026, 12, 7))),
        waiting_for_you: false,
        late: false,
        loaner: Some(track::TrackLoaner {
            part_name: "主控板 MCU-24".into(),
            serial: "MCU24-22C11-01456".into(),
            say: "lent",
        }),
        parcels: vec![track::TrackParcel {
            what: "replacement".into(),
            carrier: "顺丰".into(),
            tracking_no: "SF1402 8833 9015".into(),
            state: "delivered".into(),
            at: Some(at(2026, 8, 30, 12, 40)),
        }],
    }
}

pub fn track_page(lang: Lang) -> String {
    let p = nobody(lang);
    track::TrackPage {
        number: "RMA-2026-000123".into(),
        code: "ABCDEFGHJKLM".into(),
        error: "请填写姓名。".into(),
        lines: vec![track_line()],
        phone: "800-000-0000".into(),
        email: String::new(),
        as_of: p.now,
        p,
    }
    .render()
    .unwrap()
}

pub fn error_page(lang: Lang, status: u16, signed_in: bool) -> String {
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

pub fn account_page(lang: Lang) -> String {
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
