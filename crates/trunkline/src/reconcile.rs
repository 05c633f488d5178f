//! Reconciliation: what a provider took for us while we did not hear it is fetched afterwards.
//!
//! A provider calls a webhook once, twice at best. So after every start, after webhooks that could not be
//! written down, and regularly, each line's recent messages are listed at its provider, and those that never
//! reached us are put into the inbox, once, with the provider's time. It must not send anything: an automatic
//! answer to a text from yesterday helps nobody.

#[cfg(test)]
mod tests;

use std::time::Duration;

use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::mail::MailSource;
use trunkline_providers::{Direction, ListQuery, RemoteMessage};
use trunkline_store::Result;

use crate::delivery;
use crate::inbox::{Details, Incoming, messages};
use crate::incidents::{self, Incident, What};
use crate::jobs::{Failure, Handlers, Job, NewJob, Queue};
use crate::lines::{self, Line};
use crate::webhooks::{Cause, Webhooks, fetch_mail, take_in};

const JOB: &str = "reconcile";

/// How a message came that was fetched.
const RECOVERED: &str = "recovered";

/// How far back each run looks beyond the last one: lists lag, and clocks differ.
const OVERLAP: Duration = Duration::from_secs(15 * 60);

/// The same where the list is made of records that follow some time after the messages (Telnyx does not say how
/// long after).
const OVERLAP_OF_RECORDS: Duration = Duration::from_secs(3 * 3_600);

/// The second run after a start: what the provider's list did not show yet at the first.
const SECOND_RUN: Duration = Duration::from_secs(30);

/// Before a run is asked for again, while the database is away.
const AGAIN: Duration = Duration::from_millis(250);

/// Between regular runs.
const REGULAR_RUN: Duration = Duration::from_secs(5 * 60);

/// More than this in one gap needs a person.
const LIST_MAX: usize = 50_000;

/// Messages taken in together. Nearly all that is listed is here already, so each batch begins with one look
/// at what is not; and what a batch took in stays, even if the process dies again before the next.
const BATCH: usize = 50;

/// Runs the reconciliation of all lines.
#[derive(Clone)]
pub(crate) struct Reconciler {
    webhooks: Webhooks,
}

impl Reconciler {
    pub(crate) fn new(webhooks: Webhooks) -> Self {
        Reconciler { webhooks }
    }

    /// Registers the job of this room.
    pub(crate) fn handlers(&self, handlers: &mut Handlers) {
        let reconciler = self.clone();
        handlers.add(JOB, move |job| reconciler.clone().run(job));
        handlers.keep_trying(JOB);
    }

    /// Sees to it that every line has its runs; those that have are left as they are.
    pub(crate) async fn begin(&self) -> Result<()> {
        self.plan(false).await
    }

    /// Makes a run of every line due now: this process or its database was away.
    pub(crate) async fn start(&self) -> Result<()> {
        self.plan(true).await
    }

    async fn plan(&self, at_once: bool) -> Result<()> {
        let webhooks = &self.webhooks;
        let (jobs, ambient) = (webhooks.jobs.clone(), webhooks.ambient.clone());
        // A mailbox keeps what came in, and is read from where it was left.
        let lines = webhooks.lines.all().filter(|line| line.mailbox.is_none());
        let lines: Vec<LineId> = lines.map(|line| line.info.id).collect();
        webhooks
            .store
            .write(move |tx| {
                let now = ambient.now();
                for line in lines {
                    let job = NewJob::plain(Queue::Settle, JOB, line.into(), now);
                    jobs.enqueue(tx, ambient.id(), now, &job)?;
                    if at_once {
                        jobs.hasten(tx, JOB, line.into(), now)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// For ever: as soon as the database, having been away when a webhook came, is there again, a run of every
    /// line is due, and another one when the provider's list has caught up. So it is after the start of this
    /// process, whichever node made the first run.
    pub(crate) async fn fetch_after_gaps(&self) {
        let gaps = async {
            loop {
                self.webhooks.intake.gap().await;
                self.start_patiently().await;
                self.start_once_more().await;
            }
        };
        tokio::join!(self.start_once_more(), gaps);
    }

    async fn start_once_more(&self) {
        tokio::time::sleep(SECOND_RUN).await;
        self.start_patiently().await;
    }

    async fn start_patiently(&self) {
        while let Err(error) = self.start().await {
            tracing::debug!(%error, "what was missed cannot be fetched yet");
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn run(self, job: Job) -> std::result::Result<(), Failure> {
        let id: LineId = job.subject.into();
        let (jobs, store) = (self.webhooks.jobs.clone(), self.webhooks.store.clone());
        let Some(line) = self.webhooks.lines.get(id).filter(|line| line.mailbox.is_none()) else {
            // The line was removed, or has a mailbox by now.
            return Ok(store.write_in_background(move |tx| jobs.finish(tx, &job)).await?);
        };
        let began = self.webhooks.ambient.now();
        let recovered = self.recover(&line).await?;
        if recovered > 0 {
            metrics::counter!("trunkline_recovered_messages_total").increment(recovered);
            tracing::warn!(line = line.info.slug, recovered, "messages that never reached us were fetched");
        }
        let (record, slug) = (self.webhooks.ambient.id(), line.info.slug.clone());
        store
            .write_in_background(move |tx| {
                if recovered > 0 {
                    let count = i64::try_from(recovered).unwrap_or(i64::MAX);
                    let incident = Incident { what: What::Recovered, line: slug, count, at: began };
                    incidents::record(tx, record, &incident)?;
                }
                lines::set_complete_until(tx, id, began)?;
                jobs.postpone(tx, &job, began.plus(REGULAR_RUN))
            })
            .await?;
        Ok(())
    }

    /// Fetches what is missing since the last run and returns how much that was.
    async fn recover(&self, line: &Line) -> std::result::Result<u64, Failure> {
        let id = line.info.id;
        let last = self.webhooks.store.read(move |tx| lines::complete_until(tx, id)).await?;
        if let Some(source) = &line.mail {
            return self.recover_mail(line, source.as_ref(), last.minus(OVERLAP)).await;
        }
        let overlap = if line.provider.lists_everything() { OVERLAP } else { OVERLAP_OF_RECORDS };
        let listed = list(line, last.minus(overlap)).await?;
        // Oldest first: a conversation grows in the order it was spoken.
        let inbound = listed.into_iter().rev().filter(|remote| remote.direction == Direction::Inbound);
        let inbound: Vec<RemoteMessage> = inbound.collect();
        let mut recovered = 0;
        for batch in inbound.chunks(BATCH) {
            recovered += self.take_missing(line, batch.to_vec()).await?;
        }
        Ok(recovered)
    }

    /// The same for mail, which is listed by its ids and fetched one by one.
    async fn recover_mail(
        &self,
        line: &Line,
        source: &dyn MailSource,
        since: Timestamp,
    ) -> std::result::Result<u64, Failure> {
        let (store, id) = (&self.webhooks.store, line.info.id);
        let mut listed = source.list_received(&query(line, since)).await?;
        listed.reverse();
        let missing = store
            .read(move |tx| {
                let ids: Vec<&str> = listed.iter().map(String::as_str).collect();
                let known = messages::known_provider_ids(tx, id, &ids)?;
                Ok(listed.into_iter().filter(|id| !known.contains(id)).collect::<Vec<_>>())
            })
            .await?;
        let mut recovered = 0;
        for mail in missing {
            let incoming = fetch_mail(&self.webhooks, id, &mail, Cause::Recovered).await?;
            let webhooks = self.webhooks.clone();
            let taken = store.write_in_background(move |tx| take_in(tx, &webhooks, &incoming, None)).await?;
            recovered += u64::from(taken.is_some());
        }
        Ok(recovered)
    }

    /// Takes in what of `batch` is not here and returns how much that was.
    async fn take_missing(
        &self,
        line: &Line,
        batch: Vec<RemoteMessage>,
    ) -> std::result::Result<u64, Failure> {
        let (store, id) = (&self.webhooks.store, line.info.id);
        let missing = store
            .read(move |tx| {
                let ids: Vec<&str> = batch.iter().map(|remote| remote.provider_id.as_str()).collect();
                let known = messages::known_provider_ids(tx, id, &ids)?;
                let is_missing = |remote: &RemoteMessage| !known.contains(&remote.provider_id);
                Ok(batch.into_iter().filter(is_missing).collect::<Vec<_>>())
            })
            .await?;
        let mut incoming = Vec::new();
        for remote in missing {
            let remote = delivery::whole(line, remote).await?;
            incoming
                .extend(remote.and_then(|remote| self::incoming(line, remote, self.webhooks.ambient.now())));
        }
        if incoming.is_empty() {
            return Ok(0);
        }
        let webhooks = self.webhooks.clone();
        let taken = store.write_in_background(move |tx| {
            incoming.iter().try_fold(0, |taken, incoming| {
                Ok(taken + u64::from(take_in(tx, &webhooks, incoming, None)?.is_some()))
            })
        });
        Ok(taken.await?)
    }
}

/// Everything to this line since `since`, newest first.
async fn list(line: &Line, since: Timestamp) -> std::result::Result<Vec<RemoteMessage>, Failure> {
    let listed = line.provider.list(&query(line, since)).await?;
    if listed.len() >= LIST_MAX {
        tracing::error!(
            line = line.info.slug,
            "more was missed than is fetched; compare with the provider's own list"
        );
    }
    Ok(listed)
}

fn query(line: &Line, since: Timestamp) -> ListQuery {
    ListQuery { to: Some(line.info.address.clone()), from: None, since: Some(since), limit: LIST_MAX }
}

/// The message as the inbox takes it; `None` if the provider does not say who wrote.
fn incoming(line: &Line, remote: RemoteMessage, now: Timestamp) -> Option<Incoming> {
    Some(Incoming {
        line_id: line.info.id,
        channel: line.info.channel,
        from: remote.from?,
        to: remote.to.unwrap_or_else(|| line.info.address.clone()),
        body: remote.body.unwrap_or_default(),
        media: Vec::new(),
        provider_message_id: remote.provider_id,
        sender_name: None,
        segments: remote.segments,
        details: Details::default(),
        reply_to: None,
        at: remote.created_at.unwrap_or(now),
        email: None,
        cause: RECOVERED,
    })
}
