//! Rows of spreadsheets that no list has.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::StoreResult;
use crate::store::rma_lists::{LineFilter, LineMark, LineSort, narrow, sort};
use crate::store::sql::{Conn, Filters};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// An RMA line as a spreadsheet has it. States, mode and outcome are codes.
    pub struct RmaLineRow {
        /// Row id of the line.
        pub id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Code of the receiving depot.
        pub depot: Option<String>,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Serial of the faulty unit.
        pub serial: String,
        /// How it is handled.
        pub mode: String,
        /// Who pays, and why.
        pub entitlement: String,
        /// What is wrong with it, as reported.
        pub fault: String,
        /// Repair track.
        pub repair_state: String,
        /// Faulty-part track.
        pub faulty_state: String,
        /// When it was asked for.
        pub requested_at: DateTime<Utc>,
        /// When the faulty part came in.
        pub received_at: Option<DateTime<Utc>>,
        /// Promised date.
        pub due_on: Option<NaiveDate>,
        /// Whether that hangs on an unpublished calendar.
        pub provisional: Option<bool>,
        /// How the promise stands.
        pub promise_state: Option<String>,
        /// When the line ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// Outcome of the repair.
        pub outcome: String,
        /// What the repair cost, in fen.
        pub cost_fen: Option<i64>,
        /// Promised date as lists are sorted by it.
        pub sort_due: NaiveDate,
        /// When something last happened to it.
        pub last_event_at: DateTime<Utc>,
    }
}

/// RMA lines of a list, those the reader sees there, in its order after the mark. At most `limit`.
pub fn rma_lines(
    conn: &mut Conn,
    reader: &Scope,
    filter: &LineFilter,
    from: (LineSort, Option<LineMark>),
    limit: i64,
) -> StoreResult<Vec<RmaLineRow>> {
    let mut filters = Filters::after(vec![]);
    let order = sort(&mut filters, from);
    narrow(&mut filters, reader, filter);
    let limit = filters.value(limit);
    let text = format!(
        "SELECT l.id, r.number AS rma, l.line, c.code AS customer, c.name AS customer_name, d.code AS depot, t.part_no, \
         t.name AS part_name, t.name_en AS part_name_en, l.serial, l.mode, l.entitlement, l.fault, l.repair_state, \
         l.faulty_state, r.requested_at, l.received_at, p.due_on, p.provisional, p.state AS promise_state, l.ended_at, \
         l.outcome, l.cost_fen, l.sort_due, l.last_event_at \
         FROM rma_line l JOIN rma r ON r.id = l.rma_id JOIN customer c ON c.id = l.customer_id JOIN part t ON t.id = l.part_id \
         LEFT JOIN depot d ON d.id = l.depot_id LEFT JOIN promise p ON p.id = (SELECT max(q.id) FROM promise q \
           WHERE q.line_id = l.id AND q.kind = 'repair_return' AND q.taken_back_at IS NULL) \
         WHERE 1 = 1 {} ORDER BY {order} LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}
