//! Takes a hand-over through an event, and does what follows from it to the message.

use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::hand_over as rules;
use trunkline_domain::hand_over::{Event, Next, Stage};
use trunkline_domain::ids::{LineId, MessageId};
use trunkline_domain::message::{self, MessageState, Outgoing};
use trunkline_domain::time::Timestamp;
use trunkline_providers::{Refusal, RemoteMessage, SendOutcome};
use trunkline_store::{Result, Tx};

use super::rows::{self, Row};
use crate::delivery::follow_up::{facts_of, plan_settles};
use crate::delivery::gate::{self, Verdict};
use crate::delivery::report::{self, Report};
use crate::delivery::{Delivery, SEND_JOB};
use crate::inbox::messages::{self, Facts, Message, Step};
use crate::inbox::waiting;

/// What is left to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// The hand-over goes on at this time.
    Next(Timestamp),
    /// It is over, and the message, which somebody changed, is to be handed over anew.
    HandOverAgain(LineId, Timestamp),
    /// It is over.
    Over,
}

/// One step. The caller holds the message, the row and the address.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    row: &mut Row,
    event: Event,
) -> Result<Done> {
    let (now, before) = (delivery.ambient.now(), row.hand_over);
    let (after, mut next) = before.step(&delivery.timing, now, event);
    row.hand_over = after;
    if after.stage == Stage::Held && before.stage != Stage::Held {
        is_held(tx, delivery, message, row)?;
        if ask_gate(tx, delivery, message, row)? {
            next = Next::CallBackAt(now);
        }
    }
    rows::save(tx, row)?;
    if after.stage == Stage::Sought && before.stage == Stage::Asked {
        waiting::note(tx, &delivery.events, now, message, "in doubt at the provider")?;
    }
    match next {
        Next::LookUpAt(at) | Next::AskAt(at) | Next::CallBackAt(at) => Ok(Done::Next(at)),
        Next::AsPlanned => Ok(Done::Next(now)),
        Next::Ours { watch, may_double } => {
            is_ours(tx, delivery, message, row, may_double)?;
            watch.map_or_else(|| again(tx, delivery, row), |at| Ok(Done::Next(at)))
        }
        Next::Gone => is_gone(tx, delivery, message, row).map(|()| Done::Over),
        Next::CalledOff => was_called_off(tx, delivery, message).map(|()| Done::Over),
        Next::InDoubt => in_doubt(tx, delivery, message).map(|()| Done::Over),
        Next::MayDouble => may_double(tx, delivery, message.id).map(|()| Done::Over),
        Next::Rest => Ok(Done::Over),
    }
}

/// The provider has it, and we know its name there.
fn is_held(tx: &mut Tx<'_>, delivery: &Delivery, message: &Message, row: &Row) -> Result<()> {
    let now = delivery.ambient.now();
    let facts = Facts { provider_message_id: row.provider_message_id.clone(), ..Facts::default() };
    let step = Step { before: message, after: message.outgoing, facts, cause: "handed over" };
    messages::save(tx, &delivery.events, now, step)?;
    waiting::note(tx, &delivery.events, now, message, "handed over")
}

/// If what the gate said may no longer hold, asks it about the time it will leave at. True if it is wanted back
/// for that. The message's own row is not written: the caller does that.
pub(super) fn ask_gate(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    row: &mut Row,
) -> Result<bool> {
    if !std::mem::take(&mut row.ask_gate) || row.hand_over.wanted_back {
        return Ok(false);
    }
    if matches!(gate::ask_one(tx, message, row.hand_over.leaves_at)?, Verdict::Allow(_)) {
        return Ok(false);
    }
    let now = delivery.ambient.now();
    waiting::note(tx, &delivery.events, now, message, "wanted back")?;
    row.hand_over = row.hand_over.step(&delivery.timing, now, Event::WantedBack).0;
    rows::save(tx, row)?;
    Ok(true)
}

/// The message is ours: it leaves the usual way at its time, or what was wished of it is done.
fn is_ours(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    row: &Row,
    may_double: bool,
) -> Result<()> {
    let now = delivery.ambient.now();
    let cause = match row.hand_over.stage {
        Stage::TakenBack => "back from the provider",
        Stage::NotTaken if !may_double => "not handed over",
        _ => "not found at the provider",
    };
    waiting::note(tx, &delivery.events, now, message, cause)?;
    if let Some(provider_id) = &row.provider_message_id {
        waiting::forget_provider_id(tx, message.id, provider_id)?;
    }
    if may_double {
        self::may_double(tx, delivery, message.id)?;
    }
    let due_at = message.scheduled_at.unwrap_or(now);
    if !delivery.jobs.reschedule(tx, SEND_JOB, message.id.into(), due_at)? {
        // It was put off when the intent was written, and nobody could claim it since.
        tracing::error!(message = %message.id, "the send job of a message that was handed over is missing");
    }
    row.wishes.grant(tx, delivery, message)
}

/// Whether the message is to be handed over once more: if it was given back for a change.
fn again(tx: &mut Tx<'_>, delivery: &Delivery, row: &Row) -> Result<Done> {
    if row.hand_over.stage != Stage::TakenBack || row.wishes.is_empty() {
        return Ok(Done::Over);
    }
    let Some(message) = messages::lock(tx, row.message_id)? else { return Ok(Done::Over) };
    let waits = message.outgoing.state == MessageState::Scheduled;
    let at = message.scheduled_at.filter(|_| waits);
    let due = at.and_then(|at| rules::due(at, delivery.ambient.now()));
    Ok(due.map_or(Done::Over, |due| Done::HandOverAgain(message.line_id, due)))
}

/// The provider has sent it. A report moves the message on; without one we know no more than that.
fn is_gone(tx: &mut Tx<'_>, delivery: &Delivery, message: &Message, row: &Row) -> Result<()> {
    let now = delivery.ambient.now();
    if !message.outgoing.has_not_left() {
        // One that was not found, and was sent by us meanwhile.
        return may_double(tx, delivery, message.id);
    }
    if row.hand_over.wanted_back {
        waiting::note(tx, &delivery.events, now, message, "left before it came back")?;
    }
    delivery.jobs.discard(tx, SEND_JOB, message.id.into())?;
    waiting::left(tx, &delivery.events, message, row.hand_over.leaves_at.min(now))?;
    let sent = message::Event::Receipt(MessageState::Sent);
    let (after, next) = message.outgoing.step(&delivery.timing, now, sent, 0.0);
    // We may hear of it much later.
    let sent_at = Some(row.hand_over.leaves_at);
    let facts = Facts { provider_message_id: row.provider_message_id.clone(), sent_at, ..Facts::default() };
    let step = Step { before: message, after, facts, cause: "sent at its time" };
    messages::save(tx, &delivery.events, now, step)?;
    if let message::Next::PollAt(at) = next {
        plan_settles(tx, delivery, &[(message.id, at)], now)?;
    }
    Ok(())
}

fn was_called_off(tx: &mut Tx<'_>, delivery: &Delivery, message: &Message) -> Result<()> {
    let now = delivery.ambient.now();
    let (after, _) = message.outgoing.step(&delivery.timing, now, message::Event::CancelRequested, 0.0);
    delivery.jobs.discard(tx, SEND_JOB, message.id.into())?;
    waiting::stand_at(tx, &[message.id], now)?;
    let cause = "called off at the provider";
    messages::save(tx, &delivery.events, now, Step { before: message, after, facts: Facts::default(), cause })
}

fn in_doubt(tx: &mut Tx<'_>, delivery: &Delivery, message: &Message) -> Result<()> {
    let now = delivery.ambient.now();
    let (after, _) = message.outgoing.step(&delivery.timing, now, message::Event::NotSeenToLeave, 0.0);
    delivery.jobs.discard(tx, SEND_JOB, message.id.into())?;
    let cause = "not seen to leave";
    messages::save(tx, &delivery.events, now, Step { before: message, after, facts: Facts::default(), cause })
}

/// The message leaves, or left, though the provider may have sent it already.
fn may_double(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId) -> Result<()> {
    let Some(message) = messages::lock(tx, id)? else { return Ok(()) };
    if matches!(message.outgoing.state, MessageState::Canceled | MessageState::Failed) {
        return Ok(());
    }
    let after = Outgoing { possibly_doubled: true, ..message.outgoing };
    let now = delivery.ambient.now();
    let step = Step { before: &message, after, facts: Facts::default(), cause: "may be doubled" };
    messages::save(tx, &delivery.events, now, step)
}

/// Keeps what a look at the provider told besides the state.
pub(super) fn note_facts(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    remote: &RemoteMessage,
) -> Result<()> {
    if message.provider_message_id.as_ref().is_some_and(|known| *known != remote.provider_id) {
        return Ok(());
    }
    let (now, facts) = (delivery.ambient.now(), Facts { error: None, ..facts_of(remote) });
    let step = Step { before: message, after: message.outgoing, facts, cause: "poll" };
    messages::save(tx, &delivery.events, now, step)
}

/// What the provider said when asked, kept like what it says by itself.
pub(super) fn polled(delivery: &Delivery, row: &Row, remote: &RemoteMessage) -> Report {
    report::Report {
        receipt_id: delivery.ambient.id(),
        line_id: row.line_id,
        provider_message_id: remote.provider_id.clone(),
        message_id: Some(row.message_id),
        attempt: Some(row.number),
        state: Some(remote.state),
        raw_status: remote.state.to_string(),
        error_code: remote.error_code.clone(),
        recipient: None,
        source: "poll",
    }
}

/// A refusal of our own, before anything was asked.
pub(super) fn not_sent(text: &str) -> SendOutcome {
    let class = ErrorClass::Retry;
    SendOutcome::NotSent(Refusal { class, code: None, text: text.to_owned(), retry_after: None })
}

pub(super) fn outcome_word(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Accepted(_) => "accepted",
        SendOutcome::NotSent(_) => "not sent",
        SendOutcome::Unknown { .. } => "unknown",
    }
}
