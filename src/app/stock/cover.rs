//! How far good stock covers the reorder points, depot by depot.

use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::actor::Permission;
use crate::store::Conn;
use crate::store::cover::{self, UseRow};
use chrono::TimeDelta;
use std::collections::BTreeSet;

pub use crate::store::cover::CoverRow;

/// Weeks that what is used is averaged over.
const USE_WEEKS: i64 = 26;
/// Counts written in one transaction: others need not wait long.
const WRITE_AT_ONCE: usize = 500;

/// Every part with a reorder point in the depots the reader may see, or used from them in the last 26 weeks, by part and depot.
/// What was used is as [`count_use`] counted it last. Refuses with `forbidden`.
pub fn cover(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<CoverRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(cover::cover(conn, &ctx.actor.scope())?)
}

/// Counts what each depot handed out in the last 26 weeks, and writes what changed. Several nodes may do it at once: they come to
/// the same. How many counts changed.
///
/// # Errors
/// Faults of the store; what was written until then stays.
pub async fn count_use(app: &App) -> AppResult<usize> {
    let since = app.clock().now() - TimeDelta::weeks(USE_WEEKS);
    let counts = app.store().read(move |conn| {
        let used: BTreeSet<UseRow> = cover::used_since(conn, since)?.into_iter().collect();
        let known: BTreeSet<UseRow> = cover::recent_use(conn)?.into_iter().collect();
        Ok::<_, Error>((used, known))
    });
    let (used, known) = counts.await?;
    let still: BTreeSet<(i64, i64)> = used.iter().map(|row| (row.depot_id, row.part_id)).collect();
    let gone = known.iter().filter(|row| !still.contains(&(row.depot_id, row.part_id)));
    let changes: Vec<(UseRow, bool)> =
        gone.map(|row| (*row, false)).chain(used.difference(&known).map(|row| (*row, true))).collect();
    for some in changes.chunks(WRITE_AT_ONCE) {
        let some = some.to_vec();
        app.store().write(move |tx| write(tx, &some)).await?;
    }
    Ok(changes.len())
}

fn write(tx: &mut Conn, changes: &[(UseRow, bool)]) -> AppResult<()> {
    for (row, is_used) in changes {
        if *is_used {
            cover::set_recent_use(tx, row)?;
        } else {
            cover::drop_recent_use(tx, row)?;
        }
    }
    Ok(())
}
