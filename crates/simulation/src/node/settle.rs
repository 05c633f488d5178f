//! The job that asks what became of a message whose callbacks stay out (`delivery/settle.rs`).

use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{Event, LookUp, MessageState, Next};

use super::Node;
use super::jobs::Claimed;
use super::report::Report;
use crate::store::{Message, Result, Sid, Tx};

impl Node {
    pub(super) async fn settle_job(&self, job: &Claimed, id: MessageId) -> Result<()> {
        let known = self.world.store.read(|tables| tables.messages.get(&id).and_then(|row| row.sid)).await?;
        let found = match known {
            // A poll that fails counts like one that brings nothing new.
            Some(sid) => self.world.fetch(sid).await.flatten().map(|state| (sid, state)),
            None => None,
        };
        let mut tx = self.begin().await?;
        self.settle(&mut tx, job, id, found).await?;
        self.commit(tx).await
    }

    async fn settle(
        &self,
        tx: &mut Tx,
        job: &Claimed,
        id: MessageId,
        found: Option<(Sid, MessageState)>,
    ) -> Result<()> {
        if let Some((sid, _)) = found {
            self.hold_reports(tx, sid).await?;
        }
        let Some(message) = self.lock_message(tx, id).await? else { return self.finish(tx, job).await };
        if message.outgoing.state != MessageState::Sent {
            return self.finish(tx, job).await;
        }
        match found {
            Some((sid, state)) if state.is_final() => {
                let report = Report { receipt_id: self.id(), sid, mark: Some((id, 0)), state, polled: true };
                self.report(tx, &report).await?;
                self.finish(tx, job).await
            }
            _ => self.poll_again(tx, job, id, &message).await,
        }
    }

    async fn poll_again(&self, tx: &mut Tx, job: &Claimed, id: MessageId, message: &Message) -> Result<()> {
        let missing = Event::LookedUp(LookUp::Missing);
        let (after, next) = message.outgoing.step(&self.world.timing, self.now(), missing, 0.0);
        self.save(tx, id, message, after, None).await?;
        match next {
            Next::PollAt(at) => self.postpone(tx, job, at).await,
            _ => self.finish(tx, job).await,
        }
    }
}
