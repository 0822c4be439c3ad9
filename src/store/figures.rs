//! Lines of the timely repair rate: the promises that may be due in a period, and the facts that judge them.
//!
//! A due date moves with the holds, so which lines are due in a period is known only after judging. On any day it lies
//! between `base_due_on` (no hold at all) and `sort_due` (every hold so far; the last day of time while one is open), which
//! the index `promise_figure` finds. Lines come in chunks in the order (`sort_due`, `id`), so that a figure over years needs
//! no more memory than one over a month.

use crate::domain::actor::Scope;
use crate::domain::calendar::{DayName, ListedKind, PublishedDay};
use crate::domain::plan::{RateVariant, TermUnit};
use crate::row;
use crate::store::sql::{Conn, Filters, Sql, sql};
use crate::store::{StoreError, StoreResult, scope};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// How far a change of the calendar may move a due date, generously: the days of one year's bridge and make-up days.
/// Only a look back at what was known earlier needs it, for `base_due_on` and `sort_due` are of today's calendar.
const CALENDAR_SLACK: Days = Days::new(31);

/// Events that decide what became of a line; all others are its history only.
pub(super) const FACT_KINDS: &str = "'confirm_returned','decide_exchange','exchange_delivered','keep_loaner','scrap','agree_scrap',\
     'cancel','reject','approve_void','vendor_returned','attribute_cause','return_unrepaired'";

/// Which lines are looked at, of those that may be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// All of them.
    All,
    /// Those no sum speaks for: touched since they were judged, or moving with the days.
    Unsettled,
    /// Those nothing had ended when they were judged, and those touched since.
    Open,
    /// Those touched by these marks, the first and the last.
    Touched(i64, i64),
}

/// Which lines are asked for.
#[derive(Debug, Clone)]
pub struct Cohort {
    /// Of these only.
    pub only: Only,
    /// First day on which they may be due.
    pub from: NaiveDate,
    /// Last day on which they may be due.
    pub to: NaiveDate,
    /// Only what was recorded by this instant counts.
    pub known_at: DateTime<Utc>,
    /// Whether that lies in the past, so that the calendar may have been another one.
    pub looks_back: bool,
    /// Whose lines the reader may see.
    pub reader: Scope,
    /// Depot code.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
}

/// Where a chunk goes on: after this due date and promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// `sort_due` of the last line.
    pub sort_due: NaiveDate,
    /// Row id of its promise.
    pub id: i64,
}

row! {
    /// A line's promise to repair and return.
    pub struct PromiseRow {
        /// Row id of the promise.
        pub id: i64,
        /// Row id of the RMA line.
        pub line_id: i64,
        /// Customer.
        pub customer_id: i64,
        /// The depot that received it.
        pub depot_id: Option<i64>,
        /// Part.
        pub part_id: i64,
        /// When the clock started.
        pub started_at: DateTime<Utc>,
        /// How long, in `unit`.
        pub amount: i64,
        /// What is counted.
        pub unit: TermUnit,
        /// Whether the day of the start counts.
        pub start_day_counts: bool,
        /// How many of these must be kept, in basis points.
        pub target_bp: i64,
        /// The contractual rate.
        pub variant: RateVariant,
        /// The calendar it was last counted with.
        pub calendar_version: i64,
        /// Due date as it stands; `None` while the clock stands still.
        pub due_on: Option<NaiveDate>,
        /// That date, or the last day of time.
        pub sort_due: NaiveDate,
    }

    /// Something that happened to a line.
    pub struct FactRow {
        /// Row id: order of recording.
        pub id: i64,
        /// Row id of the RMA line.
        pub line_id: i64,
        /// What happened: the action's code.
        pub kind: String,
        /// When it happened.
        pub occurred_at: DateTime<Utc>,
        /// The event this one takes back.
        pub voids_id: Option<i64>,
        /// What it led to: a state, a cause, how a maker's other serial counts.
        pub to_state: String,
        /// Close of business of the plan version of the promise, in minutes after local midnight.
        pub closes_minute: Option<i64>,
        /// Whether it names a cause that the plan version of the promise lists.
        pub excuses: bool,
    }

    /// A customer-caused wait.
    pub struct HoldRow {
        /// Row id of the RMA line.
        pub line_id: i64,
        /// When the clock stopped.
        pub started_at: DateTime<Utc>,
        /// When it ran on, as far as that was known.
        pub ended_at: Option<DateTime<Utc>>,
    }

    /// What people call a line.
    pub struct NameRow {
        /// Row id of the promise.
        pub id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Serial of the faulty unit.
        pub serial: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Code of the receiving depot.
        pub depot: Option<String>,
    }

    /// A depot, customer or part by its code.
    pub struct GroupRow {
        /// Row id.
        pub id: i64,
        /// Code.
        pub code: String,
        /// Name.
        pub name: String,
        /// Name in English; empty where there is only one.
        pub name_en: String,
    }

    struct RecordedRow { recorded_at: Option<DateTime<Utc>> }
    struct NoticeRow { year: i64, day: Option<NaiveDate>, kind: Option<String>, name_zh: Option<String>, name_en: Option<String> }
}

impl PromiseRow {
    /// The row's place in the order of lines.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { sort_due: self.sort_due, id: self.id }
    }
}

/// The fixed part of every statement here. What is read of the lines is joined by `CROSS JOIN`, which tells SQLite to find the
/// lines first. A line counts once, by its latest promise known then: an earlier one was dropped when the receipt was put right.
/// `NOT EXISTS` would let PostgreSQL read all promises to hash them, and a bare `kind = …` look through all of that kind for every
/// line while it has no statistics; `IS TRUE` leaves it the line's own. Among few lines it keeps SQLite off the index of the period.
macro_rules! candidates {
    ($of_kind:literal) => {
        concat!(
            $of_kind,
            " AND p.recorded_at <= $1 AND (p.taken_back_at IS NULL OR p.taken_back_at > $1) ",
            "AND p.id = (SELECT max(q.id) FROM promise q WHERE q.line_id = p.line_id ",
            "AND (q.kind = 'repair_return') IS TRUE AND q.recorded_at <= $1 AND (q.taken_back_at IS NULL OR q.taken_back_at > $1))"
        )
    };
}

impl Cohort {
    fn slack(&self) -> Days {
        if self.looks_back { CALENDAR_SLACK } else { Days::new(0) }
    }

    fn first(&self) -> NaiveDate {
        self.from.checked_sub_days(self.slack()).unwrap_or(self.from)
    }

    fn last(&self) -> NaiveDate {
        self.to.checked_add_days(self.slack()).unwrap_or(self.to)
    }

    /// Where the candidates come from. Few lines go first, or SQLite would look through the whole period for them.
    fn source(&self) -> &'static str {
        match self.only {
            Only::All => "promise p",
            Only::Unsettled => {
                "(SELECT line_id FROM rate_touched UNION SELECT line_id FROM rate_line WHERE fate = 'moving') u CROSS JOIN promise p"
            }
            Only::Open => {
                "(SELECT line_id FROM rate_touched UNION SELECT line_id FROM rate_line \
                 WHERE fate IN ('open','open_excused','moving')) u CROSS JOIN promise p"
            }
            Only::Touched(..) => {
                "(SELECT DISTINCT line_id FROM rate_touched WHERE id BETWEEN $2 AND $3) u CROSS JOIN promise p"
            }
        }
    }

    /// What makes a promise one of them.
    fn candidates(&self) -> &'static str {
        match self.only {
            Only::All => candidates!("p.kind = 'repair_return'"),
            Only::Unsettled | Only::Open | Only::Touched(..) => {
                candidates!("(p.kind = 'repair_return') IS TRUE")
            }
        }
    }

    /// The candidates after `after`, up to and including `through`. `$1` is `known_at` in all statements made of it.
    fn clauses(&self, after: Option<Key>, through: Option<Key>) -> Filters {
        let mut filters = Filters::after(vec![self.known_at.into()]);
        if let Only::Touched(first, last) = self.only {
            filters = Filters::after(vec![self.known_at.into(), first.into(), last.into()]);
        }
        if self.only != Only::All {
            filters.and_fixed("p.line_id = u.line_id");
        }
        filters.and("p.base_due_on <= ?", self.last());
        let first = self.first().max(after.map_or(self.first(), |key| key.sort_due));
        filters.and("p.sort_due >= ?", first);
        if let Some(key) = after {
            let due = filters.value(key.sort_due);
            filters.and(&format!("(p.sort_due > {due} OR p.id > ?)"), key.id);
        }
        if let Some(key) = through {
            let due = filters.value(key.sort_due);
            filters.and(&format!("p.sort_due <= {due} AND (p.sort_due < {due} OR p.id <= ?)"), key.id);
        }
        filters.and_some("p.depot_id = (SELECT id FROM depot WHERE code = ?)", self.depot.as_deref());
        filters
            .and_some("p.customer_id = (SELECT id FROM customer WHERE code = ?)", self.customer.as_deref());
        filters.and_some("p.part_id = (SELECT id FROM part WHERE part_no = ?)", self.part_no.as_deref());
        if let Some((clause, user)) = scope::customers_or_depots(&self.reader, "p.customer_id", "p.depot_id")
        {
            filters.and(&clause, user);
        }
        filters
    }
}

/// Promises that may be due in the period, after `after`. At most `limit`.
pub fn promises(
    conn: &mut Conn,
    cohort: &Cohort,
    after: Option<Key>,
    limit: i64,
) -> StoreResult<Vec<PromiseRow>> {
    Ok(promises_sql(cohort, after, limit).load(conn)?)
}

/// The statement of [`promises`], for the test that looks at its plan. `sort_due` is never NULL: COALESCE only keeps
/// PostgreSQL from the index of the list of promises, which it would follow past the period to its end.
#[must_use]
pub fn promises_sql(cohort: &Cohort, after: Option<Key>, limit: i64) -> Sql {
    let mut filters = cohort.clauses(after, None);
    let limit = filters.value(limit);
    let text = format!(
        "SELECT p.id, p.line_id, p.customer_id, p.depot_id, p.part_id, p.started_at, p.amount, p.unit, p.start_day_counts, \
         p.target_bp, p.variant, p.calendar_version, p.due_on, p.sort_due FROM {} WHERE {} {} \
         ORDER BY COALESCE(p.sort_due, p.base_due_on), p.id LIMIT {limit}",
        cohort.source(),
        cohort.candidates(),
        filters.text()
    );
    filters.into_sql(text)
}

/// What happened to the lines of a chunk and was recorded by then, by line and in order of recording.
pub fn facts(
    conn: &mut Conn,
    cohort: &Cohort,
    after: Option<Key>,
    through: Key,
) -> StoreResult<Vec<FactRow>> {
    Ok(facts_sql(cohort, after, through).load(conn)?)
}

/// The statement of [`facts`], for the test that looks at its plan.
#[must_use]
pub fn facts_sql(cohort: &Cohort, after: Option<Key>, through: Key) -> Sql {
    let filters = cohort.clauses(after, Some(through));
    let text = format!(
        "SELECT e.id, e.line_id, e.kind, e.occurred_at, e.voids_id, e.to_state, \
         v.closes_minute, \
         CASE WHEN e.kind = 'attribute_cause' AND ',' || v.excused_causes || ',' LIKE '%,' || e.to_state || ',%' \
         THEN TRUE ELSE FALSE END AS excuses FROM {} CROSS JOIN rma_event e JOIN plan_version v ON v.id = p.plan_version_id \
         WHERE e.line_id = p.line_id AND {} {} AND e.recorded_at <= $1 AND (e.kind IN ({FACT_KINDS}) OR e.voids_id IS NOT NULL \
         OR (e.kind = 'dispatch_return' AND v.returned_when = 'dispatched')) \
         ORDER BY e.line_id, e.id",
        cohort.source(),
        cohort.candidates(),
        filters.text()
    );
    filters.into_sql(text)
}

/// The holds of the lines of a chunk as they were recorded by then, by line: those of today, and those a step taken back since
/// had begun or ended.
pub fn holds(
    conn: &mut Conn,
    cohort: &Cohort,
    after: Option<Key>,
    through: Key,
) -> StoreResult<Vec<HoldRow>> {
    let mut rows = holds_of(cohort, after, through, "hold h", "").load(conn)?;
    if sql(
        "SELECT COUNT(*) AS value FROM (SELECT id FROM hold_taken_back WHERE taken_back_at > $1 LIMIT 1) x",
    )
    .bind(cohort.known_at)
    .number(conn)?
        > 0
    {
        let since = holds_of(cohort, after, through, "hold_taken_back h", "AND h.taken_back_at > $1");
        rows.extend(since.load::<HoldRow>(conn)?);
        rows.sort_by_key(|row: &HoldRow| row.line_id);
    }
    Ok(rows)
}

fn holds_of(cohort: &Cohort, after: Option<Key>, through: Key, from: &str, known: &str) -> Sql {
    let filters = cohort.clauses(after, Some(through));
    let text = format!(
        "SELECT h.line_id, h.started_at, \
         CASE WHEN COALESCE(h.end_recorded_at, h.recorded_at) <= $1 THEN h.ended_at ELSE NULL END AS ended_at \
         FROM {} CROSS JOIN {from} WHERE h.line_id = p.line_id AND {} {} AND h.recorded_at <= $1 {known} \
         ORDER BY h.line_id, h.id",
        cohort.source(),
        cohort.candidates(),
        filters.text()
    );
    filters.into_sql(text)
}

/// What people call the lines of a chunk, in the order of the chunk.
pub fn names(
    conn: &mut Conn,
    cohort: &Cohort,
    after: Option<Key>,
    through: Key,
) -> StoreResult<Vec<NameRow>> {
    let filters = cohort.clauses(after, Some(through));
    let text = format!(
        // Names one by one: PostgreSQL takes the latest promises for a single row, and would read all parts for each.
        "SELECT p.id, (SELECT r.number FROM rma r WHERE r.id = l.rma_id) AS rma, l.line, l.serial, \
         (SELECT t.part_no FROM part t WHERE t.id = p.part_id) AS part_no, \
         (SELECT t.name FROM part t WHERE t.id = p.part_id) AS part_name, \
         (SELECT t.name_en FROM part t WHERE t.id = p.part_id) AS part_name_en, \
         (SELECT c.code FROM customer c WHERE c.id = p.customer_id) AS customer, \
         (SELECT c.name FROM customer c WHERE c.id = p.customer_id) AS customer_name, \
         (SELECT d.code FROM depot d WHERE d.id = p.depot_id) AS depot \
         FROM {} CROSS JOIN rma_line l WHERE l.id = p.line_id AND {} {} ORDER BY p.sort_due, p.id",
        cohort.source(),
        cohort.candidates(),
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// When the youngest fact was recorded; `None` when there is none.
pub fn last_recorded(conn: &mut Conn) -> StoreResult<Option<DateTime<Utc>>> {
    let row: RecordedRow = sql(
        "SELECT max(recorded_at) AS recorded_at FROM (SELECT max(recorded_at) AS recorded_at FROM rma_event \
         UNION ALL SELECT max(recorded_at) FROM promise UNION ALL SELECT max(recorded_at) FROM hold \
         UNION ALL SELECT max(taken_back_at) FROM hold_taken_back) latest",
    )
    .one(conn)?;
    Ok(row.recorded_at)
}

/// Every depot by its code.
pub fn depots(conn: &mut Conn) -> StoreResult<Vec<GroupRow>> {
    Ok(sql("SELECT id, code, name, '' AS name_en FROM depot").load(conn)?)
}

/// Every customer by its code.
pub fn customers(conn: &mut Conn) -> StoreResult<Vec<GroupRow>> {
    Ok(sql("SELECT id, code, name, '' AS name_en FROM customer").load(conn)?)
}

/// Every part by its number.
pub fn parts(conn: &mut Conn) -> StoreResult<Vec<GroupRow>> {
    Ok(sql("SELECT id, part_no AS code, name, name_en FROM part").load(conn)?)
}

/// The version of the calendar that was in force at an instant: the newest upload by then, 0 for none.
pub fn calendar_version_at(conn: &mut Conn, at: DateTime<Utc>) -> StoreResult<i64> {
    Ok(sql("SELECT COALESCE(max(id), 0) AS value FROM calendar_year WHERE created_at <= $1")
        .bind(at)
        .number(conn)?)
}

/// The notices that made up the calendar of this version: of each year the newest upload up to it, by year.
pub fn notices_of_version(conn: &mut Conn, version: i64) -> StoreResult<Vec<(i32, Vec<PublishedDay>)>> {
    let rows: Vec<NoticeRow> =
        sql("SELECT y.year, d.day, d.kind, d.name_zh, d.name_en FROM calendar_year y \
         LEFT JOIN calendar_day d ON d.calendar_year_id = y.id \
         WHERE y.id = (SELECT max(n.id) FROM calendar_year n WHERE n.year = y.year AND n.id <= $1) ORDER BY y.year, d.day")
        .bind(version)
        .load(conn)?;
    let mut notices: Vec<(i32, Vec<PublishedDay>)> = Vec::new();
    for row in rows {
        let year =
            i32::try_from(row.year).map_err(|_| StoreError::Codec(format!("calendar year {}", row.year)))?;
        if notices.last().is_none_or(|(last, _)| *last != year) {
            notices.push((year, Vec::new()));
        }
        let (Some(date), Some(kind), Some((_, days))) = (row.day, row.kind, notices.last_mut()) else {
            continue;
        };
        let kind = ListedKind::from_code(&kind)
            .ok_or_else(|| StoreError::Codec(format!("calendar_day {date}: kind {kind:?}")))?;
        let name = DayName::new(&row.name_zh.unwrap_or_default(), &row.name_en.unwrap_or_default());
        days.push(PublishedDay { date, kind, name });
    }
    Ok(notices)
}
