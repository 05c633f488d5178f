//! What follows from an answer or a report: the jobs it plans, and the facts it brings.

use trunkline_domain::ids::MessageId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::RemoteMessage;
use trunkline_store::{Result, Tx};

use super::{Delivery, SEND_JOB, SETTLE_JOB};
use crate::inbox::messages::Facts;
use crate::jobs::Queue;

/// Plans to ask the provider what became of a message, unless that is planned already.
pub(super) fn plan_settle(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    id: MessageId,
    at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    plan_settles(tx, delivery, &[(id, at)], now)
}

/// The same for many messages.
pub(super) fn plan_settles(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    polls: &[(MessageId, Timestamp)],
    now: Timestamp,
) -> Result<()> {
    let jobs: Vec<_> = polls.iter().map(|(id, at)| (delivery.ambient.id(), (*id).into(), *at)).collect();
    delivery.jobs.enqueue_many(tx, now, Queue::Settle, SETTLE_JOB, &jobs)
}

/// A message that was settled while its send job waited: the job may end now and let the next one go.
pub(super) fn hasten_send(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId, now: Timestamp) -> Result<()> {
    delivery.jobs.hasten(tx, SEND_JOB, id.into(), now)
}

/// What a provider's view of a message tells besides its state.
pub(super) fn facts_of(remote: &RemoteMessage) -> Facts {
    Facts {
        provider_message_id: Some(remote.provider_id.clone()),
        segments: remote.segments.filter(|count| *count > 0),
        error: remote.error_code.clone().map(|code| (Some(code.clone()), error_text(&code))),
        price: remote.price.as_ref().map(|price| format!("{} {}", price.amount, price.currency)),
        sent_at: remote.sent_at,
        hold: None,
    }
}

/// What a provider's error code means, in words.
pub(super) fn error_text(code: &str) -> String {
    trunkline_providers::codes::lookup(code)
        .map_or_else(|| format!("The carrier reported error {code}."), |info| info.meaning.to_owned())
}
