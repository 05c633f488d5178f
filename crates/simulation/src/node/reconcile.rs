//! What the provider took for us while we did not hear it is fetched afterwards (`reconcile.rs`).

use std::time::Duration;

use super::Node;
use super::jobs::Claimed;
use crate::bug::Bug;
use crate::store::{Kind, Result, StoreError, Subject};

/// The second run after a start: what the provider's list did not show yet at the first.
const SECOND_RUN: Duration = Duration::from_secs(30);

/// Between regular runs.
const REGULAR_RUN: Duration = Duration::from_secs(5 * 60);

/// Messages taken in together.
const BATCH: usize = 5;

impl Node {
    /// Makes a run due now: this process was away.
    pub(super) async fn start_reconciler(&self) -> Result<()> {
        if self.has(Bug::NoReconciler) {
            return Ok(());
        }
        let (key, now) = ((Kind::Reconcile, Subject::Line), self.now());
        let mut tx = self.begin().await?;
        self.enqueue_job(&mut tx, key, None, now).await?;
        self.hasten(&mut tx, key, now).await?;
        self.commit(tx).await
    }

    pub(super) async fn reconcile_job(&self, job: &Claimed) -> Result<()> {
        let began = self.now();
        self.recover().await?;
        let pause = if self.reconciled.replace(true) { REGULAR_RUN } else { SECOND_RUN };
        let mut tx = self.begin().await?;
        self.postpone(&mut tx, job, began.plus(pause)).await?;
        self.commit(tx).await
    }

    /// The run is shorter than what a run of the product looks back, so everything is listed.
    async fn recover(&self) -> Result<()> {
        let listed = self.world.list_inbound().await.ok_or(StoreError::Unavailable)?;
        for batch in listed.chunks(BATCH) {
            let missing = self
                .world
                .store
                .read(|tables| {
                    let known = |sid| tables.inbox.range((sid, 0)..=(sid, u32::MAX)).next().is_some();
                    batch.iter().filter(|text| !known(text.sid)).cloned().collect::<Vec<_>>()
                })
                .await?;
            if missing.is_empty() {
                continue;
            }
            let mut tx = self.begin().await?;
            for text in &missing {
                self.trace(format_args!("recovers text {}", text.sid));
                self.take_in(&mut tx, (text.sid, 0), text.from, &text.body, text.created_at).await?;
            }
            self.commit(tx).await?;
        }
        Ok(())
    }
}
