//! What a customer's data on a unit became: who answered for it, and of which units nobody did yet (decision 0039).

use crate::domain::data_bearing::{DataAnswer, DataLeft, DataState};
use crate::domain::stock::Posting;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql, sql_in};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

row! {
    struct LeftRow { id: i64, document: String, ours: bool, destroyed: bool }
}

/// What is known of a customer's data on a unit: its kind bears data, and it is a customer's, was until the repair that is not finished
/// yet, or was used by one and came back; none once it was wiped.
pub fn left(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<DataLeft>> {
    Ok(all_left(conn, &[unit_id])?.remove(&unit_id))
}

/// An answer that stands: given since movement `m` of unit `u`, with a movement nobody reversed.
fn answered(with: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM data_answer a WHERE a.unit_id = u.id AND a.answer = '{with}' AND a.movement_id >= COALESCE(m.id, 0) \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = a.movement_id))"
    )
}

/// The same of each of these units, in one statement; those without any are left out. A spare of ours is asked about from its latest
/// coming back from a customer's place on; one that is still there will be.
pub fn all_left(conn: &mut Conn, unit_ids: &[i64]) -> StoreResult<HashMap<i64, DataLeft>> {
    let text = format!(
        "SELECT u.id, COALESCE(r.number, o.number, u.document) AS document, \
         CASE WHEN u.owner = 'us' AND o.line_id IS NULL THEN TRUE ELSE FALSE END AS ours, \
         CASE WHEN {} THEN TRUE ELSE FALSE END AS destroyed \
         FROM unit u JOIN part p ON p.id = u.part_id JOIN place pl ON pl.id = u.place_id \
         LEFT JOIN repair_order o ON o.unit_id = u.id AND o.state <> 'closed' LEFT JOIN rma_line l ON l.id = o.line_id \
         LEFT JOIN rma r ON r.id = l.rma_id \
         LEFT JOIN movement m ON m.id = (SELECT max(x.id) FROM movement x JOIN place f ON f.id = x.from_place_id \
           WHERE x.unit_id = u.id AND f.kind = 'customer' AND x.to_place_id <> x.from_place_id AND x.kind <> 'reversal' \
           AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = x.id)) \
         WHERE u.id IN ({{in}}) AND p.data_bearing = TRUE AND (u.owner LIKE 'customer:%' OR o.line_id IS NOT NULL \
           OR (u.owner = 'us' AND (pl.kind = 'customer' OR m.id IS NOT NULL AND NOT {})))",
        answered("destroy"),
        answered("wipe"),
    );
    let rows: Vec<LeftRow> = sql_in(&text, unit_ids.iter().copied()).load(conn)?;
    let left = |row: LeftRow| {
        let state = match (row.ours, row.destroyed) {
            (false, _) => DataState::OnDocument,
            (true, false) => DataState::Unanswered,
            (true, true) => DataState::ToDestroy,
        };
        (row.id, DataLeft { document: row.document, state })
    };
    Ok(rows.into_iter().map(left).collect())
}

/// An answer somebody gave for a unit.
#[derive(Debug)]
pub struct NewAnswer<'a> {
    /// The unit.
    pub unit_id: i64,
    /// The movement it was given with, or the unit's last one.
    pub movement_id: i64,
    /// What became of the data.
    pub answer: DataAnswer,
    /// Number of the certificate.
    pub certificate: &'a str,
    /// The document it was given on; empty for none.
    pub document: &'a str,
    /// Who gave it.
    pub actor_id: Option<i64>,
    /// When it was put down.
    pub now: DateTime<Utc>,
}

/// Keeps an answer.
pub fn insert(tx: &mut Conn, new: &NewAnswer<'_>) -> StoreResult<()> {
    sql("INSERT INTO data_answer (unit_id, movement_id, answer, certificate, document, actor_id, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(new.unit_id)
    .bind(new.movement_id)
    .bind(new.answer)
    .bind(new.certificate)
    .bind(new.document)
    .bind(new.actor_id)
    .bind(new.now)
    .execute(tx)?;
    Ok(())
}

/// Keeps what was answered with a movement that was written.
pub(super) fn keep(
    tx: &mut Conn,
    posting: &Posting,
    (movement_id, unit_id): (i64, Option<i64>),
    actor_id: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let (Some((answer, certificate)), Some(unit_id)) = (&posting.data, unit_id) else { return Ok(()) };
    let (answer, document) = (*answer, posting.document.as_str());
    insert(tx, &NewAnswer { unit_id, movement_id, answer, certificate, document, actor_id, now })
}

/// The last movement of a unit.
pub fn last_movement(conn: &mut Conn, unit_id: i64) -> StoreResult<i64> {
    Ok(sql("SELECT max(id) AS value FROM movement WHERE unit_id = $1").bind(unit_id).number(conn)?)
}
