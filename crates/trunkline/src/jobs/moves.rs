//! Moving jobs: giving back what is claimed, and changing the time of what is not.

use trunkline_domain::lanes::Lane;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use uuid::Uuid;

use super::line::{hold_order, last_and_waiting, order_key_of};
use super::{Job, Jobs, Queue, Standing, still_ours};

/// How a claimed job is given back. What is `None` stays as it is.
#[derive(Clone, Copy, Debug)]
struct Back<'a> {
    due_at: Timestamp,
    /// When it would be due if it were the first of its line.
    ready_at: Timestamp,
    /// How many tries have failed.
    attempt: u32,
    queue: Queue,
    /// Together with the queue: what it draws on there.
    pool: Option<Option<(Uuid, Lane)>>,
    parked: Option<bool>,
    /// Another line, and the place there.
    line: Option<(&'a str, i64)>,
}

impl Back<'_> {
    /// To where it came from, due at `at`. What failed before is forgotten: a job that lives for ever must not
    /// be parked for old failures.
    fn at(at: Timestamp, job: &Job) -> Self {
        Back { due_at: at, ready_at: at, attempt: 0, queue: job.queue, pool: None, parked: None, line: None }
    }
}

/// What this node has claimed. Each fails, and with it the whole transaction, if the claim was lost.
impl Jobs {
    /// Gives a claimed job back, due at `at`. It keeps its place before others with its order key.
    pub(crate) fn postpone(&self, tx: &mut Tx<'_>, job: &Job, at: Timestamp) -> Result<()> {
        self.give_back(tx, job, &Back::at(at, job))
    }

    /// The same for one that failed, so often by now.
    pub(crate) fn retry(&self, tx: &mut Tx<'_>, job: &Job, at: Timestamp, attempt: u32) -> Result<()> {
        self.give_back(tx, job, &Back { attempt, ..Back::at(at, job) })
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
        self.give_back(tx, job, &Back { queue, pool: Some(pool), ..Back::at(at, job) })
    }

    /// Fails, and with it the whole transaction, if this node no longer holds the claim, for what is written under
    /// a claim that goes on.
    pub(crate) fn assert_claim(&self, tx: &mut Tx<'_>, job: &Job) -> Result<()> {
        let [kind, subject, claim] = job.by_claim();
        let held = tx.execute(
            sql!("update jobs set claim = $3 where kind = $1 and subject = $2 and claim = $3"),
            &[kind, subject, claim],
        )?;
        still_ours(held)
    }

    /// Takes a claimed job out of its line until `at`; those behind it go on.
    pub(crate) fn park(&self, tx: &mut Tx<'_>, job: &Job, at: Timestamp) -> Result<()> {
        hold_order(tx, job.order_key.as_deref())?;
        self.give_back(tx, job, &Back { parked: Some(true), ..Back::at(at, job) })?;
        self.release_next(tx, job.order_key.as_deref())
    }

    /// Moves a claimed job to another pool and line; those behind it in the old one go on. It stands outside
    /// of the new one until it is run again.
    pub(crate) fn rehome(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        pool: (Uuid, Lane),
        order_key: &str,
        now: Timestamp,
    ) -> Result<()> {
        hold_order(tx, job.order_key.as_deref().into_iter().chain([order_key]))?;
        let (last, _) = last_and_waiting(tx, order_key)?;
        let line = Some((order_key, last + 1));
        self.give_back(
            tx,
            job,
            &Back { pool: Some(Some(pool)), parked: Some(true), line, ..Back::at(now, job) },
        )?;
        self.release_next(tx, job.order_key.as_deref())
    }

    /// Puts a claimed job that was parked into its line; see [`Jobs::join_lines`]. True if it is the first and
    /// may go on; else it was given back and is due when its turn comes.
    pub(crate) fn join_line(&self, tx: &mut Tx<'_>, job: &Job, now: Timestamp) -> Result<bool> {
        if job.order_key.is_none() {
            return Ok(true);
        }
        match self.join_lines(tx, &[job], now)?.pop() {
            Some(Standing::First) => Ok(true),
            Some(Standing::Behind) => {
                let back = Back { due_at: Timestamp::MAX, parked: Some(false), ..Back::at(now, job) };
                self.give_back(tx, job, &back).map(|()| false)
            }
            Some(Standing::Lost) | None => still_ours(0).map(|()| false),
        }
    }

    fn give_back(&self, tx: &mut Tx<'_>, job: &Job, back: &Back<'_>) -> Result<()> {
        let pool = back.pool.flatten();
        let given_back = tx.execute(
            sql!(
                "update jobs set epoch = null, claim = null, due_at = $4, ready_at = $5, attempt = $6, queue = $7, \
                 parked = coalesce($8, parked), pool = case when $9 then $10 else pool end, lane = coalesce($11, lane), \
                 order_key = coalesce($12, order_key), place = coalesce($13, place) \
                 where kind = $1 and subject = $2 and claim = $3"
            ),
            &[
                job.kind.as_str().into(),
                job.subject.into(),
                job.claim.into(),
                back.due_at.into(),
                back.ready_at.into(),
                back.attempt.into(),
                back.queue.as_str().into(),
                back.parked.into(),
                back.pool.is_some().into(),
                pool.map(|(pool, _)| pool).into(),
                pool.map(|(_, lane)| lane as i64).into(),
                back.line.map(|(order_key, _)| order_key).into(),
                back.line.map(|(_, place)| place).into(),
            ],
        )?;
        still_ours(given_back)?;
        self.wake_after(tx, back.queue);
        Ok(())
    }
}

/// What nobody has claimed.
impl Jobs {
    /// Takes a job out of its line until `at`. False if it is in hand or gone.
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
        let moved = tx.query_opt(
            sql!(
                "update jobs set parked = true, ready_at = $3, due_at = $3, lane = $4 \
                 where kind = $1 and subject = $2 and epoch is null returning queue"
            ),
            &[kind.into(), subject.into(), at.into(), (lane as i64).into()],
            |row| row.parse(0),
        )?;
        self.moved(tx, key.as_deref(), moved)
    }

    /// Moves a job to another time. False if it is in hand or gone.
    pub(crate) fn reschedule(
        &self,
        tx: &mut Tx<'_>,
        kind: &str,
        subject: Uuid,
        at: Timestamp,
    ) -> Result<bool> {
        let Some(key) = order_key_of(tx, kind, subject)? else { return Ok(false) };
        hold_order(tx, key.as_deref())?;
        let moved = tx.query_opt(
            sql!(
                "update jobs set ready_at = $3, due_at = case when due_at = ready_at then $3 else due_at end \
                 where kind = $1 and subject = $2 and epoch is null returning queue"
            ),
            &[kind.into(), subject.into(), at.into()],
            |row| row.parse(0),
        )?;
        self.moved(tx, key.as_deref(), moved)
    }

    /// One that was due and is no more may have held up others.
    fn moved(&self, tx: &mut Tx<'_>, order_key: Option<&str>, queue: Option<Queue>) -> Result<bool> {
        let Some(queue) = queue else { return Ok(false) };
        self.release_next(tx, order_key)?;
        self.wake_after(tx, queue);
        Ok(true)
    }

    /// Makes a job due now: something it waits for has happened.
    pub(crate) fn hasten(&self, tx: &mut Tx<'_>, kind: &str, subject: Uuid, now: Timestamp) -> Result<()> {
        let hastened: Option<Queue> = tx.query_opt(
            sql!(
                "update jobs set due_at = $3, ready_at = $3 \
                 where kind = $1 and subject = $2 and epoch is null and ready_at > $3 and due_at = ready_at \
                 returning queue"
            ),
            &[kind.into(), subject.into(), now.into()],
            |row| row.parse(0),
        )?;
        if let Some(queue) = hastened {
            self.wake_after(tx, queue);
        }
        Ok(())
    }

    /// Whether there is such a job, now of this lane; it is held until the transaction ends.
    pub(crate) fn is_at_rest(&self, tx: &mut Tx<'_>, kind: &str, subject: Uuid, lane: Lane) -> Result<bool> {
        let held = tx.execute(
            sql!("update jobs set lane = $3 where kind = $1 and subject = $2 and epoch is null"),
            &[kind.into(), subject.into(), (lane as i64).into()],
        )?;
        Ok(held == 1)
    }
}
