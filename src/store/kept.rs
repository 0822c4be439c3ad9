//! Rows of the figure that says how the promises beside `repair_return` were kept: dates and ends as they were known.

use crate::domain::plan::PromiseKind;
use crate::domain::rma::KeptClass;
use crate::row;
use crate::store::sql::{Conn, Filters};
use crate::store::workload::{Wanted, on_hold};
use crate::store::{StoreResult, figures::Key};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A promise due in a period.
    pub struct KeptRow {
        /// Row id.
        pub id: i64,
        /// What was promised.
        pub kind: PromiseKind,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Serial of the faulty unit.
        pub serial: String,
        /// Serial of the spare it is about; none where it is about the line.
        pub about: Option<String>,
        /// Part number.
        pub part_no: String,
        /// Its name in Chinese.
        pub part_name: String,
        /// Its name in English.
        pub part_name_en: String,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Code of the depot.
        pub depot: Option<String>,
        /// When it began.
        pub started_at: DateTime<Utc>,
        /// Its due date, by which the rows are in order.
        pub due: NaiveDate,
        /// Its due instant, where it is counted in minutes.
        pub due_at: Option<DateTime<Utc>>,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// How it stands.
        pub class: KeptClass,
        /// Share of such promises to be kept, in basis points.
        pub target_bp: i64,
    }

    /// Promises that stand alike.
    pub struct KeptSumRow {
        /// What was promised.
        pub kind: PromiseKind,
        /// How they stand.
        pub class: KeptClass,
        /// Share of such promises to be kept, in basis points.
        pub target_bp: i64,
        /// How many.
        pub promises: i64,
    }
}

impl KeptRow {
    /// Its place in the order.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { sort_due: self.due, id: self.id }
    }
}

/// Which promises, and at what moment they are looked at.
#[derive(Debug, Clone)]
pub struct KeptWanted {
    /// Whose, where, as of and as known when. Its period is not asked.
    pub wanted: Wanted,
    /// First and last due date.
    pub due: (NaiveDate, NaiveDate),
    /// A promise due before this day is late, when it has not ended.
    pub late_before: NaiveDate,
    /// One due at an instant is late when that is over by now.
    pub now: DateTime<Utc>,
    /// Of one kind.
    pub kind: Option<PromiseKind>,
}

/// The promises due in the period that had begun by then, but for `repair_return`, which has a rate of its own; `None` when that is
/// the kind asked for. `$1` to `$7` are bound: what follows binds more. `known` is a promise with the date it was known by: the
/// present one, or what a later recount put in its place; `e` is what was known of its end.
fn rows(asked: &KeptWanted, after: Option<Key>) -> Option<(String, Filters)> {
    let of_kind = |kind: &&PromiseKind| asked.kind.is_none_or(|wanted| wanted == **kind);
    let kinds = PromiseKind::ALL.iter().filter(|kind| **kind != PromiseKind::RepairReturn).filter(of_kind);
    let kinds: Vec<String> = kinds.map(|kind| format!("'{kind}'")).collect();
    if kinds.is_empty() {
        return None;
    }
    let kinds = kinds.join(", ");
    let wanted = &asked.wanted;
    let first = asked.due.0.max(after.map_or(asked.due.0, |key| key.sort_due));
    let mut filters = Filters::after(vec![
        first.into(),
        asked.due.1.into(),
        wanted.as_of_end.into(),
        wanted.known_at.into(),
        asked.now.into(),
        asked.late_before.into(),
    ]);
    wanted.narrow(&mut filters);
    if let Some(key) = after {
        let due = filters.value(key.sort_due);
        filters.and(&format!("(known.due > {due} OR p.id > ?)"), key.id);
    }
    let text = format!(
        "SELECT p.id, p.kind, r.number AS rma, l.line, l.serial, u.serial AS about, t.part_no, t.name AS part_name, \
         t.name_en AS part_name_en, c.code AS customer, c.name AS customer_name, d.code AS depot, p.started_at, known.due, \
         p.due_at, CASE WHEN e.ended_at < $3 THEN e.ended_at ELSE NULL END AS ended_at, p.target_bp, \
         CASE WHEN e.ended_at < $3 AND e.state <> 'open' THEN e.state \
           WHEN (p.due_at < $3 AND p.due_at <= $5) OR (p.due_at IS NULL AND known.due < $6) THEN 'broken' \
           WHEN {} THEN 'floating' ELSE 'pending' END AS class \
         FROM (SELECT n.id, n.sort_due AS due FROM promise n WHERE n.kind IN ({kinds}) AND n.sort_due >= $1 AND n.sort_due <= $2 \
             AND NOT EXISTS (SELECT 1 FROM promise_due_history m WHERE m.promise_id = n.id AND m.recorded_from <= $4 AND m.recorded_to > $4) \
           UNION ALL SELECT m.promise_id, m.due_on FROM promise_due_history m JOIN promise n ON n.id = m.promise_id \
           WHERE m.recorded_to > $4 AND m.recorded_from <= $4 AND m.due_on >= $1 AND m.due_on <= $2 AND n.kind IN ({kinds})) known \
         JOIN promise p ON p.id = known.id JOIN rma_line l ON l.id = p.line_id JOIN rma r ON r.id = l.rma_id \
         JOIN part t ON t.id = p.part_id JOIN customer c ON c.id = p.customer_id LEFT JOIN depot d ON d.id = l.depot_id \
         LEFT JOIN issued_unit i ON i.id = p.issued_id LEFT JOIN unit u ON u.id = i.unit_id \
         LEFT JOIN promise_end e ON e.id = (SELECT max(x.id) FROM promise_end x WHERE x.promise_id = p.id AND x.recorded_at <= $4) \
         WHERE p.started_at < $3 AND p.recorded_at <= $4 AND (p.taken_back_at IS NULL OR p.taken_back_at > $4) {}",
        on_hold("$3", "$4"),
        filters.text()
    );
    Some((text, filters))
}

/// The promises behind the figure by due date, of one class where it is given; after `after`, at most `limit`.
pub fn promises(
    conn: &mut Conn,
    asked: &KeptWanted,
    class: Option<KeptClass>,
    after: Option<Key>,
    limit: i64,
) -> StoreResult<Vec<KeptRow>> {
    let Some((rows, mut filters)) = rows(asked, after) else { return Ok(vec![]) };
    let class = class.map(|class| format!("WHERE k.class = {}", filters.value(class)));
    let limit = filters.value(limit);
    let text = format!(
        "SELECT k.* FROM ({rows}) k {} ORDER BY k.due, k.id LIMIT {limit}",
        class.unwrap_or_default()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// How many of them stand how, by kind and target.
pub fn sums(conn: &mut Conn, asked: &KeptWanted) -> StoreResult<Vec<KeptSumRow>> {
    let Some((rows, filters)) = rows(asked, None) else { return Ok(vec![]) };
    let text = format!(
        "SELECT k.kind, k.class, k.target_bp, COUNT(*) AS promises FROM ({rows}) k GROUP BY k.kind, k.class, k.target_bp"
    );
    Ok(filters.into_sql(text).load(conn)?)
}
