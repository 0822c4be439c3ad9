//! Sign-in is slowed down per user name and per peer address, so that passwords cannot be tried out.

use crate::http::problem::{Problem, Trouble};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Attempts on one name: ten at once, then one every 30 seconds.
const NAME_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
const NAME_PERIOD: Duration = Duration::from_secs(30);
/// Attempts from one address: an office behind one address signs in at nine o'clock; then one every 2 seconds.
const PEER_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
const PEER_PERIOD: Duration = Duration::from_secs(2);
/// After so many attempts the idle entries are dropped.
const SWEEP_EVERY: u32 = 1024;

/// Counts attempts by name and by peer. Keys are hashes: an attacker's long names take no memory.
pub struct Throttle {
    names: DefaultKeyedRateLimiter<u64>,
    peers: DefaultKeyedRateLimiter<u64>,
    attempts: AtomicU32,
    clock: DefaultClock,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::new()
    }
}

impl Throttle {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Throttle {
        let limiter = |period, burst| RateLimiter::keyed(quota(period, burst));
        Throttle {
            names: limiter(NAME_PERIOD, NAME_BURST),
            peers: limiter(PEER_PERIOD, PEER_BURST),
            attempts: AtomicU32::new(0),
            clock: DefaultClock::default(),
        }
    }

    /// Counts an attempt; `too_many_requests` with the time to wait when there were too many.
    pub fn attempt(&self, username: &str, peer: Option<IpAddr>) -> Result<(), Problem> {
        if self.attempts.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.names.retain_recent();
            self.peers.retain_recent();
        }
        self.attempt_from(peer)?;
        self.names.check_key(&key(username)).map_err(|until| self.too_many(&until))
    }

    /// Counts an attempt that names nobody yet, by where it comes from alone.
    pub fn attempt_from(&self, peer: Option<IpAddr>) -> Result<(), Problem> {
        self.peers.check_key(&key(peer.map(network))).map_err(|until| self.too_many(&until))
    }

    fn too_many(&self, until: &governor::NotUntil<<DefaultClock as Clock>::Instant>) -> Problem {
        let seconds = until.wait_time_from(self.clock.now()).as_secs() + 1;
        metrics::counter!("beiku_sign_in_throttled_total").increment(1);
        Trouble::TooMany { seconds }.into()
    }
}

fn quota(period: Duration, burst: NonZeroU32) -> Quota {
    // `with_period` is `None` only for a period of zero.
    Quota::with_period(period).unwrap_or(Quota::per_minute(burst)).allow_burst(burst)
}

/// One subscriber holds a whole /64 of IPv6.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

fn key(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_on_a_name_then_a_pause_for_that_name_only() {
        let throttle = Throttle::new();
        let peer = |n: u8| Some(IpAddr::from([10, 0, 0, n]));
        for n in 0..10 {
            assert!(throttle.attempt("li", peer(n)).is_ok());
        }
        let refused = throttle.attempt("li", peer(99)).unwrap_err();
        assert_eq!(refused.status().as_u16(), 429);
        assert!(refused.retry_after().is_some_and(|seconds| (1..=31).contains(&seconds)));
        assert!(throttle.attempt("wang", peer(1)).is_ok());
    }

    #[test]
    fn one_address_cannot_try_many_names_and_a_v6_subscriber_is_one_address() {
        let throttle = Throttle::new();
        let peer = |n: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]));
        let refused = (0..61).filter(|n| throttle.attempt(&format!("name{n}"), peer(*n)).is_err()).count();
        assert_eq!(refused, 1);
    }
}
