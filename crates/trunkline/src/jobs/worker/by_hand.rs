//! The worker without its loop, for tests: what is due runs when it is called for, and is over afterwards.

use futures::future::join_all;

use super::{CLAIM_MAX, Worker};
use crate::jobs::{Claimer, Job, Jobs, Queue, Room};

impl Worker {
    /// Runs what is due, and what becomes due by that, until nothing is. Returns how many jobs ran.
    pub(crate) async fn run_due(&self) -> usize {
        let mut ran = 0;
        loop {
            let before = ran;
            for queue in Queue::ALL {
                let claimed = self.claim_apart(queue).await;
                ran += claimed.len();
                join_all(claimed.into_iter().map(|job| self.run_one(job))).await;
            }
            ran += self.run_due_of_pools().await;
            if ran == before {
                return ran;
            }
        }
    }

    fn claimer(&self) -> Claimer {
        Claimer { epoch: self.node.epoch, token: i64::from_be_bytes(self.ambient.bytes()) }
    }

    async fn claim_apart(&self, queue: Queue) -> Vec<Job> {
        loop {
            let now = self.ambient.now();
            match self.take(move |tx, by| Jobs::claim(tx, queue, by, now, CLAIM_MAX)).await {
                Ok(claimed) => return claimed,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
        }
    }

    /// Claims what is due without running it, as if the process stopped right after.
    pub(crate) async fn claim(&self, queue: Queue) -> Vec<Job> {
        let (by, now) = (self.claimer(), self.ambient.now());
        let pools = if queue == Queue::Send { self.pools.ids() } else { Vec::new() };
        self.store
            .write(move |tx| {
                let mut claimed = Jobs::claim(tx, queue, by, now, CLAIM_MAX)?;
                for pool in pools {
                    claimed.extend(Jobs::claim_pool(tx, pool, by, now, CLAIM_MAX, 0)?);
                }
                Ok(claimed)
            })
            .await
            .unwrap()
    }

    async fn run_due_of_pools(&self) -> usize {
        let mut ran = 0;
        for pool in self.pools.ids() {
            let claimed = self.claim_of_pool(pool).await;
            ran += claimed.len();
            self.pools.started(pool, &claimed);
            join_all(claimed.into_iter().map(|job| async move {
                self.run_one(job.clone()).await;
                self.pools.ended(pool, &job);
            }))
            .await;
        }
        ran
    }

    /// As many as there is room for, however often the database is away.
    async fn claim_of_pool(&self, pool: uuid::Uuid) -> Vec<Job> {
        loop {
            let now = self.ambient.now();
            let wanted = match self.pools.room(pool, now).await {
                Ok(Room::UpTo(room)) => room.min(CLAIM_MAX),
                Ok(Room::NoneUntil(_)) => return Vec::new(),
                Err(_) => continue,
            };
            let claim = self.take(move |tx, by| Jobs::claim_pool(tx, pool, by, now, wanted, 0));
            match claim.await {
                Ok(claimed) => return claimed,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
        }
    }

    /// Runs one claimed job.
    pub(crate) async fn run_claimed(&self, job: Job) {
        self.run_one(job).await;
    }

    /// One heartbeat of this node. Fails when it has been taken for dead.
    pub(crate) async fn beat(&self) -> trunkline_store::Result<()> {
        self.node.renew().await
    }
}
