//! What a stock row writes.

use chrono::NaiveDate;

use super::super::effects::{Move, Place};
use super::{StockCondition, StockRow};
use crate::domain::stock::{MovementKind, Owner};

/// What a stock row writes: the opening movement, and for a unit in repair the step to the bench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockEffects {
    /// Movements in posting order.
    pub moves: Vec<Move>,
    /// The depot whose bench has an own repair order for the unit, from this day on.
    pub repair_order: Option<(String, NaiveDate)>,
}

/// The effects of one accepted row (API.md, History import, Stock): all opening → bin on the day it came in; in repair
/// goes on to the bench with our own repair order.
#[must_use]
pub fn effects(stock: &StockRow) -> StockEffects {
    let condition = stock.condition.in_ledger();
    let opening = Move {
        kind: MovementKind::Opening,
        part_no: stock.part_no.clone(),
        serial: stock.serial.clone(),
        quantity: stock.quantity,
        from: Place::Opening,
        to: stock.place(),
        condition: (condition, condition),
        owner: (Owner::Us, Owner::Us),
        on: stock.received_on,
    };
    let mut moves = vec![opening];
    let in_repair = stock.condition == StockCondition::InRepair;
    if let Some(first) = moves.first().filter(|_| in_repair).cloned() {
        let to = Place::Bench(stock.depot.clone());
        moves.push(Move { kind: MovementKind::Move, from: first.to.clone(), to, ..first });
    }
    // A lot in repair has no serial, and a repair order is about one unit.
    let repair_order =
        (in_repair && stock.serial.is_some()).then(|| (stock.depot.clone(), stock.received_on));
    StockEffects { moves, repair_order }
}
