//! Signing in and out by cookie, the same for both faces.

use crate::app::session::{self, SignIn, SignedIn};
use crate::app::token::Secret;
use crate::app::{self, people};
use crate::domain::people::{PASSWORD_MIN_CHARS, STEP_LIFE, check_password};
use crate::domain::refusal::{FieldError, Refusal};
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
    let step = caller::cookie_secret(req, STEP_COOKIE).ok_or(Refusal::SignInFailed {})?;
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
    let mut cookie = our_cookie(state, STEP_COOKIE, step.text());
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
    let hash = chosen_password(state, "new", new, username).await?;
    match knows_password(state, caller, current).await? {
        Some(true) => Ok(hash),
        _ => Err(Refusal::field("current", "wrong_password").into()),
    }
}

/// Lets on who says the own password again, before what may be signed in with changes: a browser left alone must not be
/// enough. Who has no password, because a provider vouches for them, is let on.
///
/// # Errors
/// `invalid` (field `password`), `too_many_requests`.
pub async fn prove_again(
    req: &HttpRequest,
    state: &State,
    caller: &Caller,
    password: String,
) -> Result<(), Problem> {
    let guessed = format!("again {}", caller.ctx.actor.username);
    state.sign_in_throttle.attempt(&guessed, peer(req)).await?;
    match knows_password(state, caller, password).await? {
        Some(false) => Err(Refusal::field("password", "wrong_password").into()),
        Some(true) | None => Ok(()),
    }
}

/// Whether the caller knows the own password; `None` for who has none.
async fn knows_password(state: &State, caller: &Caller, password: String) -> Result<Option<bool>, Problem> {
    let hash = app::read(&caller.app, &caller.ctx, people::own_password_hash).await?;
    let has_one = hash.is_some();
    let right = state.passwords.verify(password, hash).await?;
    Ok(has_one.then_some(right))
}

/// Why a password cannot be chosen: too short, too long, tried first, leaked.
///
/// # Errors
/// When the file of leaked passwords cannot be read.
pub async fn password_fault(
    state: &State,
    field: &str,
    password: &str,
    username: &str,
) -> Result<Option<FieldError>, Problem> {
    if let Err(fault) = check_password(field, password, username, PASSWORD_MIN_CHARS) {
        return Ok(Some(fault));
    }
    let leaked = state.passwords.has_leaked(password).await?;
    Ok(leaked.then(|| FieldError::new(field, "password_leaked")))
}

/// The hash of a password somebody chose.
///
/// # Errors
/// `invalid` with this field.
pub async fn chosen_password(
    state: &State,
    field: &str,
    password: String,
    username: &str,
) -> Result<String, Problem> {
    match password_fault(state, field, &password, username).await? {
        Some(fault) => Err(Refusal::Invalid(vec![fault]).into()),
        None => Ok(state.passwords.hash(password).await?),
    }
}

/// Ends the caller's session; the cookie that removes the cookie.
///
/// # Errors
/// When the database is away.
pub async fn sign_out(state: &State, caller: &Caller) -> Result<Cookie<'static>, Problem> {
    let token_id = caller.person.token_id;
    let work = move |tx: &mut app::Conn, ctx: &app::Ctx| session::sign_out(tx, ctx, token_id);
    app::run(&caller.app, &caller.ctx, None, |()| (204, String::new()), work).await?;
    Ok(no_cookie(state))
}

/// What takes the session's cookie away.
#[must_use]
pub fn no_cookie(state: &State) -> Cookie<'static> {
    let mut cookie = our_cookie(state, COOKIE, String::new());
    cookie.make_removal();
    cookie
}

/// The cookie of a session just opened.
#[must_use]
pub fn session_cookie(state: &State, secret: &Secret) -> Cookie<'static> {
    let mut cookie = our_cookie(state, COOKIE, secret.text());
    let life = state.app.session_rules().life;
    cookie.set_max_age(Duration::seconds(life.num_seconds()));
    cookie
}

/// A cookie of ours. The prefix of its name asks for the whole host as its path.
#[must_use]
pub fn our_cookie(state: &State, name: &str, value: String) -> Cookie<'static> {
    Cookie::build(state.config.cookie_name(name), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.is_https())
        .finish()
}
