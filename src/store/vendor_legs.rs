//! Units at makers': sent, wanted back, returned.

use crate::domain::data_bearing::DataAnswer;
use crate::domain::rma::RepairOutcome;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_shaped};
use crate::store::workload::on_hold;
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A stay at a maker's.
    pub struct LegRow {
        /// Id.
        pub id: i64,
        /// Vendor code.
        pub vendor: String,
        /// The vendor's own reference.
        pub vendor_rma: String,
        /// Serial sent.
        pub serial: String,
        /// When it left.
        pub sent_at: DateTime<Utc>,
        /// When the vendor wants to be done.
        pub due_on: Option<NaiveDate>,
        /// What becomes of a customer's data.
        pub data_answer: Option<DataAnswer>,
        /// The certificate of that.
        pub data_certificate: String,
        /// When it came back, or was known never to.
        pub returned_at: Option<DateTime<Utc>>,
        /// Serial that came back; none of what never did.
        pub returned_serial: Option<String>,
        /// What the vendor says; none of what was lost.
        pub outcome: Option<RepairOutcome>,
        /// What the vendor charges, in fen.
        pub cost_fen: Option<i64>,
    }
}

row! {
    /// A stay as the scorecard counts it.
    #[derive(PartialEq, Eq)]
    pub struct StayRow {
        /// Id.
        pub id: i64,
        /// Number of the repair order.
        pub repair: String,
        /// Row id of that order.
        pub repair_id: i64,
        /// RMA number; none for our own units.
        pub rma: Option<String>,
        /// Line number in the RMA.
        pub line: Option<i64>,
        /// Serial sent.
        pub serial: String,
        /// Serial that came back.
        pub returned_serial: Option<String>,
        /// Vendor code.
        pub vendor: String,
        /// Vendor name.
        pub vendor_name: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// When it left.
        pub sent_at: DateTime<Utc>,
        /// When the vendor wanted to be done.
        pub due_on: Option<NaiveDate>,
        /// When it came back, or was known never to.
        pub returned_at: Option<DateTime<Utc>>,
        /// What the vendor said.
        pub outcome: Option<RepairOutcome>,
        /// Whether another serial came back.
        pub is_swap: bool,
        /// What the vendor charged, in fen.
        pub cost_fen: i64,
        /// The customer of its line had asked us to wait and still did.
        pub on_hold: bool,
        /// When its return was recorded.
        pub return_recorded_at: Option<DateTime<Utc>>,
    }
}

impl StayRow {
    /// The stay as it was while nobody had recorded its end.
    pub fn forget_return(&mut self) {
        self.returned_at = None;
        self.returned_serial = None;
        self.outcome = None;
        self.is_swap = false;
        self.cost_fen = 0;
    }
}

/// A unit that leaves for a maker.
pub struct NewLeg<'a> {
    /// Order.
    pub repair_id: i64,
    /// Code of the vendor's place.
    pub vendor_place: &'a str,
    /// Unit.
    pub unit_id: i64,
    /// The vendor's own reference.
    pub vendor_rma: &'a str,
    /// When it leaves.
    pub sent_at: DateTime<Utc>,
    /// When the vendor wants to be done.
    pub due_on: Option<NaiveDate>,
    /// What becomes of a customer's data.
    pub data_answer: Option<DataAnswer>,
    /// The certificate of that.
    pub data_certificate: &'a str,
}

/// It leaves. False when there is no vendor behind the place.
pub fn send(tx: &mut Conn, new: &NewLeg<'_>) -> StoreResult<bool> {
    let written = sql(
        "INSERT INTO vendor_repair (repair_id, vendor_id, part_id, unit_id, vendor_rma, sent_at, due_on, data_answer, data_certificate) \
         SELECT $1, v.id, u.part_id, u.id, $2, $3, $4, $5, $6 FROM vendor v, unit u WHERE 'vendor:' || v.code = $7 AND u.id = $8",
    )
    .bind(new.repair_id)
    .bind(new.vendor_rma)
    .bind(new.sent_at)
    .bind(new.due_on)
    .bind(new.data_answer)
    .bind(new.data_certificate)
    .bind(new.vendor_place)
    .bind(new.unit_id)
    .execute(tx)?;
    Ok(written == 1)
}

/// The stay ends: it is back as this unit; as none, it never comes back: scrapped there as beyond repair, else lost.
pub fn end(
    tx: &mut Conn,
    id: i64,
    unit_id: Option<i64>,
    outcome: Option<RepairOutcome>,
    cost_fen: Option<i64>,
    at: DateTime<Utc>,
) -> StoreResult<()> {
    sql("UPDATE vendor_repair SET returned_at = $1, returned_unit_id = $2, outcome = $3, cost_fen = $4 WHERE id = $5")
        .bind(at)
        .bind(unit_id)
        .bind(outcome)
        .bind(cost_fen)
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// The stays of an order, oldest first.
pub fn of_repair(conn: &mut Conn, repair_id: i64) -> StoreResult<Vec<LegRow>> {
    Ok(sql(
        "SELECT x.id, v.code AS vendor, x.vendor_rma, u.serial, x.sent_at, x.due_on, x.data_answer, x.data_certificate, \
         x.returned_at, b.serial AS returned_serial, x.outcome, x.cost_fen FROM vendor_repair x JOIN vendor v ON v.id = x.vendor_id \
         JOIN unit u ON u.id = x.unit_id LEFT JOIN unit b ON b.id = x.returned_unit_id WHERE x.repair_id = $1 ORDER BY x.id",
    )
    .bind(repair_id)
    .load(conn)?)
}

/// Which stays: those that began in a period and were recorded by an instant, with the holds as they stood before another.
#[derive(Debug, Clone, Copy)]
pub struct StaysWanted<'a> {
    /// Of this vendor only.
    pub vendor: Option<&'a str>,
    /// Sent from this instant on.
    pub from: DateTime<Utc>,
    /// Sent before this one.
    pub until: DateTime<Utc>,
    /// What had happened before this one.
    pub as_of_end: DateTime<Utc>,
    /// Recorded by this one.
    pub known_at: DateTime<Utc>,
}

/// When a step of an order that happened at `$at` was recorded: the first of such a step, for a row of the order's own timeline
/// is written with each.
fn recorded(kinds: &str, at: &str) -> String {
    format!(
        "(SELECT min(e.recorded_at) FROM repair_event e WHERE e.repair_id = x.repair_id AND e.kind IN ({kinds}) AND e.occurred_at = {at})"
    )
}

/// Stays by vendor and part. The return of a stay may have been recorded later than `known_at`: its row says when it was.
pub fn stays(conn: &mut Conn, wanted: &StaysWanted<'_>) -> StoreResult<Vec<StayRow>> {
    let sent = recorded("'send_to_vendor'", "x.sent_at");
    let returned = recorded("'vendor_returned','scrap','write_off'", "x.returned_at");
    let on_hold = on_hold("$4", "$5");
    Ok(sql_shaped(format!(
        "SELECT x.id, o.number AS repair, o.id AS repair_id, r.number AS rma, l.line, u.serial, b.serial AS returned_serial, \
         v.code AS vendor, v.name AS vendor_name, p.part_no, p.name AS part_name, p.name_en AS part_name_en, x.sent_at, x.due_on, x.returned_at, x.outcome, CASE WHEN x.returned_unit_id IS NOT NULL AND x.returned_unit_id <> x.unit_id \
         THEN TRUE ELSE FALSE END AS is_swap, COALESCE(x.cost_fen, 0) AS cost_fen, {on_hold} AS on_hold, \
         {returned} AS return_recorded_at FROM vendor_repair x \
         JOIN vendor v ON v.id = x.vendor_id JOIN part p ON p.id = x.part_id JOIN unit u ON u.id = x.unit_id \
         JOIN repair_order o ON o.id = x.repair_id LEFT JOIN unit b ON b.id = x.returned_unit_id \
         LEFT JOIN rma_line l ON l.id = o.line_id LEFT JOIN rma r ON r.id = l.rma_id WHERE x.sent_at >= $1 AND x.sent_at < $2 \
         AND ($3 IS NULL OR v.code = $3) AND COALESCE({sent}, x.sent_at) <= $5 ORDER BY v.code, p.part_no, x.id",
    ))
    .bind(wanted.from)
    .bind(wanted.until)
    .bind(wanted.vendor)
    .bind(wanted.as_of_end)
    .bind(wanted.known_at)
    .load(conn)?)
}
