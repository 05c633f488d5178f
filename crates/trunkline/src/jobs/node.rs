//! One lease per node, not one per job: an epoch and a heartbeat.
//!
//! A node that starts under a name takes over from its predecessor of that name at once, so a process that
//! was killed and restarted on its host goes on within the second. Over PostgreSQL the others notice a
//! node whose heartbeat stays out. Either way every claim of the ended epoch is released, and the handlers
//! find in their own tables how far the work had come.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Engine, Result, Store, StoreError, Tx, sql};

/// A node whose heartbeat is this old is taken for dead. Longer than a provider request may last, so that
/// a node that could not renew has stopped sending before anyone looks its messages up.
pub(crate) const LEASE: Duration = Duration::from_secs(15);

/// This process as a member of the installation.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) epoch: i64,
    store: Store,
    ambient: Ambient,
    renewed_at: Arc<AtomicI64>,
}

impl Node {
    /// Takes an epoch under `name` and releases what a predecessor of that name had claimed.
    pub(crate) async fn register(store: Store, ambient: Ambient, name: String) -> Result<(Node, Timestamp)> {
        let now = ambient.now();
        let (epoch, last_alive) = store.write(move |tx| take_over(tx, &name, now)).await?;
        let renewed_at = Arc::new(AtomicI64::new(now.micros()));
        tracing::info!(epoch, "node registered");
        Ok((Node { epoch, store, ambient, renewed_at }, last_alive.unwrap_or(now)))
    }

    /// Whether this node may start something that must not happen twice: its lease is safely its own.
    pub(crate) fn is_fresh(&self) -> bool {
        // SQLite's file lock is the lease: no one else can be there.
        self.store.engine() == Engine::Sqlite || self.age() < LEASE / 3
    }

    fn age(&self) -> Duration {
        self.ambient.now().since(Timestamp::from_micros(self.renewed_at.load(Ordering::Acquire)))
    }

    /// Renews the lease for ever; returns only when this node has been taken for dead.
    pub(crate) async fn keep(&self) {
        let pause = match self.store.engine() {
            // Nobody watches; it only dates the last sign of life, for finding what was missed.
            Engine::Sqlite => Duration::from_secs(60),
            Engine::Postgres => Duration::from_secs(1),
        };
        loop {
            tokio::time::sleep(pause).await;
            match self.renew().await {
                Ok(()) => {}
                Err(StoreError::RowCount { .. }) => return,
                Err(error) => tracing::warn!(%error, "the heartbeat could not be written"),
            }
        }
    }

    pub(super) async fn renew(&self) -> Result<()> {
        let (epoch, now) = (self.epoch, self.ambient.now());
        self.store
            .write_sign_of_life(move |tx| {
                tx.execute_exactly(
                    1,
                    sql!("update nodes set heartbeat_at = $2 where epoch = $1"),
                    &[epoch.into(), now.into()],
                )
            })
            .await?;
        self.renewed_at.store(now.micros(), Ordering::Release);
        // On its own: a sign of life must not wait for rows that a frozen node or another reaper holds.
        let released = self.store.write_in_background(move |tx| reap(tx, epoch, now)).await?;
        if released > 0 {
            tracing::warn!(released, "another node is gone; its work goes on here");
        }
        Ok(())
    }
}

fn take_over(tx: &mut Tx<'_>, name: &str, now: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    let last_alive =
        tx.query_opt(sql!("select max(heartbeat_at) from nodes"), &[], |row| row.get(0))?.flatten();
    tx.execute(sql!("delete from nodes where name = $1"), &[name.into()])?;
    let epoch = tx.query_one(
        sql!("insert into nodes (name, started_at, heartbeat_at) values ($1, $2, $2) returning epoch"),
        &[name.into(), now.into()],
        |row| row.get(0),
    )?;
    release_orphans(tx)?;
    Ok((epoch, last_alive))
}

/// Ends the epochs whose heartbeat stayed out and releases their claims.
fn reap(tx: &mut Tx<'_>, own: i64, now: Timestamp) -> Result<u64> {
    let dead = tx.execute(
        sql!(
            sqlite: "delete from nodes where epoch <> $1 and heartbeat_at < $2",
            postgres: "delete from nodes where epoch in (select epoch from nodes \
                       where epoch <> $1 and heartbeat_at < $2 for update skip locked)"
        ),
        &[own.into(), now.minus(LEASE).into()],
    )?;
    if dead == 0 { Ok(0) } else { release_orphans(tx) }
}

fn release_orphans(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(
        sql!(
            "update jobs set epoch = null, claim = null \
             where epoch is not null and epoch not in (select epoch from nodes)"
        ),
        &[],
    )
}
