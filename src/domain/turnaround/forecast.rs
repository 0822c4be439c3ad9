//! The end of a month: what is locked, and the open lines each with its own chance, added exactly.

use super::number;
use crate::domain::rate::{Class, Tally, Target};

/// How a month is going to end.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Lines that will have been judged: locked and open.
    pub due: usize,
    /// Kept already.
    pub locked_timely: usize,
    /// Missed already.
    pub missed: usize,
    /// Still open.
    pub open: usize,
    /// Mean of the rate; like its interval and the chance of the target `None` without a line, and while the chance of an open one
    /// is not known.
    pub expected_rate: Option<f64>,
    /// 90 % interval of the rate: its 5 % and 95 % points.
    pub interval90: Option<(f64, f64)>,
    /// How many must be timely for the target.
    pub need_timely: usize,
    /// Chance that the month meets its target; `None` without a line.
    pub chance_of_target: Option<f64>,
    /// The rate if nothing open is missed.
    pub best_case: Option<f64>,
    /// How many of the open lines may still be missed; negative when the target is out of reach.
    pub misses_left: i64,
}

/// An open line: its target, and its chance of missing where that is known.
pub type Odds = (Target, Option<f64>);

/// The forecast of a month: lines decided, and of each open line its target and its chance of missing.
///
/// The number of timely lines is a sum of independent yes-or-no's of different chances (Poisson-binomial); its distribution
/// is made exactly, by adding one line after the other.
#[must_use]
pub fn forecast(locked: &Tally, open: &[Odds]) -> Forecast {
    let figures = locked.figures();
    let (timely, missed) = (size(figures.timely), size(figures.misses));
    let mut all = locked.clone();
    for (target, _) in open {
        all.add(*target, Class::Pending);
    }
    let misses_left = all.figures().misses_left;
    let chances: Option<Vec<f64>> =
        open.iter().map(|(_, miss)| miss.map(|miss| 1.0 - miss.clamp(0.0, 1.0))).collect();
    let due = timely + missed + open.len();
    let rate = |kept: usize| number(timely + kept) / number(due);
    let judged = due > 0;
    let foreseen = chances
        .filter(|_| judged)
        .map(|chances| (chances.iter().sum::<f64>(), distribution(chances.into_iter())));
    // At most so many misses in all keep the target: each plan's own allowance, added.
    let need_timely = due.saturating_sub(usize::try_from(misses_left + size_i64(missed)).unwrap_or(0));
    Forecast {
        due,
        locked_timely: timely,
        missed,
        open: open.len(),
        expected_rate: foreseen.as_ref().map(|(mean, _)| (number(timely) + mean) / number(due)),
        interval90: foreseen
            .as_ref()
            .map(|(_, kept)| (rate(quantile(kept, 0.05)), rate(quantile(kept, 0.95)))),
        need_timely,
        chance_of_target: foreseen.as_ref().map(|(_, kept)| {
            let needed = need_timely.saturating_sub(timely);
            kept.iter().skip(needed).sum::<f64>().clamp(0.0, 1.0)
        }),
        best_case: judged.then(|| rate(open.len())),
        misses_left,
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn size_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Shares smaller than this are dropped at both ends: of a hundred thousand lines they add up to less than 10⁻¹².
const NEGLIGIBLE: f64 = 1e-18;

/// P(exactly k of them), k = 0 …, by convolution. Only the middle, some standard deviations wide, is worked through for each line.
fn distribution(chances: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut of = vec![1.0];
    let mut first = 0;
    for chance in chances {
        let mut carried = 0.0;
        for share in of.iter_mut().skip(first) {
            let stays = *share * (1.0 - chance) + carried;
            carried = *share * chance;
            *share = stays;
        }
        if carried > NEGLIGIBLE {
            of.push(carried);
        }
        while let Some(share) = of.get_mut(first).filter(|share| **share < NEGLIGIBLE) {
            *share = 0.0;
            first += 1;
        }
    }
    of
}

/// The smallest k that at least `share` of the time is not exceeded.
fn quantile(distribution: &[f64], share: f64) -> usize {
    let mut sum = 0.0;
    for (k, chance) in distribution.iter().enumerate() {
        sum += chance;
        if sum >= share - 1e-12 {
            return k;
        }
    }
    distribution.len().saturating_sub(1)
}
