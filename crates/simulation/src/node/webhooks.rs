//! The door that the provider knocks at, and the journal behind it (`webhooks/routes.rs`, `journal.rs`).

use std::rc::Rc;

use trunkline_domain::message::MessageState;

use super::Node;
use crate::bug::Bug;
use crate::store::{Entry, EventKey, Kind, Result, Subject, Webhook};

impl Node {
    /// Writes a webhook down. Without an error it is acknowledged.
    pub(crate) async fn take(self: Rc<Self>, webhook: Webhook) -> Result<()> {
        let key = event_key(&webhook);
        if self.has(Bug::AcknowledgeBeforeCommit) {
            let node = self.clone();
            self.spawn(async move {
                _ = node.append(key, webhook).await;
            });
            return Ok(());
        }
        if self.has(Bug::DedupInMemory) {
            return self.append_unless_remembered(key, webhook).await;
        }
        self.append(key, webhook).await
    }

    async fn append(&self, key: EventKey, webhook: Webhook) -> Result<()> {
        let now = self.now();
        let entry = Entry { id: self.id(), webhook, received_at: now, processed: false };
        let mut tx = self.begin().await?;
        tx.statement().await?;
        if tx.insert(key, entry).await?.is_continue() {
            self.enqueue_job(&mut tx, (Kind::Journal, Subject::Entry(key)), None, now).await?;
        }
        self.commit(tx).await
    }

    async fn append_unless_remembered(&self, mut key: EventKey, webhook: Webhook) -> Result<()> {
        if !self.memory.borrow_mut().insert(key) {
            return Ok(());
        }
        // Without the index the same event goes in as often as it is not remembered.
        key.copy = self.process;
        self.append(key, webhook).await
    }
}

fn event_key(webhook: &Webhook) -> EventKey {
    match webhook {
        Webhook::Text { sid, .. } => EventKey { sid: *sid, status: MessageState::Scheduled.rank(), copy: 0 },
        Webhook::Status { sid, state, .. } => EventKey { sid: *sid, status: state.rank(), copy: 0 },
    }
}
