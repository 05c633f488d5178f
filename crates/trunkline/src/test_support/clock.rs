//! A clock that moves only when it is told to.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use trunkline_domain::ambient::Clock;
use trunkline_domain::time::Timestamp;

/// A Tuesday, one in the afternoon in New York and ten in the morning in San Francisco, so that it is nobody's
/// quiet hour there; on a whole second: carriers write times without fractions.
const START: Timestamp = Timestamp::from_secs(1_793_728_800);

/// Stands still, but for a microsecond each time it is asked: what happens later also sorts later, as it does
/// in life.
#[derive(Debug)]
pub(crate) struct TestClock {
    micros: AtomicI64,
    flowing_since: OnceLock<Instant>,
}

impl TestClock {
    pub(crate) fn new() -> Self {
        TestClock { micros: AtomicI64::new(START.micros()), flowing_since: OnceLock::new() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.micros.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Lets real time move the clock from now on, for tests in which the real worker sleeps until work is due.
    pub(super) fn flow(&self) {
        self.flowing_since.get_or_init(Instant::now);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let stood = Timestamp::from_micros(self.micros.fetch_add(1, Ordering::SeqCst));
        self.flowing_since.get().map_or(stood, |since| stood.plus(since.elapsed()))
    }
}
