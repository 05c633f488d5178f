//! What this process has in hand.
//!
//! A claim may be committed although its answer was lost on the way. Then the database holds jobs for this node
//! that nothing here runs, and as long as the node lives nobody else would. So after a claim that failed the
//! two are held against each other.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::RwLock;
use trunkline_domain::ids::JobId;
use trunkline_store::{Result, Tx};

use super::worker::Worker;
use super::{Claimer, Job, Jobs};

/// The jobs that run here.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<Inner>);

#[derive(Default)]
struct Inner {
    jobs: Mutex<HashSet<JobId>>,
    /// Held for reading from a claim until its jobs are in `jobs`, for writing while the two are compared.
    claiming: RwLock<()>,
    /// A claim failed, and may have been committed.
    unsure: AtomicBool,
}

impl Hands {
    pub(super) fn let_go(&self, job: &Job) {
        self.0.jobs.lock().remove(&job.id);
    }
}

impl Worker {
    /// Claims jobs with `claim` and takes them in hand.
    pub(super) async fn take(
        &self,
        claim: impl FnOnce(&mut Tx<'_>, Claimer) -> Result<Vec<Job>> + Send + 'static,
    ) -> Result<Vec<Job>> {
        self.give_back_unknown().await?;
        let hands = &self.hands.0;
        let _claiming = hands.claiming.read().await;
        let by = Claimer { epoch: self.node.epoch, token: i64::from_be_bytes(self.ambient.bytes()) };
        let claimed = self.store.write_in_background(move |tx| claim(tx, by)).await;
        match &claimed {
            Ok(jobs) => hands.jobs.lock().extend(jobs.iter().map(|job| job.id)),
            Err(_) => hands.unsure.store(true, Ordering::Release),
        }
        claimed
    }

    /// After a claim that failed: gives back what was claimed all the same.
    async fn give_back_unknown(&self) -> Result<()> {
        let hands = &self.hands.0;
        if !hands.unsure.load(Ordering::Acquire) {
            return Ok(());
        }
        let _comparing = hands.claiming.write().await;
        let (epoch, in_hand) = (self.node.epoch, hands.jobs.lock().clone());
        let released =
            self.store.write_in_background(move |tx| Jobs::release_unknown(tx, epoch, &in_hand)).await?;
        hands.unsure.store(false, Ordering::Release);
        if released > 0 {
            tracing::warn!(released, "jobs of a claim whose answer was lost are free again");
        }
        Ok(())
    }
}
