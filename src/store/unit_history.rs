//! What happened to units, as their passports need it: several units in a few statements.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql_in};
use chrono::{DateTime, Utc};

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
        /// Parts of its kind are easily damaged.
        pub wear: bool,
    }
}

/// Every receipt of these units on an RMA, in no order.
pub fn receipts(conn: &mut Conn, units: &[i64]) -> StoreResult<Vec<ReceiptRow>> {
    let text = "SELECT l.unit_id, l.received_at FROM rma_line l WHERE l.unit_id IN ({in}) AND l.received_at IS NOT NULL \
                AND l.repair_state <> 'void'";
    Ok(sql_in(text, units.iter().copied()).load(conn)?)
}

/// What was found of these units. An order of an RMA line and its line are one verdict.
pub fn verdicts(conn: &mut Conn, units: &[i64]) -> StoreResult<Vec<VerdictRow>> {
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
    // One that was dead and is given up is lost now; what it was stands with the step that gave it up.
    let was_dead = "EXISTS (SELECT 1 FROM rma_step s JOIN step_issued k ON k.step_id = s.id AND k.id = i.id AND k.state = 'doa' \
         WHERE s.line_id = i.line_id AND s.taken_back_at IS NULL)";
    let text = format!(
        "SELECT u.id AS unit_id, \
         (SELECT COUNT(*) FROM rma_line l WHERE l.unit_id = u.id AND l.outcome = 'nff' AND l.repair_state <> 'void') \
         + (SELECT COUNT(*) FROM repair_order o WHERE o.unit_id = u.id AND o.line_id IS NULL AND o.outcome = 'nff') AS nff, \
         (SELECT COUNT(*) FROM issued_unit i WHERE i.unit_id = u.id AND (i.state = 'doa' OR (i.state = 'lost' AND {was_dead}))) AS doa, \
         (SELECT COUNT(*) FROM rma_line l JOIN rma r ON r.id = l.rma_id \
         JOIN rma_line f ON f.part_id = l.part_id AND f.customer_id = l.customer_id AND f.id <> l.id AND (l.slot = '' OR f.slot = '') \
         JOIN rma g ON g.id = f.rma_id AND g.site = r.site WHERE l.unit_id = u.id AND r.site <> '' {before}) \
         + (SELECT COUNT(*) FROM rma_line l JOIN rma r ON r.id = l.rma_id \
         JOIN rma_line f ON f.customer_id = l.customer_id AND f.slot = l.slot AND f.slot <> '' AND f.id <> l.id \
         JOIN rma g ON g.id = f.rma_id AND g.site = r.site WHERE l.unit_id = u.id AND l.slot <> '' {before}) AS site_failed, p.wear \
         FROM unit u JOIN part p ON p.id = u.part_id WHERE u.id IN ({{in}})"
    );
    Ok(sql_in(&text, units.iter().copied()).load(conn)?)
}
