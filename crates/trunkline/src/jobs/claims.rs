//! Claims: which jobs are due, and taking them for one node.

use std::collections::HashSet;

use trunkline_domain::ids::JobId;
use trunkline_domain::lanes::{self, Lane};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, sql};
use uuid::Uuid;

use super::{Job, Jobs, Queue};

/// Who claims, and under which token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimer {
    pub(super) epoch: i64,
    /// A number that no other claim has.
    pub(super) token: i64,
}

impl Jobs {
    /// Claims up to `limit` due jobs of `queue` that are in no pool; none if the node has been taken for dead.
    ///
    /// On PostgreSQL the commit of a claim can still be on its way when its node has died. So a claim holds the
    /// node's row: whoever ends the epoch waits for it, and then releases that claim with the others. The row is
    /// left alone while nothing is due, because even a lock is a write.
    pub(super) fn claim(
        tx: &mut Tx<'_>,
        queue: Queue,
        by: Claimer,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Job>> {
        let mut jobs = tx.query(
            sql!(
                sqlite: "update jobs set epoch = $1, claim = $5 where (kind, subject) in (select kind, subject from jobs \
                         where queue = $2 and pool is null and due_at <= $3 and epoch is null order by due_at, id limit $4) \
                         returning id, queue, kind, subject, order_key, parked, attempt, epoch, claim",
                postgres: "with due as materialized (select kind, subject from jobs \
                           where queue = $2 and pool is null and due_at <= $3 and epoch is null order by due_at, id limit $4 \
                           for update skip locked), \
                           alive as materialized (select epoch from nodes \
                           where epoch = $1 and exists (select 1 from due) for key share) \
                           update jobs set epoch = $1, claim = $5 where (kind, subject) in (select kind, subject from due) \
                           and exists (select 1 from alive) returning id, queue, kind, subject, order_key, parked, attempt, epoch, claim"
            ),
            &[by.epoch.into(), queue.as_str().into(), now.into(), limit.into(), by.token.into()],
            read_job,
        )?;
        jobs.sort_by_key(|job| job.id);
        Ok(jobs)
    }

    /// Claims up to `limit` due jobs of `pool`, divided between its lanes; see [`Jobs::claim`].
    pub(super) fn claim_pool(
        tx: &mut Tx<'_>,
        pool: Uuid,
        by: Claimer,
        now: Timestamp,
        limit: usize,
        turn: u64,
    ) -> Result<Vec<Job>> {
        let waiting = oldest_due(tx, pool, now)?.map(|oldest| oldest.map(|at| now.since(at)));
        let mut left = limit;
        let mut jobs = Vec::new();
        let shares = lanes::shares(limit, waiting, turn);
        // Those that got all of their share may have more.
        let mut unfinished = Vec::new();
        for lane in Lane::ALL.into_iter().filter(|lane| waiting[*lane as usize].is_some()) {
            let wanted = shares[lane as usize].min(left);
            let claimed = claim_lane(tx, (pool, lane), by, now, wanted)?;
            left -= claimed.len();
            unfinished.extend((claimed.len() == wanted).then_some(lane));
            jobs.extend(claimed);
        }
        // What a lane did not use up goes to the others.
        for lane in unfinished {
            let claimed = claim_lane(tx, (pool, lane), by, now, left)?;
            left -= claimed.len();
            jobs.extend(claimed);
        }
        jobs.sort_by_key(|job| job.id);
        Ok(jobs)
    }

    /// Gives back what this node has claimed according to the database and knows nothing of: the answer to the
    /// claim was lost. `in_hand` is what it does know of.
    pub(super) fn release_unknown(tx: &mut Tx<'_>, epoch: i64, in_hand: &HashSet<JobId>) -> Result<usize> {
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
    pub(super) fn next_due(tx: &mut Tx<'_>, queue: Queue, now: Timestamp) -> Result<Option<Timestamp>> {
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
    pub(super) fn next_due_of(tx: &mut Tx<'_>, pool: Uuid, now: Timestamp) -> Result<Option<Timestamp>> {
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

/// For each lane, when the job that waits longest became due.
fn oldest_due(tx: &mut Tx<'_>, pool: Uuid, now: Timestamp) -> Result<[Option<Timestamp>; 3]> {
    tx.query_one(
        sql!(
            "select (select due_at from jobs where pool = $1 and lane = 0 and due_at <= $2 and epoch is null \
             order by due_at, id limit 1), \
             (select due_at from jobs where pool = $1 and lane = 1 and due_at <= $2 and epoch is null \
             order by due_at, id limit 1), \
             (select due_at from jobs where pool = $1 and lane = 2 and due_at <= $2 and epoch is null \
             order by due_at, id limit 1)"
        ),
        &[pool.into(), now.into()],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]),
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
                     returning id, queue, kind, subject, order_key, parked, attempt, epoch, claim",
            postgres: "with due as materialized (select kind, subject from jobs \
                       where pool = $2 and lane = $3 and due_at <= $4 and epoch is null order by due_at, id limit $5 \
                       for update skip locked), \
                       alive as materialized (select epoch from nodes \
                       where epoch = $1 and exists (select 1 from due) for key share) \
                       update jobs set epoch = $1, claim = $6 where (kind, subject) in (select kind, subject from due) \
                       and exists (select 1 from alive) returning id, queue, kind, subject, order_key, parked, attempt, epoch, claim"
        ),
        &[by.epoch.into(), pool.into(), (lane as i64).into(), now.into(), limit.into(), by.token.into()],
        read_job,
    )
}

fn read_job(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: row.get(0)?,
        queue: row.parse(1)?,
        kind: row.get(2)?,
        subject: row.get(3)?,
        order_key: row.get(4)?,
        parked: row.get(5)?,
        attempt: row.get(6)?,
        epoch: row.get(7)?,
        claim: row.get(8)?,
    })
}
