//! The line of an order key: jobs that run one after the other, by places given while the line is held.

use std::collections::HashSet;

use trunkline_domain::ids::JobId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, Value, sql};
use uuid::Uuid;

use super::{Job, Jobs, Queue};

/// Makes whoever adds or ends jobs with one order key wait for each other. The keys are always taken before the
/// rows of those jobs, so that nobody waits in a circle.
pub(super) fn hold_order<'a>(tx: &mut Tx<'_>, order_keys: impl IntoIterator<Item = &'a str>) -> Result<()> {
    tx.lock_all(order_keys.into_iter().map(str::to_owned))
}

/// The order keys of those jobs that have one.
pub(super) fn order_keys<'a>(jobs: &[&'a Job]) -> impl Iterator<Item = &'a str> {
    jobs.iter().filter_map(|job| job.order_key.as_deref())
}

/// The last place in the line of an order key, and how many stand in it. The caller holds the key.
pub(super) fn last_and_waiting(tx: &mut Tx<'_>, order_key: &str) -> Result<(i64, i64)> {
    tx.query_one(
        sql!(
            "select coalesce(max(place), 0), count(case when not parked then 1 end) from jobs where order_key = $1"
        ),
        &[order_key.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The order key of a job that has none is `Some(None)`; without a job there is none at all.
#[allow(clippy::option_option, reason = "a job without a key is not the same as no job")]
pub(super) fn order_key_of(tx: &mut Tx<'_>, kind: &str, subject: Uuid) -> Result<Option<Option<String>>> {
    tx.query_opt(
        sql!("select order_key from jobs where kind = $1 and subject = $2"),
        &[kind.into(), subject.into()],
        |row| row.get(0),
    )
}

/// Where a job that was parked comes to stand in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the first, and may go on.
    First,
    /// Others come before it.
    Behind,
    /// Somebody else holds it by now.
    Lost,
}

impl Jobs {
    /// Makes the first of each line due. The caller holds the keys.
    pub(super) fn release_next<'a>(
        &self,
        tx: &mut Tx<'_>,
        order_keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<()> {
        let keys: Vec<[Value; 1]> = order_keys.into_iter().map(|key| [key.into()]).collect();
        let released = tx.execute_each(
            sql!(
                sqlite: "update jobs set due_at = ready_at where epoch is null and due_at <> ready_at and (kind, subject) = \
                         (select kind, subject from jobs where order_key = $1 and not parked order by place limit 1)",
                postgres: "update jobs j set due_at = j.ready_at from unnest($1::text[]) k (key) cross join lateral \
                           (select kind, subject from jobs where order_key = k.key and not parked order by place limit 1) f \
                           where j.kind = f.kind and j.subject = f.subject and j.epoch is null and j.due_at <> j.ready_at"
            ),
            &keys,
        )?;
        if released > 0 {
            self.wake_after(tx, Queue::Send);
        }
        Ok(())
    }

    /// Puts claimed jobs that were parked, of one kind and each with a key of its own, into their lines: behind
    /// those who wait there and those that were made before it and are due as well. Changes only those that
    /// come first, for which the ones made later wait; one standing for each, in order.
    pub(crate) fn join_lines(&self, tx: &mut Tx<'_>, jobs: &[&Job], now: Timestamp) -> Result<Vec<Standing>> {
        hold_order(tx, order_keys(jobs))?;
        let behind = those_behind(tx, jobs, now)?;
        let first = jobs.iter().filter(|job| !behind.contains(&job.id)).map(|job| {
            let [kind, subject, claim] = job.by_claim();
            [kind, subject, claim, now.into()]
        });
        let first: HashSet<JobId> = tx
            .query_each(
                sql!(
                    sqlite: "update jobs set parked = false, due_at = $4, ready_at = $4 \
                             where kind = $1 and subject = $2 and claim = $3 returning id",
                    postgres: "update jobs j set parked = false, due_at = f.at, ready_at = f.at \
                               from unnest($1::text[], $2::uuid[], $3::bigint[], $4::timestamptz[]) f (kind, subject, claim, at) \
                               where j.kind = f.kind and j.subject = f.subject and j.claim = f.claim returning j.id"
                ),
                &first.collect::<Vec<_>>(),
                |row| row.get(0),
            )?
            .into_iter()
            .collect();
        let leading = jobs.iter().filter(|job| first.contains(&job.id)).filter_map(|job| {
            let key = job.order_key.as_deref()?;
            Some([key.into(), job.kind.as_str().into(), job.subject.into(), Timestamp::MAX.into()])
        });
        tx.execute_each(
            sql!(
                sqlite: "update jobs set due_at = $4 where order_key = $1 and not parked and epoch is null \
                         and place > (select o.place from jobs o where o.kind = $2 and o.subject = $3)",
                postgres: "update jobs j set due_at = f.at \
                           from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[]) f (key, kind, subject, at) \
                           where j.order_key = f.key and not j.parked and j.epoch is null \
                           and j.place > (select o.place from jobs o where o.kind = f.kind and o.subject = f.subject)"
            ),
            &leading.collect::<Vec<_>>(),
        )?;
        let standing = |job: &&Job| match (first.contains(&job.id), behind.contains(&job.id)) {
            (true, _) => Standing::First,
            (false, true) => Standing::Behind,
            (false, false) => Standing::Lost,
        };
        Ok(jobs.iter().map(standing).collect())
    }
}

fn those_behind(tx: &mut Tx<'_>, jobs: &[&Job], now: Timestamp) -> Result<HashSet<JobId>> {
    let rows = jobs.iter().filter_map(|job| {
        let key = job.order_key.as_deref()?;
        Some([job.id.into(), key.into(), now.into(), job.kind.as_str().into(), job.subject.into()])
    });
    let behind = tx.query_each(
        sql!(
            sqlite: "select $1 where exists (select 1 from jobs j where j.order_key = $2 and j.id <> $1 \
                     and ((not j.parked and j.epoch is not null) or (j.place < (select place from jobs o \
                     where o.kind = $4 and o.subject = $5) and (not j.parked or j.ready_at <= $3))))",
            postgres: "select q.id from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[]) \
                       q (id, key, now, kind, subject) where exists (select 1 from jobs j where j.order_key = q.key and j.id <> q.id \
                       and ((not j.parked and j.epoch is not null) or (j.place < (select place from jobs o \
                       where o.kind = q.kind and o.subject = q.subject) and (not j.parked or j.ready_at <= q.now))))"
        ),
        &rows.collect::<Vec<_>>(),
        |row| row.get(0),
    )?;
    Ok(behind.into_iter().collect())
}
