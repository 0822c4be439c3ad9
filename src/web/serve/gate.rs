//! `/forgot`, `/reset`, `/login/code`, `/login/sso`: the ways in beside name and password.

use super::act::{Sent, value};
use super::answer::{self, Shown, go, local};
use super::frame;
use crate::domain::people::PASSWORD_MIN_CHARS;
use crate::domain::refusal::Refusal;
use crate::http::csrf::OpenForm;
use crate::http::{self, Entry, Problem, State, Trouble, forgotten, sso, words};
use crate::web::Page;
use crate::web::gate::{GateField, GatePage};
use crate::web::page::Screen;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/forgot").route(web::get().to(ask_who)).route(web::post().to(send_link)))
        .service(web::resource("/reset").route(web::get().to(ask_new)).route(web::post().to(set_new)))
        .service(
            web::resource("/login/code").route(web::get().to(ask_code)).route(web::post().to(check_code)),
        )
        .route("/login/sso", web::get().to(depart))
        .route(sso::CALLBACK, web::get().to(arrive));
}

/// A page without a form, which says one thing.
fn says(req: &HttpRequest, title: &str, text: &str) -> GatePage {
    let p = frame::page(req, None, Screen::Elsewhere);
    GatePage {
        title: p.t(title),
        text: if text.is_empty() { String::new() } else { p.t(text) },
        error: String::new(),
        action: "",
        hidden: vec![],
        fields: vec![],
        submit: String::new(),
        link: "/login",
        link_text: p.t("security-to-login"),
        p,
    }
}

fn field(
    p: &Page,
    name: &'static str,
    label: &str,
    kind: &'static str,
    autocomplete: &'static str,
) -> GateField {
    let (label, empty) = (p.t(label), String::new());
    GateField { name, label, kind, autocomplete, hint: empty.clone(), error: empty.clone(), value: empty }
}

fn who_page(req: &HttpRequest) -> GatePage {
    let mut page = says(req, "security-forgot-title", "security-forgot-text");
    page.action = "/forgot";
    page.fields = vec![field(&page.p, "user", "security-forgot-who", "text", "username")];
    page.submit = page.p.t("security-forgot-submit");
    page
}

async fn ask_who(req: HttpRequest) -> Shown {
    answer::page(&who_page(&req))
}

async fn send_link(req: HttpRequest, state: web::Data<State>, form: OpenForm<Sent>) -> Shown {
    let OpenForm(sent) = form;
    match forgotten::ask(&req, &state, value(&sent, "user").to_owned()).await {
        Ok(()) => answer::page(&says(&req, "security-forgot-sent-title", "security-forgot-sent")),
        Err(problem) => again(who_page(&req), problem),
    }
}

/// The code of the link in the mail.
#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    code: String,
}

fn new_page(req: &HttpRequest, code: &str) -> GatePage {
    let mut page = says(req, "security-reset-title", "");
    page.action = "/reset";
    page.hidden = vec![("code", code.to_owned())];
    let mut new = field(&page.p, "new", "security-reset-new", "password", "new-password");
    new.hint = page.p.t1("security-reset-hint", "min", PASSWORD_MIN_CHARS);
    let again = field(&page.p, "again", "security-reset-again", "password", "new-password");
    page.fields = vec![new, again];
    page.submit = page.p.t("security-reset-submit");
    page
}

async fn ask_new(req: HttpRequest, state: web::Data<State>, link: web::Query<Link>) -> Shown {
    match forgotten::check(&req, &state, &link.code).await {
        Ok(_) => answer::page(&new_page(&req, &link.code)),
        Err(problem) => gone(&req, problem),
    }
}

async fn set_new(req: HttpRequest, state: web::Data<State>, form: OpenForm<Sent>) -> Shown {
    let OpenForm(sent) = form;
    let (code, new) = (value(&sent, "code"), typed(&sent, "new"));
    if new != typed(&sent, "again") {
        let mut page = new_page(&req, code);
        page.error = page.p.t("security-reset-differ");
        return answer::html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    match forgotten::redeem(&req, &state, code, new).await {
        Ok(()) => answer::page(&says(&req, "security-reset-done-title", "security-reset-done")),
        Err(problem @ Problem::Refused(Refusal::ResetLinkInvalid {})) => gone(&req, problem),
        Err(problem) => again(new_page(&req, code), problem),
    }
}

/// A password as it was typed: blanks at its ends belong to it.
fn typed(sent: &Sent, name: &str) -> String {
    sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn gone(req: &HttpRequest, problem: Problem) -> Shown {
    let mut page = says(req, "security-reset-gone-title", "");
    page.error = problem.detail(page.p.lang);
    page.link = "/forgot";
    page.link_text = page.p.t("security-forgot");
    match problem {
        Problem::Refused(Refusal::ResetLinkInvalid {}) => answer::html(problem.status(), &page),
        other => Err(other),
    }
}

/// Where the browser wanted to be.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

fn code_page(req: &HttpRequest, next: &str) -> GatePage {
    let mut page = says(req, "security-code-title", "security-code-text");
    page.action = "/login/code";
    page.hidden = vec![("next", local(next).to_owned())];
    page.fields = vec![field(&page.p, "code", "security-code", "text", "one-time-code")];
    page.submit = page.p.t("security-code-submit");
    page.link_text = page.p.t("security-code-back");
    page
}

async fn ask_code(req: HttpRequest, asked: web::Query<Asked>) -> Shown {
    answer::page(&code_page(&req, &asked.next))
}

async fn check_code(req: HttpRequest, state: web::Data<State>, form: OpenForm<Sent>) -> Shown {
    let OpenForm(sent) = form;
    let next = value(&sent, "next").to_owned();
    match http::finish_step(&req, &state, value(&sent, "code")).await {
        Ok(cookie) => {
            let mut answer = go(&req, local(&next));
            answer.add_cookie(&cookie).map_err(|_| Trouble::Internal)?;
            Ok(answer)
        }
        // The step is over: from the beginning.
        Err(Problem::Refused(Refusal::SignInFailed {})) => Ok(go(&req, "/login?expired=1")),
        Err(problem) => again(code_page(&req, &next), problem),
    }
}

async fn depart(req: HttpRequest, state: web::Data<State>, asked: web::Query<Asked>) -> Shown {
    let leaving = match sso::depart(&req, &state, local(&asked.next).to_owned()).await {
        Ok(leaving) => leaving,
        Err(problem) => return sso_failed(&req, problem),
    };
    let mut answer = HttpResponse::SeeOther().insert_header((LOCATION, leaving.url)).finish();
    answer.add_cookie(&leaving.cookie).map_err(|_| Trouble::Internal)?;
    Ok(answer)
}

async fn arrive(req: HttpRequest, state: web::Data<State>, back: web::Query<sso::Back>) -> Shown {
    let (cookie, to) = match sso::arrive(&req, &state, back.into_inner()).await {
        Ok((Entry::Open(cookie, _), next)) => (cookie, local(&next).to_owned()),
        Ok((Entry::CodeNeeded(cookie), next)) => {
            (cookie, format!("/login/code?next={}", answer::part(local(&next))))
        }
        Err(problem) => return sso_failed(&req, problem),
    };
    let mut answer = go(&req, &to);
    answer.add_cookie(&cookie).map_err(|_| Trouble::Internal)?;
    Ok(answer)
}

fn sso_failed(req: &HttpRequest, problem: Problem) -> Shown {
    match problem {
        Problem::Refused(Refusal::SsoFailed {} | Refusal::SsoUnknown {}) => {
            let mut page = says(req, "login-title", "");
            page.error = problem.detail(page.p.lang);
            answer::html(problem.status(), &page)
        }
        other => Err(other),
    }
}

/// The page once more, with what was wrong: at its field where it has one.
fn again(mut page: GatePage, problem: Problem) -> Shown {
    if matches!(problem, Problem::Trouble(Trouble::Internal | Trouble::CsrfFailed)) {
        return Err(problem);
    }
    let lang = page.p.lang;
    let mut placed = false;
    for error in problem.field_errors() {
        if let Some(field) = page.fields.iter_mut().find(|field| field.name == error.field) {
            field.error = words::field(lang, error);
            placed = true;
        }
    }
    if !placed {
        page.error = problem.detail(lang);
    }
    answer::html(problem.status(), &page)
}
