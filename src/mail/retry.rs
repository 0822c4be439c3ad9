//! What a failed send means, and when to try again.

use std::time::Duration;

/// Why a mail did not go out. The text is the server's or the operating system's, for the notices page; it never holds
/// the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This mail will never be taken as it is: the server refused the address or the mail for good (5xx).
    #[error("refused: {0}")]
    Permanent(String),
    /// This mail was not taken this time: 4xx, or the connection broke or timed out while it was being handed over.
    /// In the last case the server may have it after all; the stable Message-ID tells the two apart.
    #[error("not taken this time: {0}")]
    Transient(String),
    /// No mail goes out at all at present: server not reached, TLS or sign-in failed, folder not writable.
    #[error("no mail can be sent: {0}")]
    Unavailable(String),
}

impl SendError {
    /// How long to wait after this failure, the `attempt`-th of this mail (from 1); `None` makes it a dead letter.
    ///
    /// A mail server that is down costs no mail its life, however long it lasts (PRODUCT.md "Rules that never bend"):
    /// while unavailable, the wait stops growing at half an hour and never ends.
    #[must_use]
    pub fn retry_after(&self, attempt: u32) -> Option<Duration> {
        match self {
            Self::Permanent(_) => None,
            Self::Transient(_) => backoff(attempt),
            Self::Unavailable(_) => Some(backoff(attempt).map_or(OUTAGE_WAIT, |wait| wait.min(OUTAGE_WAIT))),
        }
    }
}

/// Longest wait while no mail can be sent at all.
const OUTAGE_WAIT: Duration = minutes(30);

/// Waits after the first, second, … failure: nine of them, about 69 hours in all.
const WAITS: [Duration; 9] = [
    Duration::from_secs(30),
    minutes(2),
    minutes(10),
    minutes(30),
    minutes(2 * 60),
    minutes(6 * 60),
    minutes(12 * 60),
    minutes(24 * 60),
    minutes(24 * 60),
];

const fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

/// The wait after the `attempt`-th failed try of a mail, counted from 1; `None` after almost three days of trying: a
/// dead letter, for a person to look at. (`0` waits as `1`.)
#[must_use]
pub fn backoff(attempt: u32) -> Option<Duration> {
    let index = usize::try_from(attempt.saturating_sub(1)).ok()?;
    WAITS.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_after_about_three_days() {
        let waits: Vec<_> = (1..).map_while(backoff).collect();
        assert!(waits.is_sorted());
        let total: Duration = waits.iter().sum();
        assert!((minutes(60 * 60)..=minutes(72 * 60)).contains(&total), "{total:?}");
        assert_eq!(backoff(1), Some(Duration::from_secs(30)));
        assert_eq!(backoff(10), None);
        assert_eq!(backoff(u32::MAX), None);
        assert_eq!(backoff(0), backoff(1));
    }

    #[test]
    fn only_the_mail_s_own_failures_kill_it() {
        let text = String::new;
        assert_eq!(SendError::Permanent(text()).retry_after(1), None);
        assert_eq!(SendError::Transient(text()).retry_after(9), Some(minutes(24 * 60)));
        assert_eq!(SendError::Transient(text()).retry_after(10), None);
        assert_eq!(SendError::Unavailable(text()).retry_after(1), Some(Duration::from_secs(30)));
        for attempt in [5, 10, 1_000_000] {
            assert_eq!(SendError::Unavailable(text()).retry_after(attempt), Some(minutes(30)));
        }
    }
}
