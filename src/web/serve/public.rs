//! `/request`: asking for a repair without an account. The link in the mail leads to a page with a button: mail programs
//! open links by themselves, and that must not confirm anything.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, part};
use super::frame;
use crate::app;
use crate::app::Once;
use crate::app::public_requests::{self, Confirmed, Written};
use crate::app::token::Secret;
use crate::domain::actor::Actor;
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::http::csrf::OpenForm;
use crate::http::server::peer;
use crate::http::{self, Problem, State};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::page::Screen;
use crate::web::public::{LinkState, PublicConfirmPage, PublicRequestPage};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/request").route(web::get().to(ask)).route(web::post().to(submit)))
        .route("/request/sent", web::get().to(sent))
        .service(web::resource("/request/confirm").route(web::get().to(look)).route(web::post().to(confirm)));
}

async fn ask(req: HttpRequest) -> Shown {
    let p = frame::page(&req, None, Screen::Elsewhere);
    let form = Some(form(&p));
    answer::page(&PublicRequestPage { p, form })
}

async fn sent(req: HttpRequest) -> Shown {
    answer::page(&PublicRequestPage { p: frame::page(&req, None, Screen::Elsewhere), form: None })
}

fn form(p: &Page) -> Form {
    let required = |name: &str, key: &str, control| Field::new(name, p.t(key), control).required();
    Form {
        id: "request".to_owned(),
        action: "/request".to_owned(),
        fields: vec![
            required("name", "public-name", Control::Text),
            required("email", "public-email", Control::Email).with_hint(p.t("public-email-hint")),
            Field::new("organisation", p.t("public-organisation"), Control::Text),
            Field::new("phone", p.t("public-phone"), Control::Text),
            required("serial", "field-serial", Control::Code).with_hint(p.t("public-serial-hint")),
            Field::new("part_no", p.t("public-part"), Control::Code),
            required("fault", "public-fault", Control::Area),
        ],
        more: vec![],
        submit: p.t("public-submit"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn submit(req: HttpRequest, state: web::Data<State>, form_sent: OpenForm<Sent>) -> Shown {
    let OpenForm(fields) = form_sent;
    let text = |name: &str| value(&fields, name).to_owned();
    let address = text("email").to_lowercase();
    state.public_throttle.attempt(&address, peer(&req)).await?;
    let once = act::once(&req, &fields)?.map(|once| Once { bound_to: Some(address), ..once });
    let p = frame::page(&req, None, Screen::Elsewhere);
    let written = Written {
        email: text("email"),
        name: text("name"),
        organisation: text("organisation"),
        phone: text("phone"),
        part_no: text("part_no"),
        serial: text("serial"),
        fault: text("fault"),
        language: Language::from_code(p.lang.code()),
    };
    let ctx = state.app.context(Actor::system("public"), http::request_id(&req));
    let link = Secret::random();
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| public_requests::submit(tx, ctx, &written, &link);
    match app::run(&state.app, &ctx, once, |()| (303, String::new()), work).await.map_err(Problem::from) {
        Ok(_) => Ok(go(&req, "/request/sent")),
        Err(problem) => {
            let (complaint, problem) = act::complaint(&p, problem)?;
            let mut refused = form(&p);
            act::refuse(&mut refused, &fields, &complaint);
            answer::html(problem.status(), &PublicRequestPage { p, form: Some(refused) })
        }
    }
}

/// The link in the mail.
#[derive(serde::Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

async fn look(req: HttpRequest, state: web::Data<State>, link: web::Query<Link>) -> Shown {
    state.public_throttle.attempt_from(peer(&req)).await?;
    let ctx = state.app.context(Actor::system("public"), http::request_id(&req));
    let token = link.into_inner().token;
    let Some(secret) = Secret::parse(&token) else { return shown(&req, LinkState::Gone) };
    let found = app::read(&state.app, &ctx, move |conn, ctx| public_requests::look(conn, ctx, &secret)).await;
    let row = match found.map_err(Problem::from) {
        Ok(row) => row,
        Err(Problem::Refused(Refusal::NotFound { .. })) => return shown(&req, LinkState::Gone),
        Err(problem) => return Err(problem),
    };
    let state = match (row.confirmed_at, row.rma, row.tracking_code) {
        (None, ..) => LinkState::Asks { serial: row.serial, fault: row.fault, token },
        (Some(_), Some(number), Some(code)) => registered(number, &code),
        _ => LinkState::Held,
    };
    shown(&req, state)
}

fn registered(number: String, code: &str) -> LinkState {
    let href = format!("/track/{}?code={}", part(&number), part(code));
    LinkState::Registered { number, href }
}

fn shown(req: &HttpRequest, state: LinkState) -> Shown {
    let status = if state == LinkState::Gone { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let p = frame::page(req, None, Screen::Elsewhere);
    answer::html(status, &PublicConfirmPage { p, state })
}

async fn confirm(req: HttpRequest, state: web::Data<State>, form_sent: OpenForm<Sent>) -> Shown {
    state.public_throttle.attempt_from(peer(&req)).await?;
    let OpenForm(fields) = form_sent;
    let ctx = state.app.context(Actor::system("public"), http::request_id(&req));
    let Some(link) = Secret::parse(value(&fields, "token")) else { return shown(&req, LinkState::Gone) };
    let kept = |_: &Confirmed| (303, String::new());
    let confirmed = public_requests::confirm(&state.app, &ctx, &link, None, kept).await;
    match confirmed.map_err(Problem::from) {
        Ok(_) => Ok(go(&req, &format!("/request/confirm?token={}", part(value(&fields, "token"))))),
        Err(Problem::Refused(Refusal::NotFound { .. })) => shown(&req, LinkState::Gone),
        Err(problem) => Err(problem),
    }
}
