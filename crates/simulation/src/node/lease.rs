//! One lease per node (`jobs/node.rs`).

use std::rc::Rc;
use std::time::Duration;

use super::Node;
use crate::bug::Bug;
use crate::store::{Job, Lock, NodeRow, Result, StoreError, Table, Tx};

/// A node whose heartbeat is this old is taken for dead.
const LEASE: Duration = Duration::from_secs(15);

/// How long a process that was told to stop lets its work come to an end.
const GRACE: Duration = Duration::from_secs(10);

impl Node {
    /// A process's whole life: it registers, works and keeps its lease.
    pub(crate) async fn live(self: Rc<Self>) {
        while self.register().await.is_err() {
            self.sleep(Duration::from_millis(500)).await;
        }
        self.trace(format_args!("registered, epoch {}", self.epoch.get()));
        self.world.node_ready(&self);
        while self.start_reconciler().await.is_err() {
            self.sleep(Duration::from_millis(500)).await;
        }
        self.start_workers();
        self.keep().await;
        self.trace(format_args!("was taken for dead"));
        self.stopping.set(true);
        self.sleep(GRACE).await;
        self.world.crash(self.host);
        std::future::pending().await
    }

    /// Whether this node may start something that must not happen twice.
    pub(super) fn is_fresh(&self) -> bool {
        self.is_sqlite()
            || self.has(Bug::LeaseNotChecked)
            || self.now().since(self.renewed_at.get()) < LEASE / 3
    }

    async fn register(&self) -> Result<()> {
        let now = self.now();
        let mut tx = self.begin().await?;
        tx.statement().await?;
        let before = tx.find::<NodeRow>(|_, node| node.name == self.host);
        for (epoch, _) in before {
            self.end(&mut tx, epoch, |_| true).await?;
        }
        tx.statement().await?;
        let epoch = self.world.store.next_epoch();
        _ = tx.insert(epoch, NodeRow { name: self.host, heartbeat_at: now }).await?;
        self.release_orphans(&mut tx).await?;
        self.commit(tx).await?;
        self.epoch.set(epoch);
        self.renewed_at.set(now);
        Ok(())
    }

    /// Renews the lease for ever; returns only when this node has been taken for dead.
    async fn keep(&self) {
        let pause = Duration::from_secs(if self.is_sqlite() { 60 } else { 1 });
        loop {
            self.sleep(pause).await;
            if self.renew().await == Err(StoreError::RowCount) {
                return;
            }
        }
    }

    async fn renew(&self) -> Result<()> {
        let (epoch, now) = (self.epoch.get(), self.now());
        let mut tx = self.begin().await?;
        tx.statement().await?;
        let beat = |node: NodeRow| Some(NodeRow { heartbeat_at: now, ..node });
        if !tx.update::<NodeRow>(&epoch, |_| true, beat).await? {
            return Err(StoreError::RowCount);
        }
        let together = self.has(Bug::ReapWithHeartbeat);
        if together {
            self.reap(&mut tx, epoch).await?;
        }
        self.commit(tx).await?;
        self.renewed_at.set(now);
        if together { Ok(()) } else { self.reap_alone(epoch).await }
    }

    async fn reap_alone(&self, own: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        self.reap(&mut tx, own).await?;
        self.commit(tx).await
    }

    /// Ends the epochs whose heartbeat stayed out and releases their claims.
    async fn reap(&self, tx: &mut Tx, own: i64) -> Result<()> {
        let dead_before = self.now().minus(LEASE);
        tx.statement().await?;
        let late = tx.find::<NodeRow>(|epoch, node| *epoch != own && node.heartbeat_at < dead_before);
        let mut dead = 0;
        for (epoch, _) in late {
            if self.has(Bug::ReapWithHeartbeat) || self.is_idle(tx, epoch) {
                dead += u32::from(self.end(tx, epoch, |node| node.heartbeat_at < dead_before).await?);
            }
        }
        if dead == 0 { Ok(()) } else { self.release_orphans(tx).await }
    }

    /// Whether nobody holds the node's row: one that is being renewed is alive, and whoever waited for it
    /// would make others wait in turn.
    fn is_idle(&self, tx: &Tx, epoch: i64) -> bool {
        let (number, name) = (NodeRow::NUMBER, NodeRow::name(&epoch));
        tx.try_lock(Lock::Row(number, name)) && tx.try_lock(Lock::RowKey(number, name))
    }

    /// Deletes a node's row, waiting for claims that hold it.
    async fn end(&self, tx: &mut Tx, epoch: i64, dead: impl Fn(&NodeRow) -> bool) -> Result<bool> {
        tx.lock(Lock::Row(NodeRow::NUMBER, NodeRow::name(&epoch))).await?;
        tx.lock(Lock::RowKey(NodeRow::NUMBER, NodeRow::name(&epoch))).await?;
        let ended = tx.update::<NodeRow>(&epoch, dead, |_| None).await?;
        if ended {
            self.trace(format_args!("ends epoch {epoch}"));
        }
        Ok(ended)
    }

    async fn release_orphans(&self, tx: &mut Tx) -> Result<()> {
        if self.has(Bug::ClaimNotReleasedOnTakeOver) {
            return Ok(());
        }
        tx.statement().await?;
        let alive: Vec<i64> = tx.find::<NodeRow>(|_, _| true).into_iter().map(|(epoch, _)| epoch).collect();
        let orphaned = |job: &Job| job.epoch.is_some_and(|epoch| !alive.contains(&epoch));
        for (key, _) in tx.find::<Job>(|_, job| orphaned(job)) {
            tx.update::<Job>(&key, orphaned, |job| Some(Job { epoch: None, ..job })).await?;
        }
        Ok(())
    }
}
