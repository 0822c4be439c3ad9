//! `/notices`.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go};
use super::rows;
use super::{flash, frame};
use crate::app::outbox::{self, NoticeFilter, OutboxRow};
use crate::app::{Conn, Ctx};
use crate::app::{audit, notice_templates};
use crate::domain::actor::Permission;
use crate::domain::notice::NoticeState;
use crate::http::csrf::SignedForm;
use crate::http::mailroom::Preview;
use crate::http::{self, Caller, Problem, State, Trouble};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::kit::Tone;
use crate::web::notices::{NoticePage, NoticeRow, NoticesPage};
use crate::web::page::Screen;
use crate::web::rma_list::ViewTab;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/notices", web::get().to(notices))
        .route("/notices/test", web::post().to(test))
        .configure(super::notice_templates::routes)
        .route("/notices/{id}/retry", web::post().to(retry))
        .route("/notices/{id}/body", web::get().to(body))
        .route("/notices/{id}", web::get().to(one));
}

/// The mail of a notice. Who reads it reads a person's address and affairs: that is written down.
async fn mail(state: &State, caller: &Caller, id: i64) -> Result<(OutboxRow, Option<Preview>), Problem> {
    let (row, notice, texts) = http::read(caller, move |conn, ctx| {
        let (row, notice) = outbox::facts(conn, ctx, id)?;
        let own = notice_templates::get(conn, ctx, row.kind, row.language)?;
        Ok((row, notice, own.map(|(_, texts)| texts).unwrap_or_default()))
    })
    .await?;
    audit::note_read(&caller.app, &caller.ctx, "contact.read", &format!("notice:{id}"), "mail").await?;
    let mail = state.mailroom.write(&notice, row.language, &texts);
    Ok((row, mail))
}

async fn one(req: HttpRequest, state: web::Data<State>, caller: Caller, id: web::Path<i64>) -> Shown {
    let (row, mail) = mail(&state, &caller, *id).await?;
    let p = frame::page(&req, Some(&caller), Screen::Notices);
    let written = mail.as_ref().map(|mail| mail.subject.clone()).unwrap_or_default();
    let subject = if row.subject.is_empty() { written } else { row.subject.clone() };
    let row = item(&p, &caller, &row);
    super::notice_templates::framed(answer::page(&NoticePage { p, row, subject, has_mail: mail.is_some() })?)
}

async fn body(state: web::Data<State>, caller: Caller, id: web::Path<i64>) -> Shown {
    let (_, mail) = mail(&state, &caller, *id).await?;
    let mail = mail.ok_or(Trouble::NoSuchAddress)?;
    Ok(super::notice_templates::alone(mail.html))
}

/// Which notices, read from the address.
#[derive(serde::Deserialize)]
struct Wanted {
    view: Option<String>,
    before: Option<i64>,
}

async fn notices(
    req: HttpRequest,
    state: web::Data<State>,
    caller: Caller,
    wanted: web::Query<Wanted>,
) -> Shown {
    let shown = screen(&req, &state, &caller, &wanted).await?;
    answer::page(&shown)
}

async fn screen(
    req: &HttpRequest,
    mail: &State,
    caller: &Caller,
    wanted: &Wanted,
) -> Result<NoticesPage, Problem> {
    let state = wanted.view.as_deref().and_then(NoticeState::from_code);
    let filter = NoticeFilter { state, rma: None };
    let before = wanted.before.unwrap_or(i64::MAX);
    let (mut rows, counts) = http::read(caller, move |conn, ctx| {
        Ok((outbox::list(conn, ctx, &filter, before, rows::READ)?, outbox::counts(conn, ctx)?))
    })
    .await?;
    audit::note_addresses(&caller.app, &caller.ctx, "notices").await?;
    let more = rows::cut(&mut rows);
    let tab = |key, code: &str, count, tone| ViewTab {
        key,
        count,
        tone,
        href: format!("/notices?view={code}"),
        current: state.map_or("", NoticeState::as_str) == code,
    };
    let code = state.map_or("", NoticeState::as_str);
    let p = frame::page(req, Some(caller), Screen::Notices);
    Ok(NoticesPage {
        test: test_form(&p, caller),
        way_out: mail.mailroom.way_out(),
        has_folder: caller.may(Permission::ManageUsers).is_ok()
            && mail.mailroom.way_out().starts_with("file:"),
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
        rows: rows.iter().map(|row| item(&p, caller, row)).collect(),
        next: rows.last().filter(|_| more).map(|row| format!("/notices?view={code}&before={}", row.id)),
        p,
    })
}

fn test_form(p: &Page, caller: &Caller) -> Form {
    let to = Field::new("to", p.t("testmail-to"), Control::Email)
        .required()
        .with_value(caller.person.email.clone().unwrap_or_default());
    Form {
        id: "test".to_owned(),
        action: "/notices/test".to_owned(),
        fields: vec![to],
        more: vec![],
        submit: p.t("testmail-send"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

/// Queues a test mail.
async fn test(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (to, language) = (value(&sent, "to").to_owned(), caller.person.language);
    let (event, asked_by) = (act::key(), caller.person.display_name.clone());
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        outbox::send_test(tx, ctx, &event, &to, language, &asked_by).map(|_| ())
    };
    let problem = match act::act(&caller, &req, &sent, |()| "/notices".to_owned(), work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-queued")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &state, &caller, &Wanted { view: None, before: None }).await?;
    let (complaint, problem) = act::complaint(&screen.p, problem)?;
    act::refuse(&mut screen.test, &sent, &complaint);
    if answer::is_htmx(&req) {
        return act::fragment(screen.p, screen.test, &problem);
    }
    answer::html(problem.status(), &screen)
}

fn item(p: &Page, caller: &Caller, row: &OutboxRow) -> NoticeRow {
    let sending = outbox::is_being_sent(row, caller.ctx.now);
    let state = if sending { "sending" } else { row.state.as_str() };
    NoticeRow {
        id: row.id,
        kind: row.kind.to_string(),
        to: row.recipient.clone(),
        subject: row.subject.clone(),
        state: state.to_owned(),
        queued_at: row.created_at,
        tried_at: row.tried_at.or(row.sent_at),
        attempts: row.attempts,
        error: said_by_server(p, &row.last_error),
        rma: row.rma.clone().unwrap_or_default(),
        may_retry: matches!(row.state, NoticeState::Queued | NoticeState::Dead) && !sending,
        idempotency_key: act::key(),
    }
}

/// What a mail server, or the way there, said: what our own mailer says is told in words, what a server says as it is.
fn said_by_server(p: &Page, error: &str) -> String {
    let known = [
        ("STARTTLS is not supported", "mail-trouble-starttls"),
        ("certificate", "mail-trouble-certificate"),
        ("Connection refused", "mail-trouble-refused"),
        ("connection refused", "mail-trouble-refused"),
        ("timed out", "mail-trouble-timeout"),
        ("timeout", "mail-trouble-timeout"),
        ("dns error", "mail-trouble-name"),
        ("failed to lookup", "mail-trouble-name"),
    ];
    match known.iter().find(|(part, _)| error.contains(part)) {
        Some((_, key)) => format!("{} ({error})", p.t(key)),
        None => error.to_owned(),
    }
}

async fn retry(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let work = move |tx: &mut Conn, ctx: &Ctx| outbox::retry(tx, ctx, id).map(|_| ());
    let to = act::act(&caller, &req, &sent, |()| "/notices".to_owned(), work).await?;
    let mut answer = go(&req, &to);
    flash::say(&req, &mut answer, "said-queued")?;
    Ok(answer)
}
