//! Kaplan and Meier's estimate of the share not yet returned after so many counted days.

use super::{End, Observation, Z95, number};

/// A day on which something came back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Counted days.
    pub days: u32,
    /// Lines observed that long.
    pub at_risk: usize,
    /// How many of them came back on this day.
    pub returned: usize,
    /// Share not returned at the end of this day.
    pub survival: f64,
    /// Greenwood's sum Σ d/(n(n−d)) up to this day; infinite once the share is nought.
    greenwood: f64,
}

/// The whole curve. Only a return is an event; everything else ends an observation without one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    steps: Vec<Step>,
    /// Days of every observation, ascending: who is observed longer than a day.
    days: Vec<u32>,
}

impl Curve {
    /// The curve of these observations. On one day, returns come before what was only observed that long.
    #[must_use]
    pub fn of(observations: &[Observation]) -> Curve {
        let mut sorted: Vec<Observation> = observations.to_vec();
        sorted.sort_unstable_by_key(|seen| seen.days);
        let (mut survival, mut greenwood, mut at_risk) = (1.0, 0.0, sorted.len());
        let mut steps = Vec::new();
        for day in sorted.chunk_by(|a, b| a.days == b.days) {
            let returned = day.iter().filter(|seen| seen.end == End::Returned).count();
            if let Some(first) = day.first().filter(|_| returned > 0) {
                let (n, d) = (number(at_risk), number(returned));
                survival *= 1.0 - d / n;
                greenwood += d / (n * (n - d));
                steps.push(Step { days: first.days, at_risk, returned, survival, greenwood });
            }
            at_risk -= day.len();
        }
        Curve { steps, days: sorted.into_iter().map(|seen| seen.days).collect() }
    }

    /// The days on which the curve falls.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many lines were observed.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.days.len()
    }

    /// How many lines were observed for longer than `days`: those that know anything of what comes after it.
    #[must_use]
    pub fn lines_beyond(&self, days: u32) -> usize {
        self.days.len() - self.days.partition_point(|seen| *seen <= days)
    }

    fn at(&self, days: u32) -> Option<&Step> {
        let known = self.steps.partition_point(|step| step.days <= days);
        self.steps.get(known.checked_sub(1)?)
    }

    /// Share not returned within `days` counted days. After the last return seen it stays where it is.
    #[must_use]
    pub fn survival(&self, days: u32) -> f64 {
        self.at(days).map_or(1.0, |step| step.survival)
    }

    /// Whether the share not returned within `days` was seen at all: some line was observed that long, or all came back before.
    /// [`Curve::survival`] beyond it is the most it can be.
    #[must_use]
    pub fn reaches(&self, days: u32) -> bool {
        self.days.last().is_some_and(|last| *last >= days)
            || self.steps.last().is_some_and(|step| step.survival <= 0.0)
    }

    /// Greenwood's standard error of [`Curve::survival`]; `None` where the curve has reached nought or not yet fallen.
    #[must_use]
    pub fn standard_error(&self, days: u32) -> Option<f64> {
        let step = self.at(days)?;
        step.greenwood.is_finite().then(|| step.survival * step.greenwood.sqrt())
    }

    /// The 95 % interval of the share *returned* within `days`, on the log-log scale, where it cannot leave 0 … 1. `None`
    /// where there is no standard error.
    #[must_use]
    pub fn returned_interval(&self, days: u32) -> Option<(f64, f64)> {
        let step = self.at(days)?;
        if !step.greenwood.is_finite() {
            return None;
        }
        let theta = Z95 * step.greenwood.sqrt() / step.survival.ln().abs();
        Some((1.0 - step.survival.powf((-theta).exp()), 1.0 - step.survival.powf(theta.exp())))
    }

    /// The first day by whose end at least `share` of the lines has come back; `None` when the curve does not get there.
    #[must_use]
    pub fn day_of(&self, share: f64) -> Option<u32> {
        // A hair's breadth, so that the rounding of a product of fractions does not move a day.
        let gone = |step: &&Step| 1.0 - step.survival >= share - 1e-12;
        self.steps.iter().find(gone).map(|step| step.days)
    }

    /// Mean number of counted days within the first `horizon` (restricted mean: the area under the curve).
    #[must_use]
    pub fn restricted_mean(&self, horizon: u32) -> f64 {
        let (mut area, mut from, mut height) = (0.0, 0, 1.0);
        for step in self.steps.iter().take_while(|step| step.days <= horizon) {
            area += height * f64::from(step.days - from);
            (from, height) = (step.days, step.survival);
        }
        area + height * f64::from(horizon - from)
    }
}
