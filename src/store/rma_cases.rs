//! Rows of the settled RMA cases: quotes, consents, who asked for a void, labels, reminders, notes.

use crate::domain::actor::DepotRef;
use crate::domain::plan::PromiseKind;
use crate::domain::rma::case::ConsentKind;
use crate::domain::rma::{Entitlement, Mode, Payer, QuoteState, RepairState};
use crate::row;
use crate::store::sql::{Conn, sql};
use crate::store::{StoreResult, promises};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A quote.
    pub struct QuoteRow {
        /// Id.
        pub id: i64,
        /// Amount in fen.
        pub amount_fen: i64,
        /// Currency.
        pub currency: String,
        /// Last day.
        pub valid_until: NaiveDate,
        /// State.
        pub state: QuoteState,
        /// Whether the clock stands still for it.
        pub holds: bool,
        /// Sent.
        pub sent_at: DateTime<Utc>,
        /// Answered, or expired.
        pub answered_at: Option<DateTime<Utc>>,
        /// Who answered.
        pub answered_by: String,
        /// Where that can be read.
        pub evidence: String,
    }

    /// A consent of the customer.
    pub struct ConsentRow {
        /// What was agreed.
        pub kind: ConsentKind,
        /// Who agreed.
        pub agreed_by: String,
        /// Where that can be read.
        pub evidence: String,
        /// When.
        pub agreed_at: DateTime<Utc>,
    }

    struct AskerRow { user_id: Option<i64>, username: Option<String> }
    struct TextRow { value: String }
    struct DepotRow { id: i64, code: String }

    /// A line by what people call it.
    pub struct LineName {
        /// RMA number.
        pub number: String,
        /// Line number.
        pub line: i64,
    }

    /// An open line whose repair is late.
    pub struct LateRow {
        /// Line.
        pub id: i64,
        /// RMA number.
        pub number: String,
        /// Line number.
        pub line: i64,
    }

    /// A promise towards us that is not kept yet.
    pub struct OwedRow {
        /// Promise.
        pub id: i64,
        /// Kind.
        pub kind: PromiseKind,
        /// RMA number.
        pub number: String,
        /// Line number.
        pub line: i64,
        /// Due date.
        pub due_on: NaiveDate,
        /// The latest reminder so far, in days after the due date; none yet when null.
        pub reminded: Option<i64>,
    }

    /// A label that waits for a second person.
    pub struct LabelRow {
        /// Id.
        pub id: i64,
        /// Unit.
        pub unit_id: i64,
        /// Serial of the unit.
        pub serial: String,
        /// The new code.
        pub code: String,
        /// Why.
        pub reason: String,
        /// Who asked; none for the program itself.
        pub asked_by: Option<i64>,
        /// Sign-in name.
        pub username: Option<String>,
        /// When.
        pub asked_at: DateTime<Utc>,
    }
}

/// The quotes of a line, oldest first.
pub fn quotes(conn: &mut Conn, line_id: i64) -> StoreResult<Vec<QuoteRow>> {
    Ok(sql(
        "SELECT id, amount_fen, currency, valid_until, state, holds, sent_at, answered_at, answered_by, evidence FROM quote \
         WHERE line_id = $1 ORDER BY id",
    )
    .bind(line_id)
    .load(conn)?)
}

/// Sends a quote.
pub fn insert_quote(
    tx: &mut Conn,
    line_id: i64,
    amount_fen: i64,
    currency: &str,
    valid_until: NaiveDate,
    holds: bool,
    at: DateTime<Utc>,
) -> StoreResult<()> {
    sql("INSERT INTO quote (line_id, amount_fen, currency, valid_until, state, holds, sent_at) VALUES ($1, $2, $3, $4, 'open', $5, $6)")
        .bind(line_id)
        .bind(amount_fen)
        .bind(currency)
        .bind(valid_until)
        .bind(holds)
        .bind(at)
        .execute(tx)?;
    Ok(())
}

/// Ends an open quote; false when it ended before.
pub fn end_quote(
    tx: &mut Conn,
    id: i64,
    state: QuoteState,
    by: &str,
    evidence: &str,
    at: DateTime<Utc>,
) -> StoreResult<bool> {
    let ended = sql("UPDATE quote SET state = $1, answered_by = $2, evidence = $3, answered_at = $4 WHERE id = $5 AND state = 'open'")
        .bind(state)
        .bind(by)
        .bind(evidence)
        .bind(at)
        .bind(id)
        .execute(tx)?;
    Ok(ended == 1)
}

/// Lines whose open quote ran out before `today`, oldest first. At most `limit`.
pub fn lines_with_quotes_over(conn: &mut Conn, today: NaiveDate, limit: i64) -> StoreResult<Vec<LineName>> {
    Ok(sql("SELECT r.number, l.line FROM quote q JOIN rma_line l ON l.id = q.line_id JOIN rma r ON r.id = l.rma_id \
         WHERE q.state = 'open' AND q.valid_until < $1 ORDER BY q.valid_until, q.id LIMIT $2")
    .bind(today)
    .bind(limit)
    .load(conn)?)
}

/// What the customer agreed to on a line, oldest first.
pub fn consents(conn: &mut Conn, line_id: i64) -> StoreResult<Vec<ConsentRow>> {
    Ok(sql("SELECT kind, agreed_by, evidence, agreed_at FROM consent WHERE line_id = $1 ORDER BY id")
        .bind(line_id)
        .load(conn)?)
}

/// Keeps a consent.
pub fn insert_consent(
    tx: &mut Conn,
    line_id: i64,
    consent: &ConsentRow,
    actor_id: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("INSERT INTO consent (line_id, kind, agreed_by, evidence, agreed_at, actor_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(line_id)
        .bind(consent.kind)
        .bind(&consent.agreed_by)
        .bind(&consent.evidence)
        .bind(consent.agreed_at)
        .bind(actor_id)
        .bind(now)
        .execute(tx)?;
    Ok(())
}

/// Who asked to void the line, latest first: user id and name; none when nobody did.
pub fn void_asker(conn: &mut Conn, line_id: i64) -> StoreResult<Option<(Option<i64>, String)>> {
    let row: Option<AskerRow> =
        sql("SELECT e.actor_id AS user_id, a.username FROM rma_event e LEFT JOIN app_user a ON a.id = e.actor_id \
         WHERE e.line_id = $1 AND e.kind = 'void' AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) \
         ORDER BY e.id DESC LIMIT 1")
        .bind(line_id)
        .optional(conn)?;
    Ok(row.map(|row| (row.user_id, row.username.unwrap_or_default())))
}

/// What a case changes on the line itself; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct LineCase<'a> {
    /// Mode.
    pub mode: Option<Mode>,
    /// Entitlement.
    pub entitlement: Option<Entitlement>,
    /// Payer.
    pub payer: Option<Payer>,
    /// The unit goes home as it came.
    pub unrepaired: bool,
    /// Certificate.
    pub certificate: Option<&'a str>,
}

/// Writes it. The caller has compared the line's version.
pub fn change_line(tx: &mut Conn, line_id: i64, change: &LineCase<'_>) -> StoreResult<()> {
    sql(
        "UPDATE rma_line SET mode = COALESCE($1, mode), entitlement = COALESCE($2, entitlement), payer = COALESCE($3, payer), \
         unrepaired = (unrepaired OR $4), data_certificate = COALESCE($5, data_certificate) WHERE id = $6",
    )
    .bind(change.mode)
    .bind(change.entitlement)
    .bind(change.payer)
    .bind(change.unrepaired)
    .bind(change.certificate)
    .bind(line_id)
    .execute(tx)?;
    Ok(())
}

/// The line is about another serial. Breaks the unique `open_identity` when that unit has an open RMA.
pub fn set_serial(
    tx: &mut Conn,
    line_id: i64,
    serial: &str,
    identity: &str,
    unit_id: Option<i64>,
) -> Result<(), diesel::result::Error> {
    sql("UPDATE rma_line SET serial = $1, open_identity = $2, unit_id = $3 WHERE id = $4")
        .bind(serial)
        .bind(identity)
        .bind(unit_id)
        .bind(line_id)
        .execute(tx)?;
    Ok(())
}

/// All promises of a line fall away, which is known from `now` on.
pub fn exclude_promises(
    tx: &mut Conn,
    line_id: i64,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("UPDATE promise SET state = 'excluded', ended_at = COALESCE(ended_at, $1) WHERE line_id = $2")
        .bind(at)
        .bind(line_id)
        .execute(tx)?;
    promises::remember_ends(tx, line_id, now)
}

/// Whether a unit is brand-new as far as the books know: bought, always good, never at a customer's or a maker's but on
/// this document. A movement that was taken back never happened.
pub fn is_brand_new(conn: &mut Conn, unit_id: i64, document: &str) -> StoreResult<bool> {
    let used = sql(
        "SELECT COUNT(*) AS value FROM movement m JOIN place f ON f.id = m.from_place_id JOIN place t ON t.id = m.to_place_id \
         WHERE m.unit_id = $1 AND m.document <> $2 AND (t.kind IN ('customer', 'vendor') OR f.kind IN ('customer', 'vendor', 'opening') \
         OR m.condition_from <> 'good' OR m.condition_to <> 'good') \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id AND b.occurred_at = m.occurred_at) \
         AND NOT EXISTS (SELECT 1 FROM movement f WHERE f.id = m.reverses_id AND f.occurred_at = m.occurred_at)",
    )
    .bind(unit_id)
    .bind(document)
    .number(conn)?;
    Ok(used == 0)
}

/// The depot a unit was last in: the one a van's stock came from.
pub fn last_depot(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<DepotRef>> {
    let row: Option<DepotRow> =
        sql("SELECT d.id, d.code FROM movement m JOIN depot d ON d.id = m.depot_from_id \
         WHERE m.unit_id = $1 ORDER BY m.id DESC LIMIT 1")
        .bind(unit_id)
        .optional(conn)?;
    Ok(row.map(|row| DepotRef { id: row.id, code: row.code }))
}

/// The RMA on which a unit is issued and not back.
pub fn issued_on(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<String>> {
    let row: Option<TextRow> = sql("SELECT r.number AS value FROM issued_unit i JOIN rma_line l ON l.id = i.line_id \
         JOIN rma r ON r.id = l.rma_id WHERE i.unit_id = $1 AND i.state IN ('reserved', 'shipped', 'in_use') ORDER BY i.id LIMIT 1")
    .bind(unit_id)
    .optional(conn)?;
    Ok(row.map(|row| row.value))
}

/// Good units of ours in a depot that nobody holds, the one that has been there longest first: their ids.
pub fn available_units(conn: &mut Conn, depot_id: i64, part_id: i64) -> StoreResult<Vec<i64>> {
    row! { struct IdRow { id: i64 } }
    let rows: Vec<IdRow> = sql("SELECT u.id FROM unit u JOIN place pl ON pl.id = u.place_id \
         LEFT JOIN reservation r ON r.unit_id = u.id AND r.state = 'open' \
         WHERE u.depot_id = $1 AND u.part_id = $2 AND u.condition = 'good' AND u.owner = 'us' AND pl.kind IN ('depot', 'bin') \
         AND r.id IS NULL ORDER BY u.last_moved_at, u.id LIMIT 200")
    .bind(depot_id)
    .bind(part_id)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The state from which the line's repair track last came to this one.
pub fn came_from(conn: &mut Conn, line_id: i64, to: RepairState) -> StoreResult<Option<RepairState>> {
    row! { struct FromRow { from_state: String } }
    let row: Option<FromRow> =
        sql("SELECT e.from_state FROM rma_event e WHERE e.line_id = $1 AND e.track = 'repair' AND e.to_state = $2 \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) ORDER BY e.id DESC LIMIT 1")
        .bind(line_id)
        .bind(to)
        .optional(conn)?;
    Ok(row.and_then(|row| RepairState::from_code(&row.from_state)))
}

/// Writes a note; its id.
pub fn insert_note(
    tx: &mut Conn,
    rma_id: i64,
    line_id: Option<i64>,
    text: &str,
    internal: bool,
    actor_id: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO rma_event (rma_id, line_id, track, kind, note, internal, actor_id, occurred_at, recorded_at) \
         VALUES ($1, $2, 'note', 'note', $3, $4, $5, $6, $6) RETURNING id AS value",
    )
    .bind(rma_id)
    .bind(line_id)
    .bind(text)
    .bind(internal)
    .bind(actor_id)
    .bind(now)
    .number(tx)?)
}

/// Promises towards us whose next reminder may be due: not kept, and due by `until`. At most `limit`, after `after`.
pub fn owed(conn: &mut Conn, until: NaiveDate, after: i64, limit: i64) -> StoreResult<Vec<OwedRow>> {
    Ok(sql(
        "SELECT p.id, p.kind, r.number, l.line, p.base_due_on AS due_on, \
         (SELECT max(m.step) FROM promise_reminder m WHERE m.promise_id = p.id) AS reminded \
         FROM promise p JOIN rma_line l ON l.id = p.line_id JOIN rma r ON r.id = l.rma_id \
         WHERE p.kind IN ('faulty_return', 'loan_return') AND p.ended_at IS NULL AND p.state IN ('open', 'broken') \
         AND p.base_due_on <= $1 AND p.id > $2 ORDER BY p.id LIMIT $3",
    )
    .bind(until)
    .bind(after)
    .bind(limit)
    .load(conn)?)
}

/// Remembers that a reminder was sent; false when it was before.
pub fn remind(tx: &mut Conn, promise_id: i64, step: i64, now: DateTime<Utc>) -> StoreResult<bool> {
    let written = sql(
        "INSERT INTO promise_reminder (promise_id, step, reminded_at) VALUES ($1, $2, $3) ON CONFLICT (promise_id, step) DO NOTHING",
    )
    .bind(promise_id)
    .bind(step)
    .bind(now)
    .execute(tx)?;
    Ok(written == 1)
}

/// The faulty part is overdue; false when it was not simply due.
pub fn mark_overdue(tx: &mut Conn, number: &str, line: i64) -> StoreResult<Option<(i64, i64)>> {
    row! { struct IdsRow { id: i64, rma_id: i64 } }
    let row: Option<IdsRow> =
        sql("UPDATE rma_line SET faulty_state = 'overdue', version = version + 1 WHERE faulty_state = 'due' AND line = $2 \
         AND rma_id = (SELECT id FROM rma WHERE number = $1) RETURNING id, rma_id")
        .bind(number)
        .bind(line)
        .optional(tx)?;
    Ok(row.map(|row| (row.rma_id, row.id)))
}

/// Asks for a label; its id. Breaks the unique open (unit, code).
pub fn insert_label(
    tx: &mut Conn,
    unit_id: i64,
    code: &str,
    reason: &str,
    asked_by: Option<i64>,
    now: DateTime<Utc>,
) -> Result<i64, diesel::result::Error> {
    sql("INSERT INTO label_request (unit_id, code, reason, asked_by, asked_at, state) VALUES ($1, $2, $3, $4, $5, 'open') \
         RETURNING id AS value")
    .bind(unit_id)
    .bind(code)
    .bind(reason)
    .bind(asked_by)
    .bind(now)
    .number(tx)
}

/// A label that waits.
pub fn open_label(conn: &mut Conn, id: i64) -> StoreResult<Option<LabelRow>> {
    Ok(sql("SELECT q.id, q.unit_id, u.serial, q.code, q.reason, q.asked_by, a.username, q.asked_at FROM label_request q \
         JOIN unit u ON u.id = q.unit_id LEFT JOIN app_user a ON a.id = q.asked_by WHERE q.id = $1 AND q.state = 'open'")
    .bind(id)
    .optional(conn)?)
}

/// The label becomes an alias of its unit.
pub fn approve_label(
    tx: &mut Conn,
    label: &LabelRow,
    confirmed_by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("UPDATE label_request SET state = 'approved' WHERE id = $1").bind(label.id).execute(tx)?;
    sql("INSERT INTO unit_alias (unit_id, code, reason, created_by, confirmed_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(label.unit_id)
        .bind(&label.code)
        .bind(&label.reason)
        .bind(label.asked_by)
        .bind(confirmed_by)
        .bind(now)
        .execute(tx)?;
    Ok(())
}

/// Open lines whose repair was due before `today` and for which no equivalent board is promised though the plan does so. What
/// goes home unrepaired needs none. At most `limit`, after line `after`.
pub fn late_without_board(
    conn: &mut Conn,
    today: NaiveDate,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<LateRow>> {
    Ok(sql("SELECT l.id, r.number, l.line FROM rma_line l JOIN rma r ON r.id = l.rma_id \
         WHERE l.open_identity IS NOT NULL AND l.sort_due < $1 AND l.id > $2 AND NOT l.unrepaired \
         AND EXISTS (SELECT 1 FROM promise p JOIN plan_term t ON t.plan_version_id = p.plan_version_id \
             AND t.promise_kind = 'equivalent_exchange' WHERE p.line_id = l.id AND p.kind = 'repair_return' \
             AND p.ended_at IS NULL AND p.due_on < $1) \
         AND NOT EXISTS (SELECT 1 FROM promise b WHERE b.line_id = l.id AND b.kind = 'equivalent_exchange' \
             AND b.state <> 'excluded') \
         ORDER BY l.id LIMIT $3")
    .bind(today)
    .bind(after)
    .bind(limit)
    .load(conn)?)
}
