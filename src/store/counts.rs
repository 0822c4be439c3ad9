//! Rows of stock counts and what was seen in them.

use crate::domain::actor::{DepotRef, Scope};
use crate::domain::count::{CountState, CountVerdict};
use crate::domain::stock::Condition;
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use crate::store::units::UnitRow;
use crate::store::{StoreResult, scope, units};
use chrono::{DateTime, Utc};

row! {
    /// A count as read.
    pub struct CountRow {
        /// Id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// Depot.
        pub depot_id: i64,
        /// Its code.
        pub depot: String,
        /// State.
        pub state: CountState,
        /// Who opened it.
        pub opened_by_id: Option<i64>,
        /// Who opened it.
        pub opened_by: Option<String>,
        /// When.
        pub opened_at: DateTime<Utc>,
        /// Who said that everything was seen; none while it is being counted.
        pub done_by: Option<String>,
        /// When.
        pub done_at: Option<DateTime<Utc>>,
        /// Who approved it or called it off.
        pub decided_by: Option<String>,
        /// When.
        pub decided_at: Option<DateTime<Utc>>,
        /// How many things were seen.
        pub scans: i64,
    }

    /// What was seen.
    pub struct CountScanRow {
        /// Id.
        pub id: i64,
        /// Where it was seen.
        pub place_id: i64,
        /// Code of that place.
        pub place: String,
        /// What was scanned.
        pub code: String,
        /// Part.
        pub part_id: Option<i64>,
        /// Part number.
        pub part_no: Option<String>,
        /// Unit.
        pub unit_id: Option<i64>,
        /// Condition, for a quantity.
        pub condition: Condition,
        /// Seen.
        pub counted: i64,
        /// What the books had at that moment.
        pub booked: i64,
        /// Where the books had it.
        pub book_place: String,
        /// What that said.
        pub verdict: CountVerdict,
        /// The exception it became.
        pub exception_id: Option<i64>,
        /// Who saw it.
        pub scanned_by: Option<String>,
        /// When.
        pub scanned_at: DateTime<Utc>,
    }

    /// A quantity of ours that nobody counted.
    pub struct UncountedRow {
        /// Place code.
        pub place: String,
        /// Part number.
        pub part_no: String,
        /// Condition.
        pub condition: Condition,
        /// What the books have.
        pub quantity: i64,
    }

    struct IdRow { id: i64 }
    struct CodeRow { code: String }
}

impl CountRow {
    /// The depot as a rule sees it.
    #[must_use]
    pub fn depot_ref(&self) -> DepotRef {
        DepotRef { id: self.depot_id, code: self.depot.clone() }
    }
}

/// Opens a count of these places; its id.
pub fn insert(
    tx: &mut Conn,
    number: &str,
    depot_id: i64,
    places: &[i64],
    by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<i64> {
    let id = sql("INSERT INTO stock_count (number, depot_id, state, opened_by, opened_at) VALUES ($1, $2, 'open', $3, $4) \
         RETURNING id AS value")
    .bind(number)
    .bind(depot_id)
    .bind(by)
    .bind(now)
    .number(tx)?;
    for place in places {
        sql("INSERT INTO stock_count_place (count_id, place_id) VALUES ($1, $2)")
            .bind(id)
            .bind(*place)
            .execute(tx)?;
    }
    Ok(id)
}

/// What was seen, to write.
pub struct NewCountScan<'a> {
    /// Count.
    pub count_id: i64,
    /// Where it was seen.
    pub place_id: i64,
    /// What was scanned.
    pub code: &'a str,
    /// Part.
    pub part_id: Option<i64>,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Condition.
    pub condition: Condition,
    /// Seen.
    pub counted: i64,
    /// What the books had.
    pub booked: i64,
    /// Where the books had it.
    pub book_place: &'a str,
    /// What that says.
    pub verdict: CountVerdict,
    /// The exception it becomes.
    pub exception_id: Option<i64>,
    /// Who saw it.
    pub by: Option<i64>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Writes what was seen; its id, and whether it was seen before: then it takes the place of that, which stays on the books with
/// who saw it.
pub fn put_scan(tx: &mut Conn, new: &NewCountScan<'_>) -> StoreResult<(i64, bool)> {
    let replaced =
        sql("UPDATE stock_count_scan SET replaced_at = $8 WHERE count_id = $1 AND replaced_at IS NULL \
         AND ((unit_id = $2 AND unit_id IS NOT NULL) \
         OR ($3 = 'quantity' AND verdict = 'quantity' AND place_id = $4 AND part_id = $5 AND condition = $6) \
         OR (verdict = 'unknown' AND code = $7 AND (part_id = $5 OR part_id IS NULL OR $5 IS NULL)))")
        .bind(new.count_id)
        .bind(new.unit_id)
        .bind(new.verdict)
        .bind(new.place_id)
        .bind(new.part_id)
        .bind(new.condition)
        .bind(new.code)
        .bind(new.now)
        .execute(tx)?;
    let id = sql(
        "INSERT INTO stock_count_scan (count_id, place_id, code, part_id, unit_id, condition, counted, booked, book_place, verdict, \
         exception_id, scanned_by, scanned_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id AS value",
    )
    .bind(new.count_id)
    .bind(new.place_id)
    .bind(new.code)
    .bind(new.part_id)
    .bind(new.unit_id)
    .bind(new.condition)
    .bind(new.counted)
    .bind(new.booked)
    .bind(new.book_place)
    .bind(new.verdict)
    .bind(new.exception_id)
    .bind(new.by)
    .bind(new.now)
    .number(tx)?;
    Ok((id, replaced > 0))
}

/// Takes back what was seen; what it took the place of stands again. False when it was taken back, or seen again, before.
pub fn take_back(tx: &mut Conn, count_id: i64, seen: &CountScanRow, now: DateTime<Utc>) -> StoreResult<bool> {
    let taken = sql("UPDATE stock_count_scan SET replaced_at = $3 WHERE id = $1 AND count_id = $2 AND replaced_at IS NULL")
        .bind(seen.id)
        .bind(count_id)
        .bind(now)
        .execute(tx)?;
    sql("UPDATE stock_count_scan SET replaced_at = NULL WHERE id = (SELECT MAX(id) FROM stock_count_scan \
         WHERE count_id = $1 AND id < $2 AND code = $3 AND replaced_at = $4)")
    .bind(count_id)
    .bind(seen.id)
    .bind(&seen.code)
    .bind(seen.scanned_at)
    .execute(tx)?;
    Ok(taken == 1)
}

/// Whether something seen in a count stands for this exception.
pub fn has_exception(conn: &mut Conn, count_id: i64, exception_id: i64) -> StoreResult<bool> {
    let held = sql(
        "SELECT COUNT(*) AS value FROM stock_count_scan WHERE count_id = $1 AND exception_id = $2 AND replaced_at IS NULL",
    )
    .bind(count_id)
    .bind(exception_id)
    .number(conn)?;
    Ok(held > 0)
}

/// The open exception that this thing became in this count, when it was seen before: the unit, or what was unknown by this code.
pub fn open_exception(
    tx: &mut Conn,
    count_id: i64,
    code: &str,
    part_id: Option<i64>,
    unit_id: Option<i64>,
) -> StoreResult<Option<i64>> {
    let seen: Option<IdRow> = sql(
        "SELECT e.id FROM stock_count_scan s JOIN work_exception e ON e.id = s.exception_id AND e.state = 'open' \
         WHERE s.count_id = $1 AND s.replaced_at IS NULL AND (s.unit_id = $4 OR (s.verdict = 'unknown' AND s.code = $2 \
           AND (s.part_id = $3 OR s.part_id IS NULL OR $3 IS NULL))) ORDER BY e.id DESC LIMIT 1",
    )
    .bind(count_id)
    .bind(code)
    .bind(part_id)
    .bind(unit_id)
    .optional(tx)?;
    Ok(seen.map(|row| row.id))
}

const SCAN: &str = "SELECT s.id, s.place_id, pl.code AS place, s.code, s.part_id, p.part_no, s.unit_id, s.condition, s.counted, s.booked, \
     s.book_place, s.verdict, s.exception_id, u.username AS scanned_by, s.scanned_at FROM stock_count_scan s \
     JOIN place pl ON pl.id = s.place_id LEFT JOIN part p ON p.id = s.part_id \
     LEFT JOIN app_user u ON u.id = s.scanned_by";

/// Everything seen in a count as it was seen last, in order.
pub fn scans(conn: &mut Conn, count_id: i64) -> StoreResult<Vec<CountScanRow>> {
    let text = format!("{SCAN} WHERE s.count_id = $1 AND s.replaced_at IS NULL ORDER BY s.id");
    Ok(sql_shaped(text).bind(count_id).load(conn)?)
}

/// Whether this person saw anything in a count, also where somebody else saw it again.
pub fn has_counted(conn: &mut Conn, count_id: i64, user_id: i64) -> StoreResult<bool> {
    let seen = sql("SELECT COUNT(*) AS value FROM stock_count_scan WHERE count_id = $1 AND scanned_by = $2")
        .bind(count_id)
        .bind(user_id)
        .number(conn)?;
    Ok(seen > 0)
}

/// One thing seen.
pub fn scan_by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<CountScanRow>> {
    Ok(sql_shaped(format!("{SCAN} WHERE s.id = $1")).bind(id).optional(conn)?)
}

/// Codes of the places a count covers.
pub fn places(conn: &mut Conn, count_id: i64) -> StoreResult<Vec<String>> {
    let rows: Vec<CodeRow> = sql("SELECT p.code FROM stock_count_place c JOIN place p ON p.id = c.place_id \
         WHERE c.count_id = $1 ORDER BY p.code")
    .bind(count_id)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// Units that stood at the places of a count before it began, and that nobody saw: ours, or everybody else's.
pub fn unseen(conn: &mut Conn, count: &CountRow, ours: bool) -> StoreResult<Vec<UnitRow>> {
    let rows: Vec<IdRow> = sql(
        "SELECT u.id FROM unit u JOIN stock_count_place c ON c.place_id = u.place_id AND c.count_id = $1 \
         WHERE (u.owner = 'us') = $3 AND u.last_moved_at < $2 \
         AND NOT EXISTS (SELECT 1 FROM stock_count_scan s WHERE s.count_id = $1 AND s.unit_id = u.id \
           AND s.replaced_at IS NULL) ORDER BY u.id",
    )
    .bind(count.id)
    .bind(count.opened_at)
    .bind(ours)
    .load(conn)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.extend(units::by_id(conn, row.id)?);
    }
    Ok(found)
}

/// Quantities of ours at the places of a count that nobody counted.
pub fn uncounted(conn: &mut Conn, count_id: i64) -> StoreResult<Vec<UncountedRow>> {
    Ok(sql(
        "SELECT pl.code AS place, p.part_no, b.condition, b.quantity FROM balance b \
         JOIN stock_count_place c ON c.place_id = b.place_id AND c.count_id = $1 \
         JOIN part p ON p.id = b.part_id AND p.tracking = 'quantity' JOIN place pl ON pl.id = b.place_id \
         WHERE b.owner = 'us' AND b.quantity > 0 AND NOT EXISTS (SELECT 1 FROM stock_count_scan s WHERE s.count_id = $1 \
           AND s.verdict = 'quantity' AND s.place_id = b.place_id AND s.part_id = b.part_id AND s.condition = b.condition \
           AND s.replaced_at IS NULL) \
         ORDER BY pl.code, p.part_no, b.condition",
    )
    .bind(count_id)
    .load(conn)?)
}

/// How many of ours the books have of a part at a place in a condition.
pub fn booked(conn: &mut Conn, place_id: i64, part_id: i64, condition: Condition) -> StoreResult<i64> {
    Ok(sql("SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) AS value FROM balance \
         WHERE place_id = $1 AND part_id = $2 AND condition = $3 AND owner = 'us'")
    .bind(place_id)
    .bind(part_id)
    .bind(condition)
    .number(conn)?)
}

/// Says of an open count that everything was seen, by whom and when; `None`: it is being counted again.
pub fn set_done(tx: &mut Conn, id: i64, done: Option<(Option<i64>, DateTime<Utc>)>) -> StoreResult<()> {
    sql("UPDATE stock_count SET done_by = $1, done_at = $2 WHERE id = $3 AND state = 'open'")
        .bind(done.and_then(|(by, _)| by))
        .bind(done.map(|(_, at)| at))
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// How many open counts wait for a decision: everything was seen.
pub fn waiting(conn: &mut Conn, reader: &Scope) -> StoreResult<i64> {
    let mut filters = Filters::after(vec![]);
    if let Some((clause, user)) = scope::depots(reader, "c.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!(
        "SELECT COUNT(*) AS value FROM stock_count c WHERE c.state = 'open' AND c.done_at IS NOT NULL {}",
        filters.text()
    );
    Ok(filters.into_sql(text).number(conn)?)
}

/// Ends a count; false when it ended before.
pub fn end(
    tx: &mut Conn,
    id: i64,
    state: CountState,
    by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<bool> {
    let ended = sql("UPDATE stock_count SET state = $1, decided_by = $2, decided_at = $3 WHERE id = $4 AND state = 'open'")
        .bind(state)
        .bind(by)
        .bind(now)
        .bind(id)
        .execute(tx)?;
    Ok(ended == 1)
}

const SELECT: &str = "SELECT c.id, c.number, c.depot_id, d.code AS depot, c.state, c.opened_by AS opened_by_id, o.username AS opened_by, \
     c.opened_at, f.username AS done_by, c.done_at, a.username AS decided_by, c.decided_at, \
     (SELECT COUNT(*) FROM stock_count_scan s WHERE s.count_id = c.id AND s.replaced_at IS NULL) AS scans \
     FROM stock_count c JOIN depot d ON d.id = c.depot_id LEFT JOIN app_user o ON o.id = c.opened_by \
     LEFT JOIN app_user f ON f.id = c.done_by LEFT JOIN app_user a ON a.id = c.decided_by";

/// The count of this number, if the reader may see it.
pub fn by_number(conn: &mut Conn, reader: &Scope, number: &str) -> StoreResult<Option<CountRow>> {
    let mut filters = Filters::after(vec![number.into()]);
    if let Some((clause, user)) = scope::depots(reader, "c.depot_id") {
        filters.and(&clause, user);
    }
    let text = format!("{SELECT} WHERE c.number = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// Counts before `before_id`, newest first. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    state: Option<CountState>,
    depot: Option<&str>,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<CountRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("c.state = ?", state);
    filters.and_some("d.code = ?", depot);
    if let Some((clause, user)) = scope::depots(reader, "c.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE c.id < $1 {} ORDER BY c.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}
