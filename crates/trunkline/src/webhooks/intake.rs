//! Where webhooks are written down: in the journal, or beside it for as long as the database is away (D2).
//!
//! Whoever is told "kept" may acknowledge: the entry is on disk. What was spooled goes into the journal as soon as
//! the database answers again. An event has one key, so an entry that gets there twice, after a crash in between
//! or because a commit arrived after all, has one effect.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::JournalId;
use trunkline_domain::time::Timestamp;

use crate::incidents::{Incidents, What};
use crate::journal::{Appended, Entry, Journal};
use crate::lines::Lines;
use crate::spool::{Batch, Spool};

/// How long the journal may take before an entry is spooled. A provider waits longer than that (Telnyx 2 seconds,
/// Twilio 15), and a busy database needs less. Once it is known to be away nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Before the journal is tried again, at first and at most.
const AGAIN: Duration = Duration::from_millis(100);
const AGAIN_MAX: Duration = Duration::from_secs(5);

/// Between looks for files that nobody told us of, and after files that another process holds or the journal refuses.
const LOOK: Duration = Duration::from_secs(60);
const LOOK_SOON: Duration = Duration::from_secs(1);

/// What became of an entry that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// In the journal, for the first time or again.
    Journal(Appended),
    /// In the spool.
    Spool,
}

/// Takes entries in. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Intake(Arc<Inner>);

struct Inner {
    journal: Journal,
    spool: Spool,
    /// The journal failed, and what was spooled since has not all gone into it.
    is_away: AtomicBool,
    spooled: Notify,
    missed: Notify,
    /// For whoever watches.
    incidents: Incidents,
    ambient: Ambient,
}

/// How far a round of replaying came.
#[derive(Default)]
struct Round {
    replayed: u64,
    /// Files that somebody else reads or writes.
    held: usize,
}

impl Intake {
    pub(crate) fn new(journal: Journal, spool: Spool, incidents: Incidents, ambient: Ambient) -> Self {
        Intake(Arc::new(Inner {
            journal,
            spool,
            is_away: AtomicBool::new(false),
            spooled: Notify::new(),
            missed: Notify::new(),
            incidents,
            ambient,
        }))
    }

    /// Writes an entry of the line `slug` down; on return it is durable.
    pub(super) async fn keep(&self, slug: &str, entry: Entry) -> anyhow::Result<Kept> {
        let entry = Arc::new(entry);
        if !self.0.is_away.load(Ordering::Acquire) {
            match tokio::time::timeout(PATIENCE, self.0.journal.append(entry.clone())).await {
                Ok(Ok(appended)) => return Ok(Kept::Journal(appended)),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a webhook is spooled: the journal does not take it")
                }
                Err(_) => tracing::warn!("a webhook is spooled: the journal does not answer"),
            }
            self.0.is_away.store(true, Ordering::Release);
        }
        let spooled = self.0.spool.put(encoded(slug, &entry)?).await;
        // Also after a failure: whether the database is still away is found out by replaying.
        self.0.spooled.notify_one();
        if spooled.is_err() {
            self.0.missed.notify_one();
        }
        self.note(if spooled.is_ok() { What::Spooled } else { What::NotStored }, slug);
        spooled.context("the webhook could be written down neither in the database nor in the spool")?;
        Ok(Kept::Spool)
    }

    /// For whoever watches over the line `slug`.
    pub(super) fn note(&self, what: What, slug: &str) {
        self.0.incidents.note(&self.0.ambient, what, slug);
    }

    /// Ends when there was a gap: webhooks that were kept nowhere, or a time without the database.
    pub(crate) async fn gap(&self) {
        self.0.missed.notified().await;
    }

    /// For ever: what is in the spool goes into the journal as soon as that takes it.
    pub(crate) async fn replay(&self, lines: &Lines) {
        let mut pause = AGAIN;
        loop {
            let look = match self.replay_once(lines).await {
                Ok(round) => {
                    pause = AGAIN;
                    if round.held > 0 { LOOK_SOON } else { LOOK }
                }
                Err(error) => {
                    tracing::debug!("the spool cannot be replayed yet: {error:#}");
                    tokio::time::sleep(pause).await;
                    pause = (2 * pause).min(AGAIN_MAX);
                    continue;
                }
            };
            tokio::select! {
                () = self.0.spooled.notified() => {}
                () = tokio::time::sleep(look) => {}
            }
        }
    }

    /// The same once, for a test that has its own clock.
    #[cfg(test)]
    pub(crate) async fn replay_now(&self, lines: &Lines) -> anyhow::Result<()> {
        self.replay_once(lines).await.map(drop)
    }

    async fn replay_once(&self, lines: &Lines) -> anyhow::Result<Round> {
        let Inner { spool, is_away, missed, .. } = &*self.0;
        spool.roll().await;
        let mut round = Round::default();
        for path in self.files().await? {
            self.replay_file(path, lines, &mut round).await?;
        }
        let waiting = spool.clone();
        let waiting = spawn_blocking(move || waiting.waiting()).await??;
        metrics::gauge!("trunkline_spool_bytes").set(waiting.bytes as f64);
        metrics::gauge!("trunkline_spool_damaged_files").set(waiting.damaged as f64);
        if is_away.swap(false, Ordering::AcqRel) {
            tracing::info!(replayed = round.replayed, "the journal takes webhooks again");
            missed.notify_one();
        }
        Ok(round)
    }

    async fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let spool = self.0.spool.clone();
        Ok(spawn_blocking(move || spool.files()).await??)
    }

    /// Fails when the database is away; then the file stays as it is.
    async fn replay_file(&self, path: PathBuf, lines: &Lines, round: &mut Round) -> anyhow::Result<()> {
        let Some(batch) = spawn_blocking(move || Batch::take(&path)).await?? else {
            round.held += 1;
            return Ok(());
        };
        let (entries, unreadable): (Vec<_>, Vec<_>) =
            batch.records.iter().map(|record| decoded(record, lines)).partition(Result::is_ok);
        let count = entries.len() as u64;
        let appends = entries.into_iter().flatten().map(|entry| self.0.journal.append(Arc::new(entry)));
        let mut refused = !unreadable.is_empty();
        for appended in join_all(appends).await {
            match appended {
                Ok(_) => {}
                Err(error) if error.is_transient() => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%error, "the journal refuses a spooled webhook");
                    refused = true;
                }
            }
        }
        if refused {
            tracing::error!("a spooled webhook cannot go into the journal; its file stays in the spool");
            return Ok(());
        }
        spawn_blocking(move || batch.done()).await??;
        metrics::counter!("trunkline_spool_replayed_total").increment(count);
        round.replayed += count;
        Ok(())
    }
}

/// An entry as it stands in the spool. It names its line by the slug, which every process knows without a database.
#[derive(Serialize, Deserialize)]
struct Spooled {
    line: String,
    id: JournalId,
    event_key: String,
    kind: String,
    url: String,
    headers: String,
    body: String,
    remote_address: String,
    received_at_us: i64,
}

fn encoded(slug: &str, entry: &Entry) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Spooled {
        line: slug.to_owned(),
        id: entry.id,
        event_key: entry.event_key.clone(),
        kind: entry.kind.clone(),
        url: entry.url.clone(),
        headers: entry.headers.clone(),
        body: BASE64.encode(&entry.body),
        remote_address: entry.remote_address.clone(),
        received_at_us: entry.received_at.micros(),
    })
}

/// The entry. One of a line that is gone meanwhile is kept all the same, and shown with the error that it has none.
fn decoded(record: &[u8], lines: &Lines) -> anyhow::Result<Entry> {
    let spooled: Spooled = serde_json::from_slice(record)?;
    let line = lines.all().find(|line| line.info.slug == spooled.line);
    Ok(Entry {
        id: spooled.id,
        event_key: spooled.event_key,
        line_id: line.map(|line| line.info.id),
        kind: spooled.kind,
        url: spooled.url,
        headers: spooled.headers,
        body: BASE64.decode(spooled.body)?,
        remote_address: spooled.remote_address,
        received_at: Timestamp::from_micros(spooled.received_at_us),
    })
}
