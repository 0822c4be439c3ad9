//! How many requests a user may send (OWASP ASVS 5, 2.4.1): an operator's limit against scripts that run away, or carry off
//! everything they may read. Each node counts for itself; without the setting `requests_per_minute` nobody counts.

use crate::http::problem::{Problem, Trouble};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// After so many requests the entries of users who sent none lately are dropped.
const SWEEP_EVERY: u32 = 16_384;

/// Counts requests by user.
pub struct Allowance {
    limiter: Option<DefaultKeyedRateLimiter<i64>>,
    taken: AtomicU32,
    clock: DefaultClock,
}

impl Allowance {
    /// So many requests a minute for each user, all at once if they like; 0: as many as they like.
    #[must_use]
    pub fn new(per_minute: u32) -> Allowance {
        let limiter = NonZeroU32::new(per_minute).map(|count| RateLimiter::keyed(Quota::per_minute(count)));
        Allowance { limiter, taken: AtomicU32::new(0), clock: DefaultClock::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait.
    pub fn take(&self, user_id: i64) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(&user_id).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            Trouble::TooMany { seconds: wait.as_secs() + 1 }.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Allowance;

    #[test]
    fn a_user_has_so_many_and_another_as_many() {
        let allowance = Allowance::new(60);
        assert_eq!((0..100).filter(|_| allowance.take(1).is_ok()).count(), 60);
        assert!(allowance.take(1).is_err_and(|problem| problem.retry_after() == Some(1)));
        assert!(allowance.take(2).is_ok());
        let unlimited = Allowance::new(0);
        assert!((0..100).all(|_| unlimited.take(1).is_ok()));
    }
}
