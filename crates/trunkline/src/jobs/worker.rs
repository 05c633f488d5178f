//! Claims what is due and runs the handlers.

#[cfg(test)]
mod by_hand;

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use trunkline_domain::ambient::Ambient;
use trunkline_store::{Engine, Result, Store};

use super::{Failure, Hands, Job, Jobs, Node, Pools, Queue, claim_was_lost, errors};

/// Jobs claimed at once: a claim of 100 costs little more than a claim of one.
pub(super) const CLAIM_MAX: usize = 100;

/// How often PostgreSQL is asked for what other nodes have added.
pub(super) const POLL: Duration = Duration::from_millis(250);

/// The wait after the database could not be asked.
pub(super) const STORE_AWAY: Duration = Duration::from_millis(500);

type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, std::result::Result<(), Failure>> + Send + Sync>;

/// What to do for each kind of job.
#[derive(Clone, Default)]
pub(crate) struct Handlers {
    by_kind: HashMap<&'static str, Handler>,
    /// Kinds whose jobs live for ever.
    standing: HashSet<&'static str>,
}

impl Handlers {
    /// Adds the handler of a kind. It must end or postpone its job in the transaction that has its effect.
    pub(crate) fn add<F, Fut>(&mut self, kind: &'static str, run: F)
    where
        F: Fn(Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = std::result::Result<(), Failure>> + Send + 'static,
    {
        self.by_kind.insert(kind, Arc::new(move |job| run(job).boxed()));
    }

    /// Jobs of this kind live for ever: however often one fails, it is tried again.
    pub(crate) fn keep_trying(&mut self, kind: &'static str) {
        self.standing.insert(kind);
    }

    fn is_standing(&self, kind: &str) -> bool {
        self.standing.contains(kind)
    }
}

/// Works off the queues of one node.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) jobs: Jobs,
    pub(crate) node: Node,
    pub(crate) handlers: Handlers,
    pub(crate) pools: Arc<dyn Pools>,
    pub(crate) hands: Hands,
}

impl Worker {
    /// Works until `stop` is cancelled, then lets what is running come to its end.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let running = TaskTracker::new();
        let queues = Queue::ALL.map(|queue| self.clone().work_off(queue, stop.clone(), running.clone()));
        let pools = self.clone().work_off_pools(stop.clone(), running.clone());
        futures::future::join(futures::future::join_all(queues), pools).await;
        running.close();
        running.wait().await;
    }

    async fn work_off(self, queue: Queue, stop: CancellationToken, running: TaskTracker) {
        let places = Arc::new(Semaphore::new(queue.concurrency()));
        while !stop.is_cancelled() {
            let Some(wake) = self.jobs.wakes.get(&queue) else { return };
            // Registered before looking: a job added between the look and the wait is not slept through.
            let mut woken = std::pin::pin!(wake.notified());
            woken.as_mut().enable();
            if self.start_due(queue, &places, &running).await {
                continue;
            }
            let pause = self.pause(queue).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = woken => {}
                () = sleep_or_for_ever(pause) => {}
            }
        }
    }

    /// Starts what is due as far as there are places. Returns whether there may be more.
    async fn start_due(&self, queue: Queue, places: &Arc<Semaphore>, running: &TaskTracker) -> bool {
        let Ok(first) = places.clone().acquire_owned().await else { return false };
        let wanted = (places.available_permits() + 1).min(CLAIM_MAX);
        let now = self.ambient.now();
        let claimed = self.take(move |tx, by| Jobs::claim(tx, queue, by, now, wanted)).await;
        let claimed = match claimed {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, queue = queue.as_str(), "due jobs could not be claimed");
                tokio::time::sleep(STORE_AWAY).await;
                return true;
            }
        };
        let more = claimed.len() == wanted;
        let mut place = Some(first);
        for job in claimed {
            let Some(place) = place.take().or_else(|| places.clone().try_acquire_owned().ok()) else { break };
            let worker = self.clone();
            running.spawn(async move {
                worker.run_one(job).await;
                drop(place);
            });
        }
        more
    }

    pub(super) async fn run_one(&self, job: Job) {
        self.run_to_its_end(&job).await;
        self.hands.let_go(&job);
    }

    async fn run_to_its_end(&self, job: &Job) {
        let result = match self.handlers.by_kind.get(job.kind.as_str()) {
            Some(handler) => {
                AssertUnwindSafe(handler(job.clone())).catch_unwind().await.unwrap_or_else(|_| {
                    Err(Failure::from(anyhow::anyhow!("the code that handles this kind of job panicked")))
                })
            }
            // A newer release of ours wrote it, or a handler is missing: it must not be dropped.
            None => Err(Failure::from(anyhow::anyhow!(
                "this release has no handler for jobs of kind '{}'",
                job.kind
            ))),
        };
        let Err(failure) = result else { return };
        metrics::counter!("trunkline_job_failures_total", "kind" => job.kind.clone()).increment(1);
        tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, error = %failure.error, "a job failed");
        // Until it is recorded the claim stays, so nobody else runs it meanwhile.
        while let Err(error) = self.record_failure(job, &failure).await {
            if claim_was_lost(&error) {
                return;
            }
            tracing::warn!(%error, "a failed job could not be recorded; trying again");
            tokio::time::sleep(STORE_AWAY).await;
        }
    }

    async fn record_failure(&self, job: &Job, failure: &Failure) -> Result<()> {
        let record = errors::Record::new(self.ambient.id(), self.ambient.now(), job, failure);
        let (jobs, job, standing) = (self.jobs.clone(), job.clone(), self.handlers.is_standing(&job.kind));
        self.store.write_in_background(move |tx| record.write(tx, &jobs, &job, standing)).await
    }

    /// How long until something is due or other nodes may have added something; `None`: until woken.
    async fn pause(&self, queue: Queue) -> Option<Duration> {
        let now = self.ambient.now();
        let next = self.store.read(move |tx| Jobs::next_due(tx, queue, now)).await;
        let until_due = match next {
            Ok(next) => next.map(|at| at.since(now)),
            Err(_) => Some(STORE_AWAY),
        };
        match self.store.engine() {
            Engine::Sqlite => until_due,
            Engine::Postgres => Some(until_due.map_or(POLL, |wait| wait.min(POLL))),
        }
    }
}

pub(super) async fn sleep_or_for_ever(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}
