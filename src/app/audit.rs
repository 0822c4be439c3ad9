//! The audit trail: who did what to which thing, written in the transaction that did it.

use crate::app::{App, AppResult, Ctx, Error, FaultKind};
use crate::domain::actor::{Permission, Role};
use crate::store::{Conn, audit};
use chrono::TimeDelta;

pub use crate::store::audit::{AuditFilter, AuditRow};

/// Records that the actor did `action` to `subject`. `detail` is short and never holds a secret.
pub fn record(tx: &mut Conn, ctx: &Ctx, action: &str, subject: &str, detail: &str) -> AppResult<()> {
    audit::insert(
        tx,
        &audit::NewAudit {
            at: ctx.now,
            actor_id: ctx.actor.id(),
            actor: &ctx.actor.username,
            action,
            subject,
            detail,
            request_id: &ctx.request_id,
        },
    )?;
    Ok(())
}

/// Reading the same thing again within this time is not written down again.
const READ_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Writes down that the actor read personal data: a customer's contacts, or an export. What is read all day is written
/// once an hour for each reader, so that the trail says who looked at whom and the writer is left alone. The program
/// itself is no reader.
///
/// # Errors
/// Faults of the database: what cannot be written down is not shown. Only while its disk is full is the log the trail: an
/// RMA must be found then too.
pub async fn note_read(
    app: &App,
    ctx: &Ctx,
    action: &'static str,
    subject: &str,
    detail: &str,
) -> AppResult<()> {
    let Some(actor_id) = ctx.actor.id() else { return Ok(()) };
    let (since, sought) = (ctx.now - READ_AGAIN, subject.to_owned());
    let known = app
        .store()
        .read(move |conn| Ok::<_, Error>(audit::has_since(conn, &sought, action, actor_id, since)?))
        .await?;
    if known {
        return Ok(());
    }
    let (reader, looked_at) = (ctx.actor.username.clone(), subject.to_owned());
    let (ctx, subject, detail) = (ctx.clone(), subject.to_owned(), detail.to_owned());
    match app.store().write(move |tx| record(tx, &ctx, action, &subject, &detail)).await {
        Err(error) if error.fault() == Some(FaultKind::StorageFull) => {
            tracing::warn!(
                reader,
                action,
                subject = looked_at,
                "a read that the audit trail has no room for"
            );
            Ok(())
        }
        done => done,
    }
}

/// Writes down that the actor saw the contact of an RMA. A customer's own people see their own.
///
/// # Errors
/// As [`note_read`].
pub async fn note_contact(app: &App, ctx: &Ctx, number: &str) -> AppResult<()> {
    if ctx.actor.role == Role::Customer {
        return Ok(());
    }
    note_read(app, ctx, "contact.read", &format!("rma:{number}"), "contact").await
}

/// Writes down that the actor saw a list with addresses of people outside: of mails, of requests without an account.
///
/// # Errors
/// As [`note_read`].
pub async fn note_addresses(app: &App, ctx: &Ctx, list: &str) -> AppResult<()> {
    note_read(app, ctx, "contact.read", &format!("list:{list}"), "addresses").await
}

/// Writes down that the actor took a whole kind of data out of the house; every time.
///
/// # Errors
/// Faults of the database: what cannot be written down does not leave.
pub async fn note_export(app: &App, ctx: &Ctx, kind: &str, format: &'static str) -> AppResult<()> {
    let (ctx, subject) = (ctx.clone(), format!("export:{kind}"));
    app.store().write(move |tx| record(tx, &ctx, "export.read", &subject, format)).await
}

/// Audit rows, newest first, with ids below `before_id`.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &AuditFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<AuditRow>> {
    ctx.actor.may(Permission::ReadAudit)?;
    Ok(audit::list(conn, filter, before_id, limit)?)
}
