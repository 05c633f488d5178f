//! The one durable queue for everything that happens later.
//!
//! A job is a small row written in the transaction that causes it, and deleted in the transaction that has
//! its effect: so what a job does inside the database happens exactly once, however often it is started.
//! The row holds no history; the cost of a claim depends on what is due, not on what was or will be.
//!
//! * `node.rs` gives this process an epoch and notices when another's has ended;
//! * `worker.rs` claims what is due and runs the handlers, `pools.rs` those of a pool, within its budget;
//! * `claims.rs` takes what is due, `hands.rs` remembers what this process took;
//! * `moves.rs` gives jobs back and changes their time, `line.rs` keeps those with one order key in a line;
//! * `errors.rs` keeps what went wrong, `error_list.rs` finds it again for people, `sight.rs` shows who works and
//!   what waits.
//!
//! Jobs with the same *order key* run one after the other in the order they were made: only the first is
//! due, and its end makes the next one due. A *parked* job has a key but waits outside of that line until its
//! time comes, so that what is planned for next week does not hold up what is wanted now. Jobs of a *pool*
//! are claimed together, as many as the pool's budget allows, shared between three *lanes*. This room must
//! not know what any job does.

mod claims;
mod error_list;
mod errors;
mod hands;
mod line;
mod moves;
mod node;
mod pools;
mod sight;
#[cfg(test)]
mod tests;
mod worker;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use trunkline_domain::ids::JobId;
use trunkline_domain::lanes::Lane;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, StoreError, Tx, Value, sql};
use uuid::Uuid;

use claims::Claimer;
pub(crate) use error_list::{ProcessingError, count_errors, errors_of_entry, last_errors, routes};
pub(crate) use errors::{About, Failure};
pub(crate) use hands::Hands;
#[cfg(test)]
pub(crate) use node::LEASE;
pub(crate) use node::Node;
pub(crate) use pools::{Pools, Room};
pub(crate) use sight::{Backlog, NodeView, Progress, backlog, nodes, oldest_untaken};
pub(crate) use worker::{Handlers, Worker};

pub(crate) use line::Standing;
use line::{hold_order, last_and_waiting, order_key_of, order_keys};

/// Which workers take a job: each queue has its own, so that slow work never stands before fast work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Queue {
    /// Webhooks to process.
    Journal,
    /// Messages to hand to a provider.
    Send,
    /// Providers to ask what became of a message, or whether they have it.
    Settle,
    /// Customers to be answered by a persona.
    Persona,
    /// Files to be fetched.
    Media,
}

impl Queue {
    pub(crate) const ALL: [Queue; 5] =
        [Queue::Journal, Queue::Send, Queue::Settle, Queue::Persona, Queue::Media];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Queue::Journal => "journal",
            Queue::Send => "send",
            Queue::Settle => "settle",
            Queue::Persona => "persona",
            Queue::Media => "media",
        }
    }

    /// How many of its jobs run at the same time on one node. Sends wait for the provider, so there may be
    /// many; journal entries are worked off by the database, where more would only stand in line. Personas wait for
    /// a model, each for half a minute or more (A5). Files that are fetched take memory, up to 15 MB each while they go to a
    /// bucket.
    const fn concurrency(self) -> usize {
        match self {
            Queue::Journal => 64,
            Queue::Send => 256,
            Queue::Settle => 32,
            Queue::Persona => 200,
            Queue::Media => 16,
        }
    }
}

impl std::str::FromStr for Queue {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let known = Queue::ALL.into_iter().find(|queue| queue.as_str() == text);
        known.ok_or_else(|| format!("'{text}' is not a queue of this release"))
    }
}

/// A piece of work to be done later.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub(crate) queue: Queue,
    /// Names its handler.
    pub(crate) kind: &'static str,
    /// What it is about. There is at most one job of a kind for a subject.
    pub(crate) subject: Uuid,
    /// Jobs with the same key run one after the other.
    pub(crate) order_key: Option<String>,
    pub(crate) due_at: Timestamp,
    /// What it draws on, and how urgent it is there.
    pub(crate) pool: Option<(Uuid, Lane)>,
    /// It waits outside of its line until it is due; its handler then calls [`Jobs::join_line`].
    pub(crate) parked: bool,
}

impl NewJob {
    /// A job in no pool and no line.
    pub(crate) fn plain(queue: Queue, kind: &'static str, subject: Uuid, due_at: Timestamp) -> Self {
        NewJob { queue, kind, subject, order_key: None, due_at, pool: None, parked: false }
    }
}

/// A piece of work that this node has claimed.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) queue: Queue,
    pub(crate) kind: String,
    pub(crate) subject: Uuid,
    pub(crate) order_key: Option<String>,
    /// It stands outside of its line.
    pub(crate) parked: bool,
    /// How many tries have failed before this one.
    pub(crate) attempt: u32,
    pub(crate) epoch: i64,
    /// Names this claim, and no other.
    pub(crate) claim: i64,
}

impl Job {
    /// What finds it in the database as long as this claim is the one that holds.
    fn by_claim(&self) -> [Value; 3] {
        [self.kind.as_str().into(), self.subject.into(), self.claim.into()]
    }
}

/// The queue's handle: adds, ends and postpones jobs, and wakes the workers of this process.
#[derive(Clone)]
pub(crate) struct Jobs {
    wakes: Arc<HashMap<Queue, Notify>>,
    pool_wake: Arc<Notify>,
}

impl Jobs {
    pub(crate) fn new() -> Self {
        Jobs {
            wakes: Arc::new(Queue::ALL.into_iter().map(|queue| (queue, Notify::new())).collect()),
            pool_wake: Arc::new(Notify::new()),
        }
    }

    /// What wakes the worker of the pools.
    fn pool_wake(&self) -> Arc<Notify> {
        self.pool_wake.clone()
    }

    pub(crate) fn wake(&self, queue: Queue) {
        if let Some(wake) = self.wakes.get(&queue) {
            wake.notify_one();
        }
        if queue == Queue::Send {
            self.pool_wake.notify_one();
        }
    }

    fn wake_after(&self, tx: &mut Tx<'_>, queue: Queue) {
        let jobs = self.clone();
        tx.after_commit(move || jobs.wake(queue));
    }

    /// Adds a job; nothing happens if one of the kind is there for the subject.
    pub(crate) fn enqueue(&self, tx: &mut Tx<'_>, id: JobId, now: Timestamp, job: &NewJob) -> Result<()> {
        let (mut due_at, mut place) = (job.due_at, 0);
        if let Some(key) = &job.order_key {
            hold_order(tx, [key.as_str()])?;
            let (last, waiting) = last_and_waiting(tx, key)?;
            place = last + 1;
            if waiting > 0 && !job.parked {
                due_at = Timestamp::MAX;
            }
        }
        tx.execute(
            sql!(
                "insert into jobs (kind, subject, id, queue, order_key, due_at, ready_at, attempt, created_at, lane, pool, \
                 parked, place) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12) on conflict (kind, subject) do nothing"
            ),
            &[
                job.kind.into(),
                job.subject.into(),
                id.into(),
                job.queue.as_str().into(),
                job.order_key.clone().into(),
                due_at.into(),
                job.due_at.into(),
                now.into(),
                job.pool.map_or(0, |(_, lane)| lane as i64).into(),
                job.pool.map(|(pool, _)| pool).into(),
                job.parked.into(),
                place.into(),
            ],
        )?;
        self.wake_after(tx, job.queue);
        Ok(())
    }

    /// Adds many jobs of one kind, each due at its time, in no pool and no line.
    pub(crate) fn enqueue_many(
        &self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        queue: Queue,
        kind: &str,
        jobs: &[(JobId, Uuid, Timestamp)],
    ) -> Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let rows = jobs.iter().map(|(id, subject, due_at)| {
            [
                kind.into(),
                (*subject).into(),
                (*id).into(),
                queue.as_str().into(),
                (*due_at).into(),
                now.into(),
            ]
        });
        tx.execute_each(
            sql!(
                sqlite: "insert into jobs (kind, subject, id, queue, due_at, ready_at, attempt, created_at) \
                         values ($1, $2, $3, $4, $5, $5, 0, $6) on conflict (kind, subject) do nothing",
                postgres: "insert into jobs (kind, subject, id, queue, due_at, ready_at, attempt, created_at) \
                           select j.kind, j.subject, j.id, j.queue, j.due_at, j.due_at, 0, j.created_at \
                           from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[]) \
                           j (kind, subject, id, queue, due_at, created_at) on conflict (kind, subject) do nothing"
            ),
            &rows.collect::<Vec<_>>(),
        )?;
        self.wake_after(tx, queue);
        Ok(())
    }

    /// Ends a claimed job. Fails, and with it the whole transaction, if this node no longer holds the claim:
    /// then somebody else is doing the work.
    pub(crate) fn finish(&self, tx: &mut Tx<'_>, job: &Job) -> Result<()> {
        let ended = self.finish_all(tx, &[job])?;
        still_ours(ended.len() as u64)
    }

    /// Ends claimed jobs and returns which they were. The others belong to somebody else by now, and what this
    /// node did of their work must not be written.
    pub(crate) fn finish_all(&self, tx: &mut Tx<'_>, jobs: &[&Job]) -> Result<HashSet<JobId>> {
        hold_order(tx, order_keys(jobs))?;
        let ended: HashSet<JobId> = tx
            .query_each(
                sql!(
                    sqlite: "delete from jobs where kind = $1 and subject = $2 and claim = $3 returning id",
                    postgres: "delete from jobs j using unnest($1::text[], $2::uuid[], $3::bigint[]) \
                               d (kind, subject, claim) \
                               where j.kind = d.kind and j.subject = d.subject and j.claim = d.claim returning j.id"
                ),
                &jobs.iter().map(|job| job.by_claim()).collect::<Vec<_>>(),
                |row| row.get(0),
            )?
            .into_iter()
            .collect();
        let keys =
            jobs.iter().filter(|job| ended.contains(&job.id)).filter_map(|job| job.order_key.as_deref());
        self.release_next(tx, keys)?;
        Ok(ended)
    }

    /// Drops a job that nobody has claimed. Returns whether there was one.
    pub(crate) fn discard(&self, tx: &mut Tx<'_>, kind: &str, subject: Uuid) -> Result<bool> {
        let Some(key) = order_key_of(tx, kind, subject)? else { return Ok(false) };
        hold_order(tx, key.as_deref())?;
        let dropped = tx.execute(
            sql!("delete from jobs where kind = $1 and subject = $2 and epoch is null"),
            &[kind.into(), subject.into()],
        )?;
        if dropped > 0 {
            self.release_next(tx, key.as_deref())?;
        }
        Ok(dropped > 0)
    }
}

/// What a transaction fails with when its job has been taken over.
const CLAIM_LOST: &str = "the job was taken over by another node";

/// The claim is asserted by the rows it changed: with none, the whole transaction must not happen.
fn still_ours(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Refused(CLAIM_LOST.to_owned())) }
}

/// Whether a transaction failed because its job has been taken over: then somebody else is doing the work,
/// and there is nothing left to do here.
pub(crate) fn claim_was_lost(error: &StoreError) -> bool {
    matches!(error, StoreError::Refused(why) if why == CLAIM_LOST)
}

/// How long a job that failed waits for its next try: 1 s, doubling to 10 minutes.
fn retry_wait(attempt: u32) -> Duration {
    Duration::from_secs(1 << attempt.min(10)).min(Duration::from_secs(600))
}

/// How many tries a job gets before it is parked until a person replays it.
const TRIES_MAX: u32 = 12;
