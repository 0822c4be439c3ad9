//! How people and data come in: first start, imports.

use super::*;

pub fn imports_page(lang: Lang) -> String {
    let codes = ["depots", "parts", "customers", "stock", "rma-history"];
    imports::ImportsPage {
        p: staff(lang, Screen::Imports),
        kinds: codes
            .map(|code| imports::KindChoice {
                code,
                current: code == "stock",
                columns: vec![("编号", true), ("名称", false)],
            })
            .to_vec(),
        error: "列「料号」缺失。".into(),
        limit_mb: 64,
    }
    .render()
    .unwrap()
}

pub fn import_result_page(lang: Lang, done: bool) -> String {
    let row = |row: i64, column: &str, message: &str| imports::RefusedRow {
        row,
        column: column.into(),
        message: message.into(),
        value: "Z-99".into(),
        fix: "先建这个库位，或留空。".into(),
    };
    imports::ImportResultPage {
        p: staff(lang, Screen::Imports),
        id: 7,
        kind: "stock",
        name: "库存台账 2026-11.xlsx".into(),
        done,
        j: imports::Judgement {
            read: 985,
            accepted: 978,
            unchanged: 0,
            refused_rows: 7,
            refused: vec![row(68, "序列号", "<必须填写>"), row(409, "入库日期", "没有这一天")],
            hidden: 5,
            remarks: vec![row(12, "", "按 2026-03-02 结清")],
            ignored: vec!["备注2".into()],
        },
        error: String::new(),
        idempotency_key: "0192".into(),
    }
    .render()
    .unwrap()
}

fn form(id: &str, fields: Vec<Field>) -> Form {
    Form {
        id: id.into(),
        action: "/start".into(),
        fields,
        more: vec![],
        submit: "OK".into(),
        idempotency_key: "0192".into(),
        error: String::new(),
        cancel: String::new(),
    }
}

pub fn setup_page(lang: Lang) -> String {
    let fields = vec![
        Field::hidden("token", "beiku_0"),
        Field::new("username", "用户名", Control::Text).required(),
        Field::new("password", "密码", Control::NewPassword).required().with_error("太短"),
    ];
    start::SetupPage { p: nobody(lang), form: Some(form("setup", fields)) }.render().unwrap()
}

pub fn start_page(lang: Lang) -> String {
    let step = |code, done, now, import, make| start::StartStep { code, done, now, import, make };
    start::StartPage {
        p: staff(lang, Screen::Elsewhere),
        steps: vec![
            step("depots", true, false, "/imports?kind=depots", "/start/depot"),
            step("parts", false, true, "/imports?kind=parts", "/start/part"),
            step("mail", false, false, "", "/notices#test"),
        ],
    }
    .render()
    .unwrap()
}

pub fn make_page(lang: Lang) -> String {
    let fields = vec![Field::new("code", "编号", Control::Code).required()];
    start::MakePage { p: staff(lang, Screen::Elsewhere), what: "depot", f: form("make", fields) }
        .render()
        .unwrap()
}

pub fn public_request_page(lang: Lang, sent: bool) -> String {
    let fields = vec![Field::new("serial", "序列号", Control::Code).required().with_hint("见标签")];
    let form = (!sent).then(|| form("request", fields));
    public::PublicRequestPage { p: nobody(lang), form }.render().unwrap()
}

pub fn public_confirm_page(lang: Lang) -> String {
    let state = public::LinkState::Asks {
        serial: "MCU24-1".into(),
        fault: "<端口不通>".into(),
        token: "beiku_0".into(),
    };
    public::PublicConfirmPage { p: nobody(lang), state }.render().unwrap()
}
