//! Sign-in, overview, list of RMAs.

use super::*;

pub fn login(lang: Lang) -> String {
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
        sso: Some("id.example.cn".into()),
        empty: false,
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

fn urgent_rows() -> Vec<dashboard::UrgentRow> {
    LINES
        .iter()
        .take(7)
        .map(|l| dashboard::UrgentRow {
            number: l.0.into(),
            line: l.1,
            part_name: l.3.into(),
            customer: l.5.into(),
            state: l.6.into(),
            clock: sample_clock(l.7),
            reason: "误期概率 62 %".into(),
            next: dashboard::NextStep {
                who: if l.7 == 4 { String::new() } else { "维修员".into() },
                what: "登记测试结果".into(),
                href: Some(format!("/rma/{}?line={}#do-test", l.0, l.1)),
            },
            assignee: "孙立".into(),
        })
        .collect()
}

fn buckets() -> Vec<dashboard::Bucket> {
    let bucket = |key, count, tone| dashboard::Bucket { key, count, tone, href: format!("/rma?clock={key}") };
    vec![
        bucket("bucket-overdue", 3, Tone::Bad),
        bucket("bucket-0-5", 7, Tone::Warn),
        bucket("bucket-6-15", 24, Tone::Warn),
        bucket("bucket-16-30", 61, Tone::Plain),
        bucket("bucket-31", 104, Tone::Plain),
        bucket("bucket-none", 21, Tone::Hold),
    ]
}

pub fn dashboard(lang: Lang) -> String {
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
    dashboard::DashboardPage {
        month: day(2026, 11, 1),
        as_of: p.now,
        begins: false,
        checks: 2,
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
        forecast: Some(chart::Forecast { mean: 950, low: 935, high: 964 }),
        expected_misses: 2,
        chance: Some(61),
        urgent: urgent_rows(),
        urgent_total: 34,
        buckets: buckets(),
        heat: heat(),
        fill: fill(),
        p,
    }
    .render()
    .unwrap()
}

fn heat() -> dashboard::Heat {
    let cell = |available, minimum| Some(dashboard::HeatCell { available, minimum, used: 0 });
    dashboard::Heat {
        depots: [("JN", "济南"), ("DZ", "德州"), ("ZZ", "枣庄")]
            .map(|(code, name)| (code.into(), name.into()))
            .to_vec(),
        rows: vec![
            dashboard::HeatRow {
                part_no: "SW-48T".into(),
                name: "接入交换机 48 口".into(),
                cells: vec![cell(6, 2), cell(3, 2), cell(0, 2)],
            },
            dashboard::HeatRow {
                part_no: "MCU-24".into(),
                name: "主控板".into(),
                cells: vec![cell(5, 3), cell(2, 2), None],
            },
        ],
        more: 3,
        by_weeks: false,
    }
}

fn fill() -> dashboard::FillCard {
    let depot = |name: &str, rate, approved| dashboard::FillDepot {
        name: name.into(),
        rate,
        approved,
        href: "/report/fill-rate".into(),
    };
    dashboard::FillCard {
        rate: Some(964),
        approved: 392,
        depots: vec![depot("JN", Some(981), 210), depot("ZZ", Some(912), 57)],
        missed: 14,
        unfilled: vec![("接入交换机 48 口 · ZZ".into(), 3), ("其他物料".into(), 11)],
    }
}

pub fn rma_list(lang: Lang, empty: bool) -> String {
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
            assignee: if l.1 == 2 { String::new() } else { "sunli".into() },
            updated_at: at(2026, 11, 19, 11, 30),
        })
        .collect::<Vec<_>>();
    rma_list::RmaListPage {
        p: staff(lang, Screen::Rma),
        all_href: "/rma?view=open&all=1#results".into(),
        all: false,
        views: vec![
            tab("view-open", 221, Tone::Plain, true),
            tab("view-risk", 31, Tone::Plain, false),
            tab("view-overdue", 3, Tone::Bad, false),
            tab("view-to-authorise", 4, Tone::Plain, false),
            tab("view-to-receive", 19, Tone::Plain, false),
            tab("view-to-return", 6, Tone::Plain, false),
            tab("view-closed", 4102, Tone::Plain, false),
        ],
        kept: vec![rma_list::KeptView {
            id: 1,
            count: Some(3),
            name: "济南 · 在测".into(),
            href: "/rma?view=open&state=testing".into(),
            current: empty,
            shared: true,
            may_forget: true,
        }],
        assign: Some(simple_form(
            "assign",
            "/rma/assign",
            "指派所选".into(),
            vec![Field::new("user", "负责人", Control::Select(vec![Choice::new("sunli", "孙立")]))],
        )),
        keep: Some(simple_form(
            "keep",
            "/rma/views",
            "保存为视图".into(),
            vec![Field::new("name", "视图名称", Control::Text)],
        )),
        view: "open".into(),
        sort: "newest",
        exports: vec![("CSV".into(), "/rma/export.csv?view=open".into())],
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
