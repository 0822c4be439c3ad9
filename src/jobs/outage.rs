//! Whether the mail server can be reached, as this node last saw it. While it cannot, one mail at a time knocks.

use crate::mail::SendError;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The server is knocked at least so often, so that mail flows soon after it is back.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(120);

#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Knocks in vain, one after the other.
    failures: u32,
    /// When to knock again.
    until: Option<DateTime<Utc>>,
}

impl Outage {
    /// How many mails may be on their way at once: all that fit, one as a knock, or none while we wait.
    pub(super) fn limit(&self, now: DateTime<Utc>, all: usize) -> usize {
        match self.state().until {
            None => all,
            // (A clock that was set back must not make us wait for the old time to come again.)
            Some(until) if now < until && until - now <= LONGEST_WAIT => 0,
            Some(_) => 1,
        }
    }

    /// A mail met no server. How long to wait before the next knock.
    pub(super) fn failed(&self, now: DateTime<Utc>, error: &SendError) -> TimeDelta {
        let mut state = self.state();
        if let Some(until) = state.until
            && now < until
        {
            // Sent together with the one that found out first: no further sign.
            return until - now;
        }
        state.failures = state.failures.saturating_add(1);
        let wait = error.retry_after(state.failures).and_then(|wait| TimeDelta::from_std(wait).ok());
        let wait = wait.map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
        state.until = Some(now + wait);
        wait
    }

    /// Whether the last we know is that it cannot be reached.
    pub(super) fn is_on(&self) -> bool {
        self.state().until.is_some()
    }

    /// The server answered.
    pub(super) fn over(&self) {
        *self.state() = State::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_the_server_is_away_one_mail_knocks_now_and_then() {
        let outage = Outage::default();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let error = SendError::Unavailable(String::new());
        assert_eq!(outage.limit(at(0), 4), 4);
        assert_eq!(outage.failed(at(0), &error), TimeDelta::seconds(30));
        assert_eq!(outage.failed(at(10), &error), TimeDelta::seconds(20), "one of the same bunch");
        assert_eq!(outage.limit(at(29), 4), 0);
        assert_eq!(outage.limit(at(30), 4), 1);
        assert_eq!(outage.failed(at(30), &error), TimeDelta::seconds(120));
        for knock in 0..20 {
            let now = at(1000 * (knock + 1));
            assert_eq!(outage.failed(now, &error), TimeDelta::seconds(120), "it never gives up");
        }
        assert_eq!(outage.limit(at(0), 4), 1, "the clock was set back");
        assert!(outage.is_on());
        outage.over();
        assert!(!outage.is_on());
        assert_eq!(outage.limit(at(0), 4), 4);
        assert_eq!(outage.failed(at(0), &error), TimeDelta::seconds(30));
    }
}
