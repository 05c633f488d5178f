//! One answer for all who ask at the same time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::time::Timestamp;
use trunkline_store::Result;

/// An answer that is made faster than this is made for each who asks.
const CHEAP: Duration = Duration::from_millis(5);

/// A dearer one is given again for this many times as long as it took to make.
const REST: u32 = 10;

/// The oldest answer that is given again.
const AGE_MAX: Duration = Duration::from_secs(15);

/// An answer that is dear to make, kept while it is young: the dearer, the longer. However many ask, one at
/// a time makes it, and that takes no more than a tenth of the time.
pub(super) struct Shared<T>(Arc<Mutex<Option<Kept<T>>>>);

struct Kept<T> {
    value: T,
    until: Timestamp,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared(self.0.clone())
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Shared(Arc::new(Mutex::new(None)))
    }
}

impl<T: Clone> Shared<T> {
    /// The answer of before if it is young enough, or else a new one.
    pub(super) async fn get(&self, ambient: &Ambient, make: impl Future<Output = Result<T>>) -> Result<T> {
        let mut kept = self.0.lock().await;
        let now = ambient.now();
        if let Some(Kept { value, until }) = &*kept
            && now < *until
        {
            return Ok(value.clone());
        }
        let value = make.await?;
        let done = ambient.now();
        let took = done.since(now);
        *kept = (took > CHEAP)
            .then(|| Kept { value: value.clone(), until: done.plus((took * REST).min(AGE_MAX)) });
        Ok(value)
    }
}
