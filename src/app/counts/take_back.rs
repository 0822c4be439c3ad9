//! Taking back what was seen in a count by mistake.

use super::{find_open, view};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::refusal::Refusal;
use crate::store::counts::{self, CountScanRow};
use crate::store::{Conn, exceptions};

/// Takes back what was seen: it counts for nothing, what it took the place of stands again, and the exception it became is
/// settled. A count that was said to be done is open again.
///
/// # Errors
/// `not_found`, `action_not_allowed` once the count has ended, and `forbidden` for what somebody else saw.
pub fn take_back(tx: &mut Conn, ctx: &Ctx, number: &str, id: i64, reason: &str) -> AppResult<CountScanRow> {
    let row = find_open(tx, ctx, number, "count")?;
    let mut f = Fields::new();
    let reason = f.required("reason", reason, LONG_MAX);
    f.finish()?;
    let seen = view(tx, ctx, number)?.scans.into_iter().find(|scan| scan.id == id);
    let seen = seen.ok_or_else(|| Refusal::not_found("scan", id))?;
    if seen.scanned_by.as_deref() != Some(ctx.actor.username.as_str()) {
        ctx.actor.may(Permission::CorrectStock)?;
    }
    if !counts::take_back(tx, row.id, &seen, ctx.now)? {
        return Err(Refusal::not_found("scan", id).into());
    }
    if let Some(exception) = seen.exception_id
        && !counts::has_exception(tx, row.id, exception)?
    {
        exceptions::settle(tx, exception, &reason, ctx.actor.id(), ctx.now)?;
    }
    if row.done_at.is_some() {
        counts::set_done(tx, row.id, None)?;
    }
    audit::record(tx, ctx, "count.take_back", &format!("count:{}", row.number), &reason)?;
    Ok(seen)
}
