//! How long a line's repair stood in each of its stages.

use crate::domain::calendar::Zone;
use crate::domain::rma::RepairState;
use crate::store::rmas::StepRow;
use chrono::{DateTime, NaiveDate, Utc};

/// Days a repair stood in one stage, all its visits together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Stage.
    pub state: RepairState,
    /// Days as the line's clock counts them, of a line without one calendar days; the day a stage is left counts for the next.
    pub days: i64,
}

/// The stages of a line by its steps, oldest first, in the order they were entered; the last one goes on until `until`. `counted`
/// says how many days lie between two. Stages that took no day are left out.
pub(super) fn stays(
    steps: &[StepRow],
    until: DateTime<Utc>,
    counted: impl Fn(NaiveDate, NaiveDate) -> i64,
) -> Vec<Stay> {
    let zone = Zone::default();
    let ends = steps.iter().skip(1).map(|step| step.occurred_at).chain([until]);
    let mut stays: Vec<Stay> = vec![];
    for (step, end) in steps.iter().zip(ends) {
        let days = counted(zone.local_date(step.occurred_at), zone.local_date(end)).max(0);
        match stays.iter_mut().find(|known| known.state == step.state) {
            Some(known) => known.days += days,
            None => stays.push(Stay { state: step.state, days }),
        }
    }
    stays.retain(|stay| stay.days > 0);
    stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_stage_visited_twice_is_one_stay_and_the_last_goes_on() {
        let at = |days| DateTime::UNIX_EPOCH + TimeDelta::days(days);
        let step = |state, day| StepRow { state, occurred_at: at(day) };
        let steps = [
            step(RepairState::Received, 0),
            step(RepairState::Repairing, 2),
            step(RepairState::Testing, 5),
            step(RepairState::Repairing, 5),
        ];
        let stay = |state, days| Stay { state, days };
        let days = |from: NaiveDate, to: NaiveDate| (to - from).num_days();
        let made = stays(&steps, at(9), days);
        assert_eq!(made, [stay(RepairState::Received, 2), stay(RepairState::Repairing, 7)]);
        assert_eq!(stays(&[], at(9), days), []);
    }
}
