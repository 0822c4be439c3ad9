//! Sign-in is slowed down for a user name from one address, for the name, and for the address, so that passwords cannot be tried out.

use crate::app::App;
use crate::app::attempts::{self, Limit};
use crate::http::problem::{Problem, Trouble};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Attempts on one name from one address: ten at once, then one a minute.
const PAIR_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
const PAIR_PERIOD: Duration = Duration::from_secs(60);
/// Attempts on one name from anywhere: a hundred at once, then a hundred an hour. More than one address gets, so that nobody
/// keeps another from signing in by trying the name again and again from one address.
const NAME_BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
const NAME_PERIOD: Duration = Duration::from_secs(36);
/// Attempts from one address: an office behind one address signs in at nine o'clock; then one every 2 seconds.
const PEER_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
const PEER_PERIOD: Duration = Duration::from_secs(2);
/// After so many attempts the idle entries are dropped.
const SWEEP_EVERY: u32 = 1024;

/// Counts attempts: in memory, and where several nodes share a database there as well, so that whoever is
/// sent away by one node is not let in by the next. Keys are hashes: an attacker's long names take no memory.
pub struct Throttle {
    /// What is guessed at, so that each limit has its own counts.
    purpose: &'static str,
    app: App,
    pairs: DefaultKeyedRateLimiter<u64>,
    names: DefaultKeyedRateLimiter<u64>,
    peers: DefaultKeyedRateLimiter<u64>,
    attempts: AtomicU32,
    clock: DefaultClock,
}

impl Throttle {
    /// Nothing counted yet by this node.
    #[must_use]
    pub fn new(purpose: &'static str, app: App) -> Throttle {
        let limiter = |period, burst| RateLimiter::keyed(quota(period, burst));
        Throttle {
            purpose,
            app,
            pairs: limiter(PAIR_PERIOD, PAIR_BURST),
            names: limiter(NAME_PERIOD, NAME_BURST),
            peers: limiter(PEER_PERIOD, PEER_BURST),
            attempts: AtomicU32::new(0),
            clock: DefaultClock::default(),
        }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait when there were too many.
    pub async fn attempt(&self, username: &str, peer: Option<IpAddr>) -> Result<(), Problem> {
        self.here(Some(username), peer)?;
        self.everywhere(Some(username), peer).await
    }

    /// Counts an attempt that names nobody yet, by where it comes from alone.
    ///
    /// # Errors
    /// As [`Throttle::attempt`].
    pub async fn attempt_from(&self, peer: Option<IpAddr>) -> Result<(), Problem> {
        self.here(None, peer)?;
        self.everywhere(None, peer).await
    }

    /// This node's own count, first: it keeps a storm of attempts off the database.
    fn here(&self, username: Option<&str>, peer: Option<IpAddr>) -> Result<(), Problem> {
        let wait = |until: governor::NotUntil<_>| too_many(until.wait_time_from(self.clock.now()));
        self.peers.check_key(&key(peer.map(network))).map_err(wait)?;
        let Some(username) = username else { return Ok(()) };
        self.pairs.check_key(&key((username, peer.map(network)))).map_err(wait)?;
        self.names.check_key(&key(username)).map_err(wait)
    }

    /// The count all nodes share. When the database cannot count, this node's own limit stands.
    async fn everywhere(&self, username: Option<&str>, peer: Option<IpAddr>) -> Result<(), Problem> {
        let sweep = self.attempts.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1;
        if sweep {
            self.pairs.retain_recent();
            self.names.retain_recent();
            self.peers.retain_recent();
        }
        let peer = peer.map(network).map_or_else(|| "?".to_owned(), |peer| peer.to_string());
        let mut keys = vec![(self.shared_key("peer", &peer), limit(PEER_PERIOD, PEER_BURST))];
        if let Some(username) = username {
            // The address first: it holds no line end, a name may.
            let pair = format!("{peer}\n{username}");
            keys.push((self.shared_key("pair", &pair), limit(PAIR_PERIOD, PAIR_BURST)));
            keys.push((self.shared_key("name", username), limit(NAME_PERIOD, NAME_BURST)));
        }
        match attempts::count(&self.app, keys, sweep).await {
            Ok(None) => Ok(()),
            Ok(Some(wait)) => Err(too_many(wait)),
            Err(error) => {
                tracing::warn!(%error, "attempts are counted by this node alone");
                Ok(())
            }
        }
    }

    /// The same on every node and in every release.
    fn shared_key(&self, of: &str, text: &str) -> Vec<u8> {
        Sha256::digest(format!("{}\n{of}\n{text}", self.purpose)).to_vec()
    }
}

fn too_many(wait: Duration) -> Problem {
    metrics::counter!("beiku_sign_in_throttled_total").increment(1);
    Trouble::TooMany { seconds: wait.as_secs() + 1 }.into()
}

fn limit(period: Duration, burst: NonZeroU32) -> Limit {
    let period_us = i64::try_from(period.as_micros()).unwrap_or(i64::MAX);
    Limit { period_us, burst: i64::from(burst.get()) }
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
    use crate::app::Clock as AppClock;
    use crate::store::{Address, Store};

    /// On an embedded database a node counts alone.
    fn alone() -> Throttle {
        let store = Store::open(&Address::Sqlite(":memory:".into())).unwrap();
        Throttle::new("test", App::new(store, AppClock::system()))
    }

    fn peer(n: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, n]))
    }

    #[test]
    fn ten_attempts_on_a_name_from_one_address_then_a_pause_for_the_two_only() {
        let throttle = alone();
        for _ in 0..10 {
            assert!(throttle.here(Some("li"), peer(1)).is_ok());
        }
        let refused = throttle.here(Some("li"), peer(1)).unwrap_err();
        assert_eq!(refused.status().as_u16(), 429);
        assert!(refused.retry_after().is_some_and(|seconds| (1..=61).contains(&seconds)));
        assert!(throttle.here(Some("wang"), peer(1)).is_ok());
        assert!(throttle.here(Some("li"), peer(2)).is_ok(), "who sits elsewhere is not kept out");
    }

    #[test]
    fn many_addresses_cannot_try_one_name_for_ever() {
        let throttle = alone();
        let refused = (0..101).filter(|n| throttle.here(Some("li"), peer(*n)).is_err()).count();
        assert_eq!(refused, 1);
    }

    #[test]
    fn one_address_cannot_try_many_names_and_a_v6_subscriber_is_one_address() {
        let throttle = alone();
        let peer = |n: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]));
        let refused = (0..61).filter(|n| throttle.here(Some(&format!("name{n}")), peer(*n)).is_err()).count();
        assert_eq!(refused, 1);
    }
}
