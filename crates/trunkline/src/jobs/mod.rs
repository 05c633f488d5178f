//! The one durable queue for everything that happens later.
//!
//! A job is a small row written in the transaction that causes it, and deleted in the transaction that has
//! its effect: so what a job does inside the database happens exactly once, however often it is started.
//! The row holds no history; the cost of a claim depends on what is due, not on what was or will be.
//!
//! * `node.rs` gives this process an epoch and notices when another's has ended;
//! * `worker.rs` claims what is due and runs the handlers, `pools.rs` those of a pool, within its budget;
//! * `errors.rs` keeps what went wrong where people see it.
//!
//! Jobs with the same *order key* run one after the other in the order they were made: only the first is
//! due, and its end makes the next one due. A *parked* job has a key but waits outside of that line until its
//! time comes, so that what is planned for next week does not hold up what is wanted now. Jobs of a *pool*
//! are claimed together, as many as the pool's budget allows, shared between three *lanes*. This room must
//! not know what any job does.

mod errors;
mod hands;
mod node;
mod pools;
#[cfg(test)]
mod tests;
mod worker;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use trunkline_domain::ids::JobId;
use trunkline_domain::lanes::{self, Lane};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Engine, Result, Row, StoreError, Tx, sql};
use uuid::Uuid;

pub(crate) use errors::{About, Failure, routes};
pub(crate) use hands::Hands;
#[cfg(test)]
pub(crate) use node::LEASE;
pub(crate) use node::Node;
pub(crate) use pools::{Pools, Room};
pub(crate) use worker::{Handlers, Worker};

/// Which workers take a job: each queue has its own, so that slow work never stands before fast work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Queue {
    /// Webhooks to process.
    Journal,
    /// Messages to hand to a provider.
    Send,
    /// Providers to ask what became of a message, or whether they have it.
    Settle,
}

impl Queue {
    pub(crate) const ALL: [Queue; 3] = [Queue::Journal, Queue::Send, Queue::Settle];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Queue::Journal => "journal",
            Queue::Send => "send",
            Queue::Settle => "settle",
        }
    }

    /// How many of its jobs run at the same time on one node. Sends wait for the provider, so there may be
    /// many; journal entries are worked off by the database, where more would only stand in line.
    const fn concurrency(self) -> usize {
        match self {
            Queue::Journal => 64,
            Queue::Send => 256,
            Queue::Settle => 32,
        }
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
            hold_order(tx, Some(key))?;
            let (last, waiting) = line(tx, key)?;
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

    /// Adds many jobs of one kind, due now and in no order.
    pub(crate) fn enqueue_many(
        &self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        queue: Queue,
        kind: &str,
        jobs: &[(JobId, Uuid)],
    ) -> Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        match tx.engine() {
            // One statement for all would do here too, but without round trips to save, reading the batch back
            // out of one parameter only costs.
            Engine::Sqlite => {
                for (id, subject) in jobs {
                    tx.execute(
                        sql!(
                            "insert into jobs (kind, subject, id, queue, due_at, ready_at, attempt, created_at) \
                             values ($1, $2, $3, $4, $5, $5, 0, $5) on conflict (kind, subject) do nothing"
                        ),
                        &[kind.into(), (*subject).into(), (*id).into(), queue.as_str().into(), now.into()],
                    )?;
                }
            }
            Engine::Postgres => {
                let hex = |id: Uuid| id.simple().to_string();
                let rows: Vec<_> =
                    jobs.iter().map(|(id, subject)| json!([hex((*id).into()), hex(*subject)])).collect();
                tx.execute(
                    sql!(
                        sqlite: "insert into jobs (kind, subject, id, queue, due_at, ready_at, attempt, created_at) \
                                 select $1, unhex(value ->> 1), unhex(value ->> 0), $2, $3, $3, 0, $3 \
                                 from json_each($4) where true on conflict (kind, subject) do nothing",
                        postgres: "insert into jobs (kind, subject, id, queue, due_at, ready_at, attempt, created_at) \
                                   select $1, (value ->> 1)::uuid, (value ->> 0)::uuid, $2, $3, $3, 0, $3 \
                                   from jsonb_array_elements($4) on conflict (kind, subject) do nothing"
                    ),
                    &[kind.into(), queue.as_str().into(), now.into(), serde_json::Value::Array(rows).into()],
                )?;
            }
        }
        self.wake_after(tx, queue);
        Ok(())
    }

    /// Ends a claimed job. Fails, and with it the whole transaction, if this node no longer holds the claim:
    /// then somebody else is doing the work.
    pub(crate) fn finish(&self, tx: &mut Tx<'_>, job: &Job) -> Result<()> {
        hold_order(tx, job.order_key.as_deref())?;
        let ended = tx.execute(
            sql!("delete from jobs where kind = $1 and subject = $2 and id = $3 and claim = $4"),
            &[job.kind.as_str().into(), job.subject.into(), job.id.into(), job.claim.into()],
        )?;
        still_ours(ended)?;
        self.release_next(tx, job.order_key.as_deref())
    }

    /// Gives a claimed job to another queue or pool, due at `at`. It keeps its place before others with its
    /// order key.
    pub(crate) fn pass_on(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        queue: Queue,
        pool: Option<(Uuid, Lane)>,
        at: Timestamp,
    ) -> Result<()> {
        let passed = tx.execute(
            sql!(
                "update jobs set epoch = null, claim = null, due_at = $5, ready_at = $5, queue = $6, pool = $7, \
                 lane = coalesce($8, lane) where kind = $1 and subject = $2 and id = $3 and claim = $4"
            ),
            &[
                job.kind.as_str().into(),
                job.subject.into(),
                job.id.into(),
                job.claim.into(),
                at.into(),
                queue.as_str().into(),
                pool.map(|(pool, _)| pool).into(),
                pool.map(|(_, lane)| lane as i64).into(),
            ],
        )?;
        still_ours(passed)?;
        self.wake_after(tx, queue);
        Ok(())
    }

    /// Moves a claimed job to another pool and line; those behind it in the old one go on. It stands outside
    /// of the new one until it is run again.
    pub(crate) fn rehome(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        pool: Uuid,
        order_key: &str,
        now: Timestamp,
    ) -> Result<()> {
        // In one order for everybody: two that change places would wait for each other.
        let mut keys = [job.order_key.as_deref().unwrap_or(order_key), order_key];
        keys.sort_unstable();
        keys.iter().try_for_each(|key| hold_order(tx, Some(key)))?;
        let (last, _) = line(tx, order_key)?;
        let moved = tx.execute(
            sql!(
                "update jobs set epoch = null, claim = null, parked = true, due_at = $5, ready_at = $5, pool = $6, \
                 order_key = $7, place = $8 \
                 where kind = $1 and subject = $2 and id = $3 and claim = $4"
            ),
            &[
                job.kind.as_str().into(),
                job.subject.into(),
                job.id.into(),
                job.claim.into(),
                now.into(),
                pool.into(),
                order_key.into(),
                (last + 1).into(),
            ],
        )?;
        still_ours(moved)?;
        self.release_next(tx, job.order_key.as_deref())?;
        self.wake_after(tx, Queue::Send);
        Ok(())
    }

    /// Gives a claimed job back, due at `at`. It keeps its place before others with its order key. What failed
    /// before is forgotten: a job that lives for ever must not be parked for old failures.
    pub(crate) fn postpone(&self, tx: &mut Tx<'_>, queue: Queue, job: &Job, at: Timestamp) -> Result<()> {
        let given_back = tx.execute(
            sql!(
                "update jobs set epoch = null, claim = null, due_at = $5, ready_at = $5, attempt = 0 \
                 where kind = $1 and subject = $2 and id = $3 and claim = $4"
            ),
            &[job.kind.as_str().into(), job.subject.into(), job.id.into(), job.claim.into(), at.into()],
        )?;
        still_ours(given_back)?;
        self.wake_after(tx, queue);
        Ok(())
    }

    /// Gives a job that failed back for another try.
    fn retry(&self, tx: &mut Tx<'_>, queue: Queue, job: &Job, at: Timestamp, attempts: u32) -> Result<()> {
        let given_back = tx.execute(
            sql!(
                "update jobs set epoch = null, claim = null, due_at = $5, ready_at = $5, attempt = $6 \
                 where kind = $1 and subject = $2 and id = $3 and claim = $4"
            ),
            &[
                job.kind.as_str().into(),
                job.subject.into(),
                job.id.into(),
                job.claim.into(),
                at.into(),
                attempts.into(),
            ],
        )?;
        still_ours(given_back)?;
        self.wake_after(tx, queue);
        Ok(())
    }

    /// Takes a claimed job out of its line until `at`; those behind it go on.
    pub(crate) fn park(&self, tx: &mut Tx<'_>, job: &Job, at: Timestamp) -> Result<()> {
        hold_order(tx, job.order_key.as_deref())?;
        let parked = tx.execute(
            sql!(
                "update jobs set epoch = null, claim = null, parked = true, due_at = $5, ready_at = $5 \
                 where kind = $1 and subject = $2 and id = $3 and claim = $4"
            ),
            &[job.kind.as_str().into(), job.subject.into(), job.id.into(), job.claim.into(), at.into()],
        )?;
        still_ours(parked)?;
        self.release_next(tx, job.order_key.as_deref())?;
        self.wake_after(tx, Queue::Send);
        Ok(())
    }

    /// Puts a claimed job that was parked into its line, behind those who wait there and those of its kind that
    /// were made before it and are due as well. True if it is the first and may go on, which those made later
    /// wait for; else it was given back and is due when its turn comes.
    pub(crate) fn join_line(&self, tx: &mut Tx<'_>, job: &Job, now: Timestamp) -> Result<bool> {
        let Some(key) = job.order_key.as_deref() else { return Ok(true) };
        hold_order(tx, Some(key))?;
        let before = tx.query_opt(
            sql!(
                "select j.id from jobs j where j.order_key = $1 and j.id <> $2 and ((not j.parked and j.epoch is not null) \
                 or (j.place < (select place from jobs where kind = $4 and subject = $5) \
                 and (not j.parked or j.ready_at <= $3))) limit 1"
            ),
            &[key.into(), job.id.into(), now.into(), job.kind.as_str().into(), job.subject.into()],
            |_| Ok(()),
        )?;
        let (epoch, claim, due_at) = match before {
            None => (Some(job.epoch), Some(job.claim), now),
            Some(()) => (None, None, Timestamp::MAX),
        };
        let joined = tx.execute(
            sql!(
                "update jobs set parked = false, epoch = $5, due_at = $6, ready_at = $7, claim = $8 \
                 where kind = $1 and subject = $2 and id = $3 and claim = $4"
            ),
            &[
                job.kind.as_str().into(),
                job.subject.into(),
                job.id.into(),
                job.claim.into(),
                epoch.into(),
                due_at.into(),
                now.into(),
                claim.into(),
            ],
        )?;
        still_ours(joined)?;
        if before.is_none() {
            tx.execute(
                sql!(
                    "update jobs set due_at = $2 where order_key = $1 and not parked and epoch is null \
                     and place > (select o.place from jobs o where o.kind = $3 and o.subject = $4)"
                ),
                &[key.into(), Timestamp::MAX.into(), job.kind.as_str().into(), job.subject.into()],
            )?;
        }
        Ok(before.is_none())
    }

    /// Takes a job that nobody has claimed out of its line until `at`. False if it is in hand or gone.
    pub(crate) fn replan(
        &self,
        tx: &mut Tx<'_>,
        kind: &str,
        subject: Uuid,
        lane: Lane,
        at: Timestamp,
    ) -> Result<bool> {
        let Some(key) = order_key_of(tx, kind, subject)? else { return Ok(false) };
        hold_order(tx, key.as_deref())?;
        let moved = tx.execute(
            sql!(
                "update jobs set parked = true, ready_at = $3, due_at = $3, lane = $4 \
                 where kind = $1 and subject = $2 and epoch is null"
            ),
            &[kind.into(), subject.into(), at.into(), (lane as i64).into()],
        )?;
        self.release_next(tx, key.as_deref())?;
        self.wake_after(tx, Queue::Send);
        Ok(moved == 1)
    }

    /// Whether there is such a job and nobody has claimed it; it is held until the transaction ends.
    pub(crate) fn is_at_rest(&self, tx: &mut Tx<'_>, kind: &str, subject: Uuid, lane: Lane) -> Result<bool> {
        let held = tx.execute(
            sql!("update jobs set lane = $3 where kind = $1 and subject = $2 and epoch is null"),
            &[kind.into(), subject.into(), (lane as i64).into()],
        )?;
        Ok(held == 1)
    }

    /// Moves a job that nobody has claimed to another time. False if it is in hand or gone.
    pub(crate) fn reschedule(
        &self,
        tx: &mut Tx<'_>,
        queue: Queue,
        kind: &str,
        subject: Uuid,
        at: Timestamp,
    ) -> Result<bool> {
        let Some(key) = order_key_of(tx, kind, subject)? else { return Ok(false) };
        hold_order(tx, key.as_deref())?;
        let moved = tx.execute(
            sql!(
                "update jobs set ready_at = $3, due_at = case when due_at = ready_at then $3 else due_at end \
                 where kind = $1 and subject = $2 and epoch is null"
            ),
            &[kind.into(), subject.into(), at.into()],
        )?;
        // One that was due and is no more may have held up others.
        self.release_next(tx, key.as_deref())?;
        self.wake_after(tx, queue);
        Ok(moved == 1)
    }

    /// Makes a job due now if nobody has claimed it: something it waits for has happened.
    pub(crate) fn hasten(
        &self,
        tx: &mut Tx<'_>,
        queue: Queue,
        kind: &str,
        subject: Uuid,
        now: Timestamp,
    ) -> Result<()> {
        let hastened = tx.execute(
            sql!(
                "update jobs set due_at = $3, ready_at = $3 \
                 where kind = $1 and subject = $2 and epoch is null and ready_at > $3 and due_at = ready_at \
                 and queue = $4"
            ),
            &[kind.into(), subject.into(), now.into(), queue.as_str().into()],
        )?;
        if hastened > 0 {
            self.wake_after(tx, queue);
        }
        Ok(())
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

    /// Makes the first of those with this key due. The caller holds the key.
    fn release_next(&self, tx: &mut Tx<'_>, order_key: Option<&str>) -> Result<()> {
        let Some(key) = order_key else { return Ok(()) };
        tx.execute(
            sql!(
                "update jobs set due_at = ready_at where epoch is null and \
                 (kind, subject) = (select kind, subject from jobs where order_key = $1 and not parked order by place limit 1)"
            ),
            &[key.into()],
        )?;
        self.wake_after(tx, Queue::Send);
        Ok(())
    }

    /// Claims up to `limit` due jobs of `queue` that are in no pool for the node with `epoch`; none if that has been taken for dead.
    ///
    /// On PostgreSQL the commit of a claim can still be on its way when its node has died. So a claim holds the
    /// node's row: whoever ends the epoch waits for it, and then releases that claim with the others. The row is
    /// left alone while nothing is due, because even a lock is a write.
    fn claim(tx: &mut Tx<'_>, queue: Queue, by: Claimer, now: Timestamp, limit: usize) -> Result<Vec<Job>> {
        let mut jobs = tx.query(
            sql!(
                sqlite: "update jobs set epoch = $1, claim = $5 where (kind, subject) in (select kind, subject from jobs \
                         where queue = $2 and pool is null and due_at <= $3 and epoch is null order by due_at, id limit $4) \
                         returning id, kind, subject, order_key, parked, attempt, epoch, claim",
                postgres: "with due as materialized (select kind, subject from jobs \
                           where queue = $2 and pool is null and due_at <= $3 and epoch is null order by due_at, id limit $4 \
                           for update skip locked), \
                           alive as materialized (select epoch from nodes \
                           where epoch = $1 and exists (select 1 from due) for key share) \
                           update jobs set epoch = $1, claim = $5 where (kind, subject) in (select kind, subject from due) \
                           and exists (select 1 from alive) returning id, kind, subject, order_key, parked, attempt, epoch, claim"
            ),
            &[by.epoch.into(), queue.as_str().into(), now.into(), limit.into(), by.token.into()],
            read_job,
        )?;
        jobs.sort_by_key(|job| job.id);
        Ok(jobs)
    }

    /// Claims up to `limit` due jobs of `pool`, divided between its lanes; see [`Jobs::claim`].
    fn claim_pool(
        tx: &mut Tx<'_>,
        pool: Uuid,
        by: Claimer,
        now: Timestamp,
        limit: usize,
        turn: u64,
    ) -> Result<Vec<Job>> {
        let mut waiting = [None; 3];
        for lane in Lane::ALL {
            let oldest = oldest_due(tx, pool, lane, now)?;
            waiting[lane as usize] = oldest.map(|at| now.since(at));
        }
        let mut left = limit;
        let mut jobs = Vec::new();
        let shares = lanes::shares(limit, waiting, turn);
        for lane in Lane::ALL.into_iter().filter(|lane| waiting[*lane as usize].is_some()) {
            // What a lane before this one did not use up goes to it.
            let wanted = shares[lane as usize].min(left);
            let claimed = claim_lane(tx, (pool, lane), by, now, wanted)?;
            left -= claimed.len();
            jobs.extend(claimed);
        }
        for lane in Lane::ALL.into_iter().filter(|lane| waiting[*lane as usize].is_some()) {
            let claimed = claim_lane(tx, (pool, lane), by, now, left)?;
            left -= claimed.len();
            jobs.extend(claimed);
        }
        jobs.sort_by_key(|job| job.id);
        Ok(jobs)
    }

    /// Gives back what this node has claimed according to the database and knows nothing of: the answer to the
    /// claim was lost. `in_hand` is what it does know of.
    fn release_unknown(tx: &mut Tx<'_>, epoch: i64, in_hand: &HashSet<JobId>) -> Result<usize> {
        let claimed: Vec<JobId> =
            tx.query(sql!("select id from jobs where epoch = $1"), &[epoch.into()], |row| row.get(0))?;
        let mut released = 0;
        for id in claimed.into_iter().filter(|id| !in_hand.contains(id)) {
            tx.execute(
                sql!("update jobs set epoch = null, claim = null where id = $1 and epoch = $2"),
                &[id.into(), epoch.into()],
            )?;
            released += 1;
        }
        Ok(released)
    }

    /// How many jobs of `queue` are due and not in hand.
    pub(crate) fn count_due(tx: &mut Tx<'_>, queue: Queue, now: Timestamp) -> Result<i64> {
        tx.query_one(
            sql!("select count(*) from jobs where queue = $1 and due_at <= $2 and epoch is null"),
            &[queue.as_str().into(), now.into()],
            |row| row.get(0),
        )
    }

    /// When the next job of `queue` that is in no pool and not due yet will be; `None` if there is none.
    fn next_due(tx: &mut Tx<'_>, queue: Queue, now: Timestamp) -> Result<Option<Timestamp>> {
        tx.query_opt(
            sql!(
                "select due_at from jobs where queue = $1 and pool is null and due_at > $2 and due_at < $3 \
                 order by due_at limit 1"
            ),
            &[queue.as_str().into(), now.into(), Timestamp::MAX.into()],
            |row| row.get(0),
        )
    }

    /// The same for the lanes of a pool.
    fn next_due_of(tx: &mut Tx<'_>, pool: Uuid, now: Timestamp) -> Result<Option<Timestamp>> {
        let mut next: Option<Timestamp> = None;
        for lane in Lane::ALL {
            let at: Option<Timestamp> = tx.query_opt(
                sql!(
                    "select due_at from jobs where pool = $1 and lane = $2 and due_at > $3 and due_at < $4 \
                     order by due_at limit 1"
                ),
                &[pool.into(), (lane as i64).into(), now.into(), Timestamp::MAX.into()],
                |row| row.get(0),
            )?;
            next = [next, at].into_iter().flatten().min();
        }
        Ok(next)
    }
}

/// When the job of a lane that waits longest became due.
fn oldest_due(tx: &mut Tx<'_>, pool: Uuid, lane: Lane, now: Timestamp) -> Result<Option<Timestamp>> {
    tx.query_opt(
        sql!(
            "select due_at from jobs where pool = $1 and lane = $2 and due_at <= $3 and epoch is null \
             order by due_at, id limit 1"
        ),
        &[pool.into(), (lane as i64).into(), now.into()],
        |row| row.get(0),
    )
}

fn claim_lane(
    tx: &mut Tx<'_>,
    (pool, lane): (Uuid, Lane),
    by: Claimer,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Job>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    tx.query(
        sql!(
            sqlite: "update jobs set epoch = $1, claim = $6 where (kind, subject) in (select kind, subject from jobs \
                     where pool = $2 and lane = $3 and due_at <= $4 and epoch is null order by due_at, id limit $5) \
                     returning id, kind, subject, order_key, parked, attempt, epoch, claim",
            postgres: "with due as materialized (select kind, subject from jobs \
                       where pool = $2 and lane = $3 and due_at <= $4 and epoch is null order by due_at, id limit $5 \
                       for update skip locked), \
                       alive as materialized (select epoch from nodes \
                       where epoch = $1 and exists (select 1 from due) for key share) \
                       update jobs set epoch = $1, claim = $6 where (kind, subject) in (select kind, subject from due) \
                       and exists (select 1 from alive) returning id, kind, subject, order_key, parked, attempt, epoch, claim"
        ),
        &[by.epoch.into(), pool.into(), (lane as i64).into(), now.into(), limit.into(), by.token.into()],
        read_job,
    )
}

/// The last place in the line of an order key, and how many stand in it. The caller holds the key.
fn line(tx: &mut Tx<'_>, order_key: &str) -> Result<(i64, i64)> {
    tx.query_one(
        sql!(
            "select coalesce(max(place), 0), count(case when not parked then 1 end) from jobs where order_key = $1"
        ),
        &[order_key.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Who claims, and under which token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimer {
    pub(super) epoch: i64,
    /// A number that no other claim has.
    pub(super) token: i64,
}

/// The order key of a job that has none is `Some(None)`; without a job there is none at all.
#[allow(clippy::option_option, reason = "a job without a key is not the same as no job")]
fn order_key_of(tx: &mut Tx<'_>, kind: &str, subject: Uuid) -> Result<Option<Option<String>>> {
    tx.query_opt(
        sql!("select order_key from jobs where kind = $1 and subject = $2"),
        &[kind.into(), subject.into()],
        |row| row.get(0),
    )
}

fn read_job(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        subject: row.get(2)?,
        order_key: row.get(3)?,
        parked: row.get(4)?,
        attempt: row.get(5)?,
        epoch: row.get(6)?,
        claim: row.get(7)?,
    })
}

/// Makes whoever adds or ends jobs with one order key wait for each other. It is always taken before the rows
/// of those jobs, so that nobody waits in a circle.
fn hold_order(tx: &mut Tx<'_>, order_key: Option<&str>) -> Result<()> {
    order_key.map_or(Ok(()), |key| tx.lock(key))
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
