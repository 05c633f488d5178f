//! The system's clock and chance: the only place that takes them from the air.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::Rng;
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
    #[allow(clippy::disallowed_methods, reason = "everyone else asks this source")]
    fn fill(&self, bytes: &mut [u8]) {
        // A generator per thread, fit for secrets, that the kernel seeds and reseeds ("ThreadRng" in rand's
        // documentation): asking the kernel for each id cost a webhook two system calls.
        rand::rng().fill_bytes(bytes);
    }
}
