//! In which order the bench takes its work.

use crate::domain::rma::RepairOrderState;
use crate::text_enum;

text_enum! {
    /// What comes first in the queue.
    QueueSort {
        /// What is due first.
        Due => "due",
        /// What is most likely to miss its date.
        MissProbability => "miss_probability",
    }
}

text_enum! {
    /// A lane of the bench, in the order of the work.
    BenchLane {
        /// What is it?
        Diagnosis => "diagnosis",
        /// On the bench.
        Repair => "repair",
        /// Nothing to do until parts come, wherever it stands.
        Parts => "parts",
        /// At the maker.
        Vendor => "vendor",
        /// In test, or done and waiting to leave.
        Test => "test",
    }
}

impl BenchLane {
    /// The states of open orders in this lane, none of which waits for parts; no state for the lane of those that do.
    #[must_use]
    pub fn states(self) -> &'static [RepairOrderState] {
        use RepairOrderState as S;
        match self {
            Self::Diagnosis => &[S::Received, S::Diagnosing],
            Self::Repair => &[S::Repairing],
            Self::Parts => &[],
            Self::Vendor => &[S::AtVendor],
            Self::Test => &[S::Testing, S::Repaired, S::Nff, S::Ber],
        }
    }

    /// The lane of an order; none for a closed one.
    #[must_use]
    pub fn of(state: RepairOrderState, is_waiting: bool) -> Option<Self> {
        let is_here = |lane: &&Self| lane.states().contains(&state);
        if is_waiting { Some(Self::Parts) } else { Self::ALL.iter().find(is_here).copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_order_stands_in_one_lane() {
        for state in RepairOrderState::ALL {
            let lanes = BenchLane::ALL.iter().filter(|lane| lane.states().contains(state)).count();
            let is_open = *state != RepairOrderState::Closed;
            assert_eq!(lanes, usize::from(is_open), "{state}");
            assert_eq!(BenchLane::of(*state, false).is_some(), is_open, "{state}");
            assert_eq!(BenchLane::of(*state, true), Some(BenchLane::Parts), "{state}");
        }
    }
}
