//! The caller.

use crate::api::words::{LanguageWord, PermissionWord, RoleWord};
use crate::app::session::{self, Person};
use crate::app::token::Secret;
use crate::app::{Outcome, people, run, token};
use crate::domain::actor::Permission;
use crate::domain::people::TOKEN_LIFE_DAYS;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Credential, Json, Page, Paging, State, Word};
use crate::i18n::Lang;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    get "/me" show: Access::SignedIn,
    patch "/me" change: Access::SignedIn,
    post "/me/password" change_password: Access::SignedIn,
    get "/me/tokens" tokens: Access::SignedIn,
    post "/me/tokens" create_token: Access::SignedIn,
    delete "/me/tokens/{id}" revoke_token: Access::SignedIn,
}

/// The caller: who they are and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Sign-in name.
    #[schema(example = "li")]
    username: String,
    /// Name as shown.
    #[schema(example = "李明")]
    display_name: String,
    /// Mail address.
    email: Option<String>,
    /// Role.
    role: RoleWord,
    /// What the role may do.
    permissions: Vec<PermissionWord>,
    /// Codes of the depots given to the caller.
    #[schema(example = json!(["JN"]))]
    depots: Vec<String>,
    /// Codes of the customers the caller belongs to.
    customers: Vec<String>,
    /// Whether the caller reads only the own depots.
    reads_own_only: bool,
    /// Language the caller chose.
    language: LanguageWord,
    /// Language of this answer's texts.
    #[schema(example = "zh-CN")]
    answer_language: String,
    /// When the session or token ends at the latest.
    expires_at: DateTime<Utc>,
    /// To be sent as `X-CSRF-Token` with every write; `null` for API tokens, which need none.
    csrf_token: Option<String>,
}

impl Me {
    /// What a person is told about themselves.
    pub(super) fn new(person: &Person, lang: Lang, csrf_token: Option<String>) -> Me {
        let actor = &person.actor;
        let may = Permission::ALL.iter().copied().filter(|permission| actor.may(*permission).is_ok());
        Me {
            username: actor.username.clone(),
            display_name: person.display_name.clone(),
            email: person.email.clone(),
            role: Word(actor.role),
            permissions: may.map(Word).collect(),
            depots: actor.depots.iter().map(|depot| depot.code.clone()).collect(),
            customers: person.customers.clone(),
            reads_own_only: actor.reads_own_only,
            language: Word(person.language),
            answer_language: lang.code().to_owned(),
            expires_at: person.expires_at,
            csrf_token,
        }
    }
}

/// Who am I
#[utoipa::path(get, path = "/me", responses((status = 200, description = "The caller", body = Me)))]
async fn show(caller: Caller) -> Answer {
    let csrf_token = (caller.credential == Credential::Cookie).then(|| caller.csrf_token());
    http::ok(&Me::new(&caller.person, caller.lang, csrf_token))
}

/// What to change about oneself; what is not sent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMe {
    /// Name as shown.
    display_name: Option<String>,
    /// Language of pages and mails.
    language: Option<LanguageWord>,
}

/// Change name and language
#[utoipa::path(patch, path = "/me", request_body = ChangeMe, responses((status = 204, description = "Changed")))]
async fn change(caller: Caller, req: HttpRequest, body: Json<ChangeMe>) -> Answer {
    let body = body.into_inner();
    let (name, language) = (body.display_name.clone(), body.language.map(|word| word.0));
    http::done(&caller, &req, &body, move |tx, ctx| {
        people::change_own(tx, ctx, name.as_deref(), language)?;
        Ok(())
    })
    .await
}

/// The old password and the new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password so far.
    current: String,
    /// The new one: at least 10 characters.
    #[schema(min_length = 10, max_length = 256)]
    new: String,
}

/// Change the password
///
/// Ends all other sessions of the caller; a browser gets a new cookie for its own, and a new CSRF token with it (see
/// `GET /me`). API tokens stay.
#[utoipa::path(post, path = "/me/password", request_body = ChangePassword, responses(
    (status = 204, description = "Changed"),
    (status = 429, description = "Too many attempts", body = http::ProblemBody, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds to wait."))),
))]
async fn change_password(
    caller: Caller,
    req: HttpRequest,
    state: web::Data<State>,
    body: Json<ChangePassword>,
) -> Answer {
    let ChangePassword { current, new } = body.into_inner();
    let hash = http::new_password_hash(&req, &state, &caller, current, new).await?;
    let keep = caller.person.token_id;
    // Neither password is part of the fingerprint: not even a hash of it may be kept beside the key.
    let rotated = Secret::random();
    let new = rotated.clone();
    let browser = caller.credential == Credential::Cookie;
    let mut answer = http::done(&caller, &req, "password", move |tx, ctx| {
        people::change_own_password(tx, ctx, &hash, if browser { keep } else { 0 })?;
        if browser { session::rotate(tx, ctx, keep, &new) } else { Ok(()) }
    })
    .await?;
    // An answer from memory tells no new secret: whoever lost the first one signs in again.
    if browser && !answer.headers().contains_key("Idempotent-Replayed") {
        let cookie = http::session_cookie(&state, &rotated);
        answer.add_cookie(&cookie).map_err(|_| http::Trouble::Internal)?;
    }
    Ok(answer)
}

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Id, for revoking it.
    id: i64,
    /// The owner's note.
    #[schema(example = "nightly report")]
    label: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Last use, to the minute.
    last_used_at: DateTime<Utc>,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// The only rights it carries; `null`: all of its owner's, now and later.
    permissions: Option<Vec<PermissionWord>>,
    /// Whether it may only read.
    read_only: bool,
}

/// The caller's API tokens
#[utoipa::path(get, path = "/me/tokens", params(Paging), responses((status = 200, description = "Live tokens, newest first", body = Page<Token>)))]
async fn tokens(caller: Caller, paging: Paging) -> Answer {
    let before = paging.after::<i64>("me/tokens")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| token::list(conn, ctx, before, fetch)).await?;
    http::ok(&Page::new(
        "me/tokens",
        &paging,
        rows,
        |row| row.id,
        |row| Token {
            id: row.id,
            label: row.label,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            permissions: row.permissions.as_deref().map(words),
            read_only: row.read_only,
        },
    ))
}

/// An API token to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// A note for the owner.
    #[serde(default)]
    #[schema(max_length = 200, example = "nightly report")]
    label: String,
    /// Days until it ends; 365 when not said.
    #[schema(minimum = 1, maximum = 3650, example = 365)]
    expires_days: Option<i64>,
    /// The only rights it is to carry, each of them the caller's; all of the caller's, now and later, when not said.
    #[serde(default)]
    permissions: Option<Vec<PermissionWord>>,
    /// Whether it may only read: every write is refused with `token_read_only`.
    #[serde(default)]
    read_only: bool,
}

fn words(permissions: &str) -> Vec<PermissionWord> {
    token::permissions_of(permissions).into_iter().map(Word).collect()
}

/// A new API token with its secret, which is told this once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// Id, for revoking it.
    id: i64,
    /// The secret, for `Authorization: Bearer`.
    #[serde(default)]
    #[schema(example = "beiku_0f1e…")]
    token: String,
    /// The owner's note.
    label: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
}

/// Make an API token
///
/// It acts for the caller, with the caller's rights or fewer: a program needs no more than its work. The secret is shown in this answer only. Sent again with the same
/// `Idempotency-Key` and the same sign-in, the answer is the same.
#[utoipa::path(post, path = "/me/tokens", request_body = NewToken, responses((status = 201, description = "Made", body = CreatedToken)))]
async fn create_token(caller: Caller, req: HttpRequest, body: Json<NewToken>) -> Answer {
    let body = body.into_inner();
    // The answer is kept with the key, and a secret must not be: with a key it follows from the caller's own secret, so
    // that the same request can be answered again; another sign-in is another request.
    let credential = hex::encode(caller.secret().hash());
    let once = http::once(&req, &(&body, credential))?;
    let secret = match &once {
        Some(once) => caller.secret().derive("api token", once.key.as_bytes()),
        None => token::Secret::random(),
    };
    let text = secret.text();
    let encode =
        |made: &CreatedToken| (StatusCode::CREATED.as_u16(), serde_json::to_string(made).unwrap_or_default());
    let work = move |tx: &mut crate::app::Conn, ctx: &crate::app::Ctx| {
        let wanted = token::NewApiToken {
            label: body.label.clone(),
            days: body.expires_days.unwrap_or(TOKEN_LIFE_DAYS),
            permissions: body.permissions.as_ref().map(|only| only.iter().map(|word| word.0).collect()),
            read_only: body.read_only,
        };
        let (id, expires_at) = token::create_limited(tx, ctx, ctx.actor.user_id, &wanted, &secret)?;
        Ok(CreatedToken { id, token: String::new(), label: body.label.clone(), expires_at })
    };
    match run(&caller.app, &caller.ctx, once, encode, work).await? {
        Outcome::Done(made) => http::created(&CreatedToken { token: text, ..made }),
        Outcome::Replayed { status, body } => {
            let kept: CreatedToken = serde_json::from_str(&body).map_err(|_| http::Trouble::Internal)?;
            let again = serde_json::to_string(&CreatedToken { token: text, ..kept }).unwrap_or_default();
            Ok(http::replayed(status, again))
        }
    }
}

/// Revoke an API token
///
/// It ends at once, on every node.
#[utoipa::path(delete, path = "/me/tokens/{id}", params(("id" = i64, Path, description = "Id of the token")),
    responses((status = 204, description = "Revoked")))]
async fn revoke_token(caller: Caller, req: HttpRequest, id: web::Path<i64>) -> Answer {
    let id = id.into_inner();
    http::done(&caller, &req, &id, move |tx, ctx| token::revoke(tx, ctx, id)).await
}
