//! Rows of the figures that are not rates: waits of the customer, and spares promised.

use crate::domain::actor::Scope;
use crate::domain::plan::TermUnit;
use crate::domain::rma::PromiseState;
use crate::row;
use crate::store::sql::{Conn, Filters};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

/// Which rows of a figure are asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// From this instant on.
    pub from: DateTime<Utc>,
    /// Before this one.
    pub until: DateTime<Utc>,
    /// What had happened before this instant.
    pub as_of_end: DateTime<Utc>,
    /// Only what was recorded by this instant counts.
    pub known_at: DateTime<Utc>,
    /// Whose rows the reader may see.
    pub reader: Scope,
    /// Depot code.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
}

row! {
    /// A wait of the customer with the line it stopped.
    pub struct PauseRow {
        /// Row id of the hold.
        pub id: i64,
        /// Row id of the line.
        pub line_id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Serial of the faulty unit.
        pub serial: String,
        /// Part number.
        pub part_no: String,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Code of the receiving depot.
        pub depot: Option<String>,
        /// Why.
        pub reason: String,
        /// Who at the customer said so.
        pub said_by: String,
        /// From.
        pub started_at: DateTime<Utc>,
        /// To, as far as it had happened and was known.
        pub ended_at: Option<DateTime<Utc>>,
        /// When the clock of the line's repair began, as far as was known; `None`: none runs.
        pub clock_started_at: Option<DateTime<Utc>>,
        /// When that ended.
        pub clock_ended_at: Option<DateTime<Utc>>,
        /// How long it was promised to take,
        pub amount: Option<i64>,
        /// in what,
        pub unit: Option<TermUnit>,
        /// and whether the first day counts.
        pub start_day_counts: Option<bool>,
        /// The calendar it is counted with.
        pub calendar_version: Option<i64>,
    }

    /// A hold of a line, beside which others may stand.
    pub struct HeldRow {
        /// Row id of the hold.
        pub id: i64,
        /// Row id of the line.
        pub line_id: i64,
        /// From.
        pub started_at: DateTime<Utc>,
        /// To, as far as it had happened and was known.
        pub ended_at: Option<DateTime<Utc>>,
    }

    /// A spare that was to be in place: a replacement request that was approved, or a promise nobody wrote a request for.
    pub struct SpareRow {
        /// Row id of the request, or of the promise.
        pub id: i64,
        /// Number of the request; `None` where an RMA promised the spare without one.
        pub request: Option<String>,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Part number.
        pub part_no: String,
        /// Its name in Chinese.
        pub part_name: String,
        /// Its name in English.
        pub part_name_en: String,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// When the request was approved.
        pub started_at: DateTime<Utc>,
        /// When the spare had to be there; `None` where the plan promises no time.
        pub due_at: Option<DateTime<Utc>>,
        /// How the promise stood, as far as was known; without one, how the request did.
        pub state: PromiseState,
        /// When it ended, as far as that had happened and was known.
        pub ended_at: Option<DateTime<Utc>>,
        /// The depot chosen first.
        pub first_depot: Option<String>,
        /// The depot the spare handed over came from.
        pub served_by: Option<String>,
        /// Its line stands under an open hold of the customer.
        pub on_hold: bool,
    }
}

impl Wanted {
    pub(super) fn narrow(&self, filters: &mut Filters) {
        filters.and_some("d.code = ?", self.depot.as_deref());
        filters.and_some("c.code = ?", self.customer.as_deref());
        filters.and_some("t.part_no = ?", self.part_no.as_deref());
        if let Some((clause, user)) = scope::customers_or_depots(&self.reader, "l.customer_id", "l.depot_id")
        {
            filters.and(&clause, user);
        }
    }
}

/// The holds as they were known at `$3`: those of today, and those a step taken back since had begun or ended.
const KNOWN_HOLDS: &str = "(SELECT id, line_id, reason, said_by, started_at, ended_at, recorded_at, end_recorded_at FROM hold UNION ALL \
     SELECT -id, line_id, reason, said_by, started_at, ended_at, recorded_at, end_recorded_at FROM hold_taken_back WHERE taken_back_at > $3)";

/// When hold `h` ended, as far as it had happened before `$4` and was recorded by `$3`.
const HOLD_ENDED_AT: &str = "CASE WHEN COALESCE(h.end_recorded_at, h.recorded_at) <= $3 AND h.ended_at < $4 THEN h.ended_at ELSE NULL END AS ended_at";

fn of_period(wanted: &Wanted) -> Filters {
    Filters::after(vec![
        wanted.from.into(),
        wanted.until.min(wanted.as_of_end).into(),
        wanted.known_at.into(),
        wanted.as_of_end.into(),
    ])
}

/// Every hold of the lines that had one on a day of the period, of each line in the order they began.
pub fn held(conn: &mut Conn, wanted: &Wanted) -> StoreResult<Vec<HeldRow>> {
    let text = format!(
        "SELECT h.id, h.line_id, h.started_at, {HOLD_ENDED_AT} FROM {KNOWN_HOLDS} h WHERE h.started_at < $4 AND h.recorded_at <= $3 \
         AND h.line_id IN (SELECT s.line_id FROM {KNOWN_HOLDS} s WHERE s.started_at < $2 AND s.recorded_at <= $3 \
           AND (s.ended_at IS NULL OR s.ended_at >= $1)) ORDER BY h.line_id, h.started_at, h.id"
    );
    Ok(of_period(wanted).into_sql(text).load(conn)?)
}

/// Every hold that stood on a day of the period, in the order they began, with the clock it stopped.
pub fn pauses(conn: &mut Conn, wanted: &Wanted) -> StoreResult<Vec<PauseRow>> {
    let mut filters = of_period(wanted);
    wanted.narrow(&mut filters);
    let text = format!(
        "SELECT h.id, h.line_id, r.number AS rma, l.line, l.serial, t.part_no, c.code AS customer, c.name AS customer_name, \
         d.code AS depot, h.reason, h.said_by, h.started_at, {HOLD_ENDED_AT}, p.started_at AS clock_started_at, \
         CASE WHEN e.ended_at < $4 THEN e.ended_at ELSE NULL END AS clock_ended_at, p.amount, p.unit, p.start_day_counts, p.calendar_version \
         FROM {KNOWN_HOLDS} h JOIN rma_line l ON l.id = h.line_id JOIN rma r ON r.id = l.rma_id JOIN part t ON t.id = l.part_id \
         JOIN customer c ON c.id = l.customer_id LEFT JOIN depot d ON d.id = l.depot_id \
         LEFT JOIN promise p ON p.id = (SELECT max(q.id) FROM promise q WHERE q.line_id = h.line_id AND q.kind = 'repair_return' \
           AND q.recorded_at <= $3 AND (q.taken_back_at IS NULL OR q.taken_back_at > $3)) \
         LEFT JOIN promise_end e ON e.id = (SELECT max(x.id) FROM promise_end x WHERE x.promise_id = p.id AND x.recorded_at <= $3) \
         WHERE h.started_at < $2 AND h.recorded_at <= $3 AND (h.ended_at IS NULL OR h.ended_at >= $1) {} \
         ORDER BY h.started_at, h.id",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Whether line `l` stands under an open hold of the customer: one that began before `end` and had not ended by then, as far as
/// was recorded by `known`, also where a step taken back since had begun or ended it.
pub(super) fn on_hold(end: &str, known: &str) -> String {
    let of = |holds: &str, more: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {holds} h WHERE h.line_id = l.id AND h.started_at < {end} AND h.recorded_at <= {known} {more} \
             AND (h.ended_at IS NULL OR h.ended_at >= {end} OR COALESCE(h.end_recorded_at, h.recorded_at) > {known}))"
        )
    };
    let since = format!("AND h.taken_back_at > {known}");
    format!("CASE WHEN {} OR {} THEN TRUE ELSE FALSE END", of("hold", ""), of("hold_taken_back", &since))
}

/// Of units issued: none that was so by a step taken back, as far as was known, nor one that was chosen later.
const REAL: &str = "(g.taken_back_at IS NULL OR g.taken_back_at > $3) AND g.reserved_at <= $3";

/// The promise `spare_in_place` that a request is held to: the latest of its line that ran when the request was approved.
const PROMISE_OF_REQUEST: &str = "(SELECT max(w.id) FROM promise w WHERE w.line_id = q.rma_line_id AND w.kind = 'spare_in_place' \
     AND w.recorded_at <= $3 AND (w.taken_back_at IS NULL OR w.taken_back_at > $3) AND w.started_at <= q.decided_at AND (w.ended_at IS NULL OR w.ended_at >= q.decided_at))";

/// The hand-overs of a line's spares since a moment, as far as they were recorded by `$3`: today's, and those of steps taken back since.
fn handed_over(what: &str, line: &str, since: &str) -> String {
    format!(
        "(SELECT min(x.value) FROM (SELECT g.{what} AS value FROM issued_unit g WHERE g.line_id = {line} AND g.in_use_at >= {since} \
           AND COALESCE(g.in_use_recorded_at, g.in_use_at) <= $3 \
         UNION ALL SELECT {}.{what} FROM issued_unit g JOIN hand_over_taken_back b ON b.issued_id = g.id WHERE g.line_id = {line} \
           AND b.in_use_at >= {since} AND b.recorded_at <= $3 AND b.taken_back_at > $3) x)",
        if what == "id" { "g" } else { "b" }
    )
}

/// The requests that were approved, as far as was known by `$3`: today's, and those whose approval was taken back since.
const APPROVED: &str = "(SELECT id, number, rma_line_id, part_id, customer_id, decided_at FROM spare_request WHERE state IN ('approved', 'issued') \
     UNION ALL SELECT r.id, r.number, r.rma_line_id, r.part_id, r.customer_id, b.decided_at FROM approval_taken_back b \
     JOIN spare_request r ON r.id = b.request_id WHERE b.taken_back_at > $3)";

/// Every replacement request approved in the period, and every spare promised in it that has no request (an RMA asked for it,
/// or the one before was dead on arrival), in the order they began.
pub fn spares(conn: &mut Conn, wanted: &Wanted) -> StoreResult<Vec<SpareRow>> {
    let mut filters = of_period(wanted);
    wanted.narrow(&mut filters);
    let text = format!(
        "SELECT s.id, s.request, r.number AS rma, l.line, t.part_no, t.name AS part_name, t.name_en AS part_name_en, \
         c.code AS customer, c.name AS customer_name, s.started_at, s.due_at, \
         CASE WHEN s.promise_id IS NULL THEN CASE WHEN s.in_use_at IS NOT NULL THEN 'kept' WHEN s.line_ended_at IS NOT NULL THEN 'excluded' \
           ELSE 'open' END ELSE COALESCE(e.state, 'open') END AS state, \
         CASE WHEN s.promise_id IS NULL AND COALESCE(s.in_use_at, s.line_ended_at) < $4 THEN COALESCE(s.in_use_at, s.line_ended_at) \
           WHEN s.promise_id IS NOT NULL AND e.ended_at < $4 THEN e.ended_at ELSE NULL END AS ended_at, \
         (SELECT fd.code FROM issued_unit f JOIN depot fd ON fd.id = f.depot_id WHERE f.id = \
           COALESCE((SELECT min(g.id) FROM issued_unit g WHERE g.line_id = l.id AND {REAL} AND g.reserved_at >= s.started_at), \
             (SELECT min(g.id) FROM issued_unit g WHERE g.line_id = l.id AND {REAL}))) AS first_depot, \
         (SELECT sd.code FROM issued_unit v JOIN depot sd ON sd.id = v.depot_id WHERE v.id = {}) AS served_by, {} AS on_hold \
         FROM (SELECT q.id, q.number AS request, q.rma_line_id AS line_id, q.part_id, q.customer_id, q.decided_at AS started_at, \
             p.id AS promise_id, p.due_at, {} AS in_use_at, \
             (SELECT n.ended_at FROM rma_line n WHERE n.id = q.rma_line_id AND EXISTS (SELECT 1 FROM rma_event v \
               WHERE v.line_id = n.id AND v.occurred_at = n.ended_at AND v.recorded_at <= $3)) AS line_ended_at \
           FROM {APPROVED} q LEFT JOIN promise p ON p.id = {PROMISE_OF_REQUEST} \
           WHERE q.decided_at >= $1 AND q.decided_at < $2 AND q.decided_at <= $3 \
           UNION ALL \
           SELECT p.id, NULL, p.line_id, p.part_id, p.customer_id, p.started_at, p.id, p.due_at, NULL, NULL FROM promise p \
           WHERE p.kind = 'spare_in_place' AND p.started_at >= $1 AND p.started_at < $2 AND p.recorded_at <= $3 AND (p.taken_back_at IS NULL OR p.taken_back_at > $3) \
           AND NOT EXISTS (SELECT 1 FROM {APPROVED} q WHERE q.rma_line_id = p.line_id AND p.id = {PROMISE_OF_REQUEST})) s \
         JOIN rma_line l ON l.id = s.line_id JOIN rma r ON r.id = l.rma_id JOIN part t ON t.id = s.part_id \
         JOIN customer c ON c.id = s.customer_id LEFT JOIN depot d ON d.id = l.depot_id \
         LEFT JOIN promise_end e ON e.id = (SELECT max(x.id) FROM promise_end x WHERE x.promise_id = s.promise_id AND x.recorded_at <= $3) \
         WHERE 1 = 1 {} ORDER BY s.started_at, r.number, l.line, s.id",
        handed_over("id", "l.id", "s.started_at"),
        on_hold("$4", "$3"),
        handed_over("in_use_at", "q.rma_line_id", "q.decided_at"),
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}
