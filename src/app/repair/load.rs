//! Loading what a decision about a repair order needs.

use crate::app::repair::resolve::resolve;
use crate::app::repair::write::new_order;
use crate::app::rma::ActionInput;
use crate::app::{AppResult, Ctx, Error};
use crate::domain::actor::{Permission, Scope};
use crate::domain::fields::code_of;
use crate::domain::place::PlaceRef;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{OrderState, RepairKind, RepairTerms, VendorLeg, Work, decide};
use crate::domain::rma::{RepairOrderState, RepairState};
use crate::store::repairs::RepairRow;
use crate::store::{Conn, StoreError, data_answers, places, plans, repairs, stock, units};
use chrono::{DateTime, Utc};

/// Whether the order's RMA line is open and has its unit with us: then the line follows the order.
pub(super) fn carries_its_line(row: &RepairRow) -> bool {
    row.state != RepairOrderState::Closed && row.line_state.is_some_and(RepairState::is_with_us)
}

/// The order the reader may see, by its number or row id.
pub(super) fn find(conn: &mut Conn, ctx: &Ctx, key: &str) -> AppResult<RepairRow> {
    ctx.actor.may(Permission::ReadStock)?;
    let key = code_of(key);
    let found = match key.parse::<i64>() {
        Ok(id) => repairs::by_id(conn, id)?,
        Err(_) => repairs::by_number(conn, &key)?,
    };
    let visible = |row: &RepairRow| match ctx.actor.scope() {
        Scope::All => true,
        Scope::Depots { .. } => ctx.actor.depots.iter().any(|depot| depot.id == row.depot_id),
        Scope::Customers { .. } => false,
    };
    Ok(found.filter(visible).ok_or_else(|| Refusal::not_found("repair", key))?)
}

/// What the rule sees of an order.
pub(super) fn state_of(conn: &mut Conn, row: &RepairRow) -> AppResult<OrderState> {
    let unit = units::by_id(conn, row.unit_id)?.ok_or_else(|| missing("unit"))?;
    let part = stock::part_ref(conn, &row.part_no)?.ok_or_else(|| missing("part"))?;
    let terms = match row.plan_version_id {
        Some(id) => plans::version(conn, id)?.map(|version| version.repair_terms()).unwrap_or_default(),
        None => RepairTerms::default(),
    };
    let has_line = carries_its_line(row);
    // A unit that was sent on by transfer is worked on where it is now.
    let place = unit.place_ref();
    let depot = place.depot.unwrap_or_else(|| row.depot_ref());
    Ok(OrderState {
        number: row.number.clone(),
        document: row.rma.clone().filter(|_| has_line).unwrap_or_else(|| row.number.clone()),
        has_line,
        customers_data: row.data_bearing
            && (row.line_id.is_some() || data_answers::left(conn, row.unit_id)?.is_some()),
        state: row.state,
        depot,
        part,
        price_fen: row.price_fen,
        unit: unit.state(),
        terms,
        is_waiting: row.waiting_since.is_some(),
        cost_fen: row.cost_fen,
        estimate_fen: row.estimate_fen,
        agreed_limit_fen: row.agreed_limit_fen,
        leg: row.leg_id.zip(row.vendor.clone()).map(|(id, vendor)| VendorLeg {
            id,
            vendor,
            due_on: row.vendor_due_on,
        }),
        consumed_place: place_of(conn, "consumed")?,
        scrap_place: place_of(conn, "scrap")?,
        lost_place: place_of(conn, "lost")?,
        last_event_at: row.last_event_at,
    })
}

/// The line whose unit is to be worked on.
pub(in crate::app) struct LineRef {
    /// Row id of the line.
    pub id: i64,
    /// Its unit, once the ledger knows it.
    pub unit_id: Option<i64>,
    /// The receiving depot, once known.
    pub depot_id: Option<i64>,
    /// The state the order begins in, when the books of another system brought the line without one.
    pub order_state: Option<RepairOrderState>,
    /// When the part was received.
    pub received_at: Option<DateTime<Utc>>,
}

/// Decides bench work on a line's order. Lines from another system come without one: it is opened where the line stands.
pub(in crate::app) fn work_of_line(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &LineRef,
    kind: RepairKind,
    input: &ActionInput,
) -> AppResult<Work> {
    let row = match repairs::open_of_line(tx, line.id)? {
        Some(row) => row,
        None => {
            let (Some(unit_id), Some(depot_id), Some(state)) =
                (line.unit_id, line.depot_id, line.order_state)
            else {
                return Err(not_now(kind).into());
            };
            new_order(tx, ctx, unit_id, Some(line.id), depot_id, state, line.received_at.unwrap_or(ctx.now))?;
            repairs::open_of_line(tx, line.id)?.ok_or_else(|| missing("repair order"))?
        }
    };
    let state = state_of(tx, &row)?;
    let action = resolve(tx, &state, kind, input)?;
    let when = input.when();
    Ok(decide(&ctx.actor, &state, &action, &when, ctx.now)?)
}

fn not_now(kind: RepairKind) -> Refusal {
    Refusal::ActionNotAllowed { action: kind.to_string(), state: RepairState::Requested.to_string() }
}

/// A place every installation has.
fn place_of(conn: &mut Conn, code: &str) -> AppResult<PlaceRef> {
    places::by_code(conn, code)?.ok_or_else(|| missing(code))
}

/// The books contradict themselves: `verify` would say so too.
pub(super) fn missing(what: &str) -> Error {
    Error::Fault(StoreError::Codec(format!("{what} of a repair order is missing")))
}
