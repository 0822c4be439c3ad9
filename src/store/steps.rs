//! The steps of RMA lines as far as they can be taken back: before a step changes a row, the row is kept as it was.
//!
//! Each kind of row has a table of its own with the columns a step may change, so that keeping and putting back are one
//! statement each, in the databases' own types. What the step left alone is not kept.

use crate::domain::rma::{IssuedState, RepairOrderState};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::{DateTime, Utc};

row! {
    struct KeptRow {
        id: i64,
        kind: String,
        events: String,
        movements: String,
        told: bool,
    }

    /// A unit issued that a step concerned.
    pub struct IssuedRow {
        /// Row id of the issued unit.
        pub id: i64,
        /// The step issued it.
        pub made: bool,
        /// The unit.
        pub unit_id: i64,
        /// The depot that lends it.
        pub depot_id: i64,
        /// Its reservation, as it stood before the step; of one the step made, what holds it now.
        pub reservation_id: Option<i64>,
        /// How it stood before the step; of one the step made, after it.
        pub state: IssuedState,
    }

    /// A board that was held beside the units issued.
    pub struct BoardRow {
        /// Its reservation.
        pub reservation_id: i64,
        /// It was held with the step; else the step let go of it.
        pub made: bool,
    }

    /// A repair order that a step concerned.
    pub struct OrderRow {
        /// Row id.
        pub id: i64,
        /// The step opened it.
        pub made: bool,
        /// How it stands.
        pub state: RepairOrderState,
        /// How it stood before the step; of one the step opened, after it.
        pub before: RepairOrderState,
    }
}

/// A step that can still be taken back, as far as the books go.
#[derive(Debug, Clone)]
pub struct Step {
    /// Row id.
    pub id: i64,
    /// The action's code.
    pub kind: String,
    /// Its timeline rows, oldest first.
    pub events: Vec<i64>,
    /// Its movements, oldest first.
    pub movements: Vec<i64>,
    /// The customer was told by mail.
    pub told: bool,
}

/// A kind of row that a step may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The line itself.
    Line,
    /// Units issued for it.
    Issued,
    /// What is promised about it.
    Promises,
    /// When its clock stood still.
    Holds,
    /// Its repair orders.
    Orders,
    /// Their units' stays at makers'.
    Legs,
    /// Its quotes.
    Quotes,
    /// Its parcels.
    Shipments,
}

impl Kept {
    /// Table, table of what was kept, how rows belong to line `$2`, columns.
    fn parts(self) -> (&'static str, &'static str, &'static str, &'static [&'static str]) {
        const OF_LINE: &str = "line_id = $2";
        match self {
            Kept::Line => ("rma_line", "step_line", "id = $2", LINE),
            Kept::Issued => ("issued_unit", "step_issued", OF_LINE, ISSUED),
            Kept::Promises => ("promise", "step_promise", "line_id = $2 AND taken_back_at IS NULL", PROMISES),
            Kept::Holds => ("hold", "step_hold", OF_LINE, &["ended_at", "end_recorded_at"]),
            Kept::Orders => ("repair_order", "step_repair", OF_LINE, ORDERS),
            Kept::Legs => (
                "vendor_repair",
                "step_leg",
                "repair_id IN (SELECT id FROM repair_order WHERE line_id = $2)",
                &["returned_at", "returned_unit_id", "outcome", "cost_fen"],
            ),
            Kept::Quotes => {
                ("quote", "step_quote", OF_LINE, &["state", "answered_at", "answered_by", "evidence"])
            }
            Kept::Shipments => {
                ("shipment", "step_shipment", OF_LINE, &["state", "delivered_at", "received_by"])
            }
        }
    }
}

const LINE: &[&str] = &[
    "serial",
    "unit_id",
    "mode",
    "entitlement",
    "payer",
    "unrepaired",
    "data_certificate",
    "depot_id",
    "repair_state",
    "faulty_state",
    "outcome",
    "cost_fen",
    "open_identity",
    "received_at",
    "ended_at",
    "last_event_at",
];
const ISSUED: &[&str] =
    &["state", "reservation_id", "shipped_at", "in_use_at", "in_use_recorded_at", "ended_at"];
const PROMISES: &[&str] = &["started_at", "base_due_on", "due_at", "state", "ended_at"];
const ORDERS: &[&str] = &[
    "unit_id",
    "depot_id",
    "state",
    "outcome",
    "technician_id",
    "diagnosis",
    "cost_fen",
    "closed_at",
    "fault_code",
    "estimate_fen",
    "limit_fen",
    "rework",
    "waiting_since",
    "last_event_at",
];

/// A step of a line begins; its id.
pub fn begin(tx: &mut Conn, line_id: i64, kind: &str, now: DateTime<Utc>) -> StoreResult<i64> {
    Ok(sql("INSERT INTO rma_step (line_id, kind, recorded_at) VALUES ($1, $2, $3) RETURNING id AS value")
        .bind(line_id)
        .bind(kind)
        .bind(now)
        .number(tx)?)
}

/// Keeps rows of a line as they are before the step.
pub fn keep(tx: &mut Conn, step_id: i64, line_id: i64, what: &[Kept]) -> StoreResult<()> {
    for kept in what {
        let (table, shadow, owner, columns) = kept.parts();
        let columns = columns.join(", ");
        let text = format!(
            "INSERT INTO {shadow} (step_id, id, made, {columns}) SELECT $1, id, FALSE, {columns} FROM {table} WHERE {owner}"
        );
        sql_shaped(text).bind(step_id).bind(line_id).execute(tx)?;
    }
    Ok(())
}

/// After the step: the rows it made are remembered, those it left alone are not.
pub fn compare(tx: &mut Conn, step_id: i64, line_id: i64, what: &[Kept]) -> StoreResult<()> {
    for kept in what {
        let (table, shadow, owner, columns) = kept.parts();
        let list = columns.join(", ");
        let made = format!(
            "INSERT INTO {shadow} (step_id, id, made, {list}) SELECT $1, id, TRUE, {list} FROM {table} \
             WHERE {owner} AND id NOT IN (SELECT k.id FROM {shadow} k WHERE k.step_id = $1)"
        );
        sql_shaped(made).bind(step_id).bind(line_id).execute(tx)?;
        let same: Vec<String> = columns
            .iter()
            .map(|column| format!("t.{column} IS NOT DISTINCT FROM {shadow}.{column}"))
            .collect();
        let untouched = format!(
            "DELETE FROM {shadow} WHERE step_id = $1 AND NOT made AND EXISTS (SELECT 1 FROM {table} t WHERE t.id = {shadow}.id AND {})",
            same.join(" AND ")
        );
        sql_shaped(untouched).bind(step_id).execute(tx)?;
    }
    if what.contains(&Kept::Orders) {
        sql("UPDATE step_repair SET events_after = (SELECT COUNT(*) FROM repair_event e WHERE e.repair_id = step_repair.id \
             AND e.kind <> 'assign') WHERE step_id = $1")
        .bind(step_id)
        .execute(tx)?;
    }
    Ok(())
}

fn ids(of: &[i64]) -> String {
    of.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

fn parsed(text: &str) -> Vec<i64> {
    text.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

/// What the step wrote down, moved and told.
pub fn finish(tx: &mut Conn, step_id: i64, events: &[i64], movements: &[i64], told: bool) -> StoreResult<()> {
    sql("UPDATE rma_step SET events = $1, movements = $2, told = $3 WHERE id = $4")
        .bind(ids(events))
        .bind(ids(movements))
        .bind(told)
        .bind(step_id)
        .execute(tx)?;
    Ok(())
}

/// The latest step of a line that was not taken back.
pub fn latest(conn: &mut Conn, line_id: i64) -> StoreResult<Option<Step>> {
    let row: Option<KeptRow> = sql(
        "SELECT id, kind, events, movements, told FROM rma_step WHERE line_id = $1 AND taken_back_at IS NULL \
         ORDER BY id DESC LIMIT 1",
    )
    .bind(line_id)
    .optional(conn)?;
    Ok(row.map(|row| Step {
        id: row.id,
        kind: row.kind,
        events: parsed(&row.events),
        movements: parsed(&row.movements),
        told: row.told,
    }))
}

/// Takes the step out of those that can be taken back; false when somebody was faster, or the line changed since `version`.
pub fn claim(
    tx: &mut Conn,
    step_id: i64,
    (line_id, version): (i64, i64),
    now: DateTime<Utc>,
) -> StoreResult<bool> {
    let seen = sql("UPDATE rma_line SET version = version + 1 WHERE id = $1 AND version = $2")
        .bind(line_id)
        .bind(version)
        .execute(tx)?;
    let claimed = sql("UPDATE rma_step SET taken_back_at = $1 WHERE id = $2 AND taken_back_at IS NULL")
        .bind(now)
        .bind(step_id)
        .execute(tx)?;
    Ok(seen == 1 && claimed == 1)
}

/// Whether a repair order of the step went on since.
pub fn bench_went_on(conn: &mut Conn, step_id: i64) -> StoreResult<bool> {
    let later =
        sql("SELECT COUNT(*) AS value FROM step_repair k WHERE k.step_id = $1 AND k.events_after <> \
         (SELECT COUNT(*) FROM repair_event e WHERE e.repair_id = k.id AND e.kind <> 'assign')")
        .bind(step_id)
        .number(conn)?;
    Ok(later > 0)
}

/// Whether the step made the line about another unit, a maker's other serial, and something stands on that unit by now: a label,
/// another line, a box, a bench of its own, or that it was given to somebody.
pub fn stands_on_swapped(conn: &mut Conn, step_id: i64) -> StoreResult<bool> {
    let standing = sql(
        "SELECT COUNT(*) AS value FROM step_repair k JOIN repair_order o ON o.id = k.id WHERE k.step_id = $1 \
         AND NOT k.made AND k.unit_id <> o.unit_id AND (EXISTS (SELECT 1 FROM unit_alias a WHERE a.unit_id = o.unit_id) \
         OR EXISTS (SELECT 1 FROM rma_line l WHERE l.unit_id = o.unit_id AND l.id <> o.line_id) \
         OR EXISTS (SELECT 1 FROM intake i WHERE i.unit_id = o.unit_id) \
         OR EXISTS (SELECT 1 FROM repair_order r WHERE r.unit_id = o.unit_id AND r.id <> o.id) \
         OR EXISTS (SELECT 1 FROM issued_unit g WHERE g.unit_id = o.unit_id))",
    )
    .bind(step_id)
    .number(conn)?;
    Ok(standing > 0)
}

/// The open line of the unit the step had let go of, when another line has it now: its RMA number.
pub fn taken_since(conn: &mut Conn, step_id: i64) -> StoreResult<Option<String>> {
    row! { struct NumberRow { number: String } }
    let row: Option<NumberRow> = sql(
        "SELECT r.number FROM step_line k JOIN rma_line l ON l.open_identity = k.open_identity AND l.id <> k.id \
         JOIN rma r ON r.id = l.rma_id WHERE k.step_id = $1",
    )
    .bind(step_id)
    .optional(conn)?;
    Ok(row.map(|row| row.number))
}

/// The units issued that the step concerned.
pub fn issued(conn: &mut Conn, step_id: i64) -> StoreResult<Vec<IssuedRow>> {
    Ok(sql("SELECT k.id, k.made, i.unit_id, i.depot_id, CASE WHEN k.made THEN i.reservation_id ELSE k.reservation_id END AS reservation_id, k.state FROM step_issued k \
         JOIN issued_unit i ON i.id = k.id WHERE k.step_id = $1 ORDER BY k.id")
    .bind(step_id)
    .load(conn)?)
}

/// The repair orders that the step concerned.
pub fn orders(conn: &mut Conn, step_id: i64) -> StoreResult<Vec<OrderRow>> {
    Ok(sql("SELECT k.id, k.made, o.state, k.state AS before FROM step_repair k JOIN repair_order o ON o.id = k.id \
         WHERE k.step_id = $1 ORDER BY k.id")
    .bind(step_id)
    .load(conn)?)
}

/// A board that no issued unit stands for was held with the step (`made`), or the step let go of it.
pub fn note_board(tx: &mut Conn, step_id: i64, reservation_id: i64, made: bool) -> StoreResult<()> {
    sql("INSERT INTO step_board (step_id, reservation_id, made) VALUES ($1, $2, $3)")
        .bind(step_id)
        .bind(reservation_id)
        .bind(made)
        .execute(tx)?;
    Ok(())
}

/// Those boards, by their reservations.
pub fn boards(conn: &mut Conn, step_id: i64) -> StoreResult<Vec<BoardRow>> {
    Ok(sql("SELECT reservation_id, made FROM step_board WHERE step_id = $1 ORDER BY reservation_id")
        .bind(step_id)
        .load(conn)?)
}

/// The line for whose exchange a board is held; none where no decision held it.
pub fn line_of_board(conn: &mut Conn, reservation_id: i64) -> StoreResult<Option<i64>> {
    row! { struct LineOf { line_id: i64 } }
    let found: Option<LineOf> =
        sql("SELECT s.line_id FROM step_board b JOIN rma_step s ON s.id = b.step_id \
         WHERE b.reservation_id = $1 AND b.made = TRUE ORDER BY s.id DESC LIMIT 1")
        .bind(reservation_id)
        .optional(conn)?;
    Ok(found.map(|row| row.line_id))
}

/// A board is held again by another reservation, with the step that held it first.
pub fn board_goes_on(tx: &mut Conn, reservation_id: i64, before: i64) -> StoreResult<()> {
    sql("INSERT INTO step_board (step_id, reservation_id, made) \
         SELECT step_id, $1, made FROM step_board WHERE reservation_id = $2 AND made = TRUE")
    .bind(reservation_id)
    .bind(before)
    .execute(tx)?;
    Ok(())
}

/// What the step made is as if it had never been: promises and holds stay known until now, units issued are let go, orders are
/// closed, parcels and stays at makers' are forgotten.
pub fn undo_made(tx: &mut Conn, step_id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    for text in [
        "UPDATE promise SET state = 'excluded', ended_at = COALESCE(ended_at, $2), taken_back_at = $2 \
         WHERE id IN (SELECT id FROM step_promise WHERE step_id = $1 AND made)",
        // A hold the step changed is known as it was changed until now, and anew from now on.
        "INSERT INTO hold_taken_back (line_id, reason, said_by, started_at, ended_at, recorded_at, end_recorded_at, taken_back_at) \
         SELECT line_id, reason, said_by, started_at, ended_at, recorded_at, end_recorded_at, $2 FROM hold \
         WHERE id IN (SELECT id FROM step_hold WHERE step_id = $1) ORDER BY id",
        "UPDATE hold SET recorded_at = $2 WHERE id IN (SELECT id FROM step_hold WHERE step_id = $1 AND NOT made)",
        // A hand-over that is no more was known until now.
        "INSERT INTO hand_over_taken_back (issued_id, in_use_at, recorded_at, taken_back_at) \
         SELECT i.id, i.in_use_at, COALESCE(i.in_use_recorded_at, i.in_use_at), $2 FROM step_issued k JOIN issued_unit i ON i.id = k.id \
         WHERE k.step_id = $1 AND i.in_use_at IS NOT NULL AND (k.made OR k.in_use_at IS NULL OR k.in_use_at <> i.in_use_at) ORDER BY i.id",
        "UPDATE issued_unit SET state = 'released', shipped_at = NULL, in_use_at = NULL, in_use_recorded_at = NULL, ended_at = $2, taken_back_at = $2 \
         WHERE id IN (SELECT id FROM step_issued WHERE step_id = $1 AND made)",
        "UPDATE repair_order SET state = 'closed', outcome = '', waiting_since = NULL, closed_at = $2, last_event_at = $2, \
         version = version + 1 WHERE id IN (SELECT id FROM step_repair WHERE step_id = $1 AND made)",
    ] {
        sql(text).bind(step_id).bind(now).execute(tx)?;
    }
    for text in [
        "UPDATE repair_order SET version = version + 1 WHERE id IN (SELECT id FROM step_repair WHERE step_id = $1 AND NOT made)",
        "DELETE FROM hold WHERE id IN (SELECT id FROM step_hold WHERE step_id = $1 AND made)",
        "DELETE FROM vendor_repair WHERE id IN (SELECT id FROM step_leg WHERE step_id = $1 AND made)",
        "DELETE FROM shipment WHERE id IN (SELECT id FROM step_shipment WHERE step_id = $1 AND made)",
    ] {
        sql(text).bind(step_id).execute(tx)?;
    }
    Ok(())
}

/// What the step changed is again what it was before. Breaks the unique indexes of what is open where something else took the
/// place meanwhile.
pub fn put_back(tx: &mut Conn, step_id: i64) -> Result<(), diesel::result::Error> {
    let all = [
        Kept::Line,
        Kept::Issued,
        Kept::Promises,
        Kept::Holds,
        Kept::Orders,
        Kept::Legs,
        Kept::Quotes,
        Kept::Shipments,
    ];
    for kept in all {
        let (table, shadow, _, columns) = kept.parts();
        let sets: Vec<String> = columns.iter().map(|column| format!("{column} = k.{column}")).collect();
        let text = format!(
            "UPDATE {table} SET {} FROM {shadow} k WHERE k.step_id = $1 AND NOT k.made AND k.id = {table}.id",
            sets.join(", ")
        );
        sql_shaped(text).bind(step_id).execute(tx)?;
    }
    Ok(())
}
