//! Where the caller is signed in.

use crate::app::session;
use crate::http::endpoint::Access;

use crate::http::{self, Answer, Caller, Page};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

crate::endpoints! {
    get "/me/sessions" list: Access::SignedIn,
    delete "/me/sessions" end_others: Access::SignedIn,
    delete "/me/sessions/{id}" end: Access::SignedIn,
}

/// A browser the caller is signed in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Id, for ending it.
    id: i64,
    /// What the browser calls itself.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0")]
    device: String,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// Last use, to the minute.
    last_used_at: DateTime<Utc>,
    /// When it ends at the latest.
    expires_at: DateTime<Utc>,
    /// Whether it is the one this request came with.
    current: bool,
}

/// Where am I signed in
#[utoipa::path(get, path = "/me/sessions", responses((status = 200, description = "Live sessions, the latest used first, at most 200", body = Page<Session>)))]
async fn list(caller: Caller) -> Answer {
    let current = caller.person.token_id;
    let rows = http::read(&caller, session::list).await?;
    let items = rows.into_iter().map(|row| Session {
        id: row.id,
        device: row.device,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        current: row.id == current,
    });
    http::ok(&Page::whole(items.collect()))
}

/// Sign out everywhere else
///
/// Ends all sessions of the caller but the one the request came with; all of them for an API token.
#[utoipa::path(delete, path = "/me/sessions", responses((status = 204, description = "Ended")))]
async fn end_others(caller: Caller, req: HttpRequest) -> Answer {
    let keep = caller.person.token_id;
    http::done(&caller, &req, "others", move |tx, ctx| session::end_others(tx, ctx, keep)).await
}

/// End a session
///
/// It ends at once, on every node.
#[utoipa::path(delete, path = "/me/sessions/{id}", params(("id" = i64, Path, description = "Id of the session")),
    responses((status = 204, description = "Ended")))]
async fn end(caller: Caller, req: HttpRequest, id: web::Path<i64>) -> Answer {
    let id = id.into_inner();
    http::done(&caller, &req, &id, move |tx, ctx| session::end(tx, ctx, id)).await
}
