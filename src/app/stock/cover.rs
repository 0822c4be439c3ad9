//! How far good stock covers the reorder points, depot by depot.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::store::Conn;
use crate::store::cover;

pub use crate::store::cover::CoverRow;

/// Every part with a reorder point in the depots the reader may see, by part and depot. Refuses with `forbidden`.
pub fn cover(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<CoverRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(cover::cover(conn, &ctx.actor.scope())?)
}
