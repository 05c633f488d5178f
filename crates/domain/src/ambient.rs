//! The two things a rule may not take from the air: the time and chance.
//!
//! Both are passed in as one [`Ambient`]. The program passes the system's; a test passes a clock it turns
//! by hand and a seeded generator, and gets the same run every time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use uuid::Uuid;

use crate::ids::Id;
use crate::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes. The program's source must be fit for secrets.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random values.
    fn fill(&self, bytes: &mut [u8]);
}

/// Time and chance, passed to everything that needs either.
#[derive(Clone)]
pub struct Ambient {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Ambient {
    /// Joins a clock and a source of chance.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Ambient { clock, entropy }
    }

    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new UUIDv7 of the wanted kind. The 12 bits after the milliseconds hold the fraction of the
    /// millisecond (RFC 9562 §6.2, method 3), so ids made microseconds apart still sort by creation.
    pub fn id<T: Id>(&self) -> T {
        let micros = self.now().micros().max(0).unsigned_abs();
        let (millis, rest) = (micros / 1_000, micros % 1_000);
        let mut bytes: [u8; 16] = self.bytes();
        let sub_milli = (rest * 4_096 / 1_000).to_be_bytes();
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6] = 0x70 | sub_milli[6];
        bytes[7] = sub_milli[7];
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        T::from(Uuid::from_bytes(bytes))
    }

    /// `N` random bytes, fit for a secret when the source is.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A number drawn evenly from 0 (included) to 1 (excluded).
    pub fn fraction(&self) -> f64 {
        // 53 bits are all an f64 can tell apart below 1.
        (u64::from_be_bytes(self.bytes()) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl std::fmt::Debug for Ambient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ambient").field("now", &self.now()).finish_non_exhaustive()
    }
}

/// A clock that stands still until it is turned.
#[derive(Debug, Default)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        ManualClock(Mutex::new(start))
    }

    /// Turns the clock `by` forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.plus(by);
    }

    /// Sets the clock, forward or back: real clocks jump too.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chance that repeats: the same seed gives the same bytes in the same order.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<ChaCha12Rng>);

impl SeededEntropy {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        SeededEntropy(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MessageId;

    fn ambient(start: i64) -> (Arc<ManualClock>, Ambient) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(start)));
        (clock.clone(), Ambient::new(clock, Arc::new(SeededEntropy::new(7))))
    }

    #[test]
    fn ids_sort_by_creation_within_a_millisecond() {
        let (clock, ambient) = ambient(1_700_000_000);
        let first: MessageId = ambient.id();
        clock.advance(Duration::from_micros(10));
        let second: MessageId = ambient.id();
        assert!(first < second);
        assert_eq!(Uuid::from(first).get_version_num(), 7);
        assert_eq!(Uuid::from(first).get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        assert_eq!(ambient(5).1.id::<MessageId>(), ambient(5).1.id::<MessageId>());
    }
}
