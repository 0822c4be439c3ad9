//! 易损件: parts that are easily damaged, and how often they failed lately (decision 0035).

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{Watch, WatchClass};
use crate::store::watched;
use crate::store::{Conn, parts};
use chrono::NaiveDate;

pub use crate::store::watched::{FailureRow, WatchedRow};

/// The days a watch looks at: those that end with `as_of`, today when not said.
#[must_use]
pub fn watch(ctx: &Ctx, as_of: Option<NaiveDate>) -> Watch {
    Watch::on(as_of.unwrap_or_else(|| Zone::default().local_date(ctx.now)))
}

/// Watched parts after a part number, with what failed on the benches the reader may see: at most `limit`. Refuses with `forbidden`.
pub fn watched(
    conn: &mut Conn,
    ctx: &Ctx,
    watch: &Watch,
    after: &str,
    limit: i64,
) -> AppResult<Vec<WatchedRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(watched::list(conn, &ctx.actor.scope(), watch, after, limit)?)
}

/// The orders behind a number of a part, the latest first: before the order `before_id`, at most `limit`. They are as many
/// as the number says. Refuses with `not_found`.
pub fn failures(
    conn: &mut Conn,
    ctx: &Ctx,
    part_no: &str,
    (watch, class): (&Watch, WatchClass),
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<FailureRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    let part_no = code_of(part_no);
    if parts::by_no(conn, &part_no)?.is_none() {
        return Err(Refusal::not_found("part", part_no).into());
    }
    Ok(watched::failures(conn, &ctx.actor.scope(), &part_no, (watch.span(class), class), before_id, limit)?)
}
