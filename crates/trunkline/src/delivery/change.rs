//! A message that has not left is called off, changed or hurried.

use std::time::Duration;

use trunkline_domain::ids::{ContactId, ConversationId, MessageId};
use trunkline_domain::lanes::Lane;
use trunkline_domain::message::{Event, MessageState};
use trunkline_store::{Result, Tx};

use super::hand_over::{self, Wish};
use super::{Delivery, SEND_JOB};
use crate::inbox::messages::{self, Facts, Message, Step};
use crate::inbox::waiting::{self, Change};

/// What became of a wish to change a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    Done,
    /// A provider keeps it and is asked to give it back; it is done as soon as that is confirmed.
    Asked,
    /// There is no such message.
    NoMessage,
    /// It has left, or a worker has it in hand this very moment.
    TooLate,
    /// Its words were approved as they are.
    Approved,
}

/// Calls a message off.
pub(super) fn cancel(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId, cause: &str) -> Result<Changed> {
    let Some(message) = messages::lock(tx, id)? else { return Ok(Changed::NoMessage) };
    if message.outgoing.state == MessageState::Canceled {
        return Ok(Changed::Done);
    }
    if let Some(asked) = hand_over::wish(tx, delivery, &message, Wish::Cancel(cause.to_owned()))? {
        return Ok(asked);
    }
    let now = delivery.ambient.now();
    let (after, _) = message.outgoing.step(&delivery.timing, now, Event::CancelRequested, 0.0);
    if after.state != MessageState::Canceled || !delivery.jobs.discard(tx, SEND_JOB, id.into())? {
        return Ok(Changed::TooLate);
    }
    if message.outgoing.waits() {
        // It stands in the thread where it was called off, not where it would have left.
        waiting::stand_at(tx, &[id], now)?;
    }
    let step = Step { before: &message, after, facts: Facts::default(), cause };
    messages::save(tx, &delivery.events, now, step)?;
    hand_over::unplan(tx, delivery, id)?;
    Ok(Changed::Done)
}

/// They answered: what was to be sent only if they do not is called off, and what is held for them asks the
/// gate anew, since who writes may be answered.
pub(crate) fn answered(tx: &mut Tx<'_>, delivery: &Delivery, conversation: ConversationId) -> Result<()> {
    for id in waiting::canceled_by_an_answer(tx, conversation)? {
        cancel(tx, delivery, id, "they answered")?;
    }
    let now = delivery.ambient.now();
    for id in waiting::held_in(tx, conversation, now)? {
        delivery.jobs.reschedule(tx, SEND_JOB, id.into(), now)?;
    }
    Ok(())
}

/// How long a text of a persona may wait for its line; one that waits for its time stands there, in the future.
const UNSAID_MAX: Duration = Duration::from_secs(24 * 3_600);

/// A person takes the word in a conversation: what a persona wanted to say there and has not is called off.
pub(crate) fn silence_personas(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    conversation: ConversationId,
    cause: &str,
) -> Result<()> {
    let since = delivery.ambient.now().minus(UNSAID_MAX);
    for id in waiting::unsaid_by_personas(tx, conversation, since)? {
        cancel(tx, delivery, id, cause)?;
    }
    Ok(())
}

/// Changes text, time or priority of a message that the caller holds.
pub(super) fn change(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    wanted: &Change,
) -> Result<Changed> {
    let id = message.id;
    if !message.outgoing.has_not_left() {
        return Ok(Changed::TooLate);
    }
    if message.content.is_some() && wanted.body.is_some() {
        return Ok(Changed::Approved);
    }
    if let Some(asked) = hand_over::wish(tx, delivery, message, wanted.into())? {
        return Ok(asked);
    }
    let mut wanted = wanted.clone();
    wanted.segments = wanted.body.as_deref().map(|body| message.channel.segments(body));
    let lane = Lane::of(wanted.priority.unwrap_or(message.priority));
    let moved = match &wanted.schedule {
        // What is queued and gets a later time goes back to waiting.
        Some(schedule) => delivery.jobs.replan(tx, SEND_JOB, id.into(), lane, schedule.at)?,
        None => delivery.jobs.is_at_rest(tx, SEND_JOB, id.into(), lane)?,
    };
    if !moved {
        return Ok(Changed::TooLate);
    }
    waiting::change(tx, &delivery.events, delivery.ambient.now(), message, &wanted)?;
    if let Some(schedule) = &wanted.schedule {
        hand_over::plan(tx, delivery, id, message.line_id, schedule.at)?;
    }
    Ok(Changed::Done)
}

/// Lets a message that waits go now; the gate still has its say.
pub(super) fn send_now(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId) -> Result<Changed> {
    let Some(message) = messages::lock(tx, id)? else { return Ok(Changed::NoMessage) };
    if let Some(asked) = hand_over::wish(tx, delivery, &message, Wish::SendNow)? {
        return Ok(asked);
    }
    let now = delivery.ambient.now();
    if !message.outgoing.waits() || !delivery.jobs.reschedule(tx, SEND_JOB, id.into(), now)? {
        return Ok(Changed::TooLate);
    }
    waiting::hasten(tx, &delivery.events, now, &message)?;
    hand_over::unplan(tx, delivery, id)?;
    Ok(Changed::Done)
}

/// Messages that may be reconsidered at once; more than this wait until their hold is over.
const RECONSIDERED_MAX: usize = 100_000;

/// Asks the gate anew about what is held, by us or by a provider, for a contact or for everybody: a rule has
/// changed.
pub(crate) fn reconsider(tx: &mut Tx<'_>, delivery: &Delivery, contact: Option<ContactId>) -> Result<()> {
    hand_over::recheck(tx, delivery, contact)?;
    let now = delivery.ambient.now();
    for id in waiting::held(tx, contact, RECONSIDERED_MAX)? {
        delivery.jobs.reschedule(tx, SEND_JOB, id.into(), now)?;
    }
    Ok(())
}
