//! Approved replacement requests at the station: which of them a depot can serve, and which one a scanned spare is for.

use super::Due;
use crate::app::requests::{self, RequestFilter, RequestRow};
use crate::app::rma::limits_of;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::equivalence::{Fit, Limited};
use crate::domain::place::engineer_code;
use crate::domain::refusal::Refusal;
use crate::domain::request::RequestState;
use crate::domain::stock::{Condition, Owner};
use crate::store::units::UnitRow;
use crate::store::{Conn, station, stock};

/// Approved requests looked at.
const LOOKED_AT: i64 = 200;
/// Numbers of requests begin with this; those of transfers and RMAs do not.
const NUMBERS: &str = "SQ-";

/// Whether this document is a replacement request.
pub(super) fn is_request(document: &str) -> bool {
    document.starts_with(NUMBERS)
}

/// Approved requests this depot is asked to serve, oldest first: those that wish for it, and those that wish for nothing
/// where it has what fits. One whose spare is held already stands among the held ones; one whose line is over asks for nothing.
fn open_in(conn: &mut Conn, ctx: &Ctx, depot: &DepotRef) -> AppResult<Vec<RequestRow>> {
    if ctx.actor.may(Permission::ReadRma).is_err() {
        return Ok(vec![]);
    }
    let filter = RequestFilter { state: Some(RequestState::Approved), ..RequestFilter::default() };
    let mut rows = requests::list(conn, ctx, &filter, i64::MAX, LOOKED_AT)?;
    rows.reverse();
    let van = engineer_code("");
    let mut open = vec![];
    for row in rows {
        let elsewhere = !row.wish_from.is_empty() && row.wish_from != depot.code;
        // A van's own spares are handed over by their engineer.
        if elsewhere || row.wish_from.starts_with(&van) || station::is_settled(conn, row.id)? {
            continue;
        }
        if row.wish_from == depot.code || station::could_serve(conn, row.id, depot.id)? {
            open.push(row);
        }
    }
    Ok(open)
}

/// What approved requests let leave the depot.
pub(super) fn due(conn: &mut Conn, ctx: &Ctx, depot: &DepotRef) -> AppResult<Vec<Due>> {
    let of = |row: RequestRow| Due {
        document: row.number,
        part_no: row.part_no,
        part_name: row.part_name,
        part_name_en: row.part_name_en,
        serial: None,
        wanted: 1,
        done: 0,
        is_lot: false,
    };
    Ok(open_in(conn, ctx, depot)?.into_iter().map(of).collect())
}

/// The request of this depot that this unit can serve: the oldest that asks for its part, else the oldest it fits. When none,
/// what it would have to be, where one of them it would fit has limits it does not keep.
pub(super) fn served_by(
    conn: &mut Conn,
    ctx: &Ctx,
    depot: &DepotRef,
    unit: &UnitRow,
) -> AppResult<(Option<String>, Option<Refusal>)> {
    let free = unit.condition == Condition::Good && unit.owner == Owner::Us && unit.reservation_id.is_none();
    if !free {
        return Ok((None, None));
    }
    let mut open = open_in(conn, ctx, depot)?;
    let asks = |row: &RequestRow| {
        let wanted = if row.wish_part.is_empty() { &row.part_no } else { &row.wish_part };
        *wanted == unit.part_no
    };
    open.sort_by_key(|row| !asks(row));
    let mut outside = None;
    for row in open {
        let fits = asks(&row)
            || stock::fitting_parts(conn, &row.part_no)?.iter().any(|part| part.part_no == unit.part_no);
        match limits_of(conn, &row.part_no, unit)? {
            _ if !fits => {}
            Fit::Breaks(Limited { limit, wanted, found }) => {
                let (serial, limit) = (unit.serial.clone(), limit.to_string());
                outside = outside.or(Some(Refusal::LimitNotMet { serial, limit, wanted, found }));
            }
            Fit::Meets | Fit::Unknown(_) => return Ok((Some(row.number), None)),
        }
    }
    Ok((None, outside))
}
