//! `/settings/vendors`: who repairs for us.

use super::record::{
    asked, code, cut, form, frame_of, line, listing, may_change, next_page, open, same, search, settle,
    table, text,
};
use crate::app::vendors::{self, Vendor, VendorFields};
use crate::domain::actor::Permission;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::serve::act::{self, Sent, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::settings::{ListPage, RecordPage, Row, Section};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/vendors";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/vendor", web::get().to(new))
        .service(
            web::resource("/settings/vendors/{code}").route(web::get().to(show)).route(web::post().to(save)),
        );
}

fn address(code: &str) -> String {
    format!("{LIST}/{}", part(code))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let sent = asked(&req);
    let page = listing(&sent);
    let mut rows = http::read(&caller, move |conn, ctx| vendors::list(conn, ctx, &page)).await?;
    let after = cut(&mut rows, |row| row.code.clone());
    let p = frame_of(&req, &caller);
    let mut shown = table(
        &p,
        "settings-vendors",
        &["settings-name", "settings-code", "settings-email"],
        "settings-vendors-none",
    );
    shown.rows = rows
        .iter()
        .map(|row| Row {
            href: address(&row.code),
            cells: vec![text(&row.name), code(&row.code), text(&row.email)],
            remove: String::new(),
        })
        .collect();
    answer::page(&ListPage {
        title: p.t("settings-vendors"),
        sub: p.t("settings-vendors-text"),
        path: LIST,
        views: vec![],
        search: search(&p, &sent),
        new: may_change(&caller).then(|| ("/settings/new/vendor", p.t("settings-vendors-new"))),
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn fields(p: &Page, row: &Vendor) -> Vec<Field> {
    vec![
        line(p, "name", "settings-name", &row.name).required(),
        Field::new("email", p.t("settings-email"), Control::Email)
            .with_value(&row.email)
            .with_hint(p.t("settings-vendors-email-hint")),
    ]
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&blank(&req, &caller)?)
}

fn blank(req: &HttpRequest, caller: &Caller) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageSetup)?;
    let p = frame_of(req, caller);
    let row = Vendor { id: 0, code: String::new(), name: String::new(), email: String::new(), version: 1 };
    let mut asked = vec![Field::new("code", p.t("settings-code"), Control::Code).required()];
    asked.extend(fields(&p, &row));
    let form = Form { cancel: LIST.to_owned(), ..form(&p, "new", LIST.to_owned(), asked) };
    let title = p.t("settings-vendors-new");
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-vendors")),
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, true)],
        title,
        sub: String::new(),
        marks: vec![],
        links: vec![],
        p,
    })
}

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (code, said) = (value(&sent, "code").to_owned(), read(&sent));
    let work = move |tx: &mut _, ctx: &_| vendors::create(tx, ctx, &code, &said).map(|row| row.code);
    let done =
        act::act(&caller, &req, &sent, |code: &String| format!("{}?saved=1", address(code)), work).await;
    settle(&req, &caller, &sent, done, "new", same, async { blank(&req, &caller) }).await
}

fn read(sent: &Sent) -> VendorFields {
    VendorFields { name: Some(value(sent, "name").to_owned()), email: Some(value(sent, "email").to_owned()) }
}

async fn show(req: HttpRequest, caller: Caller, code: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &code).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, code: &str) -> Result<RecordPage, Problem> {
    let wanted = code.to_owned();
    let row = http::read(caller, move |conn, ctx| vendors::get(conn, ctx, &wanted)).await?;
    let p = frame_of(req, caller);
    let form = form(&p, "edit", address(&row.code), fields(&p, &row));
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-vendors")),
        title: row.name.clone(),
        sub: row.code.clone(),
        marks: vec![],
        links: vec![],
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, may_change(caller))],
        p,
    })
}

async fn save(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let (said, wanted) = (read(&sent), code.clone());
    let work = move |tx: &mut _, ctx: &_| vendors::update(tx, ctx, &wanted, &said).map(|row| row.code);
    let done =
        act::act(&caller, &req, &sent, |code: &String| format!("{}?saved=1", address(code)), work).await;
    settle(&req, &caller, &sent, done, "edit", same, record(&req, &caller, &code)).await
}
