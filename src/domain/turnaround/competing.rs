//! Aalen and Johansen's estimate where a line may end in several ways: returned, exchanged or scrapped.

use super::{End, Observation, number};

/// A day on which a line ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceStep {
    /// Counted days.
    pub days: u32,
    /// Share returned by then.
    pub returned: f64,
    /// Share exchanged by then.
    pub exchanged: f64,
    /// Share scrapped by then.
    pub scrapped: f64,
}

/// The shares by way of ending; with the share still open they make 1 on every day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Incidence {
    steps: Vec<IncidenceStep>,
}

impl Incidence {
    /// The shares of these observations. On one day, endings come before what was only observed that long.
    #[must_use]
    pub fn of(observations: &[Observation]) -> Incidence {
        let mut sorted: Vec<Observation> = observations.to_vec();
        sorted.sort_unstable_by_key(|seen| seen.days);
        let (mut open, mut at_risk) = (1.0, sorted.len());
        let mut now = IncidenceStep { days: 0, returned: 0.0, exchanged: 0.0, scrapped: 0.0 };
        let mut steps = Vec::new();
        for day in sorted.chunk_by(|a, b| a.days == b.days) {
            let share =
                |end: End| open * number(day.iter().filter(|seen| seen.end == end).count()) / number(at_risk);
            let (returned, exchanged, scrapped) =
                (share(End::Returned), share(End::Exchanged), share(End::Scrapped));
            if let Some(first) = day.first().filter(|_| returned + exchanged + scrapped > 0.0) {
                now.days = first.days;
                now.returned += returned;
                now.exchanged += exchanged;
                now.scrapped += scrapped;
                open -= returned + exchanged + scrapped;
                steps.push(now);
            }
            at_risk -= day.len();
        }
        Incidence { steps }
    }

    /// The days on which a share rises.
    #[must_use]
    pub fn steps(&self) -> &[IncidenceStep] {
        &self.steps
    }

    /// The shares by the end of a day.
    #[must_use]
    pub fn at(&self, days: u32) -> IncidenceStep {
        let known = self.steps.partition_point(|step| step.days <= days);
        let step = known.checked_sub(1).and_then(|at| self.steps.get(at)).copied();
        step.map_or(IncidenceStep { days, returned: 0.0, exchanged: 0.0, scrapped: 0.0 }, |step| {
            IncidenceStep { days, ..step }
        })
    }
}
