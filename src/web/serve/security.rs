//! `/me/security`: the reader's sessions and authenticator.

use super::act::{Sent, value};
use super::answer::{self, Shown, go};
use super::frame;
use crate::app::second_factor::{self, Enrolment, Offer};
use crate::app::{self, people, session};
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::server::peer;
use crate::http::{self, Caller, Problem, State, Trouble, words};
use crate::web::kit::Html;
use crate::web::page::Screen;
use crate::web::security::{Factor, SecurityPage, SessionLine};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use qrcode::QrCode;
use qrcode::render::svg;

/// The page.
pub const HERE: &str = "/me/security";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route("/me/security/sessions/end", web::post().to(end_others))
        .route("/me/security/sessions/{id}/end", web::post().to(end))
        .route("/me/security/factor", web::post().to(begin))
        .route("/me/security/factor/confirm", web::post().to(confirm))
        .route("/me/security/factor/remove", web::post().to(remove));
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let mut page = screen(&req, &caller).await?;
    if caller.person.must_enrol {
        page.error = Problem::from(Refusal::SecondFactorRequired {}).detail(page.p.lang);
    }
    answer::page(&page)
}

async fn screen(req: &HttpRequest, caller: &Caller) -> Result<SecurityPage, Problem> {
    let current = caller.person.token_id;
    let sessions = http::read(caller, session::list).await?;
    let status = http::read(caller, second_factor::status).await?;
    let factor = if status.on {
        Factor::On(status.recovery_codes)
    } else if status.enrolling {
        enrolling(http::read(caller, second_factor::offer).await?)?
    } else {
        Factor::Off
    };
    let sessions = sessions.into_iter().map(|row| SessionLine {
        id: row.id,
        device: row.device,
        created_at: row.created_at,
        used_at: row.last_used_at,
        current: row.id == current,
    });
    let p = frame::page(req, Some(caller), Screen::Elsewhere);
    let has_password = http::read(caller, people::own_password_hash).await?.is_some();
    Ok(SecurityPage { p, sessions: sessions.collect(), factor, has_password, error: String::new() })
}

fn enrolling(offer: Offer) -> Result<Factor, Problem> {
    let code = QrCode::new(offer.uri.as_bytes()).map_err(|_| Trouble::Internal)?;
    let image = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    // Inside a page the declaration of an XML document has no place. The image is made of numbers only.
    let markup = image.find("<svg").and_then(|at| image.get(at..)).unwrap_or_default();
    Ok(Factor::Enrolling { qr: Html::raw(markup.to_owned()), secret: offer.secret, uri: offer.uri })
}

async fn end_others(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let keep = form.caller.person.token_id;
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| session::end_others(tx, ctx, keep);
    http::once_only(&form.caller, work).await?;
    Ok(go(&req, HERE))
}

async fn end(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let id = id.into_inner();
    http::once_only(&form.caller, move |tx: &mut app::Conn, ctx: &app::Ctx| session::end(tx, ctx, id))
        .await?;
    Ok(go(&req, HERE))
}

async fn begin(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    caller.in_full()?;
    let password = sent.into_iter().find(|(name, _)| name == "password").map(|(_, password)| password);
    if let Err(problem) = http::prove_again(&req, &state, &caller, password.unwrap_or_default()).await {
        return refused(&req, &caller, problem).await;
    }
    let enrolment = Enrolment::random();
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| second_factor::begin(tx, ctx, &enrolment);
    http::once_only(&caller, work).await?;
    Ok(go(&req, HERE))
}

async fn confirm(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    throttle(&req, &state, &caller).await?;
    let (enrolment, code, keep) =
        (Enrolment::random(), value(&sent, "code").to_owned(), caller.person.token_id);
    let codes = enrolment.recovery_codes.clone();
    let work =
        move |tx: &mut app::Conn, ctx: &app::Ctx| second_factor::confirm(tx, ctx, &code, &enrolment, keep);
    match http::once_only(&caller, work).await {
        Ok(()) => {
            let mut page = screen(&req, &caller).await?;
            page.factor = Factor::Codes(codes);
            answer::page(&page)
        }
        Err(problem) => refused(&req, &caller, problem).await,
    }
}

async fn remove(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    throttle(&req, &state, &caller).await?;
    let code = value(&sent, "code").to_owned();
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| second_factor::take_away(tx, ctx, &code);
    match http::once_only(&caller, work).await {
        Ok(()) => Ok(go(&req, HERE)),
        Err(problem) => refused(&req, &caller, problem).await,
    }
}

async fn refused(req: &HttpRequest, caller: &Caller, problem: Problem) -> Shown {
    let mut page = screen(req, caller).await?;
    let field = problem.field_errors().first();
    page.error = field.map_or_else(|| problem.detail(page.p.lang), |error| words::field(page.p.lang, error));
    answer::html(problem.status(), &page)
}

/// Six digits are tried out in no time by whoever may try without end.
async fn throttle(req: &HttpRequest, state: &State, caller: &Caller) -> Result<(), Problem> {
    caller.in_full()?;
    let name = format!("code of {}", caller.ctx.actor.username);
    state.sign_in_throttle.attempt(&name, peer(req)).await
}
