//! The people's side: see what was sent, what waits and what was given up; put it back; try the mail settings.

use super::{NewNotice, OutboxRow, enqueue};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Scope};
use crate::domain::fields::{Fields, code_of};
use crate::domain::language::Language;
use crate::domain::notice::{Notice, NoticeKind, NoticeState, samples};
use crate::domain::refusal::Refusal;
use crate::store::codec::decode_notice;
use crate::store::{Conn, notice_templates, outbox};
use chrono::{DateTime, TimeDelta, Utc};

/// Which notices to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Only in this state.
    pub state: Option<NoticeState>,
    /// Only of the RMA of this number.
    pub rma: Option<String>,
}

/// Notices with ids below `before_id`, newest first.
///
/// # Errors
/// `forbidden`.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &NoticeFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<OutboxRow>> {
    ctx.actor.may(Permission::ManageNotices)?;
    let rma = filter.rma.as_deref().map(code_of);
    Ok(outbox::list(conn, &ctx.actor.scope(), filter.state, rma.as_deref(), before_id, limit)?)
}

/// One notice.
///
/// # Errors
/// `forbidden`, `not_found`.
pub fn get(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<OutboxRow> {
    ctx.actor.may(Permission::ManageNotices)?;
    let row = outbox::by_id(conn, &ctx.actor.scope(), id)?;
    row.ok_or_else(|| Refusal::not_found("notice", id).into())
}

/// The facts of one notice, for showing its mail.
///
/// # Errors
/// As [`get`].
pub fn facts(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<(OutboxRow, Notice)> {
    let row = get(conn, ctx, id)?;
    let mut notice = decode_notice(&outbox::payload(conn, id)?)?;
    // Whoever looks after the mails must not be able to take over an account.
    if let Notice::PasswordReset { path, .. } = &mut notice {
        path.clear();
    }
    Ok((row, notice))
}

/// A mail that would go out: nothing of it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Reader.
    pub to: String,
    /// The reader's language.
    pub language: Language,
    /// The facts.
    pub notice: Notice,
    /// An administrator's texts for this kind of mail.
    pub texts: Vec<(String, String)>,
}

/// A notice of this transaction, to be shown before the transaction is taken back. For whoever may do what it tells of.
pub(in crate::app) fn draft(tx: &mut Conn, id: i64) -> AppResult<Option<Draft>> {
    let Some(row) = outbox::by_id(tx, &Scope::All, id)? else { return Ok(None) };
    let notice = decode_notice(&outbox::payload(tx, id)?)?;
    let own = notice_templates::get(tx, notice.kind(), row.language)?;
    let texts = own.and_then(|own| own.pairs().ok()).unwrap_or_default();
    Ok(Some(Draft { to: row.recipient, language: row.language, notice, texts }))
}

/// How many notices there are, for the page's tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Waiting.
    pub queued: i64,
    /// Sent in the last 30 days.
    pub sent_recently: i64,
    /// Given up.
    pub dead: i64,
}

/// How many notices there are.
///
/// # Errors
/// `forbidden`.
pub fn counts(conn: &mut Conn, ctx: &Ctx) -> AppResult<Counts> {
    ctx.actor.may(Permission::ManageNotices)?;
    let reader = ctx.actor.scope();
    let mut count = |state, since| outbox::count(conn, &reader, state, since);
    Ok(Counts {
        queued: count(NoticeState::Queued, DateTime::UNIX_EPOCH)?,
        sent_recently: count(NoticeState::Sent, ctx.now - TimeDelta::days(30))?,
        dead: count(NoticeState::Dead, DateTime::UNIX_EPOCH)?,
    })
}

/// Sends a notice again: a dead one starts afresh, one that waits for its next try is tried now. As it then is.
///
/// # Errors
/// `forbidden`, `not_found`, `notice_sent`, `notice_withdrawn`.
pub fn retry(tx: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<OutboxRow> {
    let before = get(tx, ctx, id)?;
    if before.state == NoticeState::Withdrawn {
        return Err(Refusal::NoticeWithdrawn { id: id.to_string() }.into());
    }
    if !outbox::requeue(tx, id, ctx.now)? {
        return Err(Refusal::NoticeSent { id: id.to_string() }.into());
    }
    audit::record(tx, ctx, "notice.retry", &format!("notice:{id}"), before.state.as_str())?;
    ctx.note_queued_notice();
    get(tx, ctx, id)
}

/// Queues a test mail to an address. `event` must be new, e.g. a random id.
///
/// # Errors
/// `forbidden`, `invalid` (field `to`).
pub fn send_test(
    tx: &mut Conn,
    ctx: &Ctx,
    event: &str,
    to: &str,
    language: Language,
    asked_by: &str,
) -> AppResult<OutboxRow> {
    let notice = Notice::Test { asked_by: asked_by.to_owned() };
    send(tx, ctx, ("test", event), to, (language, notice))
}

/// Queues the mail of an example, with the texts as they are kept, to the address of who asks. `event` must be new.
///
/// # Errors
/// `forbidden`, `not_found` for a kind without an example, `invalid` (field `to`).
pub fn send_example(
    tx: &mut Conn,
    ctx: &Ctx,
    event: &str,
    to: &str,
    (kind, language): (NoticeKind, Language),
) -> AppResult<OutboxRow> {
    let found = samples::all().into_iter().find(|(_, notice)| notice.kind() == kind);
    let (_, notice) = found.ok_or_else(|| Refusal::not_found("notice", kind))?;
    send(tx, ctx, ("example", event), to, (language, notice))
}

fn send(
    tx: &mut Conn,
    ctx: &Ctx,
    (act, event): (&str, &str),
    to: &str,
    (language, notice): (Language, Notice),
) -> AppResult<OutboxRow> {
    ctx.actor.may(Permission::ManageNotices)?;
    let mut fields = Fields::new();
    fields.required("to", to, 254);
    let recipient = fields.email("to", to);
    fields.finish()?;
    let new = NewNotice { event: format!("{act}/{event}"), recipient, language, rma_id: None, notice };
    let id = enqueue(tx, ctx, &new)?
        .ok_or_else(|| Refusal::AlreadyExists { kind: "notice".to_owned(), key: event.to_owned() })?;
    audit::record(tx, ctx, &format!("notice.{act}"), &format!("notice:{id}"), &new.recipient)?;
    get(tx, ctx, id)
}

/// Whether somebody sends this notice right now.
#[must_use]
pub fn is_being_sent(row: &OutboxRow, now: DateTime<Utc>) -> bool {
    row.state == NoticeState::Queued && row.lease_until.is_some_and(|until| until > now)
}
