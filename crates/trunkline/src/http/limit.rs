//! How often something may happen: a token bucket per key, such as a user or an address.
//!
//! A bucket is kept as the one instant at which it will be full again (the "theoretical arrival time" of the
//! generic cell rate algorithm, ITU-T I.371, annex A). A bucket that is full says nothing that an unknown
//! key does not say, so forgetting it costs no accuracy.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use parking_lot::Mutex;
use trunkline_domain::time::Timestamp;

use super::Problem;

/// Token buckets by key. All are of one size: `per_minute` at once, and as many again each minute.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    /// Time in which one token comes back.
    interval: Duration,
    /// Time in which an empty bucket fills.
    window: Duration,
    keys_max: usize,
    full_at: Mutex<HashMap<K, Timestamp>>,
}

impl<K: Eq + Hash + Clone> Limiter<K> {
    /// Buckets of `per_minute` tokens; of at most `keys_max` keys the state is remembered.
    pub(crate) fn per_minute(per_minute: u32, keys_max: usize) -> Self {
        let interval = Duration::from_micros(60_000_000 / u64::from(per_minute.max(1)));
        let window = interval * per_minute.max(1);
        Limiter { interval, window, keys_max: keys_max.max(1), full_at: Mutex::default() }
    }

    /// Takes a token of `key`, or says how long it is until there is one.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Result<(), Duration> {
        let mut buckets = self.full_at.lock();
        let latest = now.plus(self.window);
        let full_at = match buckets.get_mut(&key) {
            None => now,
            Some(full_at) => {
                // A clock that was set back must not lock anyone out for longer than a bucket takes to fill.
                *full_at = (*full_at).min(latest);
                (*full_at).max(now)
            }
        };
        let wanted = full_at.plus(self.interval);
        let wait = wanted.since(latest);
        if !wait.is_zero() {
            return Err(wait);
        }
        if buckets.len() >= self.keys_max && !buckets.contains_key(&key) {
            make_room(&mut buckets, self.keys_max, now);
        }
        buckets.insert(key, wanted);
        Ok(())
    }

    /// Like [`Limiter::take`], told as the answer to a request.
    pub(crate) fn admit(&self, key: K, now: Timestamp) -> Result<(), Problem> {
        self.take(key, now).map_err(too_many)
    }
}

/// Forgets full buckets, and if there are few of those, the fuller half: whoever is close to the limit stays
/// known, and the cost is spread over the many keys that had to come before the next clearing.
fn make_room<K: Eq + Hash>(buckets: &mut HashMap<K, Timestamp>, keys_max: usize, now: Timestamp) {
    buckets.retain(|_, full_at| *full_at > now);
    if buckets.len() * 2 <= keys_max {
        return;
    }
    let mut ends: Vec<Timestamp> = buckets.values().copied().collect();
    let middle = ends.len() / 2;
    let (_, &mut median, _) = ends.select_nth_unstable(middle);
    buckets.retain(|_, full_at| *full_at > median);
}

/// 429, with the time after which another try makes sense.
pub(crate) fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let unit = if seconds == 1 { "second" } else { "seconds" };
    Problem::new(
        axum::http::StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        format!("That was too often. Wait {seconds} {unit}, then try again."),
    )
    .with_retry_after(seconds)
}

/// What counts as one client: an IPv4 address, or the /64 that an IPv6 customer is given as a whole
/// (RFC 6177).
pub(crate) fn client_key(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_700_000_000);

    fn granted(limiter: &Limiter<u8>, key: u8, now: Timestamp, tries: usize) -> usize {
        (0..tries).filter(|_| limiter.take(key, now).is_ok()).count()
    }

    #[test]
    fn a_full_bucket_gives_its_size_and_then_one_per_interval() {
        let limiter = Limiter::per_minute(10, 100);
        assert_eq!(granted(&limiter, 1, START, 50), 10);
        assert_eq!(limiter.take(1, START), Err(Duration::from_secs(6)));
        assert_eq!(granted(&limiter, 1, START.plus(Duration::from_secs(6)), 50), 1);
        assert_eq!(granted(&limiter, 1, START.plus(Duration::from_secs(300)), 50), 10);
    }

    #[test]
    fn keys_do_not_share() {
        let limiter = Limiter::per_minute(3, 100);
        assert_eq!(granted(&limiter, 1, START, 9), 3);
        assert_eq!(granted(&limiter, 2, START, 9), 3);
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let limiter = Limiter::per_minute(2, 100);
        assert_eq!(granted(&limiter, 1, START, 9), 2);
        let earlier = START.minus(Duration::from_secs(86_400));
        assert!(limiter.take(1, earlier).unwrap_err() <= Duration::from_secs(60));
        assert_eq!(granted(&limiter, 1, earlier.plus(Duration::from_secs(60)), 9), 2);
    }

    #[test]
    fn a_flood_of_keys_neither_grows_the_table_nor_frees_the_exhausted_one() {
        let limiter = Limiter::per_minute(10, 64);
        assert_eq!(granted_by(&limiter, u32::MAX, 10), 10);
        for key in 0..10_000 {
            assert_eq!(limiter.take(key, START), Ok(()));
            assert!(limiter.full_at.lock().len() <= 64);
        }
        assert_eq!(granted_by(&limiter, u32::MAX, 1), 0);
    }

    fn granted_by(limiter: &Limiter<u32>, key: u32, tries: usize) -> usize {
        (0..tries).filter(|_| limiter.take(key, START).is_ok()).count()
    }

    #[test]
    fn an_ipv6_customer_is_one_client_and_a_mapped_address_is_ipv4() {
        let key = |text: &str| client_key(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2:aaaa::1"), key("2001:db8:1:2:bbbb::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.7"), key("192.0.2.7"));
        assert_ne!(key("192.0.2.7"), key("192.0.2.8"));
    }

    #[test]
    fn the_answer_rounds_the_wait_up() {
        use axum::response::IntoResponse;
        let response = too_many(Duration::from_millis(1_200)).into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
    }

    proptest! {
        #[test]
        fn never_more_than_a_bucket_and_what_came_back(
            per_minute in 1_u32..500,
            steps in prop::collection::vec((0_u64..5_000, 1_usize..20), 1..60),
        ) {
            let limiter = Limiter::per_minute(per_minute, 8);
            let (mut now, mut given) = (START, 0_usize);
            for (millis, tries) in steps {
                now = now.plus(Duration::from_millis(millis));
                given += granted(&limiter, 1, now, tries);
                let back = now.since(START).as_secs_f64() * f64::from(per_minute) / 60.0;
                // The interval is a whole number of microseconds, so it may be a little short.
                let most = f64::from(per_minute) + back * 1.01 + 1.0;
                prop_assert!(given as f64 <= most, "{given} > {most}");
            }
        }

        #[test]
        fn who_waits_as_told_is_let_in(per_minute in 1_u32..500, tries in 1_usize..900) {
            let limiter = Limiter::per_minute(per_minute, 8);
            granted(&limiter, 1, START, tries);
            if let Err(wait) = limiter.take(1, START) {
                let later = START.plus(wait + Duration::from_micros(1));
                prop_assert!(limiter.take(1, later).is_ok());
            }
        }
    }
}
