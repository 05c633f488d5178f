//! The worker without its loop, for tests: what is due runs when it is called for, and is over afterwards.

use futures::future::join_all;

use super::{CLAIM_MAX, Worker};
use crate::jobs::{Job, Jobs, Queue};

impl Worker {
    /// Runs what is due, and what becomes due by that, until nothing is. Returns how many jobs ran.
    pub(crate) async fn run_due(&self) -> usize {
        let mut ran = 0;
        loop {
            let before = ran;
            for queue in Queue::ALL {
                let claimed = self.claim(queue).await;
                ran += claimed.len();
                join_all(claimed.into_iter().map(|job| self.run_one(queue, job))).await;
            }
            if ran == before {
                return ran;
            }
        }
    }

    /// Claims what is due without running it, as if the process stopped right after.
    pub(crate) async fn claim(&self, queue: Queue) -> Vec<Job> {
        let (epoch, now) = (self.node.epoch, self.ambient.now());
        self.store.write(move |tx| Jobs::claim(tx, queue, epoch, now, CLAIM_MAX)).await.unwrap()
    }

    /// Runs one claimed job.
    pub(crate) async fn run_claimed(&self, queue: Queue, job: Job) {
        self.run_one(queue, job).await;
    }

    /// One heartbeat of this node. Fails when it has been taken for dead.
    pub(crate) async fn beat(&self) -> trunkline_store::Result<()> {
        self.node.renew().await
    }
}
