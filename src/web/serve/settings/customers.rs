//! `/settings/customers`: customers with their contacts, sites and plan.

use super::record::{
    asked, code, cut, form, frame_of, language_choices, line, listing, may_change, next_page, of_item, open,
    same, search, settle, table, text,
};
use crate::app::customers::{self, ContactFields, Customer, CustomerFields, SiteFields};
use crate::app::plans::Plan;
use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Permission;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::serve::frame::name;
use crate::web::settings::{Link, ListPage, RecordPage, Row, Section, Table};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/customers";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/customer", web::get().to(new))
        .service(
            web::resource("/settings/customers/{code}")
                .route(web::get().to(show))
                .route(web::post().to(save)),
        )
        .route("/settings/customers/{code}/contacts", web::post().to(add_contact))
        .route("/settings/customers/{code}/sites", web::post().to(add_site))
        .route("/settings/customers/{code}/remove", web::post().to(remove));
}

fn address(code: &str) -> String {
    format!("{LIST}/{}", part(code))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let sent = asked(&req);
    let page = listing(&sent);
    let mut rows = http::read(&caller, move |conn, ctx| customers::list(conn, ctx, &page)).await?;
    let after = cut(&mut rows, |row| row.code.clone());
    let p = frame_of(&req, &caller);
    let heads = ["settings-name", "settings-code", "settings-city", "settings-plan"];
    let mut shown = table(&p, "settings-customers", &heads, "settings-customers-none");
    shown.rows = rows
        .iter()
        .map(|row| Row {
            href: address(&row.code),
            cells: vec![
                text(&row.name),
                code(&row.code),
                text(&row.city),
                code(row.plan.as_deref().unwrap_or("—")),
            ],
            remove: String::new(),
        })
        .collect();
    answer::page(&ListPage {
        title: p.t("settings-customers"),
        sub: p.t("settings-customers-text"),
        path: LIST,
        views: vec![],
        search: search(&p, &sent),
        new: may_change(&caller).then(|| ("/settings/new/customer", p.t("settings-customers-new"))),
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn fields(p: &Page, customer: Option<&Customer>, plans: &[Plan]) -> Vec<Field> {
    let of = |read: fn(&Customer) -> String| customer.map(read).unwrap_or_default();
    let mut choices = vec![Choice::new("", p.t("settings-plan-none"))];
    choices.extend(
        plans.iter().map(|plan| Choice::new(&plan.row.code, name(p, &plan.row.name, &plan.row.name_en))),
    );
    let language = customer.map_or("zh-CN", |customer| customer.row.language.as_str());
    vec![
        line(p, "name", "settings-name", of(|customer| customer.row.name.clone())).required(),
        line(p, "city", "settings-city", of(|customer| customer.row.city.clone())),
        Field::new("language", p.t("settings-language"), Control::Select(language_choices()))
            .with_value(language),
        Field::new("plan", p.t("settings-plan"), Control::Pick(choices))
            .with_value(of(|customer| customer.row.plan.clone().unwrap_or_default()))
            .with_hint(p.t("settings-plan-hint")),
    ]
}

async fn all_plans(caller: &Caller) -> Result<Vec<Plan>, Problem> {
    http::read(caller, crate::app::plans::list).await
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&blank(&req, &caller).await?)
}

async fn blank(req: &HttpRequest, caller: &Caller) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageSetup)?;
    let plans = all_plans(caller).await?;
    let p = frame_of(req, caller);
    let mut asked = vec![Field::new("code", p.t("settings-code"), Control::Code).required()];
    asked.extend(fields(&p, None, &plans));
    let form = Form { cancel: LIST.to_owned(), ..form(&p, "new", LIST.to_owned(), asked) };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-customers")),
        title: p.t("settings-customers-new"),
        sub: String::new(),
        marks: vec![],
        links: vec![],
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, true)],
        p,
    })
}

fn read(sent: &Sent) -> CustomerFields {
    CustomerFields {
        name: Some(value(sent, "name").to_owned()),
        city: Some(value(sent, "city").to_owned()),
        language: given(sent, "language"),
        plan: Some(given(sent, "plan")),
        contacts: None,
        sites: None,
    }
}

/// Does what a form about a customer asks; where the browser goes then.
async fn book<W>(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    anchor: &'static str,
    work: W,
) -> Result<String, Problem>
where
    W: Fn(&mut Conn, &Ctx) -> AppResult<Customer> + Send + 'static,
{
    let to = move |code: &String| format!("{}?saved=1{anchor}", address(code));
    act::act(caller, req, sent, to, move |tx, ctx| work(tx, ctx).map(|customer| customer.row.code)).await
}

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (code, said) = (value(&sent, "code").to_owned(), read(&sent));
    let done = book(&req, &caller, &sent, "", move |tx, ctx| customers::create(tx, ctx, &code, &said)).await;
    settle(&req, &caller, &sent, done, "new", same, blank(&req, &caller)).await
}

async fn show(req: HttpRequest, caller: Caller, code: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &code).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, code: &str) -> Result<RecordPage, Problem> {
    open(caller, Permission::ReadSetup)?;
    let wanted = code.to_owned();
    let customer = http::read(caller, move |conn, ctx| customers::get(conn, ctx, &wanted)).await?;
    let subject = format!("customer:{}", customer.row.code);
    audit::note_read(&caller.app, &caller.ctx, "customer.read", &subject, "contacts").await?;
    let plans = all_plans(caller).await?;
    let p = frame_of(req, caller);
    let (may, own) = (may_change(caller), address(&customer.row.code));
    let edit = form(&p, "edit", own.clone(), fields(&p, Some(&customer), &plans));
    let mut sections = vec![];
    if may {
        sections.extend(removal(&p, &asked(req), &customer, &own));
    }
    sections.extend([
        Section::new("data", p.t("settings-data")).form(&p, edit, may),
        Section::new("people", p.t("settings-contacts"))
            .note(p.t("settings-contacts-note"))
            .table(contacts(&p, &customer, may))
            .adding(contact_form(&p, &own), may),
        Section::new("places", p.t("settings-sites"))
            .table(sites(&p, &customer, may))
            .adding(site_form(&p, &own), may),
    ]);
    let contracts = Link {
        icon: "scale",
        href: format!("/settings/contracts?customer={}", part(&customer.row.code)),
        label: p.t("settings-contracts"),
    };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-customers")),
        title: customer.row.name.clone(),
        sub: customer.row.code.clone(),
        marks: vec![],
        links: vec![contracts],
        sections,
        p,
    })
}

fn contacts(p: &Page, customer: &Customer, may: bool) -> Table {
    let heads = ["settings-name", "settings-email", "settings-phone", "settings-language"];
    let mut shown = table(p, "settings-contacts", &heads, "settings-contacts-none");
    let own = address(&customer.row.code);
    let language =
        |code: &str| language_choices().into_iter().find(|one| one.value == code).map(|one| one.label);
    shown.rows = customer
        .contacts
        .iter()
        .map(|contact| Row {
            href: String::new(),
            cells: vec![
                text(&contact.name),
                text(&contact.email),
                text(&contact.phone),
                text(language(contact.language.as_str()).unwrap_or_default()),
            ],
            remove: if may { format!("{own}?contact={}", part(&contact.email)) } else { String::new() },
        })
        .collect();
    shown
}

fn sites(p: &Page, customer: &Customer, may: bool) -> Table {
    let mut shown = table(p, "settings-sites", &["settings-name", "settings-address"], "settings-sites-none");
    let own = address(&customer.row.code);
    shown.rows = customer
        .sites
        .iter()
        .map(|site| Row {
            href: String::new(),
            cells: vec![text(&site.name), text(&site.address)],
            remove: if may { format!("{own}?site={}", part(&site.name)) } else { String::new() },
        })
        .collect();
    shown
}

fn contact_form(p: &Page, own: &str) -> Form {
    let fields = vec![
        line(p, "name", "settings-name", "").required(),
        Field::new("email", p.t("settings-email"), Control::Email)
            .required()
            .with_hint(p.t("settings-contact-hint")),
        line(p, "phone", "settings-phone", ""),
        Field::new("language", p.t("settings-language"), Control::Select(language_choices()))
            .with_value("zh-CN"),
    ];
    Form { submit: p.t("settings-contact-add"), ..form(p, "contact", format!("{own}/contacts"), fields) }
}

fn site_form(p: &Page, own: &str) -> Form {
    let fields = vec![
        line(p, "name", "settings-name", "").required().with_hint(p.t("settings-site-hint")),
        line(p, "address", "settings-address", ""),
    ];
    Form { submit: p.t("settings-site-add"), ..form(p, "site", format!("{own}/sites"), fields) }
}

/// Asks before a contact or site goes.
fn removal(p: &Page, sent: &Sent, customer: &Customer, own: &str) -> Option<Section> {
    let (kind, key) = match (given(sent, "contact"), given(sent, "site")) {
        (Some(email), _) if customer.contacts.iter().any(|contact| contact.email == email) => {
            ("contact", email)
        }
        (None, Some(site)) if customer.sites.iter().any(|one| one.name == site) => ("site", site),
        _ => return None,
    };
    let fields = vec![Field::hidden("kind", kind), Field::hidden("key", &key)];
    let form = Form {
        submit: p.t("settings-remove"),
        cancel: own.to_owned(),
        ..form(p, "remove", format!("{own}/remove"), fields)
    };
    let title = p.t1("settings-remove-title", "what", key.as_str());
    Some(Section::new("removal", title).note(p.t("settings-remove-note")).form(p, form, true))
}

async fn save(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let (said, wanted) = (read(&sent), code.clone());
    let done =
        book(&req, &caller, &sent, "", move |tx, ctx| customers::update(tx, ctx, &wanted, &said)).await;
    settle(&req, &caller, &sent, done, "edit", same, record(&req, &caller, &code)).await
}

/// The standing contacts without the one of this address, as they are.
fn other_contacts(customer: &Customer, email: &str) -> Vec<ContactFields> {
    let others = customer.contacts.iter().filter(|contact| !contact.email.eq_ignore_ascii_case(email));
    let kept = others.map(|contact| ContactFields {
        name: contact.name.clone(),
        email: contact.email.clone(),
        phone: None,
        language: None,
    });
    kept.collect()
}

fn other_sites(customer: &Customer, name: &str) -> Vec<SiteFields> {
    let others = customer.sites.iter().filter(|site| site.name != name);
    others.map(|site| SiteFields { name: site.name.clone(), address: None }).collect()
}

async fn add_contact(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let new = ContactFields {
        name: value(&sent, "name").to_owned(),
        email: value(&sent, "email").to_owned(),
        phone: Some(value(&sent, "phone").to_owned()),
        language: given(&sent, "language"),
    };
    let wanted = code.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let customer = customers::get(tx, ctx, &wanted)?;
        let mut all = vec![new.clone()];
        all.extend(other_contacts(&customer, &new.email));
        customers::update(
            tx,
            ctx,
            &wanted,
            &CustomerFields { contacts: Some(all), ..CustomerFields::default() },
        )
    };
    let done = book(&req, &caller, &sent, "#people", work).await;
    settle(&req, &caller, &sent, done, "contact", of_item, record(&req, &caller, &code)).await
}

async fn add_site(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let new = SiteFields {
        name: value(&sent, "name").to_owned(),
        address: Some(value(&sent, "address").to_owned()),
    };
    let wanted = code.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let customer = customers::get(tx, ctx, &wanted)?;
        let mut all = vec![new.clone()];
        all.extend(other_sites(&customer, &new.name));
        customers::update(tx, ctx, &wanted, &CustomerFields { sites: Some(all), ..CustomerFields::default() })
    };
    let done = book(&req, &caller, &sent, "#places", work).await;
    settle(&req, &caller, &sent, done, "site", of_item, record(&req, &caller, &code)).await
}

async fn remove(req: HttpRequest, code: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (code, SignedForm { caller, form: sent }) = (code.into_inner(), form);
    let (kind, key) = (value(&sent, "kind").to_owned(), value(&sent, "key").to_owned());
    let wanted = code.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let customer = customers::get(tx, ctx, &wanted)?;
        let mut fields = CustomerFields::default();
        match kind.as_str() {
            "contact" => fields.contacts = Some(other_contacts(&customer, &key)),
            "site" => fields.sites = Some(other_sites(&customer, &key)),
            _ => {}
        }
        customers::update(tx, ctx, &wanted, &fields)
    };
    let done = book(&req, &caller, &sent, "", work).await;
    // A site named in a contract stays; the refusal is told above the form that adds one.
    let id = if value(&sent, "kind") == "site" { "site" } else { "contact" };
    settle(&req, &caller, &Vec::new(), done, id, of_item, record(&req, &caller, &code)).await
}
