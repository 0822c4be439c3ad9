//! How the promises beside `repair_return` were kept, kind by kind: the thirty-day exchange, the spare in place, and what is
//! owed to us are figures of their own (NUMBERS §2).

use super::Query;
use super::workload::wanted;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::fields::Fields;
use crate::domain::plan::PromiseKind;
use crate::domain::rate::{Class, Tally, Target};
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::figures::Key;
use crate::store::kept::{self, KeptSumRow, KeptWanted};
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
    /// Whether the plans' targets are met by the rule of the rate ([`Tally::figures`]): no more are broken than the plans allow, each
    /// its own. `None` while none is decided.
    pub meets_target: Option<bool>,
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
}

/// The sums of each kind.
fn added(rows: &[KeptSumRow]) -> BTreeMap<PromiseKind, KeptSum> {
    let mut sums: BTreeMap<PromiseKind, (Tally, u32)> = BTreeMap::new();
    for row in rows {
        let (tally, excluded) = sums.entry(row.kind).or_default();
        let promises = u32::try_from(row.promises).unwrap_or(u32::MAX);
        let class = match row.class {
            KeptClass::Kept => Class::Timely,
            KeptClass::Broken => Class::Missed,
            KeptClass::Pending => Class::Pending,
            KeptClass::Floating => Class::Floating,
            KeptClass::Excluded => {
                *excluded = excluded.saturating_add(promises);
                continue;
            }
        };
        let target = u32::try_from(row.target_bp).ok().and_then(Target::from_basis_points);
        tally.add_many(target.unwrap_or(Target::DEFAULT), class, promises);
    }
    let sum = |(kind, (tally, excluded)): (PromiseKind, (Tally, u32))| {
        let figures = tally.figures();
        let sum = KeptSum {
            kept: figures.timely,
            broken: figures.misses,
            pending: figures.pending,
            floating: figures.floating,
            excluded,
            meets_target: figures.meets_target,
        };
        (kind, sum)
    };
    sums.into_iter().map(sum).collect()
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
    Ok(added(&kept::sums(conn, &asked(ctx, query, None))?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_plan_allows_its_own_broken_promises_as_the_rate_does() {
        let row = |class, target_bp, promises| KeptSumRow {
            kind: PromiseKind::SpareInPlace,
            class,
            target_bp,
            promises,
        };
        let told = |rows: &[KeptSumRow]| added(rows)[&PromiseKind::SpareInPlace];
        // 14 of 15 is no less than the mean of both targets; but neither plan allows a miss of so few.
        let few = told(&[
            row(KeptClass::Kept, 9_500, 9),
            row(KeptClass::Broken, 9_500, 1),
            row(KeptClass::Kept, 9_000, 5),
        ]);
        assert_eq!((few.kept, few.broken, few.meets_target), (14, 1, Some(false)));
        let alone = told(&[row(KeptClass::Kept, 9_000, 9), row(KeptClass::Broken, 9_000, 1)]);
        assert_eq!(alone.meets_target, Some(true));
        let open = told(&[row(KeptClass::Pending, 9_000, 3), row(KeptClass::Excluded, 9_000, 2)]);
        assert_eq!((open.pending, open.excluded, open.meets_target, open.rate()), (3, 2, None, None));
    }
}
