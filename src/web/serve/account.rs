//! `/me`: who one is, language and colours, password, API tokens.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go};
use super::{flash, frame};
use crate::app::token::{self, Secret};
use crate::app::{self, Conn, Ctx, people};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, State, Trouble};
use crate::web::Page;
use crate::web::account::{AccountPage, TokenRow};
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};

/// How long an API token made in the browser may live, in days; the last is offered first.
const TOKEN_DAYS: [i64; 3] = [30, 90, 365];

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/me", web::get().to(me))
        .route("/me/password", web::post().to(change_password))
        .route("/me/tokens", web::post().to(make_token))
        .route("/me/tokens/{id}/revoke", web::post().to(revoke));
}

async fn me(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&account(&req, &caller).await?)
}

async fn account(req: &HttpRequest, caller: &Caller) -> Result<AccountPage, Problem> {
    let rows = http::read(caller, |conn, ctx| token::list(conn, ctx, i64::MAX, 100)).await?;
    let p = frame::page(req, Some(caller), Screen::Elsewhere);
    let tokens = rows.into_iter().map(|row| TokenRow {
        id: row.id,
        name: row.label,
        created_at: row.created_at,
        expires_at: Some(row.expires_at),
        used_at: (row.last_used_at != row.created_at).then_some(row.last_used_at),
    });
    Ok(AccountPage {
        email: caller.person.email.clone().unwrap_or_default(),
        tokens: tokens.collect(),
        token_form: token_form(&p),
        new_token: None,
        password_form: Some(password_form(&p)),
        p,
    })
}

fn form(id: &str, action: &str, fields: Vec<Field>, submit: String) -> Form {
    Form {
        id: id.to_owned(),
        action: action.to_owned(),
        fields,
        more: vec![],
        submit,
        idempotency_key: String::new(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn token_form(p: &Page) -> Form {
    let days = TOKEN_DAYS.iter().map(|days| Choice::new(days.to_string(), p.n("me-token-days", days)));
    let fields = vec![
        Field::new("label", p.t("field-token-name"), Control::Text).required(),
        Field::new("days", p.t("me-expires"), Control::Select(days.collect())).with_value("365"),
    ];
    form("token", "/me/tokens", fields, p.t("me-token-make"))
}

fn password_form(p: &Page) -> Form {
    let fields = vec![
        Field::new("current", p.t("me-password-current"), Control::Password).required(),
        Field::new("new", p.t("me-password-new"), Control::NewPassword)
            .required()
            .with_hint(p.t("me-password-hint")),
        Field::new("again", p.t("me-password-again"), Control::NewPassword).required(),
    ];
    form("password", "/me/password", fields, p.t("me-password"))
}

/// A password as it was typed: blanks at its ends belong to it.
pub(super) fn secret(sent: &Sent, name: &str) -> String {
    sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Changes the password, ends every session of this person, and gives this browser a new one.
async fn change_password(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (current, new) = (secret(&sent, "current"), secret(&sent, "new"));
    let differs = crate::domain::refusal::Refusal::field("again", "passwords_differ");
    let hash = if new == secret(&sent, "again") {
        http::new_password_hash(&req, &state, &caller, current, new).await
    } else {
        Err(differs.into())
    };
    let hash = match hash {
        Ok(hash) => hash,
        Err(problem) => return refused(&req, &caller, &sent, problem).await,
    };
    let session = Secret::random();
    let opened = session.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| people::change_own_password_anew(tx, ctx, &hash, &opened);
    app::run(&caller.app, &caller.ctx, None, |()| (303, String::new()), work).await?;
    let mut answer = go(&req, "/me");
    answer.add_cookie(&http::session_cookie(&state, &session)).map_err(|_| Trouble::Internal)?;
    flash::say(&req, &mut answer, "said-password")?;
    Ok(answer)
}

async fn refused(req: &HttpRequest, caller: &Caller, sent: &Sent, problem: Problem) -> Shown {
    let mut screen = account(req, caller).await?;
    let (complaint, problem) = act::complaint(&screen.p, problem)?;
    let mut form = password_form(&screen.p);
    act::refuse(&mut form, sent, &complaint);
    if answer::is_htmx(req) {
        return act::fragment(screen.p, form, &problem);
    }
    screen.password_form = Some(form);
    answer::html(problem.status(), &screen)
}

/// Makes a token and shows its secret, this once.
async fn make_token(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (made, label) = (Secret::random(), value(&sent, "label").to_owned());
    let days = value(&sent, "days").parse().ok().filter(|days| TOKEN_DAYS.contains(days)).unwrap_or(365);
    let secret = made.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        token::create(tx, ctx, ctx.actor.user_id, &label, days, &secret).map(|_| ())
    };
    app::run(&caller.app, &caller.ctx, None, |()| (200, String::new()), work).await?;
    let screen = AccountPage { new_token: Some(made.text()), ..account(&req, &caller).await? };
    answer::html(StatusCode::OK, &screen)
}

async fn revoke(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let work = move |tx: &mut Conn, ctx: &Ctx| token::revoke(tx, ctx, id);
    let to = act::act(&caller, &req, &sent, |()| "/me".to_owned(), work).await?;
    let mut answer = go(&req, &to);
    flash::say(&req, &mut answer, "said-token-revoked")?;
    Ok(answer)
}
