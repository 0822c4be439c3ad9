//! The audit trail: who did what to which thing, written in the transaction that did it.

use crate::app::{AppResult, Ctx};
use crate::store::{Conn, audit};

/// Records that the actor did `action` to `subject`. `detail` is short and never holds a secret.
pub fn record(tx: &mut Conn, ctx: &Ctx, action: &str, subject: &str, detail: &str) -> AppResult<()> {
    audit::insert(
        tx,
        &audit::NewAudit {
            at: ctx.now,
            actor_id: (ctx.actor.user_id != 0).then_some(ctx.actor.user_id),
            actor: &ctx.actor.username,
            action,
            subject,
            detail,
            request_id: &ctx.request_id,
        },
    )?;
    Ok(())
}
