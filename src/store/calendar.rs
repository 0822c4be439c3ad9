//! Rows of the working-day calendar: uploads over the built-in years, and the open promises a new one may move.

use crate::domain::calendar::{DayName, ListedKind, PublishedDay};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::PromiseState;
use crate::row;
use crate::store::sql::{Conn, sql};
use crate::store::{StoreError, StoreResult};
use chrono::{DateTime, NaiveDate, Utc};

/// The newest upload of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Row id; the version of the calendar it made.
    pub id: i64,
    /// The year of the notice.
    pub year: i32,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// Who uploaded it.
    pub created_by: Option<String>,
    /// What the notice says, by date.
    pub days: Vec<PublishedDay>,
}

row! {
    struct YearRow { id: i64, year: i64, created_at: DateTime<Utc>, created_by: Option<String> }
    struct DayRow { calendar_year_id: i64, day: NaiveDate, kind: String, name_zh: String, name_en: String }

    /// An open promise counted in working days.
    pub struct OpenPromise {
        /// Row id.
        pub id: i64,
        /// Row id of the RMA line.
        pub line_id: i64,
        /// What is promised.
        pub kind: PromiseKind,
        /// How many working days.
        pub amount: i64,
        /// Whether the day of the start counts.
        pub start_day_counts: bool,
        /// When the clock started.
        pub started_at: DateTime<Utc>,
        /// Due date without holds.
        pub base_due_on: NaiveDate,
        /// Due date; `None` while the clock stands still.
        pub due_on: Option<NaiveDate>,
        /// What lists sort by.
        pub sort_due: NaiveDate,
        /// Whether it is counted over an unpublished year.
        pub provisional: bool,
        /// The spare or loaner it is about; 0 where it is about the faulty unit.
        pub issued_id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Code of the customer.
        pub customer: String,
        /// Name of the customer.
        pub customer_name: String,
        /// Part number.
        pub part_no: String,
        /// Name of the part.
        pub part_name: String,
        /// Its English name.
        pub part_name_en: String,
        /// Serial of the faulty unit.
        pub serial: String,
    }

    /// A hold of a line with an open promise.
    pub struct HoldRow {
        /// Row id of the RMA line.
        pub line_id: i64,
        /// When the wait began.
        pub started_at: DateTime<Utc>,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
    }
}

/// The version of the calendar in force: the newest upload, 0 while there is none.
pub fn version(conn: &mut Conn) -> StoreResult<i64> {
    Ok(sql("SELECT COALESCE(max(id), 0) AS value FROM calendar_year").number(conn)?)
}

/// The newest upload of each year, by year.
pub fn uploads(conn: &mut Conn) -> StoreResult<Vec<Upload>> {
    let years: Vec<YearRow> =
        sql("SELECT y.id, y.year, y.created_at, u.username AS created_by FROM calendar_year y \
         LEFT JOIN app_user u ON u.id = y.created_by \
         WHERE y.id = (SELECT max(n.id) FROM calendar_year n WHERE n.year = y.year) ORDER BY y.year")
        .load(conn)?;
    let days: Vec<DayRow> =
        sql("SELECT d.calendar_year_id, d.day, d.kind, d.name_zh, d.name_en FROM calendar_day d \
         JOIN calendar_year y ON y.id = d.calendar_year_id \
         WHERE y.id = (SELECT max(n.id) FROM calendar_year n WHERE n.year = y.year) ORDER BY d.day")
        .load(conn)?;
    years.into_iter().map(|year| upload(year, &days)).collect()
}

fn upload(year: YearRow, days: &[DayRow]) -> StoreResult<Upload> {
    let own = days.iter().filter(|day| day.calendar_year_id == year.id);
    let read = |day: &DayRow| {
        let kind = ListedKind::from_code(&day.kind)
            .ok_or_else(|| StoreError::Codec(format!("calendar_day {}: kind {:?}", day.day, day.kind)))?;
        Ok(PublishedDay { date: day.day, kind, name: DayName::new(&day.name_zh, &day.name_en) })
    };
    let number =
        i32::try_from(year.year).map_err(|_| StoreError::Codec(format!("calendar year {}", year.year)))?;
    Ok(Upload {
        id: year.id,
        year: number,
        created_at: year.created_at,
        created_by: year.created_by,
        days: own.map(read).collect::<StoreResult<_>>()?,
    })
}

/// Lets uploads go one after the other, so that each counts with the one before. SQLite has one writer anyway.
pub fn serialise_uploads(tx: &mut Conn) -> StoreResult<()> {
    if tx.is_postgres() {
        tx.batch("LOCK TABLE calendar_year IN SHARE ROW EXCLUSIVE MODE")?;
    }
    Ok(())
}

/// Adds an upload; its id.
pub fn insert(
    tx: &mut Conn,
    year: i32,
    days: &[PublishedDay],
    created_by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<i64> {
    let id = sql(
        "INSERT INTO calendar_year (year, created_at, created_by) VALUES ($1, $2, $3) RETURNING id AS value",
    )
    .bind(i64::from(year))
    .bind(now)
    .bind(created_by)
    .number(tx)?;
    for day in days {
        sql("INSERT INTO calendar_day (calendar_year_id, day, kind, name_zh, name_en) VALUES ($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(day.date)
            .bind(day.kind.as_str())
            .bind(&day.name.zh)
            .bind(&day.name.en)
            .execute(tx)?;
    }
    Ok(id)
}

/// The promises under way, counted in working days with another calendar than `but_version`, by id of their line. One that
/// is late and not ended is under way too.
pub fn open_promises(conn: &mut Conn, but_version: i64) -> StoreResult<Vec<OpenPromise>> {
    Ok(sql(
        "SELECT p.id, p.line_id, p.kind, p.amount, p.start_day_counts, p.started_at, p.base_due_on, p.due_on, p.sort_due, \
         p.provisional, p.issued_id, r.number AS rma, l.line, c.code AS customer, c.name AS customer_name, t.part_no, \
         t.name AS part_name, t.name_en AS part_name_en, l.serial \
         FROM promise p JOIN rma_line l ON l.id = p.line_id JOIN rma r ON r.id = l.rma_id \
         JOIN customer c ON c.id = p.customer_id JOIN part t ON t.id = p.part_id \
         WHERE p.ended_at IS NULL AND p.state <> 'excluded' AND p.unit = 'working_days' AND p.calendar_version <> $1 \
         ORDER BY p.line_id, p.id",
    )
    .bind(but_version)
    .load(conn)?)
}

/// Keeps the lines whose promises [`open_promises`] gives until the end of the transaction: whoever acts on one of them is
/// waited for, and a second node that counts finds them counted. SQLite has one writer anyway.
pub fn lock_open_lines(tx: &mut Conn, but_version: i64) -> StoreResult<()> {
    if tx.is_postgres() {
        sql("SELECT count(*) AS value FROM (SELECT l.id FROM rma_line l WHERE l.id IN (SELECT p.line_id FROM promise p \
             WHERE p.ended_at IS NULL AND p.state <> 'excluded' AND p.unit = 'working_days' AND p.calendar_version <> $1) \
             ORDER BY l.id FOR NO KEY UPDATE) kept")
        .bind(but_version)
        .number(tx)?;
    }
    Ok(())
}

/// The holds of lines with an open promise, by line.
pub fn holds_of_open(conn: &mut Conn) -> StoreResult<Vec<HoldRow>> {
    Ok(sql("SELECT h.line_id, h.started_at, h.ended_at FROM hold h WHERE EXISTS (SELECT 1 FROM promise p \
         WHERE p.line_id = h.line_id AND p.ended_at IS NULL AND p.unit = 'working_days') \
         ORDER BY h.line_id, h.id")
    .load(conn)?)
}

/// Puts a line's sort date right where it showed the promise's old one.
pub fn move_line(tx: &mut Conn, line_id: i64, old: NaiveDate, new: NaiveDate) -> StoreResult<()> {
    sql("UPDATE rma_line SET sort_due = $1 WHERE id = $2 AND sort_due = $3")
        .bind(new)
        .bind(line_id)
        .bind(old)
        .execute(tx)?;
    Ok(())
}

/// What a promise comes to under another calendar.
pub struct Moved {
    /// Row id of the promise.
    pub id: i64,
    /// Due date without holds.
    pub base_due_on: NaiveDate,
    /// Due date; `None` while the clock stands still.
    pub due_on: Option<NaiveDate>,
    /// What lists sort by.
    pub sort_due: NaiveDate,
    /// Whether it is counted over an unpublished year.
    pub provisional: bool,
    /// The calendar it is counted with.
    pub calendar_version: i64,
    /// Open, floating, or broken already.
    pub state: PromiseState,
}

/// Writes what a promise under way comes to, and keeps what it came to before. A promise that ended meanwhile is left
/// alone; whether it was written.
pub fn move_promise(tx: &mut Conn, moved: &Moved, now: DateTime<Utc>) -> StoreResult<bool> {
    let touched = sql(
        "UPDATE promise SET base_due_on = $1, due_on = $2, sort_due = $3, provisional = $4, calendar_version = $5, \
         state = $6 WHERE id = $7 AND ended_at IS NULL",
    )
    .bind(moved.base_due_on)
    .bind(moved.due_on)
    .bind(moved.sort_due)
    .bind(moved.provisional)
    .bind(moved.calendar_version)
    .bind(moved.state)
    .bind(moved.id)
    .execute(tx)?;
    if touched == 0 {
        return Ok(false);
    }
    sql("UPDATE promise_due_history SET recorded_to = $1 WHERE promise_id = $2 AND recorded_to IS NULL")
        .bind(now)
        .bind(moved.id)
        .execute(tx)?;
    sql(
        "INSERT INTO promise_due_history (promise_id, due_on, calendar_version, provisional, recorded_from) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(moved.id)
    .bind(moved.due_on)
    .bind(moved.calendar_version)
    .bind(moved.provisional)
    .bind(now)
    .execute(tx)?;
    Ok(true)
}

/// Notes on every open promise in working days that it was counted with this calendar.
pub fn stamp_open(tx: &mut Conn, version: i64) -> StoreResult<()> {
    sql("UPDATE promise SET calendar_version = $1 \
         WHERE ended_at IS NULL AND state <> 'excluded' AND unit = 'working_days' AND calendar_version <> $1")
    .bind(version)
    .execute(tx)?;
    Ok(())
}
