//! People: for administrators.

use crate::api::words::{LanguageWord, RoleWord};
use crate::app::people::{self, Change, NewPerson, UserFilter};
use crate::app::{session, setup};
use crate::domain::actor::Permission;
use crate::domain::language::Language;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::problem::Problem;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, State, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/users" list: Access::Needs(Permission::ManageUsers),
    post "/users" create: Access::Needs(Permission::ManageUsers),
    get "/users/{username}" show: Access::Needs(Permission::ManageUsers),
    patch "/users/{username}" change: Access::Needs(Permission::ManageUsers),
    delete "/users/{username}/sessions" end_sessions: Access::Needs(Permission::ManageUsers),
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Id.
    id: i64,
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
    /// Codes of the depots given to the user.
    #[schema(example = json!(["JN"]))]
    depots: Vec<String>,
    /// Codes of the customers the user belongs to.
    customers: Vec<String>,
    /// Language of pages and mails.
    language: LanguageWord,
    /// Whether a staff member reads only the own depots.
    reads_own_only: bool,
    /// Whether the account is on.
    active: bool,
    /// Whether the user can sign in with a password.
    has_password: bool,
    /// When the user was created.
    created_at: DateTime<Utc>,
    /// Version, for `If-Match`.
    version: i64,
}

impl From<people::User> for User {
    fn from(user: people::User) -> Self {
        let people::User { row, depots, customers } = user;
        User {
            id: row.id,
            username: row.username,
            display_name: row.display_name,
            email: row.email,
            role: Word(row.role),
            depots,
            customers,
            language: Word(row.language),
            reads_own_only: row.reads_own_only,
            active: row.active,
            has_password: row.password_hash.is_some(),
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// Which users to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only this role.
    role: Option<RoleWord>,
    /// Only accounts that are on (`true`) or off (`false`).
    active: Option<bool>,
    /// Only users to whom this depot is given.
    #[param(example = "JN")]
    depot: Option<String>,
}

/// List users
#[utoipa::path(get, path = "/users", params(Paging, Filter), responses((status = 200, description = "Users by sign-in name", body = Page<User>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { role, active, depot } = filter.into_inner();
    let filter = UserFilter { role: role.map(|word| word.0), active, depot };
    let after = paging.after::<String>("users")?.unwrap_or_default();
    let fetch = paging.fetch();
    let users = http::read(&caller, move |conn, ctx| people::list(conn, ctx, &filter, &after, fetch)).await?;
    http::ok(&Page::new("users", &paging, users, |user| user.row.username.clone(), User::from))
}

/// One user
#[utoipa::path(get, path = "/users/{username}", params(("username" = String, Path, description = "Sign-in name")),
    responses((status = 200, description = "The user", body = User)))]
async fn show(caller: Caller, username: web::Path<String>) -> Answer {
    let username = username.into_inner();
    let user = http::read(&caller, move |conn, ctx| people::get(conn, ctx, &username)).await?;
    http::ok(&User::from(user))
}

/// A user to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Sign-in name: 1 to 64 letters, digits, `.`, `_`, `-`, `@`.
    #[schema(example = "li", min_length = 1, max_length = 64)]
    username: String,
    /// Name as shown; the sign-in name when not said.
    #[serde(default)]
    #[schema(example = "李明", max_length = 200)]
    display_name: String,
    /// Mail address.
    #[serde(default)]
    #[schema(example = "li@example.cn")]
    email: String,
    /// Role.
    role: RoleWord,
    /// Password of at least 10 characters. Without one the user cannot sign in until an administrator sets it.
    #[serde(skip_serializing)]
    #[schema(min_length = 10, max_length = 256)]
    password: Option<String>,
    /// Codes of depots to give.
    #[serde(default)]
    #[schema(example = json!(["JN"]))]
    depots: Vec<String>,
    /// Codes of customers; needed for, and only for, the role `customer`. `customer` with one code is understood too.
    #[serde(default, alias = "customer", deserialize_with = "one_or_many")]
    customers: Vec<String>,
    /// Language of pages and mails; `zh-CN` when not said.
    language: Option<LanguageWord>,
    /// Whether a staff member reads only the own depots.
    #[serde(default)]
    reads_own_only: bool,
}

/// Create a user
#[utoipa::path(post, path = "/users", request_body = NewUser, responses((status = 201, description = "Created", body = User)))]
async fn create(caller: Caller, req: HttpRequest, state: web::Data<State>, body: Json<NewUser>) -> Answer {
    let mut body = body.into_inner();
    let password_hash = hash(&state, body.password.take(), &body.username).await?;
    let new = NewPerson {
        username: body.username.clone(),
        display_name: body.display_name.clone(),
        email: body.email.clone(),
        role: body.role.0,
        password_hash,
        depots: body.depots.clone(),
        customers: body.customers.clone(),
        language: body.language.map_or(Language::ZhCn, |word| word.0),
        reads_own_only: body.reads_own_only,
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        people::create(tx, ctx, &new).map(User::from)
    })
    .await
}

/// `"C1001"` or `["C1001", "C1002"]`.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Codes {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Codes::deserialize(deserializer)? {
        Codes::One(code) => vec![code],
        Codes::Many(codes) => codes,
    })
}

/// What to change about a user; what is not sent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// Name as shown.
    #[schema(max_length = 200)]
    display_name: Option<String>,
    /// Mail address; empty removes it.
    email: Option<String>,
    /// Role.
    role: Option<RoleWord>,
    /// A new password of at least 10 characters. Ends all sessions of the user.
    #[serde(skip_serializing)]
    #[schema(min_length = 10, max_length = 256)]
    password: Option<String>,
    /// Codes of exactly the depots to be given from now on.
    depots: Option<Vec<String>>,
    /// Codes of exactly the customers to belong to.
    customers: Option<Vec<String>>,
    /// Language of pages and mails.
    language: Option<LanguageWord>,
    /// Whether a staff member reads only the own depots.
    reads_own_only: Option<bool>,
    /// `false` turns the account off: sessions and API tokens stop working at once.
    active: Option<bool>,
}

/// Change a user
#[utoipa::path(patch, path = "/users/{username}", params(("username" = String, Path, description = "Sign-in name"),
        ("If-Match" = Option<String>, Header, description = "Version of the user as it was read")),
    request_body = ChangeUser, responses((status = 200, description = "As the user now is", body = User)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    state: web::Data<State>,
    username: web::Path<String>,
    body: Json<ChangeUser>,
) -> Answer {
    let (username, mut body) = (username.into_inner(), body.into_inner());
    let password_hash = hash(&state, body.password.take(), &username).await?;
    let change = Change {
        display_name: body.display_name.clone(),
        email: body.email.clone(),
        role: body.role.map(|word| word.0),
        password_hash,
        depots: body.depots.clone(),
        customers: body.customers.clone(),
        language: body.language.map(|word| word.0),
        reads_own_only: body.reads_own_only,
        active: body.active,
    };
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::User, &username, seen)?;
        people::change(tx, ctx, &username, &change).map(User::from)
    })
    .await
}

/// Sign somebody out everywhere
///
/// For a device that was lost. API tokens stay: their owner ends those, and an account that is off has none.
#[utoipa::path(delete, path = "/users/{username}/sessions", params(("username" = String, Path, description = "Sign-in name")),
    responses((status = 204, description = "Signed out")))]
async fn end_sessions(caller: Caller, req: HttpRequest, username: web::Path<String>) -> Answer {
    let username = username.into_inner();
    let command = username.clone();
    http::done(&caller, &req, &command, move |tx, ctx| session::end_all_of(tx, ctx, &username)).await
}

async fn hash(state: &State, password: Option<String>, username: &str) -> Result<Option<String>, Problem> {
    let Some(password) = password else { return Ok(None) };
    http::chosen_password(state, "password", password, username).await.map(Some)
}
