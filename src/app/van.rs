//! An engineer's van: what is in it, and giving it back. Things get into it by a clerk's issue, and out of it by the hand-over
//! of a replacement request or by being given back.

use crate::app::stock::{self, Booking, UnitFlag, flags_of};
use crate::app::{AppResult, Ctx};
use crate::domain::actor::{Permission, Scope};
use crate::domain::fields::{Fields, LONG_MAX, code_of};
use crate::domain::place::engineer_code;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{Condition, MovementKind};
use crate::store::stock::HeldRow;
use crate::store::units::{UnitFilter, UnitRow};
use crate::store::{Conn, depots, people, units};
use std::collections::HashMap;

pub use crate::store::people::NameRow as Driver;

/// Units of a van at most.
const UNITS: i64 = 500;

/// What is in a van.
#[derive(Debug, Clone, Default)]
pub struct Van {
    /// Units with a serial.
    pub units: Vec<UnitRow>,
    /// What to know about each of them, by row id.
    pub flags: HashMap<i64, Vec<UnitFlag>>,
    /// Counted parts.
    pub lots: Vec<HeldRow>,
}

/// What is in the actor's own van.
pub fn mine(conn: &mut Conn, ctx: &Ctx) -> AppResult<Van> {
    ctx.actor.may(Permission::ReadStock)?;
    let place = engineer_code(&ctx.actor.username);
    let filter = UnitFilter { place: Some(place.clone()), ..UnitFilter::default() };
    let units = units::list(conn, &Scope::All, &filter, 0, UNITS)?;
    let flags = flags_of(conn, ctx, &units)?;
    Ok(Van { units, flags, lots: crate::store::stock::lots_at(conn, &place)? })
}

/// Whose vans something from this depot may go into, by name.
///
/// # Errors
/// `forbidden` for whoever moves no stock.
pub fn drivers(conn: &mut Conn, ctx: &Ctx, depot: &str) -> AppResult<Vec<Driver>> {
    ctx.actor.may(Permission::MoveStock)?;
    Ok(people::engineers(conn, depot)?)
}

/// Something out of the van goes back to a depot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveBack {
    /// Serial, for a unit.
    pub serial: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
    /// How many, for a counted part.
    pub quantity: Option<i64>,
    /// Its condition, for a counted part.
    pub condition: Option<Condition>,
    /// Depot it is brought to.
    pub depot: String,
    /// Why, or what is to be known about it.
    pub note: String,
}

/// Gives something back. It arrives in quarantine: a clerk sees it and says that it is there and good.
pub fn give_back(tx: &mut Conn, ctx: &Ctx, what: &GiveBack) -> AppResult<()> {
    ctx.actor.may(Permission::ReadStock)?;
    let mut f = Fields::new();
    let depot = f.required("depot", &what.depot, 64);
    let reason = f.text("note", &what.note, LONG_MAX);
    f.finish()?;
    let found = depots::by_code(tx, &code_of(&depot))?;
    let unknown = || FieldError::new("depot", "unknown_depot").with("code", &depot);
    let depot = found.ok_or_else(|| Refusal::Invalid(vec![unknown()]))?;
    let booking = Booking {
        kind: MovementKind::Return,
        part_no: what.part_no.clone(),
        serial: what.serial.clone(),
        quantity: what.quantity,
        from: engineer_code(&ctx.actor.username),
        to: depot.code,
        condition: what.condition,
        condition_to: Some(Condition::Quarantined),
        owner_to: None,
        reason,
        document: String::new(),
        occurred_at: None,
    };
    stock::book(tx, ctx, &booking).map(|_| ())
}
