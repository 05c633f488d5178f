//! How long to wait before trying again.

use std::time::Duration;

/// The longest a provider's word on when to come back is taken at. A typing error in a header must not
/// park a message for a year.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 3_600);

/// Exponential back-off with jitter: each wait is `factor` times the one before, up to `max`, and spread
/// by `jitter` so that what failed together does not come back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The wait before the first retry, without jitter.
    pub base: Duration,
    /// What each further wait is multiplied with. Values below 1 (and NaN) count as 1.
    pub factor: f64,
    /// No wait is longer than this.
    pub max: Duration,
    /// The share of a wait by which chance may shorten or lengthen it, 0 to 1.
    pub jitter: f64,
}

impl Backoff {
    /// Sends: 2, 4 and 8 minutes, then doubling up to an hour, a tenth more or less.
    pub const SENDS: Backoff =
        Backoff { base: Duration::from_secs(120), factor: 2.0, max: Duration::from_secs(3_600), jitter: 0.1 };

    /// The wait before the next try when `retries` retries were already made, so 0 after the first
    /// failure. `fraction` is the chance drawn for it, 0 to 1: the middle, 0.5, gives the wait unspread.
    pub fn delay(&self, retries: u32, fraction: f64) -> Duration {
        let curve = self.base.as_secs_f64() * at_least_one(self.factor).powf(f64::from(retries));
        let spread = 1.0 + unit(self.jitter) * (2.0 * unit(fraction) - 1.0);
        self.bounded(curve.min(self.max.as_secs_f64()) * spread)
    }

    /// Like [`delay`](Self::delay), but not before the provider wants us back. Its word may exceed `max`,
    /// though not [`RETRY_AFTER_MAX`], and chance only adds to it.
    pub fn delay_honouring(&self, retries: u32, fraction: f64, retry_after: Option<Duration>) -> Duration {
        let own = self.delay(retries, fraction);
        let Some(asked) = retry_after.map(|asked| asked.min(RETRY_AFTER_MAX)) else { return own };
        own.max(asked.mul_f64(1.0 + unit(self.jitter) * unit(fraction)))
    }

    /// `seconds` as a duration from zero to `max`; anything that is no number becomes `max`.
    fn bounded(&self, seconds: f64) -> Duration {
        Duration::try_from_secs_f64(seconds).map_or(self.max, |wait| wait.min(self.max))
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff::SENDS
    }
}

/// Draws a value to the range 0 to 1; NaN becomes 0.
fn unit(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

/// Draws a factor to 1 or more; NaN becomes 1.
fn at_least_one(factor: f64) -> f64 {
    if factor >= 1.0 { factor } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = 60;

    fn backoffs() -> impl Strategy<Value = Backoff> {
        (0..10_000_u64, any::<f64>(), 0..100_000_u64, any::<f64>()).prop_map(|(base, factor, max, jitter)| {
            Backoff { base: Duration::from_millis(base), factor, max: Duration::from_millis(max), jitter }
        })
    }

    #[test]
    fn sends_wait_two_four_and_eight_minutes() {
        let waits = [0, 1, 2].map(|retries| Backoff::default().delay(retries, 0.5).as_secs());
        assert_eq!(waits, [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
    }

    #[test]
    fn jitter_spreads_a_tenth_both_ways() {
        let sends = Backoff::SENDS;
        assert_eq!(sends.delay(0, 0.0), Duration::from_secs(108));
        assert_eq!(sends.delay(0, 1.0), Duration::from_secs(132));
    }

    #[test]
    fn the_provider_is_not_asked_before_it_wants_to_be() {
        let sends = Backoff::SENDS;
        let asked = Duration::from_secs(7_200);
        assert_eq!(sends.delay_honouring(0, 0.0, Some(asked)), asked);
        assert_eq!(sends.delay_honouring(0, 0.5, Some(Duration::ZERO)), Duration::from_secs(120));
        assert_eq!(sends.delay_honouring(0, 0.5, None), sends.delay(0, 0.5));
    }

    #[test]
    fn an_absurd_retry_after_is_cut_to_a_day() {
        let wait = Backoff::SENDS.delay_honouring(0, 0.0, Some(Duration::MAX));
        assert_eq!(wait, RETRY_AFTER_MAX);
    }

    proptest! {
        #[test]
        fn never_panics_and_never_exceeds_max(backoff in backoffs(), retries: u32, fraction: f64) {
            prop_assert!(backoff.delay(retries, fraction) <= backoff.max);
        }

        #[test]
        fn without_jitter_a_later_wait_is_never_shorter(backoff in backoffs(), retries in 0..500_u32) {
            prop_assert!(backoff.delay(retries, 0.5) <= backoff.delay(retries + 1, 0.5));
        }

        #[test]
        fn the_providers_word_is_a_floor(
            backoff in backoffs(), retries: u32, fraction: f64, asked in 0..86_400_u64,
        ) {
            let asked = Duration::from_secs(asked);
            prop_assert!(backoff.delay_honouring(retries, fraction, Some(asked)) >= asked);
        }
    }
}
