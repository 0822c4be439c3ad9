//! An engineer's pages and a customer's.

use super::*;
use crate::web::mine::{HeldContract, HeldSpare, MinePage, MineRmaPage, MineRow, Need, Said};
use crate::web::requests::{
    AskPage, AskedFor, RequestItem, RequestPage, RequestsPage, Source, Step, VanLot, VanPage, VanUnit,
};

fn engineer(lang: Lang, here: Screen) -> Page {
    let mut p = staff(lang, here);
    p.who = Some(Who {
        name: "李工".into(),
        username: "ligong".into(),
        role: Role::Engineer,
        scope: String::new(),
    });
    p
}

fn source(value: &str, title: &str, reason: &str, eta: &str) -> Source {
    Source {
        value: value.into(),
        title: title.into(),
        note: "可用 1 件 · 同城".into(),
        reason: reason.into(),
        eta: eta.into(),
        under: "MCU-24B".into(),
        checked: value.starts_with("DZ"),
    }
}

pub fn ask(lang: Lang, known: bool) -> String {
    let p = engineer(lang, Screen::Requests);
    let fields = vec![
        Field::new("fault", p.t("ask-fault"), Control::Area),
        Field::new("receiver", p.t("ask-receiver"), Control::Text).with_error("太长"),
    ];
    let serial = Field::new("serial", p.t("ask-serial"), Control::Code).required();
    AskPage {
        look: simple_form("look", "/requests/new", p.t("ask-look"), vec![serial]),
        trouble: if known { String::new() } else { p.t("ask-say-part") },
        question: !known,
        asked: Some(AskedFor {
            part_no: "MCU-24".into(),
            part_name: "主控板".into(),
            serial: "MCU24-20E08-00519".into(),
            customer: "德城政务云中心".into(),
            cover: "HT-2024-0398".into(),
            covered: true,
            rma: "RMA-2026-000171".into(),
        }),
        sources: vec![
            source("DZ|MCU-24B", "德州 · 主控板 B", "电性能相同；固件 ≥ V3.2", "今天"),
            source("JN|MCU-24", "济南 · 同料号", "", "11-23"),
        ],
        closed: vec![source("", "德州 · 主控板", "", "")],
        form: known.then(|| simple_form("ask", "/requests", p.t("ask-submit"), fields)),
        p,
    }
    .render()
    .unwrap()
}

fn item(number: &str, state: &str) -> RequestItem {
    RequestItem {
        number: number.into(),
        customer: "德城政务云中心".into(),
        site: "3F 机房".into(),
        part_name: "主控板".into(),
        serial: "MCU24-20E08-00519".into(),
        state: state.into(),
        due_at: (state != "requested").then(|| at(2026, 11, 20, 19, 10)),
        late: state == "approved",
        spare: if state == "issued" { "MCU24B-23A01-00031".into() } else { String::new() },
        owed_by: (state == "issued").then(|| day(2026, 12, 4)),
        owed_late: false,
        faulty: if state == "issued" { "due".into() } else { "not_due".into() },
        by: "ligong".into(),
        at: at(2026, 11, 20, 15, 2),
    }
}

pub fn requests(lang: Lang) -> String {
    let p = engineer(lang, Screen::Requests);
    let rows = ["requested", "approved", "issued", "rejected"];
    RequestsPage {
        views: vec![tab("requests-view-mine", 4, Tone::Plain, true)],
        view: "mine".into(),
        owed: vec![item("SQ-2026-000007", "issued")],
        rows: rows.iter().map(|state| item(&format!("SQ-2026-{state}"), state)).collect(),
        next: Some("/requests?before=7".into()),
        may_ask: true,
        has_van: true,
        p,
    }
    .render()
    .unwrap()
}

pub fn request(lang: Lang) -> String {
    let p = staff(lang, Screen::Requests);
    let step = |code: &'static str, icon| Step {
        code,
        icon,
        open: false,
        form: simple_form(
            &format!("a-{code}"),
            "/requests/SQ-2026-000009/approve",
            p.word("request-step", code),
            vec![Field::new("note", p.t("field-note"), Control::Text)],
        ),
    };
    RequestPage {
        steps: vec![step("approve", "circle-check"), step("reject", "ban")],
        row: item("SQ-2026-000009", "requested"),
        part_no: "MCU-24".into(),
        rma: ("RMA-2026-000171".into(), 1),
        reason: "fault".into(),
        receiver: "陈工 139 0534 7712".into(),
        decided: Some(("zhaomy".into(), at(2026, 11, 20, 15, 20), "同意".into())),
        automatic: true,
        wish: "DZ · MCU-24B".into(),
        in_place: false,
        p,
    }
    .render()
    .unwrap()
}

pub fn van(lang: Lang, empty: bool) -> String {
    let p = engineer(lang, Screen::Van);
    let back = |id: &str| {
        let depots = vec![Choice::new("JN", "济南")];
        let depot = Field::new("depot", p.t("van-back-depot"), Control::Select(depots)).required();
        simple_form(id, "/van/back", p.t("van-back"), vec![depot])
    };
    let unit = |serial: &str, held: bool| VanUnit {
        serial: serial.into(),
        part_no: "MCU-24".into(),
        part_name: "主控板".into(),
        condition: "good".into(),
        held_for: if held { "RMA-2026-000171".into() } else { String::new() },
        back: (!held).then(|| back(&format!("back-{serial}"))),
    };
    let lot = VanLot {
        part_no: "FAN-T3".into(),
        part_name: "风扇盘".into(),
        condition: "good".into(),
        quantity: 3,
        back: back("back-FAN-T3good"),
    };
    VanPage {
        units: if empty {
            vec![]
        } else {
            vec![unit("MCU24-22C11-01456", false), unit("MCU24-22C11-01457", true)]
        },
        lots: if empty { vec![] } else { vec![lot] },
        uses: vec![("SQ-2026-000009".into(), "德城政务云中心".into(), "MCU24-22C11-01456".into())],
        refused: empty.then(|| back("back-again")),
        p,
    }
    .render()
    .unwrap()
}

fn customer(lang: Lang) -> Page {
    let mut p = staff(lang, Screen::Rma);
    p.who = Some(Who {
        name: "黄杰".into(),
        username: "huangjie".into(),
        role: Role::Customer,
        scope: "C1001".into(),
    });
    p
}

fn contracts() -> Vec<HeldContract> {
    let held = |standing, left, to| HeldContract {
        number: "HT-2024-0398".into(),
        plan: "金牌".into(),
        sites: if standing == "ahead" { "济南 <东>".into() } else { String::new() },
        period: (day(2024, 1, 1), to),
        standing,
        left,
    };
    vec![
        held("running", 0, None),
        held("ending", 23, Some(day(2026, 12, 13))),
        held("ahead", 400, Some(day(2027, 12, 31))),
        held("over", -5, Some(day(2026, 11, 15))),
    ]
}

pub fn mine(lang: Lang, empty: bool) -> String {
    let p = customer(lang);
    let row = |number: &str, tone, word: &str| MineRow {
        number: number.into(),
        line: 1,
        part_name: "主控板".into(),
        serial: "MCU24-19K03-00871".into(),
        say: p.word("track-say", "testing"),
        tone,
        word: word.into(),
        waits: false,
        due_on: Some(day(2026, 12, 4)),
        ended_on: None,
    };
    MinePage {
        hotline: "800-000-0000".into(),
        refused: false,
        customer: "泉城轨道交通".into(),
        cover: p.t("mine-not-covered"),
        contracts: if empty { vec![] } else { contracts() },
        others: vec![("泉城轨道交通".into(), "/rma?customer=C1001".into(), true)],
        views: vec![
            tab("mine-view-open", 5, Tone::Plain, !empty),
            tab("mine-view-finished", 24, Tone::Plain, empty),
        ],
        finished: empty,
        needs: if empty {
            vec![]
        } else {
            vec![Need {
                title: p.t1("mine-need-confirm", "serial", "MCU24-19K03-00871"),
                note: "主控板".into(),
                href: "/rma/RMA-2026-000123".into(),
                link: p.t("mine-link-confirm"),
            }]
        },
        rows: if empty {
            vec![]
        } else {
            vec![row("RMA-2026-000123", Tone::Ok, ""), row("RMA-2026-000119", Tone::Warn, "may")]
        },
        next: (!empty).then(|| "/rma?after=1".into()),
        loans: if empty {
            vec![]
        } else {
            vec![HeldSpare {
                serial: "MCU24-22C11-01456".into(),
                part_name: "主控板".into(),
                instead_of: "MCU24-19K03-00871".into(),
                href: "/rma/RMA-2026-000123".into(),
                due_on: None,
            }]
        },
        rate: if empty { Rate::default() } else { rate() },
        since: day(2026, 1, 1),
        report: "/report/timely-repair?customer=C1001".into(),
        ask: simple_form(
            "short",
            "/rma",
            p.t("mine-ask-submit"),
            vec![Field::new("line-0-serial", p.t("field-serial"), Control::Code)],
        ),
        p,
    }
    .render()
    .unwrap()
}

pub fn mine_rma(lang: Lang) -> String {
    let p = customer(lang);
    MineRmaPage {
        number: "RMA-2026-000123".into(),
        code: "ABCD2345EFGH".into(),
        tabs: vec![(1, "主控板".into()), (2, "风扇盘".into())],
        line: track_line(),
        fault: "端口不通".into(),
        quote: Some(("¥1860.00".into(), day(2026, 12, 4))),
        actions: action_forms(&p, &["confirm_returned", "report_doa"]),
        files: vec![file_row()],
        notes: rma_detail::NotesForm { action: "/rma/RMA-2026-000123/notes".into(), ..Default::default() },
        said: vec![Said {
            actor: "孙立".into(), text: "请补充日志。".into(), at: at(2026, 11, 19, 9, 0)
        }],
        p,
    }
    .render()
    .unwrap()
}
