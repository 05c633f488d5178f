//! What becomes of a message when its provider has answered, or was asked: state, attempt, job and what
//! follows are written in one transaction.
//!
//! Most answers say that the provider has the message. Those are recorded many at a time; all others, which
//! lead to a retry, a look-up, another line or an opt-out, one by one.
//!
//! Locks are taken in one order: addresses or reports, messages, order keys, jobs.

use std::collections::HashMap;
use std::sync::Arc;

use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::MessageId;
use trunkline_domain::lanes::Lane;
use trunkline_domain::message::{Answer, Event, LookUp, MessageState, Next};
use trunkline_domain::time::Timestamp;
use trunkline_providers::{Refusal, RemoteMessage, SendOutcome};
use trunkline_store::{Result, Tx};

use super::attempts::{self, Ending};
use super::enqueue::order_key;
use super::follow_up::{facts_of, plan_settles};
use super::pace::Pace;
use super::{Delivery, hand_over, lookup, report};
use crate::compliance::{self, Said};
use crate::inbox::messages::{self, Facts, Message, Step};
use crate::inbox::waiting;
use crate::jobs::{Job, Queue};
use crate::lines::Line;

/// A provider has a message that it was just handed.
#[derive(Clone)]
pub(super) struct Accepted {
    pub(super) job: Job,
    pub(super) message: Message,
    pub(super) remote: RemoteMessage,
}

/// Records messages that their providers have. One whose job is somebody else's by now is left to them.
pub(super) fn accepted(tx: &mut Tx<'_>, delivery: &Delivery, answers: &[Accepted]) -> Result<()> {
    let now = delivery.ambient.now();
    let remote = answers.iter().map(|answer| (answer.message.line_id, answer.remote.provider_id.as_str()));
    report::hold_reports(tx, remote)?;
    let ids: Vec<MessageId> = answers.iter().map(|answer| answer.message.id).collect();
    let locked: HashMap<MessageId, Message> =
        messages::lock_all(tx, &ids)?.into_iter().map(|message| (message.id, message)).collect();
    let jobs: Vec<&Job> = answers.iter().map(|answer| &answer.job).collect();
    let ended = delivery.jobs.finish_all(tx, &jobs)?;
    let ours = answers.iter().filter(|answer| ended.contains(&answer.job.id));
    let ours: Vec<(&Message, &RemoteMessage)> = ours
        .filter_map(|answer| locked.get(&answer.message.id).map(|message| (message, &answer.remote)))
        .collect();

    let (mut steps, mut endings, mut polls) = (Vec::new(), Vec::new(), Vec::new());
    for (message, remote) in &ours {
        let event = Event::Answered(Answer::Accepted);
        let (after, next) = message.outgoing.step(&delivery.timing, now, event, 0.0);
        steps.push(Step { before: message, after, facts: facts_of(remote), cause: ACCEPTED });
        endings.push(Ending::resolved(message.id, outcome_of(after.state)));
        if let Next::PollAt(at) = next {
            polls.push((message.id, at));
        }
    }
    messages::save_all(tx, &delivery.events, now, &steps)?;
    attempts::end(tx, now, &endings)?;
    plan_settles(tx, delivery, &polls, now)?;
    let known: Vec<_> =
        ours.iter().map(|(message, remote)| (*message, remote.provider_id.as_str())).collect();
    report::adopt_early(tx, delivery, &known)
}

/// Records that a provider certainly does not have a message, under the job's claim.
pub(super) fn refused(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    pace: &Pace,
    job: &Job,
    sent: &Message,
    refusal: &Refusal,
) -> Result<()> {
    opt_out_if_told(tx, delivery, sent, refusal)?;
    let Some(message) = messages::lock(tx, sent.id)? else { return delivery.jobs.finish(tx, job) };
    let facts = Facts { error: Some((refusal.code.clone(), refusal.text.clone())), ..Facts::default() };
    if let Some(other) = another_line(tx, pace, &message, refusal)? {
        return reroute(tx, delivery, job, &message, facts, &other);
    }
    let answer = Answer::NotSent { class: refusal.class, retry_after: refusal.retry_after };
    apply(tx, delivery, job, &message, (Event::Answered(answer), facts, NOT_SENT))
}

/// Records that a provider may or may not have a message, under the job's claim.
pub(super) fn doubtful(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    job: &Job,
    sent: MessageId,
    reason: &str,
) -> Result<()> {
    let Some(message) = messages::lock(tx, sent)? else { return delivery.jobs.finish(tx, job) };
    let ending = Ending {
        resolved: false,
        error_text: Some(reason.to_owned()),
        ..Ending::resolved(message.id, UNKNOWN)
    };
    attempts::end(tx, delivery.ambient.now(), &[ending])?;
    apply(tx, delivery, job, &message, (Event::Answered(Answer::Doubtful), Facts::default(), UNKNOWN))
}

/// Records what a look-up of a message in doubt brought, under the job's claim.
pub(super) fn looked_up(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    job: &Job,
    sought: &Message,
    found: &lookup::Found,
) -> Result<()> {
    if let lookup::Found::Message(remote) = found {
        report::hold_reports(tx, [(sought.line_id, remote.provider_id.as_str())])?;
    }
    let Some(message) = messages::lock(tx, sought.id)? else { return delivery.jobs.finish(tx, job) };
    let (event, facts, cause) = match found {
        lookup::Found::Message(remote) => {
            (LookUp::Found(remote.state), facts_of(remote), "found at the provider")
        }
        lookup::Found::Nothing => (LookUp::Missing, Facts::default(), "not found at the provider"),
        lookup::Found::Unproven => {
            (LookUp::Unproven, Facts::default(), "not found at the provider, which need not list it")
        }
        lookup::Found::Unavailable => {
            (LookUp::Unavailable, Facts::default(), "the provider could not be asked")
        }
    };
    apply(tx, delivery, job, &message, (Event::LookedUp(event), facts, cause))
}

/// Takes the message through an event and does what follows from it to attempt, job and settlement.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    job: &Job,
    message: &Message,
    (event, facts, cause): (Event, Facts, &str),
) -> Result<()> {
    let now = delivery.ambient.now();
    let (after, next) = message.outgoing.step(&delivery.timing, now, event, delivery.ambient.fraction());
    let provider_id = facts.provider_message_id.clone();
    let (error_code, error_text) =
        facts.error.clone().map_or((None, None), |(code, text)| (code, Some(text)));
    messages::save(tx, &delivery.events, now, Step { before: message, after, facts, cause })?;
    let in_doubt = after.state == MessageState::Unknown && !matches!(next, Next::Rest);
    let ending = Ending {
        resolved: !in_doubt,
        error_code,
        error_text,
        ..Ending::resolved(message.id, outcome_of(after.state))
    };
    attempts::end(tx, now, &[ending])?;
    follow(tx, delivery, job, message, next, now)?;
    match provider_id {
        Some(provider_id) => report::adopt_early(tx, delivery, &[(message, &provider_id)]),
        None => Ok(()),
    }
}

fn follow(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    job: &Job,
    message: &Message,
    next: Next,
    now: Timestamp,
) -> Result<()> {
    match next {
        // Look-ups draw on no line's rate, and go on while its breaker is open.
        Next::LookUpAt(at) => delivery.jobs.pass_on(tx, job, Queue::Settle, None, at),
        Next::RetryAt(at) => {
            let pool = (message.line_id.into(), Lane::of(message.priority));
            delivery.jobs.pass_on(tx, job, Queue::Send, Some(pool), at)
        }
        Next::PollAt(at) => {
            plan_settles(tx, delivery, &[(message.id, at)], now)?;
            delivery.jobs.finish(tx, job)
        }
        Next::Rest | Next::AsPlanned | Next::CallProvider => delivery.jobs.finish(tx, job),
    }
}

/// From now on the message, and with it its conversation, uses another line.
pub(super) fn move_to_line(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    job: &Job,
    message: &Message,
    other: &Line,
) -> Result<()> {
    let (now, line) = (delivery.ambient.now(), &other.info);
    waiting::change_line(tx, &delivery.events, now, message, (line.id, line.channel), &line.address)?;
    metrics::counter!("trunkline_failovers_total", "to" => line.slug.clone()).increment(1);
    let pool = (line.id.into(), Lane::of(message.priority));
    delivery.jobs.rehome(tx, job, pool, &order_key(line.id, &message.to), now)
}

/// The line to try when this one may not send what another may: one that the message has not used yet.
fn another_line(
    tx: &mut Tx<'_>,
    pace: &Pace,
    message: &Message,
    refusal: &Refusal,
) -> Result<Option<Arc<Line>>> {
    if !matches!(refusal.class, ErrorClass::Misconfigured | ErrorClass::Account) {
        return Ok(None);
    }
    let tried = attempts::lines_tried(tx, message.id)?;
    Ok(pace.others(message.line_id).find(|other| !tried.contains(&other.info.id)))
}

fn reroute(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    job: &Job,
    message: &Message,
    facts: Facts,
    other: &Line,
) -> Result<()> {
    let now = delivery.ambient.now();
    let (after, _) = message.outgoing.step(&delivery.timing, now, Event::Rerouted, 0.0);
    let (error_code, error_text) = facts.error.clone().unwrap_or_default();
    let step = Step { before: message, after, facts, cause: "not from this line" };
    messages::save(tx, &delivery.events, now, step)?;
    let ending =
        Ending { error_code, error_text: Some(error_text), ..Ending::resolved(message.id, NOT_SENT) };
    attempts::end(tx, now, &[ending])?;
    move_to_line(tx, delivery, job, message, other)
}

/// A provider that refuses because the recipient opted out knows something that we must remember.
fn opt_out_if_told(tx: &mut Tx<'_>, delivery: &Delivery, message: &Message, refusal: &Refusal) -> Result<()> {
    if refusal.class != ErrorClass::OptedOut {
        return Ok(());
    }
    let (record, at) = (delivery.ambient.id(), delivery.ambient.now());
    let said = Said { record, line: message.line_id, address: &message.to, words: &refusal.text, at };
    compliance::opt_out(tx, "provider", &said)?;
    hand_over::recheck_address(tx, delivery, &message.to)
}

// An answer in a word, for logs and figures.
const ACCEPTED: &str = "accepted";
const NOT_SENT: &str = "not sent";
const UNKNOWN: &str = "unknown";

/// An answer in a word.
pub(super) fn outcome_word(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Accepted(_) => ACCEPTED,
        SendOutcome::NotSent(_) => NOT_SENT,
        SendOutcome::Unknown { .. } => UNKNOWN,
    }
}

/// What the attempt came to, seen from the state the message is in afterwards.
fn outcome_of(state: MessageState) -> &'static str {
    match state {
        MessageState::Unknown | MessageState::Sending => UNKNOWN,
        MessageState::Queued => NOT_SENT,
        MessageState::Failed => "refused",
        _ => ACCEPTED,
    }
}
