//! What `verify` reads of RMA lines and promises: what the tables say, and the facts it must follow from. RMAs come in
//! chunks by id, each with everything that hangs on it, so that the memory needed does not grow with their number.

use crate::domain::plan::{PromiseKind, ReturnedWhen, TermUnit};
use crate::domain::rma::{FaultyState, PromiseState, RepairState, Track};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// The head of an RMA.
    pub struct HeadRow {
        /// Id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// Customer.
        pub customer_id: i64,
        /// State.
        pub state: RepairState,
    }

    /// A line as its row says.
    pub struct LineRow {
        /// Id.
        pub id: i64,
        /// RMA.
        pub rma_id: i64,
        /// Line number.
        pub line: i64,
        /// Customer.
        pub customer_id: i64,
        /// Repair track.
        pub repair_state: RepairState,
        /// Faulty-part track.
        pub faulty_state: FaultyState,
        /// What lists sort by.
        pub sort_due: NaiveDate,
        /// When its unit was received.
        pub received_at: Option<DateTime<Utc>>,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// Whether it holds its unit's one open RMA.
        pub holds_unit: bool,
    }

    /// A step on the repair or the faulty-part track.
    pub struct StepRow {
        /// Line.
        pub line_id: i64,
        /// Track.
        pub track: Track,
        /// The state it led to.
        pub to_state: String,
        /// When.
        pub occurred_at: DateTime<Utc>,
    }

    /// A promise as its row says, beside the last date its history remembers.
    pub struct PromiseRow {
        /// Line.
        pub line_id: i64,
        /// Kind.
        pub kind: PromiseKind,
        /// How long.
        pub amount: i64,
        /// In what.
        pub unit: TermUnit,
        /// Whether the first day counts.
        pub start_day_counts: bool,
        /// Started.
        pub started_at: DateTime<Utc>,
        /// Due date without holds.
        pub base_due_on: NaiveDate,
        /// Due date.
        pub due_on: Option<NaiveDate>,
        /// What lists sort by.
        pub sort_due: NaiveDate,
        /// Due instant, for promises in minutes.
        pub due_at: Option<DateTime<Utc>>,
        /// Calendar it was counted with last.
        pub calendar_version: i64,
        /// When its plan version says a repaired unit is handed back.
        pub returned_when: ReturnedWhen,
        /// Close of business of its plan version, in minutes after local midnight.
        pub closes_minute: Option<i64>,
        /// State.
        pub state: PromiseState,
        /// Ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// The due date that is known by now, by the history of its dates.
        pub known_due_on: Option<NaiveDate>,
        /// How many of those dates are the present one: exactly one.
        pub present_dates: i64,
        /// How it is known to have ended; none: not at all.
        pub known_state: Option<PromiseState>,
        /// When it is known to have ended.
        pub known_ended_at: Option<DateTime<Utc>>,
    }

    /// A time the clock stood still.
    pub struct HoldRow {
        /// Line.
        pub line_id: i64,
        /// From.
        pub started_at: DateTime<Utc>,
        /// To.
        pub ended_at: Option<DateTime<Utc>>,
    }
}

/// RMAs after `after`, by id. At most `limit`.
pub fn heads(conn: &mut Conn, after: i64, limit: i64) -> StoreResult<Vec<HeadRow>> {
    Ok(sql("SELECT id, number, customer_id, state FROM rma WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(limit)
        .load(conn)?)
}

/// The lines of the RMAs from `first` to `last`.
pub fn lines(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<LineRow>> {
    Ok(sql(
        "SELECT id, rma_id, line, customer_id, repair_state, faulty_state, sort_due, received_at, ended_at, \
         CASE WHEN open_identity IS NULL THEN FALSE ELSE TRUE END AS holds_unit \
         FROM rma_line WHERE rma_id BETWEEN $1 AND $2 ORDER BY rma_id, line",
    )
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// The steps of those lines that were not taken back, in the order they were recorded.
pub fn steps(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<StepRow>> {
    Ok(sql("SELECT line_id, track, to_state, occurred_at FROM rma_event WHERE rma_id BETWEEN $1 AND $2 \
         AND track IN ('repair', 'faulty') AND to_state <> '' AND line_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = rma_event.id) ORDER BY rma_id, id")
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// The promises about those lines, in the order they were made.
pub fn promises(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<PromiseRow>> {
    Ok(sql(
        "SELECT p.line_id, p.kind, p.amount, p.unit, p.start_day_counts, p.started_at, p.base_due_on, p.due_on, p.sort_due, \
         p.due_at, p.calendar_version, p.state, p.ended_at, v.returned_when, v.closes_minute, \
         (SELECT max(h.due_on) FROM promise_due_history h WHERE h.promise_id = p.id AND h.recorded_to IS NULL) AS known_due_on, \
         (SELECT count(*) FROM promise_due_history h WHERE h.promise_id = p.id AND h.recorded_to IS NULL) AS present_dates, \
         e.state AS known_state, e.ended_at AS known_ended_at \
         FROM promise p JOIN rma_line l ON l.id = p.line_id JOIN plan_version v ON v.id = p.plan_version_id \
         LEFT JOIN promise_end e ON e.id = (SELECT max(x.id) FROM promise_end x WHERE x.promise_id = p.id) WHERE l.rma_id BETWEEN $1 AND $2 AND p.taken_back_at IS NULL ORDER BY p.id",
    )
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// When the clocks of those lines stood still.
pub fn holds(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<HoldRow>> {
    Ok(sql("SELECT h.line_id, h.started_at, h.ended_at FROM hold h JOIN rma_line l ON l.id = h.line_id \
         WHERE l.rma_id BETWEEN $1 AND $2 ORDER BY h.id")
    .bind(first)
    .bind(last)
    .load(conn)?)
}
