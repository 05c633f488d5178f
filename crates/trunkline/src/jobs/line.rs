//! The line of an order key: jobs that run one after the other, by places given while the line is held.

use trunkline_store::{Result, Tx, sql};
use uuid::Uuid;

use super::{Jobs, Queue};

/// Makes whoever adds or ends jobs with one order key wait for each other. It is always taken before the rows
/// of those jobs, so that nobody waits in a circle.
pub(super) fn hold_order(tx: &mut Tx<'_>, order_key: Option<&str>) -> Result<()> {
    order_key.map_or(Ok(()), |key| tx.lock(key))
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

impl Jobs {
    /// Makes the first of those with this key due. The caller holds the key.
    pub(super) fn release_next(&self, tx: &mut Tx<'_>, order_key: Option<&str>) -> Result<()> {
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
}
