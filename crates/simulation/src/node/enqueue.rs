//! A message is accepted from its author (`delivery/enqueue.rs`).

use std::time::Duration;

use trunkline_domain::hand_over;
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{DoubtPolicy, Event, MessageState, Outgoing};
use trunkline_domain::time::Timestamp;

use super::Node;
use crate::bug::Bug;
use crate::store::{KeyUse, Kind, Lock, Message, OptOut, Phone, Result, StoreError, Subject, Tx, Wish};

/// A message as its author gave it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) key: u64,
    pub(crate) to: Phone,
    pub(crate) body: u32,
    pub(crate) policy: DoubtPolicy,
    /// How long after it was asked for it is to leave, if not at once.
    pub(crate) planned_in: Option<Duration>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    New(MessageId),
    Again(MessageId),
    /// The gate refused it.
    Refused,
    /// The key was used for another message.
    KeyReused,
}

impl Node {
    pub(crate) async fn enqueue(&self, request: &Request) -> Result<Accepted> {
        let known = if self.has(Bug::IdempotencyOutsideTransaction) {
            Some(self.world.store.read(|tables| tables.key_uses.get(&request.key).cloned()).await?)
        } else {
            None
        };
        match self.accept(request, known.clone()).await {
            // The same key, at the same moment, on another connection: now it can be seen.
            Err(StoreError::KeyUsed) => self.accept(request, known).await,
            result => result,
        }
    }

    async fn accept(&self, request: &Request, known: Option<Option<KeyUse>>) -> Result<Accepted> {
        let mut tx = self.begin().await?;
        tx.statement().await?;
        let earlier = known.unwrap_or_else(|| tx.get::<KeyUse>(&request.key));
        if let Some(KeyUse(id)) = earlier {
            let message = tx.get::<Message>(&id);
            let same =
                message.is_some_and(|message| (message.to, message.body) == (request.to, request.body));
            // Heard only after what was read here is on disk: it may be in the same flush.
            self.commit(tx).await?;
            return Ok(if same { Accepted::Again(id) } else { Accepted::KeyReused });
        }
        tx.statement().await?;
        if tx.get::<OptOut>(&request.to).is_some() {
            self.commit(tx).await?;
            return Ok(Accepted::Refused);
        }
        let id = self.write(&mut tx, request).await?;
        self.commit(tx).await?;
        Ok(Accepted::New(id))
    }

    async fn write(&self, tx: &mut Tx, request: &Request) -> Result<MessageId> {
        let (id, now): (MessageId, _) = (self.id(), self.now());
        tx.statement().await?;
        if self.has(Bug::IdempotencyOutsideTransaction) {
            tx.put(request.key, Some(KeyUse(id)));
        } else if tx.insert(request.key, KeyUse(id)).await?.is_break() {
            return Err(StoreError::KeyUsed);
        }
        let planned_for = request.planned_in.map(|wait| Timestamp::from_secs(now.plus(wait).secs()));
        let at = planned_for.unwrap_or(now);
        let waits = planned_for.map_or(MessageState::Queued, |_| MessageState::Scheduled);
        let message = Message {
            key: request.key,
            to: request.to,
            body: request.body,
            sid: None,
            planned_for,
            outgoing: Outgoing { state: waits, ..Outgoing::new(at, request.policy) },
        };
        _ = tx.insert(id, message).await?;
        let unordered = self.has(Bug::NoOrderKey) || self.has(Bug::NoOrderKeyAndNoOpenAttemptIndex);
        // What waits for its time stands in no line.
        let order_key = Some(request.to).filter(|_| !unordered && planned_for.is_none());
        self.enqueue_job(tx, (Kind::Send, Subject::Message(id)), order_key, at).await?;
        if let Some(due_at) = planned_for.and_then(|at| hand_over::due(at, now)) {
            self.enqueue_job(tx, (Kind::HandOver, Subject::Message(id)), None, due_at).await?;
        }
        Ok(id)
    }

    /// Calls a message off that has not left. Returns whether it was in time.
    pub(crate) async fn cancel(&self, id: MessageId) -> Result<bool> {
        let mut tx = self.begin().await?;
        let done = self.cancel_in(&mut tx, id).await?;
        self.commit(tx).await?;
        Ok(done)
    }

    async fn cancel_in(&self, tx: &mut Tx, id: MessageId) -> Result<bool> {
        tx.statement().await?;
        if tx.get_locked::<Message>(&id).await?.is_none() {
            return Ok(false);
        }
        if self.wish(tx, id, Wish::Cancel).await? {
            return Ok(true);
        }
        self.cancel_ours(tx, id).await
    }

    /// Lets a message that waits go now.
    pub(crate) async fn send_now(&self, id: MessageId) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.statement().await?;
        let waits = tx.get_locked::<Message>(&id).await?.is_some_and(|message| message.outgoing.waits());
        if waits && !self.wish(&mut tx, id, Wish::SendNow).await? {
            let now = self.now();
            self.hasten(&mut tx, (Kind::Send, Subject::Message(id)), now).await?;
        }
        self.commit(tx).await
    }

    /// The same for one that no provider keeps. The caller holds it.
    pub(super) async fn cancel_ours(&self, tx: &mut Tx, id: MessageId) -> Result<bool> {
        let Some(message) = tx.get::<Message>(&id) else { return Ok(false) };
        let now = self.now();
        let (after, _) = message.outgoing.step(&self.world.timing, now, Event::CancelRequested, 0.0);
        if after.state != MessageState::Canceled || message.outgoing.state == MessageState::Canceled {
            return Ok(message.outgoing.state == MessageState::Canceled);
        }
        if !self.discard(tx, (Kind::Send, Subject::Message(id))).await? {
            return Ok(false);
        }
        self.save(tx, id, &message, after, None).await?;
        Ok(true)
    }

    /// Whether an address may be written to now (`compliance::ask`), before an intent. The caller holds it.
    pub(super) async fn gate(&self, tx: &Tx, to: Phone) -> Result<bool> {
        if self.has(Bug::NoGateBeforeIntent) {
            return Ok(true);
        }
        tx.statement().await?;
        Ok(tx.get::<OptOut>(&to).is_none())
    }

    /// Makes an intent and an opt-out of one address wait for each other.
    pub(super) async fn hold_address(&self, tx: &Tx, to: Phone) -> Result<()> {
        if self.has(Bug::GateNotHeld) {
            return Ok(());
        }
        tx.statement().await?;
        tx.lock(Lock::Address(to)).await
    }
}
