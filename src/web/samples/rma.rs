//! One RMA, and the form for a new one.

use super::*;

pub fn spares() -> Vec<Choice> {
    vec![
        Choice::new("MCU24-22C11-01456", "MCU24-22C11-01456 · 主控板 · 济南 A-07"),
        Choice::new("MCU24B-23A01-00031", "MCU24B-23A01-00031 · 主控板 B · 济南 A-08"),
    ]
}

pub fn action_forms(p: &Page, codes: &[&str]) -> Vec<actions::ActionForm> {
    let choices = Choices {
        spares: spares(),
        depots: vec![Choice::new("JN", "济南"), Choice::new("DZ", "德州")],
        ..Choices::default()
    };
    crate::web::action_order::order_actions(
        codes
            .iter()
            .map(|code| actions::action_form(p, "RMA-2026-000123", 1, code, &choices, "7", "0192"))
            .collect(),
        "repairing",
    )
}

pub fn file_row() -> rma_detail::FileRow {
    rma_detail::FileRow {
        name: "标签 <1>.jpg".into(),
        href: "/rma/RMA-2026-000123/files/1".into(),
        size: "812 KB".into(),
        internal: true,
        actor: "孙立".into(),
        at: at(2026, 9, 9, 15, 47),
    }
}

pub fn event(kind: &str, actor: &str, when: DateTime<Utc>, detail: &str, note: &str) -> rma_detail::EventRow {
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

pub fn timeline() -> Vec<rma_detail::EventRow> {
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

fn shipments() -> Vec<rma_detail::ShipmentRow> {
    let parcel = |what: &str, outbound, to: &str, number: &str, state: &str, when| rma_detail::ShipmentRow {
        what: what.into(),
        outbound,
        to: to.into(),
        carrier: if number.is_empty() { String::new() } else { "顺丰".into() },
        tracking_no: number.into(),
        state: state.into(),
        at: when,
    };
    vec![
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
    ]
}

fn promises() -> Vec<rma_detail::PromiseRow> {
    vec![
        rma_detail::PromiseRow {
            kind: "spare_in_place".into(),
            state: "kept".into(),
            due_on: Some(day(2026, 8, 31)),
            due_at: Some(at(2026, 8, 31, 9, 30)),
            clock: Clock::bare(ClockState::Kept),
        },
        rma_detail::PromiseRow {
            kind: "faulty_return".into(),
            state: "kept".into(),
            due_on: None,
            due_at: None,
            clock: Clock::bare(ClockState::Kept),
        },
    ]
}

pub fn rma_line() -> rma_detail::LineView {
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
    rma_detail::LineView {
        line: 1,
        part_no: "MCU-24".into(),
        part_name: "主控板".into(),
        serial: "MCU24-19K03-00871".into(),
        fault: "上电后无法启动，告警灯常亮。".into(),
        fault_class: "minor".into(),
        slot: "3/1".into(),
        mode: "loaner".into(),
        entitlement: "contract".into(),
        state: "testing".into(),
        stage: "testing",
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
            forecast: Some((day(2026, 11, 23), day(2026, 11, 26), Some(day(2026, 12, 2)))),
            calendar_version: "2026-1".into(),
        },
        pauses: vec!["停钟 <1>".into()],
        promised: "60 个工作日内返还，达成率 ≥ 95 %".into(),
        steps: steps::steps("loaner", true, false, reached),
        spent: [("received", 2), ("diagnosing", 1), ("waiting_parts", 28), ("repairing", 16), ("testing", 3)]
            .map(|(state, days)| rma_detail::Spent { state: state.into(), days })
            .to_vec(),
        units: vec![
            unit("MCU24-19K03-00871", "faulty", "testing", "泉城轨道交通", "济南 T-04"),
            unit("MCU24-22C11-01456", "loan", "in_use", "我方", "泉城轨道交通"),
        ],
        shipments: shipments(),
        promises: promises(),
    }
}

pub fn rma_detail(lang: Lang, refused: bool) -> String {
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
        line: rma_line(),
        actions: forms,
        files: vec![file_row()],
        notes: rma_detail::NotesForm {
            text: String::new(),
            shared: false,
            error: "文件超过 5 MB。".into(),
            action: "/rma/RMA-2026-000123/notes".into(),
            may_hide: true,
            ..Default::default()
        },
        timeline: timeline(),
        notices: vec![rma_detail::NoticeBrief {
            id: 4,
            kind: "faulty_received".into(),
            to: "chen@metro.example".into(),
            state: "sent".into(),
            at: at(2026, 9, 7, 11, 21),
        }],
        proposal: Some(proposal_card(String::new())),
        waits_for: String::new(),
        theirs: false,
        p,
    }
    .render()
    .unwrap()
}

fn proposal_card(look: String) -> rma_detail::ProposalCard {
    rma_detail::ProposalCard {
        title: "误期概率 62 %，可以换一块等效板".into(),
        part_name: "主控板".into(),
        part_no: "MCU-24B".into(),
        reason: "功能相同，固件不低于 2.1".into(),
        serial: "MCU24B-23A02-00017".into(),
        depot: "德州".into(),
        expected_on: day(2026, 11, 21),
        decide_by: day(2026, 12, 4),
        deliver_by: day(2026, 12, 20),
        look,
        may_accept: true,
        idempotency_key: "0192".into(),
    }
}

pub fn proposal_notice(lang: Lang) -> String {
    let p = staff(lang, Screen::Rma);
    let look = p.t2("proposal-look", "limit", "firmware", "wanted", "≥ 2.1");
    let fields = vec![actions::looked(&p)];
    let page = proposal::ProposalNoticePage {
        offer: proposal_card(look),
        form: simple_form(
            "accept",
            "/rma/RMA-2026-000087/lines/1/accept-proposal",
            p.t("proposal-accept"),
            fields,
        ),
        p,
        number: "RMA-2026-000087".into(),
        line: 1,
        mail: Some(proposal::DraftedMail {
            to: "it@qlcb.example".into(),
            language: "zh-CN".into(),
            subject: "RMA-2026-000087 将更换等效板".into(),
            text: "李工：\n\n我们将为您更换一块等效板。".into(),
        }),
    };
    page.render().unwrap()
}

pub fn rma_new(lang: Lang) -> String {
    let choices = rma_new::NewChoices {
        customers: vec![Choice::new("C1001", "泉城轨道交通"), Choice::new("C1002", "鲁北石化集团")],
        modes: vec![
            ("repair_return", String::new()),
            ("loaner", String::new()),
            ("equivalent_exchange", "合同 <1> 不含".into()),
        ],
        contact_email: String::new(),
    };
    let p = staff(lang, Screen::Rma);
    let wrong = p.t("login-wrong");
    let mut made = rma_new::page(p, &choices, 2, "0192");
    made.refill(&[("line-0-serial".into(), "MCU24".into())], &[("line-0-serial".into(), wrong)]);
    made.render().unwrap()
}
