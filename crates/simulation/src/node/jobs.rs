//! The queue: claims, ends, gives back (`jobs/mod.rs`, `jobs/worker.rs`).

use std::rc::Rc;
use std::time::Duration;

use trunkline_domain::ids::JobId;
use trunkline_domain::time::Timestamp;

use super::Node;
use crate::bug::Bug;
use crate::store::{Job, JobKey, Kind, Lock, NodeRow, Phone, Result, StoreError, Subject, Table, Tx};

/// Jobs claimed at once: few, so that several nodes get some.
const CLAIM_MAX: usize = 3;

/// How often PostgreSQL is asked for what other nodes have added.
const POLL_MILLIS: f64 = 250.0;

/// The wait after the database could not be asked.
const STORE_AWAY: Duration = Duration::from_millis(500);

/// How many tries a job gets before it is parked.
const TRIES_MAX: u32 = 12;

/// The longest wait before a job that failed is tried again. The product waits up to ten minutes, which is
/// as long as a run.
const RETRY_WAIT_MAX: Duration = Duration::from_secs(300);

/// The queues, each with its own claimer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Queue {
    Journal,
    Send,
    Settle,
}

fn queue_of(kind: Kind) -> Queue {
    match kind {
        Kind::Journal => Queue::Journal,
        Kind::Send | Kind::HandOver => Queue::Send,
        Kind::Settle | Kind::Reconcile => Queue::Settle,
    }
}

/// A job that this node has claimed.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) key: JobKey,
    pub(super) id: JobId,
    pub(super) order_key: Option<Phone>,
    attempt: u32,
    epoch: i64,
    /// `None` when claims are not numbered.
    claims: Option<u32>,
}

impl Claimed {
    fn is(&self, job: &Job) -> bool {
        job.id == self.id
            && job.epoch == Some(self.epoch)
            && self.claims.is_none_or(|claims| job.claims == claims)
    }
}

fn retry_wait(attempt: u32) -> Duration {
    Duration::from_secs(1 << attempt.min(10)).min(RETRY_WAIT_MAX)
}

impl Node {
    /// Adds a job; nothing happens if one of the kind is there for the subject.
    pub(super) async fn enqueue_job(
        &self,
        tx: &mut Tx,
        key: JobKey,
        order_key: Option<Phone>,
        ready_at: Timestamp,
    ) -> Result<()> {
        let (mut due_at, mut position) = (ready_at, 0);
        if order_key.is_some() {
            self.hold_order(tx, order_key).await?;
            tx.statement().await?;
            let before = tx.find::<Job>(|_, job| job.order_key == order_key);
            if let Some(last) = before.iter().map(|(_, job)| job.position).max() {
                (due_at, position) = (Timestamp::MAX, last + 1);
            }
        }
        tx.statement().await?;
        let id = self.id();
        let job = Job { id, order_key, due_at, ready_at, attempt: 0, epoch: None, claims: 0, position };
        tx.insert(key, job).await.map(|_| ())
    }

    async fn hold_order(&self, tx: &Tx, order_key: Option<Phone>) -> Result<()> {
        let Some(key) = order_key else { return Ok(()) };
        tx.statement().await?;
        tx.lock(Lock::Order(key)).await
    }

    /// Ends a claimed job; the transaction fails if the claim is no longer ours.
    pub(super) async fn finish(&self, tx: &mut Tx, job: &Claimed) -> Result<()> {
        self.hold_order(tx, job.order_key).await?;
        tx.statement().await?;
        let unchecked = self.has(Bug::NoEpochCheckOnFinish);
        let ended = tx.update::<Job>(&job.key, |row| unchecked || job.is(row), |_| None).await?;
        self.still_ours(ended)?;
        self.release_next(tx, job.order_key).await
    }

    /// Gives a claimed job back, due at `at`.
    pub(super) async fn postpone(&self, tx: &mut Tx, job: &Claimed, at: Timestamp) -> Result<()> {
        let tries = if self.has(Bug::TriesNeverForgotten) { job.attempt } else { 0 };
        self.give_up_claim(tx, job, at, tries).await
    }

    async fn give_up_claim(&self, tx: &mut Tx, job: &Claimed, at: Timestamp, attempt: u32) -> Result<()> {
        tx.statement().await?;
        let unchecked = self.has(Bug::NoEpochCheckOnFinish);
        let back = |row: Job| Some(Job { epoch: None, due_at: at, ready_at: at, attempt, ..row });
        let given_back = tx.update::<Job>(&job.key, |row| unchecked || job.is(row), back).await?;
        self.still_ours(given_back)
    }

    /// Fails if the claim is no longer ours, for what is written under one that goes on.
    pub(super) async fn assert_claim(&self, tx: &mut Tx, job: &Claimed) -> Result<()> {
        tx.statement().await?;
        let held = tx.update::<Job>(&job.key, |row| job.is(row), Some).await?;
        self.still_ours(held)
    }

    fn still_ours(&self, changed: bool) -> Result<()> {
        if changed || self.has(Bug::NoEpochCheckOnFinish) { Ok(()) } else { Err(StoreError::ClaimLost) }
    }

    /// Makes a waiting job due now if nobody has claimed it.
    pub(super) async fn hasten(&self, tx: &mut Tx, key: JobKey, now: Timestamp) -> Result<()> {
        tx.statement().await?;
        let waits = |job: &Job| job.epoch.is_none() && job.ready_at > now && job.due_at == job.ready_at;
        let due = |job: Job| Some(Job { due_at: now, ready_at: now, ..job });
        tx.update::<Job>(&key, waits, due).await.map(|_| ())
    }

    /// Drops a job that nobody has claimed. Returns whether there was one.
    pub(super) async fn discard(&self, tx: &mut Tx, key: JobKey) -> Result<bool> {
        tx.statement().await?;
        let Some(job) = tx.get::<Job>(&key) else { return Ok(false) };
        self.hold_order(tx, job.order_key).await?;
        tx.statement().await?;
        let dropped = tx.update::<Job>(&key, |job| job.epoch.is_none(), |_| None).await?;
        if dropped {
            self.release_next(tx, job.order_key).await?;
        }
        Ok(dropped)
    }

    async fn release_next(&self, tx: &mut Tx, order_key: Option<Phone>) -> Result<()> {
        if order_key.is_none() {
            return Ok(());
        }
        tx.statement().await?;
        let waiting = tx.find::<Job>(|_, job| job.order_key == order_key);
        let Some((key, _)) = self.first(waiting) else { return Ok(()) };
        let due = |job: Job| Some(Job { due_at: job.ready_at, ..job });
        tx.update::<Job>(&key, |job| job.epoch.is_none(), due).await.map(|_| ())
    }

    fn first(&self, waiting: Vec<(JobKey, Job)>) -> Option<(JobKey, Job)> {
        let by_clock = self.has(Bug::OrderByClock);
        waiting.into_iter().min_by_key(|(_, job)| (if by_clock { 0 } else { job.position }, job.id))
    }

    /// Starts the claimers.
    pub(super) fn start_workers(self: &Rc<Self>) {
        for queue in [Queue::Journal, Queue::Send, Queue::Settle] {
            let node = self.clone();
            self.spawn(async move { node.work_off(queue).await });
        }
    }

    async fn work_off(self: Rc<Self>, queue: Queue) {
        while !self.stopping.get() {
            let seen = self.world.store.jobs_changed().version();
            match self.claim(queue).await {
                Ok(claimed) => {
                    let more = claimed.len() == CLAIM_MAX;
                    for job in claimed {
                        let node = self.clone();
                        self.in_hand.borrow_mut().insert(job.id);
                        self.spawn(async move {
                            node.clone().run_one(&job).await;
                            node.in_hand.borrow_mut().remove(&job.id);
                        });
                    }
                    if more {
                        continue;
                    }
                }
                Err(_) => {
                    self.sleep(STORE_AWAY).await;
                    continue;
                }
            }
            self.wait_for_work(queue, seen).await;
        }
    }

    /// Sleeps until something is due. Empty polls change nothing, so they are left out: what is added is
    /// noticed up to one poll later, or at once, as if it had been added here.
    async fn wait_for_work(&self, queue: Queue, mut seen: u64) {
        let world = &self.world;
        loop {
            let next = world.store.look(|tables| {
                let of_queue = tables.jobs.iter().filter(|((kind, _), _)| queue_of(*kind) == queue);
                of_queue.filter(|(_, job)| self.is_free(job)).map(|(_, job)| job.due_at).min()
            });
            let next = next.filter(|due| *due < Timestamp::MAX);
            let now = self.now();
            if next.is_some_and(|due| due <= now) {
                break;
            }
            let until = next.map(|due| world.executor.now() + crate::executor::micros(due.since(now)));
            world.store.jobs_changed().changed(&world.executor, seen, until).await;
            seen = world.store.jobs_changed().version();
        }
        if !self.is_sqlite() && world.latency.happens(0.5) {
            self.sleep(world.latency.millis(0.0, POLL_MILLIS)).await;
        }
    }

    async fn claim(&self, queue: Queue) -> Result<Vec<Claimed>> {
        let mut tx = self.begin().await?;
        tx.statement().await?;
        // The node's row before the jobs', as whoever ends the node takes them; not while nothing is due.
        let mut claimed = Vec::new();
        if !self.due(&tx, queue).is_empty() && self.is_alive(&tx).await? {
            let free = |key: &JobKey| tx.try_lock(Lock::Row(Job::NUMBER, Job::name(key)));
            claimed = self.due(&tx, queue).into_iter().filter(|(key, _)| free(key)).take(CLAIM_MAX).collect();
        }
        for (key, job) in &mut claimed {
            (job.epoch, job.claims) = (Some(self.epoch.get()), job.claims + 1);
            tx.put(*key, Some(job.clone()));
        }
        self.commit(tx).await?;
        claimed.sort_by_key(|(_, job)| job.id);
        Ok(claimed.into_iter().map(|(key, job)| self.claimed(key, &job)).collect())
    }

    /// What may be claimed, the longest due first.
    fn due(&self, tx: &Tx, queue: Queue) -> Vec<(JobKey, Job)> {
        let now = self.now();
        let mut due =
            tx.find::<Job>(|key, job| queue_of(key.0) == queue && job.due_at <= now && self.is_free(job));
        due.sort_by_key(|(_, job)| (job.due_at, job.id));
        due
    }

    /// Nobody works on it: it is unclaimed, or the answer to our own claim was lost.
    fn is_free(&self, job: &Job) -> bool {
        let forgotten = || job.epoch == Some(self.epoch.get()) && !self.in_hand.borrow().contains(&job.id);
        job.epoch.is_none() || (!self.has(Bug::LostClaimForgotten) && forgotten())
    }

    fn claimed(&self, key: JobKey, job: &Job) -> Claimed {
        let claims = Some(job.claims).filter(|_| !self.has(Bug::ClaimsNotNumbered));
        let (id, order_key, attempt, epoch) = (job.id, job.order_key, job.attempt, self.epoch.get());
        Claimed { key, id, order_key, attempt, epoch, claims }
    }

    /// Holds the node's own row, so that whoever ends the epoch waits for the claim and then releases it.
    async fn is_alive(&self, tx: &Tx) -> Result<bool> {
        if self.is_sqlite() || self.has(Bug::ClaimWithoutNodeRow) {
            return Ok(true);
        }
        let epoch = self.epoch.get();
        tx.lock_shared(Lock::RowKey(NodeRow::NUMBER, NodeRow::name(&epoch))).await?;
        Ok(tx.get::<NodeRow>(&epoch).is_some())
    }

    async fn run_one(self: Rc<Self>, job: &Claimed) {
        self.trace(format_args!("runs {:?} {:?}", job.key.0, job.key.1));
        let result = match job.key {
            (Kind::Send, Subject::Message(id)) => self.send_job(job, id).await,
            (Kind::Settle, Subject::Message(id)) => self.settle_job(job, id).await,
            (Kind::HandOver, Subject::Message(id)) => self.hand_over_job(job, id).await,
            (Kind::Journal, Subject::Entry(key)) => self.process_job(job, key).await,
            (Kind::Reconcile, _) => self.reconcile_job(job).await,
            _ => Err(StoreError::Corrupt),
        };
        let Err(error) = result else { return };
        self.trace(format_args!("failed {:?} {:?}: {error:?}", job.key.0, job.key.1));
        while let Err(error) = self.record_failure(job).await {
            if error == StoreError::ClaimLost {
                return;
            }
            self.sleep(STORE_AWAY).await;
        }
    }

    async fn record_failure(&self, job: &Claimed) -> Result<()> {
        let mut tx = self.begin().await?;
        let tries = job.attempt + 1;
        // What comes again for ever is tried for ever: nobody would miss a reconciler that stopped.
        // Nobody else goes on with a message that the provider keeps, either.
        let stands = matches!(job.key.0, Kind::Reconcile | Kind::HandOver);
        let may_park = !stands || self.has(Bug::TriesNeverForgotten);
        let due_at = if may_park && tries >= TRIES_MAX {
            Timestamp::MAX
        } else {
            self.now().plus(retry_wait(job.attempt))
        };
        self.give_up_claim(&mut tx, job, due_at, tries).await?;
        self.commit(tx).await
    }
}
