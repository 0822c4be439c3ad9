//! Rows of shipments: what is on the road, with carrier and waybill.

use crate::domain::actor::Scope;
use crate::domain::rma::{Direction, ShipmentPurpose, ShipmentState};
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// A shipment as read.
    pub struct ShipmentRow {
        /// Id.
        pub id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Direction.
        pub direction: Direction,
        /// What it carries.
        pub purpose: ShipmentPurpose,
        /// Serial of what is in it.
        pub serial: Option<String>,
        /// Our depot at one end.
        pub depot: Option<String>,
        /// Carrier.
        pub carrier: String,
        /// Waybill number.
        pub tracking_no: String,
        /// State.
        pub state: ShipmentState,
        /// Left.
        pub shipped_at: DateTime<Utc>,
        /// Arrived.
        pub delivered_at: Option<DateTime<Utc>>,
        /// Who took it.
        pub received_by: String,
    }
}

/// A shipment to write.
pub struct NewShipment<'a> {
    /// RMA.
    pub rma_id: i64,
    /// Line.
    pub line_id: i64,
    /// Customer.
    pub customer_id: i64,
    /// Depot.
    pub depot_id: Option<i64>,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Direction.
    pub direction: Direction,
    /// What it carries.
    pub purpose: ShipmentPurpose,
    /// Carrier.
    pub carrier: &'a str,
    /// Waybill.
    pub tracking_no: &'a str,
    /// Left.
    pub shipped_at: DateTime<Utc>,
}

/// Writes a shipment; its id.
pub fn insert(tx: &mut Conn, new: &NewShipment<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO shipment (rma_id, line_id, customer_id, depot_id, unit_id, direction, purpose, carrier, tracking_no, state, shipped_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'shipped', $10) RETURNING id AS value",
    )
    .bind(new.rma_id)
    .bind(new.line_id)
    .bind(new.customer_id)
    .bind(new.depot_id)
    .bind(new.unit_id)
    .bind(new.direction)
    .bind(new.purpose)
    .bind(new.carrier)
    .bind(new.tracking_no)
    .bind(new.shipped_at)
    .number(tx)?)
}

/// The line's shipments of this purpose arrived, or only those with this unit in them; how many. A parcel of which nobody
/// wrote down what is in it may be any.
pub fn deliver(
    tx: &mut Conn,
    line_id: i64,
    purpose: ShipmentPurpose,
    unit_id: Option<i64>,
    received_by: &str,
    at: DateTime<Utc>,
) -> StoreResult<usize> {
    Ok(sql(
        "UPDATE shipment SET state = 'delivered', delivered_at = $1, received_by = $2 WHERE line_id = $3 AND purpose = $4 AND state = 'shipped' \
         AND ($5 IS NULL OR unit_id IS NULL OR unit_id = $5)",
    )
    .bind(at)
    .bind(received_by)
    .bind(line_id)
    .bind(purpose)
    .bind(unit_id)
    .execute(tx)?)
}

/// The line's shipments of this purpose, or only those with this unit in them, are on the road no more, and did not arrive.
pub fn end(
    tx: &mut Conn,
    line_id: i64,
    purpose: ShipmentPurpose,
    unit_id: Option<i64>,
    to: ShipmentState,
) -> StoreResult<()> {
    sql("UPDATE shipment SET state = $1 WHERE line_id = $2 AND purpose = $3 AND state = 'shipped' \
         AND ($4 IS NULL OR unit_id IS NULL OR unit_id = $4)")
    .bind(to)
    .bind(line_id)
    .bind(purpose)
    .bind(unit_id)
    .execute(tx)?;
    Ok(())
}

/// A parcel of a line that was called off turned up all the same, in a box nobody waited for: the latest one of this unit.
pub fn turned_up(tx: &mut Conn, serial: &str, part_id: Option<i64>, at: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE shipment SET state = 'delivered', delivered_at = $1 WHERE id = (SELECT max(s.id) FROM shipment s \
         JOIN rma_line l ON l.id = s.line_id WHERE s.state = 'called_off' AND s.shipped_at <= $1 AND l.serial = $2 \
         AND ($3 IS NULL OR l.part_id = $3))")
    .bind(at)
    .bind(serial)
    .bind(part_id)
    .execute(tx)?;
    Ok(())
}

/// The box in which such a parcel turned up at this moment was none: it is called off as before.
pub fn turned_up_no_more(tx: &mut Conn, serial: &str, at: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE shipment SET state = 'called_off', delivered_at = NULL WHERE state = 'delivered' AND delivered_at = $1 \
         AND line_id IN (SELECT l.id FROM rma_line l WHERE l.serial = $2)")
    .bind(at)
    .bind(serial)
    .execute(tx)?;
    Ok(())
}

/// Whether a parcel or a transfer travels with this waybill number.
pub fn is_waybill(conn: &mut Conn, tracking_no: &str) -> StoreResult<bool> {
    let known = sql("SELECT (SELECT count(*) FROM shipment WHERE tracking_no = $1) \
         + (SELECT count(*) FROM transfer WHERE tracking_no = $1 AND tracking_no <> '') AS value")
    .bind(tracking_no)
    .number(conn)?;
    Ok(known > 0 && !tracking_no.is_empty())
}

const SELECT: &str = "SELECT s.id, r.number AS rma, l.line, s.direction, s.purpose, u.serial, d.code AS depot, s.carrier, s.tracking_no, s.state, \
     s.shipped_at, s.delivered_at, s.received_by FROM shipment s JOIN rma r ON r.id = s.rma_id JOIN rma_line l ON l.id = s.line_id \
     LEFT JOIN unit u ON u.id = s.unit_id LEFT JOIN depot d ON d.id = s.depot_id";

/// Shipments of an RMA, oldest first.
pub fn of_rma(conn: &mut Conn, rma_id: i64) -> StoreResult<Vec<ShipmentRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE s.rma_id = $1 ORDER BY s.id")).bind(rma_id).load(conn)?)
}

/// One shipment the reader may see.
pub fn by_id(conn: &mut Conn, reader: &Scope, id: i64) -> StoreResult<Option<ShipmentRow>> {
    let mut filters = Filters::after(vec![id.into()]);
    if let Some((clause, user)) = scope::customers_or_depots(reader, "s.customer_id", "s.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!("{SELECT} WHERE s.id = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// Shipments with this waybill number, newest first. At most `limit`.
pub fn of_waybill(
    conn: &mut Conn,
    reader: &Scope,
    tracking_no: &str,
    limit: i64,
) -> StoreResult<Vec<ShipmentRow>> {
    let mut filters = Filters::after(vec![tracking_no.into()]);
    if let Some((clause, user)) = scope::customers_or_depots(reader, "s.customer_id", "s.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!(
        "{SELECT} WHERE s.tracking_no = $1 AND s.tracking_no <> '' {} ORDER BY s.id DESC LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Shipments before `before_id`, newest first.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    direction: Option<Direction>,
    state: Option<ShipmentState>,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<ShipmentRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("s.direction = ?", direction);
    filters.and_some("s.state = ?", state);
    if let Some((clause, user)) = scope::customers_or_depots(reader, "s.customer_id", "s.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE s.id < $1 {} ORDER BY s.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}
