//! The maker's warranty, looked for when a request comes; the warranty on a repair, then too and again when the bench knows what is
//! wrong.

use crate::app::{AppResult, Ctx, audit};
use crate::domain::calendar::Zone;
use crate::domain::repair::{DEFAULT_WARRANTY_DAYS, PastRepair, Warranty, is_repeat};
use crate::domain::rma::{ActionKind, Entitlement};
use crate::store::rmas::LineRow;
use crate::store::{Conn, line_events, repeats};
use chrono::{DateTime, Utc};

/// Whether the maker's warranty on this unit runs at `at`, as far as our own books know when the customer got it.
pub(in crate::app) fn is_under_warranty(
    conn: &mut Conn,
    unit_id: Option<i64>,
    at: DateTime<Utc>,
) -> AppResult<bool> {
    let Some(unit_id) = unit_id else { return Ok(false) };
    let on = Zone::default().local_date(at);
    Ok(warranty_of(conn, unit_id)?.is_some_and(|warranty| warranty.covers(on)))
}

/// The warranty on a unit that we delivered and that is the customer's; none where our own books do not know when, or its part has
/// none.
pub(in crate::app) fn warranty_of(conn: &mut Conn, unit_id: i64) -> AppResult<Option<Warranty>> {
    let delivered = repeats::delivery(conn, unit_id)?;
    Ok(delivered.and_then(|row| {
        Warranty::of_months(Zone::default().local_date(row.delivered_at), row.warranty_months)
    }))
}

/// The line whose repair of this unit covers a fault of this class reported at `at`, the latest of them; `None` when none does.
/// A repair of another fault in between takes nothing from the warranty on the first.
pub(in crate::app) fn covering(
    conn: &mut Conn,
    unit_id: Option<i64>,
    but: i64,
    fault: &str,
    at: DateTime<Utc>,
) -> AppResult<Option<i64>> {
    let Some(unit_id) = unit_id else { return Ok(None) };
    let zone = Zone::default();
    let past = repeats::past_repairs(conn, unit_id, but)?.into_iter().map(|row| PastRepair {
        line_id: row.line_id,
        fault_class: row.fault_class,
        fault_code: row.fault_code,
        returned_on: zone.local_date(row.returned_at),
        warranty_days: row.warranty_days.unwrap_or(DEFAULT_WARRANTY_DAYS),
    });
    let on = zone.local_date(at);
    Ok(past.into_iter().find(|repair| is_repeat(repair, fault, on)).map(|repair| repair.line_id))
}

/// The line whose repair did not hold, as the diagnosis shows, whatever the customer called the fault. What a manager said of
/// who pays stands: a person looked at the unit and gave a reason.
pub(in crate::app) fn covering_by_diagnosis(
    tx: &mut Conn,
    line: &LineRow,
    unit_id: Option<i64>,
    fault_code: Option<&str>,
) -> AppResult<Option<i64>> {
    let Some(code) = fault_code.filter(|_| line.entitlement != Entitlement::RepairWarranty) else {
        return Ok(None);
    };
    if line_events::has_event(tx, line.id, ActionKind::SetEntitlement.as_str())? {
        return Ok(None);
    }
    covering(tx, unit_id, line.id, code, line.requested_at)
}

/// The line is covered by the warranty on an earlier repair, and named with it.
pub(in crate::app) fn cover_by_diagnosis(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &LineRow,
    repeat_of: i64,
) -> AppResult<()> {
    repeats::cover(tx, line.id, repeat_of)?;
    let subject = format!("rma:{}/{}", line.number, line.line);
    audit::record(tx, ctx, "rma.repair_warranty", &subject, &repeat_of.to_string())
}
