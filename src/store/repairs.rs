//! Rows of repair orders: what the bench does to a unit, for an RMA line or for our own faulty stock.

use crate::domain::actor::DepotRef;
use crate::domain::rma::{Entitlement, Mode, QuoteState, RepairOrderState, RepairOutcome, RepairState};
use crate::domain::stock::{Condition, Owner};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in, sql_shaped};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A repair order with what people call its things.
    pub struct RepairRow {
        /// Id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// Unit.
        pub unit_id: i64,
        /// Its serial.
        pub serial: String,
        /// Its condition.
        pub condition: Condition,
        /// Its owner.
        pub owner: Owner,
        /// Where it is.
        pub place: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Price of the part in fen; none where it is in another currency than CNY.
        pub price_fen: Option<i64>,
        /// Whether parts of this kind hold data.
        pub data_bearing: bool,
        /// RMA line; none for our own stock.
        pub line_id: Option<i64>,
        /// RMA number.
        pub rma: Option<String>,
        /// Line number.
        pub line: Option<i64>,
        /// The line's repair track.
        pub line_state: Option<RepairState>,
        /// How the line is handled.
        pub mode: Option<Mode>,
        /// What covers the line.
        pub entitlement: Option<Entitlement>,
        /// How the line's latest quote stands; none without one.
        pub quote_state: Option<QuoteState>,
        /// Customer code.
        pub customer: Option<String>,
        /// Customer name.
        pub customer_name: Option<String>,
        /// The plan version of the line.
        pub plan_version_id: Option<i64>,
        /// Depot.
        pub depot_id: i64,
        /// Its code.
        pub depot: String,
        /// State.
        pub state: RepairOrderState,
        /// Outcome, once there is one.
        pub outcome: Option<RepairOutcome>,
        /// Who works on it.
        pub technician: Option<String>,
        /// Reported fault.
        pub fault: String,
        /// Diagnosis code.
        pub fault_code: String,
        /// What was found.
        pub finding: String,
        /// What it is thought to cost, in fen.
        pub estimate_fen: Option<i64>,
        /// What a manager agreed it may cost, in fen.
        pub agreed_limit_fen: Option<i64>,
        /// What it has cost, in fen.
        pub cost_fen: Option<i64>,
        /// How often its test was failed.
        pub rework: i64,
        /// Parts are awaited since.
        pub waiting_since: Option<DateTime<Utc>>,
        /// Opened.
        pub opened_at: DateTime<Utc>,
        /// Closed.
        pub closed_at: Option<DateTime<Utc>>,
        /// Latest step.
        pub last_event_at: DateTime<Utc>,
        /// Version.
        pub version: i64,
        /// The promised date of the open line; 9999-12-31 without one.
        pub sort_due: NaiveDate,
        /// The open line's chance of missing that date, in basis points; 0 while nobody has reckoned it.
        pub risk_bp: i64,
        /// The vendor that has it.
        pub vendor: Option<String>,
        /// Its open vendor leg.
        pub leg_id: Option<i64>,
        /// When that vendor wants to be done.
        pub vendor_due_on: Option<NaiveDate>,
    }

    /// A row of an order's timeline.
    pub struct RepairEventRow {
        /// Id.
        pub id: i64,
        /// What happened: an action's code, `open` or `assign`.
        pub kind: String,
        /// State before.
        pub from_state: String,
        /// State after.
        pub to_state: String,
        /// Note.
        pub note: String,
        /// Who.
        pub actor: Option<String>,
        /// Happened.
        pub occurred_at: DateTime<Utc>,
        /// Recorded.
        pub recorded_at: DateTime<Utc>,
    }

    /// Something built in.
    pub struct RepairPartRow {
        /// The movement into `consumed`.
        pub movement_id: i64,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Serial; none for a quantity.
        pub serial: Option<String>,
        /// How many.
        pub quantity: i64,
        /// Cost in fen.
        pub cost_fen: i64,
        /// When.
        pub used_at: DateTime<Utc>,
    }
}

impl RepairRow {
    /// The depot whose bench has it.
    #[must_use]
    pub fn depot_ref(&self) -> DepotRef {
        DepotRef { id: self.depot_id, code: self.depot.clone() }
    }
}

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

/// Opens a repair order; its id. Breaks the unique open order of the unit.
pub fn open(tx: &mut Conn, new: &NewRepair<'_>) -> Result<i64, diesel::result::Error> {
    sql("INSERT INTO repair_order (number, unit_id, line_id, depot_id, state, opened_at, last_event_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id AS value")
    .bind(new.number)
    .bind(new.unit_id)
    .bind(new.line_id)
    .bind(new.depot_id)
    .bind(new.state)
    .bind(new.opened_at)
    .number(tx)
}

/// Says what was reported of a unit of our own.
pub fn set_fault(tx: &mut Conn, id: i64, fault: &str) -> StoreResult<()> {
    sql("UPDATE repair_order SET fault = $1 WHERE id = $2").bind(fault).bind(id).execute(tx)?;
    Ok(())
}

/// A step the line takes with its repair order.
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
         cost_fen = COALESCE($4, cost_fen), technician_id = COALESCE(technician_id, $5), closed_at = $6, \
         last_event_at = $7, version = version + 1 WHERE line_id = $8 AND state <> 'closed'",
    )
    .bind(step.to)
    .bind(step.diagnosis)
    .bind(step.outcome)
    .bind(step.cost_fen)
    .bind(step.technician_id)
    .bind(closed_at)
    .bind(step.at)
    .bind(step.line_id)
    .execute(tx)?;
    Ok(())
}

/// What bench work changed on an order.
pub struct RepairChange<'a> {
    /// Order.
    pub id: i64,
    /// The version the decision saw.
    pub version: i64,
    /// The unit afterwards: another one when the maker sent another serial.
    pub unit_id: i64,
    /// State.
    pub state: RepairOrderState,
    /// Outcome, when there is a new one.
    pub outcome: Option<RepairOutcome>,
    /// What was found, when something new was.
    pub finding: Option<&'a str>,
    /// Diagnosis code, when there is a new one.
    pub fault_code: Option<&'a str>,
    /// Estimate in fen, when there is a new one.
    pub estimate_fen: Option<i64>,
    /// Agreed limit in fen, when there is a new one.
    pub agreed_limit_fen: Option<i64>,
    /// Cost altogether, in fen.
    pub cost_fen: Option<i64>,
    /// Failed tests to add.
    pub rework: i64,
    /// Parts are awaited since.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Who works on it, when nobody was named before.
    pub technician_id: Option<i64>,
    /// This step.
    pub at: DateTime<Utc>,
}

/// Writes what bench work changed; false when the order changed since it was read.
pub fn change(tx: &mut Conn, change: &RepairChange<'_>) -> StoreResult<bool> {
    let closed_at = (change.state == RepairOrderState::Closed).then_some(change.at);
    let changed = sql(
        "UPDATE repair_order SET unit_id = $1, state = $2, outcome = COALESCE($3, outcome), diagnosis = COALESCE($4, diagnosis), \
         fault_code = COALESCE($5, fault_code), estimate_fen = COALESCE($6, estimate_fen), limit_fen = COALESCE($7, limit_fen), \
         cost_fen = $8, rework = rework + $9, waiting_since = $10, technician_id = COALESCE(technician_id, $11), closed_at = $12, \
         last_event_at = $13, version = version + 1 WHERE id = $14 AND version = $15",
    )
    .bind(change.unit_id)
    .bind(change.state)
    .bind(change.outcome)
    .bind(change.finding)
    .bind(change.fault_code)
    .bind(change.estimate_fen)
    .bind(change.agreed_limit_fen)
    .bind(change.cost_fen)
    .bind(change.rework)
    .bind(change.waiting_since)
    .bind(change.technician_id)
    .bind(closed_at)
    .bind(change.at)
    .bind(change.id)
    .bind(change.version)
    .execute(tx)?;
    Ok(changed == 1)
}

/// Says who works on it; nobody with `None`.
pub fn assign(tx: &mut Conn, id: i64, technician_id: Option<i64>) -> StoreResult<()> {
    sql("UPDATE repair_order SET technician_id = $1, version = version + 1 WHERE id = $2")
        .bind(technician_id)
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// A timeline row to write.
pub struct NewRepairEvent<'a> {
    /// Order.
    pub repair_id: i64,
    /// What happened.
    pub kind: &'a str,
    /// State before.
    pub from: &'a str,
    /// State after.
    pub to: &'a str,
    /// Note.
    pub note: &'a str,
    /// Who.
    pub actor_id: Option<i64>,
    /// Happened.
    pub occurred_at: DateTime<Utc>,
    /// Recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Writes a timeline row.
pub fn insert_event(tx: &mut Conn, new: &NewRepairEvent<'_>) -> StoreResult<()> {
    sql(
        "INSERT INTO repair_event (repair_id, kind, from_state, to_state, note, actor_id, occurred_at, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.repair_id)
    .bind(new.kind)
    .bind(new.from)
    .bind(new.to)
    .bind(new.note)
    .bind(new.actor_id)
    .bind(new.occurred_at)
    .bind(new.recorded_at)
    .execute(tx)?;
    Ok(())
}

/// Remembers what a movement into `consumed` cost the order.
pub fn insert_part(tx: &mut Conn, repair_id: i64, movement_id: i64, cost_fen: i64) -> StoreResult<()> {
    sql("INSERT INTO repair_part (repair_id, movement_id, cost_fen) VALUES ($1, $2, $3)")
        .bind(repair_id)
        .bind(movement_id)
        .bind(cost_fen)
        .execute(tx)?;
    Ok(())
}

/// The chance of an order's line to miss its date, in basis points; -1 while it was not counted yet, -2 where nothing is
/// promised: what has a date comes before what has none.
pub(super) const RISK: &str =
    "CASE WHEN l.open_identity IS NULL OR l.sort_due = '9999-12-31' THEN -2 ELSE l.risk_bp END";

/// An order whose line is open shows the line's promised date; our own has none.
pub(super) const REPAIR: &str = "SELECT o.id, o.number, o.unit_id, u.serial, u.condition, u.owner, pl.code AS place, p.part_no, \
     p.name AS part_name, p.name_en AS part_name_en, CASE WHEN p.currency = 'CNY' THEN p.price_fen END AS price_fen, p.data_bearing, o.line_id, r.number AS rma, l.line, \
     l.repair_state AS line_state, l.mode, l.entitlement, \
     (SELECT k.state FROM quote k WHERE k.line_id = l.id ORDER BY k.id DESC LIMIT 1) AS quote_state, c.code AS customer, c.name AS customer_name, l.plan_version_id, o.depot_id, d.code AS depot, o.state, \
     NULLIF(o.outcome, '') AS outcome, a.username AS technician, CASE WHEN l.id IS NULL THEN o.fault ELSE l.fault END AS fault, \
     o.fault_code, o.diagnosis AS finding, o.estimate_fen, o.limit_fen AS agreed_limit_fen, o.cost_fen, o.rework, o.waiting_since, \
     o.opened_at, o.closed_at, COALESCE(o.last_event_at, o.opened_at) AS last_event_at, o.version, \
     CASE WHEN l.open_identity IS NULL THEN '9999-12-31' ELSE l.sort_due END AS sort_due, \
     CASE WHEN l.open_identity IS NULL OR l.sort_due = '9999-12-31' THEN -2 ELSE l.risk_bp END AS risk_bp, \
     v.code AS vendor, vr.id AS leg_id, vr.due_on AS vendor_due_on \
     FROM repair_order o JOIN unit u ON u.id = o.unit_id JOIN part p ON p.id = u.part_id JOIN place pl ON pl.id = u.place_id \
     JOIN depot d ON d.id = o.depot_id LEFT JOIN rma_line l ON l.id = o.line_id LEFT JOIN rma r ON r.id = l.rma_id \
     LEFT JOIN customer c ON c.id = l.customer_id LEFT JOIN app_user a ON a.id = o.technician_id \
     LEFT JOIN vendor_repair vr ON vr.repair_id = o.id AND vr.returned_at IS NULL LEFT JOIN vendor v ON v.id = vr.vendor_id";

/// The order with this id.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<RepairRow>> {
    Ok(sql_shaped(format!("{REPAIR} WHERE o.id = $1")).bind(id).optional(conn)?)
}

/// The order with this number.
pub fn by_number(conn: &mut Conn, number: &str) -> StoreResult<Option<RepairRow>> {
    Ok(sql_shaped(format!("{REPAIR} WHERE o.number = $1")).bind(number).optional(conn)?)
}

/// The open order of a unit.
pub fn open_of_unit(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<RepairRow>> {
    let text = format!("{REPAIR} WHERE o.unit_id = $1 AND o.state <> 'closed'");
    Ok(sql_shaped(text).bind(unit_id).optional(conn)?)
}

row! {
    /// An open order.
    pub struct OwnOrderRow {
        /// Row id of the unit.
        pub unit_id: i64,
        /// Number.
        pub number: String,
        /// State.
        pub state: RepairOrderState,
    }
}

/// The open orders for these units, in a few statements.
pub fn open_of_units(conn: &mut Conn, unit_ids: &[i64]) -> StoreResult<Vec<OwnOrderRow>> {
    let text =
        "SELECT unit_id, number, state FROM repair_order WHERE state <> 'closed' AND unit_id IN ({in})";
    Ok(sql_in(text, unit_ids.iter().copied()).load(conn)?)
}

/// The open order of an RMA line.
pub fn open_of_line(conn: &mut Conn, line_id: i64) -> StoreResult<Option<RepairRow>> {
    let text = format!("{REPAIR} WHERE o.line_id = $1 AND o.state <> 'closed'");
    Ok(sql_shaped(text).bind(line_id).optional(conn)?)
}

/// The open order of a unit goes along to the depot the unit came to.
pub fn follow_unit(tx: &mut Conn, unit_id: i64, depot_id: i64) -> StoreResult<()> {
    sql("UPDATE repair_order SET depot_id = $1 WHERE unit_id = $2 AND state <> 'closed' AND depot_id <> $1")
        .bind(depot_id)
        .bind(unit_id)
        .execute(tx)?;
    Ok(())
}

/// An order's timeline, newest first.
pub fn events(conn: &mut Conn, repair_id: i64) -> StoreResult<Vec<RepairEventRow>> {
    Ok(sql(
        "SELECT e.id, e.kind, e.from_state, e.to_state, e.note, a.display_name AS actor, e.occurred_at, e.recorded_at \
         FROM repair_event e LEFT JOIN app_user a ON a.id = e.actor_id WHERE e.repair_id = $1 ORDER BY e.id DESC",
    )
    .bind(repair_id)
    .load(conn)?)
}

/// What was built in, oldest first.
pub fn parts(conn: &mut Conn, repair_id: i64) -> StoreResult<Vec<RepairPartRow>> {
    Ok(sql(
        "SELECT x.movement_id, p.part_no, p.name AS part_name, p.name_en AS part_name_en, u.serial, m.quantity, x.cost_fen, \
         m.occurred_at AS used_at FROM repair_part x JOIN movement m ON m.id = x.movement_id JOIN part p ON p.id = m.part_id \
         LEFT JOIN unit u ON u.id = m.unit_id WHERE x.repair_id = $1 ORDER BY x.id",
    )
    .bind(repair_id)
    .load(conn)?)
}
