//! Lines of the timely repair rate as they were judged last, and their sums by day (migration `rate_days`).

use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, Filters, Sql, Value, sql, sql_in, sql_once, sql_rows};
use crate::text_enum;
use chrono::NaiveDate;

text_enum! {
    /// What sums are kept of.
    Axis {
        /// Everything.
        All => "all",
        /// Each receiving depot; 0 is none.
        Depot => "depot",
        /// Each customer.
        Customer => "customer",
        /// Each part.
        Part => "part",
    }
}

impl Axis {
    /// The column of `rate_line` it is about.
    const fn column(self) -> &'static str {
        match self {
            Axis::All => "0",
            Axis::Depot => "depot_id",
            Axis::Customer => "customer_id",
            Axis::Part => "part_id",
        }
    }
}

row! {
    /// A line that was touched since it was judged.
    pub struct TouchedRow {
        /// Row id of the mark.
        pub id: i64,
        /// Row id of the line.
        pub line_id: i64,
    }

    /// A line as it was judged last.
    #[derive(PartialEq, Eq)]
    pub struct RateLine {
        /// Row id of the line.
        pub line_id: i64,
        /// Customer.
        pub customer_id: i64,
        /// Receiving depot; 0 for none.
        pub depot_id: i64,
        /// Part.
        pub part_id: i64,
        /// The day that places it in a period.
        pub due_in: NaiveDate,
        /// Its plan's target, in basis points.
        pub target_bp: i64,
        /// Code of how it goes on.
        pub fate: String,
        /// Counted days it took.
        pub days: Option<i64>,
        /// What ended them.
        pub ending: Option<String>,
        /// The day on which it is judged anew though nothing happens to it.
        pub settles_on: Option<NaiveDate>,
    }

    /// How many lines are alike.
    pub struct SumRow {
        /// Depot, customer or part; 0 for none, and where they are not told apart.
        pub of_id: i64,
        /// One of the days that place them in a period: of one month where months are told apart.
        pub due_in: NaiveDate,
        /// Their plans' target, in basis points.
        pub target_bp: i64,
        /// Code of how they go on.
        pub fate: String,
        /// How many.
        pub lines: i64,
    }

    /// How many open lines are alike.
    pub struct OpenSum {
        /// Their plans' target, in basis points.
        pub target_bp: i64,
        /// Their chance of missing, in basis points; -1 while it was not counted yet, `None` for a line that is not open any more.
        pub risk_bp: Option<i64>,
        /// How many.
        pub lines: i64,
    }

    /// An ended line as the turnaround sees it.
    pub struct LastedRow {
        /// Row id of the line.
        pub line_id: i64,
        /// Part.
        pub part_id: i64,
        /// Counted days it took.
        pub days: i64,
        /// What ended them.
        pub ending: String,
    }

    /// A sum that is not what its lines add up to.
    pub struct WrongSum {
        /// On which axis.
        pub axis: String,
        /// Of which depot, customer or part.
        pub of_id: i64,
        /// Of which day.
        pub due_in: NaiveDate,
        /// Code of how they go on.
        pub fate: String,
        /// What the lines add up to.
        pub expected: i64,
        /// What the sum says.
        pub found: i64,
    }
}

/// A sum is kept under this.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SumKey {
    /// Axis.
    pub axis: Axis,
    /// Depot, customer or part.
    pub of_id: i64,
    /// The day that places the lines in a period.
    pub due_in: NaiveDate,
    /// Target in basis points.
    pub target_bp: i64,
    /// Code of how they go on.
    pub fate: String,
}

impl RateLine {
    /// Whether no sum counts it and every reader judges it.
    #[must_use]
    pub fn is_judged_when_asked(&self) -> bool {
        self.fate == MOVING
    }

    /// Whether it is to be judged anew by the end of this day, whatever happens to it until then.
    #[must_use]
    pub fn settles_by(&self, day: NaiveDate) -> bool {
        self.settles_on.is_some_and(|settles_on| settles_on <= day)
    }

    /// The sums it is counted in; none for one that is judged anew by every reader.
    #[must_use]
    pub fn sums(&self) -> Vec<SumKey> {
        if self.is_judged_when_asked() {
            return vec![];
        }
        let key = |axis, of_id| SumKey {
            axis,
            of_id,
            due_in: self.due_in,
            target_bp: self.target_bp,
            fate: self.fate.clone(),
        };
        vec![
            key(Axis::All, 0),
            key(Axis::Depot, self.depot_id),
            key(Axis::Customer, self.customer_id),
            key(Axis::Part, self.part_id),
        ]
    }
}

/// Which sums are asked for.
pub struct Wanted {
    /// The axis.
    pub axis: Axis,
    /// First day of the period.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// Only this depot, customer or part, by its code.
    pub code: Option<String>,
    /// Only what this reader may see: the clause over `of_id` and whose it is.
    pub reader: Option<(String, i64)>,
    /// Tell months apart, else depots, customers or parts.
    pub by_month: bool,
    /// Days before this one are told from the others: open lines are late by it.
    pub today: NaiveDate,
}

/// Code of a line whose class moves on with the days.
const MOVING: &str = "moving";

/// The oldest marks, at most `limit`.
pub fn touched(conn: &mut Conn, limit: i64) -> StoreResult<Vec<TouchedRow>> {
    Ok(sql("SELECT id, line_id FROM rate_touched ORDER BY id LIMIT $1").bind(limit).load(conn)?)
}

/// Marks the lines whose day has come: what was done after close of business counts from then on.
pub fn touch_settling(tx: &mut Conn, today: NaiveDate) -> StoreResult<()> {
    sql("INSERT INTO rate_touched (line_id) SELECT r.line_id FROM rate_line r WHERE r.fate = $1 AND r.settles_on <= $2 \
         AND NOT EXISTS (SELECT 1 FROM rate_touched t WHERE t.line_id = r.line_id)")
    .bind(MOVING)
    .bind(today)
    .execute(tx)?;
    Ok(())
}

/// Takes marks away.
pub fn forget(tx: &mut Conn, marks: &[i64]) -> StoreResult<()> {
    sql_in("DELETE FROM rate_touched WHERE id IN ({in})", marks.iter().copied()).execute(tx)?;
    Ok(())
}

/// These lines as they were judged last.
pub fn lines(conn: &mut Conn, line_ids: &[i64]) -> StoreResult<Vec<RateLine>> {
    Ok(sql_in(&format!("{LINE} WHERE line_id IN ({{in}})"), line_ids.iter().copied()).load(conn)?)
}

const LINE: &str = "SELECT line_id, customer_id, depot_id, part_id, due_in, target_bp, fate, days, ending, settles_on FROM rate_line";

/// Takes lines away, to be written anew.
pub fn take_away(tx: &mut Conn, line_ids: &[i64]) -> StoreResult<()> {
    sql_in("DELETE FROM rate_line WHERE line_id IN ({in})", line_ids.iter().copied()).execute(tx)?;
    Ok(())
}

/// Writes lines that are not there.
pub fn write(tx: &mut Conn, lines: &[RateLine]) -> StoreResult<()> {
    let row = |line: &RateLine| -> Vec<Value> {
        vec![
            line.line_id.into(),
            line.customer_id.into(),
            line.depot_id.into(),
            line.part_id.into(),
            line.due_in.into(),
            line.target_bp.into(),
            line.fate.as_str().into(),
            line.days.into(),
            line.ending.clone().into(),
            line.settles_on.into(),
        ]
    };
    let head = "INSERT INTO rate_line (line_id, customer_id, depot_id, part_id, due_in, target_bp, fate, days, ending, settles_on) \
         VALUES";
    for statement in sql_rows(head, lines.iter().map(row).collect(), "") {
        statement.execute(tx)?;
    }
    Ok(())
}

/// Adds to a sum, or takes from it.
pub fn add(tx: &mut Conn, key: &SumKey, lines: i64) -> StoreResult<()> {
    sql("INSERT INTO rate_day (axis, of_id, due_in, target_bp, fate, lines) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (axis, of_id, due_in, target_bp, fate) DO UPDATE SET lines = rate_day.lines + excluded.lines")
    .bind(key.axis.as_str())
    .bind(key.of_id)
    .bind(key.due_in)
    .bind(key.target_bp)
    .bind(&key.fate)
    .bind(lines)
    .execute(tx)?;
    if lines < 0 {
        sql("DELETE FROM rate_day WHERE axis = $1 AND of_id = $2 AND due_in = $3 AND target_bp = $4 AND fate = $5 AND lines = 0")
            .bind(key.axis.as_str())
            .bind(key.of_id)
            .bind(key.due_in)
            .bind(key.target_bp)
            .bind(&key.fate)
            .execute(tx)?;
    }
    Ok(())
}

/// The sums asked for.
pub fn sums(conn: &mut Conn, wanted: &Wanted) -> StoreResult<Vec<SumRow>> {
    let mut filters = wanted.filters("of_id");
    filters.and("axis = ?", wanted.axis.as_str());
    let text = wanted.text(conn, ("rate_day", "of_id", "lines"), filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// What of these sums is no longer true: the lines touched since, as they were judged before.
pub fn outdated(conn: &mut Conn, wanted: &Wanted) -> StoreResult<Vec<SumRow>> {
    let mut filters = wanted.filters(wanted.axis.column());
    filters.and("fate <> ?", MOVING);
    filters.and_fixed("line_id IN (SELECT line_id FROM rate_touched)");
    let text = wanted.text(conn, ("rate_line", wanted.axis.column(), "1"), filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// The lines of a question that are open, in time and not touched since, by the chance that lists show.
pub fn open(conn: &mut Conn, wanted: &Wanted) -> StoreResult<Vec<OpenSum>> {
    Ok(open_sql(wanted).load(conn)?)
}

/// The statement of [`open`], for the test that looks at its plan.
#[must_use]
pub fn open_sql(wanted: &Wanted) -> Sql {
    let filters = wanted.filters(wanted.axis.column());
    let text = format!(
        "SELECT target_bp, risk_bp, count(*) AS lines FROM (SELECT target_bp, \
         (SELECT l.risk_bp FROM rma_line l WHERE l.id = rate_line.line_id AND l.open_identity IS NOT NULL) AS risk_bp FROM rate_line \
         WHERE fate IN ('open','open_excused') AND due_in >= $1 AND due_in BETWEEN $2 AND $3 \
         AND line_id NOT IN (SELECT line_id FROM rate_touched) {}) s GROUP BY target_bp, risk_bp",
        filters.text()
    );
    filters.into_sql(text)
}

impl Wanted {
    fn filters(&self, of: &str) -> Filters {
        let mut filters = Filters::after(vec![self.today.into(), self.from.into(), self.to.into()]);
        let ids = match self.axis {
            Axis::All => "",
            Axis::Depot => "SELECT id FROM depot WHERE code = ?",
            Axis::Customer => "SELECT id FROM customer WHERE code = ?",
            Axis::Part => "SELECT id FROM part WHERE part_no = ?",
        };
        filters.and_some(&format!("{of} = ({ids})"), self.code.as_deref());
        if let Some((clause, user)) = &self.reader {
            filters.and(&clause.replace("{of}", of), *user);
        }
        filters
    }

    /// The sum over `(table, of, lines)`.
    fn text(&self, conn: &Conn, (table, of, lines): (&str, &str, &str), clauses: &str) -> String {
        let (of, group) = match (self.by_month, conn.is_postgres()) {
            (true, true) => ("CAST(0 AS BIGINT)", "date_trunc('month', due_in)"),
            (true, false) => ("CAST(0 AS BIGINT)", "substr(due_in, 1, 7)"),
            (false, _) => (of, of),
        };
        format!(
            "SELECT {of} AS of_id, min(due_in) AS due_in, target_bp, fate, CAST(sum({lines}) AS BIGINT) AS lines FROM {table} \
             WHERE due_in BETWEEN $2 AND $3 {clauses} \
             GROUP BY {group}, CASE WHEN due_in < $1 THEN 1 ELSE 0 END, target_bp, fate"
        )
    }
}

/// Ended lines due from a day on that were not touched since, with how long they took.
pub fn lasted(conn: &mut Conn, from: NaiveDate) -> StoreResult<Vec<LastedRow>> {
    Ok(sql("SELECT line_id, part_id, days, ending FROM rate_line WHERE due_in >= $1 AND days IS NOT NULL AND ending IS NOT NULL \
         AND line_id NOT IN (SELECT line_id FROM rate_touched)")
    .bind(from)
    .load(conn)?)
}

/// The lines touched since they were judged.
pub fn touched_lines(conn: &mut Conn) -> StoreResult<Vec<i64>> {
    let rows: Vec<TouchedRow> =
        sql("SELECT max(id) AS id, line_id FROM rate_touched GROUP BY line_id").load(conn)?;
    Ok(rows.into_iter().map(|row| row.line_id).collect())
}

/// Lines kept without a promise to keep them for, and not touched since.
pub fn unfounded(conn: &mut Conn) -> StoreResult<Vec<RateLine>> {
    let text = format!(
        "{LINE} WHERE line_id NOT IN (SELECT line_id FROM rate_touched) AND NOT EXISTS (SELECT 1 FROM promise p \
         WHERE p.line_id = rate_line.line_id AND p.kind = 'repair_return' AND p.taken_back_at IS NULL) ORDER BY line_id LIMIT 200"
    );
    Ok(sql_once(text).load(conn)?)
}

/// The sums that are not what the lines add up to, at most `limit`.
pub fn wrong_sums(conn: &mut Conn, limit: i64) -> StoreResult<Vec<WrongSum>> {
    let added = Axis::ALL.iter().map(|axis| {
        format!(
            "SELECT '{axis}' AS axis, CAST({} AS BIGINT) AS of_id, due_in, target_bp, fate, count(*) AS expected, \
             CAST(0 AS BIGINT) AS found FROM rate_line WHERE fate <> '{MOVING}' GROUP BY 1, 2, 3, 4, 5",
            axis.column()
        )
    });
    let added: Vec<String> = added.collect();
    let text = format!(
        "SELECT axis, of_id, due_in, fate, CAST(sum(expected) AS BIGINT) AS expected, CAST(sum(found) AS BIGINT) AS found FROM ({} \
         UNION ALL SELECT axis, of_id, due_in, target_bp, fate, 0, lines FROM rate_day) s \
         GROUP BY axis, of_id, due_in, target_bp, fate HAVING sum(expected) <> sum(found) \
         ORDER BY axis, of_id, due_in, fate LIMIT $1",
        added.join(" UNION ALL ")
    );
    Ok(sql_once(text).bind(limit).load(conn)?)
}
