//! `/login`, `/logout`, `/preferences`.

use super::act::{Sent, value};
use super::answer::{self, Shown, go, local};
use super::frame;
use crate::app;
use crate::domain::actor::Actor;
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::http::csrf::{OpenForm, SignedForm};
use crate::http::{self, COOKIE, Entry, Problem, Proof, State, Trouble};
use crate::i18n::Lang;
use crate::web::format::how_many;
use crate::web::login::{DemoUser, LoginPage, Refused};
use crate::web::page::{Screen, Theme};
use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/login").route(web::get().to(ask)).route(web::post().to(sign_in)))
        .route("/logout", web::post().to(sign_out))
        .route("/preferences", web::post().to(preferences));
}

/// Where the sign-in page is to lead.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    expired: String,
}

async fn ask(req: HttpRequest, state: web::Data<State>, asked: web::Query<Asked>) -> Shown {
    if http::whoever(&req).await.is_some() {
        return Ok(go(&req, local(&asked.next)));
    }
    let refused = match asked.expired.as_str() {
        "" => None,
        "unsaved" => Some(Refused::Unsaved),
        _ => Some(Refused::Expired),
    };
    let ctx = state.app.context(Actor::system("login"), http::request_id(&req));
    let empty = app::read(&state.app, &ctx, app::first_start::is_empty).await?;
    answer::page(&LoginPage { empty, ..screen(&req, &state, String::new(), &asked.next, refused) })
}

fn screen(
    req: &HttpRequest,
    state: &State,
    username: String,
    next: &str,
    refused: Option<Refused>,
) -> LoginPage {
    let p = frame::page(req, None, Screen::Elsewhere);
    let demo = state.demo.iter().map(|user| DemoUser {
        username: user.username.to_owned(),
        password: user.password.to_owned(),
        role: user.role.to_owned(),
    });
    let sso = state.config.sso.as_ref().map(|sso| sso.name.clone());
    LoginPage { p, username, next: local(next).to_owned(), refused, sso, empty: false, demo: demo.collect() }
}

async fn sign_in(req: HttpRequest, state: web::Data<State>, form: OpenForm<Sent>) -> Shown {
    let OpenForm(sent) = form;
    let (username, next) = (value(&sent, "username").to_owned(), value(&sent, "next").to_owned());
    let password = sent.iter().find(|(name, _)| name == "password").map(|(_, value)| value.clone());
    let proof = Proof { username: username.clone(), password: password.unwrap_or_default(), code: None };
    match http::sign_in(&req, &state, proof).await {
        Ok(Entry::CodeNeeded(step)) => {
            let mut answer = go(&req, &format!("/login/code?next={}", answer::part(local(&next))));
            answer.add_cookie(&step).map_err(|_| Trouble::Internal)?;
            Ok(answer)
        }
        Ok(Entry::Open(cookie, _)) => {
            let mut answer = go(&req, local(&next));
            answer.add_cookie(&cookie).map_err(|_| Trouble::Internal)?;
            Ok(answer)
        }
        Err(problem) => {
            let refused = match &problem {
                Problem::Refused(Refusal::SignInFailed {}) => Refused::Wrong,
                Problem::Trouble(Trouble::TooMany { seconds }) => {
                    Refused::Throttled(how_many(seconds.div_ceil(60)))
                }
                _ => return Err(problem),
            };
            answer::html(problem.status(), &screen(&req, &state, username, &next, Some(refused)))
        }
    }
}

async fn sign_out(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let cookie = http::sign_out(&state, &form.caller).await?;
    let mut answer = go(&req, "/login");
    answer.add_cookie(&cookie).map_err(|_| Trouble::Internal)?;
    Ok(answer)
}

/// Language, colours and shortcuts. The language of somebody signed in is kept with the user, who gets mails in it too.
async fn preferences(req: HttpRequest, payload: web::Payload, state: web::Data<State>) -> Shown {
    let mut payload: Payload = payload.into_inner();
    let (caller, sent) = if http::cookie(&req, COOKIE).is_some() {
        let form = SignedForm::<Sent>::from_request(&req, &mut payload).await?;
        (Some(form.caller), form.form)
    } else {
        (None, OpenForm::<Sent>::from_request(&req, &mut payload).await?.0)
    };
    let mut answer = go(&req, local(value(&sent, "next")));
    let lang = Lang::from_code(value(&sent, "lang"));
    if let (Some(caller), Some(lang)) = (&caller, lang) {
        let language = Language::from_code(lang.code());
        let work = move |tx: &mut app::Conn, ctx: &app::Ctx| {
            app::people::change_own(tx, ctx, None, language).map(|_| ())
        };
        app::run(&caller.app, &caller.ctx, None, |()| (204, String::new()), work).await?;
    }
    let mut keep = |name: &'static str, value: &str| remember(&mut answer, &state, name, value);
    if let Some(lang) = lang {
        keep(frame::LANGUAGE, lang.code())?;
    }
    if sent.iter().any(|(name, _)| name == "theme") {
        keep(frame::THEME, Theme::from_code(value(&sent, "theme")).code())?;
    }
    if value(&sent, "form") == "account" {
        keep(frame::SHORTCUTS, if value(&sent, "shortcuts").is_empty() { "off" } else { "on" })?;
    }
    Ok(answer)
}

fn remember(
    answer: &mut HttpResponse,
    state: &State,
    name: &'static str,
    value: &str,
) -> Result<(), Problem> {
    let mut cookie = http::our_cookie(state, name, value.to_owned());
    cookie.set_max_age(Duration::days(365));
    answer.add_cookie(&cookie).map_err(|_| Trouble::Internal.into())
}
