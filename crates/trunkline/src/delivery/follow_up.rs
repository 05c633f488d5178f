//! What follows from an answer or a report: the jobs it plans, and the facts it brings.

use trunkline_domain::ids::MessageId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::RemoteMessage;
use trunkline_store::{Result, Tx};

use super::{Delivery, SEND_JOB, SETTLE_JOB};
use crate::inbox::messages::Facts;
use crate::jobs::{NewJob, Queue};

/// Plans to ask the provider what became of a message, unless that is planned already.
pub(super) fn plan_settle(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    id: MessageId,
    at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let job = NewJob::plain(Queue::Settle, SETTLE_JOB, id.into(), at);
    delivery.jobs.enqueue(tx, delivery.ambient.id(), now, &job)
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
        hold: None,
    }
}

/// What a provider's error code means, in words.
pub(super) fn error_text(code: &str) -> String {
    trunkline_providers::twilio::errors::lookup(code)
        .map_or_else(|| format!("The carrier reported error {code}."), |info| info.meaning.to_owned())
}
