//! What a scan station lays beside the scanner: what is expected, what waits to leave, and what was scanned.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::StoreResult;
use crate::store::rmas::{LINE, LineRow, visible};
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use chrono::{DateTime, Utc};

row! {
    /// A spare that is held for an RMA line and has not left.
    pub struct HeldRow {
        /// RMA number.
        pub number: String,
        /// Line.
        pub line: i64,
        /// Serial.
        pub serial: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Customer.
        pub customer: String,
        /// Since when.
        pub reserved_at: DateTime<Utc>,
    }
}

/// Lines whose faulty part is on its way to this depot, or to one that nobody has named yet; the latest first.
pub fn awaited(conn: &mut Conn, reader: &Scope, depot_id: i64, limit: i64) -> StoreResult<Vec<LineRow>> {
    let states = "l.repair_state IN ('authorised', 'expected') AND (l.depot_id = $1 OR l.depot_id IS NULL)";
    lines(conn, reader, depot_id, states, limit)
}

/// Lines whose unit stands in this depot and goes back to its customer; the latest first.
pub fn going_home(conn: &mut Conn, reader: &Scope, depot_id: i64, limit: i64) -> StoreResult<Vec<LineRow>> {
    let states = "l.repair_state IN ('repaired', 'nff', 'return_unrepaired') AND l.depot_id = $1";
    lines(conn, reader, depot_id, states, limit)
}

/// Lines of this depot whose faulty part should have come back and did not; the latest first.
pub fn owed(conn: &mut Conn, reader: &Scope, depot_id: i64, limit: i64) -> StoreResult<Vec<LineRow>> {
    let owed = "l.faulty_state = 'overdue' AND (l.depot_id = $1 OR EXISTS (SELECT 1 FROM issued_unit oi \
         WHERE oi.line_id = l.id AND oi.depot_id = $1))";
    lines(conn, reader, depot_id, owed, limit)
}

fn lines(
    conn: &mut Conn,
    reader: &Scope,
    depot_id: i64,
    which: &str,
    limit: i64,
) -> StoreResult<Vec<LineRow>> {
    let mut filters = Filters::after(vec![depot_id.into()]);
    visible(&mut filters, reader);
    let limit = filters.value(limit);
    let text = format!(
        "{LINE} WHERE {which} {} ORDER BY l.last_event_at DESC, l.id DESC LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Spares of this depot that are held for a line and have not left, oldest first. At most `limit`.
pub fn held(conn: &mut Conn, depot_id: i64, limit: i64) -> StoreResult<Vec<HeldRow>> {
    Ok(sql(
        "SELECT r.number, l.line, u.serial, p.part_no, p.name AS part_name, p.name_en AS part_name_en, c.name AS customer, i.reserved_at \
         FROM issued_unit i JOIN rma_line l ON l.id = i.line_id JOIN rma r ON r.id = l.rma_id JOIN unit u ON u.id = i.unit_id \
         JOIN part p ON p.id = i.part_id JOIN customer c ON c.id = l.customer_id \
         WHERE i.depot_id = $1 AND i.state = 'reserved' ORDER BY i.id LIMIT $2",
    )
    .bind(depot_id)
    .bind(limit)
    .load(conn)?)
}

/// The approved request whose spare is held for this line.
pub fn request_of_line(conn: &mut Conn, number: &str, line: i64) -> StoreResult<Option<String>> {
    row! { struct NumberOf { number: String } }
    let found: Option<NumberOf> = sql(
        "SELECT q.number FROM spare_request q JOIN rma_line l ON l.id = q.rma_line_id JOIN rma r ON r.id = l.rma_id \
         WHERE r.number = $1 AND l.line = $2 AND q.state = 'approved' ORDER BY q.id DESC LIMIT 1",
    )
    .bind(number)
    .bind(line)
    .optional(conn)?;
    Ok(found.map(|row| row.number))
}

/// A board held with the decision of an exchange, which has not left.
const PROPOSED: &str = "FROM reservation h JOIN step_board b ON b.reservation_id = h.id JOIN rma_step s ON s.id = b.step_id \
     JOIN rma_line l ON l.id = s.line_id JOIN rma r ON r.id = l.rma_id JOIN customer c ON c.id = l.customer_id \
     JOIN unit u ON u.id = h.unit_id JOIN part p ON p.id = h.part_id WHERE h.state = 'open' AND b.made = TRUE";

/// Boards of this depot that are held for an exchange and have not left, oldest first. At most `limit`.
pub fn exchanges(conn: &mut Conn, depot_id: i64, limit: i64) -> StoreResult<Vec<HeldRow>> {
    Ok(sql_shaped(format!(
        "SELECT r.number, l.line, u.serial, p.part_no, p.name AS part_name, p.name_en AS part_name_en, c.name AS customer, \
         h.created_at AS reserved_at {PROPOSED} AND h.depot_id = $1 ORDER BY h.id LIMIT $2"
    ))
    .bind(depot_id)
    .bind(limit)
    .load(conn)?)
}

/// The line whose exchange this unit is held for.
pub fn line_of_exchange(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<(String, i64)>> {
    row! { struct LineOf { number: String, line: i64 } }
    let text = format!("SELECT r.number, l.line {PROPOSED} AND h.unit_id = $1 ORDER BY h.id DESC LIMIT 1");
    let found: Option<LineOf> = sql_shaped(text).bind(unit_id).optional(conn)?;
    Ok(found.map(|row| (row.number, row.line)))
}

row! { struct Count { value: i64 } }

/// Whether nobody waits for the spare of a request any more: its line has one held or under way, gets none in its mode, or is over.
pub fn is_settled(conn: &mut Conn, request_id: i64) -> StoreResult<bool> {
    let settled: Count =
        sql("SELECT COUNT(*) AS value FROM spare_request q JOIN rma_line l ON l.id = q.rma_line_id WHERE q.id = $1 \
         AND (l.mode NOT IN ('loaner', 'advance_replacement') \
         OR l.repair_state IN ('returned', 'closed', 'cancelled', 'rejected', 'void') \
         OR EXISTS (SELECT 1 FROM issued_unit i WHERE i.line_id = l.id AND i.state IN ('reserved', 'shipped', 'in_use')))")
        .bind(request_id)
        .one(conn)?;
    Ok(settled.value > 0)
}

/// Whether a depot has something free that fits a request: its part, or an equivalent.
pub fn could_serve(conn: &mut Conn, request_id: i64, depot_id: i64) -> StoreResult<bool> {
    let free: Count = sql(
        "SELECT COUNT(*) AS value FROM spare_request q JOIN availability v ON v.depot_id = $2 AND v.good > v.reserved \
         WHERE q.id = $1 AND (v.part_id = q.part_id OR EXISTS (SELECT 1 FROM part_alternate a \
         WHERE a.part_id = q.part_id AND a.alternate_id = v.part_id AND a.valid_to IS NULL))",
    )
    .bind(request_id)
    .bind(depot_id)
    .one(conn)?;
    Ok(free.value > 0)
}

/// The line a unit is held for.
pub fn held_line(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<(String, i64)>> {
    row! { struct LineOf { number: String, line: i64 } }
    let found: Option<LineOf> = sql(
        "SELECT r.number, l.line FROM issued_unit i JOIN rma_line l ON l.id = i.line_id JOIN rma r ON r.id = l.rma_id \
         WHERE i.unit_id = $1 AND i.state = 'reserved' ORDER BY i.id DESC LIMIT 1",
    )
    .bind(unit_id)
    .optional(conn)?;
    Ok(found.map(|row| (row.number, row.line)))
}
