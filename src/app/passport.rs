//! The unit passport: what a unit's past says about it, computed from the facts.

use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Zone;
use crate::domain::repair::{History, RepairFlag, flags};
use crate::store::{Conn, unit_history};
use std::collections::HashMap;

/// The warnings about each of these units; units without any are left out.
pub fn flags_of(conn: &mut Conn, ctx: &Ctx, units: &[i64]) -> AppResult<HashMap<i64, Vec<RepairFlag>>> {
    let zone = Zone::default();
    let mut histories: HashMap<i64, History> = HashMap::new();
    for row in unit_history::receipts(conn, units)? {
        histories.entry(row.unit_id).or_default().received_on.push(zone.local_date(row.received_at));
    }
    for row in unit_history::verdicts(conn, units)? {
        let history = histories.entry(row.unit_id).or_default();
        history.nff = row.nff;
        history.doa = row.doa;
        history.site_failed_before = row.site_failed > 0;
        history.wear = row.wear;
    }
    let today = zone.local_date(ctx.now);
    let known = histories.into_iter().map(|(unit, history)| (unit, flags(&history, today)));
    Ok(known.filter(|(_, flags)| !flags.is_empty()).collect())
}
