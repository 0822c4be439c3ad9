//! Loading what a decision about a line needs.

use crate::app::rma::cases;
use crate::app::{AppResult, Ctx, Error};
use crate::domain::actor::DepotRef;
use crate::domain::equivalence::Fit;
use crate::domain::fields::code_of;
use crate::domain::place::{PlaceKind, PlaceRef, customer_code};
use crate::domain::plan::{PromiseKind, VendorSwap};
use crate::domain::refusal::Refusal;
use crate::domain::repair::swap_mark;
use crate::domain::rma::{ActionKind, IssuedUnit, LineState, PromiseState};
use crate::domain::stock::Owner;
use crate::store::rmas::{LineRow, RmaRow};
use crate::store::units::UnitRow;
use crate::store::{
    Conn, StoreError, issued as issued_units, line_events, places, promises, repairs, rmas, steps, stock,
    units,
};

/// A line with everything around it, as read.
pub(super) struct Loaded {
    /// Head.
    pub rma: RmaRow,
    /// Line.
    pub row: LineRow,
    /// What the rule sees.
    pub state: LineState,
}

/// The RMA the reader may see.
pub(super) fn find(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<RmaRow> {
    let number = code_of(number);
    let found = rmas::by_number(conn, &ctx.actor.scope(), &number)?;
    Ok(found.ok_or_else(|| Refusal::not_found("rma", number))?)
}

/// One line of it.
pub(super) fn load(conn: &mut Conn, ctx: &Ctx, number: &str, line: i64) -> AppResult<Loaded> {
    let rma = find(conn, ctx, number)?;
    let row = rmas::lines(conn, rma.id)?.into_iter().find(|row| row.line == line);
    let row = row.ok_or_else(|| Refusal::not_found("rma_line", format!("{}/{line}", rma.number)))?;
    let state = state_of(conn, &row)?;
    Ok(Loaded { rma, row, state })
}

/// What the rule sees of a line.
pub(super) fn state_of(conn: &mut Conn, row: &LineRow) -> AppResult<LineState> {
    let part = stock::part_ref(conn, &row.part_no)?.ok_or_else(|| missing("part"))?;
    let identity = [part.identity(&row.serial)];
    let unit = match row.unit_id {
        Some(id) => units::by_id(conn, id)?,
        None => units::by_identities(conn, &identity)?.into_iter().next(),
    };
    let issued = issued_of(conn, row)?;
    let promised = promises::of_line(conn, row.id)?;
    let answered = promised.iter().filter(|promise| promise.kind == PromiseKind::FirstAnswer);
    let answered_at = answered
        .filter(|promise| matches!(promise.state, PromiseState::Kept | PromiseState::Broken))
        .find_map(|promise| promise.ended_at);
    let open_promises = promised
        .into_iter()
        .filter(|promise| {
            promise.ended_at.is_none() && promise.state != PromiseState::Excluded && promise.issued_id == 0
        })
        .map(|promise| promise.kind)
        .collect();
    let mut held = promises::holds(conn, row.id)?;
    held.retain(|hold| hold.ended_at.is_none());
    let order = repairs::open_of_line(conn, row.id)?;
    let mut case = cases::facts(conn, row)?;
    case.other_part =
        unit.as_ref().filter(|unit| unit.part_id != row.part_id).map(|unit| unit.part_no.clone());
    case.owed_elsewhere = match &unit {
        Some(unit) if unit.owner == Owner::Us && unit.place_kind == PlaceKind::Customer => {
            let out = issued_units::out_on(conn, unit.id, unit.place_kind)?;
            out.is_some_and(|out| (out.number.as_str(), out.line) != (row.number.as_str(), row.line))
        }
        _ => false,
    };
    Ok(LineState {
        number: row.number.clone(),
        customer_id: row.customer_id,
        customer: row.customer.clone(),
        customer_place: place(conn, &customer_code(&row.customer))?,
        opening_place: place(conn, "opening")?,
        mode: row.mode,
        repair: row.repair_state,
        faulty: row.faulty_state,
        depot: row.depot_id.zip(row.depot.clone()).map(|(id, code)| DepotRef { id, code }),
        part,
        serial: row.serial.clone(),
        unit: unit.map(|unit| unit.state()),
        issued,
        exchange_decided: line_events::has_event(conn, row.id, ActionKind::DecideExchange.as_str())?,
        vendor_exchange: line_events::has_event_to(
            conn,
            row.id,
            ActionKind::VendorReturned.as_str(),
            swap_mark(VendorSwap::Exchange),
        )?,
        waiting_parts: order.as_ref().is_some_and(|order| order.waiting_since.is_some()),
        bench: order.map(|order| DepotRef { id: order.depot_id, code: order.depot }),
        authorised: line_events::has_event(conn, row.id, ActionKind::Authorise.as_str())?,
        on_hold: !held.is_empty(),
        quote_holds: held.iter().any(|hold| hold.of_quote),
        held_by_hand: held.iter().any(|hold| !hold.of_quote),
        open_promises,
        answered_at,
        last_event_at: row.last_event_at,
        last_step: steps::latest(conn, row.id)?.and_then(|step| ActionKind::from_code(&step.kind)),
        case,
    })
}

fn issued_of(conn: &mut Conn, row: &LineRow) -> AppResult<Vec<IssuedUnit>> {
    let mut issued = vec![];
    for given in issued_units::of_line(conn, row.id)? {
        let unit = units::by_id(conn, given.unit_id)?.ok_or_else(|| missing("issued unit"))?;
        issued.push(IssuedUnit {
            id: given.id,
            role: given.role,
            state: given.state,
            part: unit.part_ref(),
            data_bearing: unit.data_bearing,
            unit: unit.state(),
            depot: DepotRef { id: given.depot_id, code: given.depot },
            reservation_id: given.reservation_id,
            in_use_at: given.in_use_at,
            limits: limits_of(conn, &row.part_no, &unit)?,
            issued_again: given.times_again > 0,
        });
    }
    Ok(issued)
}

/// How a unit stands to the limits under which it may stand in for a part: the part itself, and what is no equivalent any more,
/// has none.
pub(in crate::app) fn limits_of(conn: &mut Conn, wanted: &str, unit: &UnitRow) -> AppResult<Fit> {
    if unit.part_no == wanted {
        return Ok(Fit::Meets);
    }
    let fitting = stock::fitting_parts(conn, wanted)?.into_iter().find(|part| part.id == unit.part_id);
    Ok(fitting.map_or(Fit::Meets, |part| part.limits().check(&unit.firmware, &unit.revision)))
}

/// A place every installation has.
fn place(conn: &mut Conn, code: &str) -> AppResult<PlaceRef> {
    places::by_code(conn, code)?.ok_or_else(|| missing(code))
}

/// The books contradict themselves: `verify` would say so too.
fn missing(what: &str) -> Error {
    Error::Fault(StoreError::Codec(format!("{what} of an RMA line is missing")))
}
