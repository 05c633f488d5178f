//! The job that asks the provider what became of a message whose callbacks stay out (C10).

use trunkline_domain::ids::{LineId, MessageId};
use trunkline_domain::message::{Event, LookUp, MessageState, Next};
use trunkline_providers::RemoteMessage;
use trunkline_store::{Result, Tx, sql};

use super::Delivery;
use super::follow_up::facts_of;
use super::report::{Report, hold_reports, report};
use crate::inbox::messages::{self, Facts, Step};
use crate::jobs::{About, Failure, Job};

/// Asks once and plans the next time, or ends.
pub(super) async fn run(delivery: Delivery, job: Job) -> Result<(), Failure> {
    let about = About { message_id: Some(job.subject.into()), ..About::default() };
    work(&delivery, job).await.map_err(|failure| failure.about(about))
}

async fn work(delivery: &Delivery, job: Job) -> Result<(), Failure> {
    let id: MessageId = job.subject.into();
    let known: Option<(LineId, Option<String>)> = delivery
        .store
        .read(move |tx| {
            tx.query_opt(
                sql!("select line_id, provider_message_id from messages where id = $1"),
                &[id.into()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
        .await?;
    let found = match known {
        Some((line, Some(provider_id))) => match delivery.lines.get(line) {
            Some(line) => line.provider.fetch(&provider_id).await.unwrap_or_else(|error| {
                tracing::info!(message = %id, %error, "a poll failed; it is asked again later");
                None
            }),
            None => None,
        },
        _ => None,
    };
    let settled = delivery.clone();
    delivery.store.write_in_background(move |tx| settle(tx, &settled, &job, found.as_ref())).await?;
    Ok(())
}

fn settle(tx: &mut Tx<'_>, delivery: &Delivery, job: &Job, found: Option<&RemoteMessage>) -> Result<()> {
    let id: MessageId = job.subject.into();
    let line: Option<LineId> =
        tx.query_opt(sql!("select line_id from messages where id = $1"), &[id.into()], |row| row.get(0))?;
    if let (Some(line), Some(remote)) = (line, found) {
        hold_reports(tx, [(line, remote.provider_id.as_str())])?;
    }
    let Some(message) = messages::lock(tx, id)? else { return delivery.jobs.finish(tx, job) };
    let (now, outgoing) = (delivery.ambient.now(), message.outgoing);
    if outgoing.state != MessageState::Sent {
        return delivery.jobs.finish(tx, job);
    }
    match found {
        Some(remote) if remote.state.is_final() => {
            let step = Step { before: &message, after: outgoing, facts: facts_of(remote), cause: "poll" };
            messages::save(tx, &delivery.events, now, step)?;
            report(tx, delivery, &polled(delivery, message.line_id, id, remote))?;
            delivery.jobs.finish(tx, job)
        }
        _ => {
            let (after, next) = outgoing.step(&delivery.timing, now, Event::LookedUp(LookUp::Missing), 0.0);
            let step = Step { before: &message, after, facts: Facts::default(), cause: "poll" };
            messages::save(tx, &delivery.events, now, step)?;
            match next {
                Next::PollAt(at) => delivery.jobs.postpone(tx, job, at),
                _ => delivery.jobs.finish(tx, job),
            }
        }
    }
}

/// What the provider said when asked, kept like what it says by itself.
fn polled(delivery: &Delivery, line_id: LineId, message: MessageId, remote: &RemoteMessage) -> Report {
    Report {
        receipt_id: delivery.ambient.id(),
        line_id,
        provider_message_id: remote.provider_id.clone(),
        message_id: Some(message),
        attempt: None,
        state: Some(remote.state),
        raw_status: remote.state.to_string(),
        error_code: remote.error_code.clone(),
        // The message is held already, and an address is always taken before it.
        recipient: None,
        source: "poll",
    }
}
