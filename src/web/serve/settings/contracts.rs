//! `/settings/contracts`: which plan a customer has, for which time and which sites.

use super::record::{
    asked, code, codes_by_line, cut, form, frame_of, listing, may_change, next_page, of_item, open, search,
    settle, table, text, words,
};
use crate::app::contracts::{self, Contract, ContractFields};
use crate::app::customers::{self, Customer};
use crate::app::plans::Plan;
use crate::domain::actor::Permission;
use crate::domain::fields::plain_date;
use crate::domain::plan::RateVariant;
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::kit::{Tone, badge};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::serve::frame::name;
use crate::web::serve::rmas::everything;
use crate::web::settings::{Link, ListPage, RecordPage, Row, Search, Section};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::NaiveDate;

const LIST: &str = "/settings/contracts";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/contract", web::get().to(new))
        .service(
            web::resource("/settings/contracts/{number}")
                .route(web::get().to(show))
                .route(web::post().to(save)),
        );
}

fn address(number: &str) -> String {
    format!("{LIST}/{}", part(number))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let sent = asked(&req);
    let (page, customer) = (listing(&sent), value(&sent, "customer").to_owned());
    let mut rows = http::read(&caller, move |conn, ctx| contracts::list(conn, ctx, &page, &customer)).await?;
    let after = cut(&mut rows, |contract| contract.row.number.clone());
    let p = frame_of(&req, &caller);
    let heads =
        ["settings-number", "settings-customer", "settings-plan", "settings-period", "settings-state"];
    let mut shown = table(&p, "settings-contracts", &heads, "settings-contracts-none");
    shown.rows = rows.iter().map(|contract| row(&p, contract)).collect();
    let mut fields = search(&p, &sent);
    let customer = value(&sent, "customer").to_owned();
    fields.push(Search { name: "customer", label: p.t("settings-customer-code"), value: customer });
    answer::page(&ListPage {
        title: p.t("settings-contracts"),
        sub: p.t("settings-contracts-text"),
        path: LIST,
        views: vec![],
        search: fields,
        new: may_change(&caller).then(|| ("/settings/new/contract", p.t("settings-contracts-new"))),
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn row(p: &Page, contract: &Contract) -> Row {
    let of = &contract.row;
    let until = of.valid_to.map_or(p.t("settings-open-end"), |day| p.date(&day));
    let (tone, icon, word) = if of.valid_to.is_some_and(|day| day < p.today()) {
        (Tone::Out, "ban", "settings-past")
    } else if of.valid_from > p.today() {
        (Tone::Out, "clock", "settings-later")
    } else {
        (Tone::Act, "check", "settings-in-force")
    };
    Row {
        href: address(&of.number),
        cells: vec![
            code(&of.number),
            code(&of.customer),
            code(&of.plan),
            text(format!("{} – {until}", p.date(&of.valid_from))),
            crate::web::settings::Cell { html: badge(tone, icon, &p.t(word)), ..Default::default() },
        ],
        remove: String::new(),
    }
}

async fn all_plans(caller: &Caller) -> Result<Vec<Plan>, Problem> {
    http::read(caller, crate::app::plans::list).await
}

fn fields(p: &Page, contract: Option<&Contract>, plans: &[Plan], customer: Option<&Customer>) -> Vec<Field> {
    let plan = |plan: &Plan| Choice::new(&plan.row.code, name(p, &plan.row.name, &plan.row.name_en));
    let of = |read: fn(&Contract) -> String| contract.map(read).unwrap_or_default();
    let day = |day: NaiveDate| day.format("%Y-%m-%d").to_string();
    let mut variants = vec![];
    if contract.is_none() {
        variants.push(Choice::new("", p.t("settings-variant-of-plan")));
    }
    variants.extend(words(p, "variant", RateVariant::ALL.iter().map(|one| one.as_str())));
    let mut fields = vec![
        Field::new("plan", p.t("settings-plan"), Control::Select(plans.iter().map(plan).collect()))
            .with_value(of(|contract| contract.row.plan.clone()))
            .required(),
        Field::new("valid_from", p.t("settings-first-day-of"), Control::Date)
            .with_value(contract.map(|contract| day(contract.row.valid_from)).unwrap_or_default())
            .required(),
        Field::new("valid_to", p.t("settings-last-day"), Control::Date)
            .with_value(contract.and_then(|contract| contract.row.valid_to).map(day).unwrap_or_default())
            .with_hint(p.t("settings-last-day-hint")),
        Field::new("variant", p.t("settings-variant"), Control::Pick(variants))
            .with_value(of(|contract| contract.row.variant.to_string())),
    ];
    if let Some(customer) = customer.filter(|customer| !customer.sites.is_empty()) {
        let sites = customer.sites.iter().map(|site| Choice::new(&site.name, &site.name)).collect();
        fields.push(
            Field::new("sites", p.t("settings-sites-only"), Control::Many(sites))
                .with_value(of(|contract| contract.sites.join("\n")))
                .with_hint(p.t("settings-sites-only-hint")),
        );
    }
    fields
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&blank(&req, &caller).await?)
}

async fn blank(req: &HttpRequest, caller: &Caller) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageSetup)?;
    let (plans, customers) = http::read(caller, |conn, ctx| {
        Ok((crate::app::plans::list(conn, ctx)?, customers::list(conn, ctx, &everything())?))
    })
    .await?;
    let offered = customers.iter().map(|one| Choice::new(&one.code, &one.name)).collect();
    let p = frame_of(req, caller);
    let customer = value(&asked(req), "customer").to_owned();
    let mut asked = vec![
        Field::new("number", p.t("settings-number"), Control::Text).required(),
        Field::new("customer", p.t("settings-customer-code"), Control::Code)
            .with_value(customer)
            .offering(offered)
            .required(),
    ];
    asked.extend(fields(&p, None, &plans, None));
    asked.push(
        Field::new("sites", p.t("settings-sites-only"), Control::Area)
            .with_hint(p.t("settings-sites-lines-hint")),
    );
    let form = Form { cancel: LIST.to_owned(), ..form(&p, "new", LIST.to_owned(), asked) };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-contracts")),
        title: p.t("settings-contracts-new"),
        sub: String::new(),
        marks: vec![],
        links: vec![],
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, true)],
        p,
    })
}

/// A day, when one was given. Notes what is none.
fn day(errors: &mut Vec<FieldError>, sent: &Sent, field: &str) -> Option<NaiveDate> {
    let day = plain_date(&given(sent, field)?);
    if day.is_none() {
        errors.push(FieldError::new(field, "bad_date"));
    }
    day
}

fn read(sent: &Sent, sites: Vec<String>) -> Result<ContractFields, Problem> {
    let mut errors = vec![];
    let (valid_from, valid_to) = (day(&mut errors, sent, "valid_from"), day(&mut errors, sent, "valid_to"));
    if valid_from.is_none() && errors.is_empty() {
        errors.push(FieldError::new("valid_from", "required"));
    }
    if given(sent, "plan").is_none() {
        errors.push(FieldError::new("plan", "required"));
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors).into());
    }
    Ok(ContractFields {
        customer: given(sent, "customer"),
        plan: given(sent, "plan"),
        valid_from,
        valid_to: Some(valid_to),
        variant: given(sent, "variant"),
        sites: Some(sites),
    })
}

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    open(&caller, Permission::ManageSetup)?;
    let number = value(&sent, "number").to_owned();
    let done = match read(&sent, codes_by_line(value(&sent, "sites"))) {
        Err(problem) => Err(problem),
        Ok(said) => {
            let work = move |tx: &mut _, ctx: &_| {
                contracts::create(tx, ctx, &number, &said).map(|contract| contract.row.number)
            };
            act::act(&caller, &req, &sent, |number: &String| format!("{}?saved=1", address(number)), work)
                .await
        }
    };
    settle(&req, &caller, &sent, done, "new", of_item, blank(&req, &caller)).await
}

async fn show(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &number).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, number: &str) -> Result<RecordPage, Problem> {
    open(caller, Permission::ReadSetup)?;
    let wanted = number.to_owned();
    let (contract, customer) = http::read(caller, move |conn, ctx| {
        let contract = contracts::get(conn, ctx, &wanted)?;
        let customer = crate::app::customers::get(conn, ctx, &contract.row.customer)?;
        Ok((contract, customer))
    })
    .await?;
    let plans = all_plans(caller).await?;
    let p = frame_of(req, caller);
    let own = address(&contract.row.number);
    let edit = form(&p, "edit", own, fields(&p, Some(&contract), &plans, Some(&customer)));
    let owner = Link {
        icon: "building",
        href: format!("/settings/customers/{}", part(&customer.row.code)),
        label: customer.row.name.clone(),
    };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-contracts")),
        title: contract.row.number.clone(),
        sub: format!("{} {}", customer.row.code, customer.row.name),
        marks: vec![],
        links: vec![owner],
        sections: vec![Section::new("data", p.t("settings-data")).note(p.t("settings-contract-note")).form(
            &p,
            edit,
            may_change(caller),
        )],
        p,
    })
}

async fn save(req: HttpRequest, number: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (number, SignedForm { caller, form: sent }) = (number.into_inner(), form);
    open(&caller, Permission::ManageSetup)?;
    let done = match read(&sent, super::record::all_of(&sent, "sites")) {
        Err(problem) => Err(problem),
        Ok(said) => {
            let wanted = number.clone();
            let said = ContractFields { customer: None, ..said };
            let work = move |tx: &mut _, ctx: &_| {
                contracts::update(tx, ctx, &wanted, &said).map(|contract| contract.row.number)
            };
            act::act(&caller, &req, &sent, |number: &String| format!("{}?saved=1", address(number)), work)
                .await
        }
    };
    settle(&req, &caller, &sent, done, "edit", of_item, record(&req, &caller, &number)).await
}
