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
use crate::store::Conn;
use crate::store::figures::Key;
use crate::store::kept::{self, KeptWanted};
use std::collections::BTreeMap;

pub use crate::domain::rma::KeptClass;
pub use crate::store::kept::KeptRow;

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

    fn add(&mut self, class: KeptClass, target_bp: i64, promises: i64) {
        let count = match class {
            KeptClass::Kept => &mut self.kept,
            KeptClass::Broken => &mut self.broken,
            KeptClass::Pending => &mut self.pending,
            KeptClass::Floating => &mut self.floating,
            KeptClass::Excluded => &mut self.excluded,
        };
        *count = count.saturating_add(u32::try_from(promises).unwrap_or(u32::MAX));
        if matches!(class, KeptClass::Kept | KeptClass::Broken) {
            self.targets_bp = self.targets_bp.saturating_add(target_bp.saturating_mul(promises));
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

/// How the promises due in the query's period were kept, by kind: dates and ends as they were known. Refuses with `forbidden`.
pub fn kept_promises(conn: &mut Conn, ctx: &Ctx, query: &Query) -> AppResult<BTreeMap<PromiseKind, KeptSum>> {
    ctx.actor.may(Permission::ReadFigures)?;
    let mut sums: BTreeMap<PromiseKind, KeptSum> = BTreeMap::new();
    for row in kept::sums(conn, &asked(ctx, query, None))? {
        sums.entry(row.kind).or_default().add(row.class, row.target_bp, row.promises);
    }
    Ok(sums)
}

/// The promises behind it, by due date: at most `limit`, after `after`. Refuses with `forbidden`.
pub fn kept_lines(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    filter: KeptFilter,
    after: Option<Key>,
    limit: i64,
) -> AppResult<Vec<KeptRow>> {
    ctx.actor.may(Permission::ReadFigures)?;
    Ok(kept::promises(conn, &asked(ctx, query, filter.kind), filter.class, after, limit)?)
}

/// A promise is late at the end of the day it is looked at, or now while that day is not over.
fn asked(ctx: &Ctx, query: &Query, kind: Option<PromiseKind>) -> KeptWanted {
    KeptWanted {
        wanted: wanted(ctx, query),
        due: (query.from, query.to),
        late_before: query.as_of.min(Zone::default().local_date(ctx.now)),
        now: ctx.now,
        kind,
    }
}
