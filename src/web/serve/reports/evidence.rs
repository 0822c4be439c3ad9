//! `/report/evidence`: packs that were issued, and issuing another.

use super::{report, sent};
use crate::app::customers::{self, CustomerRow};
use crate::app::depots::{self, Depot};
use crate::app::evidence::{self, EvidenceQuery, PackRow};
use crate::app::parts::{self, Part, PartFilter};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::rate::Month;
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::format::how_many;
use crate::web::kit::{Html, escape};
use crate::web::page::Screen;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, go, is_htmx};
use crate::web::serve::frame::{self, name};
use crate::web::serve::rmas::everything;
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Cell, Row, Section};
use actix_web::HttpRequest;

/// Packs on the page; the API has them all.
const PACKS: i64 = 200;
const FORM: &str = "issue";

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&screen(&req, &caller).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller) -> Result<ReportsPage, Problem> {
    let sent = sent(req);
    let packs = http::read(caller, |conn, ctx| evidence::list(conn, ctx, i64::MAX, PACKS)).await?;
    let issuers: Vec<Option<String>> = packs.iter().map(|pack| Some(pack.issued_by.clone())).collect();
    let p = frame::naming(frame::page(req, Some(caller), Screen::Report), caller, &issuers).await?;
    let heads = [
        "evidence-col-number",
        "evidence-col-period",
        "evidence-col-of",
        "evidence-col-lines",
        "evidence-col-restated",
        "evidence-col-issued",
        "evidence-col-file",
    ];
    let mut shown = table(&p, "evidence-packs", &heads, "evidence-none");
    shown.rows = packs.iter().map(|pack| row(&p, pack)).collect();
    let mut sections =
        vec![Section::new("packs", p.t("evidence-packs")).note(p.t("evidence-packs-note")).table(shown)];
    if caller.may(Permission::DecideRma).is_ok() {
        let offered = http::read(caller, offered).await?;
        let form = form(&p, &sent, offered);
        sections.push(Section {
            form: Some(form),
            ..Section::new("new", p.t("evidence-new")).note(p.t("evidence-new-note"))
        });
    }
    Ok(ReportsPage {
        sections,
        ..report(caller, "evidence", p.n("evidence-count", &how_many(packs.len())), p)
    })
}

/// What a pack may be limited to.
struct Offered {
    customers: Vec<CustomerRow>,
    depots: Vec<Depot>,
    parts: Vec<Part>,
}

fn offered(conn: &mut Conn, ctx: &Ctx) -> AppResult<Offered> {
    Ok(Offered {
        customers: customers::list(conn, ctx, &everything())?,
        depots: depots::list(conn, ctx, &everything())?,
        parts: parts::list(conn, ctx, &everything(), &PartFilter::default())?,
    })
}

/// The period and limits asked for, this month where nothing is said.
fn form(p: &Page, sent: &Sent, offered: Offered) -> Form {
    let month = Month::of(p.today());
    let day =
        |name: &str, default: chrono::NaiveDate| given(sent, name).unwrap_or_else(|| default.to_string());
    let of = |name: &str| value(sent, name).to_owned();
    let customers = offered.customers.iter().map(|row| Choice::new(&row.code, &row.name)).collect();
    let depots = offered.depots.iter().map(|one| Choice::new(&one.row.code, &one.row.name));
    let depots = std::iter::once(Choice::new("", p.t("evidence-all-depots"))).chain(depots).collect();
    let parts = offered
        .parts
        .iter()
        .map(|one| Choice::new(&one.row.part_no, name(p, &one.row.name, &one.row.name_en)));
    let code = |name: &str, key: &str, offered: Vec<Choice>| Field {
        offered,
        ..Field::new(name, p.t(key), Control::Code).with_value(of(name))
    };
    Form {
        id: FORM.to_owned(),
        action: "/report/evidence".to_owned(),
        fields: vec![
            Field::new("from", p.t("evidence-from"), Control::Date)
                .with_value(day("from", month.first_day()))
                .required(),
            Field::new("to", p.t("evidence-to"), Control::Date)
                .with_value(day("to", month.last_day()))
                .required(),
            code("customer", "evidence-customer", customers).with_hint(p.t("evidence-customer-hint")),
            Field::new("depot", p.t("evidence-depot"), Control::Select(depots)).with_value(of("depot")),
            code("part_no", "evidence-part", parts.collect()),
            Field::new("sure", p.t("evidence-sure"), Control::Check).required(),
        ],
        more: vec![],
        submit: p.t("evidence-issue"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn row(p: &Page, pack: &PackRow) -> Row {
    let limits = [&pack.customer, &pack.depot, &pack.part_no];
    let limits: Vec<String> = limits.into_iter().flatten().cloned().collect();
    let of = if limits.is_empty() { p.t("report-all") } else { limits.join(" · ") };
    let file = format!("/api/v1/evidence/{}", answer::part(&pack.number));
    let links = format!(
        r#"<a href="{file}">{}</a> · <a href="{file}/report.pdf">PDF</a>"#,
        escape(&p.t("evidence-zip"))
    );
    Row {
        href: String::new(),
        cells: vec![
            two(&pack.number, pack.head.get(..16).unwrap_or(&pack.head)),
            text(format!("{} – {}", p.date(&pack.from_on), p.date(&pack.to_on))),
            text(of),
            number(p, pack.lines),
            number(p, pack.restated),
            two(p.at(&pack.issued_at), p.person(Some(&pack.issued_by))),
            Cell { html: Html::raw(links), ..Cell::default() },
        ],
        remove: String::new(),
    }
}

/// Issues a pack; the page then has it on top.
pub async fn issue(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let asked = EvidenceQuery {
        from: given(&sent, "from"),
        to: given(&sent, "to"),
        as_of: None,
        depot: given(&sent, "depot"),
        customer: given(&sent, "customer"),
        part_no: given(&sent, "part_no"),
    };
    let words = http::words::of_reader(caller.lang);
    // A pack stands for ever: one press by mistake makes none.
    let sure = given(&sent, "sure").is_some();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        if !sure {
            return Err(Refusal::field("sure", "required").into());
        }
        evidence::issue(tx, ctx, &asked, &words).map(|_| ())
    };
    let done = act::act(&caller, &req, &sent, |()| "/report/evidence".to_owned(), work).await;
    let problem = match done {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Report);
    let (said, problem) = act::complaint(&p, problem)?;
    let mut screen = screen(&req, &caller).await?;
    let refused = screen.sections.iter_mut().find_map(|section| section.form.as_mut());
    let Some(form) = refused else { return Err(problem) };
    act::refuse(form, &sent, &said);
    if is_htmx(&req) {
        let form = form.clone();
        return act::fragment(p, form, &problem);
    }
    answer::html(problem.status(), &screen)
}
