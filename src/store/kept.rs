//! Rows of the figure that says how the promises beside `repair_return` were kept.

use crate::domain::plan::PromiseKind;
use crate::domain::rma::PromiseState;
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
        pub sort_due: NaiveDate,
        /// Its due instant, where it is counted in minutes.
        pub due_at: Option<DateTime<Utc>>,
        /// How it stands now.
        pub state: PromiseState,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// Share of such promises to be kept, in basis points.
        pub target_bp: i64,
        /// Its line stands under an open hold of the customer.
        pub on_hold: bool,
    }
}

impl KeptRow {
    /// Its place in the order.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { sort_due: self.sort_due, id: self.id }
    }
}

/// The promises due from `first` to `last` that had begun by then, but for `repair_return`, which has a rate of its own; of one
/// kind where it is given; after `after`, at most `limit`.
pub fn promises(
    conn: &mut Conn,
    wanted: &Wanted,
    (first, last): (NaiveDate, NaiveDate),
    kind: Option<PromiseKind>,
    after: Option<Key>,
    limit: i64,
) -> StoreResult<Vec<KeptRow>> {
    let mut filters =
        Filters::after(vec![first.into(), last.into(), wanted.as_of_end.into(), wanted.known_at.into()]);
    wanted.narrow(&mut filters);
    filters.and_some("p.kind = ?", kind);
    if let Some(key) = after {
        let due = filters.value(key.sort_due);
        filters.and(&format!("p.sort_due >= {due} AND (p.sort_due > {due} OR p.id > ?)"), key.id);
    }
    let limit = filters.value(limit);
    let text = format!(
        "SELECT p.id, p.kind, r.number AS rma, l.line, l.serial, u.serial AS about, t.part_no, t.name AS part_name, \
         t.name_en AS part_name_en, c.code AS customer, c.name AS customer_name, d.code AS depot, p.started_at, p.sort_due, \
         p.due_at, p.state, p.ended_at, p.target_bp, {} AS on_hold FROM promise p JOIN rma_line l ON l.id = p.line_id \
         JOIN rma r ON r.id = l.rma_id JOIN part t ON t.id = p.part_id JOIN customer c ON c.id = p.customer_id \
         LEFT JOIN depot d ON d.id = l.depot_id LEFT JOIN issued_unit i ON i.id = p.issued_id LEFT JOIN unit u ON u.id = i.unit_id \
         WHERE p.sort_due >= $1 AND p.sort_due <= $2 AND p.started_at < $3 AND p.recorded_at <= $4 AND p.kind <> 'repair_return' {} \
         ORDER BY p.sort_due, p.id LIMIT {limit}",
        on_hold("$3", "$4"),
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}
