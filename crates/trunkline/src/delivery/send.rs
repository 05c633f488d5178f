//! The job that hands a message to its provider.
//!
//! Think of the process dying between any two lines here. Before the intent is committed: nothing was sent,
//! the job is claimed again. After it: the message is `sending`, and whoever claims the job next sees an
//! attempt that is not its own and takes it for in doubt. Nothing between depends on memory.

use std::sync::Arc;
use std::time::Duration;

use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::lanes::Lane;
use trunkline_domain::message::{Answer, Event, LookUp, MessageState, Next};
use trunkline_domain::time::Timestamp;
use trunkline_providers::{Outbound, Refusal, SendOutcome};
use trunkline_store::{Result, StoreError, Tx};

use super::attempts::{self, Attempt, Ending};
use super::enqueue::order_key;
use super::follow_up::{facts_of, plan_settle};
use super::gate::{self, Pass, Verdict};
use super::pace::{Pace, Turn};
use super::{Delivery, lookup, report};
use crate::compliance::{self, LateAction, Said};
use crate::inbox::messages::{self, Facts, Hold, Message};
use crate::inbox::waiting;
use crate::jobs::{About, Failure, Job, Node, Queue, claim_was_lost};
use crate::lines::Line;

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
    pub(super) pace: Pace,
    pub(super) node: Node,
}

/// What a look at the message says has to be done.
enum Plan {
    /// Nothing: the job is done or was given back.
    Nothing,
    /// The gate let it pass and the intent is on disk: hand it over.
    HandOver(Message, Attempt, Pass),
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
            Ok(Plan::HandOver(message, attempt, pass)) => self.hand_over(job, message, attempt, pass).await,
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
            MessageState::Scheduled | MessageState::Held => self.release(tx, job, message),
            MessageState::Queued => self.set_out(tx, job, message),
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

    /// The time of a message that waited has come: it takes its place in the line to its recipient, and if
    /// that is the first one, leaves at once.
    fn release(&self, tx: &mut Tx<'_>, job: &Job, message: Message) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        if let Some((code, reason)) = too_late(tx, &message, now)? {
            return self.give_up(tx, job, &message, code, reason);
        }
        if let Verdict::Hold(hold) = gate::ask(tx, &message, now)? {
            return self.hold(tx, job, &message, hold);
        }
        let (after, _) = message.outgoing.step(&delivery.timing, now, Event::Released, 0.0);
        messages::save(tx, &delivery.events, now, &message, after, Facts::default(), "due")?;
        waiting::takes_its_place(tx, &delivery.events, now, &message)?;
        self.set_out(tx, job, Message { outgoing: after, ..message })
    }

    /// A queued message leaves by its line, or by one that stands in while that one's breaker is open.
    fn set_out(&self, tx: &mut Tx<'_>, job: &Job, message: Message) -> Result<Plan> {
        let now = self.delivery.ambient.now();
        if let Some(other) = self.pace.detour(message.line_id) {
            self.move_to_line(tx, job, &message, &other)?;
            return Ok(Plan::Nothing);
        }
        if job.parked && !self.delivery.jobs.join_line(tx, job, now)? {
            return Ok(Plan::Nothing);
        }
        self.intend(tx, job, message)
    }

    /// From now on the message, and with it its conversation, uses another line.
    fn move_to_line(&self, tx: &mut Tx<'_>, job: &Job, message: &Message, other: &Line) -> Result<()> {
        let (delivery, now, line) = (&self.delivery, self.delivery.ambient.now(), &other.info);
        waiting::change_line(tx, &delivery.events, now, message, line.id, &line.address)?;
        metrics::counter!("trunkline_failovers_total", "to" => line.slug.clone()).increment(1);
        let pool = (line.id.into(), Lane::of(message.priority));
        delivery.jobs.rehome(tx, job, pool, &order_key(line.id, &message.to), now)
    }

    /// Asks the gate once more and writes the intent down.
    fn intend(&self, tx: &mut Tx<'_>, job: &Job, message: Message) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        if !self.node.is_fresh() {
            delivery.jobs.postpone(tx, job, now.plus(LEASE_STALE))?;
            return Ok(Plan::Nothing);
        }
        if message.expires_at.is_some_and(|at| at <= now) {
            return self.give_up(tx, job, &message, "expired", EXPIRED.to_owned());
        }
        compliance::hold_address(tx, message.line_id, &message.to)?;
        let pass = match gate::ask(tx, &message, now)? {
            Verdict::Allow(pass) => pass,
            Verdict::Hold(hold) => return self.hold(tx, job, &message, hold),
            Verdict::Refuse { code, reason } => return self.give_up(tx, job, &message, code, reason),
        };
        let attempt = attempts::begin(tx, delivery.ambient.id(), &message, job.epoch, now)?;
        let (after, _) = message.outgoing.step(&delivery.timing, now, Event::Claimed, 0.0);
        messages::save(tx, &delivery.events, now, &message, after, Facts::default(), "attempt")?;
        Ok(Plan::HandOver(Message { outgoing: after, ..message }, attempt, pass))
    }

    /// It may leave only later: it steps out of the line, and those behind it go on.
    fn hold(&self, tx: &mut Tx<'_>, job: &Job, message: &Message, hold: Hold) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let (after, _) = message.outgoing.step(&delivery.timing, now, Event::Held, 0.0);
        let until = hold.until;
        let facts = Facts { hold: Some(hold), ..Facts::default() };
        messages::save(tx, &delivery.events, now, message, after, facts, "held by the gate")?;
        delivery.jobs.park(tx, job, until)?;
        Ok(Plan::Nothing)
    }

    /// It will not leave any more: a dead letter, with the reason.
    fn give_up(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: &Message,
        code: &str,
        reason: String,
    ) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let (after, _) = message.outgoing.step(&delivery.timing, now, Event::GivenUp, 0.0);
        let facts = Facts { error: Some((Some(code.to_owned()), reason)), ..Facts::default() };
        messages::save(tx, &delivery.events, now, message, after, facts, "refused by the gate")?;
        delivery.jobs.finish(tx, job)?;
        Ok(Plan::Nothing)
    }

    async fn hand_over(
        &self,
        job: Job,
        message: Message,
        attempt: Attempt,
        pass: Pass,
    ) -> Result<(), Failure> {
        let outcome = match self.delivery.lines.get(message.line_id) {
            Some(line) => self.send_in_turn(line, &message, &attempt, pass).await?,
            None => {
                not_sent(ErrorClass::Misconfigured, Some("no_line"), "its line is no longer configured", None)
            }
        };
        metrics::counter!("trunkline_attempts_total", "outcome" => outcome_word(&outcome)).increment(1);
        self.record(job, message, outcome).await
    }

    /// Sends as soon as the line's rate allows, unless that is far away.
    async fn send_in_turn(
        &self,
        line: &Line,
        message: &Message,
        attempt: &Attempt,
        _pass: Pass,
    ) -> Result<SendOutcome, Failure> {
        let turn = self.pace.turn(line.info.id, message.id, message.segments).await?;
        if let Turn::Later(at) = turn {
            let wait = at.since(self.delivery.ambient.now());
            return Ok(not_sent(ErrorClass::Throttled, None, "the rate of its line is used up", Some(wait)));
        }
        // Asked last: the turn may have been waited for.
        if !self.node.is_fresh() {
            return Ok(not_sent(ErrorClass::Retry, None, "this node lost its lease", None));
        }
        let outcome = line.provider.send(&self.outbound(&line.info.slug, message, attempt)).await;
        if let Err(error) = self.pace.heard(line.info.id, &outcome).await {
            tracing::warn!(line = line.info.slug, %error, "what a line's breaker learnt could not be kept");
        }
        Ok(outcome)
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
        if let Some(other) = self.another_line(tx, &message, outcome)? {
            return self.reroute(tx, job, &message, facts, &other);
        }
        self.apply(tx, job, &message, Event::Answered(answer), facts, outcome_word(outcome)).map(|_| ())
    }

    /// The line to try when this one may not send what another may: one that the message has not used yet.
    fn another_line(
        &self,
        tx: &mut Tx<'_>,
        message: &Message,
        outcome: &SendOutcome,
    ) -> Result<Option<Arc<Line>>> {
        let SendOutcome::NotSent(refusal) = outcome else { return Ok(None) };
        if !matches!(refusal.class, ErrorClass::Misconfigured | ErrorClass::Account) {
            return Ok(None);
        }
        let tried = attempts::lines_tried(tx, message.id)?;
        Ok(self.pace.others(message.line_id).find(|other| !tried.contains(&other.info.id)))
    }

    fn reroute(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: &Message,
        facts: Facts,
        other: &Line,
    ) -> Result<()> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let (after, _) = message.outgoing.step(&delivery.timing, now, Event::Rerouted, 0.0);
        let (error_code, error_text) = facts.error.clone().unwrap_or_default();
        messages::save(tx, &delivery.events, now, message, after, facts, "not from this line")?;
        let ending = Ending { outcome: "not sent", error_code, error_text: Some(error_text) };
        attempts::end(tx, message.id, now, true, ending)?;
        self.move_to_line(tx, job, message, other)
    }

    /// A provider that refuses because the recipient opted out knows something that we must remember.
    fn opt_out_if_told(&self, tx: &mut Tx<'_>, message: &Message, outcome: &SendOutcome) -> Result<()> {
        if let SendOutcome::NotSent(Refusal { class: ErrorClass::OptedOut, text, .. }) = outcome {
            let now = self.delivery.ambient.now();
            let record = self.delivery.ambient.id();
            let (line, address) = (message.line_id, message.to.as_str());
            compliance::opt_out(tx, "provider", &Said { record, line, address, words: text, at: now })?;
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
        self.follow(tx, job, message, next, now)?;
        if let Some(provider_id) = provider_id {
            report::adopt_early(tx, delivery, message, &provider_id)?;
        }
        Ok(Plan::Nothing)
    }

    fn follow(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: &Message,
        next: Next,
        now: Timestamp,
    ) -> Result<()> {
        let (delivery, id) = (&self.delivery, message.id);
        match next {
            // Look-ups draw on no line's rate, and go on while its breaker is open.
            Next::LookUpAt(at) => delivery.jobs.pass_on(tx, job, Queue::Settle, None, at),
            Next::RetryAt(at) => {
                let pool = (message.line_id.into(), Lane::of(message.priority));
                delivery.jobs.pass_on(tx, job, Queue::Send, Some(pool), at)
            }
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
        self.delivery.store.write_in_background(move |tx| jobs.postpone(tx, &job, at)).await?;
        Ok(())
    }
}

/// What a message that came due and is of no use any more is told to its author.
const EXPIRED: &str = "It could not leave before the time after which you did not want it sent.";

/// Why a message whose time has come should not leave any more, if so: it expired, or came due long ago,
/// while we were down.
fn too_late(tx: &mut Tx<'_>, message: &Message, now: Timestamp) -> Result<Option<(&'static str, String)>> {
    if message.expires_at.is_some_and(|at| at <= now) {
        return Ok(Some(("expired", EXPIRED.to_owned())));
    }
    let Some(scheduled) = message.scheduled_at.filter(|_| message.outgoing.state == MessageState::Scheduled)
    else {
        return Ok(None);
    };
    // Usually it is due this second: the rules are read only where they may matter.
    if now.since(scheduled) < Duration::from_secs(60) {
        return Ok(None);
    }
    let late = compliance::load_settings(tx)?.late;
    if late.action == LateAction::Send
        || now.since(scheduled) <= Duration::from_secs(late.after_seconds.into())
    {
        return Ok(None);
    }
    let reason = "It came due while nothing could be sent, and was too late when that was over.";
    Ok(Some(("too_late", reason.to_owned())))
}

fn not_sent(class: ErrorClass, code: Option<&str>, text: &str, retry_after: Option<Duration>) -> SendOutcome {
    let code = code.map(str::to_owned);
    SendOutcome::NotSent(Refusal { class, code, text: text.to_owned(), retry_after })
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
