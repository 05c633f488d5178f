//! The job that hands a message to its provider.
//!
//! Think of the process dying between any two lines here. Before the intent is committed: nothing was sent,
//! the job is claimed again. After it: the message is `sending`, and whoever claims the job next sees an
//! attempt that is not its own and takes it for in doubt. Nothing between depends on memory.

use std::time::Duration;

use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{Answer, Event, LookUp, MessageState, Next, Outgoing};
use trunkline_domain::time::Timestamp;
use trunkline_providers::{Outbound, Refusal, SendOutcome};
use trunkline_store::{Result, StoreError, Tx};

use super::attempts::{self, Attempt, Ending};
use super::follow_up::{facts_of, plan_settle};
use super::{Delivery, lookup, report};
use crate::compliance::{self, Verdict};
use crate::inbox::messages::{self, Facts, Message};
use crate::jobs::{About, Failure, Job, Node, Queue, claim_was_lost};

/// The wait when another message to the same recipient is unresolved, which the job order should prevent.
const RECIPIENT_BUSY: Duration = Duration::from_secs(1);

/// The wait when this node's lease is not fresh enough to start a request.
const LEASE_STALE: Duration = Duration::from_secs(1);

/// The wait before an answer that could not be recorded is recorded again.
const STORE_AWAY: Duration = Duration::from_millis(200);

/// Runs the send jobs of one node.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) delivery: Delivery,
    pub(super) node: Node,
}

/// What a look at the message says has to be done.
enum Plan {
    /// Nothing: the job is done or was given back.
    Nothing,
    /// The intent is on disk: hand it over.
    HandOver(Message, Attempt),
    /// It is in doubt: ask the provider.
    LookUp(Message, Attempt),
}

impl Sender {
    pub(super) async fn run(self, job: Job) -> Result<(), Failure> {
        let about = About { message_id: Some(job.subject.into()), ..About::default() };
        self.work(job).await.map_err(|failure| failure.about(about))
    }

    async fn work(&self, job: Job) -> Result<(), Failure> {
        let (sender, planned) = (self.clone(), job.clone());
        match self.delivery.store.write_in_background(move |tx| sender.plan(tx, &planned)).await {
            Ok(Plan::Nothing) => Ok(()),
            Ok(Plan::HandOver(message, attempt)) => self.hand_over(job, message, attempt).await,
            Ok(Plan::LookUp(message, attempt)) => self.look_up(job, message, attempt).await,
            Err(error) if error.is_conflict_on("attempts_line_id_recipient_key") => {
                self.give_back(job, RECIPIENT_BUSY).await
            }
            Err(error) if claim_was_lost(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn plan(&self, tx: &mut Tx<'_>, job: &Job) -> Result<Plan> {
        let Some(message) = messages::lock(tx, job.subject.into())? else {
            self.delivery.jobs.finish(tx, job)?;
            return Ok(Plan::Nothing);
        };
        match message.outgoing.state {
            MessageState::Queued => self.intend(tx, job, message),
            // The attempt belongs to a claim that ended: its worker died between intent and answer.
            MessageState::Sending => {
                self.apply(tx, job, &message, Event::WorkerDied, Facts::default(), "worker died")
            }
            MessageState::Unknown => match attempts::unresolved(tx, message.id)? {
                Some(attempt) => Ok(Plan::LookUp(message, attempt)),
                None => Err(StoreError::Corrupt {
                    column: "attempts.unresolved".into(),
                    detail: format!("message {} is in doubt without an open attempt", message.id),
                }),
            },
            _ => {
                // A receipt or a person settled it while the job waited.
                self.delivery.jobs.finish(tx, job)?;
                Ok(Plan::Nothing)
            }
        }
    }

    /// Asks the gate once more and writes the intent down.
    fn intend(&self, tx: &mut Tx<'_>, job: &Job, message: Message) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        if !self.node.is_fresh() {
            delivery.jobs.postpone(tx, Queue::Send, job, now.plus(LEASE_STALE))?;
            return Ok(Plan::Nothing);
        }
        if let Verdict::Refuse { code, reason } = compliance::ask(tx, message.line_id, &message.to)? {
            let failed = Outgoing { state: MessageState::Failed, ..message.outgoing };
            let facts = Facts { error: Some((Some(code.to_owned()), reason)), ..Facts::default() };
            messages::save(tx, &delivery.events, now, &message, failed, facts, "refused by the gate")?;
            delivery.jobs.finish(tx, job)?;
            return Ok(Plan::Nothing);
        }
        let attempt = attempts::begin(tx, delivery.ambient.id(), &message, job.epoch, now)?;
        let (after, _) = message.outgoing.step(&delivery.timing, now, Event::Claimed, 0.0);
        messages::save(tx, &delivery.events, now, &message, after, Facts::default(), "attempt")?;
        Ok(Plan::HandOver(Message { outgoing: after, ..message }, attempt))
    }

    async fn hand_over(&self, job: Job, message: Message, attempt: Attempt) -> Result<(), Failure> {
        let outcome = match self.delivery.lines.get(message.line_id) {
            Some(line) if self.node.is_fresh() => {
                let outbound = self.outbound(&line.info.slug, &message, &attempt);
                line.provider.send(&outbound).await
            }
            Some(_) => not_sent(trunkline_domain::error_class::ErrorClass::Retry, "this node lost its lease"),
            None => not_sent(
                trunkline_domain::error_class::ErrorClass::Misconfigured,
                "the line of this message is no longer configured",
            ),
        };
        metrics::counter!("trunkline_attempts_total", "outcome" => outcome_word(&outcome)).increment(1);
        self.record(job, message, outcome).await
    }

    fn outbound(&self, slug: &str, message: &Message, attempt: &Attempt) -> Outbound {
        Outbound {
            message_id: message.id,
            attempt: attempt.number,
            from: message.from.clone(),
            to: message.to.clone(),
            body: message.body.clone(),
            media_urls: Vec::new(),
            status_callback: Some(self.delivery.callbacks.for_attempt(slug, message.id, attempt.number)),
            validity: None,
        }
    }

    /// Records the answer, however long the database is away: we are the only ones who know it. If we die
    /// first, the message is in doubt and will be looked up.
    async fn record(&self, job: Job, sent: Message, outcome: SendOutcome) -> Result<(), Failure> {
        loop {
            let (sender, job, sent, outcome) = (self.clone(), job.clone(), sent.clone(), outcome.clone());
            let id = sent.id;
            let recorded = self
                .delivery
                .store
                .write_in_background(move |tx| sender.answered(tx, &job, &sent, &outcome))
                .await;
            match recorded {
                Ok(()) => return Ok(()),
                Err(error) if error.is_transient() => {
                    tracing::warn!(message = %id, %error, "an answer could not be recorded; trying again");
                    tokio::time::sleep(STORE_AWAY).await;
                }
                Err(error) if claim_was_lost(&error) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn answered(&self, tx: &mut Tx<'_>, job: &Job, sent: &Message, outcome: &SendOutcome) -> Result<()> {
        let id = sent.id;
        if let SendOutcome::Accepted(remote) = outcome {
            report::hold_reports(tx, sent.line_id, &remote.provider_id)?;
        }
        let Some(message) = messages::lock(tx, id)? else { return self.delivery.jobs.finish(tx, job) };
        let (answer, facts) = match outcome {
            SendOutcome::Accepted(remote) => (Answer::Accepted, facts_of(remote)),
            SendOutcome::NotSent(refusal) => (
                Answer::NotSent { class: refusal.class, retry_after: refusal.retry_after },
                Facts { error: Some((refusal.code.clone(), refusal.text.clone())), ..Facts::default() },
            ),
            SendOutcome::Unknown { .. } => (Answer::Doubtful, Facts::default()),
        };
        if let SendOutcome::Unknown { reason } = outcome {
            let ending = Ending { outcome: "unknown", error_text: Some(reason.clone()), ..Ending::default() };
            attempts::end(tx, id, self.delivery.ambient.now(), false, ending)?;
        }
        self.opt_out_if_told(tx, &message, outcome)?;
        self.apply(tx, job, &message, Event::Answered(answer), facts, outcome_word(outcome)).map(|_| ())
    }

    /// A provider that refuses because the recipient opted out knows something that we must remember.
    fn opt_out_if_told(&self, tx: &mut Tx<'_>, message: &Message, outcome: &SendOutcome) -> Result<()> {
        if let SendOutcome::NotSent(Refusal {
            class: trunkline_domain::error_class::ErrorClass::OptedOut,
            text,
            ..
        }) = outcome
        {
            let now = self.delivery.ambient.now();
            compliance::opt_out(tx, message.line_id, &message.to, "provider", text, now)?;
        }
        Ok(())
    }

    /// Takes the message through an event and does what follows from it to attempt, job and settlement.
    fn apply(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: &Message,
        event: Event,
        facts: Facts,
        cause: &str,
    ) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let (after, next) = message.outgoing.step(&delivery.timing, now, event, delivery.ambient.fraction());
        let provider_id = facts.provider_message_id.clone();
        let error = facts.error.clone();
        messages::save(tx, &delivery.events, now, message, after, facts, cause)?;
        let in_doubt = after.state == MessageState::Unknown && !matches!(next, Next::Rest);
        let (error_code, error_text) = error.map_or((None, None), |(code, text)| (code, Some(text)));
        let ending = Ending { outcome: outcome_of(after.state), error_code, error_text };
        attempts::end(tx, message.id, now, !in_doubt, ending)?;
        self.follow(tx, job, message.id, next, now)?;
        if let Some(provider_id) = provider_id {
            report::adopt_early(tx, delivery, message, &provider_id)?;
        }
        Ok(Plan::Nothing)
    }

    fn follow(&self, tx: &mut Tx<'_>, job: &Job, id: MessageId, next: Next, now: Timestamp) -> Result<()> {
        let delivery = &self.delivery;
        match next {
            Next::RetryAt(at) | Next::LookUpAt(at) => delivery.jobs.postpone(tx, Queue::Send, job, at),
            Next::PollAt(at) => {
                plan_settle(tx, delivery, id, at, now)?;
                delivery.jobs.finish(tx, job)
            }
            Next::Rest | Next::AsPlanned | Next::CallProvider => delivery.jobs.finish(tx, job),
        }
    }

    async fn look_up(&self, job: Job, message: Message, attempt: Attempt) -> Result<(), Failure> {
        let found = match self.delivery.lines.get(message.line_id) {
            Some(line) => lookup::find(&self.delivery, line, &message, &attempt).await?,
            None => lookup::Found::Unavailable, // The line is no longer configured.
        };
        let sender = self.clone();
        let store = self.delivery.store.clone();
        let done = store.write_in_background(move |tx| sender.looked_up(tx, &job, &message, &found)).await;
        match done {
            Ok(()) => Ok(()),
            Err(error) if claim_was_lost(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn looked_up(&self, tx: &mut Tx<'_>, job: &Job, sought: &Message, found: &lookup::Found) -> Result<()> {
        if let lookup::Found::Message(remote) = found {
            report::hold_reports(tx, sought.line_id, &remote.provider_id)?;
        }
        let Some(message) = messages::lock(tx, sought.id)? else { return self.delivery.jobs.finish(tx, job) };
        let (event, facts, cause) = match found {
            lookup::Found::Message(remote) => {
                (LookUp::Found(remote.state), facts_of(remote), "found at the provider")
            }
            lookup::Found::Nothing => (LookUp::Missing, Facts::default(), "not found at the provider"),
            lookup::Found::Unavailable => {
                (LookUp::Unavailable, Facts::default(), "the provider could not be asked")
            }
        };
        self.apply(tx, job, &message, Event::LookedUp(event), facts, cause).map(|_| ())
    }

    async fn give_back(&self, job: Job, wait: Duration) -> Result<(), Failure> {
        let (jobs, at) = (self.delivery.jobs.clone(), self.delivery.ambient.now().plus(wait));
        self.delivery.store.write_in_background(move |tx| jobs.postpone(tx, Queue::Send, &job, at)).await?;
        Ok(())
    }
}

fn not_sent(class: trunkline_domain::error_class::ErrorClass, text: &str) -> SendOutcome {
    SendOutcome::NotSent(Refusal { class, code: None, text: text.to_owned(), retry_after: None })
}

fn outcome_word(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Accepted(_) => "accepted",
        SendOutcome::NotSent(_) => "not sent",
        SendOutcome::Unknown { .. } => "unknown",
    }
}

/// What the attempt came to, seen from the state the message is in afterwards.
fn outcome_of(state: MessageState) -> &'static str {
    match state {
        MessageState::Unknown | MessageState::Sending => "unknown",
        MessageState::Queued => "not sent",
        MessageState::Failed => "refused",
        _ => "accepted",
    }
}
