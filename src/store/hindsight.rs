//! Rows of promises looked back on with other terms.

use crate::domain::plan::{PromiseKind, TermUnit};
use crate::domain::rma::PromiseState;
use crate::row;
use crate::store::StoreResult;
use crate::store::figures::HoldRow;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

row! {
    /// A promise of a plan.
    pub struct PastPromise {
        /// Row id of the RMA line.
        pub line_id: i64,
        /// What was promised.
        pub kind: PromiseKind,
        /// How long.
        pub amount: i64,
        /// In what.
        pub unit: TermUnit,
        /// Whether the day of the start counted.
        pub start_day_counts: bool,
        /// When it began.
        pub started_at: DateTime<Utc>,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// How it stands.
        pub state: PromiseState,
        /// Close of business of its plan version, in minutes after local midnight.
        pub closes_minute: Option<i64>,
    }
}

/// The promises of a plan's versions that began since then; without those that fell away or stand still.
pub fn of_plan(conn: &mut Conn, plan_id: i64, since: DateTime<Utc>) -> StoreResult<Vec<PastPromise>> {
    Ok(sql("SELECT p.line_id, p.kind, p.amount, p.unit, p.start_day_counts, p.started_at, p.ended_at, p.state, \
         v.closes_minute FROM promise p \
         JOIN plan_version v ON v.id = p.plan_version_id \
         WHERE v.plan_id = $1 AND p.started_at >= $2 AND p.state NOT IN ('excluded', 'floating') ORDER BY p.id")
    .bind(plan_id)
    .bind(since)
    .load(conn)?)
}

/// The holds of lines with a repair promise of this plan that began since then.
pub fn holds(conn: &mut Conn, plan_id: i64, since: DateTime<Utc>) -> StoreResult<Vec<HoldRow>> {
    Ok(sql("SELECT h.line_id, h.started_at, h.ended_at FROM hold h WHERE EXISTS (SELECT 1 FROM promise p \
         JOIN plan_version v ON v.id = p.plan_version_id WHERE p.line_id = h.line_id AND p.kind = 'repair_return' AND v.plan_id = $1 \
         AND p.started_at >= $2) \
         ORDER BY h.line_id, h.id")
    .bind(plan_id)
    .bind(since)
    .load(conn)?)
}
