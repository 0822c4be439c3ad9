//! How often watched parts fail: counted from the repair orders of their units.

use crate::domain::actor::Scope;
use crate::domain::repair::{Watch, WatchClass};
use crate::domain::rma::{RepairOrderState, RepairOutcome};
use crate::row;
use crate::store::sql::{Conn, Filters};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// A watched part and its failures.
    #[derive(PartialEq, Eq)]
    pub struct WatchedRow {
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Failures of the last 90 days.
        pub recent: i64,
        /// Failures of the 90 days before those.
        pub earlier: i64,
        /// Failures of the last 365 days.
        pub year: i64,
        /// Of the year's failures those whose order is not closed.
        pub open: i64,
        /// Orders of the last 365 days that found no fault: no failures.
        pub nff: i64,
        /// Good, ours, in depots of the company and not held, now.
        pub available: i64,
    }

    /// One failure of a watched part: a repair order.
    pub struct FailureRow {
        /// Id of the order.
        pub id: i64,
        /// Its number.
        pub repair: String,
        /// RMA number; none for our own stock.
        pub rma: Option<String>,
        /// Line number.
        pub line: Option<i64>,
        /// Customer's code; none for our own stock.
        pub customer: Option<String>,
        /// Customer's name.
        pub customer_name: Option<String>,
        /// Serial.
        pub serial: String,
        /// Code of the depot whose bench has it.
        pub depot: String,
        /// State of the order.
        pub state: RepairOrderState,
        /// What came of it, once there is something.
        pub outcome: Option<RepairOutcome>,
        /// Diagnosis code; empty before a diagnosis.
        pub fault_code: String,
        /// When the order was opened.
        pub opened_at: DateTime<Utc>,
    }
}

/// An order counts unless its line was registered by mistake, or the receipt that opened it was taken back.
const COUNTS: &str = "NOT EXISTS (SELECT 1 FROM rma_line v WHERE v.id = o.line_id AND v.repair_state = 'void') \
     AND NOT EXISTS (SELECT 1 FROM rma_step s JOIN step_repair k ON k.step_id = s.id AND k.id = o.id AND k.made \
     WHERE s.line_id = o.line_id AND s.taken_back_at IS NOT NULL)";

fn own_depots(filters: &mut Filters, reader: &Scope) -> String {
    scope::depots(reader, "o.depot_id")
        .map(|(clause, user)| {
            let user = filters.value(user);
            format!(" AND {}", clause.replace('?', &user))
        })
        .unwrap_or_default()
}

/// Watched parts after a part number, at most `limit`, with what failed on the benches the reader may see.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    watch: &Watch,
    after: &str,
    limit: i64,
) -> StoreResult<Vec<WatchedRow>> {
    let mut filters = Filters::after(vec![
        after.into(),
        limit.into(),
        watch.recent_from.into(),
        watch.earlier_from.into(),
        watch.year_from.into(),
        watch.until.into(),
    ]);
    let depots = own_depots(&mut filters, reader);
    let count = |when: &str| format!("CAST(SUM(CASE WHEN {when} THEN 1 ELSE 0 END) AS BIGINT)");
    let failed = |when: &str| count(&format!("o.outcome <> 'nff' AND {when}"));
    let text = format!(
        "SELECT p.part_no, p.name, p.name_en, COALESCE(f.recent, 0) AS recent, COALESCE(f.earlier, 0) AS earlier, \
         COALESCE(f.year, 0) AS year, COALESCE(f.open, 0) AS open, COALESCE(f.nff, 0) AS nff, COALESCE(s.available, 0) AS available \
         FROM part p LEFT JOIN (SELECT u.part_id, {} AS recent, {} AS earlier, {} AS year, {} AS open, {} AS nff \
           FROM repair_order o JOIN unit u ON u.id = o.unit_id JOIN part w ON w.id = u.part_id AND w.wear = TRUE \
           WHERE o.opened_at >= $5 AND o.opened_at < $6 AND {COUNTS}{depots} GROUP BY u.part_id) f ON f.part_id = p.id \
         LEFT JOIN (SELECT a.part_id, CAST(SUM(a.good - a.reserved) AS BIGINT) AS available FROM availability a \
           JOIN depot d ON d.id = a.depot_id AND d.customer_id IS NULL JOIN part w ON w.id = a.part_id AND w.wear = TRUE \
           GROUP BY a.part_id) s ON s.part_id = p.id \
         WHERE p.wear = TRUE AND p.part_no > $1 ORDER BY p.part_no LIMIT $2",
        failed("o.opened_at >= $3"),
        failed("o.opened_at >= $4 AND o.opened_at < $3"),
        failed("1 = 1"),
        failed("o.state <> 'closed'"),
        count("o.outcome = 'nff'"),
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// The orders a number of a part counts, from an instant on and before another, the latest first: those before order `before_id`,
/// at most `limit`.
pub fn failures(
    conn: &mut Conn,
    reader: &Scope,
    part_no: &str,
    ((from, until), class): ((DateTime<Utc>, DateTime<Utc>), WatchClass),
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<FailureRow>> {
    let mut filters =
        Filters::after(vec![part_no.into(), from.into(), until.into(), before_id.into(), limit.into()]);
    let depots = own_depots(&mut filters, reader);
    let counted = match class {
        WatchClass::Recent | WatchClass::Earlier | WatchClass::Year => "o.outcome <> 'nff'",
        WatchClass::Open => "o.outcome <> 'nff' AND o.state <> 'closed'",
        WatchClass::Nff => "o.outcome = 'nff'",
    };
    let text = format!(
        "SELECT o.id, o.number AS repair, r.number AS rma, l.line, c.code AS customer, c.name AS customer_name, u.serial, d.code AS depot, o.state, \
         CASE WHEN o.outcome = '' THEN NULL ELSE o.outcome END AS outcome, o.fault_code, o.opened_at \
         FROM repair_order o JOIN unit u ON u.id = o.unit_id JOIN part p ON p.id = u.part_id JOIN depot d ON d.id = o.depot_id \
         LEFT JOIN rma_line l ON l.id = o.line_id LEFT JOIN rma r ON r.id = l.rma_id LEFT JOIN customer c ON c.id = l.customer_id \
         WHERE p.part_no = $1 AND o.opened_at >= $2 AND o.opened_at < $3 AND o.id < $4 AND {counted} AND {COUNTS}{depots} \
         ORDER BY o.id DESC LIMIT $5"
    );
    Ok(filters.into_sql(text).load(conn)?)
}
