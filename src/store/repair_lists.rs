//! The bench queue: repair orders a page at a time.

use crate::domain::actor::Scope;
use crate::domain::repair::BenchLane;
use crate::domain::rma::RepairOrderState;
use crate::domain::serial::folded;
use crate::store::line_facets::any_of;
use crate::store::repairs::{REPAIR, RISK, RepairRow};
use crate::store::sql::{Conn, Filters};
use crate::store::{StoreResult, scope};
use chrono::NaiveDate;

/// Filters of the queue. Every one is optional.
#[derive(Debug, Clone, Default)]
pub struct RepairFilter {
    /// Depot code.
    pub bench: Option<String>,
    /// User name of the technician.
    pub technician: Option<String>,
    /// State.
    pub state: Option<RepairOrderState>,
    /// Lane of the bench.
    pub lane: Option<BenchLane>,
    /// Only orders that are not closed.
    pub open: bool,
    /// Vendor code: only units that are there.
    pub vendor: Option<String>,
    /// Only units the vendor should have sent back before this day.
    pub vendor_overdue_on: Option<NaiveDate>,
    /// Number, RMA number, serial or part number.
    pub q: Option<String>,
}

/// Where a page goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepairKey {
    /// Its chance of missing the date, in basis points; the highest when the list is not ordered by it.
    pub risk: i64,
    /// Promised date of the last row.
    pub sort_due: NaiveDate,
    /// Its id.
    pub id: i64,
}

const DUE: &str = "CASE WHEN l.open_identity IS NULL THEN '9999-12-31' ELSE l.sort_due END";

/// Orders after `after`. What is due first is on top, or with `by_risk` what is most likely to miss its date; our own stock,
/// which is promised to nobody, comes last. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &RepairFilter,
    by_risk: bool,
    after: RepairKey,
    limit: i64,
) -> StoreResult<Vec<RepairRow>> {
    let mut filters = Filters::after(vec![after.sort_due.into(), after.id.into()]);
    filters.and_some("d.code = ?", filter.bench.as_deref());
    filters.and_some("a.username = ?", filter.technician.as_deref());
    filters.and_some("o.state = ?", filter.state);
    if let Some(lane) = filter.lane {
        let states = any_of(&mut filters, lane.states());
        filters.and_fixed(&states.map_or_else(
            || "o.waiting_since IS NOT NULL".to_owned(),
            |states| format!("o.waiting_since IS NULL AND o.state IN ({states})"),
        ));
    }
    if filter.open {
        filters.and("o.state <> ?", RepairOrderState::Closed);
    }
    filters.and_some("v.code = ?", filter.vendor.as_deref());
    filters.and_some("vr.due_on < ?", filter.vendor_overdue_on);
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        filters.and("(o.number = ? OR r.number = ? OR u.serial = ? OR p.part_no = ?)", folded(q));
    }
    if let Some((clause, user)) = scope::depots(reader, "o.depot_id") {
        filters.and(&clause, user);
    }
    let later = format!("({DUE} > $1 OR ({DUE} = $1 AND o.id > $2))");
    let (later, first) = if by_risk {
        let risk = filters.value(after.risk);
        (format!("({RISK} < {risk} OR ({RISK} = {risk} AND {later}))"), format!("{RISK} DESC, "))
    } else {
        (later, String::new())
    };
    let limit = filters.value(limit);
    let text = format!("{REPAIR} WHERE {later} {} ORDER BY {first}{DUE}, o.id LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}
