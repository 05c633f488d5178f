//! What is wanted of a message while a provider keeps it. It is written down at once, so that no restart forgets
//! it, and done when the provider has given the message back.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use trunkline_domain::hand_over::{Event, Next, Stage};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};

use super::{HAND_OVER_JOB, rows};
use crate::delivery::Delivery;
use crate::delivery::change::{self, Changed};
use crate::inbox::messages::{self, Message, Schedule};
use crate::inbox::waiting::{self, Change};

/// One thing that is wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::delivery) enum Wish {
    /// Do not send it, for this reason.
    Cancel(String),
    /// Another text, time or priority.
    Change(Wanted),
    /// Let it go now.
    SendNow,
}

/// [`Change`], as it is stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::delivery) struct Wanted {
    body: Option<String>,
    at: Option<Timestamp>,
    local: Option<(String, String)>,
    cancel_if_answered: Option<bool>,
    priority: Option<u8>,
}

impl From<&Change> for Wish {
    fn from(change: &Change) -> Self {
        let schedule = change.schedule.as_ref();
        Wish::Change(Wanted {
            body: change.body.clone(),
            at: schedule.map(|schedule| schedule.at),
            local: schedule.and_then(|schedule| schedule.local.clone()),
            cancel_if_answered: change.cancel_if_answered,
            priority: change.priority,
        })
    }
}

impl From<Wanted> for Change {
    fn from(wanted: Wanted) -> Self {
        let Wanted { body, at, local, cancel_if_answered, priority } = wanted;
        let schedule =
            at.map(|at| Schedule { at, local, cancel_if_answered: cancel_if_answered.unwrap_or(false) });
        Change { body, segments: None, schedule, cancel_if_answered, priority }
    }
}

/// Everything that is wanted, in the order it was.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes(Vec<Wish>);

impl Wishes {
    /// What another release wrote and this one cannot read is not done, and the message leaves as it is.
    pub(super) fn read(stored: Value) -> Self {
        Wishes(serde_json::from_value(stored).unwrap_or_else(|error| {
            tracing::error!(%error, "what was wanted of a message that a provider kept cannot be read");
            Vec::new()
        }))
    }

    pub(super) fn written(&self) -> Value {
        serde_json::json!(self.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does what is wanted, now that the message is ours.
    pub(super) fn grant(&self, tx: &mut Tx<'_>, delivery: &Delivery, message: &Message) -> Result<()> {
        for wish in &self.0 {
            let done = match wish {
                Wish::Cancel(cause) => change::cancel(tx, delivery, message.id, cause)?,
                Wish::SendNow => change::send_now(tx, delivery, message.id)?,
                Wish::Change(wanted) => match messages::lock(tx, message.id)? {
                    Some(now) => change::change(tx, delivery, &now, &wanted.clone().into())?,
                    None => Changed::NoMessage,
                },
            };
            if done != Changed::Done {
                // Called off, it cannot be changed as well.
                tracing::info!(message = %message.id, ?wish, ?done, "a wish came after another that ruled it out");
            }
        }
        Ok(())
    }
}

/// Leaves a wish about a message that waits at a provider; `None` if it is ours, and can be granted at once.
/// The caller holds the message.
pub(in crate::delivery) fn wish(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    wish: Wish,
) -> Result<Option<Changed>> {
    let Some(mut row) = rows::open(tx, message.id)?.filter(|row| row.hand_over.stage.binds()) else {
        return Ok(None);
    };
    let now = delivery.ambient.now();
    if row.hand_over.stage == Stage::Held && now >= row.hand_over.leaves_at {
        return Ok(Some(Changed::TooLate));
    }
    if !row.hand_over.wanted_back {
        waiting::note(tx, &delivery.events, now, message, "wanted back")?;
    }
    let (after, next) = row.hand_over.step(&delivery.timing, now, Event::WantedBack);
    row.hand_over = after;
    row.wishes.0.push(wish);
    rows::save(tx, &row)?;
    if let Next::CallBackAt(at) = next {
        delivery.jobs.hasten(tx, HAND_OVER_JOB, message.id.into(), at)?;
    }
    Ok(Some(Changed::Asked))
}
