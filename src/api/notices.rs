//! Notices: mails queued, sent and given up.

use crate::api::words::{LanguageWord, NoticeKindWord, NoticeStateWord};
use crate::app::audit;
use crate::app::outbox::{self, NoticeFilter, OutboxRow};
use crate::domain::actor::Permission;
use crate::domain::notice::NoticeState;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

crate::endpoints! {
    get "/notices" list: Access::Needs(Permission::ManageNotices),
    post "/notices/test" test: Access::Needs(Permission::ManageNotices),
    post "/notices/{id}/retry" retry: Access::Needs(Permission::ManageNotices),
}

/// A mail to one person about one event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    /// Id.
    id: i64,
    /// What the mail is about.
    kind: NoticeKindWord,
    /// How far it got.
    state: NoticeStateWord,
    /// Mail address of the reader.
    #[schema(example = "liu@hospital.example")]
    to: String,
    /// Language of the mail.
    language: LanguageWord,
    /// RMA it belongs to.
    #[schema(example = "RMA-2026-000171")]
    rma: Option<String>,
    /// Name of the event: it is told to the same reader once.
    event: String,
    /// Left side of the mail's Message-ID, the same on every try.
    message_id: String,
    /// Tries so far. One that met no mail server does not count.
    attempts: i64,
    /// When it is tried next; only while it is queued.
    next_attempt_at: Option<DateTime<Utc>>,
    /// Why it did not go out the last time, in the mail server's words; empty when it did.
    #[schema(example = "refused: 550 5.1.1 No such user here")]
    last_error: String,
    /// When it was queued.
    created_at: DateTime<Utc>,
    /// When the mail server took it.
    sent_at: Option<DateTime<Utc>>,
    /// Subject of the mail; empty before the first try.
    #[schema(example = "返修申请已批准：主控板 MCU24-19K03-00917 [RMA-2026-000171]")]
    subject: String,
    /// When the last try ended.
    tried_at: Option<DateTime<Utc>>,
}

impl From<OutboxRow> for Notice {
    fn from(row: OutboxRow) -> Self {
        let is_queued = row.state == NoticeState::Queued;
        Notice {
            id: row.id,
            kind: Word(row.kind),
            state: Word(row.state),
            to: row.recipient,
            language: Word(row.language),
            rma: row.rma,
            event: row.event,
            message_id: row.message_id,
            attempts: row.attempts,
            next_attempt_at: is_queued.then_some(row.next_attempt_at),
            last_error: row.last_error,
            created_at: row.created_at,
            sent_at: row.sent_at,
            subject: row.subject,
            tried_at: row.tried_at,
        }
    }
}

/// Which notices to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only in this state.
    #[param(inline)]
    state: Option<NoticeStateWord>,
    /// Only of this RMA.
    #[param(example = "RMA-2026-000171")]
    rma: Option<String>,
}

/// List notices
#[utoipa::path(get, path = "/notices", params(Paging, Filter), responses((status = 200, description = "Newest first", body = Page<Notice>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { state, rma } = filter.into_inner();
    let filter = NoticeFilter { state: state.map(|word| word.0), rma };
    let before = paging.after::<i64>("notices")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| outbox::list(conn, ctx, &filter, before, fetch)).await?;
    audit::note_addresses(&caller.app, &caller.ctx, "notices").await?;
    http::ok(&Page::new("notices", &paging, rows, |row| row.id, Notice::from))
}

/// Send a notice again
///
/// A dead letter starts afresh, one that waits for its next try is tried now. One that was sent is refused (`notice_sent`), so is
/// one whose ground was taken back before it was sent (`notice_withdrawn`).
#[utoipa::path(post, path = "/notices/{id}/retry", params(("id" = i64, Path, description = "Id of the notice")),
    responses((status = 200, description = "Queued again; as it now is", body = Notice)))]
async fn retry(caller: Caller, req: HttpRequest, id: web::Path<i64>) -> Answer {
    let id = id.into_inner();
    http::act(&caller, &req, StatusCode::OK, &(), move |tx, ctx| outbox::retry(tx, ctx, id).map(Notice::from))
        .await
}

/// Where to send a test mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestMail {
    /// Mail address.
    #[schema(example = "he@example.cn", min_length = 1, max_length = 254)]
    to: String,
    /// Language of the mail; the caller's when not said.
    language: Option<LanguageWord>,
}

/// Send a test mail
///
/// Tries the mail settings: the answer is the queued notice, whose state tells later how it went.
#[utoipa::path(post, path = "/notices/test", request_body = TestMail, responses((status = 202, description = "Queued", body = Notice)))]
async fn test(caller: Caller, req: HttpRequest, body: Json<TestMail>) -> Answer {
    let body = body.into_inner();
    let (to, language) = (body.to.clone(), body.language.map_or(caller.person.language, |word| word.0));
    let (event, asked_by) = (Uuid::now_v7().to_string(), caller.person.display_name.clone());
    http::act(&caller, &req, StatusCode::ACCEPTED, &body, move |tx, ctx| {
        outbox::send_test(tx, ctx, &event, &to, language, &asked_by).map(Notice::from)
    })
    .await
}
