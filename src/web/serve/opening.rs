//! `/stock/opening`: what stood in a depot before Beiku did, by hand, one after the other.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::rmas::everything;
use super::settings::record::{asked, words};
use super::{flash, frame};
use crate::app::stock::{self, Opening};
use crate::app::{AppResult, Conn, Ctx, depots};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Condition;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::transfers::WorkNewPage;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/stock/opening").route(web::get().to(show)).route(web::post().to(book)));
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ImportData)?;
    let mut screen = screen(&req, &caller).await?;
    screen.f.refill(&asked(&req), &[]);
    answer::page(&screen)
}

async fn screen(req: &HttpRequest, caller: &Caller) -> Result<WorkNewPage, Problem> {
    let all = http::read(caller, |conn, ctx| depots::list(conn, ctx, &everything())).await?;
    let all: Vec<Choice> = all
        .into_iter()
        .map(|depot| Choice::new(&depot.row.code, format!("{} {}", depot.row.code, depot.row.name)))
        .collect();
    let p = frame::page(req, Some(caller), Screen::Stock);
    let only = all.first().filter(|_| all.len() == 1).map(|only| only.value.clone()).unwrap_or_default();
    let conditions = [Condition::Good, Condition::Faulty, Condition::Quarantined].map(Condition::as_str);
    let fields = vec![
        Field::new("part_no", p.t("field-part-no"), Control::Code).required(),
        Field::new("serial", p.t("field-serial"), Control::Code).with_hint(p.t("opening-serial-hint")),
        Field::new("quantity", p.t("field-quantity"), Control::Number)
            .with_hint(p.t("opening-quantity-hint")),
        Field::new("depot", p.t("field-depot"), Control::Select(all)).required().with_value(only),
        Field::new("bin", p.t("opening-bin"), Control::Code).with_hint(p.t("opening-bin-hint")),
        Field::new("condition", p.t("facet-condition"), Control::Pick(words(&p, "condition", conditions)))
            .required()
            .with_value(Condition::Good.as_str()),
        Field::new("note", p.t("field-note"), Control::Text),
    ];
    Ok(WorkNewPage {
        crumb: ("/stock".to_owned(), p.t("nav-stock")),
        title: p.t("opening-title"),
        sub: p.t("opening-sub"),
        f: Form {
            id: "opening".to_owned(),
            action: "/stock/opening".to_owned(),
            fields,
            more: vec![],
            submit: p.t("opening-book"),
            idempotency_key: act::key(),
            error: String::new(),
            cancel: "/stock".to_owned(),
        },
        more: None,
        preview: None,
        p,
    })
}

/// The form again after each, on the same shelf: what stands there is put down piece by piece.
async fn book(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let problem = match attempt(&req, &caller, &sent).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-opened")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller).await?;
    let (said, problem) = act::complaint(&screen.p, problem)?;
    act::refuse(&mut screen.f, &sent, &said);
    if is_htmx(&req) {
        return act::fragment(screen.p, screen.f, &problem);
    }
    answer::html(problem.status(), &screen)
}

async fn attempt(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let quantity = match given(sent, "quantity") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::field("quantity", "not_positive"))?),
    };
    let condition = Condition::from_code(value(sent, "condition"));
    let new = Opening {
        part_no: said("part_no"),
        serial: given(sent, "serial"),
        quantity,
        depot: said("depot"),
        bin: given(sent, "bin"),
        condition: condition.ok_or_else(|| Refusal::field("condition", "required"))?,
        note: said("note"),
    };
    let kept =
        ["depot", "bin", "part_no", "condition"].map(|name| format!("{name}={}", part(value(sent, name))));
    let to = format!("/stock/opening?{}", kept.join("&"));
    let work = move |tx: &mut Conn, ctx: &Ctx| -> AppResult<()> { stock::open(tx, ctx, &new) };
    act::act(caller, req, sent, move |()| to.clone(), work).await
}
