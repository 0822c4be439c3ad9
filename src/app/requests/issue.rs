//! A request is answered: the spare leaves, is handed over, and the removed part is taken in.

use super::{RequestRow, find, must_be, wished};
use crate::app::rma::{self, ActionInput};
use crate::app::stock::find_unit;
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::request::{RequestReason, RequestState};
use crate::domain::rma::{ActionKind, IssuedState, RepairState};
use crate::store::{Conn, StoreError, requests, units};
use chrono::{DateTime, Utc};

/// How a spare is issued.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issue {
    /// The very spare, from a depot or from the own van; else the nearest that fits.
    pub serial: Option<String>,
    /// Depot it is taken from.
    pub depot: Option<String>,
    /// Carrier.
    pub carrier: String,
    /// Waybill number.
    pub tracking_no: String,
    /// Who took it, when it is handed over now.
    pub received_by: String,
    /// Depot that takes in the removed part now; empty: it is not here yet. When not said, a preventive issue that is handed over now
    /// takes it in where the spare came from.
    pub removed_to: Option<String>,
    /// When it was done; now when not said.
    pub occurred_at: Option<DateTime<Utc>>,
    /// A note for the line's timeline.
    pub note: String,
    /// Somebody looked at the board: it is within the limits of the equivalence.
    pub limits_confirmed: bool,
}

impl Issue {
    /// One of the acts it is made of: all were done at once.
    fn step(&self) -> ActionInput {
        ActionInput { occurred_at: self.occurred_at, ..ActionInput::default() }
    }
}

/// The spare that is under way or in use.
pub(super) fn active(line: &rma::LineView) -> Option<&rma::IssuedRow> {
    line.issued.iter().rfind(|issued| issued.state.is_active())
}

/// Whether a spare is still to be chosen: none is held, or another one was scanned than the one that is held. What is on its way
/// already is this request's unless another one was scanned, and so is what is in use unless it answered another request.
fn must_choose(tx: &mut Conn, line: &rma::LineView, how: &Issue) -> AppResult<bool> {
    let Some(given) = active(line) else { return Ok(true) };
    let scanned = how.serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty());
    let is_other = match scanned {
        None => false,
        Some(serial) => find_unit(tx, serial, None)?.id != given.unit_id,
    };
    let serial = || given.serial.clone();
    match given.state {
        IssuedState::Reserved => Ok(is_other),
        IssuedState::Shipped if is_other => {
            let scanned = scanned.unwrap_or_default().to_owned();
            Err(Refusal::WrongSerial { expected: serial(), scanned }.into())
        }
        IssuedState::InUse if is_other || requests::is_issued(tx, line.row.id, given.unit_id)? => {
            Err(Refusal::AlreadyIssued { serial: serial() }.into())
        }
        _ => Ok(false),
    }
}

/// Where the removed part is taken in with the issue. One that is replaced before it breaks changes hands with the spare, in the depot
/// that gives it; out of a van the engineer brings it in later.
fn removed_to(ctx: &Ctx, row: &RequestRow, line: &rma::LineView, how: &Issue) -> Option<String> {
    if let Some(said) = &how.removed_to {
        return Some(said.trim().to_owned()).filter(|depot| !depot.is_empty());
    }
    let is_out = matches!(
        line.row.repair_state,
        RepairState::Requested | RepairState::Authorised | RepairState::Expected
    );
    let on_the_spot = row.reason == RequestReason::Preventive && !how.received_by.trim().is_empty();
    let given = active(line).filter(|_| on_the_spot && is_out)?;
    let depot = DepotRef { id: given.depot_id, code: given.depot.clone() };
    ctx.actor.may_in(Permission::HandleRma, &depot).is_ok().then_some(depot.code)
}

/// Issues the spare: out of a depot, or out of the engineer's own van. Handed over at once when it is said who took it;
/// the removed part is taken in where it is said.
pub fn issue(tx: &mut Conn, ctx: &Ctx, number: &str, how: &Issue) -> AppResult<RequestRow> {
    ctx.actor.may(Permission::Reserve)?;
    let row = find(tx, ctx, number)?;
    must_be(&row, RequestState::Approved, "issue")?;
    let mut line = rma::line_view(tx, ctx, &row.rma, row.line)?;
    if must_choose(tx, &line, how)? {
        let mut spare = ActionInput {
            depot: how.depot.clone(),
            serial: how.serial.clone(),
            limits_confirmed: how.limits_confirmed,
            ..how.step()
        };
        if spare.depot.is_none() && spare.serial.is_none() {
            spare.serial = wished(tx, ctx, &row)?;
        }
        line = rma::act(tx, ctx, &row.rma, row.line, ActionKind::ReserveReplacement, &spare)?.line;
    }
    let given = active(&line).map(|issued| issued.unit_id);
    let unit_id = given.ok_or_else(|| Refusal::not_found("unit", &row.part_no))?;
    let is_in_van = units::by_id(tx, unit_id)?.is_some_and(|unit| unit.place_kind == PlaceKind::Engineer);
    if is_in_van && how.received_by.trim().is_empty() {
        // Out of a van a spare goes from hand to hand.
        return Err(Refusal::field("received_by", "required").into());
    }
    // Before the acts, which answer an approved request that nobody names.
    if !requests::issue(tx, row.id, unit_id, ctx.actor.id(), how.occurred_at.unwrap_or(ctx.now))? {
        return Err(StoreError::raced("a request was issued a moment ago").into());
    }
    let stands = active(&line).map(|issued| issued.state);
    if !is_in_van && stands == Some(IssuedState::Reserved) {
        let parcel = ActionInput {
            carrier: how.carrier.clone(),
            tracking_no: how.tracking_no.clone(),
            note: how.note.clone(),
            ..how.step()
        };
        rma::act(tx, ctx, &row.rma, row.line, ActionKind::ShipReplacement, &parcel)?;
    }
    // Handed over by the line's own steps, it is in place already: the request is only answered.
    if !how.received_by.trim().is_empty() && stands != Some(IssuedState::InUse) {
        let taken =
            ActionInput { received_by: how.received_by.clone(), note: how.note.clone(), ..how.step() };
        rma::act(tx, ctx, &row.rma, row.line, ActionKind::ReplacementDelivered, &taken)?;
    }
    if let Some(depot) = removed_to(ctx, &row, &line, how) {
        let removed =
            ActionInput { depot: Some(depot), serial: Some(row.faulty_serial.clone()), ..how.step() };
        rma::act(tx, ctx, &row.rma, row.line, ActionKind::ReceiveFaulty, &removed)?;
    }
    audit::record(tx, ctx, "request.issue", &format!("request:{}", row.number), &row.rma)?;
    find(tx, ctx, number)
}
