//! What a customer's own page shows beside the list of lines: what waits for the customer, and what they hold of ours.

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::NaiveDate;

row! {
    /// Something the customer is to do.
    pub struct NeedRow {
        /// `quote`, `confirm`, `replacement`, `faulty`, `loan`, `send`, `hold`.
        pub kind: String,
        /// RMA number.
        pub number: String,
        /// Line.
        pub line: i64,
        /// Serial it is about.
        pub serial: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Of a quote: the amount in fen.
        pub amount_fen: Option<i64>,
        /// By when, where there is such a day.
        pub due_on: Option<NaiveDate>,
    }

    /// A spare of ours at the customer's.
    pub struct HeldSpareRow {
        /// Its serial.
        pub serial: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Serial of the board it stands in for.
        pub instead_of: String,
        /// RMA number.
        pub number: String,
        /// Line.
        pub line: i64,
        /// By when it is to come back; none before the own board is back.
        pub due_on: Option<NaiveDate>,
    }
}

/// Everything that waits for this customer, the most pressing kind first. At most `limit`.
pub fn needs(conn: &mut Conn, customer_id: i64, limit: i64) -> StoreResult<Vec<NeedRow>> {
    Ok(sql(
        "SELECT n.kind, r.number, l.line, n.serial, p.name AS part_name, p.name_en AS part_name_en, n.amount_fen, n.due_on FROM ( \
         SELECT 1 AS rank, 'quote' AS kind, l.id AS line_id, l.serial, q.amount_fen, q.valid_until AS due_on \
         FROM rma_line l JOIN quote q ON q.line_id = l.id AND q.state = 'open' WHERE l.customer_id = $1 \
         UNION ALL SELECT 2, 'hold', l.id, l.serial, CAST(NULL AS BIGINT), CAST(NULL AS DATE) \
         FROM rma_line l JOIN hold h ON h.line_id = l.id AND h.ended_at IS NULL WHERE l.customer_id = $1 AND l.ended_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM quote q WHERE q.line_id = l.id AND q.state = 'open') \
         UNION ALL SELECT 3, 'confirm', l.id, l.serial, CAST(NULL AS BIGINT), CAST(NULL AS DATE) \
         FROM rma_line l WHERE l.customer_id = $1 AND l.repair_state = 'dispatched' \
         UNION ALL SELECT 4, 'replacement', l.id, u.serial, CAST(NULL AS BIGINT), CAST(NULL AS DATE) \
         FROM rma_line l JOIN issued_unit i ON i.line_id = l.id AND i.state = 'shipped' JOIN unit u ON u.id = i.unit_id \
         WHERE l.customer_id = $1 \
         UNION ALL SELECT 5, 'faulty', l.id, l.serial, CAST(NULL AS BIGINT), \
         (SELECT MAX(m.due_on) FROM promise m WHERE m.line_id = l.id AND m.kind = 'faulty_return' AND m.state = 'open') \
         FROM rma_line l WHERE l.customer_id = $1 AND l.faulty_state IN ('due', 'overdue') \
         UNION ALL SELECT 6, 'loan', l.id, u.serial, CAST(NULL AS BIGINT), m.due_on \
         FROM rma_line l JOIN promise m ON m.line_id = l.id AND m.kind = 'loan_return' AND m.state = 'open' \
         JOIN issued_unit i ON i.line_id = l.id AND i.role = 'loan' AND i.state = 'in_use' JOIN unit u ON u.id = i.unit_id \
         WHERE l.customer_id = $1 \
         UNION ALL SELECT 7, 'send', l.id, l.serial, CAST(NULL AS BIGINT), CAST(NULL AS DATE) \
         FROM rma_line l WHERE l.customer_id = $1 AND l.repair_state IN ('authorised', 'expected') AND l.faulty_state = 'not_due' \
         AND l.mode IN ('repair_return', 'equivalent_exchange') \
         ) n JOIN rma_line l ON l.id = n.line_id JOIN rma r ON r.id = l.rma_id JOIN part p ON p.id = l.part_id \
         ORDER BY n.rank, n.due_on, l.id LIMIT $2",
    )
    .bind(customer_id)
    .bind(limit)
    .load(conn)?)
}

/// Loaners in this customer's hands, oldest first. At most `limit`.
pub fn loans(conn: &mut Conn, customer_id: i64, limit: i64) -> StoreResult<Vec<HeldSpareRow>> {
    Ok(sql(
        "SELECT u.serial, p.name AS part_name, p.name_en AS part_name_en, l.serial AS instead_of, r.number, l.line, \
         (SELECT MAX(m.due_on) FROM promise m WHERE m.line_id = l.id AND m.kind = 'loan_return' AND m.state = 'open') AS due_on \
         FROM rma_line l JOIN issued_unit i ON i.line_id = l.id AND i.role = 'loan' AND i.state = 'in_use' \
         JOIN unit u ON u.id = i.unit_id JOIN part p ON p.id = i.part_id JOIN rma r ON r.id = l.rma_id \
         WHERE l.customer_id = $1 ORDER BY i.id LIMIT $2",
    )
    .bind(customer_id)
    .bind(limit)
    .load(conn)?)
}
