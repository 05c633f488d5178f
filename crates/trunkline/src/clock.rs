//! The system's clock and chance: the only place that takes them from the air.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::TryRng;
use rand::rngs::SysRng;
use trunkline_domain::ambient::{Ambient, Clock, Entropy};
use trunkline_domain::time::Timestamp;

/// The time and chance of the machine.
pub(crate) fn system() -> Ambient {
    Ambient::new(Arc::new(SystemClock), Arc::new(SystemEntropy))
}

struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "everyone else asks this clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Linux's getrandom fails only before the kernel is seeded at boot; to go on without would make
        // guessable secrets, so the process ends instead.
        if SysRng.try_fill_bytes(bytes).is_err() {
            std::process::abort();
        }
    }
}
