//! How the promises beside `repair_return` were kept, kind by kind: the thirty-day exchange, the spare in place, and what is
//! owed to us are figures of their own (NUMBERS §2).

use super::Query;
use super::workload::wanted;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::fields::Fields;
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::PromiseState;
use crate::store::Conn;
use crate::store::figures::Key;
use crate::store::kept;
use crate::text_enum;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

pub use crate::store::kept::KeptRow;

/// Promises read at once.
const CHUNK: i64 = 500;

text_enum! {
    /// How a promise stands in its figure.
    KeptClass {
        /// In time.
        Kept => "kept",
        /// Late, given up on, or past its time and not kept.
        Broken => "broken",
        /// Its time is not over: not counted.
        Pending => "pending",
        /// The same, and the customer asked us to wait with the line: not counted. Its own clock runs on.
        Floating => "floating",
        /// Fell away: not counted.
        Excluded => "excluded",
    }
}

impl KeptClass {
    /// How the promise stood at the end of the day it is looked at, or now while that day is not over.
    fn of(row: &KeptRow, day_end: DateTime<Utc>, now: DateTime<Utc>) -> KeptClass {
        let ended = row.ended_at.is_some_and(|at| at < day_end);
        match row.state {
            PromiseState::Kept if ended => KeptClass::Kept,
            PromiseState::Broken if ended => KeptClass::Broken,
            PromiseState::Excluded if ended => KeptClass::Excluded,
            _ => {
                let late_from = row.due_at.unwrap_or_else(|| Zone::default().overdue_from(row.sort_due));
                match row.on_hold {
                    _ if late_from < day_end && late_from <= now => KeptClass::Broken,
                    true => KeptClass::Floating,
                    false => KeptClass::Pending,
                }
            }
        }
    }
}

/// The promises of one kind that were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeptSum {
    /// In time.
    pub kept: u32,
    /// Not.
    pub broken: u32,
    /// Not decided yet.
    pub pending: u32,
    /// Not decided yet, of lines under an open hold of the customer.
    pub floating: u32,
    /// Fell away.
    pub excluded: u32,
    /// Sum of the targets of the decided ones, in basis points.
    targets_bp: i64,
}

impl KeptSum {
    /// The denominator: decided.
    #[must_use]
    pub fn decided(self) -> u32 {
        self.kept + self.broken
    }

    /// kept ÷ decided; `None` without one, never 100 %.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.decided() > 0).then(|| f64::from(self.kept) / f64::from(self.decided()))
    }

    /// Whether the plans' target is met, on whole numbers; of several plans the mean.
    #[must_use]
    pub fn meets_target(self) -> Option<bool> {
        (self.decided() > 0).then(|| 10_000 * i64::from(self.kept) >= self.targets_bp)
    }

    fn add(&mut self, class: KeptClass, target_bp: i64) {
        match class {
            KeptClass::Kept => self.kept += 1,
            KeptClass::Broken => self.broken += 1,
            KeptClass::Pending => self.pending += 1,
            KeptClass::Floating => self.floating += 1,
            KeptClass::Excluded => self.excluded += 1,
        }
        if matches!(class, KeptClass::Kept | KeptClass::Broken) {
            self.targets_bp = self.targets_bp.saturating_add(target_bp);
        }
    }
}

/// Which of the promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptFilter {
    /// Of one kind.
    pub kind: Option<PromiseKind>,
    /// Counted in one number.
    pub class: Option<KeptClass>,
}

impl KeptFilter {
    /// Reads what was asked. Refuses with words that are none of these; `repair_return` has a rate of its own.
    pub fn read(kind: Option<&str>, class: Option<&str>) -> Result<KeptFilter, Refusal> {
        let mut fields = Fields::new();
        let kind = kind.and_then(|text| fields.word("kind", text, PromiseKind::ALL, PromiseKind::from_code));
        let class = class.and_then(|text| fields.word("class", text, KeptClass::ALL, KeptClass::from_code));
        fields.finish()?;
        Ok(KeptFilter { kind, class })
    }
}

/// How the promises due in the query's period were kept, by kind. Refuses with `forbidden`.
pub fn kept_promises(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<BTreeMap<PromiseKind, KeptSum>> {
    let mut sums: BTreeMap<PromiseKind, KeptSum> = BTreeMap::new();
    for_each_judged(conn, ctx, query, None, None, |row, class| {
        sums.entry(row.kind).or_default().add(class, row.target_bp);
        ControlFlow::Continue(())
    })?;
    Ok(sums)
}

/// The promises behind it, by due date: at most `limit`, after `after`. Refuses with `forbidden`.
pub fn kept_lines(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    filter: KeptFilter,
    after: Option<Key>,
    limit: usize,
) -> AppResult<Vec<(KeptRow, KeptClass)>> {
    let mut lines = vec![];
    for_each_judged(conn, ctx, query, filter.kind, after, |row, class| {
        if filter.class.is_none_or(|wanted| wanted == class) {
            lines.push((row, class));
        }
        if lines.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(lines)
}

/// Reads the promises chunk by chunk, judges each, and ends when `each` breaks off.
fn for_each_judged(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    kind: Option<PromiseKind>,
    mut after: Option<Key>,
    mut each: impl FnMut(KeptRow, KeptClass) -> ControlFlow<()>,
) -> AppResult<()> {
    ctx.actor.may(Permission::ReadFigures)?;
    let day_end = Zone::default().overdue_from(query.as_of);
    let (wanted, period) = (wanted(ctx, query), (query.from, query.to));
    loop {
        let rows = kept::promises(conn, &wanted, period, kind, after, CHUNK)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.key());
        for row in rows {
            let class = KeptClass::of(&row, day_end, ctx.now);
            if each(row, class).is_break() {
                return Ok(());
            }
        }
    }
}
