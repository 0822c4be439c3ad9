//! The caller's authenticator.

use crate::app::second_factor::{self, Enrolment};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, State};
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    get "/me/second-factor" show: Access::SignedIn,
    post "/me/second-factor" begin: Access::SignedIn,
    post "/me/second-factor/confirm" confirm: Access::SignedIn,
    post "/me/second-factor/remove" remove: Access::SignedIn,
    delete "/users/{username}/second-factor" reset: Access::Needs(Permission::ManageUsers),
}

/// How the caller's authenticator stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactor {
    /// Whether signing in asks for it.
    on: bool,
    /// Whether one is being enrolled.
    enrolling: bool,
    /// Recovery codes left.
    recovery_codes_left: i64,
}

/// What to take into the authenticator app.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolling {
    /// As a QR code shows it.
    #[schema(example = "otpauth://totp/Beiku:li?secret=JBSWY3DPEHPK3PXP&issuer=Beiku")]
    uri: String,
    /// The secret in base 32, for typing.
    secret: String,
}

/// Codes for the day the authenticator is lost, each good once. They are told this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes.
    recovery_codes: Vec<String>,
}

/// Proof that nobody else sits before the caller's session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// The caller's password; left out by who has none because a provider vouches for them.
    #[serde(default)]
    #[schema(example = "correct horse battery")]
    password: String,
}

/// A code of the authenticator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Six digits, or a recovery code where one will do.
    #[schema(example = "287082")]
    code: String,
}

/// The authenticator
#[utoipa::path(get, path = "/me/second-factor", responses((status = 200, description = "How it stands", body = SecondFactor)))]
async fn show(caller: Caller) -> Answer {
    let status = http::read(&caller, second_factor::status).await?;
    let second_factor::Status { on, enrolling, recovery_codes } = status;
    http::ok(&SecondFactor { on, enrolling, recovery_codes_left: recovery_codes })
}

/// Enrol an authenticator
///
/// Asks for the password again. Signing in asks for nothing yet: `confirm` with a code of it first.
#[utoipa::path(post, path = "/me/second-factor", request_body = Begin, responses(
    (status = 201, description = "To be confirmed", body = Enrolling),
    (status = 429, description = "Too many attempts", body = http::ProblemBody, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds to wait."))),
))]
async fn begin(caller: Caller, req: HttpRequest, state: web::Data<State>, body: Json<Begin>) -> Answer {
    http::prove_again(&req, &state, &caller, body.into_inner().password).await?;
    let enrolment = Enrolment::random();
    // Not under an idempotency key: the answer is a secret, and asking again makes another one.
    let work =
        move |tx: &mut crate::app::Conn, ctx: &crate::app::Ctx| second_factor::begin(tx, ctx, &enrolment);
    let offer = http::once_only(&caller, work).await?;
    http::created(&Enrolling { uri: offer.uri, secret: offer.secret })
}

/// Confirm the authenticator
///
/// From now on signing in asks for it. The caller's other sessions end.
#[utoipa::path(post, path = "/me/second-factor/confirm", request_body = Code, responses(
    (status = 200, description = "On; the recovery codes", body = RecoveryCodes)))]
async fn confirm(caller: Caller, req: HttpRequest, state: web::Data<State>, body: Json<Code>) -> Answer {
    throttle(&caller, &req, &state).await?;
    let (code, keep, enrolment) = (body.into_inner().code, caller.person.token_id, Enrolment::random());
    let recovery_codes = enrolment.recovery_codes.clone();
    let work = move |tx: &mut crate::app::Conn, ctx: &crate::app::Ctx| {
        second_factor::confirm(tx, ctx, &code, &enrolment, keep)
    };
    http::once_only(&caller, work).await?;
    http::ok(&RecoveryCodes { recovery_codes })
}

/// Take the authenticator away
///
/// Asks for a code of it, or a recovery code.
#[utoipa::path(post, path = "/me/second-factor/remove", request_body = Code, responses((status = 204, description = "Off")))]
async fn remove(caller: Caller, req: HttpRequest, state: web::Data<State>, body: Json<Code>) -> Answer {
    throttle(&caller, &req, &state).await?;
    let code = body.into_inner().code;
    http::done(&caller, &req, "remove", move |tx, ctx| second_factor::take_away(tx, ctx, &code)).await
}

/// Take somebody's authenticator away
///
/// For a colleague who lost the telephone. Their sessions end, and the password alone opens the next one.
#[utoipa::path(delete, path = "/users/{username}/second-factor", params(("username" = String, Path, description = "Sign-in name")),
    responses((status = 204, description = "Off")))]
async fn reset(caller: Caller, req: HttpRequest, username: web::Path<String>) -> Answer {
    let username = username.into_inner();
    let command = username.clone();
    http::done(&caller, &req, &command, move |tx, ctx| second_factor::reset(tx, ctx, &username)).await
}

/// Six digits are tried out in no time by whoever may try without end.
async fn throttle(caller: &Caller, req: &HttpRequest, state: &State) -> Result<(), http::Problem> {
    let name = format!("code of {}", caller.ctx.actor.username);
    state.sign_in_throttle.attempt(&name, http::server::peer(req)).await
}
