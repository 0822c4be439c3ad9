//! The work of a depot: stations, transfers, counts, exceptions, a clerk's day.

use super::*;
use crate::web::station::NextAct;

fn clerk(lang: Lang, here: Screen) -> Page {
    Page {
        who: Some(Who {
            name: "王海涛".into(),
            username: "wanght".into(),
            role: Role::Clerk,
            scope: "JN".into(),
        }),
        ..staff(lang, here)
    }
}

fn view(label: &str, href: &str, current: bool) -> transfers::View {
    transfers::View { label: label.into(), href: href.into(), current, count: Some(2), bad: current }
}

pub fn suggested() -> transfers::Suggested {
    transfers::Suggested {
        part_no: "SW-48T".into(),
        from: "JN".into(),
        to: "ZZ".into(),
        quantity: 2,
        may: true,
        idempotency_key: "0192".into(),
    }
}

fn verdict(tone: Tone, title: &str, text: &str, bin: &str) -> scan::Verdict {
    scan::Verdict {
        tone,
        title: title.into(),
        code: "MCU24-19K03-00917".into(),
        text: text.into(),
        bin: bin.into(),
    }
}

pub fn station_page(lang: Lang, mode: station::Mode, empty: bool) -> String {
    let line = |id: Option<i64>, verdict| station::ScanLine {
        id,
        verdict,
        at: "17:31:08".into(),
        undone: id == Some(2),
        settle: if id == Some(3) { "/find?q=BOX-2026-000005".into() } else { String::new() },
    };
    let ids = mode != station::Mode::Count;
    let load = station::LoadCard {
        document: "TR-2026-000231".into(),
        href: "/transfers/TR-2026-000231".into(),
        paper: "/print/transfer/TR-2026-000231".into(),
        serials: vec!["SW48T-22A02-03318".into(), "SW48T-22A02-03325".into()],
        look_at: Some(("没有登记固件，发出前请看实物。".into(), "/unit/SW48T-22A02-03318#release".into())),
        form: simple_form(
            "send-0",
            "/scan/ship/send",
            "OK".into(),
            vec![Field::new("carrier", "承运商", Control::Text)],
        ),
    };
    let due = station::DueLine {
        name: "接入交换机 48 口".into(),
        part_no: "SW-48T".into(),
        serials: vec!["SW48T-22A02-03325".into()],
        came: vec!["SW48T-22A02-03318".into()],
        wanted: 2,
        done: 1,
        is_lot: false,
        documents: vec![("RMA-2026-000168/1".into(), "/rma/RMA-2026-000168?line=1".into())],
    };
    let scans = vec![
        line(ids.then_some(3), verdict(Tone::Ok, "收下", "主控板 · RMA-2026-000171/1", "Q-03")),
        line(ids.then_some(2), verdict(Tone::Warn, "已登记，待核对", "请确认它属于谁。", "")),
        line(ids.then_some(1), verdict(Tone::Bad, "拒收", "已报废，不能入库。", "")),
    ];
    station::StationPage {
        p: clerk(lang, Screen::Scan),
        mode,
        depots: vec![Choice::new("JN", "JN 济南"), Choice::new("DZ", "DZ 德州")],
        depot: "JN".into(),
        bin: "A-01".into(),
        bins: vec!["A-01".into(), "Q-03".into()],
        batch: if ids { "IN-20261120-wanght".into() } else { String::new() },
        count: if ids || empty { String::new() } else { "PD-2026-000017".into() },
        counts: vec![station::OpenCount {
            number: "PD-2026-000017".into(),
            note: "赵明远 · 11-20 13:00".into(),
        }],
        user: "wanght".into(),
        verdict: (!empty).then(|| verdict(Tone::Ok, "收下", "主控板", "Q-03")),
        act: (!empty).then(|| NextAct {
            icon: "printer",
            href: "/print/unit/MCU24-19K03-00917/tag".into(),
            words: "打印故障标签".into(),
        }),
        scans: if empty { vec![] } else { scans },
        counter: (4, 1, 1),
        due: if empty { vec![] } else { vec![due] },
        expected: vec![("MCU24-19K03-00917".into(), "RMA-2026-000171/1".into())],
        loads: if mode == station::Mode::Ship { vec![load] } else { vec![] },
        sent: (mode == station::Mode::Ship).then(|| station::SentLoad {
            document: "RMA-2026-000168/1".into(),
            href: "/rma/RMA-2026-000168?line=1".into(),
            paper: "/print/rma/RMA-2026-000168/1/delivery".into(),
        }),
        idempotency_key: "0192".into(),
    }
    .render()
    .unwrap()
}

pub fn transfers_page(lang: Lang, suggestions: bool) -> String {
    let row = |state: &str, days| transfers::TransferItem {
        number: "TR-2026-000231".into(),
        from: "JN".into(),
        to: "ZZ".into(),
        state: state.into(),
        days,
        outstanding: 2,
        note: "德邦 DPK36021177".into(),
        at: at(2026, 11, 19, 10, 22),
        by: "王海涛".into(),
    };
    transfers::TransfersPage {
        p: clerk(lang, Screen::Transfers),
        views: vec![view("全部", "/transfers", true), view("在途", "/transfers?view=in_transit", false)],
        rows: vec![
            row("in_transit", Some(9)),
            row("differences", Some(1)),
            row("closed", None),
            row("requested", None),
        ],
        suggested: suggestions.then(|| vec![suggested()]),
        may_new: true,
        next: None,
    }
    .render()
    .unwrap()
}

pub fn transfer_page(lang: Lang, receives: bool) -> String {
    let p = clerk(lang, Screen::Transfers);
    let piece = |code: &str| transfers::Piece {
        code: code.into(),
        name: "接入交换机 48 口".into(),
        quantity: 1,
        owner: String::new(),
        href: format!("/unit/{code}"),
    };
    let missing = |id, code: &str, is_lot, error: &str| transfers::Missing {
        id,
        code: code.into(),
        name: "风扇盘".into(),
        quantity: if is_lot { 12 } else { 1 },
        is_lot,
        chosen: if error.is_empty() { "stay".into() } else { String::new() },
        arrived: if is_lot { "12".into() } else { String::new() },
        choices: vec![Choice::new("arrived", "已到"), Choice::new("stay", "留在途")],
        error: error.into(),
    };
    let receipt = transfers::Receipt {
        receives,
        pieces: vec![missing(1, "SW48T-22A02-03340", false, "必填"), missing(2, "FAN-T3", true, "")],
        bin: String::new(),
        reason: String::new(),
        error: "逐件决定".into(),
        idempotency_key: "0192".into(),
    };
    let line = transfers::LineItem {
        name: "接入交换机 48 口".into(),
        part_no: "SW-48T".into(),
        serial: String::new(),
        condition: "good".into(),
        quantity: 11,
        sent: 11,
        matched: 9,
        missing: 2,
        returned: 0,
        lost: 0,
    };
    let reason = Field::new("reason", p.t("field-reason"), Control::Text).required();
    transfers::TransferPage {
        number: "TR-2026-000231".into(),
        state: if receives { "differences".into() } else { "requested".into() },
        from: "JN".into(),
        to: "ZZ".into(),
        sub: "德邦 DPK36021177".into(),
        note: "枣庄缺货".into(),
        asked: "王海涛 · 11-19 10:22".into(),
        approved_by: "赵明远".into(),
        days: receives.then_some(1),
        lines: vec![line],
        matched: if receives { vec![piece("SW48T-22A02-03318")] } else { vec![] },
        unexpected: if receives { vec![piece("PSU6A-20B15-00421")] } else { vec![] },
        waiting: if receives { vec![] } else { vec![piece("SW48T-22A02-03340")] },
        may_scan: receives,
        receipt: receives.then_some(receipt),
        next: (!receives).then(|| simple_form("step-approve", "/transfers/x/approve", "OK".into(), vec![])),
        cancel: (!receives)
            .then(|| simple_form("step-cancel", "/transfers/x/cancel", "OK".into(), vec![reason])),
        p,
    }
    .render()
    .unwrap()
}

pub fn transfer_new(lang: Lang) -> String {
    let p = clerk(lang, Screen::Transfers);
    transfers::WorkNewPage {
        crumb: ("/transfers".into(), p.t("nav-transfers")),
        title: p.t("transfers-new"),
        sub: p.t("transfers-new-sub"),
        f: simple_form(
            "new-transfer",
            "/transfers",
            "OK".into(),
            vec![Field::new("note", "备注", Control::Text)],
        ),
        more: Some(p.t("transfer-more-lines")),
        p,
        preview: Some(transfers::Preview {
            p: staff(lang, Screen::Transfers),
            from: "JN".into(),
            rows: [Some(3), Some(1), None]
                .map(|available| transfers::PreviewRow {
                    name: "主控板".into(),
                    part_no: "MCU-24".into(),
                    leaves: 2,
                    available,
                })
                .into(),
        }),
    }
    .render()
    .unwrap()
}

pub fn counts_page(lang: Lang) -> String {
    let row = |state: &str, decided: &str| counts::CountItem {
        number: "PD-2026-000017".into(),
        depot: "JN".into(),
        state: state.into(),
        seen: 289,
        by: "王海涛".into(),
        at: at(2026, 11, 20, 13, 0),
        done: state == "open",
        decided: decided.into(),
    };
    counts::CountsPage {
        p: clerk(lang, Screen::Counts),
        views: vec![view("全部", "/counts", true)],
        rows: vec![row("open", ""), row("approved", "赵明远 · 11-20"), row("cancelled", "x")],
        may_new: true,
        next: None,
    }
    .render()
    .unwrap()
}

pub fn count_page(lang: Lang, blind: bool) -> String {
    let p = staff(lang, Screen::Counts);
    let difference = |of: &str, serial: &str| counts::DifferenceItem {
        of: of.into(),
        place: "JN/A-04".into(),
        part_no: "SW-48T".into(),
        serial: serial.into(),
        booked: 64,
        counted: 62,
        clue: "11-20 17:29 移库 JN/A-04 → JN/Q-03 王海涛".into(),
        from: "JN/A-04".into(),
        to: "lost".into(),
        moves: 2,
    };
    let moved = || counts::Moved {
        from: "JN/A-04".into(),
        to: "lost".into(),
        part_no: "OPT-10LR".into(),
        serial: String::new(),
        quantity: 2,
    };
    let exception = counts::ExceptionItem {
        code: "FANT3-19C02-00177".into(),
        place: "JN/C-02".into(),
        verdict: "elsewhere".into(),
        book_place: "ZZ/A-01".into(),
    };
    counts::CountPage {
        number: "PD-2026-000017".into(),
        state: "open".into(),
        depot: "JN".into(),
        places: vec!["JN".into(), "JN/A-04".into()],
        opened: "王海涛 · 11-20 13:00".into(),
        counters: vec!["wanght".into()],
        done: if blind { String::new() } else { "王海涛 · 11-20 17:30".into() },
        decided: String::new(),
        seen: 289,
        agreeing: 1,
        differences: if blind {
            vec![]
        } else {
            vec![
                difference("missing", "SW48T-22A02-03310"),
                difference("quantity", ""),
                difference("other_bin", "X-1"),
            ]
        },
        uncounted: if blind { vec![] } else { vec![moved()] },
        not_seen: if blind { vec![] } else { vec![moved()] },
        exceptions: if blind { vec![] } else { vec![exception] },
        movements: if blind { vec![] } else { vec![moved()] },
        may_count: true,
        finish: blind.then(|| simple_form("step-done", "/counts/x/done", "OK".into(), vec![])),
        shows_variance: !blind,
        blocked: if blind { p.t("count-needs-second") } else { String::new() },
        approve: (!blind).then(|| simple_form("step-approve", "/counts/x/approve", "OK".into(), vec![])),
        cancel: Some(simple_form("step-cancel", "/counts/x/cancel", "OK".into(), vec![])),
        p,
    }
    .render()
    .unwrap()
}

pub fn exceptions_page(lang: Lang, empty: bool) -> String {
    let p = clerk(lang, Screen::Exceptions);
    let reason = Field::new("reason", p.t("exception-how"), Control::Text).required();
    let row = |id: i64, settlement: &str, source: &str| exceptions::ExceptionItem {
        id,
        code: "FANT3-19C02-00177".into(),
        part_no: "FAN-T3".into(),
        depot: "JN".into(),
        source: source.into(),
        document: (
            "PD-2026-000017".into(),
            if source == "count" { "/counts/PD-2026-000017".into() } else { String::new() },
        ),
        detail: "JN 的王海涛手里有它；账上自 11-19 起在 ZZ/A-01。".into(),
        act: exceptions::Act {
            why: String::new(),
            href: "/scan/receive?depot=JN".into(),
            words: p.word("right-act", "receive_transfer"),
        },
        held_by: "王海涛".into(),
        held_at: at(2026, 11, 20, 17, 2),
        settlement: settlement.into(),
        form: settlement.is_empty().then(|| {
            simple_form(&format!("settle-{id}"), "/exceptions/1/settle", "OK".into(), vec![reason.clone()])
        }),
    };
    exceptions::ExceptionsPage {
        views: vec![view("待处理", "/exceptions", true), view("收件", "/intakes", false)],
        rows: if empty {
            vec![]
        } else {
            vec![row(1, "", "count"), row(2, "", "scan"), row(3, "已收调拨 · 王海涛", "scan")]
        },
        next: None,
        p,
    }
    .render()
    .unwrap()
}

fn intake(state: &str) -> exceptions::IntakeItem {
    exceptions::IntakeItem {
        id: 7,
        box_no: "BOX-2026-000007".into(),
        code: "PSU6A-20B15-00421".into(),
        part_no: "PSU-600A".into(),
        depot: "JN".into(),
        state: state.into(),
        exception: "no_rma".into(),
        rma: if state == "matched" { "RMA-2026-000171".into() } else { String::new() },
        at: at(2026, 11, 20, 9, 0),
        by: "wanght".into(),
    }
}

pub fn intakes_page(lang: Lang) -> String {
    exceptions::IntakesPage {
        p: clerk(lang, Screen::Exceptions),
        views: vec![view("待确认", "/intakes", true)],
        rows: ["unmatched", "matched", "returned", "settled"].iter().map(|state| intake(state)).collect(),
        may_new: true,
        next: None,
    }
    .render()
    .unwrap()
}

pub fn intake_page(lang: Lang) -> String {
    let p = clerk(lang, Screen::Exceptions);
    exceptions::IntakePage {
        item: intake("unmatched"),
        on_rma: "RMA-2026-000099".into(),
        facts: vec![(p.t("intake-why"), "没有返修单".into())],
        label: "/print/unit/PSU6A-20B15-00421".into(),
        forms: vec![simple_form(
            "way-rma",
            "/intakes/7/rma",
            p.word("intake-way", "rma"),
            vec![Field::new("rma", p.t("intake-rma"), Control::Code).required()],
        )],
        files: vec![rma_detail::FileRow {
            name: "label.jpg".into(),
            href: "/intakes/7/files/1".into(),
            size: "212 KB".into(),
            internal: true,
            actor: "李娜".into(),
            at: at(2026, 11, 20, 9, 5),
        }],
        file_key: "k".into(),
        file_error: String::new(),
        p,
    }
    .render()
    .unwrap()
}

pub fn today_page(lang: Lang) -> String {
    let p = clerk(lang, Screen::Today);
    let due = || today::DueRow {
        document: "RMA-2026-000171/1".into(),
        href: "/rma/RMA-2026-000171?line=1".into(),
        name: "主控板".into(),
        what: "MCU24-19K03-00917".into(),
        depot: "JN".into(),
    };
    let work = |bad| today::WorkRow {
        code: "TR-2026-000231".into(),
        href: "/transfers/TR-2026-000231".into(),
        note: "JN → ZZ".into(),
        age: "9".into(),
        bad,
    };
    let tile = |key, icon, value, tone| dashboard::Tile {
        key,
        icon,
        value,
        tone,
        note: String::new(),
        href: "/scan".into(),
    };
    today::TodayPage {
        settle_href: "/exceptions",
        depots: "JN".into(),
        depot: "JN".into(),
        tiles: vec![
            tile("tile-coming", "package-import", 11, Tone::Plain),
            tile("tile-settle", "alert-triangle", 2, Tone::Warn),
            tile("tile-owed", "clock", 1, Tone::Bad),
        ],
        coming: vec![due()],
        coming_more: 3,
        leaving: vec![],
        leaving_more: 0,
        to_approve: vec![work(false)],
        on_road: vec![work(true)],
        owed: vec![work(true)],
        checks: vec![work(false)],
        to_settle: vec![work(false)],
        suggested: vec![suggested()],
        p,
    }
    .render()
    .unwrap()
}
