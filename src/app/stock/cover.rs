//! How far good stock covers the reorder points, depot by depot.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::store::Conn;
use crate::store::cover;
use chrono::TimeDelta;

pub use crate::store::cover::CoverRow;

/// Weeks that what is used is averaged over.
const USE_WEEKS: i64 = 26;

/// Every part with a reorder point in the depots the reader may see, or used from them in the last 26 weeks, by part and depot.
/// Refuses with `forbidden`.
pub fn cover(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<CoverRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(cover::cover(conn, &ctx.actor.scope(), ctx.now - TimeDelta::weeks(USE_WEEKS))?)
}
