//! The promise ledger as of a moment: which promises had begun, their dates and how they stood, as far as it was recorded by another
//! moment.
//!
//! The date of a promise is kept as it became known, not as it became true. Where a wait began or ended after the moment and was known
//! by the other one, the kept date has that wait in it, and is counted anew without it: [`recounted`] finds those promises, [`list`] all
//! others.

use crate::domain::actor::Scope;
use crate::store::as_of::Then;
use crate::store::figures::Key;
use crate::store::line_facets::any_of;
use crate::store::promise_views::{HoldView, PromiseFilter, PromiseView};
use crate::store::sql::{Conn, Filters, Sql};
use crate::store::{StoreResult, scope};
use chrono::NaiveDate;

/// Holds of line `p.line_id` that had a part after `$1` which was known by `$2`.
fn held_since(holds: &str, more: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM {holds} h WHERE h.line_id = p.line_id AND h.recorded_at <= $2 {more} \
         AND (h.started_at >= $1 OR (h.ended_at >= $1 AND COALESCE(h.end_recorded_at, h.recorded_at) <= $2)))"
    )
}

/// `$1` to `$4` are bound: before which instant, known by which, its day, and the last instant itself.
fn promises(filter: &PromiseFilter, reader: &Scope, then: &Then, day: NaiveDate) -> (String, Filters) {
    let mut filters =
        Filters::after(vec![then.before.into(), then.known_at.into(), day.into(), then.as_of().into()]);
    filters.and_some("p.kind = ?", filter.kind);
    filters.and_some("p.depot_id = (SELECT id FROM depot WHERE code = ?)", filter.depot.as_deref());
    filters.and_some("p.customer_id = (SELECT id FROM customer WHERE code = ?)", filter.customer.as_deref());
    filters.and_some(
        "p.line_id IN (SELECT n.id FROM rma_line n JOIN rma m ON m.id = n.rma_id WHERE m.number = ?)",
        filter.rma.as_deref(),
    );
    if let Some((clause, user)) = scope::customers_or_depots(reader, "p.customer_id", "p.depot_id") {
        filters.and(&clause, user);
    }
    let moved_since = format!(
        "CASE WHEN p.kind = 'repair_return' AND ({} OR {}) THEN TRUE ELSE FALSE END",
        held_since("hold", ""),
        held_since("hold_taken_back", "AND h.taken_back_at > $2")
    );
    let text = format!(
        "SELECT p.id, p.kind, p.line_id, p.customer_id, p.depot_id, p.part_id, p.amount, p.unit, p.start_day_counts, p.started_at, p.due_at, \
         CASE WHEN m.id IS NULL THEN p.due_on ELSE m.due_on END AS due_on, \
         CASE WHEN m.id IS NULL THEN p.sort_due ELSE COALESCE(m.due_on, '9999-12-31') END AS sort_due, \
         COALESCE(m.calendar_version, p.calendar_version) AS calendar_version, COALESCE(m.provisional, p.provisional) AS provisional, \
         CASE WHEN e.state <> 'open' AND e.ended_at < $1 THEN e.state ELSE NULL END AS ended, \
         CASE WHEN e.state <> 'open' AND e.ended_at < $1 THEN e.ended_at ELSE NULL END AS ended_at, {moved_since} AS moved_since \
         FROM promise p \
         LEFT JOIN promise_end e ON e.id = (SELECT max(x.id) FROM promise_end x WHERE x.promise_id = p.id AND x.recorded_at <= $2) \
         LEFT JOIN promise_due_history m ON m.promise_id = p.id AND m.recorded_from <= $2 AND m.recorded_to > $2 \
         WHERE p.started_at < $1 AND p.recorded_at <= $2 AND (p.taken_back_at IS NULL OR p.taken_back_at > $2) {}",
        filters.text()
    );
    // Late at an instant of its own, or from the day after its date.
    let state = "CASE WHEN k.ended IS NOT NULL THEN k.ended WHEN k.due_at < $4 OR (k.due_at IS NULL AND k.due_on < $3) THEN 'broken' \
         WHEN k.due_on IS NULL THEN 'floating' ELSE 'open' END";
    let text = format!(
        "SELECT s.id, s.kind, s.line_id, r.number AS rma, l.line, l.serial, t.part_no, t.name AS part_name, t.name_en AS part_name_en, \
         c.code AS customer, c.name AS customer_name, d.code AS depot, s.amount, s.unit, s.start_day_counts, s.started_at, s.due_on, s.due_at, \
         s.sort_due, s.calendar_version, s.provisional, s.state, s.ended_at \
         FROM (SELECT k.*, {state} AS state FROM ({text}) k) s JOIN rma_line l ON l.id = s.line_id JOIN rma r ON r.id = l.rma_id \
         JOIN part t ON t.id = s.part_id JOIN customer c ON c.id = s.customer_id LEFT JOIN depot d ON d.id = s.depot_id"
    );
    (text, filters)
}

/// Promises after `after`, by the due date they had then, those without one last; but those of [`recounted`]. `day` is the local day of
/// the moment. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &PromiseFilter,
    then: &Then,
    day: NaiveDate,
    after: Option<Key>,
    limit: i64,
) -> StoreResult<Vec<PromiseView>> {
    Ok(list_sql(reader, filter, then, day, after, limit).load(conn)?)
}

/// The statement of [`list`].
#[must_use]
pub fn list_sql(
    reader: &Scope,
    filter: &PromiseFilter,
    then: &Then,
    day: NaiveDate,
    after: Option<Key>,
    limit: i64,
) -> Sql {
    let (text, inner) = promises(filter, reader, then, day);
    let mut filters = inner;
    let within = filters.text().len();
    filters.and_some("s.state = ?", filter.state);
    if filter.provisional {
        filters.and("s.provisional = ? AND s.state IN ('open', 'floating')", true);
    }
    filters.and_some("s.sort_due < ?", filter.due_before);
    if let Some(key) = after {
        let due = filters.value(key.sort_due);
        filters.and(&format!("s.sort_due >= {due} AND (s.sort_due > {due} OR s.id > ?)"), key.id);
    }
    let limit = filters.value(limit);
    let outer = filters.text().get(within..).unwrap_or_default().to_owned();
    filters.into_sql(format!(
        "{text} WHERE (s.ended IS NOT NULL OR NOT s.moved_since) {outer} ORDER BY s.sort_due, s.id LIMIT {limit}"
    ))
}

/// The promises that had not ended and whose kept date has a wait in it that began or ended later, by id. Their dates and states are to
/// be counted anew.
pub fn recounted(
    conn: &mut Conn,
    reader: &Scope,
    filter: &PromiseFilter,
    then: &Then,
    day: NaiveDate,
) -> StoreResult<Vec<PromiseView>> {
    let (text, filters) = promises(filter, reader, then, day);
    Ok(filters
        .into_sql(format!("{text} WHERE s.ended IS NULL AND s.moved_since ORDER BY s.id"))
        .load(conn)?)
}

/// The holds of these lines as they were then, of each line in the order they began.
pub fn holds(conn: &mut Conn, lines: &[i64], then: &Then) -> StoreResult<Vec<HoldView>> {
    let mut found = vec![];
    for chunk in lines.chunks(128) {
        let mut filters = Filters::after(vec![then.before.into(), then.known_at.into()]);
        let Some(list) = any_of(&mut filters, chunk) else { continue };
        let of = |table: &str, more: &str| {
            format!(
                "SELECT h.line_id, h.reason, h.said_by, h.started_at, \
                 CASE WHEN COALESCE(h.end_recorded_at, h.recorded_at) <= $2 AND h.ended_at < $1 THEN h.ended_at ELSE NULL END AS ended_at \
                 FROM {table} h WHERE h.line_id IN ({list}) AND h.started_at < $1 AND h.recorded_at <= $2 {more}"
            )
        };
        let (now, before) = (of("hold", ""), of("hold_taken_back", "AND h.taken_back_at > $2"));
        let text = format!("{now} UNION ALL {before} ORDER BY line_id, started_at");
        found.extend(filters.into_sql(text).load::<HoldView>(conn)?);
    }
    Ok(found)
}
