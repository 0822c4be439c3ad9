//! The stock page: parts by depots.

use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::store::as_of::Then;
use crate::store::stock_matrix as store;

pub use crate::store::stock_matrix::{CellRow, DepotHead, MatrixFilter, PartHead};

/// A page of the matrix.
#[derive(Debug)]
pub struct Matrix {
    /// Depots in which anything stands or should.
    pub depots: Vec<DepotHead>,
    /// Parts of this page, and one more when there is another page.
    pub parts: Vec<PartHead>,
    /// What the depots have of them.
    pub cells: Vec<CellRow>,
    /// All parts; none when there are too many to count.
    pub total: Option<i64>,
    /// Places where a part is under its reorder point, over all pages.
    pub low: i64,
    /// Families of parts to choose from.
    pub categories: Vec<String>,
}

/// The page of the matrix after a part number, at most `limit` parts.
pub fn matrix(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &MatrixFilter,
    after: &str,
    limit: i64,
) -> AppResult<Matrix> {
    ctx.actor.may(Permission::ReadStock)?;
    let reader = ctx.actor.scope();
    let parts = store::parts(conn, &reader, filter, after, limit)?;
    let ids: Vec<i64> = parts.iter().map(|part| part.id).collect();
    Ok(Matrix {
        depots: store::depots(conn, &reader, filter)?,
        cells: store::cells(conn, &reader, filter, &ids)?,
        total: match i64::try_from(parts.len()) {
            // All on one page: they need not be counted again.
            Ok(read) if after.is_empty() && read < limit => Some(read),
            _ => store::parts_total(conn, &reader, filter)?,
        },
        low: store::low_places(conn, &reader, filter)?,
        categories: store::categories(conn)?,
        parts,
    })
}

/// The same as it stood then, from the ledger. Nothing is low: the books keep no past of reorder points.
pub fn matrix_then(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &MatrixFilter,
    then: &Then,
    after: &str,
    limit: i64,
) -> AppResult<Matrix> {
    ctx.actor.may(Permission::ReadStock)?;
    let reader = ctx.actor.scope();
    let parts = store::parts_then(conn, &reader, filter, then, after, limit)?;
    let ids: Vec<i64> = parts.iter().map(|part| part.id).collect();
    Ok(Matrix {
        depots: store::depots_then(conn, &reader, filter)?,
        cells: store::cells_then(conn, &reader, filter, then, &ids)?,
        total: i64::try_from(parts.len()).ok().filter(|read| after.is_empty() && *read < limit),
        low: 0,
        categories: store::categories(conn)?,
        parts,
    })
}
