//! The warranty on a repair: looked for when a request comes, and again when the bench knows what is wrong.

use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Zone;
use crate::domain::repair::{DEFAULT_WARRANTY_DAYS, LastRepair, is_repeat};
use crate::domain::rma::Entitlement;
use crate::store::rmas::LineRow;
use crate::store::{Conn, repeats};
use chrono::{DateTime, Utc};

/// The line whose repair of this unit covers a fault of this class reported at `at`; `None` when none does.
pub(in crate::app) fn covering(
    conn: &mut Conn,
    unit_id: Option<i64>,
    but: i64,
    fault: &str,
    at: DateTime<Utc>,
) -> AppResult<Option<i64>> {
    let Some(unit_id) = unit_id else { return Ok(None) };
    let Some(row) = repeats::last_repair(conn, unit_id, but)? else { return Ok(None) };
    let zone = Zone::default();
    let last = LastRepair {
        line_id: row.line_id,
        fault_class: row.fault_class,
        fault_code: row.fault_code,
        returned_on: zone.local_date(row.returned_at),
        warranty_days: row.warranty_days.unwrap_or(DEFAULT_WARRANTY_DAYS),
    };
    Ok(is_repeat(&last, fault, zone.local_date(at)).then_some(last.line_id))
}

/// The diagnosis may show that the last repair did not hold, whatever the customer called the fault.
pub(in crate::app) fn cover_by_diagnosis(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &LineRow,
    unit_id: Option<i64>,
    fault_code: Option<&str>,
) -> AppResult<()> {
    let Some(code) = fault_code.filter(|_| line.entitlement != Entitlement::RepairWarranty) else {
        return Ok(());
    };
    if let Some(repeat_of) = covering(tx, unit_id, line.id, code, line.requested_at)? {
        repeats::cover(tx, line.id, repeat_of)?;
        let subject = format!("rma:{}/{}", line.number, line.line);
        crate::app::audit::record(tx, ctx, "rma.repair_warranty", &subject, code)?;
    }
    Ok(())
}
