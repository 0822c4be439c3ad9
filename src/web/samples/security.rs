//! A gate, and sign-in security.

use super::*;

pub fn gate_page(lang: Lang) -> String {
    let p = nobody(lang);
    gate::GatePage {
        title: p.t("security-reset-title"),
        text: String::new(),
        error: p.t("security-reset-differ"),
        action: "/reset",
        hidden: vec![("code", "beiku_0f1e".into())],
        fields: vec![gate::GateField {
            name: "new",
            label: p.t("security-reset-new"),
            kind: "password",
            autocomplete: "new-password",
            hint: p.t1("security-reset-hint", "min", 10_i64),
            error: String::new(),
            value: String::new(),
        }],
        submit: p.t("security-reset-submit"),
        link: "/login",
        link_text: p.t("security-to-login"),
        p,
    }
    .render()
    .unwrap()
}

pub fn security_page(lang: Lang, enrolling: bool) -> String {
    let p = staff(lang, Screen::Elsewhere);
    let factor = if enrolling {
        super::super::security::Factor::Enrolling {
            qr: super::super::kit::Html::raw("<svg viewBox=\"0 0 1 1\"></svg>".into()),
            secret: "JBSWY3DPEHPK3PXP".into(),
            uri: "otpauth://totp/Beiku:li?secret=JBSWY3DPEHPK3PXP".into(),
        }
    } else {
        super::super::security::Factor::On(9)
    };
    super::super::security::SecurityPage {
        p,
        sessions: vec![super::super::security::SessionLine {
            id: 1,
            device: "Mozilla/5.0 (X11; Linux x86_64)".into(),
            created_at: at(2026, 11, 20, 9, 0),
            used_at: at(2026, 11, 20, 17, 0),
            current: false,
        }],
        factor,
        has_password: true,
        error: String::new(),
    }
    .render()
    .unwrap()
}
