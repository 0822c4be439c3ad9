//! Scan anything: what is this code, and which moves are legal now for me?

use crate::app::{AppResult, Ctx};
use crate::domain::actor::{Permission, Scope};
use crate::domain::place::{PlaceKind, PlaceRef, normalise};
use crate::domain::serial::Serial;
use crate::domain::stock::{Condition, MovementKind, Owner, PartRef, UnitState};
use crate::store::units::UnitRow;
use crate::store::{Conn, places, stock, units};

/// What a code turned out to be.
#[derive(Debug, Clone)]
pub enum Scanned {
    /// A unit on the books, the moves legal for the scanner now, and its open RMA.
    Unit {
        /// The unit.
        unit: Box<UnitRow>,
        /// Moves.
        moves: Vec<LegalMove>,
        /// Number of its open RMA.
        open_rma: Option<String>,
    },
    /// A serial several units share: the choices, by part.
    Ambiguous {
        /// The units.
        units: Vec<UnitRow>,
    },
    /// A bin, depot, bench …
    Place {
        /// The place.
        place: PlaceRef,
    },
    /// A part number.
    Part {
        /// The part.
        part: PartRef,
    },
    /// An RMA number.
    Rma {
        /// Number.
        number: String,
    },
    /// Nothing the books know. It may be a new unit to receive.
    Unknown {
        /// The code, normalised as a serial.
        code: String,
    },
}

/// A move that is legal now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalMove {
    /// Kind.
    pub kind: MovementKind,
    /// Kinds of place it may go to.
    pub to: Vec<PlaceKind>,
}

/// Says what a code is.
pub fn scan(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Scanned> {
    ctx.actor.may(Permission::ReadStock)?;
    let code = code.trim();
    let serial = Serial::parse(code).map(Serial::into_string).unwrap_or_default();
    let mut found = units::by_serial(conn, &serial)?;
    if let Scope::Depots { .. } = ctx.actor.scope() {
        found.retain(|unit| {
            unit.depot_id.is_some_and(|id| ctx.actor.depots.iter().any(|depot| depot.id == id))
        });
    }
    if found.len() > 1 {
        return Ok(Scanned::Ambiguous { units: found });
    }
    if let Some(unit) = found.pop() {
        let moves = legal_moves(ctx, &unit.state());
        let open_rma = stock::open_rma_of(conn, &unit.identity)?;
        return Ok(Scanned::Unit { unit: Box::new(unit), moves, open_rma });
    }
    if let Some(place) = places::by_code(conn, &normalise(code))? {
        return Ok(Scanned::Place { place });
    }
    if let Some(part) = stock::part_ref(conn, &code.to_uppercase())? {
        return Ok(Scanned::Part { part });
    }
    if let Some(number) = stock::rma_number(conn, &code.to_uppercase())? {
        return Ok(Scanned::Rma { number });
    }
    Ok(Scanned::Unknown { code: serial })
}

/// The moves the rule would let this actor book for the unit where it stands.
fn legal_moves(ctx: &Ctx, unit: &UnitState) -> Vec<LegalMove> {
    use PlaceKind as P;
    let Some(depot) = &unit.place.depot else {
        return match unit.place.kind {
            P::Customer | P::Vendor | P::Engineer if ctx.actor.may(Permission::MoveStock).is_ok() => {
                vec![LegalMove { kind: MovementKind::Return, to: vec![P::Depot, P::Bin, P::Bench] }]
            }
            P::Transit if ctx.actor.may(Permission::MoveStock).is_ok() => {
                vec![LegalMove { kind: MovementKind::TransferIn, to: vec![P::Depot, P::Bin] }]
            }
            _ => vec![],
        };
    };
    if ctx.actor.may_in(Permission::MoveStock, depot).is_err() {
        return vec![];
    }
    let ours = unit.owner == Owner::Us;
    let good = unit.condition == Condition::Good;
    let held = unit.reserved.is_some();
    let mut moves = vec![LegalMove { kind: MovementKind::Move, to: vec![P::Depot, P::Bin, P::Bench] }];
    if ours && good && !held {
        moves.push(LegalMove { kind: MovementKind::Issue, to: vec![P::Customer, P::Engineer, P::Vendor] });
    } else if !held {
        moves.push(LegalMove { kind: MovementKind::Issue, to: vec![P::Vendor] });
    }
    if !held {
        moves.push(LegalMove { kind: MovementKind::TransferOut, to: vec![P::Transit] });
        moves.push(LegalMove { kind: MovementKind::Convert, to: vec![] });
    }
    if ours && !held {
        moves.push(LegalMove { kind: MovementKind::Scrap, to: vec![P::Scrap] });
    }
    moves
}
