//! The chance that an open line misses its date, and the one meaning of *at risk*.

use super::{Curve, number};
use rust_decimal::prelude::ToPrimitive;

/// Above this chance of missing a line is at risk (PRODUCT "At risk").
pub const AT_RISK_MISS: f64 = 0.3;
/// With so many working days left, or fewer, it is at risk whatever its chance.
pub const AT_RISK_WORKING_DAYS: usize = 15;
/// Below this chance of meeting the target the month is in danger.
pub const MONTH_ALERT: f64 = 0.8;
/// What is known of all parts counts for as much as so many lines of the part's own.
pub const PRIOR_LINES: f64 = 20.0;

/// The curves a chance is learned from, the broadest first: all parts, the part, the part at its vendor.
#[derive(Debug, Clone, Copy)]
pub struct Learned<'a> {
    /// Every line.
    pub all: &'a Curve,
    /// Lines of the same part; of the same part at the same vendor. Those that there are.
    pub closer: &'a [&'a Curve],
}

/// p = S(promised) ÷ S(age): the chance that a line not returned at `age` counted days is not returned at `promised` either.
/// 1 once the days are used up; 1 too where every line ever seen was back by then, for this one is not.
#[must_use]
pub fn chance_of_missing(curve: &Curve, age: u32, promised: u32) -> f64 {
    if age >= promised {
        return 1.0;
    }
    let now = curve.survival(age);
    if now > 0.0 { (curve.survival(promised) / now).clamp(0.0, 1.0) } else { 1.0 }
}

impl Learned<'_> {
    /// The chance of missing; `None` while nobody knows: no line was observed as long as is promised, as in a company's first
    /// months.
    #[must_use]
    pub fn known_chance_of_missing(&self, age: u32, promised: u32) -> Option<f64> {
        let known = age >= promised || self.all.reaches(promised);
        known.then(|| self.chance_of_missing(age, promised))
    }

    /// The chance of missing, each closer curve drawn towards the broader one before it: a group of *m* lines observed
    /// beyond this age weighs m ÷ (m + 20), so a part seen twice says little and one seen often speaks for itself.
    #[must_use]
    pub fn chance_of_missing(&self, age: u32, promised: u32) -> f64 {
        if age >= promised {
            return 1.0;
        }
        let broad = chance_of_missing(self.all, age, promised);
        self.closer.iter().fold(broad, |broad, curve| {
            let lines = number(curve.lines_beyond(age));
            let own = chance_of_missing(curve, age, promised);
            (lines * own + PRIOR_LINES * broad) / (lines + PRIOR_LINES)
        })
    }
}

/// Counted days beyond which nothing is foreseen.
const FORESEEN: u32 = 400;

/// When an open line is likely to be handed back, in counted days since receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackRange {
    /// One in ten lines like it is back by then.
    pub early: u32,
    /// Half of them are.
    pub likely: u32,
    /// Nine in ten are; `None` when more than one in ten like it was never seen to come back.
    pub late: Option<u32>,
}

impl Learned<'_> {
    /// When a line of this age is likely to be back: the 10 %, 50 % and 90 % points of what is left to it, by the same curves
    /// as its chance of missing. `None` where half of the lines like it were never seen to come back: then nothing honest
    /// can be said.
    #[must_use]
    pub fn back_range(&self, age: u32) -> Option<BackRange> {
        let likely = self.day_back(age, 0.5)?;
        let early = self.day_back(age, 0.1).unwrap_or(likely);
        Some(BackRange { early, likely, late: self.day_back(age, 0.9) })
    }

    /// The first counted day after `age` by whose end at least `share` of the lines like it are back.
    fn day_back(&self, age: u32, share: f64) -> Option<u32> {
        let back = |day: u32| 1.0 - self.chance_of_missing(age, day) >= share - 1e-12;
        let (mut low, mut high) = (age, age.saturating_add(FORESEEN));
        if !back(high) {
            return None;
        }
        // The share back only grows with the day.
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if back(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }
}

/// Is an open line at risk? `working_days_left` is negative once it is late, `None` while its clock stands. A chance nobody knows
/// puts none at risk.
#[must_use]
pub fn is_at_risk(miss: Option<f64>, working_days_left: Option<i64>) -> bool {
    let near = i64::try_from(AT_RISK_WORKING_DAYS).unwrap_or(i64::MAX);
    miss.is_some_and(|miss| miss > AT_RISK_MISS) || working_days_left.is_some_and(|left| left <= near)
}

/// What stands in the place of a chance that was not counted yet. Below every chance, so that lists by risk end with it.
pub const NOT_COUNTED_BP: i64 = -1;
/// What stands in the place of a chance nobody knows yet ([`Learned::known_chance_of_missing`]).
pub const UNKNOWN_BP: i64 = -2;

/// The chance kept in basis points, 0 to 1; `None` while it was not counted or is not known, which is not the same as no
/// danger.
#[must_use]
pub fn miss_of_bp(bp: i64) -> Option<f64> {
    let bp = u16::try_from(bp.min(10_000)).ok()?;
    Some(f64::from(bp) / 10_000.0)
}

/// The chance of an open line as it is kept.
#[must_use]
pub fn kept_bp(miss: Option<f64>) -> i64 {
    miss.map_or(UNKNOWN_BP, miss_bp)
}

/// A chance in basis points, as lists are sorted by it; rounded up, so that what is above the limit stays above it.
#[must_use]
pub fn miss_bp(miss: f64) -> i64 {
    // Less a hair, or 0.07 · 10,000 would be a little more than 700.
    (miss.clamp(0.0, 1.0) * 10_000.0 - 1e-6).ceil().max(0.0).to_i64().unwrap_or(0)
}
