//! Signing in and out by cookie, the same for both faces.

use crate::app::session::{self, SignIn, SignedIn};
use crate::app::token::Secret;
use crate::app::{self, people};
use crate::domain::people::{PASSWORD_MIN_CHARS, STEP_LIFE, check_password};
use crate::domain::refusal::Refusal;
use crate::http::caller::{self, COOKIE, Caller, Credential, request_id};
use crate::http::csrf;
use crate::http::problem::Problem;
use crate::http::server::peer;
use crate::http::state::State;
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::USER_AGENT;

/// Cookie of the step between password and authenticator.
pub const STEP_COOKIE: &str = "beiku_step";

/// What somebody proves who they are with.
pub struct Proof {
    /// Sign-in name.
    pub username: String,
    /// Password.
    pub password: String,
    /// The authenticator's code, when it came along.
    pub code: Option<String>,
}

/// How far a sign-in got.
pub enum Entry {
    /// All the way: the cookie to set, and the session's secret.
    Open(Cookie<'static>, Secret),
    /// To the authenticator: the cookie of the step.
    CodeNeeded(Cookie<'static>),
}

/// Checks name and password, and the code of whoever has an authenticator, and opens a session. The browser's earlier
/// session ends.
///
/// # Errors
/// `sign_in_failed`, `second_factor_wrong`, `too_many_requests`, or `csrf_failed` when another site sends the form.
pub async fn sign_in(req: &HttpRequest, state: &State, proof: Proof) -> Result<Entry, Problem> {
    let Proof { username, password, code } = proof;
    csrf::check_origin(req)?;
    state.sign_in_throttle.attempt(&username, peer(req)).await?;
    let replaces =
        caller::credential(req).filter(|(kind, _)| *kind == Credential::Cookie).map(|(_, secret)| secret);
    let (device, request_id) = (device(req), request_id(req));
    let attempt = SignIn { username, password, replaces, code, device, request_id };
    let done = session::sign_in(&state.app, &state.passwords, attempt).await.inspect_err(|error| {
        metrics::counter!("beiku_sign_in_failed_total").increment(1);
        tracing::info!(%error, "sign-in failed");
    })?;
    Ok(entry(state, done))
}

/// The cookie that goes with how far somebody got.
pub(super) fn entry(state: &State, done: SignedIn) -> Entry {
    match done {
        SignedIn::Session(secret) => Entry::Open(session_cookie(state, &secret), secret),
        SignedIn::CodeNeeded(step) => Entry::CodeNeeded(step_cookie(state, &step)),
    }
}

/// The second half of a sign-in: the authenticator's code for the step in the browser's cookie.
///
/// # Errors
/// `sign_in_failed` when there is no step any more, `second_factor_wrong`, `too_many_requests`.
pub async fn finish_step(req: &HttpRequest, state: &State, code: &str) -> Result<Cookie<'static>, Problem> {
    csrf::check_origin(req)?;
    let step = req.cookie(STEP_COOKIE).and_then(|cookie| Secret::parse(cookie.value()));
    let step = step.ok_or(Refusal::SignInFailed {})?;
    state.sign_in_throttle.attempt(&hex::encode(step.hash()), peer(req)).await?;
    let secret = session::finish_step(&state.app, &step, code, &device(req), request_id(req))
        .await
        .inspect_err(|error| {
            metrics::counter!("beiku_sign_in_failed_total").increment(1);
            tracing::info!(%error, "sign-in failed at the second step");
        })?;
    Ok(session_cookie(state, &secret))
}

/// What the browser calls itself, for its owner to tell sessions apart.
pub(super) fn device(req: &HttpRequest) -> String {
    let header = req.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    header.unwrap_or_default().to_owned()
}

fn step_cookie(state: &State, step: &Secret) -> Cookie<'static> {
    let mut cookie = base(state, step.text());
    cookie.set_name(STEP_COOKIE);
    cookie.set_path("/login");
    cookie.set_max_age(Duration::seconds(STEP_LIFE.num_seconds()));
    cookie
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
    state.sign_in_throttle.attempt(username, peer(req)).await?;
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
    let life = state.app.session_rules().life;
    cookie.set_max_age(Duration::seconds(life.num_seconds()));
    cookie
}

pub(super) fn base(state: &State, value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.is_https())
        .finish()
}
