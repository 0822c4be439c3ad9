//! `/notices` and `/me`.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go};
use super::frame;
use crate::app::outbox::{self, NoticeFilter, OutboxRow};
use crate::app::token::{self, Secret};
use crate::app::{self, Conn, Ctx};
use crate::domain::notice::NoticeState;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::account::{AccountPage, TokenRow};
use crate::web::form::{Control, Field, Form};
use crate::web::kit::Tone;
use crate::web::notices::{NoticeRow, NoticesPage};
use crate::web::page::Screen;
use crate::web::rma_list::ViewTab;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Notices of a page.
const ROWS: i64 = 50;
/// Days an API token made in the browser lives.
const TOKEN_DAYS: i64 = 365;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/notices", web::get().to(notices))
        .route("/notices/{id}/retry", web::post().to(retry))
        .route("/me", web::get().to(me))
        .route("/me/tokens", web::post().to(make_token))
        .route("/me/tokens/{id}/revoke", web::post().to(revoke));
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

async fn me(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&account(&req, &caller, None).await?)
}

async fn account(req: &HttpRequest, caller: &Caller, new: Option<String>) -> Result<AccountPage, Problem> {
    let rows = http::read(caller, |conn, ctx| token::list(conn, ctx, i64::MAX, 100)).await?;
    let p = frame::page(req, Some(caller), Screen::Elsewhere);
    let tokens = rows.into_iter().map(|row| TokenRow {
        id: row.id,
        name: row.label,
        created_at: row.created_at,
        expires_at: Some(row.expires_at),
        used_at: (row.last_used_at != row.created_at).then_some(row.last_used_at),
    });
    Ok(AccountPage {
        email: caller.person.email.clone().unwrap_or_default(),
        tokens: tokens.collect(),
        token_form: token_form(&p),
        new_token: new,
        password_form: None,
        p,
    })
}

fn token_form(p: &Page) -> Form {
    Form {
        id: "token".to_owned(),
        action: "/me/tokens".to_owned(),
        fields: vec![Field::new("label", p.t("field-token-name"), Control::Text)],
        more: vec![],
        submit: p.t("save"),
        idempotency_key: String::new(),
        error: String::new(),
        cancel: String::new(),
    }
}

/// Makes a token and shows its secret, this once.
async fn make_token(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (secret, label) = (Secret::random(), value(&sent, "label").to_owned());
    let text = secret.text();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        token::create(tx, ctx, ctx.actor.user_id, &label, TOKEN_DAYS, &secret).map(|_| ())
    };
    app::run(&caller.app, &caller.ctx, None, |()| (200, String::new()), work).await?;
    answer::page(&account(&req, &caller, Some(text)).await?)
}

async fn revoke(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let work = move |tx: &mut Conn, ctx: &Ctx| token::revoke(tx, ctx, id);
    let to = act::act(&caller, &req, &sent, |()| "/me".to_owned(), work).await?;
    Ok(go(&req, &to))
}
