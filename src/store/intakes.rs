//! Rows of intakes: boxes nobody announced.

use crate::domain::actor::{DepotRef, Scope};
use crate::domain::intake::{IntakeException, IntakeState};
use crate::row;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// An intake as read.
    pub struct IntakeRow {
        /// Id.
        pub id: i64,
        /// Depot that took it in.
        pub depot_id: i64,
        /// Its code.
        pub depot: String,
        /// Number of the box; units of one box share it. The document of its movements.
        pub box_no: String,
        /// Serial; empty when it cannot be read.
        pub serial: String,
        /// Temporary label.
        pub label: String,
        /// Part number, when known.
        pub part_no: Option<String>,
        /// The unit in our books.
        pub unit_id: Option<i64>,
        /// Where that is.
        pub place: Option<String>,
        /// Carrier.
        pub carrier: String,
        /// Waybill number.
        pub tracking_no: String,
        /// Note.
        pub note: String,
        /// State.
        pub state: IntakeState,
        /// Why it was not matched at once.
        pub exception: Option<IntakeException>,
        /// Where the books had it when the box came.
        pub book_place: String,
        /// RMA it belongs to.
        pub rma: Option<String>,
        /// Line.
        pub line: Option<i64>,
        /// When the box was taken in.
        pub taken_in_at: DateTime<Utc>,
        /// By whom.
        pub taken_in_by_id: Option<i64>,
        /// By whom.
        pub taken_in_by: Option<String>,
        /// When somebody said what it is.
        pub settled_at: Option<DateTime<Utc>>,
        /// What was said.
        pub settlement: String,
    }
}

impl IntakeRow {
    /// The depot as a rule sees it.
    #[must_use]
    pub fn depot_ref(&self) -> DepotRef {
        DepotRef { id: self.depot_id, code: self.depot.clone() }
    }
}

/// An intake to write.
pub struct NewIntake<'a> {
    /// Depot.
    pub depot_id: i64,
    /// Box.
    pub box_no: &'a str,
    /// Serial.
    pub serial: &'a str,
    /// Temporary label.
    pub label: &'a str,
    /// Part.
    pub part_id: Option<i64>,
    /// Unit, once in the books.
    pub unit_id: Option<i64>,
    /// Carrier.
    pub carrier: &'a str,
    /// Waybill number.
    pub tracking_no: &'a str,
    /// Note.
    pub note: &'a str,
    /// Why it is not matched; none when it is.
    pub exception: Option<IntakeException>,
    /// Where the books had it.
    pub book_place: &'a str,
    /// Line it was matched to.
    pub line_id: Option<i64>,
    /// Taken in.
    pub taken_in_at: DateTime<Utc>,
    /// By whom.
    pub by: Option<i64>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Writes an intake; its id.
pub fn insert(tx: &mut Conn, new: &NewIntake<'_>) -> StoreResult<i64> {
    let state = if new.exception.is_some() { IntakeState::Unmatched } else { IntakeState::Matched };
    Ok(sql(
        "INSERT INTO intake (depot_id, box, serial, label, part_id, unit_id, carrier, tracking_no, note, state, exception, book_place, \
         rma_line_id, taken_in_at, taken_in_by, recorded_at, settled_at, settled_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id AS value",
    )
    .bind(new.depot_id)
    .bind(new.box_no)
    .bind(new.serial)
    .bind(new.label)
    .bind(new.part_id)
    .bind(new.unit_id)
    .bind(new.carrier)
    .bind(new.tracking_no)
    .bind(new.note)
    .bind(state)
    .bind(new.exception.map_or("", IntakeException::as_str))
    .bind(new.book_place)
    .bind(new.line_id)
    .bind(new.taken_in_at)
    .bind(new.by)
    .bind(new.now)
    .bind(new.exception.is_none().then_some(new.now))
    .bind(new.by.filter(|_| new.exception.is_none()))
    .number(tx)?)
}

/// How an intake ended.
pub struct Settlement<'a> {
    /// Intake.
    pub id: i64,
    /// State afterwards.
    pub state: IntakeState,
    /// Line it was matched to.
    pub line_id: Option<i64>,
    /// Unit it turned out to be.
    pub unit_id: Option<i64>,
    /// What was said.
    pub text: &'a str,
    /// By whom.
    pub by: Option<i64>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Ends an intake; false when somebody else did a moment ago.
pub fn settle(tx: &mut Conn, end: &Settlement<'_>) -> StoreResult<bool> {
    let settled = sql(
        "UPDATE intake SET state = $1, rma_line_id = $2, unit_id = COALESCE(unit_id, $3), settlement = $4, settled_by = $5, settled_at = $6 \
         WHERE id = $7 AND state = 'unmatched'",
    )
    .bind(end.state)
    .bind(end.line_id)
    .bind(end.unit_id)
    .bind(end.text)
    .bind(end.by)
    .bind(end.now)
    .bind(end.id)
    .execute(tx)?;
    Ok(settled == 1)
}

/// What was made out of an intake nobody could read or place.
pub struct Identified<'a> {
    /// Intake.
    pub id: i64,
    /// Serial; empty while it cannot be read.
    pub serial: &'a str,
    /// Part.
    pub part_id: i64,
    /// Unit in the books.
    pub unit_id: Option<i64>,
    /// Why it still waits.
    pub exception: IntakeException,
}

/// Keeps what was made out of an unmatched intake.
pub fn identify(tx: &mut Conn, made_out: &Identified<'_>) -> StoreResult<()> {
    sql("UPDATE intake SET serial = $1, part_id = $2, unit_id = $3, exception = $4 WHERE id = $5 AND state = 'unmatched'")
        .bind(made_out.serial)
        .bind(made_out.part_id)
        .bind(made_out.unit_id)
        .bind(made_out.exception)
        .bind(made_out.id)
        .execute(tx)?;
    Ok(())
}

/// The intake of which this movement is the receipt: that of the same unit, matched to the line in the same moment.
pub fn of_receipt(conn: &mut Conn, line_id: i64, movement_id: i64) -> StoreResult<Option<i64>> {
    row! { struct IdRow { id: i64 } }
    let row: Option<IdRow> =
        sql("SELECT i.id FROM intake i JOIN movement m ON m.unit_id = i.unit_id WHERE i.rma_line_id = $1 \
         AND m.id = $2 AND i.state = 'matched' AND i.settled_at = m.recorded_at ORDER BY i.id DESC LIMIT 1")
        .bind(line_id)
        .bind(movement_id)
        .optional(conn)?;
    Ok(row.map(|row| row.id))
}

/// A matched intake waits for a person again: with this serial, empty when it goes by its label, and this unit.
pub fn open_again(tx: &mut Conn, id: i64, serial: &str, unit_id: Option<i64>) -> StoreResult<()> {
    let unreadable = IntakeException::Unreadable.as_str();
    let exception = if serial.is_empty() { unreadable } else { IntakeException::NoRma.as_str() };
    sql("UPDATE intake SET state = 'unmatched', exception = $1, serial = $2, unit_id = $3, rma_line_id = NULL, settlement = '', \
         settled_by = NULL, settled_at = NULL WHERE id = $4 AND state = 'matched'")
    .bind(exception)
    .bind(serial)
    .bind(unit_id)
    .bind(id)
    .execute(tx)?;
    Ok(())
}

const SELECT: &str = "SELECT i.id, i.depot_id, d.code AS depot, i.box AS box_no, i.serial, i.label, p.part_no, i.unit_id, pl.code AS place, \
     i.carrier, i.tracking_no, i.note, i.state, NULLIF(i.exception, '') AS exception, i.book_place, r.number AS rma, l.line, \
     i.taken_in_at, i.taken_in_by AS taken_in_by_id, a.username AS taken_in_by, i.settled_at, i.settlement \
     FROM intake i JOIN depot d ON d.id = i.depot_id LEFT JOIN part p ON p.id = i.part_id LEFT JOIN unit u ON u.id = i.unit_id \
     LEFT JOIN place pl ON pl.id = u.place_id LEFT JOIN rma_line l ON l.id = i.rma_line_id LEFT JOIN rma r ON r.id = l.rma_id \
     LEFT JOIN app_user a ON a.id = i.taken_in_by";

/// The intake with this id, if the reader may see it.
pub fn by_id(conn: &mut Conn, reader: &Scope, id: i64) -> StoreResult<Option<IntakeRow>> {
    let mut filters = Filters::after(vec![id.into()]);
    if let Some((clause, user)) = scope::depots(reader, "i.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!("{SELECT} WHERE i.id = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// What came in this box, first taken in first. At most `limit`.
pub fn in_box(conn: &mut Conn, reader: &Scope, box_no: &str, limit: i64) -> StoreResult<Vec<IntakeRow>> {
    let mut filters = Filters::after(vec![box_no.into()]);
    if let Some((clause, user)) = scope::depots(reader, "i.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE i.box = $1 {} ORDER BY i.id LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// Intakes before `before_id`, newest first. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    state: Option<IntakeState>,
    depot: Option<&str>,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<IntakeRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("i.state = ?", state);
    filters.and_some("d.code = ?", depot);
    if let Some((clause, user)) = scope::depots(reader, "i.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE i.id < $1 {} ORDER BY i.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// Whether an unmatched intake carries this temporary label.
pub fn label_is_taken(conn: &mut Conn, label: &str) -> StoreResult<bool> {
    let found =
        sql("SELECT COUNT(*) AS value FROM intake WHERE label = $1 AND state = 'unmatched'").bind(label);
    Ok(found.number(conn)? > 0)
}

/// The box in which a unit of this serial came to a depot and still waits to be settled, if there is one.
pub fn waiting_here(conn: &mut Conn, depot_id: i64, serial: &str) -> StoreResult<Option<String>> {
    row! { struct BoxRow { box_no: String } }
    let row: Option<BoxRow> =
        sql("SELECT box AS box_no FROM intake WHERE serial = $1 AND depot_id = $2 AND state = 'unmatched' \
         ORDER BY id DESC LIMIT 1")
        .bind(serial)
        .bind(depot_id)
        .optional(conn)?;
    Ok(row.map(|row| row.box_no))
}

/// The unmatched intake of this unit, if there is one.
pub fn open_of_unit(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<i64>> {
    row! { struct IdRow { id: i64 } }
    let row: Option<IdRow> =
        sql("SELECT id FROM intake WHERE unit_id = $1 AND state = 'unmatched' ORDER BY id DESC LIMIT 1")
            .bind(unit_id)
            .optional(conn)?;
    Ok(row.map(|row| row.id))
}
