//! Who is to be warned of what: lines newly at risk or late, notices given up, and what was told before.

use crate::domain::actor::Role;
use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A line to warn of.
    pub struct WarningRow {
        /// Row id of its promise.
        pub promise_id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Part number.
        pub part_no: String,
        /// Serial of the faulty unit.
        pub serial: String,
        /// Name of the customer.
        pub customer: String,
        /// Code of the receiving depot.
        pub depot: Option<String>,
        /// Due date; `None` while the clock stands.
        pub due_on: Option<NaiveDate>,
        /// Chance of missing it, in basis points.
        pub risk_bp: i64,
    }

    /// Somebody of ours with a mail address.
    pub struct ReaderRow {
        /// What they are called.
        pub name: String,
        /// Mail address.
        pub email: String,
        /// Their language.
        pub language: Language,
    }

    struct NumberRow { number: String }

    /// A notice that was given up.
    pub struct DeadRow {
        /// Id.
        pub id: i64,
        /// Who should have had it.
        pub recipient: String,
        /// Why it was given up.
        pub last_error: String,
    }
}

const LINE: &str = "SELECT p.id AS promise_id, r.number AS rma, l.line, t.part_no, l.serial, c.name AS customer, d.code AS depot, p.due_on, \
     l.risk_bp FROM promise p JOIN rma_line l ON l.id = p.line_id JOIN rma r ON r.id = l.rma_id JOIN part t ON t.id = l.part_id \
     JOIN customer c ON c.id = l.customer_id LEFT JOIN depot d ON d.id = l.depot_id";

/// How many running repairs are at risk, warned of or not: due by `until`, or likelier to miss than `above_bp`.
pub fn count_at_risk(conn: &mut Conn, until: NaiveDate, above_bp: i64) -> StoreResult<i64> {
    Ok(sql("SELECT count(*) AS value FROM promise p JOIN rma_line l ON l.id = p.line_id WHERE p.kind = 'repair_return' \
         AND p.state IN ('open','floating') AND p.ended_at IS NULL AND (p.sort_due <= $1 OR l.risk_bp > $2)")
    .bind(until)
    .bind(above_bp)
    .number(conn)?)
}

/// How many broken repairs are still open.
pub fn count_broken(conn: &mut Conn) -> StoreResult<i64> {
    Ok(sql("SELECT count(*) AS value FROM promise WHERE kind = 'repair_return' AND state = 'broken' AND ended_at IS NULL")
        .number(conn)?)
}

/// Running repairs at risk nobody was warned of: due by `until`, or likelier to miss than `above_bp`. By due date.
pub fn at_risk(conn: &mut Conn, until: NaiveDate, above_bp: i64) -> StoreResult<Vec<WarningRow>> {
    Ok(sql_shaped(format!(
        "{LINE} WHERE p.kind = 'repair_return' AND p.state IN ('open','floating') AND p.ended_at IS NULL \
         AND (p.sort_due <= $1 OR l.risk_bp > $2) AND NOT EXISTS (SELECT 1 FROM promise_warning w WHERE w.promise_id = p.id) \
         ORDER BY p.sort_due, p.id"
    ))
    .bind(until)
    .bind(above_bp)
    .load(conn)?)
}

/// Broken repairs that are still open and nobody was warned of. By due date.
pub fn broken(conn: &mut Conn) -> StoreResult<Vec<WarningRow>> {
    Ok(sql_shaped(format!(
        "{LINE} WHERE p.kind = 'repair_return' AND p.state = 'broken' AND p.ended_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM promise_warning w WHERE w.promise_id = p.id AND w.kind = 'broken') ORDER BY p.sort_due, p.id"
    ))
    .load(conn)?)
}

/// Remembers a warning. `false`: another node gave it a moment ago.
pub fn remember(tx: &mut Conn, promise_id: i64, kind: &str, now: DateTime<Utc>) -> StoreResult<bool> {
    let written = sql("INSERT INTO promise_warning (promise_id, kind, warned_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(promise_id)
        .bind(kind)
        .bind(now)
        .execute(tx)?;
    Ok(written > 0)
}

/// Active users of a role who have a mail address.
pub fn readers(conn: &mut Conn, role: Role) -> StoreResult<Vec<ReaderRow>> {
    Ok(sql("SELECT CASE WHEN display_name = '' THEN username ELSE display_name END AS name, email, language FROM app_user \
         WHERE role = $1 AND active = TRUE AND email IS NOT NULL AND email <> '' ORDER BY id")
    .bind(role)
    .load(conn)?)
}

/// Whether this event was told to anybody in this kind of mail.
pub fn was_told(conn: &mut Conn, event: &str, kind: NoticeKind) -> StoreResult<bool> {
    Ok(sql("SELECT COUNT(*) AS value FROM outbox WHERE event = $1 AND kind = $2")
        .bind(event)
        .bind(kind)
        .number(conn)?
        > 0)
}

/// Notices given up of which no administrator was told. At most `limit`.
pub fn dead_letters(conn: &mut Conn, limit: i64) -> StoreResult<Vec<DeadRow>> {
    Ok(sql("SELECT o.id, o.recipient, o.last_error FROM outbox o WHERE o.state = 'dead' AND o.kind <> 'dead_letter' AND NOT EXISTS \
         (SELECT 1 FROM outbox n WHERE n.event = 'dead/' || o.id AND n.kind = 'dead_letter') ORDER BY o.id LIMIT $1")
    .bind(limit)
    .load(conn)?)
}

/// How many notices stand given up.
pub fn count_dead(conn: &mut Conn) -> StoreResult<i64> {
    Ok(sql("SELECT COUNT(*) AS value FROM outbox WHERE state = 'dead'").number(conn)?)
}

/// The number of the RMA a line belongs to.
pub fn rma_of_line(conn: &mut Conn, line_id: i64) -> StoreResult<String> {
    let row: NumberRow = sql("SELECT r.number FROM rma r JOIN rma_line l ON l.rma_id = r.id WHERE l.id = $1")
        .bind(line_id)
        .one(conn)?;
    Ok(row.number)
}
