//! Lists of RMA lines, most urgent first.

use crate::domain::actor::Scope;
use crate::domain::rma::RepairState;
use crate::domain::serial::folded;
use crate::store::line_facets::{self, Facets};
use crate::store::rmas::{LINE, LineRow, visible};
use crate::store::sql::{Conn, Filters};
use crate::store::{StoreResult, scope};
use crate::text_enum;
use chrono::{DateTime, NaiveDate, Utc};

/// Filters of the list of lines.
#[derive(Debug, Clone, Default)]
pub struct LineFilter {
    /// Header state.
    pub state: Option<RepairState>,
    /// Only lines whose repair track is not over.
    pub open: bool,
    /// Only lines whose repair track is over.
    pub ended: bool,
    /// Depot code: receiving or lending.
    pub depot: Option<String>,
    /// Customer code.
    pub customer: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
    /// Due from the first to the last day, both counted in.
    pub due: Option<(NaiveDate, NaiveDate)>,
    /// At risk: due on this day or before, or likelier to miss than so many basis points.
    pub at_risk: Option<(NaiveDate, i64)>,
    /// What is ticked beside the list.
    pub facets: Facets,
    /// Number, serial, or a piece of the customer's name.
    pub q: Option<String>,
}

/// Where a page of lines goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineKey {
    /// Promised date of the last row.
    pub sort_due: NaiveDate,
    /// Its id.
    pub id: i64,
}

/// Where a page of lines by their chance of missing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskKey {
    /// Chance of the last row, in basis points.
    pub risk_bp: i64,
    /// Its promised date.
    pub sort_due: NaiveDate,
    /// Its id.
    pub id: i64,
}

/// Lines after `after`, the likeliest to miss first, of the equally likely the most urgent. At most `limit`.
pub fn list_lines_by_risk(
    conn: &mut Conn,
    reader: &Scope,
    filter: &LineFilter,
    after: Option<RiskKey>,
    limit: i64,
) -> StoreResult<Vec<LineRow>> {
    let mut filters = Filters::after(vec![]);
    if let Some(after) = after {
        let risk = filters.value(after.risk_bp);
        let due = filters.value(after.sort_due);
        filters.and(
            &format!("l.risk_bp <= {risk} AND (l.risk_bp < {risk} OR (l.sort_due, l.id) > ({due}, ?))"),
            after.id,
        );
    }
    narrow(&mut filters, reader, filter);
    let limit = filters.value(limit);
    let text = format!(
        "{LINE} WHERE 1 = 1 {} ORDER BY l.risk_bp DESC, l.sort_due, l.id LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Lines before `before_id`, the latest registered first. At most `limit`.
pub fn list_lines_newest(
    conn: &mut Conn,
    reader: &Scope,
    filter: &LineFilter,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<LineRow>> {
    list_lines_sorted(conn, reader, filter, (LineSort::Newest, Some(LineMark::Number(before_id))), limit)
}

/// Lines after `after`, most urgent first. At most `limit`.
pub fn list_lines(
    conn: &mut Conn,
    reader: &Scope,
    filter: &LineFilter,
    after: LineKey,
    limit: i64,
) -> StoreResult<Vec<LineRow>> {
    let mark = LineMark::Due(after.sort_due, after.id);
    list_lines_sorted(conn, reader, filter, (LineSort::Due, Some(mark)), limit)
}

text_enum! {
    /// What a list of lines is sorted by.
    LineSort {
        /// The most urgent first.
        Due => "due",
        /// The latest promised date first; those without one before them.
        LastDue => "last-due",
        /// The latest asked for first.
        Newest => "newest",
        /// The first asked for first.
        Oldest => "oldest",
        /// The latest that something happened to first.
        Changed => "changed",
        /// Those first that nothing happened to for longest.
        Unchanged => "unchanged",
    }
}

/// Where a page of a sorted list goes on: what its last row has in the column the list is sorted by, and the row's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineMark {
    /// Lines are numbered in the order they were asked for in.
    Number(i64),
    /// The promised date.
    Due(NaiveDate, i64),
    /// When something last happened.
    Changed(DateTime<Utc>, i64),
}

impl LineSort {
    /// Where the list goes on after a row that was promised for `sort_due` and last changed at `last_event_at`.
    #[must_use]
    pub fn mark(self, id: i64, sort_due: NaiveDate, last_event_at: DateTime<Utc>) -> LineMark {
        match self {
            LineSort::Newest | LineSort::Oldest => LineMark::Number(id),
            LineSort::Due | LineSort::LastDue => LineMark::Due(sort_due, id),
            LineSort::Changed | LineSort::Unchanged => LineMark::Changed(last_event_at, id),
        }
    }
}

/// Lines in the order asked for, after the mark where there is one. At most `limit`.
pub fn list_lines_sorted(
    conn: &mut Conn,
    reader: &Scope,
    filter: &LineFilter,
    from: (LineSort, Option<LineMark>),
    limit: i64,
) -> StoreResult<Vec<LineRow>> {
    let mut filters = Filters::after(vec![]);
    let order = sort(&mut filters, from);
    narrow(&mut filters, reader, filter);
    let limit = filters.value(limit);
    let text = format!("{LINE} WHERE 1 = 1 {} ORDER BY {order} LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// Narrows a statement over `rma_line l` to what comes after the mark; the order it is to have.
pub(super) fn sort(filters: &mut Filters, (by, after): (LineSort, Option<LineMark>)) -> String {
    let (than, way) = match by {
        LineSort::Due | LineSort::Oldest | LineSort::Unchanged => (">", ""),
        LineSort::LastDue | LineSort::Newest | LineSort::Changed => ("<", " DESC"),
    };
    match after {
        None => {}
        Some(LineMark::Number(id)) => filters.and(&format!("l.id {than} ?"), id),
        Some(LineMark::Due(day, id)) => {
            let day = filters.value(day);
            filters.and(&format!("(l.sort_due, l.id) {than} ({day}, ?)"), id);
        }
        Some(LineMark::Changed(at, id)) => {
            let at = filters.value(at);
            filters.and(&format!("(l.last_event_at, l.id) {than} ({at}, ?)"), id);
        }
    }
    match by {
        LineSort::Newest | LineSort::Oldest => format!("l.id{way}"),
        LineSort::Due | LineSort::LastDue => format!("l.sort_due{way}, l.id{way}"),
        LineSort::Changed | LineSort::Unchanged => format!("l.last_event_at{way}, l.id{way}"),
    }
}

pub(super) fn narrow(filters: &mut Filters, reader: &Scope, filter: &LineFilter) {
    filters.and_some("r.state = ?", filter.state);
    if filter.open {
        filters.and("l.open_identity IS NOT NULL AND ? = TRUE", true);
    }
    if filter.ended {
        filters.and_fixed("l.open_identity IS NULL");
    }
    filters.and_some(
        "(l.depot_id = (SELECT id FROM depot WHERE code = ?) \
         OR EXISTS (SELECT 1 FROM issued_unit fi WHERE fi.line_id = l.id AND fi.taken_back_at IS NULL AND fi.depot_id = (SELECT id FROM depot WHERE code = ?)))",
        filter.depot.as_deref(),
    );
    filters.and_some("l.customer_id = (SELECT id FROM customer WHERE code = ?)", filter.customer.as_deref());
    filters.and_some("l.part_id = (SELECT id FROM part WHERE part_no = ?)", filter.part_no.as_deref());
    if let Some((from, to)) = filter.due {
        let from = filters.value(from);
        filters.and(&format!("l.sort_due BETWEEN {from} AND ?"), to);
    }
    line_facets::tick(filters, &filter.facets);
    if let Some((until, above_bp)) = filter.at_risk {
        let until = filters.value(until);
        filters.and(&format!("(l.sort_due <= {until} OR l.risk_bp > ?)"), above_bp);
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let upper = folded(q);
        let number = filters.value(format!("%{}%", like(&upper)));
        let serial = filters.value(upper);
        // Each way a line may be meant finds its own; a condition over all of them would look at every line.
        filters.and(
            &format!(
                "l.id IN (SELECT id FROM rma_line WHERE serial = {serial} \
                 UNION ALL SELECT ql.id FROM rma qr JOIN rma_line ql ON ql.rma_id = qr.id WHERE qr.number LIKE {number} ESCAPE '~' \
                 UNION ALL SELECT ql.id FROM part qp JOIN rma_line ql ON ql.part_id = qp.id WHERE qp.part_no = {serial} \
                 UNION ALL SELECT ql.id FROM customer qc JOIN rma_line ql ON ql.customer_id = qc.id WHERE qc.name LIKE ? ESCAPE '~')"
            ),
            format!("%{}%", like(q)),
        );
    }
    match scope::customers_or_depots(reader, "l.customer_id", "") {
        Some((clause, user)) if matches!(reader, Scope::Customers { .. }) => filters.and(&clause, user),
        _ => visible(filters, reader),
    }
}

fn like(text: &str) -> String {
    text.replace('~', "~~").replace('%', "~%").replace('_', "~_")
}
