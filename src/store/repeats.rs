//! Repairs that did not hold: which repairs a unit went home with, and which line one of them covers.

use crate::domain::rma::Entitlement;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use chrono::{DateTime, Utc};

row! {
    /// A repair of a unit that went home.
    pub struct PastRepairRow {
        /// The RMA line it was done for.
        pub line_id: i64,
        /// The class of fault reported.
        pub fault_class: String,
        /// The diagnosis code.
        pub fault_code: String,
        /// When the customer had it back.
        pub returned_at: DateTime<Utc>,
        /// Days of warranty by the plan it was done under.
        pub warranty_days: Option<i64>,
    }

    /// A unit that we delivered to the customer, and its maker's warranty.
    pub struct DeliveryRow {
        /// When its title went to the customer.
        pub delivered_at: DateTime<Utc>,
        /// Months of warranty of its part.
        pub warranty_months: i64,
    }

    struct Name { number: String, line: i64 }
    struct Said { value: String }
}

/// The repairs with which this unit went home, the latest first, other than that of line `but` (0 for none).
pub fn past_repairs(conn: &mut Conn, unit_id: i64, but: i64) -> StoreResult<Vec<PastRepairRow>> {
    Ok(sql(
        "SELECT l.id AS line_id, l.fault_class, COALESCE(o.fault_code, '') AS fault_code, l.ended_at AS returned_at, \
         v.repair_warranty_days AS warranty_days FROM rma_line l LEFT JOIN plan_version v ON v.id = l.plan_version_id \
         LEFT JOIN repair_order o ON o.id = (SELECT max(n.id) FROM repair_order n WHERE n.line_id = l.id) \
         WHERE l.unit_id = $1 AND l.id <> $2 AND l.outcome = 'repaired' AND l.repair_state IN ('returned', 'closed') \
         AND l.ended_at IS NOT NULL ORDER BY l.ended_at DESC, l.id DESC LIMIT 20",
    )
    .bind(unit_id)
    .bind(but)
    .load(conn)?)
}

/// When the title of this unit went to the customer last, for a part under a maker's warranty. What never was ours, or came back
/// to us since, has none.
pub fn delivery(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<DeliveryRow>> {
    Ok(sql(
        "SELECT m.occurred_at AS delivered_at, p.warranty_months FROM movement m JOIN unit u ON u.id = m.unit_id \
         JOIN part p ON p.id = u.part_id WHERE m.unit_id = $1 AND p.warranty_months IS NOT NULL AND m.owner_from = 'us' \
         AND m.owner_to LIKE 'customer:%' AND m.owner_to = u.owner AND m.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM movement r WHERE r.reverses_id = m.id) ORDER BY m.id DESC LIMIT 1",
    )
    .bind(unit_id)
    .optional(conn)?)
}

/// The line is covered by the warranty on the repair of line `repeat_of`: free for the customer, so the payer follows.
pub fn cover(tx: &mut Conn, line_id: i64, repeat_of: i64) -> StoreResult<()> {
    sql("INSERT INTO repeat_repair (line_id, repeat_of_id) VALUES ($1, $2)")
        .bind(line_id)
        .bind(repeat_of)
        .execute(tx)?;
    sql("UPDATE rma_line SET entitlement = $1, payer = $2 WHERE id = $3")
        .bind(Entitlement::RepairWarranty)
        .bind(Entitlement::RepairWarranty.usual_payer())
        .bind(line_id)
        .execute(tx)?;
    Ok(())
}

/// The line whose repair did not hold, as people write it: `RMA-2026-000017/1`.
pub fn repeat_of(conn: &mut Conn, line_id: i64) -> StoreResult<Option<String>> {
    let found: Option<Name> =
        sql("SELECT r.number, l.line FROM repeat_repair x JOIN rma_line l ON l.id = x.repeat_of_id \
         JOIN rma r ON r.id = l.rma_id WHERE x.line_id = $1")
        .bind(line_id)
        .optional(conn)?;
    Ok(found.map(|name| format!("{}/{}", name.number, name.line)))
}

row! {
    /// A line and the cause of its delay.
    pub struct CauseRow {
        /// Row id of the line.
        pub line_id: i64,
        /// Code of the cause.
        pub cause: String,
    }
}

/// The cause attributed last to each of these lines; lines without one are left out.
pub fn causes_of(conn: &mut Conn, line_ids: &[i64]) -> StoreResult<Vec<CauseRow>> {
    let text = "SELECT e.line_id, e.to_state AS cause FROM rma_event e WHERE e.line_id IN ({in}) AND e.kind = 'attribute_cause' \
                AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) ORDER BY e.id";
    Ok(sql_in(text, line_ids.iter().copied()).load(conn)?)
}

/// The cause of its delay that was attributed to the line last (and not taken back).
pub fn cause_of(conn: &mut Conn, line_id: i64) -> StoreResult<Option<String>> {
    let said: Option<Said> = sql(
        "SELECT e.to_state AS value FROM rma_event e WHERE e.line_id = $1 AND e.kind = 'attribute_cause' \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) ORDER BY e.id DESC LIMIT 1",
    )
    .bind(line_id)
    .optional(conn)?;
    Ok(said.map(|said| said.value))
}
