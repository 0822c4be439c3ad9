//! Lines added up to the figures of NUMBERS §2, on integers.

use std::collections::BTreeMap;
use std::iter::Sum;
use std::ops::AddAssign;

use super::{Class, Exclusion};
use crate::domain::plan::Term;

/// Shown where there is no eligible line: there is no rate then, and never 100 %.
pub const NO_RATE: &str = "—";

/// The share of lines a plan promises to keep, in basis points: 9500 is 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    basis_points: u32,
}

impl Target {
    /// 95 %, the target of the built-in plan.
    pub const DEFAULT: Self = Self { basis_points: 9_500 };

    /// A target of at most 10,000 basis points (100 %); `None` above.
    pub const fn from_basis_points(basis_points: u32) -> Option<Self> {
        if basis_points <= 10_000 { Some(Self { basis_points }) } else { None }
    }

    /// The target of a plan's term; `None` for a number no plan may have.
    pub fn of(term: &Term) -> Option<Self> {
        u32::try_from(term.target_bp).ok().and_then(Self::from_basis_points)
    }

    /// The target in basis points.
    pub const fn basis_points(self) -> u32 {
        self.basis_points
    }

    /// ⌊(1 − target)·n⌋: how many of `lines` may be missed.
    fn allowance(self, lines: u32) -> u32 {
        let allowed = u64::from(10_000_u32.saturating_sub(self.basis_points)) * u64::from(lines) / 10_000;
        u32::try_from(allowed).unwrap_or(u32::MAX)
    }
}

/// How many lines of each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    timely: u32,
    missed: u32,
    pending: u32,
    floating: u32,
    excluded: u32,
    /// Of the excluded ones: missed, but for a cause the contract lists.
    excused: u32,
}

impl Counts {
    fn eligible(self) -> u32 {
        self.timely.saturating_add(self.missed)
    }

    fn in_period(self) -> u32 {
        self.eligible().saturating_add(self.pending).saturating_add(self.floating)
    }
}

/// Lines of one group, kept apart by target so that groups of several plans add up right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    by_target: BTreeMap<Target, Counts>,
}

impl Tally {
    /// An empty group.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one line under its plan's target.
    pub fn add(&mut self, target: Target, class: Class) {
        self.add_many(target, class, 1);
    }

    /// Adds `lines` lines of one class.
    pub fn add_many(&mut self, target: Target, class: Class, lines: u32) {
        let counts = self.by_target.entry(target).or_default();
        let count = match class {
            Class::Timely => &mut counts.timely,
            Class::Missed => &mut counts.missed,
            Class::Pending => &mut counts.pending,
            Class::Floating => &mut counts.floating,
            Class::Excluded(_) => &mut counts.excluded,
        };
        *count = count.saturating_add(lines);
        if class == Class::Excluded(Exclusion::Excused) {
            counts.excused = counts.excused.saturating_add(lines);
        }
    }

    /// The same without what is not decided yet.
    #[must_use]
    pub fn decided(&self) -> Self {
        let decided =
            |(target, counts): (&Target, &Counts)| (*target, Counts { pending: 0, floating: 0, ..*counts });
        Self { by_target: self.by_target.iter().map(decided).collect() }
    }

    /// The same as if no cause excused a miss (NUMBERS §2 "also shown without exclusions"). What else is out of the rate stays
    /// out: void, called off and scrapped as agreed are no misses.
    #[must_use]
    pub fn without_exclusions(&self) -> Self {
        let unexcused = |(target, counts): (&Target, &Counts)| {
            let missed = counts.missed.saturating_add(counts.excused);
            let excluded = counts.excluded.saturating_sub(counts.excused);
            (*target, Counts { missed, excluded, excused: 0, ..*counts })
        };
        Self { by_target: self.by_target.iter().map(unexcused).collect() }
    }

    /// The target the group is held to, as a fraction of 1: of several plans the mean, weighed by their eligible lines
    /// (by all that are due while none is eligible). Of one plan the rate meets the target exactly when it is no less than this; of
    /// several each plan's own allowance decides ([`Figures::meets_target`]).
    pub fn target(&self) -> f64 {
        let mean = |of: fn(&Counts) -> u32| {
            let weighed = |(target, counts): (&Target, &Counts)| {
                let lines = f64::from(of(counts));
                (f64::from(target.basis_points) * lines, lines)
            };
            let sums = self.by_target.iter().map(weighed);
            let (points, lines) = sums.fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            (lines > 0.0).then(|| round6(points / lines / 10_000.0))
        };
        let default = f64::from(Target::DEFAULT.basis_points) / 10_000.0;
        mean(|c| c.eligible()).or_else(|| mean(|c| c.in_period())).unwrap_or(default)
    }

    /// The figures of the group.
    pub fn figures(&self) -> Figures {
        let sum = |of: fn(&Counts) -> u32| self.by_target.values().map(of).fold(0, u32::saturating_add);
        let allowed = |of: fn(&Counts) -> u32| {
            let each = self.by_target.iter().map(|(target, counts)| target.allowance(of(counts)));
            each.fold(0, u32::saturating_add)
        };
        let (timely, eligible, misses) = (sum(|c| c.timely), sum(|c| c.eligible()), sum(|c| c.missed));
        let misses_allowed = allowed(|c| c.eligible());
        let judged = eligible > 0;
        Figures {
            timely,
            eligible,
            pending: sum(|c| c.pending),
            floating: sum(|c| c.floating),
            excluded: sum(|c| c.excluded),
            excused: sum(|c| c.excused),
            rate: judged.then(|| round6(f64::from(timely) / f64::from(eligible))),
            shown: judged.then(|| shown(timely, eligible)),
            meets_target: judged.then_some(misses <= misses_allowed),
            wilson95: judged.then(|| wilson95(timely, eligible)),
            misses,
            misses_allowed,
            misses_left: i64::from(allowed(|c| c.in_period())) - i64::from(misses),
        }
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        for (target, more) in &other.by_target {
            let counts = self.by_target.entry(*target).or_default();
            counts.timely = counts.timely.saturating_add(more.timely);
            counts.missed = counts.missed.saturating_add(more.missed);
            counts.pending = counts.pending.saturating_add(more.pending);
            counts.floating = counts.floating.saturating_add(more.floating);
            counts.excluded = counts.excluded.saturating_add(more.excluded);
            counts.excused = counts.excused.saturating_add(more.excused);
        }
    }
}

impl<'a> Sum<&'a Tally> for Tally {
    fn sum<I: Iterator<Item = &'a Tally>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |mut total, tally| {
            total += tally;
            total
        })
    }
}

impl FromIterator<(Target, Class)> for Tally {
    fn from_iter<I: IntoIterator<Item = (Target, Class)>>(lines: I) -> Self {
        lines.into_iter().fold(Self::default(), |mut tally, (target, class)| {
            tally.add(target, class);
            tally
        })
    }
}

/// The figures of a group, as every screen and the API show them.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Kept in time.
    pub timely: u32,
    /// The denominator: timely and missed.
    pub eligible: u32,
    /// Open and not yet due (under `remedy30` also an exchange still within its 30 days).
    pub pending: u32,
    /// Under an open customer hold.
    pub floating: u32,
    /// Out of the rate.
    pub excluded: u32,
    /// Of them those that were missed, but for a cause the contract lists.
    pub excused: u32,
    /// timely ÷ eligible, rounded to six digits; `None` without an eligible line.
    pub rate: Option<f64>,
    /// The rate floored to a tenth of a per cent, such as `94.9%`; show [`NO_RATE`] for `None`.
    pub shown: Option<String>,
    /// Is the target met? Decided on integers, never on the rounded rate: no more misses than are allowed. Of one plan that is
    /// 100·timely ≥ 95·eligible to the line; groups of several plans add their allowances (NUMBERS §2).
    pub meets_target: Option<bool>,
    /// Wilson's 95 % interval of the rate, rounded to six digits.
    pub wilson95: Option<(f64, f64)>,
    /// Missed so far.
    pub misses: u32,
    /// ⌊(1 − target)·eligible⌋, each target's own, added.
    pub misses_allowed: u32,
    /// How many of the lines due in the period may still be late (本月还可迟): the allowance of all of them, eligible,
    /// pending and floating, less the misses. Negative when the month is lost.
    pub misses_left: i64,
}

/// The rate floored to a tenth of a per cent: 379 of 399 is 94.9 %, not 95.0 %.
fn shown(timely: u32, eligible: u32) -> String {
    let per_mille = 1_000 * u64::from(timely) / u64::from(eligible).max(1);
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}

/// Wilson's score interval at 95 %.
fn wilson95(timely: u32, eligible: u32) -> (f64, f64) {
    /// The 97.5 % point of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    let n = f64::from(eligible);
    let p = f64::from(timely) / n;
    let z2 = Z * Z;
    let scale = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / scale;
    (round6((centre - half).max(0.0)), round6((centre + half).min(1.0)))
}

fn round6(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
