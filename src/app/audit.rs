//! The audit trail: who did what to which thing, written in the transaction that did it.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::store::{Conn, audit};

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
