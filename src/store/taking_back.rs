//! What taking a step of a line back leaves on the books beside the rows that are put back ([`super::steps`]): timeline rows that
//! name the step's own, and what hung on it is forgotten or open again.

use crate::row;
use crate::store::StoreResult;
use crate::store::rmas::NewEvent;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

/// What the diagnosis of the step had found out: the warranty on an earlier repair covers the line no longer. Before the line
/// is put back.
pub fn uncover(tx: &mut Conn, step_id: i64) -> StoreResult<()> {
    sql("DELETE FROM repeat_repair WHERE line_id IN (SELECT k.id FROM step_line k JOIN rma_line l ON l.id = k.id \
         WHERE k.step_id = $1 AND l.entitlement = 'repair_warranty' AND k.entitlement <> 'repair_warranty')")
    .bind(step_id)
    .execute(tx)?;
    Ok(())
}

/// The step's parts and tests leave its orders: a part by its movement, tests by when they were done.
pub fn forget_work(
    tx: &mut Conn,
    step_id: i64,
    movements: &[i64],
    tested_by: Option<i64>,
) -> StoreResult<()> {
    for movement_id in movements {
        sql("DELETE FROM repair_part WHERE movement_id = $1").bind(*movement_id).execute(tx)?;
    }
    if let Some(event_id) = tested_by {
        sql(
            "DELETE FROM repair_test_step WHERE repair_id IN (SELECT id FROM step_repair WHERE step_id = $1) \
             AND tested_at = (SELECT occurred_at FROM rma_event WHERE id = $2)",
        )
        .bind(step_id)
        .bind(event_id)
        .execute(tx)?;
    }
    Ok(())
}

/// Earlier steps of the line see the bench as it stands now: that a later one was taken back is nothing new to them.
pub fn settle_orders(tx: &mut Conn, step_id: i64, line_id: i64) -> StoreResult<()> {
    sql("UPDATE step_repair SET events_after = (SELECT COUNT(*) FROM repair_event e WHERE e.repair_id = step_repair.id \
         AND e.kind <> 'assign') WHERE id IN (SELECT k.id FROM step_repair k WHERE k.step_id = $1) \
         AND step_id IN (SELECT s.id FROM rma_step s WHERE s.line_id = $2 AND s.taken_back_at IS NULL)")
    .bind(step_id)
    .bind(line_id)
    .execute(tx)?;
    Ok(())
}

/// The request for a spare is open again for its yes or no.
pub fn reopen_request(tx: &mut Conn, line_id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    // That it was approved was known until now.
    sql("INSERT INTO approval_taken_back (request_id, decided_at, taken_back_at) SELECT id, decided_at, $2 FROM spare_request \
         WHERE rma_line_id = $1 AND state = 'approved' AND decided_at IS NOT NULL")
    .bind(line_id)
    .bind(now)
    .execute(tx)?;
    sql("UPDATE spare_request SET state = 'requested', decided_by = NULL, decided_at = NULL, decision_note = '' \
         WHERE rma_line_id = $1 AND state IN ('approved', 'rejected')")
    .bind(line_id)
    .execute(tx)?;
    Ok(())
}

/// The request that this very spare was issued for waits for one again.
pub fn reopen_issued(tx: &mut Conn, line_id: i64, unit_id: i64) -> StoreResult<()> {
    sql("UPDATE spare_request SET state = 'approved', unit_id = NULL, issued_by = NULL, issued_at = NULL \
         WHERE rma_line_id = $1 AND unit_id = $2 AND state = 'issued'")
    .bind(line_id)
    .bind(unit_id)
    .execute(tx)?;
    Ok(())
}

/// Whatever was promised about the line by itself, because its repair was late, is as if never made.
pub fn drop_promise(tx: &mut Conn, promise_id: i64, now: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE promise SET state = 'excluded', ended_at = COALESCE(ended_at, $2), taken_back_at = $2 WHERE id = $1")
        .bind(promise_id)
        .bind(now)
        .execute(tx)?;
    Ok(())
}

/// Reminders by which the faulty part became overdue after an event and that still stand: their ids.
pub fn overdue_since(conn: &mut Conn, line_id: i64, event_id: i64) -> StoreResult<Vec<i64>> {
    row! { struct IdRow { id: i64 } }
    let rows: Vec<IdRow> = sql(
        "SELECT e.id FROM rma_event e WHERE e.line_id = $1 AND e.id > $2 AND e.kind = 'reminder' AND e.track = 'faulty' \
         AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) ORDER BY e.id",
    )
    .bind(line_id)
    .bind(event_id)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Takes timeline rows back, each by a row of its own that names it; the first says why. `kind` is the action's code.
pub fn take_events_back(
    tx: &mut Conn,
    new: &NewEvent<'_>,
    kind: &str,
    events: &[i64],
) -> StoreResult<Option<i64>> {
    let mut first = None;
    for event in events {
        let id = sql(
            "INSERT INTO rma_event (rma_id, line_id, track, kind, to_state, note, actor_id, occurred_at, recorded_at, voids_id) \
             VALUES ($1, $2, 'note', $3, $4, $5, $6, $7, $8, $9) RETURNING id AS value",
        )
        .bind(new.rma_id)
        .bind(new.line_id)
        .bind(new.kind)
        .bind(kind)
        .bind(if first.is_none() { new.note } else { "" })
        .bind(new.actor_id)
        .bind(new.occurred_at)
        .bind(new.recorded_at)
        .bind(*event)
        .number(tx)?;
        first = first.or(Some(id));
    }
    Ok(first)
}

/// When one of our people first wrote to the customer about the line, or about the whole RMA, from an instant on.
pub fn first_word(
    conn: &mut Conn,
    rma_id: i64,
    line_id: i64,
    from: DateTime<Utc>,
) -> StoreResult<Option<DateTime<Utc>>> {
    row! { struct AtRow { value: Option<DateTime<Utc>> } }
    let row: AtRow = sql(
        "SELECT min(e.occurred_at) AS value FROM rma_event e JOIN app_user a ON a.id = e.actor_id AND a.role <> 'customer' \
         WHERE e.rma_id = $1 AND (e.line_id = $2 OR e.line_id IS NULL) AND e.kind = 'note' AND e.internal = $3 AND e.occurred_at >= $4",
    )
    .bind(rma_id)
    .bind(line_id)
    .bind(false)
    .bind(from)
    .one(conn)?;
    Ok(row.value)
}

/// Promises that began with the step.
pub fn promises_made(conn: &mut Conn, step_id: i64) -> StoreResult<Vec<i64>> {
    row! { struct IdRow { id: i64 } }
    let rows: Vec<IdRow> = sql("SELECT id FROM step_promise WHERE step_id = $1 AND made ORDER BY id")
        .bind(step_id)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
