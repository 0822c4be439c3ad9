//! `/settings/depots`: depots and their bins.

use super::record::{
    asked, code, codes, cut, form, frame_of, line, listing, may_change, next_page, number, of_item, open,
    same, search, settle, table, text, tick, ticked, two, words, yes,
};
use crate::app::depots::{self, Depot, DepotFields};
use crate::domain::actor::Permission;
use crate::domain::setup::DepotClass;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::format::how_many;
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::settings::{Link, ListPage, RecordPage, Row, Section, Table};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/depots";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/depot", web::get().to(new))
        .service(
            web::resource("/settings/depots/{code}").route(web::get().to(show)).route(web::post().to(save)),
        )
        .route("/settings/depots/{code}/bins", web::post().to(add_bins));
}

fn address(code: &str) -> String {
    format!("{LIST}/{}", part(code))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let sent = asked(&req);
    let page = listing(&sent);
    let mut rows = http::read(&caller, move |conn, ctx| depots::list(conn, ctx, &page)).await?;
    let after = cut(&mut rows, |depot| depot.row.code.clone());
    let p = frame_of(&req, &caller);
    let heads = [
        "settings-name",
        "settings-code",
        "settings-city",
        "settings-class",
        "settings-has-bench",
        "settings-bins",
    ];
    let mut shown = table(&p, "settings-depots", &heads, "settings-depots-none");
    shown.rows = rows.iter().map(|depot| row(&p, depot)).collect();
    answer::page(&ListPage {
        title: p.t("settings-depots"),
        sub: p.t("settings-depots-text"),
        path: LIST,
        views: vec![],
        search: search(&p, &sent),
        new: may_change(&caller).then(|| ("/settings/new/depot", p.t("settings-depots-new"))),
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn row(p: &Page, depot: &Depot) -> Row {
    let on_site = depot.row.customer.as_ref().map(|code| p.t1("settings-on-site", "customer", code.as_str()));
    Row {
        href: address(&depot.row.code),
        cells: vec![
            two(&depot.row.name, on_site.unwrap_or_default()),
            code(&depot.row.code),
            text(&depot.row.city),
            text(p.word("depot-class", depot.row.class.as_str())),
            yes(p, depot.row.has_bench),
            number(p, how_many(depot.bins.len())),
        ],
        remove: String::new(),
    }
}

fn fields(p: &Page, depot: Option<&Depot>) -> Vec<Field> {
    let of = |read: fn(&Depot) -> String| depot.map(read).unwrap_or_default();
    let class = depot.map_or(DepotClass::Common, |depot| depot.row.class);
    vec![
        line(p, "name", "settings-name", of(|depot| depot.row.name.clone())).required(),
        line(p, "city", "settings-city", of(|depot| depot.row.city.clone())),
        line(p, "address", "settings-address", of(|depot| depot.row.address.clone())),
        Field::new("customer", p.t("settings-on-site-of"), Control::Code)
            .with_value(of(|depot| depot.row.customer.clone().unwrap_or_default()))
            .with_hint(p.t("settings-on-site-hint")),
        Field::new(
            "class",
            p.t("settings-class"),
            Control::Pick(words(p, "depot-class", DepotClass::ALL.iter().map(|c| c.as_str()))),
        )
        .with_value(class.as_str()),
        tick(p, "has_bench", "settings-has-bench", depot.is_none_or(|depot| depot.row.has_bench)),
    ]
}

fn bins_field(p: &Page) -> Field {
    Field::new("bins", p.t("settings-bins-add"), Control::Area).with_hint(p.t("settings-bins-hint"))
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&blank(&req, &caller)?)
}

fn blank(req: &HttpRequest, caller: &Caller) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageSetup)?;
    let p = frame_of(req, caller);
    let mut asked = vec![
        Field::new("code", p.t("settings-code"), Control::Code)
            .required()
            .with_hint(p.t("settings-depots-code-hint")),
    ];
    asked.extend(fields(&p, None));
    asked.push(bins_field(&p));
    let form = Form { cancel: LIST.to_owned(), ..form(&p, "new", LIST.to_owned(), asked) };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-depots")),
        title: p.t("settings-depots-new"),
        sub: String::new(),
        marks: vec![],
        links: vec![],
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, true)],
        p,
    })
}

fn read(sent: &Sent) -> DepotFields {
    DepotFields {
        name: Some(value(sent, "name").to_owned()),
        city: Some(value(sent, "city").to_owned()),
        class: given(sent, "class"),
        address: Some(value(sent, "address").to_owned()),
        has_bench: Some(ticked(sent, "has_bench")),
        customer: Some(given(sent, "customer")),
        bins: codes(value(sent, "bins")),
    }
}

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (code, said) = (value(&sent, "code").to_owned(), read(&sent));
    let work = move |tx: &mut _, ctx: &_| depots::create(tx, ctx, &code, &said).map(|depot| depot.row.code);
    let done =
        act::act(&caller, &req, &sent, |code: &String| format!("{}?saved=1", address(code)), work).await;
    settle(&req, &caller, &sent, done, "new", of_item, async { blank(&req, &caller) }).await
}

async fn show(req: HttpRequest, caller: Caller, code: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &code).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, code: &str) -> Result<RecordPage, Problem> {
    let wanted = code.to_owned();
    let depot = http::read(caller, move |conn, ctx| depots::get(conn, ctx, &wanted)).await?;
    let p = frame_of(req, caller);
    let (may, own) = (may_change(caller), address(&depot.row.code));
    let edit = form(&p, "edit", own.clone(), fields(&p, Some(&depot)));
    let add = Form {
        submit: p.t("settings-bins-add"),
        ..form(&p, "bins", format!("{own}/bins"), vec![bins_field(&p).required()])
    };
    let mut links = vec![];
    if !depot.bins.is_empty() {
        links.push(Link {
            icon: "printer",
            href: format!("/print/depot/{}/bins", part(&depot.row.code)),
            label: p.t("print-bins"),
        });
    }
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-depots")),
        title: depot.row.name.clone(),
        sub: depot.row.code.clone(),
        marks: vec![],
        links,
        sections: vec![
            Section::new("data", p.t("settings-data")).form(&p, edit, may),
            Section::new("binlist", p.t("settings-bins"))
                .note(p.t("settings-bins-stay"))
                .table(bins(&p, &depot))
                .adding(add, may),
        ],
        p,
    })
}

fn bins(p: &Page, depot: &Depot) -> Table {
    let mut shown = table(p, "settings-bins", &["settings-bin", "settings-scan-code"], "settings-bins-none");
    let here = &depot.row.code;
    shown.rows = depot
        .bins
        .iter()
        .map(|bin| Row {
            href: format!("/scan?code={}", part(&format!("{here}/{bin}"))),
            cells: vec![code(bin), code(format!("{here}/{bin}"))],
            remove: String::new(),
        })
        .collect();
    shown
}

async fn save(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let (said, wanted) = (read(&sent), code.clone());
    let work = move |tx: &mut _, ctx: &_| depots::update(tx, ctx, &wanted, &said).map(|depot| depot.row.code);
    let done =
        act::act(&caller, &req, &sent, |code: &String| format!("{}?saved=1", address(code)), work).await;
    settle(&req, &caller, &sent, done, "edit", same, record(&req, &caller, &code)).await
}

async fn add_bins(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let said = DepotFields { bins: codes(value(&sent, "bins")), ..DepotFields::default() };
    let wanted = code.clone();
    let work = move |tx: &mut _, ctx: &_| depots::update(tx, ctx, &wanted, &said).map(|depot| depot.row.code);
    let to = |code: &String| format!("{}?saved=1#binlist", address(code));
    let done = act::act(&caller, &req, &sent, to, work).await;
    settle(&req, &caller, &sent, done, "bins", of_item, record(&req, &caller, &code)).await
}
