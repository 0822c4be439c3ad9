//! What a line must be, by its steps alone: the truth that `verify` holds the line's row against.

use crate::domain::rma::{FaultyState, RepairState, Track};
use chrono::{DateTime, Utc};

/// A line as its steps leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// Repair track.
    pub repair: RepairState,
    /// Faulty-part track.
    pub faulty: FaultyState,
    /// The first time its unit was received.
    pub received_at: Option<DateTime<Utc>>,
    /// The first time it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Default for Replayed {
    fn default() -> Self {
        Replayed {
            repair: RepairState::Requested,
            faulty: FaultyState::NotDue,
            received_at: None,
            ended_at: None,
        }
    }
}

impl Replayed {
    /// Takes the next step, in the order of recording. `false` when it leads to no state of its track.
    pub fn step(&mut self, track: Track, to: &str, at: DateTime<Utc>) -> bool {
        match track {
            Track::Repair => RepairState::from_code(to).map(|state| self.repaired_to(state, at)).is_some(),
            Track::Faulty => FaultyState::from_code(to).map(|state| self.faulty = state).is_some(),
            Track::Issued | Track::Clock | Track::Note => true,
        }
    }

    fn repaired_to(&mut self, state: RepairState, at: DateTime<Utc>) {
        if state == RepairState::Received {
            self.received_at.get_or_insert(at);
        }
        if state.is_ended() {
            self.ended_at.get_or_insert(at);
        }
        self.repair = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_line_is_where_its_last_step_led_and_ended_when_it_first_did() {
        let at = |days| DateTime::UNIX_EPOCH + TimeDelta::days(days);
        let mut line = Replayed::default();
        for (track, to, day) in [
            (Track::Faulty, "due", 1),
            (Track::Repair, "received", 2),
            (Track::Faulty, "received", 2),
            (Track::Note, "no state at all", 3),
            (Track::Repair, "returned", 9),
            (Track::Repair, "closed", 12),
        ] {
            assert!(line.step(track, to, at(day)));
        }
        let (received_at, ended_at) = (Some(at(2)), Some(at(9)));
        let expected =
            Replayed { repair: RepairState::Closed, faulty: FaultyState::Received, received_at, ended_at };
        assert_eq!(line, expected);
        assert!(!line.step(Track::Repair, "overdue", at(13)));
    }
}
