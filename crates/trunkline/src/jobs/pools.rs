//! Pools: jobs that draw on something scarce together, such as the rate of a line.
//!
//! The one who knows what is scarce says how many jobs of a pool may start; this room claims that many, each
//! lane its share, and says when they have ended. It must not know what the budget is made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Engine, Result};
use uuid::Uuid;

use super::worker::{CLAIM_MAX, POLL, STORE_AWAY, Worker, sleep_or_for_ever};
use super::{Job, Jobs, Queue};

/// Places that may stay empty for a moment so that claims are not made for single jobs.
const REFILL_MAX: usize = 32;

/// How many jobs of a pool may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// So many, now.
    UpTo(usize),
    /// None before then; a finished job or a new one may change that.
    NoneUntil(Timestamp),
}

/// Whoever knows what is scarce.
pub(crate) trait Pools: Send + Sync {
    /// Every pool there may be jobs of.
    fn ids(&self) -> Vec<Uuid>;

    /// How many jobs of one pool may run at the same time on one node.
    fn running_max(&self) -> usize;

    /// How many jobs of a pool may start, besides those that have.
    fn room(&self, pool: Uuid, now: Timestamp) -> BoxFuture<'_, Result<Room>>;

    /// These have been claimed and will start.
    fn started(&self, pool: Uuid, jobs: &[Job]);

    /// This one has run, whatever came of it. Returns whether it left room that it did not use.
    fn ended(&self, pool: Uuid, job: &Job) -> bool;
}

/// One pool as its worker sees it.
struct Lot {
    id: Uuid,
    places: Arc<Semaphore>,
    /// So many places have to be free before more jobs are claimed on their account: a claim costs the same
    /// for one job as for many. What is new is claimed at once.
    refill_at: usize,
    /// There may be more due than there were places for.
    starved: AtomicBool,
    turn: AtomicU64,
}

/// What a look at all pools brought.
#[derive(Default)]
struct Look {
    /// There may be more to start at once.
    more: bool,
    /// Nothing can start before then, for want of room.
    room_at: Option<Timestamp>,
}

impl Worker {
    /// Works off the pools until `stop` is cancelled.
    pub(super) async fn work_off_pools(self, stop: CancellationToken, running: TaskTracker) {
        // A slow pool must not take all places, so each has its own.
        let places = self.pools.running_max();
        let mut lots: Vec<Arc<Lot>> = Vec::new();
        while !stop.is_cancelled() {
            let wake = self.jobs.pool_wake();
            // Registered before looking: a job added between the look and the wait is not slept through.
            let mut woken = std::pin::pin!(wake.notified());
            woken.as_mut().enable();
            // Pools come while the process runs; none ever goes.
            for id in self.pools.ids() {
                if !lots.iter().any(|lot| lot.id == id) {
                    lots.push(Arc::new(Lot::new(id, places)));
                }
            }
            let mut look = Look::default();
            for lot in &lots {
                self.start_lot(lot, &running, &mut look).await;
            }
            if look.more {
                continue;
            }
            let pause = self.pools_pause(&lots, look.room_at).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = woken => {}
                () = sleep_or_for_ever(pause) => {}
            }
        }
    }

    async fn start_lot(&self, lot: &Arc<Lot>, running: &TaskTracker, look: &mut Look) {
        // Said before the places are counted: one that becomes free meanwhile is heard of.
        lot.starved.store(true, Ordering::SeqCst);
        let free = lot.places.available_permits().min(CLAIM_MAX);
        if free == 0 {
            // Jobs that end wake this worker.
            return;
        }
        let claimed = match self.claim_lot(lot, free, look).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, pool = %lot.id, "due jobs could not be claimed");
                look.room_at = earliest(look.room_at, Some(self.ambient.now().plus(STORE_AWAY)));
                return;
            }
        };
        for job in claimed {
            let Ok(place) = lot.places.clone().try_acquire_owned() else { break };
            let (worker, lot) = (self.clone(), lot.clone());
            running.spawn(async move { worker.run_of_pool(&lot, job, place).await });
        }
    }

    async fn claim_lot(&self, lot: &Lot, free: usize, look: &mut Look) -> Result<Vec<Job>> {
        let (now, pool) = (self.ambient.now(), lot.id);
        let wanted = match self.pools.room(pool, now).await? {
            Room::UpTo(count) => count.min(free),
            Room::NoneUntil(at) => {
                look.room_at = earliest(look.room_at, Some(at));
                0
            }
        };
        if wanted == 0 {
            return Ok(Vec::new());
        }
        let turn = lot.turn.fetch_add(1, Ordering::Relaxed);
        let claimed = self.take(move |tx, by| Jobs::claim_pool(tx, pool, by, now, wanted, turn)).await?;
        look.more |= claimed.len() == wanted;
        lot.starved.store(claimed.len() == wanted, Ordering::SeqCst);
        self.pools.started(pool, &claimed);
        Ok(claimed)
    }

    async fn run_of_pool(self, lot: &Lot, job: Job, place: OwnedSemaphorePermit) {
        self.run_one(job.clone()).await;
        let unused = self.pools.ended(lot.id, &job);
        drop(place);
        let refill = lot.places.available_permits() >= lot.refill_at;
        if unused || (refill && lot.starved.swap(false, Ordering::SeqCst)) {
            self.jobs.wake(Queue::Send);
        }
    }

    async fn pools_pause(
        &self,
        lots: &[Arc<Lot>],
        room_at: Option<Timestamp>,
    ) -> Option<std::time::Duration> {
        let now = self.ambient.now();
        let ids: Vec<Uuid> = lots.iter().map(|lot| lot.id).collect();
        let next = self
            .store
            .read(move |tx| {
                ids.iter().try_fold(None, |next, id| Ok(earliest(next, Jobs::next_due_of(tx, *id, now)?)))
            })
            .await;
        let until = match next {
            Ok(next) => earliest(next, room_at).map(|at| at.since(now)),
            Err(_) => Some(STORE_AWAY),
        };
        match self.store.engine() {
            Engine::Sqlite => until,
            Engine::Postgres => Some(until.map_or(POLL, |wait| wait.min(POLL))),
        }
    }
}

impl Lot {
    fn new(id: Uuid, places: usize) -> Self {
        let refill_at = (places / 4).clamp(1, REFILL_MAX);
        let starved = AtomicBool::new(false);
        Lot { id, places: Arc::new(Semaphore::new(places)), refill_at, starved, turn: AtomicU64::new(0) }
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}
