//! A forgotten password.

use crate::http::endpoint::Access;
use crate::http::{self, Answer, Json, State, forgotten};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

crate::endpoints! {
    post "/password-resets" ask: Access::Public,
    post "/password-resets/redeem" redeem: Access::Public,
}

/// Who forgot the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// Sign-in name or mail address.
    #[schema(example = "li")]
    user: String,
}

/// Ask for a link by mail
///
/// The answer is the same whether there is such a user or not. The link is good once, for half an hour.
#[utoipa::path(post, path = "/password-resets", request_body = Forgotten, responses(
    (status = 202, description = "If there is an account with a mail address, a mail is on its way"),
    (status = 429, description = "Too many attempts", body = http::ProblemBody, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds to wait."))),
))]
async fn ask(req: HttpRequest, state: web::Data<State>, body: Json<Forgotten>) -> Answer {
    forgotten::ask(&req, &state, body.into_inner().user).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// The link's code and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redeem {
    /// What stands behind `code=` in the link.
    #[schema(example = "beiku_0f1e…")]
    code: String,
    /// The new password: at least 10 characters.
    #[schema(min_length = 10, max_length = 256)]
    new: String,
}

/// Choose a new password by the link
///
/// Ends every session of the user. An authenticator stays in force.
#[utoipa::path(post, path = "/password-resets/redeem", request_body = Redeem, responses(
    (status = 204, description = "Changed; sign in with it"),
    (status = 404, description = "The link was used, is too old or never was", body = http::ProblemBody, content_type = "application/problem+json"),
))]
async fn redeem(req: HttpRequest, state: web::Data<State>, body: Json<Redeem>) -> Answer {
    let Redeem { code, new } = body.into_inner();
    forgotten::redeem(&req, &state, &code, new).await?;
    Ok(HttpResponse::NoContent().finish())
}
