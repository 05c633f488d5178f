//! Time and chance of the test: the machine's clock, and draws that repeat with the seed.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
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
pub(crate) struct Chance {
    ambient: Ambient,
    entropy: Arc<SeededEntropy>,
}

impl Chance {
    /// Each use has a sequence of its own, so that one drawing more does not change what another draws.
    pub(crate) fn new(seed: u64, usage: &str) -> Self {
        let own =
            usage.bytes().fold(seed, |mixed, byte| mixed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        let entropy = Arc::new(SeededEntropy::new(own));
        Chance { ambient: Ambient::new(Arc::new(MachineClock), entropy.clone()), entropy }
    }

    pub(crate) fn ambient(&self) -> Ambient {
        self.ambient.clone()
    }

    /// The same chance, with a clock of its own.
    pub(crate) fn ambient_at(&self, clock: Arc<LateClock>) -> Ambient {
        Ambient::new(clock, self.entropy.clone())
    }

    pub(crate) fn happens(&self, rate: f64) -> bool {
        self.ambient.fraction() < rate
    }

    /// A whole number from `min` to `max`.
    pub(crate) fn between(&self, min: u64, max: u64) -> u64 {
        min + (self.ambient.fraction() * (max - min + 1) as f64) as u64
    }

    /// A time from `min` to `max` milliseconds.
    pub(crate) fn millis(&self, min: u64, max: u64) -> Duration {
        Duration::from_millis(self.between(min, max))
    }
}

/// The machine's clock as somebody has it who lives some time ago, and may catch up.
#[derive(Default)]
pub(crate) struct LateClock(Mutex<Duration>);

impl LateClock {
    /// From now on it is so much late.
    pub(crate) fn set(&self, late: Duration) {
        *self.0.lock() = late;
    }
}

impl Clock for LateClock {
    fn now(&self) -> Timestamp {
        MachineClock.now().minus(*self.0.lock())
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
