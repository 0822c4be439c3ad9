//! Units, stock, movements.

use super::*;
use crate::web::as_of::AsOf;

pub fn move_row(id: i64, kind: &str, from: &str, to: &str, when: DateTime<Utc>) -> movements::MoveRow {
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

pub fn ledger() -> Vec<movements::MoveRow> {
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

pub fn simple_form(id: &str, action: &str, submit: String, fields: Vec<Field>) -> Form {
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

pub fn move_form(p: &Page, kind: &str) -> unit_detail::MoveForm {
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

pub fn units(lang: Lang, empty: bool) -> String {
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

pub fn unit(lang: Lang) -> String {
    let p = staff(lang, Screen::Unit);
    let stay = |lane: &str, fill, from, until| Stay { lane: lane.into(), fill, from, until };
    unit_detail::UnitDetailPage {
        as_of: AsOf { today: "2026-11-20".into(), ..AsOf::default() },
        is_met: true,
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
        firmware: "2.10".into(),
        revision: "B2".into(),
        warranty: chrono::NaiveDate::from_ymd_opt(2026, 3, 2)
            .zip(chrono::NaiveDate::from_ymd_opt(2027, 3, 2)),
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
        data: Some(unit_detail::UnitForm {
            form: simple_form(
                "a-data",
                "/unit/MCU24-22C11-01456/data",
                p.t("data-submit"),
                vec![Field::new("certificate", p.t("field-certificate"), Control::Code)],
            ),
            open: true,
        }),
        release: Some(unit_detail::UnitForm {
            form: simple_form(
                "a-release",
                "/unit/MCU24-22C11-01456/release",
                p.t("release-submit"),
                vec![Field::new("firmware", p.t("field-firmware"), Control::Code)],
            ),
            open: false,
        }),
        checks: Some(unit_detail::Checks {
            state: "soon".into(),
            fit: true,
            due: p.t("instruments-never"),
            made: vec![unit_detail::CheckLine {
                passed: true,
                on: "2026-05-11".into(),
                by: "王强".into(),
                certificate: "JL-2026-0417".into(),
                note: "误差 0.2 dB".into(),
            }],
            form: Some(unit_detail::UnitForm {
                form: simple_form("a-check", "/unit/x/checks", p.t("check-submit"), vec![]),
                open: false,
            }),
        }),
        p,
    }
    .render()
    .unwrap()
}

pub fn instruments_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Stock);
    instruments::InstrumentsPage {
        views: vec![],
        table: settings::Table { empty: p.t("instruments-none"), ..settings::Table::default() },
        more: None,
        p,
    }
    .render()
    .unwrap()
}

pub fn stock_page(lang: Lang) -> String {
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
        wear: part_no == "HDD-12S",
        cells: cells.to_vec(),
    };
    let column = |code: &str, name: &str, class: &str| stock::DepotColumn {
        code: code.into(),
        name: name.into(),
        class: class.into(),
    };
    let p = staff(lang, Screen::Stock);
    stock::StockPage {
        q: String::new(),
        category: String::new(),
        categories: vec!["电源".into(), "交换机板卡".into()],
        depot: String::new(),
        as_of: AsOf { today: "2026-11-20".into(), ..AsOf::default() },
        may_open: true,
        low_only: true,
        views: ["/stock?".into(), "/stock?low=true".into()],
        back: "/stock?low=true".into(),
        point: Some(stock::PointForm {
            part_no: "MCU-24".into(),
            name: "主控板".into(),
            form: crate::web::samples::simple_form("point", "/stock/points", p.t("point-save"), vec![]),
        }),
        p,
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
        suggested: vec![super::depot::suggested()],
        suggested_total: Some(18),
        all_depots: false,
        depot_views: Some(["/stock?".into(), "/stock?depot=all".into()]),
        may_set: true,
    }
    .render()
    .unwrap()
}

pub fn movements_page(lang: Lang) -> String {
    let p = staff(lang, Screen::Movements);
    let reason = Field::new("reason", p.t("field-reason"), Control::Text).required();
    movements::MovementsPage {
        arrival: Some("/print/arrival?document=PO-2026-017".into()),
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
