//! The job that hands a message to its provider.
//!
//! Think of the process dying between any two lines here. Before the intent is committed: nothing was sent,
//! the job is claimed again. After it: the message is `sending`, and whoever claims the job next sees an
//! attempt that is not its own and takes it for in doubt. Nothing between depends on memory.
//!
//! Each message is a task of its own; what they write is gathered, so that one commit carries many intents
//! and another many answers. Nobody waits for company: a batch is what came while the last one was written.

use std::time::Duration;

use trunkline_domain::channel::Channel;
use trunkline_domain::error_class::ErrorClass;
use trunkline_providers::mail::Email;
use trunkline_providers::{Content, Outbound, Refusal, SendOutcome};
use trunkline_store::{Batcher, Engine, Result};

use super::attempts::Attempt;
use super::gate::Pass;
use super::insist::insist;
use super::pace::{Pace, Turn};
use super::plan::{Plan, Planner, is_held_up};
use super::record::{self, Accepted, outcome_word};
use super::{Delivery, lookup, mail};
use crate::inbox::messages::Message;
use crate::jobs::{About, Failure, Job, Node, claim_was_lost};
use crate::lines::Line;

/// The wait when another message to the same recipient is unresolved.
const HELD_UP: Duration = Duration::from_secs(1);

/// Messages in one transaction: enough to share the cost of a commit, few enough that what a person waits for
/// does not wait long behind it.
const BATCH_MAX: usize = 64;

/// Runs the send jobs of one node.
#[derive(Clone)]
pub(super) struct Sender {
    delivery: Delivery,
    planner: Planner,
    plans: Batcher<Job, Plan>,
    answers: Batcher<Accepted, ()>,
}

impl Sender {
    pub(super) fn new(delivery: &Delivery, pace: &Pace, node: &Node) -> Self {
        let planner = Planner { delivery: delivery.clone(), pace: pace.clone(), node: node.clone() };
        // SQLite has one writer; over PostgreSQL one batch is planned while another is on its way to the disk.
        let lanes = match delivery.store.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        };
        let together = planner.clone();
        let plans =
            Batcher::in_background(delivery.store.clone(), BATCH_MAX, lanes, move |tx, jobs: &[Job]| {
                together.plan_all(tx, jobs)
            });
        let recorder = delivery.clone();
        let answers = Batcher::in_background(
            delivery.store.clone(),
            BATCH_MAX,
            lanes,
            move |tx, answers: &[Accepted]| {
                record::accepted(tx, &recorder, answers).map(|()| answers.iter().map(|_| ()).collect())
            },
        );
        Sender { delivery: delivery.clone(), planner, plans, answers }
    }

    pub(super) async fn run(self, job: Job) -> Result<(), Failure> {
        let about = About { message_id: Some(job.subject.into()), ..About::default() };
        self.work(job).await.map_err(|failure| failure.about(about))
    }

    async fn work(&self, job: Job) -> Result<(), Failure> {
        match self.plan(&job).await {
            Ok(Plan::Nothing | Plan::Alone) => Ok(()),
            Ok(Plan::HandOver(message, attempt, pass)) => self.hand_over(job, message, attempt, pass).await,
            Ok(Plan::LookUp(message, attempt)) => self.look_up(job, message, attempt).await,
            Err(error) if is_held_up(&error) => {
                let (jobs, at) = (self.delivery.jobs.clone(), self.delivery.ambient.now().plus(HELD_UP));
                Ok(self.delivery.store.write_in_background(move |tx| jobs.postpone(tx, &job, at)).await?)
            }
            Err(error) if claim_was_lost(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn plan(&self, job: &Job) -> Result<Plan> {
        match self.plans.push(job.clone()).await? {
            Plan::Alone => {
                let (planner, job) = (self.planner.clone(), job.clone());
                self.delivery.store.write_in_background(move |tx| planner.plan(tx, &job)).await
            }
            plan => Ok(plan),
        }
    }

    async fn hand_over(
        &self,
        job: Job,
        message: Message,
        attempt: Attempt,
        pass: Pass,
    ) -> Result<(), Failure> {
        let outcome = match self.delivery.lines.get(message.line_id) {
            Some(line) => self.send_in_turn(&line, &message, &attempt, pass).await?,
            None => not_sent(ErrorClass::Misconfigured, Some("no_line"), "its line was removed", None),
        };
        metrics::counter!("trunkline_attempts_total", "outcome" => outcome_word(&outcome)).increment(1);
        insist(message.id, || self.record(&job, &message, &outcome)).await
    }

    /// Sends as soon as the line's rate allows, unless that is far away.
    async fn send_in_turn(
        &self,
        line: &Line,
        message: &Message,
        attempt: &Attempt,
        _pass: Pass,
    ) -> Result<SendOutcome, Failure> {
        let pace = &self.planner.pace;
        let turn = pace.turn(line.info.id, message.id, message.segments).await?;
        if let Turn::Later(at) = turn {
            let wait = at.since(self.delivery.ambient.now());
            return Ok(not_sent(ErrorClass::Throttled, None, "the rate of its line is used up", Some(wait)));
        }
        // Asked last: the turn may have been waited for.
        if !self.planner.node.is_fresh() {
            return Ok(not_sent(ErrorClass::Retry, None, "this node lost its lease", None));
        }
        let email = match mail::outgoing(&self.delivery, line, message).await {
            Ok(email) => email,
            Err(error) => {
                return Ok(not_sent(
                    ErrorClass::Retry,
                    None,
                    &format!("it could not be read: {error}"),
                    None,
                ));
            }
        };
        let outcome = line.provider.send(&self.outbound(line, message, attempt, email)).await;
        if let Err(error) = pace.heard(line.info.id, &outcome).await {
            tracing::warn!(line = line.info.slug, %error, "what a line's breaker learnt could not be kept");
        }
        Ok(outcome)
    }

    fn outbound(&self, line: &Line, message: &Message, attempt: &Attempt, email: Option<Email>) -> Outbound {
        // A provider of mail recognises an attempt as a repetition only if all of it is the same, the mark too.
        let marked = if email.is_some() { 1 } else { attempt.number };
        Outbound {
            message_id: message.id,
            attempt: attempt.number,
            from: message.from.clone(),
            to: message.to.clone(),
            body: message.body.clone(),
            content: content_of(message),
            // An email carries its files itself.
            media_urls: match email {
                Some(_) => Vec::new(),
                None => self.delivery.media_urls(message, self.delivery.ambient.now()),
            },
            status_callback: Some(self.delivery.callbacks.for_attempt(line, message.id, marked)),
            validity: None,
            keep_until: None,
            email,
        }
    }

    async fn record(&self, job: &Job, sent: &Message, outcome: &SendOutcome) -> Result<()> {
        let (delivery, job, sent) = (self.delivery.clone(), job.clone(), sent.clone());
        let store = &self.delivery.store;
        match outcome.clone() {
            SendOutcome::Accepted(remote) => self.answers.push(Accepted { job, message: sent, remote }).await,
            SendOutcome::NotSent(refusal) => {
                let pace = self.planner.pace.clone();
                store
                    .write_in_background(move |tx| {
                        record::refused(tx, &delivery, &pace, &job, &sent, &refusal)
                    })
                    .await
            }
            SendOutcome::Unknown { reason } => {
                store
                    .write_in_background(move |tx| record::doubtful(tx, &delivery, &job, sent.id, &reason))
                    .await
            }
        }
    }

    async fn look_up(&self, job: Job, message: Message, attempt: Attempt) -> Result<(), Failure> {
        let found = match self.delivery.lines.get(message.line_id) {
            Some(line) => lookup::find(&self.delivery, &line, &message, &attempt).await?,
            None => lookup::Found::Unavailable, // The line was removed.
        };
        let (delivery, store) = (self.delivery.clone(), self.delivery.store.clone());
        let done = store
            .write_in_background(move |tx| record::looked_up(tx, &delivery, &job, &message, &found))
            .await;
        match done {
            Ok(()) => Ok(()),
            Err(error) if claim_was_lost(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The approved template, where it goes by WhatsApp: another line sends its words as a text.
fn content_of(message: &Message) -> Option<Content> {
    let content = message.content.as_ref().filter(|_| message.channel == Channel::Whatsapp)?;
    Some(Content { id: content.content_sid.clone(), variables: content.variables.clone() })
}

fn not_sent(class: ErrorClass, code: Option<&str>, text: &str, retry_after: Option<Duration>) -> SendOutcome {
    let code = code.map(str::to_owned);
    SendOutcome::NotSent(Refusal { class, code, text: text.to_owned(), retry_after })
}
