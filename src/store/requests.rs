//! Rows of replacement requests. Each hangs on an RMA line: promise, issued unit and owed part are that line's.

use crate::domain::actor::Scope;
use crate::domain::request::{RequestReason, RequestState};
use crate::domain::rma::FaultyState;
use crate::row;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A request as read.
    pub struct RequestRow {
        /// Id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// Customer code.
        pub customer: String,
        /// Site.
        pub site: String,
        /// Part number.
        pub part_no: String,
        /// Serial of the part to be replaced.
        pub faulty_serial: String,
        /// RMA.
        pub rma: String,
        /// Its line.
        pub line: i64,
        /// Why.
        pub reason: RequestReason,
        /// Who takes the spare.
        pub receiver: String,
        /// State.
        pub state: RequestState,
        /// Nobody had to say yes: the plan did.
        pub automatic: bool,
        /// Who asked.
        pub requested_by: Option<String>,
        /// When.
        pub requested_at: DateTime<Utc>,
        /// Who decided.
        pub decided_by: Option<String>,
        /// When.
        pub decided_at: Option<DateTime<Utc>>,
        /// What was said.
        pub decision_note: String,
        /// Serial of the spare.
        pub spare: Option<String>,
        /// Who issued it.
        pub issued_by: Option<String>,
        /// When.
        pub issued_at: Option<DateTime<Utc>>,
        /// The part to be replaced, on its way to us.
        pub faulty_state: FaultyState,
        /// When the spare must be in place.
        pub due_at: Option<DateTime<Utc>>,
        /// Until when the removed part is to come back, while it is owed.
        pub owed_by: Option<NaiveDate>,
        /// Customer name.
        pub customer_name: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Where the spare should best come from: a depot, or `engineer:<user>`; empty for the nearest.
        pub wish_from: String,
        /// The part that should best come; empty for the first that fits.
        pub wish_part: String,
    }
}

row! {
    struct NumberRow { number: String }
}

/// A request to write.
pub struct NewRequestRow<'a> {
    /// Number.
    pub number: &'a str,
    /// Customer.
    pub customer_id: i64,
    /// Part.
    pub part_id: i64,
    /// RMA line.
    pub line_id: i64,
    /// Why.
    pub reason: RequestReason,
    /// Who takes the spare.
    pub receiver: &'a str,
    /// Place and part wished for; empty for none.
    pub wish: (&'a str, &'a str),
    /// By whom.
    pub by: Option<i64>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Writes a request; its id.
pub fn insert(tx: &mut Conn, new: &NewRequestRow<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO spare_request (number, customer_id, part_id, rma_line_id, reason, receiver, state, requested_by, requested_at, \
         wish_from, wish_part) VALUES ($1, $2, $3, $4, $5, $6, 'requested', $7, $8, $9, $10) RETURNING id AS value",
    )
    .bind(new.number)
    .bind(new.customer_id)
    .bind(new.part_id)
    .bind(new.line_id)
    .bind(new.reason)
    .bind(new.receiver)
    .bind(new.by)
    .bind(new.now)
    .bind(new.wish.0)
    .bind(new.wish.1)
    .number(tx)?)
}

/// Writes a decision; false when there was one before.
pub fn decide(
    tx: &mut Conn,
    id: i64,
    state: RequestState,
    (note, automatic): (&str, bool),
    by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<bool> {
    let decided = sql("UPDATE spare_request SET state = $1, decision_note = $2, automatic = $3, decided_by = $4, decided_at = $5 \
         WHERE id = $6 AND state = 'requested'")
    .bind(state)
    .bind(note)
    .bind(automatic)
    .bind(by)
    .bind(now)
    .bind(id)
    .execute(tx)?;
    Ok(decided == 1)
}

/// Whether a request of the line was answered with this unit.
pub fn is_issued(conn: &mut Conn, line_id: i64, unit_id: i64) -> StoreResult<bool> {
    let found = sql("SELECT COUNT(*) AS value FROM spare_request WHERE rma_line_id = $1 AND unit_id = $2 AND state = 'issued'")
        .bind(line_id)
        .bind(unit_id)
        .number(conn)?;
    Ok(found > 0)
}

/// Number of the request on this line that waits for its yes or its spare; `but` is not looked at.
pub fn open_of_line(conn: &mut Conn, line_id: i64, but: i64) -> StoreResult<Option<String>> {
    let found: Option<NumberRow> =
        sql("SELECT number FROM spare_request WHERE rma_line_id = $1 AND id <> $2 \
         AND state IN ('requested', 'approved') ORDER BY id LIMIT 1")
        .bind(line_id)
        .bind(but)
        .optional(conn)?;
    Ok(found.map(|row| row.number))
}

/// An approval is no more; that it was given was known until now.
pub fn unapprove(tx: &mut Conn, id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("INSERT INTO approval_taken_back (request_id, decided_at, taken_back_at) \
         SELECT id, decided_at, $2 FROM spare_request WHERE id = $1 AND decided_at IS NOT NULL")
    .bind(id)
    .bind(now)
    .execute(tx)?;
    sql("UPDATE spare_request SET state = 'requested' WHERE id = $1 AND state = 'approved'")
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// Whether the part of a line is replaced before it breaks: the first to ask for a spare said so.
pub fn is_preventive(conn: &mut Conn, line_id: i64) -> StoreResult<bool> {
    let found = sql(
        "SELECT COUNT(*) AS value FROM spare_request q WHERE q.rma_line_id = $1 AND q.reason = 'preventive' \
         AND NOT EXISTS (SELECT 1 FROM spare_request e WHERE e.rma_line_id = q.rma_line_id AND e.id < q.id)",
    );
    Ok(found.bind(line_id).number(conn)? > 0)
}

/// Notes the spare that was issued; false when one was before.
pub fn issue(tx: &mut Conn, id: i64, unit_id: i64, by: Option<i64>, now: DateTime<Utc>) -> StoreResult<bool> {
    let issued =
        sql("UPDATE spare_request SET state = 'issued', unit_id = $1, issued_by = $2, issued_at = $3 \
         WHERE id = $4 AND state = 'approved'")
        .bind(unit_id)
        .bind(by)
        .bind(now)
        .bind(id)
        .execute(tx)?;
    Ok(issued == 1)
}

/// The approved request of a line is answered by the spare that leaves for it, where none is answered by that one yet: its number.
pub fn answer(
    tx: &mut Conn,
    line_id: i64,
    unit_id: i64,
    by: Option<i64>,
    at: DateTime<Utc>,
) -> StoreResult<Option<String>> {
    let answered: Option<NumberRow> =
        sql("UPDATE spare_request SET state = 'issued', unit_id = $1, issued_by = $2, issued_at = $3 \
             WHERE state = 'approved' \
             AND id = (SELECT MIN(q.id) FROM spare_request q WHERE q.rma_line_id = $4 AND q.state = 'approved') \
             AND NOT EXISTS (SELECT 1 FROM spare_request e WHERE e.rma_line_id = $4 AND e.unit_id = $1 AND e.state = 'issued') \
             RETURNING number")
        .bind(unit_id)
        .bind(by)
        .bind(at)
        .bind(line_id)
        .optional(tx)?;
    Ok(answered.map(|row| row.number))
}

/// Whether requests under this plan version need nobody's yes.
pub fn is_automatic(conn: &mut Conn, plan_version_id: i64) -> StoreResult<bool> {
    let found = sql("SELECT COUNT(*) AS value FROM plan_auto_approval WHERE plan_version_id = $1");
    Ok(found.bind(plan_version_id).number(conn)? > 0)
}

/// Says whether requests under this plan version need nobody's yes.
pub fn set_automatic(tx: &mut Conn, plan_version_id: i64, automatic: bool) -> StoreResult<()> {
    let statement = if automatic {
        sql(
            "INSERT INTO plan_auto_approval (plan_version_id) VALUES ($1) ON CONFLICT (plan_version_id) DO NOTHING",
        )
    } else {
        sql("DELETE FROM plan_auto_approval WHERE plan_version_id = $1")
    };
    statement.bind(plan_version_id).execute(tx)?;
    Ok(())
}

/// The line joins from the left, so that SQLite begins at the requests also while there are few of them.
const SELECT: &str = "SELECT q.id, q.number, c.code AS customer, r.site, p.part_no, l.serial AS faulty_serial, r.number AS rma, l.line, \
     q.reason, q.receiver, q.state, q.automatic, a.username AS requested_by, q.requested_at, b.username AS decided_by, q.decided_at, \
     q.decision_note, u.serial AS spare, i.username AS issued_by, q.issued_at, l.faulty_state, \
     (SELECT MAX(m.due_at) FROM promise m WHERE m.line_id = l.id AND m.kind = 'spare_in_place' AND m.taken_back_at IS NULL) AS due_at, \
     (SELECT MAX(m.due_on) FROM promise m WHERE m.line_id = l.id AND m.kind = 'faulty_return' AND m.state = 'open') AS owed_by, \
     c.name AS customer_name, p.name AS part_name, p.name_en AS part_name_en, q.wish_from, q.wish_part \
     FROM spare_request q JOIN customer c ON c.id = q.customer_id JOIN part p ON p.id = q.part_id \
     LEFT JOIN rma_line l ON l.id = q.rma_line_id LEFT JOIN rma r ON r.id = l.rma_id LEFT JOIN app_user a ON a.id = q.requested_by \
     LEFT JOIN app_user b ON b.id = q.decided_by LEFT JOIN unit u ON u.id = q.unit_id LEFT JOIN app_user i ON i.id = q.issued_by";

/// Which requests to list.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// State.
    pub state: Option<RequestState>,
    /// Customer code.
    pub customer: Option<String>,
    /// Who asked for it or issued it.
    pub engineer: Option<String>,
    /// Only those whose removed part is still owed to us.
    pub owed: bool,
}

fn visible(filters: &mut Filters, reader: &Scope) {
    if let Some((clause, user)) = scope::customers_or_depots(reader, "q.customer_id", "l.depot_id") {
        filters.and(&clause, user);
    }
}

/// The request of this number, if the reader may see it.
pub fn by_number(conn: &mut Conn, reader: &Scope, number: &str) -> StoreResult<Option<RequestRow>> {
    let mut filters = Filters::after(vec![number.into()]);
    visible(&mut filters, reader);
    let text = format!("{SELECT} WHERE q.number = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// Requests before `before_id`, newest first. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &RequestFilter,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<RequestRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("q.state = ?", filter.state);
    filters.and_some("c.code = ?", filter.customer.as_deref());
    filters.and_some(
        "(q.requested_by = (SELECT id FROM app_user WHERE username = ?) \
         OR q.issued_by = (SELECT id FROM app_user WHERE username = ?))",
        filter.engineer.as_deref(),
    );
    visible(&mut filters, reader);
    let owed = if filter.owed {
        "AND q.state = 'issued' AND l.faulty_state IN ('due', 'in_transit', 'overdue')"
    } else {
        ""
    };
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE q.id < $1 {owed} {} ORDER BY q.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}
