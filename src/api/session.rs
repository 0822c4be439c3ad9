//! Signing in and out.

use crate::api::me::Me;
use crate::app::session;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::problem::{Problem, Trouble};
use crate::http::{self, Answer, Caller, Entry, Json, Proof, State};
use crate::i18n::Lang;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

crate::endpoints! {
    post "/session" open: Access::Public,
    delete "/session" close: Access::SignedIn,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Sign-in name.
    #[schema(example = "li")]
    username: String,
    /// Password.
    #[schema(example = "correct horse battery")]
    password: String,
    /// The authenticator's code or a recovery code, for users who have one.
    #[serde(default)]
    #[schema(example = "287082")]
    code: Option<String>,
}

/// Sign in
///
/// Sets the cookie `beiku_session` (HttpOnly, SameSite=Lax) and answers who signed in. Writes by cookie must also send
/// `csrf_token` of the answer in the header `X-CSRF-Token`. Programs rather use an API token.
#[utoipa::path(post, path = "/session", request_body = Credentials, responses(
    (status = 200, description = "Signed in", body = Me, headers(("Set-Cookie" = String, description = "The session."))),
    (status = 401, description = "Wrong name or password (`sign_in_failed`); send the same again with `code` (`second_factor_needed`); wrong code (`second_factor_wrong`)", body = http::ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts", body = http::ProblemBody, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds to wait."))),
))]
async fn open(req: HttpRequest, state: web::Data<State>, body: Json<Credentials>) -> Answer {
    let Credentials { username, password, code } = body.into_inner();
    let Entry::Open(cookie, secret) = http::sign_in(&req, &state, Proof { username, password, code }).await?
    else {
        return Err(Refusal::SecondFactorNeeded {}.into());
    };
    let person =
        session::authenticate(&state.app, &secret).await?.ok_or(Problem::from(Trouble::NotSignedIn))?;
    let language = Lang::from_code(person.language.as_str()).unwrap_or_default();
    let me = Me::new(&person, language, Some(secret.csrf()));
    let mut answer = http::ok(&me)?;
    answer.add_cookie(&cookie).map_err(|_| Trouble::Internal)?;
    Ok(answer)
}

/// Sign out
///
/// Ends the caller's session at once, on every node.
#[utoipa::path(delete, path = "/session", responses((status = 204, description = "Signed out")))]
async fn close(state: web::Data<State>, caller: Caller) -> Answer {
    let cookie = http::sign_out(&state, &caller).await?;
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}
