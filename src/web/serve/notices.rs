//! `/notices`.

use super::act::{self, Sent};
use super::answer::{self, Shown, go};
use super::frame;
use crate::app::outbox::{self, NoticeFilter, OutboxRow};
use crate::app::{Conn, Ctx};
use crate::domain::notice::NoticeState;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller};
use crate::web::kit::Tone;
use crate::web::notices::{NoticeRow, NoticesPage};
use crate::web::page::Screen;
use crate::web::rma_list::ViewTab;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Notices of a page.
const ROWS: i64 = 50;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/notices", web::get().to(notices)).route("/notices/{id}/retry", web::post().to(retry));
}

/// Which notices, read from the address.
#[derive(serde::Deserialize)]
struct Wanted {
    view: Option<String>,
    before: Option<i64>,
}

async fn notices(req: HttpRequest, caller: Caller, wanted: web::Query<Wanted>) -> Shown {
    let state = wanted.view.as_deref().and_then(NoticeState::from_code);
    let filter = NoticeFilter { state, rma: None };
    let before = wanted.before.unwrap_or(i64::MAX);
    let (mut rows, counts) = http::read(&caller, move |conn, ctx| {
        Ok((outbox::list(conn, ctx, &filter, before, ROWS + 1)?, outbox::counts(conn, ctx)?))
    })
    .await?;
    let more = i64::try_from(rows.len()).is_ok_and(|read| read > ROWS);
    if more {
        rows.pop();
    }
    let tab = |key, code: &str, count, tone| ViewTab {
        key,
        count,
        tone,
        href: format!("/notices?view={code}"),
        current: state.map_or("", NoticeState::as_str) == code,
    };
    let code = state.map_or("", NoticeState::as_str);
    let screen = NoticesPage {
        views: vec![
            tab("view-all", "", None, Tone::Plain),
            tab("view-queued", "queued", Some(counts.queued), Tone::Plain),
            tab("view-sent", "sent", None, Tone::Plain),
            tab(
                "view-dead",
                "dead",
                Some(counts.dead),
                if counts.dead > 0 { Tone::Bad } else { Tone::Plain },
            ),
        ],
        sent_recently: counts.sent_recently,
        rows: rows.iter().map(|row| item(&caller, row)).collect(),
        next: rows.last().filter(|_| more).map(|row| format!("/notices?view={code}&before={}", row.id)),
        p: frame::page(&req, Some(&caller), Screen::Notices),
    };
    answer::page(&screen)
}

fn item(caller: &Caller, row: &OutboxRow) -> NoticeRow {
    let sending = outbox::is_being_sent(row, caller.ctx.now);
    let state = if sending { "sending" } else { row.state.as_str() };
    NoticeRow {
        id: row.id,
        kind: row.kind.to_string(),
        to: row.recipient.clone(),
        subject: String::new(),
        state: state.to_owned(),
        queued_at: row.created_at,
        tried_at: row.sent_at,
        attempts: row.attempts,
        error: row.last_error.clone(),
        rma: row.rma.clone().unwrap_or_default(),
        may_retry: row.state != NoticeState::Sent && !sending,
        idempotency_key: act::key(),
    }
}

async fn retry(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let work = move |tx: &mut Conn, ctx: &Ctx| outbox::retry(tx, ctx, id).map(|_| ());
    let to = act::act(&caller, &req, &sent, |()| "/notices".to_owned(), work).await?;
    Ok(go(&req, &to))
}
