//! Planned messages handed to a provider that keeps them until their time (C4; engine protocol, point 7).
//!
//! # What was decided, and why
//!
//! *Which.* A message that a person or a program planned for an instant, whose line names a messaging service
//! (`messaging_service_sid`), that the gate allows at that instant, and that does not expire before it. What the
//! gate holds until the morning is not handed over: it waits for a rule, and rules change. Nor is one that has
//! another message to the same person within a minute of it: the provider keeps no order among those it sends
//! at one time, and we do. One that is planned so close to a message *already* handed over leaves by us, and for
//! that minute their order is not promised.
//!
//! *When.* Half an hour before its time, or at once if it has less notice than that; with less than six minutes
//! it stays ours. The reasons stand in `trunkline_domain::hand_over`, with the machine that decides.
//!
//! *How fast.* A hand-over is a job of the line's pool in the slowest lane: it draws on the line's rate, waits
//! behind what is to leave now, and does not start while the breaker is open. A message whose turn does not
//! come in time stays ours. A hand-over is tried once: a refusal of any kind leaves the message ours, and it
//! goes the usual way at its time, with its retries.
//!
//! *How many.* To one person one at a time, until the provider has named it: of two with the same text whose answers
//! were lost nobody could tell which is which.
//!
//! *What happens to it meanwhile.* Its state stays `scheduled`, which is what it is to everybody who looks; that
//! the provider has it is a row beside it (`rows.rs`). Its send job is put off for ever, so that the send path
//! need not know of hand-overs: as long as the row binds the message, this room's job is the only one that goes
//! on. Whoever wants something of it (cancel, edit, send now, an answer that calls it off) leaves a *wish*
//! (`wishes.rs`); a STOP, a block or a changed rule asks the gate anew. Either way the provider is first asked to
//! call it off. Only when it has confirmed that is the message ours again, and what was wished is done then, by
//! the very functions that do it for any other message. If it says that the message has left, it has left.
//!
//! Locks are taken in the order of the whole room: addresses or reports, messages, their hand-overs, order keys,
//! jobs.
//!
//! # Dying anywhere
//!
//! Before the intent is committed, nothing was asked. Between intent and answer, whoever claims the job next
//! finds the row `asked` and looks the message up; it is found and kept on, or after a usual doubt's look-ups it
//! is ours again, and looked for at longer waits until shortly before its time: what is found then is called off
//! before it leaves. A request to call off can be repeated at will. After its time the provider's callback, which carries
//! our mark, or the question we ask if none comes, makes it `sent`.

mod heard;
mod look;
mod rows;
mod steps;
mod wishes;

use std::sync::Arc;
use std::time::Duration;

use trunkline_domain::hand_over::{self as rules, Event, Seen, Stage, Standing};
use trunkline_domain::ids::{ContactId, LineId, MessageId};
use trunkline_domain::lanes::Lane;
use trunkline_domain::message::{Answer, MessageState};
use trunkline_domain::time::Timestamp;
use trunkline_providers::{KeepUntil, Outbound, RemoteMessage, SendOutcome};
use trunkline_store::{Result, Tx, sql};
use uuid::Uuid;

use super::gate::{self, Pass, Verdict};
use super::insist::insist;
use super::pace::{Pace, Turn};
use super::{Delivery, SEND_JOB, report};
use crate::compliance;
use crate::inbox::messages::{self, Message};
use crate::inbox::waiting;
use crate::jobs::{About, Failure, Handlers, Job, NewJob, Node, Queue, claim_was_lost};
use crate::lines::Line;

pub(super) use heard::{Heard, heard};
pub(super) use rows::{knows, message_of};
pub(super) use wishes::{Wish, wish};

use rows::Row;
use steps::Done;

/// The kind of the job that hands a message over and follows it until it has left.
const HAND_OVER_JOB: &str = "hand_over";

/// Hand-overs wait behind everything that is to leave now.
const LANE: Lane = Lane::Bulk;

/// Two messages to one person that are to leave within this time stay ours, and in order.
const NEAR: Duration = Duration::from_secs(60);

/// The wait while it is not known whether the provider has another message for the same person.
const RECIPIENT_BUSY: Duration = Duration::from_secs(15);

/// The wait when this node's lease is not fresh enough to start a request.
const LEASE_STALE: Duration = Duration::from_secs(1);

/// Plans to hand a message over that is to leave by this line at this time, if that can be and is not planned
/// already. A job that finds another time when it runs goes by that.
pub(super) fn plan(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    id: MessageId,
    line: LineId,
    at: Timestamp,
) -> Result<()> {
    let now = delivery.ambient.now();
    if delivery.lines.get(line).is_none_or(|line| line.keeps_by.is_none()) {
        return Ok(());
    }
    let Some(due_at) = rules::due(at, now) else { return unplan(tx, delivery, id) };
    if rows::open(tx, id)?.is_some() || delivery.jobs.reschedule(tx, HAND_OVER_JOB, id.into(), due_at)? {
        return Ok(());
    }
    let job = NewJob {
        queue: Queue::Send,
        kind: HAND_OVER_JOB,
        subject: id.into(),
        order_key: None,
        due_at,
        pool: Some(pool(line)),
        // It is none of those that wait to be sent.
        parked: true,
    };
    delivery.jobs.enqueue(tx, delivery.ambient.id(), now, &job)
}

/// The message will not wait for its time: there is nothing to hand over, unless one is still looked for.
pub(super) fn unplan(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId) -> Result<()> {
    if rows::open(tx, id)?.is_none() {
        delivery.jobs.discard(tx, HAND_OVER_JOB, id.into())?;
    }
    Ok(())
}

fn pool(line: LineId) -> (Uuid, Lane) {
    (line.into(), LANE)
}

/// What an address allows has changed: the gate is asked anew about what a provider keeps for it.
pub(crate) fn recheck_address(tx: &mut Tx<'_>, delivery: &Delivery, address: &str) -> Result<()> {
    let kept = tx.query(
        sql!("select message_id from hand_overs where is_open and recipient = $1"),
        &[address.into()],
        |row| row.get(0),
    )?;
    ask_anew(tx, delivery, &kept)
}

/// A rule has changed, for a contact or for everybody.
pub(super) fn recheck(tx: &mut Tx<'_>, delivery: &Delivery, contact: Option<ContactId>) -> Result<()> {
    let kept = tx.query(
        sql!(
            "select h.message_id from hand_overs h join messages m on m.id = h.message_id \
             where h.is_open and (m.contact_id = $1 or $1 is null)"
        ),
        &[contact.into()],
        |row| row.get(0),
    )?;
    ask_anew(tx, delivery, &kept)
}

/// The messages come before what belongs to them, as everywhere: nobody waits in a circle.
fn ask_anew(tx: &mut Tx<'_>, delivery: &Delivery, kept: &[MessageId]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    let now = delivery.ambient.now();
    for message in messages::lock_all(tx, kept)? {
        // A look-up that comes too early proves less: only what the provider certainly has is asked about now.
        if rows::ask_gate(tx, message.id)? == Some(Stage::Held) {
            delivery.jobs.hasten(tx, HAND_OVER_JOB, message.id.into(), now)?;
        }
    }
    Ok(())
}

/// Nobody's consent changes between the gate's word and the intent. Before the message, as everywhere.
fn hold_recipient(tx: &mut Tx<'_>, id: MessageId) -> Result<()> {
    let found: Option<(LineId, String)> =
        tx.query_opt(sql!("select line_id, to_address from messages where id = $1"), &[id.into()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    compliance::hold_addresses(tx, found.iter().map(|(line, to)| (*line, to.as_str())))
}

/// Registers the job of this room.
pub(super) fn handlers(delivery: &Delivery, pace: &Pace, node: &Node, handlers: &mut Handlers) {
    let keeper = Keeper { delivery: delivery.clone(), pace: pace.clone(), node: node.clone() };
    handlers.add(HAND_OVER_JOB, move |job| keeper.clone().run(job));
    // Nobody else goes on with a message that a provider keeps.
    handlers.keep_trying(HAND_OVER_JOB);
}

/// Runs the hand-over jobs of one node.
#[derive(Clone)]
struct Keeper {
    delivery: Delivery,
    pace: Pace,
    node: Node,
}

/// What a look at the row says has to be done at the provider.
enum Plan {
    /// Nothing, now.
    Nothing,
    /// The gate allows it at its time and the intent is on disk: ask the provider to keep it.
    HandOver(Box<Message>, Row, Pass),
    /// Look whether the provider has it.
    LookUp(Box<Message>, Row),
    /// Ask what became of it.
    Ask(Row, String),
    /// Call it off there.
    CallBack(Row, String),
}

impl Keeper {
    async fn run(self, job: Job) -> Result<(), Failure> {
        let about = About { message_id: Some(job.subject.into()), ..About::default() };
        match self.work(job).await {
            Err(failure) => Err(failure.about(about)),
            Ok(()) => Ok(()),
        }
    }

    async fn work(&self, job: Job) -> Result<(), Failure> {
        if job.queue == Queue::Send && !self.has_its_turn(&job).await? {
            return Ok(());
        }
        let (keeper, planned) = (self.clone(), job.clone());
        let plan = self.delivery.store.write_in_background(move |tx| keeper.plan(tx, &planned)).await;
        match plan {
            Ok(Plan::Nothing) => Ok(()),
            Ok(Plan::HandOver(message, row, pass)) => {
                let outcome = self.ask_to_keep(&message, &row, pass).await?;
                self.record(job, move |keeper, tx, job| keeper.answered(tx, job, &row, &outcome)).await
            }
            Ok(Plan::LookUp(message, row)) => {
                let found = look::find(&self.delivery, &message, &row).await?;
                self.saw(job, row, found).await
            }
            Ok(Plan::Ask(row, provider_id)) => {
                let found = self.fetch(&row, &provider_id).await;
                self.saw(job, row, found).await
            }
            Ok(Plan::CallBack(row, provider_id)) => {
                let found = self.call_back(&row, &provider_id).await;
                self.saw(job, row, found).await
            }
            Err(error) if claim_was_lost(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for a slot of the line's rate, unless that is far away; then the job comes back later.
    async fn has_its_turn(&self, job: &Job) -> Result<bool, Failure> {
        let id: MessageId = job.subject.into();
        let found: Option<(LineId, u32)> = self
            .delivery
            .store
            .read(move |tx| {
                tx.query_opt(
                    sql!("select line_id, coalesce(segments, 1) from messages where id = $1"),
                    &[id.into()],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
            })
            .await?;
        let Some((line, segments)) = found else { return Ok(true) };
        let Turn::Later(at) = self.pace.turn(line, id, segments).await? else { return Ok(true) };
        let (jobs, job) = (self.delivery.jobs.clone(), job.clone());
        self.delivery.store.write_in_background(move |tx| jobs.postpone(tx, &job, at)).await?;
        Ok(false)
    }

    fn plan(&self, tx: &mut Tx<'_>, job: &Job) -> Result<Plan> {
        let delivery = &self.delivery;
        hold_recipient(tx, job.subject.into())?;
        let Some(message) = messages::lock(tx, job.subject.into())? else {
            delivery.jobs.finish(tx, job)?;
            return Ok(Plan::Nothing);
        };
        let Some(mut row) = rows::open(tx, message.id)? else { return self.begin(tx, job, message) };
        let now = delivery.ambient.now();
        match (row.hand_over.stage, row.provider_message_id.clone()) {
            // The claim that asked has ended: its worker died between intent and answer.
            (Stage::Asked, _) => {
                rows::end_attempt(tx, &row, now, "unknown", None)?;
                let done = steps::advance(tx, delivery, &message, &mut row, Event::WorkerDied)?;
                self.go_on(tx, job, &done)?;
                Ok(Plan::Nothing)
            }
            (Stage::Held, Some(provider_id)) => {
                steps::ask_gate(tx, delivery, &message, &mut row)?;
                if row.hand_over.wanted_back {
                    Ok(Plan::CallBack(row, provider_id))
                } else if now < row.hand_over.leaves_at {
                    // Still allowed: it is left alone.
                    let done = steps::advance(tx, delivery, &message, &mut row, there(Standing::Waits))?;
                    self.go_on(tx, job, &done)?;
                    Ok(Plan::Nothing)
                } else {
                    Ok(Plan::Ask(row, provider_id))
                }
            }
            (Stage::Watched, Some(provider_id)) => Ok(Plan::CallBack(row, provider_id)),
            _ => Ok(Plan::LookUp(Box::new(message), row)),
        }
    }

    /// Asks the gate about the time it will leave at, and writes the intent down.
    fn begin(&self, tx: &mut Tx<'_>, job: &Job, message: Message) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let Some((at, due_at)) = self.is_to_be_kept(tx, &message, now)? else {
            delivery.jobs.finish(tx, job)?;
            return Ok(Plan::Nothing);
        };
        let busy = rows::another_is_in_doubt(tx, &message)?;
        if due_at > now || busy || !self.node.is_fresh() {
            let again_at = due_at.max(now.plus(if busy { RECIPIENT_BUSY } else { LEASE_STALE }));
            delivery.jobs.pass_on(tx, job, Queue::Send, Some(pool(message.line_id)), again_at)?;
            return Ok(Plan::Nothing);
        }
        // Its send job waits for ever from now on; if somebody has it in hand, the message is leaving.
        let pass = match gate::ask_one(tx, &message, at)? {
            Verdict::Allow(pass)
                if delivery.jobs.reschedule(tx, SEND_JOB, message.id.into(), Timestamp::MAX)? =>
            {
                pass
            }
            _ => {
                delivery.jobs.finish(tx, job)?;
                return Ok(Plan::Nothing);
            }
        };
        let row = rows::begin(tx, delivery.ambient.id(), &message, at, job.epoch, now)?;
        // From now on this job is the only one that goes on with the message.
        delivery.jobs.assert_claim(tx, job)?;
        Ok(Plan::HandOver(Box::new(message), row, pass))
    }

    /// When the message is to leave, and when to hand it over, if it is one for that.
    fn is_to_be_kept(
        &self,
        tx: &mut Tx<'_>,
        message: &Message,
        now: Timestamp,
    ) -> Result<Option<(Timestamp, Timestamp)>> {
        let line = self.delivery.lines.get(message.line_id).filter(|line| line.keeps_by.is_some());
        let (Some(at), Some(_)) = (message.scheduled_at, line) else { return Ok(None) };
        // To the second, and never early: so it is told to the provider.
        let at = KeepUntil { at, service: String::new() }.second();
        let Some(due_at) = rules::due(at, now) else { return Ok(None) };
        let is_one = message.outgoing.state == MessageState::Scheduled
            && message.expires_at.is_none_or(|end| end > at)
            && self.pace.detour(message.line_id).is_none()
            && !waiting::has_another_near(tx, message, (at.minus(NEAR), at.plus(NEAR)))?;
        Ok(is_one.then_some((at, due_at)))
    }

    async fn ask_to_keep(&self, message: &Message, row: &Row, _pass: Pass) -> Result<SendOutcome, Failure> {
        let Some((line, service)) = self.line_of(row) else {
            return Ok(steps::not_sent("its line was removed"));
        };
        // Asked last: the commit may have been waited for.
        if !self.node.is_fresh() {
            return Ok(steps::not_sent("this node lost its lease"));
        }
        let outbound = self.outbound(&line, &service, message, row);
        let outcome = line.provider.send(&outbound).await;
        if let Err(error) = self.pace.heard(line.info.id, &outcome).await {
            tracing::warn!(line = line.info.slug, %error, "what a line's breaker learnt could not be kept");
        }
        let word = steps::outcome_word(&outcome);
        metrics::counter!("trunkline_hand_overs_total", "outcome" => word).increment(1);
        Ok(outcome)
    }

    fn line_of(&self, row: &Row) -> Option<(Arc<Line>, String)> {
        let line = self.delivery.lines.get(row.line_id)?;
        let service = line.keeps_by.clone()?;
        Some((line, service))
    }

    fn outbound(&self, line: &Line, service: &str, message: &Message, row: &Row) -> Outbound {
        let at = row.hand_over.leaves_at;
        Outbound {
            message_id: message.id,
            attempt: row.number,
            from: message.from.clone(),
            to: message.to.clone(),
            body: message.body.clone(),
            // Its words need the window asked when it leaves, so it is not handed over.
            content: None,
            media_urls: self.delivery.media_urls(message, at),
            status_callback: Some(self.delivery.callbacks.for_attempt(line, message.id, row.number)),
            validity: message.expires_at.map(|end| end.since(at)),
            keep_until: Some(KeepUntil { at, service: service.to_owned() }),
            email: None,
        }
    }

    /// Calls it off. Whatever the answer is worth, what the provider then says of the message counts.
    async fn call_back(&self, row: &Row, provider_id: &str) -> look::Found {
        let Some((line, _)) = self.line_of(row) else { return self.fetch(row, provider_id).await };
        match line.provider.cancel(provider_id).await {
            Ok(remote) => look::Found::there(remote),
            Err(error) => {
                tracing::info!(provider_id, %error, "a message was not called off; asking what became of it");
                self.fetch(row, provider_id).await
            }
        }
    }

    async fn fetch(&self, row: &Row, provider_id: &str) -> look::Found {
        let Some(line) = self.delivery.lines.get(row.line_id) else {
            // Nobody can be asked any more; when its time has passed, it has left as far as anybody knows.
            let passed = self.delivery.ambient.now() >= row.hand_over.leaves_at;
            return if passed { look::Found::nothing() } else { look::Found::unavailable() };
        };
        match line.provider.fetch(provider_id).await {
            Ok(Some(remote)) => look::Found::there(remote),
            Ok(None) => look::Found::nothing(),
            Err(error) => {
                tracing::info!(provider_id, %error, "a provider could not be asked; it is asked again later");
                look::Found::unavailable()
            }
        }
    }

    async fn saw(&self, job: Job, row: Row, found: look::Found) -> Result<(), Failure> {
        self.record(job, move |keeper, tx, job| keeper.looked(tx, job, &row, &found)).await
    }

    /// Records what the provider said, however long the database is away.
    async fn record(
        &self,
        job: Job,
        write: impl Fn(&Keeper, &mut Tx<'_>, &Job) -> Result<()> + Clone + Send + 'static,
    ) -> Result<(), Failure> {
        insist(job.subject.into(), || {
            let (keeper, job, write) = (self.clone(), job.clone(), write.clone());
            self.delivery.store.write_in_background(move |tx| write(&keeper, tx, &job))
        })
        .await
    }

    fn answered(&self, tx: &mut Tx<'_>, job: &Job, asked: &Row, outcome: &SendOutcome) -> Result<()> {
        let now = self.delivery.ambient.now();
        if let SendOutcome::Accepted(remote) = outcome {
            report::hold_reports(tx, [(asked.line_id, remote.provider_id.as_str())])?;
        }
        let Some((message, mut row)) = self.current(tx, asked)? else {
            return self.delivery.jobs.finish(tx, job);
        };
        if row.hand_over.stage != Stage::Asked {
            // A report came first, and knew more.
            return self.go_on_with(tx, job, &row);
        }
        let (answer, word, error) = match outcome {
            SendOutcome::Accepted(_) => (Answer::Accepted, "handed over", None),
            SendOutcome::NotSent(refusal) => {
                let answer = Answer::NotSent { class: refusal.class, retry_after: refusal.retry_after };
                (answer, "not handed over", Some((refusal.code.clone(), refusal.text.clone())))
            }
            SendOutcome::Unknown { reason } => (Answer::Doubtful, "unknown", Some((None, reason.clone()))),
        };
        rows::end_attempt(tx, &row, now, word, error)?;
        if let SendOutcome::Accepted(remote) = outcome {
            row.provider_message_id = Some(remote.provider_id.clone());
        }
        let done = steps::advance(tx, &self.delivery, &message, &mut row, Event::Answered(answer))?;
        self.go_on(tx, job, &done)
    }

    fn looked(&self, tx: &mut Tx<'_>, job: &Job, before: &Row, found: &look::Found) -> Result<()> {
        let delivery = &self.delivery;
        if let Some(remote) = &found.remote {
            report::hold_reports(tx, [(before.line_id, remote.provider_id.as_str())])?;
        }
        let Some((message, mut row)) = self.current(tx, before)? else {
            return delivery.jobs.finish(tx, job);
        };
        if !row.hand_over.stage.is_open() {
            return self.go_on_with(tx, job, &row);
        }
        if let Some(remote) = &found.remote {
            row.provider_message_id = Some(remote.provider_id.clone());
            if found.seen == Seen::There(Standing::Left) {
                return self.left(tx, job, &message, &row, remote);
            }
        }
        let done = steps::advance(tx, delivery, &message, &mut row, Event::Seen(found.seen))?;
        self.go_on(tx, job, &done)
    }

    /// It has left: what the provider says of it now is a report like any other.
    fn left(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: &Message,
        row: &Row,
        remote: &RemoteMessage,
    ) -> Result<()> {
        rows::save(tx, row)?;
        steps::note_facts(tx, &self.delivery, message, remote)?;
        report::report(tx, &self.delivery, &steps::polled(&self.delivery, row, remote))?;
        report::adopt_early(tx, &self.delivery, &[(message, &remote.provider_id)])?;
        self.delivery.jobs.finish(tx, job)
    }

    /// The message and the hand-over as they are now, held until the transaction ends.
    fn current(&self, tx: &mut Tx<'_>, row: &Row) -> Result<Option<(Message, Row)>> {
        let Some(message) = messages::lock(tx, row.message_id)? else { return Ok(None) };
        Ok(rows::load(tx, row.message_id, row.number)?.map(|row| (message, row)))
    }

    /// Gives the job back for what is to be done next, or ends it.
    fn go_on(&self, tx: &mut Tx<'_>, job: &Job, done: &Done) -> Result<()> {
        let jobs = &self.delivery.jobs;
        match done {
            Done::Next(at) => jobs.pass_on(tx, job, Queue::Settle, None, *at),
            Done::HandOverAgain(line, at) => jobs.pass_on(tx, job, Queue::Send, Some(pool(*line)), *at),
            Done::Over => jobs.finish(tx, job),
        }
    }

    /// The same when somebody else took the hand-over on meanwhile.
    fn go_on_with(&self, tx: &mut Tx<'_>, job: &Job, row: &Row) -> Result<()> {
        if row.hand_over.stage.is_open() {
            return self.delivery.jobs.pass_on(tx, job, Queue::Settle, None, self.delivery.ambient.now());
        }
        self.delivery.jobs.finish(tx, job)
    }
}

const fn there(standing: Standing) -> Event {
    Event::Seen(Seen::There(standing))
}
