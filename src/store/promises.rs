//! The promise ledger's rows: what is owed, to whom, by when; the holds that stop its clock; which date was known when.

use crate::domain::calendar::{NO_DUE_DATE, sort_day};
use crate::domain::plan::{PromiseKind, RateVariant, TermUnit};
use crate::domain::rma::PromiseState;
use crate::domain::turnaround::NOT_COUNTED_BP;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A promise with the terms it was made on.
    pub struct PromiseRow {
        /// Id.
        pub id: i64,
        /// Kind.
        pub kind: PromiseKind,
        /// Line.
        pub line_id: i64,
        /// How long.
        pub amount: i64,
        /// In what.
        pub unit: TermUnit,
        /// Whether the first day counts.
        pub start_day_counts: bool,
        /// Target in basis points.
        pub target_bp: i64,
        /// Started.
        pub started_at: DateTime<Utc>,
        /// Due date; none while the clock stands still.
        pub due_on: Option<NaiveDate>,
        /// Due instant, for promises in minutes.
        pub due_at: Option<DateTime<Utc>>,
        /// Counted with this calendar.
        pub calendar_version: i64,
        /// The date may still move with a notice to come.
        pub provisional: bool,
        /// State.
        pub state: PromiseState,
        /// Ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// The issued unit it is about; 0 for the line itself.
        pub issued_id: i64,
        /// Close of business of its plan version, in minutes after local midnight.
        pub closes_minute: Option<i64>,
    }

    /// A time the clock stood still.
    pub struct HoldRow {
        /// Id.
        pub id: i64,
        /// Why.
        pub reason: String,
        /// Who said so.
        pub said_by: String,
        /// From.
        pub started_at: DateTime<Utc>,
        /// To; none while it still does.
        pub ended_at: Option<DateTime<Utc>>,
        /// A quote that is sent opened it; else somebody did.
        pub of_quote: bool,
    }
}

/// A promise to write.
pub struct NewPromise {
    /// Kind.
    pub kind: PromiseKind,
    /// Line.
    pub line_id: i64,
    /// Customer.
    pub customer_id: i64,
    /// Depot.
    pub depot_id: Option<i64>,
    /// Part.
    pub part_id: i64,
    /// Plan version.
    pub plan_version_id: i64,
    /// How long.
    pub amount: i64,
    /// In what.
    pub unit: TermUnit,
    /// Whether the first day counts.
    pub start_day_counts: bool,
    /// Target in basis points.
    pub target_bp: i64,
    /// The contractual rate.
    pub variant: RateVariant,
    /// Started.
    pub started_at: DateTime<Utc>,
    /// Due date without holds.
    pub due_on: NaiveDate,
    /// Due instant, for promises in minutes.
    pub due_at: Option<DateTime<Utc>>,
    /// Calendar.
    pub calendar_version: i64,
    /// Provisional.
    pub provisional: bool,
    /// Recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Makes a promise; its id.
pub fn insert(tx: &mut Conn, new: &NewPromise) -> StoreResult<i64> {
    insert_for(tx, new, 0)
}

/// Makes a promise about one issued unit (0: about the line itself); its id.
pub fn insert_for(tx: &mut Conn, new: &NewPromise, issued_id: i64) -> StoreResult<i64> {
    let id = sql(
        "INSERT INTO promise (kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, target_bp, \
         variant, started_at, base_due_on, due_on, sort_due, due_at, calendar_version, provisional, state, recorded_at, issued_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13, $14, $15, $16, 'open', $17, $18) RETURNING id AS value",
    )
    .bind(new.kind)
    .bind(new.line_id)
    .bind(new.customer_id)
    .bind(new.depot_id)
    .bind(new.part_id)
    .bind(new.plan_version_id)
    .bind(new.amount)
    .bind(new.unit)
    .bind(new.start_day_counts)
    .bind(new.target_bp)
    .bind(new.variant)
    .bind(new.started_at)
    .bind(new.due_on)
    .bind(new.due_at)
    .bind(new.calendar_version)
    .bind(new.provisional)
    .bind(new.recorded_at)
    .bind(issued_id)
    .number(tx)?;
    remember_due(tx, id, Some(new.due_on), new.calendar_version, new.provisional, new.recorded_at)?;
    Ok(id)
}

/// A due date that moved.
pub struct NewDue {
    /// Due date without any wait.
    pub base_due_on: NaiveDate,
    /// Due date; none while the clock stands still.
    pub due_on: Option<NaiveDate>,
    /// Calendar.
    pub calendar_version: i64,
    /// Provisional.
    pub provisional: bool,
    /// State it brings.
    pub state: PromiseState,
}

/// Moves a due date, remembering since when the new one is known.
pub fn set_due(tx: &mut Conn, id: i64, due: &NewDue, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE promise SET base_due_on = $1, due_on = $2, sort_due = $3, calendar_version = $4, provisional = $5, state = $6 WHERE id = $7")
        .bind(due.base_due_on)
        .bind(due.due_on)
        .bind(sort_day(due.due_on))
        .bind(due.calendar_version)
        .bind(due.provisional)
        .bind(due.state)
        .bind(id)
        .execute(tx)?;
    sql("UPDATE promise_due_history SET recorded_to = $1 WHERE promise_id = $2 AND recorded_to IS NULL")
        .bind(now)
        .bind(id)
        .execute(tx)?;
    remember_due(tx, id, due.due_on, due.calendar_version, due.provisional, now)
}

fn remember_due(
    tx: &mut Conn,
    id: i64,
    due_on: Option<NaiveDate>,
    calendar_version: i64,
    provisional: bool,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql(
        "INSERT INTO promise_due_history (promise_id, due_on, calendar_version, provisional, recorded_from) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(due_on)
    .bind(calendar_version)
    .bind(provisional)
    .bind(now)
    .execute(tx)?;
    Ok(())
}

/// A promise began earlier than was known, and is due by another date from now on. Broken by it, it is marked so by the clock.
pub fn restart(
    tx: &mut Conn,
    id: i64,
    started_at: DateTime<Utc>,
    due_on: NaiveDate,
    calendar_version: i64,
    provisional: bool,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("UPDATE promise SET started_at = $1 WHERE id = $2").bind(started_at).bind(id).execute(tx)?;
    let state = PromiseState::Open;
    let new = NewDue { base_due_on: due_on, due_on: Some(due_on), calendar_version, provisional, state };
    set_due(tx, id, &new, now)
}

/// A promise ends, which is known from `now` on.
pub fn end(
    tx: &mut Conn,
    id: i64,
    state: PromiseState,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("UPDATE promise SET state = $1, ended_at = $2 WHERE id = $3")
        .bind(state)
        .bind(at)
        .bind(id)
        .execute(tx)?;
    sql("INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(state)
        .bind(at)
        .bind(now)
        .execute(tx)?;
    Ok(())
}

/// Its end turned out to be none.
pub fn reopen(tx: &mut Conn, id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE promise SET state = 'open', ended_at = NULL WHERE id = $1").bind(id).execute(tx)?;
    sql("INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) VALUES ($1, 'open', NULL, $2)")
        .bind(id)
        .bind(now)
        .execute(tx)?;
    Ok(())
}

/// Remembers since when the ends of a line's promises are known, of those whose end became another without [`end`].
pub fn remember_ends(tx: &mut Conn, line_id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) \
         SELECT p.id, CASE WHEN p.ended_at IS NULL THEN 'open' ELSE p.state END, p.ended_at, $2 FROM promise p \
         LEFT JOIN promise_end e ON e.id = (SELECT max(x.id) FROM promise_end x WHERE x.promise_id = p.id) \
         WHERE p.line_id = $1 AND (COALESCE(e.state, 'open') <> CASE WHEN p.ended_at IS NULL THEN 'open' ELSE p.state END \
         OR e.ended_at <> p.ended_at) ORDER BY p.id")
    .bind(line_id)
    .bind(now)
    .execute(tx)?;
    Ok(())
}

/// The line's row shows the promised date of its `repair_return`. Where the clock begins, stops or goes on, the chance of missing
/// it is not counted yet.
pub fn show_due_on_line(tx: &mut Conn, line_id: i64, due_on: Option<NaiveDate>) -> StoreResult<()> {
    sql("UPDATE rma_line SET risk_bp = CASE WHEN $1 = $3 OR sort_due = $3 THEN $4 ELSE risk_bp END, sort_due = $1 WHERE id = $2")
        .bind(sort_day(due_on))
        .bind(line_id)
        .bind(NO_DUE_DATE)
        .bind(NOT_COUNTED_BP)
        .execute(tx)?;
    Ok(())
}

const SELECT: &str = "SELECT id, kind, line_id, amount, unit, start_day_counts, target_bp, started_at, due_on, due_at, calendar_version, \
     provisional, state, ended_at, issued_id, \
     (SELECT v.closes_minute FROM plan_version v WHERE v.id = promise.plan_version_id) AS closes_minute FROM promise";

/// All promises of a line, oldest first, but those that began with a step taken back.
pub fn of_line(conn: &mut Conn, line_id: i64) -> StoreResult<Vec<PromiseRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE line_id = $1 AND taken_back_at IS NULL ORDER BY id"))
        .bind(line_id)
        .load(conn)?)
}

/// The holds of a line, oldest first.
pub fn holds(conn: &mut Conn, line_id: i64) -> StoreResult<Vec<HoldRow>> {
    Ok(sql(
        "SELECT id, reason, said_by, started_at, ended_at, of_quote FROM hold WHERE line_id = $1 ORDER BY id",
    )
    .bind(line_id)
    .load(conn)?)
}

/// Stops the clock, for a quote or for what somebody said.
pub fn start_hold(
    tx: &mut Conn,
    line_id: i64,
    reason: &str,
    said_by: &str,
    of_quote: bool,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("INSERT INTO hold (line_id, reason, said_by, started_at, recorded_at, of_quote) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(line_id)
        .bind(reason)
        .bind(said_by)
        .bind(at)
        .bind(now)
        .bind(of_quote)
        .execute(tx)?;
    Ok(())
}

/// The holds that are open end: a quote's (`true`), somebody's (`false`), or both.
pub fn end_holds(
    tx: &mut Conn,
    line_id: i64,
    of_quote: &[bool],
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    for of_quote in of_quote {
        sql("UPDATE hold SET ended_at = $1, end_recorded_at = $2 WHERE line_id = $3 AND of_quote = $4 AND ended_at IS NULL")
            .bind(at)
            .bind(now)
            .bind(line_id)
            .bind(*of_quote)
            .execute(tx)?;
    }
    Ok(())
}
