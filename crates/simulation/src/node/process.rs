//! The job that reads a journal entry and puts it where it belongs (`webhooks/process.rs`).

use trunkline_domain::keywords::Keyword;
use trunkline_domain::time::Timestamp;
use uuid::Uuid;

use super::Node;
use super::jobs::Claimed;
use super::report::Report;
use crate::bug::Bug;
use crate::store::{Entry, EventKey, Phone, Received, Result, Sid, StoreError, Tx, Webhook};

impl Node {
    pub(super) async fn process_job(&self, job: &Claimed, key: EventKey) -> Result<()> {
        let Some(entry) = self.world.store.read(|tables| tables.journal.get(&key).cloned()).await? else {
            let mut tx = self.begin().await?;
            self.finish(&mut tx, job).await?;
            return self.commit(tx).await;
        };
        match self.apply_entry(job, key, &entry).await {
            Err(StoreError::ClaimLost) => Ok(()),
            result => result,
        }
    }

    async fn apply_entry(&self, job: &Claimed, key: EventKey, entry: &Entry) -> Result<()> {
        let finished_before = self.has(Bug::JobFinishedBeforeEffect);
        if finished_before {
            let mut tx = self.begin().await?;
            self.finish(&mut tx, job).await?;
            self.commit(tx).await?;
        }
        let mut tx = self.begin().await?;
        let mut stop = None;
        match &entry.webhook {
            Webhook::Text { sid, from, body } => {
                stop = self.take_in(&mut tx, (*sid, key.copy), *from, body, entry.received_at).await?;
            }
            Webhook::Status { sid, state, mark } => {
                // The entry's own id: processed again, it adds no second receipt.
                let receipt_id = Uuid::from(entry.id).into();
                let report = Report { receipt_id, sid: *sid, mark: *mark, state: *state, polled: false };
                self.report(&mut tx, &report).await?;
            }
        }
        tx.statement().await?;
        tx.update::<Entry>(&key, |_| true, |entry| Some(Entry { processed: true, ..entry })).await?;
        if !finished_before {
            self.finish(&mut tx, job).await?;
        }
        self.commit(tx).await?;
        self.stop_afterwards(stop).await
    }

    /// The message goes into its thread, once, and what it asks for by keyword is applied with it. Returns
    /// whose STOP is left to be applied, which only a planted bug leaves.
    pub(super) async fn take_in(
        &self,
        tx: &mut Tx,
        key: (Sid, u32),
        from: Phone,
        body: &str,
        at: Timestamp,
    ) -> Result<Option<(Phone, Timestamp)>> {
        tx.statement().await?;
        let keyword = Keyword::recognise(body);
        let is_new = tx.insert(key, Received { from, keyword }).await?.is_continue();
        if !is_new || keyword != Some(Keyword::Stop) {
            return Ok(None);
        }
        if self.has(Bug::StopOutsideTransaction) {
            return Ok(Some((from, at)));
        }
        self.opt_out(tx, from, at).await?;
        Ok(None)
    }

    async fn stop_afterwards(&self, stop: Option<(Phone, Timestamp)>) -> Result<()> {
        let Some((from, at)) = stop else { return Ok(()) };
        let mut tx = self.begin().await?;
        self.opt_out(&mut tx, from, at).await?;
        self.commit(tx).await
    }
}
