//! The job that hands a message to its provider (`delivery/send.rs`, `delivery/attempts.rs`).

use std::time::Duration;

use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{Answer, Event, LookUp, MessageState, Next, Outgoing};
use trunkline_domain::time::Timestamp;

use super::Node;
use super::jobs::Claimed;
use super::lookup::Found;
use crate::bug::Bug;
use crate::store::{Attempt, Lock, Message, OpenAttempt, OptOut, Result, Sid, StoreError, Tx};
use crate::world::{Exchange, Outbound};

/// The wait when another message to the same recipient is unresolved.
const RECIPIENT_BUSY: Duration = Duration::from_secs(1);

/// The wait when this node's lease is not fresh enough to start a request.
const LEASE_STALE: Duration = Duration::from_secs(1);

/// The wait before an answer that could not be recorded is recorded again.
const STORE_AWAY: Duration = Duration::from_millis(200);

/// What a look at the message says has to be done.
enum Plan {
    Nothing,
    HandOver(Message, u32),
    LookUp(Message, Attempt),
}

/// What is known after a message was handed over (`SendOutcome`).
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Accepted(Sid),
    NotSent { class: ErrorClass, retry_after: Option<Duration> },
    Unknown,
}

impl Node {
    pub(super) async fn send_job(&self, job: &Claimed, id: MessageId) -> Result<()> {
        match self.plan_and_commit(job, id).await {
            Ok(Plan::Nothing) => Ok(()),
            Ok(Plan::HandOver(message, number)) => self.hand_over(job, id, message, number).await,
            Ok(Plan::LookUp(message, attempt)) => self.look_up(job, id, message, attempt).await,
            Err(StoreError::AttemptOpen) => self.give_back(job).await,
            Err(StoreError::ClaimLost) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn plan_and_commit(&self, job: &Claimed, id: MessageId) -> Result<Plan> {
        let mut tx = self.begin().await?;
        let plan = self.plan(&mut tx, job, id).await?;
        if let (Plan::HandOver(message, number), true) = (&plan, self.has(Bug::IntentNotCommittedBeforeCall))
        {
            // The call leaves, and only then the intent is written.
            self.call(id, message, *number).await;
        }
        self.commit(tx).await?;
        Ok(plan)
    }

    async fn plan(&self, tx: &mut Tx, job: &Claimed, id: MessageId) -> Result<Plan> {
        // Nobody's consent changes between the gate's word and the intent; before the message, as everywhere.
        let to_leave = tx.get::<Message>(&id).filter(|message| message.outgoing.has_not_left());
        if let Some(message) = to_leave.filter(|_| !self.has(Bug::NoGateBeforeIntent)) {
            self.hold_address(tx, message.to).await?;
        }
        let Some(message) = self.lock_message(tx, id).await? else {
            self.finish(tx, job).await?;
            return Ok(Plan::Nothing);
        };
        match message.outgoing.state {
            MessageState::Scheduled => {
                let now = self.now();
                let (after, _) = message.outgoing.step(&self.world.timing, now, Event::Released, 0.0);
                self.save(tx, id, &message, after, None).await?;
                self.intend(tx, job, id, Message { outgoing: after, ..message }).await
            }
            MessageState::Queued => self.intend(tx, job, id, message).await,
            // The attempt belongs to a claim that ended: its worker died between intent and answer.
            MessageState::Sending => {
                let event = self.if_a_worker_died();
                self.apply(tx, job, id, &message, event, None).await
            }
            MessageState::Unknown => {
                tx.statement().await?;
                let open = tx.find::<Attempt>(|(of, _), attempt| *of == id && attempt.unresolved);
                let (_, attempt) = open.into_iter().next().ok_or(StoreError::Corrupt)?;
                Ok(Plan::LookUp(message, attempt))
            }
            _ => {
                self.finish(tx, job).await?;
                Ok(Plan::Nothing)
            }
        }
    }

    fn if_a_worker_died(&self) -> Event {
        if self.has(Bug::DeadWorkersSendingRequeued) {
            return Event::Answered(Answer::NotSent { class: ErrorClass::Throttled, retry_after: None });
        }
        Event::WorkerDied
    }

    /// The message, locked until the transaction ends (`messages::lock`).
    pub(super) async fn lock_message(&self, tx: &Tx, id: MessageId) -> Result<Option<Message>> {
        tx.statement().await?;
        if self.has(Bug::MessageNotLocked) { Ok(tx.get(&id)) } else { tx.get_locked(&id).await }
    }

    /// Asks the gate once more and writes the intent down.
    async fn intend(&self, tx: &mut Tx, job: &Claimed, id: MessageId, message: Message) -> Result<Plan> {
        let now = self.now();
        if !self.is_fresh() {
            self.postpone(tx, job, now.plus(LEASE_STALE)).await?;
            return Ok(Plan::Nothing);
        }
        if !self.gate(tx, message.to).await? {
            let failed = Outgoing { state: MessageState::Failed, ..message.outgoing };
            self.save(tx, id, &message, failed, None).await?;
            self.finish(tx, job).await?;
            return Ok(Plan::Nothing);
        }
        let number = self.begin_attempt(tx, id, &message, now).await?;
        let (after, _) = message.outgoing.step(&self.world.timing, now, Event::Claimed, 0.0);
        self.save(tx, id, &message, after, None).await?;
        Ok(Plan::HandOver(Message { outgoing: after, ..message }, number))
    }

    async fn begin_attempt(
        &self,
        tx: &mut Tx,
        id: MessageId,
        message: &Message,
        now: Timestamp,
    ) -> Result<u32> {
        tx.statement().await?;
        let number = tx.find::<Attempt>(|(of, _), _| *of == id).len() as u32 + 1;
        tx.statement().await?;
        let attempt = Attempt { to: message.to, started_at: now, unresolved: true };
        _ = tx.insert((id, number), attempt).await?;
        let indexed = !self.has(Bug::NoOrderKeyAndNoOpenAttemptIndex);
        if indexed && tx.insert(message.to, OpenAttempt).await?.is_break() {
            return Err(StoreError::AttemptOpen);
        }
        Ok(number)
    }

    /// Records how the message's attempts stand (`attempts::end`).
    pub(super) async fn end_attempt(&self, tx: &mut Tx, id: MessageId, resolved: bool) -> Result<()> {
        tx.statement().await?;
        for (key, attempt) in tx.find::<Attempt>(|(of, _), attempt| *of == id && attempt.unresolved) {
            let end = |row: Attempt| Some(Attempt { unresolved: row.unresolved && !resolved, ..row });
            if tx.update::<Attempt>(&key, |row| row.unresolved, end).await? && resolved {
                tx.update::<OpenAttempt>(&attempt.to, |_| true, |_| None).await?;
            }
        }
        Ok(())
    }

    async fn hand_over(&self, job: &Claimed, id: MessageId, message: Message, number: u32) -> Result<()> {
        let outcome = if self.has(Bug::IntentNotCommittedBeforeCall) {
            Outcome::Unknown
        } else if self.is_fresh() {
            self.call(id, &message, number).await
        } else {
            Outcome::NotSent { class: ErrorClass::Retry, retry_after: None }
        };
        self.trace(format_args!("attempt {number} of message {} came to {outcome:?}", message.key));
        self.record(job, id, outcome).await
    }

    async fn call(&self, id: MessageId, message: &Message, number: u32) -> Outcome {
        let Message { key, to, body, .. } = *message;
        let outbound = Outbound { id, number, key, to, body, keep_until: None };
        let exchange = self.world.create(outbound).await;
        self.step().await;
        self.classify(exchange)
    }

    /// The table of `SendOutcome`.
    pub(super) fn classify(&self, exchange: Exchange) -> Outcome {
        let retry = Outcome::NotSent { class: ErrorClass::Retry, retry_after: None };
        match exchange {
            Exchange::Created(sid) => Outcome::Accepted(sid),
            Exchange::NotConnected => retry,
            Exchange::Throttled(wait) => {
                Outcome::NotSent { class: ErrorClass::Throttled, retry_after: Some(wait) }
            }
            Exchange::Refused(class) => Outcome::NotSent { class, retry_after: None },
            Exchange::ServerError if self.has(Bug::RetryAfterServerError) => retry,
            Exchange::NoAnswer if self.has(Bug::RetryAfterTimeout) => retry,
            Exchange::ServerError | Exchange::NoAnswer => Outcome::Unknown,
        }
    }

    /// Records the answer, however long the database is away.
    async fn record(&self, job: &Claimed, id: MessageId, outcome: Outcome) -> Result<()> {
        loop {
            match self.answered(job, id, outcome).await {
                Err(StoreError::Unavailable) => self.sleep(STORE_AWAY).await,
                Err(StoreError::ClaimLost) => return Ok(()),
                result => return result,
            }
        }
    }

    async fn answered(&self, job: &Claimed, id: MessageId, outcome: Outcome) -> Result<()> {
        let mut tx = self.begin().await?;
        let sid = if let Outcome::Accepted(sid) = outcome { Some(sid) } else { None };
        if let Some(sid) = sid {
            self.hold_reports(&tx, sid).await?;
        }
        let Some(message) = self.lock_message(&tx, id).await? else {
            self.finish(&mut tx, job).await?;
            return self.commit(tx).await;
        };
        let answer = match outcome {
            Outcome::Accepted(_) => Answer::Accepted,
            Outcome::NotSent { class, retry_after } => Answer::NotSent { class, retry_after },
            Outcome::Unknown => Answer::Doubtful,
        };
        if let Outcome::NotSent { class: ErrorClass::OptedOut, .. } = outcome {
            self.opt_out(&mut tx, message.to, self.now()).await?;
        }
        self.apply(&mut tx, job, id, &message, Event::Answered(answer), sid).await?;
        self.commit(tx).await
    }

    /// Remembers that an address is not to be written to; the latest time counts (`compliance::opt_out`).
    pub(super) async fn opt_out(&self, tx: &mut Tx, to: u8, at: Timestamp) -> Result<()> {
        self.hold_address(tx, to).await?;
        tx.statement().await?;
        if tx.insert(to, OptOut(at)).await?.is_break() {
            tx.update::<OptOut>(&to, |known| known.0 < at, |_| Some(OptOut(at))).await?;
        }
        self.recheck(tx, to).await
    }

    /// Takes the message through an event and does what follows to attempt, job and settlement.
    async fn apply(
        &self,
        tx: &mut Tx,
        job: &Claimed,
        id: MessageId,
        message: &Message,
        event: Event,
        sid: Option<Sid>,
    ) -> Result<Plan> {
        let now = self.now();
        let (after, next) = message.outgoing.step(&self.world.timing, now, event, self.ambient.fraction());
        self.save(tx, id, message, after, sid).await?;
        let in_doubt = after.state == MessageState::Unknown && !matches!(next, Next::Rest);
        self.end_attempt(tx, id, !in_doubt).await?;
        self.follow(tx, job, id, next).await?;
        if let Some(sid) = sid {
            self.adopt_early(tx, id, sid).await?;
        }
        Ok(Plan::Nothing)
    }

    async fn follow(&self, tx: &mut Tx, job: &Claimed, id: MessageId, next: Next) -> Result<()> {
        match next {
            Next::LookUpAt(_) if self.has(Bug::LookUpWithoutLagWaits) => {
                self.postpone(tx, job, self.now()).await
            }
            Next::RetryAt(at) | Next::LookUpAt(at) => self.postpone(tx, job, at).await,
            Next::PollAt(at) => {
                self.plan_settle(tx, id, at).await?;
                self.finish(tx, job).await
            }
            Next::Rest | Next::AsPlanned | Next::CallProvider => self.finish(tx, job).await,
        }
    }

    async fn look_up(&self, job: &Claimed, id: MessageId, message: Message, attempt: Attempt) -> Result<()> {
        let found = self.find_at_provider(&message, &attempt).await?;
        self.trace(format_args!("look-up of message {}: {found:?}", message.key));
        match self.looked_up(job, id, &found).await {
            Err(StoreError::ClaimLost) => Ok(()),
            result => result,
        }
    }

    async fn looked_up(&self, job: &Claimed, id: MessageId, found: &Found) -> Result<()> {
        let mut tx = self.begin().await?;
        if let Found::Message(sid, _) = found {
            self.hold_reports(&tx, *sid).await?;
        }
        let Some(mut message) = self.lock_message(&tx, id).await? else {
            self.finish(&mut tx, job).await?;
            return self.commit(tx).await;
        };
        let (event, sid) = match *found {
            Found::Message(sid, state) => (LookUp::Found(state), Some(sid)),
            Found::Nothing => (LookUp::Missing, None),
            Found::Unavailable => (LookUp::Unavailable, None),
        };
        if self.has(Bug::LookUpOnlyOnce) && message.outgoing.state == MessageState::Unknown {
            message.outgoing.checks = self.world.timing.look_ups.len() as u32;
        }
        self.apply(&mut tx, job, id, &message, Event::LookedUp(event), sid).await?;
        self.commit(tx).await
    }

    async fn give_back(&self, job: &Claimed) -> Result<()> {
        let at = self.now().plus(RECIPIENT_BUSY);
        let mut tx = self.begin().await?;
        self.postpone(&mut tx, job, at).await?;
        self.commit(tx).await
    }

    /// Held by whoever records something of a provider's message (`report::hold_reports`).
    pub(super) async fn hold_reports(&self, tx: &Tx, sid: Sid) -> Result<()> {
        if self.has(Bug::ReportsNotHeld) {
            return Ok(());
        }
        tx.statement().await?;
        tx.lock(Lock::Reports(sid)).await
    }
}
