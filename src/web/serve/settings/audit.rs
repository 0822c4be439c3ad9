//! `/settings/audit`: who did what to which thing.

use super::record::{asked, code, cut, frame_of, next_page, open, table, text, two};
use crate::app::audit::{self, AuditFilter, AuditRow};
use crate::domain::actor::Permission;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::serve::act::{Sent, given, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::serve::frame;
use crate::web::serve::rows;
use crate::web::settings::{ListPage, Row, Search};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/audit";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route(LIST, web::get().to(list));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadAudit)?;
    let sent = asked(&req);
    let filter = AuditFilter {
        subject: given(&sent, "subject"),
        actor: given(&sent, "actor"),
        action: given(&sent, "action"),
    };
    let before = value(&sent, "after").parse().unwrap_or(i64::MAX);
    let read = move |conn: &mut _, ctx: &_| audit::list(conn, ctx, &filter, before, rows::READ);
    let mut rows = http::read(&caller, read).await?;
    let after = cut(&mut rows, |row| row.id.to_string());
    let who: Vec<Option<String>> = rows.iter().map(|row| Some(row.actor.clone())).collect();
    let p = frame::naming(frame_of(&req, &caller), &caller, &who).await?;
    let heads = ["settings-when", "settings-who", "settings-action", "settings-subject", "settings-detail"];
    let mut shown = table(&p, "settings-audit", &heads, "settings-audit-none");
    shown.rows = rows.iter().map(|entry| row(&p, entry)).collect();
    answer::page(&ListPage {
        title: p.t("settings-audit"),
        sub: p.t("settings-audit-text"),
        path: LIST,
        views: vec![],
        search: fields(&p, &sent),
        new: None,
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn fields(p: &Page, sent: &Sent) -> Vec<Search> {
    let field = |name: &'static str, label: &str| Search {
        name,
        label: p.t(label),
        value: value(sent, name).to_owned(),
    };
    vec![
        field("actor", "settings-who"),
        field("action", "settings-audit-action"),
        field("subject", "settings-audit-subject"),
    ]
}

/// The name, and the sign-in name to search for where it differs.
fn who(p: &Page, actor: &str) -> crate::web::settings::Cell {
    let name = p.person(Some(actor));
    if name == actor { text(name) } else { two(name, actor) }
}

fn row(p: &Page, row: &AuditRow) -> Row {
    let mut subject = code(&row.subject);
    subject.class = "mono small";
    Row {
        href: format!("{LIST}?subject={}", part(&row.subject)),
        cells: vec![
            crate::web::settings::Cell { class: "nowrap", ..text(p.at(&row.at)) },
            who(p, &row.actor),
            code(&row.action),
            subject,
            crate::web::settings::Cell { class: "small t2", ..text(&row.detail) },
        ],
        remove: String::new(),
    }
}
