//! Time and chance of the test: the machine's clock, and draws that repeat with the seed.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use trunkline_domain::ambient::{Ambient, Clock, SeededEntropy};
use trunkline_domain::time::Timestamp;

/// The seed that was asked for, or a new one.
pub(crate) fn seed() -> u64 {
    number("TRUNKLINE_KILL_SEED").unwrap_or_else(|| MachineClock.now().micros().unsigned_abs() % 1_000_000)
}

/// A number from the environment.
pub(crate) fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is '{text}', which is not a whole number")))
}

/// A sequence of draws.
pub(crate) struct Chance(Ambient);

impl Chance {
    /// Each use has a sequence of its own, so that one drawing more does not change what another draws.
    pub(crate) fn new(seed: u64, usage: &str) -> Self {
        let own =
            usage.bytes().fold(seed, |mixed, byte| mixed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        Chance(Ambient::new(Arc::new(MachineClock), Arc::new(SeededEntropy::new(own))))
    }

    pub(crate) fn ambient(&self) -> Ambient {
        self.0.clone()
    }

    pub(crate) fn happens(&self, rate: f64) -> bool {
        self.0.fraction() < rate
    }

    /// A whole number from `min` to `max`.
    pub(crate) fn between(&self, min: u64, max: u64) -> u64 {
        min + (self.0.fraction() * (max - min + 1) as f64) as u64
    }

    /// A time from `min` to `max` milliseconds.
    pub(crate) fn millis(&self, min: u64, max: u64) -> Duration {
        Duration::from_millis(self.between(min, max))
    }
}

struct MachineClock;

impl Clock for MachineClock {
    #[allow(clippy::disallowed_methods, reason = "the program under test lives in real time")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_micros(since.as_micros().try_into().unwrap())
    }
}
