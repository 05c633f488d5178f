//! What a provider reports of a message that it was asked to keep.

use trunkline_domain::hand_over::{Event, Seen, Stage, Standing};
use trunkline_domain::message::MessageState;
use trunkline_store::{Result, Tx};

use super::rows::{self, Row};
use super::steps::{self, Done};
use super::{HAND_OVER_JOB, plan};
use crate::delivery::Delivery;
use crate::delivery::report::Report;
use crate::inbox::messages::{self, Message};

/// What the report leaves to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Heard {
    /// It is a word on the message itself, which it may move on; the message may have changed.
    OfTheMessage,
    /// It was a word on the hand-over alone.
    Done,
}

/// Applies a report to the hand-over it is about, if it is about one. The caller holds the message.
pub(in crate::delivery) fn heard(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    state: MessageState,
    report: &Report,
) -> Result<Heard> {
    let Some(mut row) = hand_over_of(tx, message, report)? else { return Ok(Heard::OfTheMessage) };
    let standing = Standing::of(state);
    if !row.hand_over.stage.is_open() {
        // Of a copy that was called off only its leaving would say something of the message.
        let of_message = row.hand_over.stage == Stage::Left || standing == Standing::Left;
        return Ok(if of_message { Heard::OfTheMessage } else { Heard::Done });
    }
    row.provider_message_id.get_or_insert_with(|| report.provider_message_id.clone());
    let done = steps::advance(tx, delivery, message, &mut row, Event::Seen(Seen::There(standing)))?;
    go_on(tx, delivery, &row, done)?;
    Ok(if standing == Standing::Left { Heard::OfTheMessage } else { Heard::Done })
}

/// By the provider's id, or by our mark in the address, which names the attempt.
fn hand_over_of(tx: &mut Tx<'_>, message: &Message, report: &Report) -> Result<Option<Row>> {
    let number = match rows::number_of(tx, message.id, &report.provider_message_id)? {
        Some(number) => Some(number),
        None => report.attempt,
    };
    number.map_or(Ok(None), |number| rows::load(tx, message.id, number))
}

/// Moves the job, unless it is in hand: then whoever has it sees what has become of the hand-over.
fn go_on(tx: &mut Tx<'_>, delivery: &Delivery, row: &Row, done: Done) -> Result<()> {
    match done {
        Done::Next(at) => delivery.jobs.reschedule(tx, HAND_OVER_JOB, row.message_id.into(), at).map(|_| ()),
        Done::Over => delivery.jobs.discard(tx, HAND_OVER_JOB, row.message_id.into()).map(|_| ()),
        Done::HandOverAgain(line, _) => {
            delivery.jobs.discard(tx, HAND_OVER_JOB, row.message_id.into())?;
            let message = messages::lock(tx, row.message_id)?;
            match message.and_then(|message| message.scheduled_at) {
                Some(at) => plan(tx, delivery, row.message_id, line, at),
                None => Ok(()),
            }
        }
    }
}
