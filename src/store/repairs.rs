//! Rows of repair orders: what the bench does to a unit, for an RMA line or for our own faulty stock.

use crate::domain::rma::{RepairOrderState, RepairOutcome};
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

/// A repair order to open.
pub struct NewRepair<'a> {
    /// Number.
    pub number: &'a str,
    /// Unit.
    pub unit_id: i64,
    /// RMA line; none for our own stock.
    pub line_id: Option<i64>,
    /// Depot.
    pub depot_id: i64,
    /// State.
    pub state: RepairOrderState,
    /// Opened.
    pub opened_at: DateTime<Utc>,
}

/// Opens a repair order; its id.
pub fn open(tx: &mut Conn, new: &NewRepair<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO repair_order (number, unit_id, line_id, depot_id, state, opened_at) VALUES ($1, $2, $3, $4, $5, $6) \
         RETURNING id AS value",
    )
    .bind(new.number)
    .bind(new.unit_id)
    .bind(new.line_id)
    .bind(new.depot_id)
    .bind(new.state)
    .bind(new.opened_at)
    .number(tx)?)
}

/// A step of a line's repair order.
pub struct RepairStep<'a> {
    /// Line.
    pub line_id: i64,
    /// State.
    pub to: RepairOrderState,
    /// What was found, when something new was.
    pub diagnosis: Option<&'a str>,
    /// Outcome.
    pub outcome: Option<RepairOutcome>,
    /// Cost in fen.
    pub cost_fen: Option<i64>,
    /// Who.
    pub technician_id: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Takes a step of the line's open repair order.
pub fn step(tx: &mut Conn, step: &RepairStep<'_>) -> StoreResult<()> {
    let closed_at = (step.to == RepairOrderState::Closed).then_some(step.at);
    sql(
        "UPDATE repair_order SET state = $1, diagnosis = COALESCE($2, diagnosis), outcome = COALESCE($3, outcome), \
         cost_fen = COALESCE($4, cost_fen), technician_id = COALESCE($5, technician_id), closed_at = $6 \
         WHERE line_id = $7 AND state <> 'closed'",
    )
    .bind(step.to)
    .bind(step.diagnosis)
    .bind(step.outcome)
    .bind(step.cost_fen)
    .bind(step.technician_id)
    .bind(closed_at)
    .bind(step.line_id)
    .execute(tx)?;
    Ok(())
}
