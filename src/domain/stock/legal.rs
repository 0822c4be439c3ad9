//! Which moves could be booked for a unit where it stands: the rule itself is asked, so an offer never differs from it.

use crate::domain::actor::{Actor, DepotRef};
use crate::domain::data_bearing::DataLeft;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::stock::{
    Bound, Condition, Move, MoveState, MovementKind, Owner, PartRef, UnitState, decide_movement,
};
use chrono::{DateTime, Utc};

/// A kind of movement that is legal now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalMove {
    /// Kind.
    pub kind: MovementKind,
    /// Kinds of place it may go to; for what happens in place, the place's own kind.
    pub to: Vec<PlaceKind>,
}

/// The moves this actor may book for the unit now, to some place of each kind.
#[must_use]
pub fn legal_moves(
    actor: &Actor,
    part: &PartRef,
    unit: &UnitState,
    data_left: Option<&DataLeft>,
    bound: Option<Bound>,
    now: DateTime<Utc>,
) -> Vec<LegalMove> {
    // Asked for every kind and place: what does not change is made once.
    let places: Vec<(PlaceKind, Vec<PlaceRef>)> =
        PlaceKind::ALL.iter().map(|kind| (*kind, destinations(actor, unit, *kind))).collect();
    let mut state = MoveState {
        part: part.clone(),
        serial: Some(unit.serial.clone()),
        unit: Some(unit.clone()),
        from: unit.place.clone(),
        to: unit.place.clone(),
        data_left: data_left.cloned(),
        bound,
    };
    let mut legal = vec![];
    for kind in MovementKind::ALL {
        let attempt = attempt(*kind, unit);
        let mut may_go = |to: &PlaceRef| {
            state.to.clone_from(to);
            decide_movement(actor, &state, &attempt, now).is_ok()
        };
        let to: Vec<PlaceKind> = match kind {
            MovementKind::Convert | MovementKind::TransferTitle => {
                may_go(&unit.place).then_some(unit.place.kind).into_iter().collect()
            }
            _ => {
                places.iter().filter(|(_, all)| all.iter().any(&mut may_go)).map(|(kind, _)| *kind).collect()
            }
        };
        if !to.is_empty() {
            legal.push(LegalMove { kind: *kind, to });
        }
    }
    legal
}

/// A movement of this kind with what it must say filled in.
fn attempt(kind: MovementKind, unit: &UnitState) -> Move {
    let other =
        if unit.condition == Condition::Quarantined { Condition::Faulty } else { Condition::Quarantined };
    let owner = if unit.owner == Owner::Us { Owner::Unknown } else { Owner::Us };
    Move {
        kind,
        quantity: 1,
        condition_from: None,
        condition_to: (kind == MovementKind::Convert).then_some(other),
        owner_to: (kind == MovementKind::TransferTitle).then_some(owner),
        reason: kind.to_string(),
        document: String::new(),
        occurred_at: None,
    }
}

/// Places of a kind the actor might send the unit to: in the unit's depot, in the actor's own, with its owner.
fn destinations(actor: &Actor, unit: &UnitState, kind: PlaceKind) -> Vec<PlaceRef> {
    // No row has this id: the unit is not there yet.
    let somewhere =
        |code: String, depot: Option<DepotRef>| PlaceRef { id: -1, code, kind, depot, customer_id: None };
    match kind {
        PlaceKind::Depot | PlaceKind::Bin | PlaceKind::Bench => {
            let elsewhere = DepotRef { id: -1, code: String::new() };
            let mut depots: Vec<DepotRef> = unit.place.depot.iter().chain(&actor.depots).cloned().collect();
            if !actor.role.is_bound_to_depots() {
                depots.push(elsewhere);
            }
            depots.into_iter().map(|depot| somewhere(depot.code.clone(), Some(depot))).collect()
        }
        PlaceKind::Customer | PlaceKind::Vendor => {
            let code = match &unit.owner {
                Owner::Customer(_) | Owner::Vendor(_) => unit.owner.to_string(),
                Owner::Us | Owner::Unknown => kind.to_string(),
            };
            vec![somewhere(code, None)]
        }
        _ => vec![somewhere(kind.to_string(), None)],
    }
}
