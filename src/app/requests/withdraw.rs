//! A request is called back by who asked for it, while nobody has answered it.

use super::{RequestRow, decide, find, line_of, must_be};
use crate::app::rma::{self, ActionInput};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Scope};
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::request::RequestState;
use crate::domain::rma::{ActionKind, RepairState};
use crate::store::{Conn, requests, rmas};

/// Calls a request back that nobody has answered: who asked for it, or who decides. An RMA that was made with it is called off
/// with it. It stands as refused, by the one who asked.
///
/// # Errors
/// `forbidden` of somebody else's request, `action_not_allowed` of one that was answered.
pub fn withdraw(tx: &mut Conn, ctx: &Ctx, number: &str, reason: &str) -> AppResult<RequestRow> {
    ctx.actor.may(Permission::RequestRma)?;
    let row = find(tx, ctx, number)?;
    if !asked(ctx, &row) {
        ctx.actor.may(Permission::DecideRma)?;
    }
    must_be(&row, RequestState::Requested, "withdraw")?;
    let mut f = Fields::new();
    let reason = f.required("reason", reason, LONG_MAX);
    f.finish()?;
    let line = line_of(tx, &row.rma, row.line)?;
    let head = rmas::by_number(tx, &Scope::All, &row.rma)?;
    let made_with_it = head.is_some_and(|head| head.requested_at == row.requested_at);
    let is_last = requests::open_of_line(tx, line.id, row.id)?.is_none();
    if made_with_it && is_last && line.repair_state == RepairState::Requested {
        let input = ActionInput { reason: reason.clone(), ..ActionInput::default() };
        rma::act(tx, ctx, &row.rma, row.line, ActionKind::Cancel, &input)?;
    }
    decide(tx, ctx, row.id, RequestState::Rejected, (&reason, false))?;
    audit::record(tx, ctx, "request.withdraw", &format!("request:{}", row.number), &reason)?;
    find(tx, ctx, number)
}

/// Whether the reader asked for it.
fn asked(ctx: &Ctx, row: &RequestRow) -> bool {
    row.requested_by.as_deref() == Some(ctx.actor.username.as_str())
}

/// Whether the reader may call the request back: it is their own, and nobody has answered it.
#[must_use]
pub fn may_withdraw(ctx: &Ctx, row: &RequestRow) -> bool {
    row.state == RequestState::Requested && asked(ctx, row)
}
