//! What happened to units, as their passports need it: several units in a few statements.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, placeholders, sql_once};
use chrono::{DateTime, Utc};

/// So many values in one IN list.
const IN_LIST: usize = 200;

row! {
    /// A unit came in faulty.
    pub struct ReceiptRow {
        /// Unit.
        pub unit_id: i64,
        /// When.
        pub received_at: DateTime<Utc>,
    }

    /// What was found of a unit.
    pub struct VerdictRow {
        /// Unit.
        pub unit_id: i64,
        /// Repairs without a fault found.
        pub nff: i64,
        /// How often it was dead on arrival.
        pub doa: i64,
        /// Other units that failed within a year before its latest return at the same customer and site: in the same slot
        /// whatever part they were, or of its part where one of the slots was not said.
        pub site_failed: i64,
    }
}

/// Every receipt of these units on an RMA, in no order.
pub fn receipts(conn: &mut Conn, units: &[i64]) -> StoreResult<Vec<ReceiptRow>> {
    let mut rows = vec![];
    for chunk in units.chunks(IN_LIST) {
        let text = format!(
            "SELECT l.unit_id, l.received_at FROM rma_line l WHERE l.unit_id IN ({}) AND l.received_at IS NOT NULL \
             AND l.repair_state <> 'void'",
            placeholders(1, chunk.len())
        );
        rows.extend(sql_once(text).bind_all(chunk.iter().copied()).load::<ReceiptRow>(conn)?);
    }
    Ok(rows)
}

/// What was found of these units. An order of an RMA line and its line are one verdict.
pub fn verdicts(conn: &mut Conn, units: &[i64]) -> StoreResult<Vec<VerdictRow>> {
    let mut rows = vec![];
    for chunk in units.chunks(IN_LIST) {
        let year_before = if conn.is_postgres() {
            "l.received_at - INTERVAL '365 days'"
        } else {
            "strftime('%Y-%m-%d %H:%M:%f', l.received_at, '-365 days')"
        };
        let before = format!(
            "AND (f.unit_id IS NULL OR f.unit_id <> u.id) AND f.received_at < l.received_at AND f.received_at >= {year_before} \
             AND f.repair_state <> 'void' \
             AND l.id = (SELECT MAX(m.id) FROM rma_line m WHERE m.unit_id = u.id AND m.received_at IS NOT NULL)"
        );
        let text = format!(
            "SELECT u.id AS unit_id, \
             (SELECT COUNT(*) FROM rma_line l WHERE l.unit_id = u.id AND l.outcome = 'nff' AND l.repair_state <> 'void') \
             + (SELECT COUNT(*) FROM repair_order o WHERE o.unit_id = u.id AND o.line_id IS NULL AND o.outcome = 'nff') AS nff, \
             (SELECT COUNT(*) FROM issued_unit i WHERE i.unit_id = u.id AND i.state = 'doa') AS doa, \
             (SELECT COUNT(*) FROM rma_line l JOIN rma r ON r.id = l.rma_id \
             JOIN rma_line f ON f.part_id = l.part_id AND f.customer_id = l.customer_id AND f.id <> l.id AND (l.slot = '' OR f.slot = '') \
             JOIN rma g ON g.id = f.rma_id AND g.site = r.site WHERE l.unit_id = u.id AND r.site <> '' {before}) \
             + (SELECT COUNT(*) FROM rma_line l JOIN rma r ON r.id = l.rma_id \
             JOIN rma_line f ON f.customer_id = l.customer_id AND f.slot = l.slot AND f.slot <> '' AND f.id <> l.id \
             JOIN rma g ON g.id = f.rma_id AND g.site = r.site WHERE l.unit_id = u.id AND l.slot <> '' {before}) AS site_failed \
             FROM unit u WHERE u.id IN ({})",
            placeholders(1, chunk.len())
        );
        rows.extend(sql_once(text).bind_all(chunk.iter().copied()).load::<VerdictRow>(conn)?);
    }
    Ok(rows)
}
