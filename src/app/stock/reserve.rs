//! Holding spares for somebody: nothing is reserved twice, and what is held cannot be taken away.

use crate::app::{App, AppResult, Ctx, audit, places};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{Condition, Owner, PartRef, ReservationState, Tracking, UnitState};
use crate::store::reservations::{NewReservation, ReservationRow};
use crate::store::{Conn, StoreError, instruments, issued, reservations, stock, transfers, units};
use chrono::{DateTime, TimeDelta, Utc};

/// Nothing is held for longer: a year nobody meant has a digit too many.
const HELD_YEARS: i64 = 10;

/// A wish to hold stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Part number.
    pub part_no: String,
    /// Depot code.
    pub depot: String,
    /// This very unit, or …
    pub serial: Option<String>,
    /// … any so many.
    pub quantity: Option<i64>,
    /// Until when; without it until released.
    pub expires_at: Option<DateTime<Utc>>,
    /// For what.
    pub document: String,
}

/// Holds stock. Refuses with `not_available` when too little is free.
pub fn reserve(tx: &mut Conn, ctx: &Ctx, hold: &Hold) -> AppResult<ReservationRow> {
    let place = places::in_field(tx, "depot", &hold.depot)?;
    let Some(depot) = place.depot.as_ref().filter(|_| place.kind == PlaceKind::Depot) else {
        return Err(Refusal::field_with("depot", "unknown_place", "code", &place.code).into());
    };
    ctx.actor.may_in(Permission::Reserve, depot)?;
    let part = stock::part_ref(tx, &crate::domain::fields::code_of(&hold.part_no))?
        .ok_or_else(|| Refusal::field("part_no", "unknown_part"))?;
    if instruments::is_instrument(tx, &part.part_no)? {
        return Err(Refusal::NotASpare { part_no: part.part_no }.into());
    }
    let quantity = quantity_of(&part, hold, ctx.now)?;
    let unit = match &hold.serial {
        None => None,
        Some(serial) => Some(held_unit(tx, &part, depot.id, serial)?),
    };
    if let Some(unit) = &unit {
        // From here on the unit neither moves nor is held by somebody else.
        if !units::lock(tx, unit.id, unit.version)? {
            return Err(StoreError::raced("a unit changed a moment ago").into());
        }
    }
    reservations::end_overdue(tx, depot.id, part.id, ctx.now)?;
    if let Some(unit) = &unit
        && let Some(document) = reservations::holder(tx, unit.id)?
    {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document }.into());
    }
    let id = hold_stock(tx, ctx, &part, (depot.id, &depot.code), unit.as_ref(), quantity, hold)?;
    audit::record(tx, ctx, "reservation.create", &format!("reservation:{id}"), &hold.document)?;
    Ok(reservations::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("reservation", id))?)
}

fn hold_stock(
    tx: &mut Conn,
    ctx: &Ctx,
    part: &PartRef,
    (depot_id, depot): (i64, &str),
    unit: Option<&UnitState>,
    quantity: i64,
    hold: &Hold,
) -> AppResult<i64> {
    if !reservations::hold(tx, depot_id, part.id, quantity)? {
        let free = stock::availability(tx, part.id)?;
        let available =
            free.iter().find(|row| row.depot_id == depot_id).map_or(0, |row| row.good - row.reserved);
        return Err(Refusal::NotAvailable {
            part_no: part.part_no.clone(),
            depot: depot.to_owned(),
            wanted: quantity.to_string(),
            available: available.to_string(),
        }
        .into());
    }
    let new = NewReservation {
        part_id: part.id,
        depot_id,
        unit_id: unit.map(|unit| unit.id),
        quantity,
        document: hold.document.trim(),
        created_by: ctx.actor.id(),
        created_at: ctx.now,
        expires_at: hold.expires_at,
        in_van: false,
    };
    Ok(reservations::insert(tx, &new)?)
}

fn quantity_of(part: &PartRef, hold: &Hold, now: DateTime<Utc>) -> AppResult<i64> {
    let mut fields = Fields::new();
    fields.text("document", &hold.document, LONG_MAX);
    let quantity = hold.quantity.unwrap_or(1);
    if quantity < 1 {
        fields.fault("quantity", "not_positive");
    }
    if hold.serial.is_some() && part.tracking == Tracking::Quantity {
        fields.fault("serial", "not_for_quantity_part");
    } else if hold.serial.is_some() && quantity != 1 {
        fields.fault("quantity", "one_per_serial");
    } else if hold.serial.is_none() && hold.quantity.is_none() {
        fields.fault("quantity", "required");
    }
    if hold.expires_at.is_some_and(|until| until <= now) {
        fields.fault("expires_at", "in_the_past");
    }
    if hold.expires_at.is_some_and(|until| until > now + TimeDelta::days(HELD_YEARS * 365)) {
        fields.push(FieldError::new("expires_at", "too_far_ahead").with("years", HELD_YEARS));
    }
    fields.finish()?;
    Ok(quantity)
}

/// The unit somebody wants held: it must be good, ours and in this depot.
fn held_unit(tx: &mut Conn, part: &PartRef, depot_id: i64, serial: &str) -> AppResult<UnitState> {
    let row = super::find_unit(tx, serial, Some(&part.part_no))?;
    let unit = row.state();
    if unit.place.depot.as_ref().is_none_or(|depot| depot.id != depot_id)
        || !unit.place.kind.counts_as_available()
    {
        let claimed = String::new();
        return Err(Refusal::UnitElsewhere { serial: unit.serial, place: unit.place.code, claimed }.into());
    }
    if unit.condition != Condition::Good {
        let kind = "reserve".to_owned();
        return Err(Refusal::WrongCondition {
            serial: unit.serial,
            condition: unit.condition.to_string(),
            kind,
        }
        .into());
    }
    if unit.owner != Owner::Us {
        return Err(Refusal::WrongOwner { serial: unit.serial, owner: unit.owner.to_string() }.into());
    }
    Ok(unit)
}

/// Lets held stock go.
pub fn release(tx: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<ReservationRow> {
    ctx.actor.may(Permission::Reserve)?;
    let row = reservations::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("reservation", id))?;
    let depot = crate::domain::actor::DepotRef { id: row.depot_id, code: row.depot.clone() };
    ctx.actor.may_in(Permission::Reserve, &depot)?;
    if let Some(spare) = issued::held_by(tx, id)? {
        return Err(Refusal::ReservationOfDocument { id: id.to_string(), document: spare.rma }.into());
    }
    if let Some(document) = transfers::number_of_reservation(tx, id)? {
        return Err(Refusal::ReservationOfDocument { id: id.to_string(), document }.into());
    }
    if !reservations::end(tx, id, ReservationState::Released, ctx.now)? {
        return Err(Refusal::ReservationEnded { id: id.to_string(), state: row.state.to_string() }.into());
    }
    audit::record(tx, ctx, "reservation.release", &format!("reservation:{id}"), "")?;
    Ok(reservations::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("reservation", id))?)
}

/// Reservations, newest first.
pub fn list_reservations(
    conn: &mut Conn,
    ctx: &Ctx,
    state: Option<ReservationState>,
    depot: Option<&str>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<ReservationRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(reservations::list(conn, &ctx.actor.scope(), state, depot, before_id, limit)?)
}

/// Ends what has run out; how many. Each in a transaction of its own, so several nodes may do it at once.
pub async fn expire_reservations(app: &App) -> AppResult<usize> {
    const AT_ONCE: i64 = 200;
    let now = app.clock().now();
    let overdue = app
        .store()
        .read(move |conn| Ok::<_, crate::app::Error>(reservations::overdue(conn, now, AT_ONCE)?))
        .await?;
    let mut expired = 0;
    for id in overdue {
        let ended = app
            .store()
            .write(move |tx| {
                Ok::<_, crate::app::Error>(reservations::end(tx, id, ReservationState::Expired, now)?)
            })
            .await?;
        expired += usize::from(ended);
    }
    Ok(expired)
}
