//! The job that asks the provider what became of a message whose callbacks stay out (C10).

use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{Event, LookUp, MessageState, Next};
use trunkline_providers::RemoteMessage;
use trunkline_store::{Result, Tx, sql};

use super::{Delivery, send};
use crate::inbox::messages::{self, Facts};
use crate::jobs::{About, Failure, Job, Queue};

/// Asks once and plans the next time, or ends.
pub(super) async fn run(delivery: Delivery, job: Job) -> Result<(), Failure> {
    let about = About { message_id: Some(job.subject.into()), ..About::default() };
    work(&delivery, job).await.map_err(|failure| failure.about(about))
}

async fn work(delivery: &Delivery, job: Job) -> Result<(), Failure> {
    let id: MessageId = job.subject.into();
    let known = delivery
        .store
        .read(move |tx| {
            tx.query_opt(
                sql!("select line_id, provider_message_id from messages where id = $1"),
                &[id.into()],
                |row| Ok((row.get::<trunkline_domain::ids::LineId>(0)?, row.get::<Option<String>>(1)?)),
            )
        })
        .await?;
    let found = match known {
        Some((line, Some(provider_id))) => match delivery.lines.get(line) {
            Some(line) => line.provider.fetch(&provider_id).await.ok().flatten(),
            None => None,
        },
        _ => None,
    };
    let settled = delivery.clone();
    delivery.store.write_in_background(move |tx| settle(tx, &settled, &job, found.as_ref())).await?;
    Ok(())
}

fn settle(tx: &mut Tx<'_>, delivery: &Delivery, job: &Job, found: Option<&RemoteMessage>) -> Result<()> {
    let Some(message) = messages::lock(tx, job.subject.into())? else { return delivery.jobs.finish(tx, job) };
    if message.outgoing.state != MessageState::Sent {
        return delivery.jobs.finish(tx, job);
    }
    let now = delivery.ambient.now();
    let (look_up, facts) = match found {
        Some(remote) => (LookUp::Found(remote.state), send::remote_facts(remote)),
        None => (LookUp::Missing, Facts::default()),
    };
    let (after, next) = message.outgoing.step(&delivery.timing, now, Event::LookedUp(look_up), 0.0);
    messages::save(tx, &delivery.events, now, &message, after, facts, "poll")?;
    match next {
        Next::PollAt(at) => delivery.jobs.postpone(tx, Queue::Settle, job, at),
        _ => delivery.jobs.finish(tx, job),
    }
}
