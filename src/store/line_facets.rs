//! The tick boxes beside the list of lines: any of several stages, depots, people, customers and days, and how many lines
//! each box would keep.

use crate::domain::actor::Scope;
use crate::domain::rma::RepairState;
use crate::row;
use crate::store::StoreResult;
use crate::store::rma_lists::{LineFilter, narrow};
use crate::store::sql::{Conn, Filters, Value};
use crate::text_enum;
use chrono::NaiveDate;

/// What is ticked. Boxes of one group widen, groups narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Stages.
    pub stages: Vec<RepairState>,
    /// Codes of receiving depots.
    pub depots: Vec<String>,
    /// Names of people who care for it; empty for nobody.
    pub assignees: Vec<String>,
    /// Customer codes.
    pub customers: Vec<String>,
    /// Contract numbers; empty for lines no contract covers.
    pub contracts: Vec<String>,
    /// Promised from the first to the last day, both counted in.
    pub due: Vec<(NaiveDate, NaiveDate)>,
}

text_enum! {
    /// A group of boxes that is counted by value.
    FacetKind {
        /// Working days left, in groups of days.
        Due => "due",
        /// Stage of the repair.
        Stage => "stage",
        /// Receiving depot.
        Depot => "depot",
        /// Who cares for it.
        Assignee => "assignee",
        /// Customer.
        Customer => "customer",
        /// The contract that covered it on the day it was asked for.
        Contract => "contract",
    }
}

/// Promised days that are one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDays {
    /// Code of the box.
    pub code: &'static str,
    /// First day.
    pub from: NaiveDate,
    /// Last day, counted in.
    pub to: NaiveDate,
}

row! {
    /// Open lines due on one day.
    pub struct DueDayRow {
        /// That day; the last day of time without one.
        pub sort_due: NaiveDate,
        /// How many.
        pub lines: i64,
        /// Likelier to miss than asked.
        pub risky: i64,
        /// Waiting to be authorised.
        pub requested: i64,
    }
}

row! {
    /// A box.
    pub struct FacetRow {
        /// Its value.
        pub value: String,
        /// Its name; the value itself where there is none.
        pub name: String,
        /// Lines it would keep.
        pub count: i64,
    }

    struct CountRow { count: i64 }
}

/// The values as placeholders of an IN list, their number rounded up to a power of two: few shapes of statements.
pub(super) fn any_of<V: Into<Value> + Clone>(filters: &mut Filters, values: &[V]) -> Option<String> {
    let last = values.last()?;
    let padded =
        values.iter().chain(std::iter::repeat_n(last, values.len().next_power_of_two() - values.len()));
    Some(padded.map(|value| filters.value(value.clone())).collect::<Vec<_>>().join(", "))
}

/// Narrows a statement over `rma_line l` to what is ticked.
pub(super) fn tick(filters: &mut Filters, facets: &Facets) {
    let stages: Vec<&str> = facets.stages.iter().map(|stage| stage.as_str()).collect();
    if let Some(list) = any_of(filters, &stages) {
        filters.and_fixed(&format!("l.repair_state IN ({list})"));
    }
    if let Some(list) = any_of(filters, &facets.depots) {
        filters.and_fixed(&format!("l.depot_id IN (SELECT id FROM depot WHERE code IN ({list}))"));
    }
    if let Some(list) = any_of(filters, &facets.customers) {
        filters.and_fixed(&format!("l.customer_id IN (SELECT id FROM customer WHERE code IN ({list}))"));
    }
    if let Some(list) = any_of(filters, &facets.contracts) {
        let none =
            if facets.contracts.iter().any(String::is_empty) { "OR l.contract_id IS NULL" } else { "" };
        filters.and_fixed(&format!(
            "(l.contract_id IN (SELECT id FROM contract WHERE number IN ({list})) {none})"
        ));
    }
    if let Some(list) = any_of(filters, &facets.assignees) {
        let nobody =
            if facets.assignees.iter().any(String::is_empty) { "OR l.assignee_id IS NULL" } else { "" };
        filters.and_fixed(&format!(
            "(l.assignee_id IN (SELECT id FROM app_user WHERE username IN ({list})) {nobody})"
        ));
    }
    let spans: Vec<String> = facets
        .due
        .iter()
        .map(|(from, to)| {
            let (from, to) = (filters.value(*from), filters.value(*to));
            format!("l.sort_due BETWEEN {from} AND {to}")
        })
        .collect();
    if !spans.is_empty() {
        filters.and_fixed(&format!("({})", spans.join(" OR ")));
    }
}

const FROM: &str = "FROM rma_line l JOIN rma r ON r.id = l.rma_id JOIN customer c ON c.id = l.customer_id \
     LEFT JOIN depot d ON d.id = l.depot_id LEFT JOIN app_user a ON a.id = l.assignee_id LEFT JOIN contract k ON k.id = l.contract_id";

/// How many lines the filter keeps.
pub fn count(conn: &mut Conn, reader: &Scope, filter: &LineFilter) -> StoreResult<i64> {
    let mut filters = Filters::after(vec![]);
    narrow(&mut filters, reader, filter);
    let text = format!("SELECT COUNT(*) AS count {FROM} WHERE 1 = 1 {}", filters.text());
    let row: Option<CountRow> = filters.into_sql(text).optional(conn)?;
    Ok(row.map_or(0, |row| row.count))
}

/// Open lines by the day they are due, in their order.
pub fn due_days(conn: &mut Conn, reader: &Scope, risky_above_bp: i64) -> StoreResult<Vec<DueDayRow>> {
    let mut filters = Filters::after(vec![risky_above_bp.into()]);
    narrow(&mut filters, reader, &LineFilter { open: true, ..LineFilter::default() });
    let text = format!(
        "SELECT l.sort_due, COUNT(*) AS lines, CAST(SUM(CASE WHEN l.risk_bp > $1 THEN 1 ELSE 0 END) AS BIGINT) AS risky, \
         CAST(SUM(CASE WHEN l.repair_state = 'requested' THEN 1 ELSE 0 END) AS BIGINT) AS requested \
         FROM rma_line l WHERE 1 = 1 {} GROUP BY l.sort_due ORDER BY l.sort_due",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// The boxes of a group, as the other groups and filters leave them: those of `days` in their order, of another group the
/// fullest first, at most `limit`.
pub fn boxes(
    conn: &mut Conn,
    reader: &Scope,
    filter: &LineFilter,
    kind: FacetKind,
    days: &[DueDays],
    limit: i64,
) -> StoreResult<Vec<FacetRow>> {
    let mut others = filter.clone();
    let (value, name) = match kind {
        FacetKind::Due => return due_boxes(conn, reader, others, days),
        FacetKind::Stage => {
            others.facets.stages.clear();
            ("l.repair_state", "l.repair_state")
        }
        FacetKind::Depot => {
            others.facets.depots.clear();
            ("COALESCE(d.code, '')", "COALESCE(d.name, '')")
        }
        FacetKind::Assignee => {
            others.facets.assignees.clear();
            ("COALESCE(a.username, '')", "COALESCE(a.display_name, '')")
        }
        FacetKind::Customer => {
            others.facets.customers.clear();
            ("c.code", "c.name")
        }
        FacetKind::Contract => {
            others.facets.contracts.clear();
            ("COALESCE(k.number, '')", "COALESCE(k.number, '')")
        }
    };
    let mut filters = Filters::after(vec![]);
    narrow(&mut filters, reader, &others);
    let limit = filters.value(limit);
    let text = format!(
        "SELECT {value} AS value, {name} AS name, COUNT(*) AS count {FROM} WHERE 1 = 1 {} \
         GROUP BY {value}, {name} ORDER BY count DESC, value LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Each box is a range of days of its own, which an index carries.
fn due_boxes(
    conn: &mut Conn,
    reader: &Scope,
    mut filter: LineFilter,
    days: &[DueDays],
) -> StoreResult<Vec<FacetRow>> {
    let mut boxes = vec![];
    for DueDays { code, from, to } in days {
        filter.facets.due = vec![(*from, *to)];
        let count = count(conn, reader, &filter)?;
        boxes.push(FacetRow { value: (*code).to_owned(), name: (*code).to_owned(), count });
    }
    Ok(boxes)
}
