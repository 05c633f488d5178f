//! Draws that repeat with the seed.

use std::time::Duration;

use trunkline_domain::ambient::{Entropy, SeededEntropy};

/// A sequence of draws.
pub(crate) struct Chance(SeededEntropy);

impl Chance {
    /// Each use has a sequence of its own, so that one drawing more does not change what another draws.
    pub(crate) fn new(seed: u64, usage: &str) -> Self {
        Chance(SeededEntropy::new(mix(seed, usage)))
    }

    /// A number from 0 (included) to 1 (excluded).
    pub(crate) fn fraction(&self) -> f64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        // 53 bits are all an f64 can tell apart below 1.
        (u64::from_le_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn happens(&self, rate: f64) -> bool {
        rate > 0.0 && self.fraction() < rate
    }

    /// A whole number from `min` to `max`, both included.
    pub(crate) fn between(&self, min: u64, max: u64) -> u64 {
        min + (self.fraction() * (max - min + 1) as f64) as u64
    }

    /// A time from `min` to `max`, in milliseconds, to the microsecond.
    pub(crate) fn millis(&self, min: f64, max: f64) -> Duration {
        Duration::from_micros(((min + self.fraction() * (max - min)) * 1_000.0) as u64)
    }

    pub(crate) fn seconds(&self, min: f64, max: f64) -> Duration {
        self.millis(min * 1_000.0, max * 1_000.0)
    }
}

/// A seed for one use, from the run's.
pub(crate) fn mix(seed: u64, usage: &str) -> u64 {
    usage.bytes().fold(seed, |mixed, byte| mixed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte))
}
