//! How often one address may write: guesses at passwords and references seldom, all else faster than hands can type. Reading is not limited.
//!
//! An address is that of the connection or, where that is a proxy we were told of, the last one in `X-Forwarded-For` that is none. Of version 6
//! it is the first 64 bits, for a household has as many below them as it likes. This machine itself is not limited, nor what comes
//! without an address.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// How fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// A password or a reference could be guessed: ten at once, then one in six seconds.
    Guess,
    /// A form, a check as it is typed: two hundred at once, then five a second. A care home shares an address.
    Hand,
}

/// Checks between two looks for addresses that need not be remembered any more.
const BETWEEN_SWEEPS: u32 = 10_000;

/// What each address has used up.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    guess: DefaultKeyedRateLimiter<IpAddr>,
    hand: DefaultKeyedRateLimiter<IpAddr>,
    proxies: Vec<IpAddr>,
    checks: AtomicU32,
}

impl Limits {
    /// Nothing used up yet. `proxies` are the addresses of proxies of ours, whose word on who asks is believed.
    pub fn new(proxies: Vec<IpAddr>) -> Limits {
        let quota = |burst: u32, every: Duration| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Quota::with_period(every).unwrap_or(Quota::per_second(burst)).allow_burst(burst)
        };
        Limits(Arc::new(Inner {
            guess: RateLimiter::keyed(quota(10, Duration::from_secs(6))),
            hand: RateLimiter::keyed(quota(200, Duration::from_millis(200))),
            proxies,
            checks: AtomicU32::new(0),
        }))
    }

    /// Counts a request; how long its address must wait, where it has used up what it had.
    pub(crate) fn take(&self, pace: Pace, request: &Request) -> Result<(), Duration> {
        let Some(address) = self.address(request) else { return Ok(()) };
        let limiter = match pace {
            Pace::Guess => &self.0.guess,
            Pace::Hand => &self.0.hand,
        };
        if self.0.checks.fetch_add(1, Ordering::Relaxed) % BETWEEN_SWEEPS == BETWEEN_SWEEPS - 1 {
            self.0.guess.retain_recent();
            self.0.hand.retain_recent();
        }
        limiter.check_key(&address).map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }

    fn address(&self, request: &Request) -> Option<IpAddr> {
        let ConnectInfo(connection) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
        let near = connection.ip().to_canonical();
        let far = if self.0.proxies.contains(&near) { self.forwarded(request) } else { None };
        let address = far.unwrap_or(near);
        if address.is_loopback() {
            return None;
        }
        Some(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        })
    }

    /// The last address that is no proxy of ours: what stands before it, whoever asks could have written.
    fn forwarded(&self, request: &Request) -> Option<IpAddr> {
        let lines = request.headers().get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let all: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
        let addresses = all.iter().rev().map_while(|one| one.trim().parse::<IpAddr>().ok());
        addresses.map(|one| one.to_canonical()).find(|one| !self.0.proxies.contains(one))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(from: &str, forwarded: &str) -> Request {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 4000)));
        if !forwarded.is_empty() {
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        request
    }

    /// How many of twelve requests are let through.
    fn let_through(limits: &Limits, from: &str, forwarded: &str) -> usize {
        (0..12).filter(|_| limits.take(Pace::Guess, &asked(from, forwarded)).is_ok()).count()
    }

    #[test]
    fn ten_guesses_an_address_and_then_a_wait() {
        let limits = Limits::new(Vec::new());
        assert_eq!(let_through(&limits, "203.0.113.5", ""), 10);
        assert_eq!(let_through(&limits, "203.0.113.6", ""), 10);
        let wait = limits.take(Pace::Guess, &asked("203.0.113.5", "")).unwrap_err();
        assert!((Duration::from_secs(1)..=Duration::from_secs(6)).contains(&wait), "{wait:?}");
        assert!(limits.take(Pace::Hand, &asked("203.0.113.5", "")).is_ok());
    }

    #[test]
    fn one_household_is_one_address_of_version_6_and_this_machine_is_not_limited() {
        let limits = Limits::new(Vec::new());
        assert_eq!(let_through(&limits, "2001:db8:1:2::1", ""), 10);
        assert_eq!(let_through(&limits, "2001:db8:1:2::2", ""), 0);
        assert_eq!(let_through(&limits, "2001:db8:1:3::2", ""), 10);
        assert_eq!(let_through(&limits, "127.0.0.1", ""), 12);
        assert!(limits.take(Pace::Guess, &Request::new(Body::empty())).is_ok());
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_is_one_of_ours() {
        let limits = Limits::new(vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]);
        assert_eq!(let_through(&limits, "10.0.0.1", "203.0.113.5, 10.0.0.2"), 10);
        // Written by whoever asks, before what the proxy wrote.
        assert_eq!(let_through(&limits, "10.0.0.1", "198.51.100.9, 203.0.113.5"), 0);
        assert_eq!(let_through(&limits, "10.0.0.1", "203.0.113.7"), 10);
        // A stranger's word changes nothing.
        assert_eq!(let_through(&limits, "203.0.113.9", "198.51.100.1"), 10);
        assert_eq!(let_through(&limits, "203.0.113.9", "198.51.100.2"), 0);
    }
}
