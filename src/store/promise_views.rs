//! Read models of the promise ledger, and the one state that time alone brings about.

use crate::domain::actor::Scope;
use crate::domain::plan::{PromiseKind, TermUnit};
use crate::domain::rma::PromiseState;
use crate::row;
use crate::store::figures::Key;
use crate::store::sql::{Conn, Filters, Sql, sql};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A promise as people read it.
    pub struct PromiseView {
        /// Row id.
        pub id: i64,
        /// What is promised.
        pub kind: PromiseKind,
        /// Row id of the RMA line.
        pub line_id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Serial of the faulty unit.
        pub serial: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Code of the receiving depot.
        pub depot: Option<String>,
        /// How long, in `unit`.
        pub amount: i64,
        /// What is counted.
        pub unit: TermUnit,
        /// Whether the day of the start counts.
        pub start_day_counts: bool,
        /// When the clock started.
        pub started_at: DateTime<Utc>,
        /// Due date; `None` while the clock stands still.
        pub due_on: Option<NaiveDate>,
        /// The instant, for promises that keep one.
        pub due_at: Option<DateTime<Utc>>,
        /// That date, or the last day of time.
        pub sort_due: NaiveDate,
        /// The calendar it was last counted with.
        pub calendar_version: i64,
        /// Whether it is counted over an unpublished year.
        pub provisional: bool,
        /// How it stands.
        pub state: PromiseState,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
    }

    /// A customer-caused wait.
    pub struct HoldView {
        /// Row id of the RMA line.
        pub line_id: i64,
        /// Why.
        pub reason: String,
        /// Who at the customer said so.
        pub said_by: String,
        /// When the clock stopped.
        pub started_at: DateTime<Utc>,
        /// When it ran on.
        pub ended_at: Option<DateTime<Utc>>,
    }
}

/// Filters of the promise list. Every one is optional.
#[derive(Debug, Clone, Default)]
pub struct PromiseFilter {
    /// What is promised.
    pub kind: Option<PromiseKind>,
    /// How it stands.
    pub state: Option<PromiseState>,
    /// Only those counted over an unpublished year and not ended.
    pub provisional: bool,
    /// Due before this day. Promises without a due date are none of these.
    pub due_before: Option<NaiveDate>,
    /// Depot code.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// RMA number.
    pub rma: Option<String>,
}

impl PromiseFilter {
    fn clauses(&self, reader: &Scope, after: Option<Key>, through: Option<Key>) -> Filters {
        let mut filters = Filters::after(vec![]);
        filters.and_some("p.kind = ?", self.kind);
        filters.and_some("p.state = ?", self.state);
        filters.and_fixed("p.taken_back_at IS NULL");
        if self.provisional {
            filters.and("p.provisional = ? AND p.state IN ('open', 'floating')", true);
        }
        filters.and_some("p.sort_due < ?", self.due_before);
        filters.and_some("p.depot_id = (SELECT id FROM depot WHERE code = ?)", self.depot.as_deref());
        filters
            .and_some("p.customer_id = (SELECT id FROM customer WHERE code = ?)", self.customer.as_deref());
        filters.and_some(
            "p.line_id IN (SELECT n.id FROM rma_line n JOIN rma m ON m.id = n.rma_id WHERE m.number = ?)",
            self.rma.as_deref(),
        );
        if let Some(key) = after {
            let due = filters.value(key.sort_due);
            filters.and(&format!("p.sort_due >= {due} AND (p.sort_due > {due} OR p.id > ?)"), key.id);
        }
        if let Some(key) = through {
            let due = filters.value(key.sort_due);
            filters.and(&format!("p.sort_due <= {due} AND (p.sort_due < {due} OR p.id <= ?)"), key.id);
        }
        if let Some((clause, user)) = scope::customers_or_depots(reader, "p.customer_id", "p.depot_id") {
            filters.and(&clause, user);
        }
        filters
    }
}

/// Promises after `after`, by due date. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &PromiseFilter,
    after: Option<Key>,
    limit: i64,
) -> StoreResult<Vec<PromiseView>> {
    Ok(list_sql(reader, filter, after, limit).load(conn)?)
}

/// The statement of [`list`], for the test that looks at its plan.
#[must_use]
pub fn list_sql(reader: &Scope, filter: &PromiseFilter, after: Option<Key>, limit: i64) -> Sql {
    let mut filters = filter.clauses(reader, after, None);
    let limit = filters.value(limit);
    let text = format!(
        "SELECT p.id, p.kind, p.line_id, r.number AS rma, l.line, l.serial, t.part_no, t.name AS part_name, \
         t.name_en AS part_name_en, c.code AS customer, c.name AS customer_name, d.code AS depot, p.amount, p.unit, \
         p.start_day_counts, p.started_at, p.due_on, p.due_at, p.sort_due, p.calendar_version, p.provisional, p.state, p.ended_at \
         FROM promise p JOIN rma_line l ON l.id = p.line_id JOIN rma r ON r.id = l.rma_id JOIN part t ON t.id = p.part_id \
         JOIN customer c ON c.id = p.customer_id LEFT JOIN depot d ON d.id = p.depot_id \
         WHERE 1 = 1 {} ORDER BY p.sort_due, p.id LIMIT {limit}",
        filters.text()
    );
    filters.into_sql(text)
}

/// The holds of the lines of a page of [`list`] that ended with `through`, oldest first.
pub fn holds(
    conn: &mut Conn,
    reader: &Scope,
    filter: &PromiseFilter,
    after: Option<Key>,
    through: Key,
) -> StoreResult<Vec<HoldView>> {
    let filters = filter.clauses(reader, after, Some(through));
    let text = format!(
        "SELECT h.line_id, h.reason, h.said_by, h.started_at, h.ended_at FROM hold h \
         WHERE h.line_id IN (SELECT p.line_id FROM promise p WHERE 1 = 1 {}) ORDER BY h.line_id, h.id",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Marks at most `limit` open promises of a kind broken whose time ran out: due before `today`, or at an instant before
/// `now`. Several nodes may do it at once, and each row turns once. How many.
pub fn mark_broken(
    tx: &mut Conn,
    kind: PromiseKind,
    today: NaiveDate,
    now: DateTime<Utc>,
    limit: i64,
) -> StoreResult<usize> {
    Ok(sql("UPDATE promise SET state = 'broken' WHERE state = 'open' AND id IN (SELECT p.id FROM promise p \
         WHERE p.kind = $1 AND p.state = 'open' AND p.sort_due <= $2 AND (p.sort_due < $2 OR p.due_at < $3) \
         ORDER BY p.sort_due, p.id LIMIT $4)")
    .bind(kind)
    .bind(today)
    .bind(now)
    .bind(limit)
    .execute(tx)?)
}
