//! Lists of lines and shipments.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{Direction, ShipmentState};
use crate::store::issued::IssuedFor;
use crate::store::line_facets::{self, DueDayRow, DueDays, FacetKind, FacetRow};
use crate::store::rma_lists::{LineFilter, LineKey, LineMark, LineSort, RiskKey};
use crate::store::rmas::LineRow;
use crate::store::shipments::ShipmentRow;
use crate::store::{Conn, issued, line_contracts, rma_lists, shipments};
use crate::text_enum;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Where the first page begins: before everything.
pub const FIRST: LineKey = LineKey {
    // Not `NaiveDate::MIN`, which lies before PostgreSQL's first day.
    sort_due: match NaiveDate::from_ymd_opt(1, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    },
    id: 0,
};

text_enum! {
    /// The order of a list of lines.
    LineOrder {
        /// The most urgent first.
        Due => "due",
        /// The likeliest to miss first.
        Risk => "risk",
    }
}

/// Lines, most urgent first.
pub fn list_lines(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &LineFilter,
    after: LineKey,
    limit: i64,
) -> AppResult<Vec<LineRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(rma_lists::list_lines(conn, &ctx.actor.scope(), filter, after, limit)?)
}

/// Lines in the order asked for, after the mark where there is one.
///
/// # Errors
/// `forbidden`.
pub fn list_lines_sorted(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &LineFilter,
    from: (LineSort, Option<LineMark>),
    limit: i64,
) -> AppResult<Vec<LineRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(rma_lists::list_lines_sorted(conn, &ctx.actor.scope(), filter, from, limit)?)
}

/// Lines, the latest registered first.
///
/// # Errors
/// `forbidden`.
pub fn list_lines_newest(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &LineFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<LineRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(rma_lists::list_lines_newest(conn, &ctx.actor.scope(), filter, before_id, limit)?)
}

/// Lines, the likeliest to miss first.
pub fn list_lines_by_risk(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &LineFilter,
    after: Option<RiskKey>,
    limit: i64,
) -> AppResult<Vec<LineRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(rma_lists::list_lines_by_risk(conn, &ctx.actor.scope(), filter, after, limit)?)
}

/// Numbers of the contracts that covered these lines on the day they were asked for, by row id. For rows somebody was shown.
///
/// # Errors
/// Faults of the database.
pub fn contracts_of(conn: &mut Conn, rows: &[LineRow]) -> AppResult<HashMap<i64, String>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    Ok(line_contracts::of_lines(conn, &ids)?)
}

/// How many lines the filter keeps.
///
/// # Errors
/// `forbidden`.
pub fn count_lines(conn: &mut Conn, ctx: &Ctx, filter: &LineFilter) -> AppResult<i64> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(line_facets::count(conn, &ctx.actor.scope(), filter)?)
}

/// Open lines by the day they are due; `risky` are those likelier to miss than so many basis points.
///
/// # Errors
/// `forbidden`.
pub fn due_days(conn: &mut Conn, ctx: &Ctx, risky_above_bp: i64) -> AppResult<Vec<DueDayRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(line_facets::due_days(conn, &ctx.actor.scope(), risky_above_bp)?)
}

/// The boxes of a group beside the list, with the lines each would keep: those of `days` in their order, of another group
/// the fullest first.
///
/// # Errors
/// `forbidden`.
pub fn boxes(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &LineFilter,
    kind: FacetKind,
    days: &[DueDays],
    limit: i64,
) -> AppResult<Vec<FacetRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(line_facets::boxes(conn, &ctx.actor.scope(), filter, kind, days, limit)?)
}

/// The lines a unit was issued for, newest first.
///
/// # Errors
/// `forbidden`.
pub fn issued_for(conn: &mut Conn, ctx: &Ctx, unit_id: i64, limit: i64) -> AppResult<Vec<IssuedFor>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(issued::of_unit(conn, &ctx.actor.scope(), unit_id, limit)?)
}

/// Shipments with this waybill number, newest first.
///
/// # Errors
/// `forbidden`.
pub fn shipments_of_waybill(
    conn: &mut Conn,
    ctx: &Ctx,
    tracking_no: &str,
    limit: i64,
) -> AppResult<Vec<ShipmentRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(shipments::of_waybill(conn, &ctx.actor.scope(), tracking_no.trim(), limit)?)
}

/// One shipment, if the reader may see it.
pub fn shipment(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<ShipmentRow> {
    ctx.actor.may(Permission::ReadRma)?;
    let found = shipments::by_id(conn, &ctx.actor.scope(), id)?;
    Ok(found.ok_or_else(|| Refusal::not_found("shipment", id))?)
}

/// Shipments, newest first.
pub fn list_shipments(
    conn: &mut Conn,
    ctx: &Ctx,
    direction: Option<Direction>,
    state: Option<ShipmentState>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<ShipmentRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(shipments::list(conn, &ctx.actor.scope(), direction, state, before_id, limit)?)
}
