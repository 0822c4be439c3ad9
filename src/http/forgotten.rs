//! A forgotten password, the same for both faces.

use crate::app::token::Secret;
use crate::app::{self, reset};
use crate::domain::actor::Actor;
use crate::domain::refusal::Refusal;
use crate::http::caller::request_id;
use crate::http::csrf;
use crate::http::problem::Problem;
use crate::http::server::peer;
use crate::http::sign_in;
use crate::http::state::State;
use actix_web::HttpRequest;

/// Longest name or address looked up, in bytes: nobody has a longer one.
const WHO_MAX: usize = 254;

/// Queues the mail with the link, when there is somebody to write to. The answer does not tell.
///
/// # Errors
/// `too_many_requests`, or `csrf_failed` when another site sends the form.
pub async fn ask(req: &HttpRequest, state: &State, who: String) -> Result<(), Problem> {
    csrf::check_origin(req)?;
    state.reset_throttle.attempt(&who.trim().to_lowercase(), peer(req)).await?;
    if who.len() > WHO_MAX || who.contains('\0') {
        return Ok(());
    }
    let (ctx, secret) = (state.app.context(Actor::system("web"), request_id(req)), Secret::random());
    app::run(
        &state.app,
        &ctx,
        None,
        |()| (202, String::new()),
        move |tx, ctx| reset::ask(tx, ctx, &who, &secret),
    )
    .await?;
    Ok(())
}

/// Whether the link would still do, for showing its page; the sign-in name it is for.
///
/// # Errors
/// `reset_link_invalid`.
pub async fn check(req: &HttpRequest, state: &State, code: &str) -> Result<String, Problem> {
    let secret = Secret::parse(code).ok_or(Refusal::ResetLinkInvalid {})?;
    let ctx = state.app.context(Actor::system("web"), request_id(req));
    let user = app::read(&state.app, &ctx, move |conn, ctx| reset::check(conn, ctx, &secret)).await?;
    Ok(user.username)
}

/// Uses the link: the new password counts, and every session ends.
///
/// # Errors
/// `reset_link_invalid`, `invalid` (field `new`), `too_many_requests`.
pub async fn redeem(req: &HttpRequest, state: &State, code: &str, new: String) -> Result<(), Problem> {
    csrf::check_origin(req)?;
    let secret = Secret::parse(code).ok_or(Refusal::ResetLinkInvalid {})?;
    state.reset_throttle.attempt(code, peer(req)).await?;
    let username = check(req, state, code).await?;
    let hash = sign_in::chosen_password(state, "new", new, &username).await?;
    let ctx = state.app.context(Actor::system("web"), request_id(req));
    app::run(
        &state.app,
        &ctx,
        None,
        |()| (204, String::new()),
        move |tx, ctx| reset::redeem(tx, ctx, &secret, &hash),
    )
    .await?;
    Ok(())
}
