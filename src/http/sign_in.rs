//! Signing in and out by cookie, the same for both faces.

use crate::app::session::{self, SignIn};
use crate::app::token::Secret;
use crate::app::{self, people};
use crate::domain::people::{PASSWORD_MIN_CHARS, SESSION_LIFE, check_password};
use crate::domain::refusal::Refusal;
use crate::http::caller::{self, COOKIE, Caller, Credential, request_id};
use crate::http::csrf;
use crate::http::problem::Problem;
use crate::http::server::peer;
use crate::http::state::State;
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// Checks name and password and opens a session; the cookie to set, and the session's secret. The browser's earlier
/// session ends.
///
/// # Errors
/// `sign_in_failed`, `too_many_requests`, or `csrf_failed` when another site sends the form.
pub async fn sign_in(
    req: &HttpRequest,
    state: &State,
    username: String,
    password: String,
) -> Result<(Cookie<'static>, Secret), Problem> {
    csrf::check_origin(req)?;
    state.sign_in_throttle.attempt(&username, peer(req))?;
    let replaces =
        caller::credential(req).filter(|(kind, _)| *kind == Credential::Cookie).map(|(_, secret)| secret);
    let attempt = SignIn { username, password, replaces, request_id: request_id(req) };
    let secret = session::sign_in(&state.app, &state.passwords, attempt).await.inspect_err(|error| {
        metrics::counter!("beiku_sign_in_failed_total").increment(1);
        tracing::info!(%error, "sign-in failed");
    })?;
    Ok((session_cookie(state, &secret), secret))
}

/// Checks the caller's old password and gives back the hash of the new one. Guessing is slowed down as at sign-in.
///
/// # Errors
/// `invalid` (fields `current`, `new`), `too_many_requests`.
pub async fn new_password_hash(
    req: &HttpRequest,
    state: &State,
    caller: &Caller,
    current: String,
    new: String,
) -> Result<String, Problem> {
    let username = &caller.ctx.actor.username;
    state.sign_in_throttle.attempt(username, peer(req))?;
    check_password("new", &new, username, PASSWORD_MIN_CHARS)
        .map_err(|error| Refusal::Invalid(vec![error]))?;
    let ctx = caller.ctx.clone();
    let hash = app::read(&caller.app, &ctx, people::own_password_hash).await?;
    if !state.passwords.verify(current, hash).await? {
        return Err(Refusal::field("current", "wrong_password").into());
    }
    Ok(state.passwords.hash(new).await?)
}

/// Ends the caller's session; the cookie that removes the cookie.
///
/// # Errors
/// When the database is away.
pub async fn sign_out(state: &State, caller: &Caller) -> Result<Cookie<'static>, Problem> {
    let token_id = caller.person.token_id;
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| session::sign_out(tx, ctx, token_id);
    app::run(&caller.app, &caller.ctx, None, |()| (204, String::new()), work).await?;
    let mut cookie = base(state, String::new());
    cookie.make_removal();
    Ok(cookie)
}

/// The cookie of a session just opened.
#[must_use]
pub fn session_cookie(state: &State, secret: &Secret) -> Cookie<'static> {
    let mut cookie = base(state, secret.text());
    cookie.set_max_age(Duration::seconds(SESSION_LIFE.num_seconds()));
    cookie
}

fn base(state: &State, value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.is_https())
        .finish()
}
