//! What a line waits for: the acts that are possible now, whoever may do them, and which of them are the reader's.

use crate::app::rma::proposal::{self, Proposal};
use crate::app::rma::state::load;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Actor;
use crate::domain::repair::Cause;
use crate::domain::rma::{ActionKind, LineState, allowed_actions, may_go};
use crate::store::{Conn, repeats};

/// What may come next on a line.
#[derive(Debug, Clone)]
pub struct Next {
    /// What the line's state allows, whoever does it, in the order of a line's life.
    pub possible: Vec<ActionKind>,
    /// What of it the reader may do.
    pub mine: Vec<ActionKind>,
    /// The exchange proposed because the line is likely to miss its date; for staff.
    pub proposal: Option<Proposal>,
    /// Whose doing a delay was, as attributed last.
    pub cause: Option<Cause>,
}

/// Whether nobody has said yes to the line's request yet, so that it can still be said. Refuses with `not_found`.
pub fn awaits_yes(conn: &mut Conn, ctx: &Ctx, number: &str, line: i64) -> AppResult<bool> {
    Ok(may_go(&load(conn, ctx, number, line)?.state, ActionKind::Authorise))
}

/// What the reader may do on a line now. Refuses with `not_found`.
pub fn offered(conn: &mut Conn, ctx: &Ctx, number: &str, line: i64) -> AppResult<Vec<ActionKind>> {
    Ok(allowed_actions(&ctx.actor, &load(conn, ctx, number, line)?.state))
}

/// No line waits for its latest step to be taken back.
fn onward(actor: &Actor, line: &LineState) -> Vec<ActionKind> {
    let mut actions = allowed_actions(actor, line);
    actions.retain(|kind| *kind != ActionKind::TakeBack);
    actions
}

/// What a line waits for. Refuses with `not_found`.
pub fn next(conn: &mut Conn, ctx: &Ctx, number: &str, line: i64) -> AppResult<Next> {
    let loaded = load(conn, ctx, number, line)?;
    Ok(Next {
        possible: onward(&Actor::system("next"), &loaded.state),
        mine: onward(&ctx.actor, &loaded.state),
        proposal: proposal::of_line(conn, ctx, &loaded.row, &loaded.state)?,
        cause: repeats::cause_of(conn, loaded.row.id)?.as_deref().and_then(Cause::from_code),
    })
}
