//! Views of the list of RMAs that people keep: the query string of the page under a name. A manager may share one with all
//! staff, and take a shared one away.

use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Role};
use crate::domain::fields::Fields;
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::{Conn, saved_views};

pub use crate::store::saved_views::ViewRow;

/// The list the views are of.
const PAGE: &str = "rma";
/// Views of one person at most: tabs nobody reads help nobody.
const MOST: i64 = 30;
/// Longest name.
const NAME_MAX: usize = 60;
/// Longest query string.
const QUERY_MAX: usize = 2_000;

/// The views this person sees above the list.
///
/// # Errors
/// `forbidden`.
pub fn list(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<ViewRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    if ctx.actor.role == Role::Customer {
        return Ok(vec![]);
    }
    Ok(saved_views::list(conn, ctx.actor.user_id, PAGE, 2 * MOST)?)
}

/// Keeps a view; one of the same name is replaced. Sharing is for managers.
///
/// # Errors
/// `forbidden`, and 422 when there is no name or too many views.
pub fn keep(tx: &mut Conn, ctx: &Ctx, name: &str, query: &str, shared: bool) -> AppResult<()> {
    ctx.actor.may(Permission::ReadRma)?;
    if shared {
        ctx.actor.may(Permission::DecideRma)?;
    }
    let mut f = Fields::new();
    let name = f.required("name", name, NAME_MAX);
    let query = f.text("query", query, QUERY_MAX);
    f.finish()?;
    if saved_views::count(tx, ctx.actor.user_id)? >= MOST {
        let error = FieldError::new("name", "count_out_of_range").with("max", MOST).with("count", MOST);
        return Err(Refusal::Invalid(vec![error]).into());
    }
    saved_views::put(tx, ctx.actor.user_id, PAGE, (&name, &query, shared), ctx.now)?;
    if shared {
        audit::record(tx, ctx, "view.share", "view:rma", &name)?;
    }
    Ok(())
}

/// Forgets a view.
///
/// # Errors
/// `not_found` when it is not the actor's to forget.
pub fn forget(tx: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<()> {
    let any = ctx.actor.may(Permission::DecideRma).is_ok();
    if saved_views::remove(tx, ctx.actor.user_id, id, any)? {
        return Ok(());
    }
    Err(Refusal::not_found("view", id).into())
}
