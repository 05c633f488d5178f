//! The journal: every webhook as it came in, on disk before it is acknowledged (A1).
//!
//! [`Journal::append`] returns when the entry and the job that will process it are durable. An event that a
//! provider sends again is recognised by its key and has no second effect. The room promises that what was
//! acknowledged can be processed, now or after any crash; it must not know how an entry is read.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::{JournalId, LineId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Batcher, Engine, Result, Store, Tx, sql};
use uuid::Uuid;

use crate::jobs::{Job, Jobs, NewJob, Queue};

/// The kind of the job that processes an entry.
pub(crate) const JOB: &str = "journal";

/// Entries in one write: what gathers while the previous one is flushed.
const BATCH_MAX: usize = 256;

/// One webhook as received.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: JournalId,
    /// Names the provider's event: the same one, sent again, has the same key.
    pub(crate) event_key: String,
    pub(crate) line_id: Option<LineId>,
    /// Says how the body is to be read, such as `twilio.message`.
    pub(crate) kind: String,
    /// Path and query as asked.
    pub(crate) url: String,
    /// The headers worth keeping, a JSON object already in text: it is made by the request, of which there
    /// are many at a time, not by the one thread that writes.
    pub(crate) headers: String,
    /// The raw body.
    pub(crate) body: Vec<u8>,
    pub(crate) remote_address: String,
    pub(crate) received_at: Timestamp,
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Appended {
    /// It is on disk and will be processed.
    New,
    /// It was there already.
    Duplicate,
}

/// The journal's handle.
#[derive(Clone)]
pub(crate) struct Journal {
    sink: Sink,
}

#[derive(Clone)]
enum Sink {
    Durable(Batcher<Arc<Entry>, Appended>),
    /// Keeps nothing: what the benchmark compares against.
    #[cfg(feature = "bench")]
    Nowhere,
}

impl Journal {
    pub(crate) fn new(store: &Store, ambient: &Ambient, jobs: &Jobs) -> Self {
        #[cfg(feature = "bench")]
        if crate::bench::journal_is_out() {
            return Journal { sink: Sink::Nowhere };
        }
        let (ambient, jobs) = (ambient.clone(), jobs.clone());
        // While one batch is flushed the next is already in line, so the disk is never idle.
        let lanes = match store.engine() {
            Engine::Sqlite => 2,
            Engine::Postgres => 4,
        };
        let entries = Batcher::new(store.clone(), BATCH_MAX, lanes, move |tx, entries| {
            append(tx, &ambient, &jobs, entries)
        });
        Journal { sink: Sink::Durable(entries) }
    }

    /// Writes an entry and the job to process it; on return both are durable.
    pub(crate) async fn append(&self, entry: Arc<Entry>) -> Result<Appended> {
        match &self.sink {
            Sink::Durable(entries) => entries.push(entry).await,
            #[cfg(feature = "bench")]
            Sink::Nowhere => Ok(Appended::New),
        }
    }
}

fn append(tx: &mut Tx<'_>, ambient: &Ambient, jobs: &Jobs, entries: &[Arc<Entry>]) -> Result<Vec<Appended>> {
    let added = insert(tx, entries)?;
    count_duplicates(tx, entries, &added)?;
    let now = ambient.now();
    let new: Vec<_> = added.iter().map(|id| (ambient.id(), *id, now)).collect();
    jobs.enqueue_many(tx, now, Queue::Journal, JOB, &new)?;
    let appended = |entry: &Arc<Entry>| {
        if added.contains(&entry.id.into()) { Appended::New } else { Appended::Duplicate }
    };
    Ok(entries.iter().map(appended).collect())
}

/// Writes those entries whose event is not there yet and returns their ids.
fn insert(tx: &mut Tx<'_>, entries: &[Arc<Entry>]) -> Result<HashSet<Uuid>> {
    // In one order for everybody: two batches that hold the same events would wait for each other's.
    let mut entries: Vec<&Arc<Entry>> = entries.iter().collect();
    entries.sort_by(|one, other| one.event_key.cmp(&other.event_key));
    let rows = entries.iter().map(|entry| {
        [
            entry.id.into(),
            entry.event_key.as_str().into(),
            entry.line_id.into(),
            entry.kind.as_str().into(),
            entry.url.as_str().into(),
            entry.headers.as_str().into(),
            entry.body.as_slice().into(),
            entry.remote_address.as_str().into(),
            entry.received_at.into(),
        ]
    });
    let added = tx.execute_each(
        sql!(
            sqlite: "insert into journal (id, event_key, line_id, kind, url, headers, body, remote_address, received_at) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (event_key) do nothing",
            postgres: "insert into journal (id, event_key, line_id, kind, url, headers, body, remote_address, received_at) \
                       select e.id, e.event_key, e.line_id, e.kind, e.url, e.headers::jsonb, e.body, e.remote_address, e.received_at \
                       from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bytea[], \
                       $8::text[], $9::timestamptz[]) \
                       e (id, event_key, line_id, kind, url, headers, body, remote_address, received_at) \
                       on conflict (event_key) do nothing"
        ),
        &rows.collect::<Vec<_>>(),
    )?;
    let ids = entries.iter().map(|entry| Uuid::from(entry.id));
    if added == entries.len() as u64 {
        return Ok(ids.collect());
    }
    // Some had come before. The ids are new ones, so what is there under them was added here.
    let kept = tx.query_each(
        sql!(
            sqlite: "select id from journal where id = $1",
            postgres: "select id from journal where id = any($1)"
        ),
        &ids.map(|id| [id.into()]).collect::<Vec<_>>(),
        |row| row.get(0),
    )?;
    Ok(kept.into_iter().collect())
}

/// Counts with each event how often it came again. Called once all that is new is written: whoever waits here for
/// another's duplicates, that one waits for nobody who still has to insert.
fn count_duplicates(tx: &mut Tx<'_>, entries: &[Arc<Entry>], added: &HashSet<Uuid>) -> Result<()> {
    let mut again: BTreeMap<&str, i64> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !added.contains(&entry.id.into())) {
        *again.entry(&entry.event_key).or_default() += 1;
    }
    let rows: Vec<_> = again.into_iter().map(|(event, times)| [event.into(), times.into()]).collect();
    tx.execute_each(
        sql!(
            sqlite: "update journal set duplicates = duplicates + $2 where event_key = $1",
            // The rows are taken in one order by everybody.
            postgres: "update journal j set duplicates = j.duplicates + d.times from (select k.id, e.times \
                       from unnest($1::text[], $2::bigint[]) e (event_key, times) \
                       join journal k on k.event_key = e.event_key order by k.event_key for update of k) d \
                       where j.id = d.id"
        ),
        &rows,
    )
    .map(|_| ())
}

/// No entry that came at this time or later has an id before this one: ids sort by time, to the millisecond.
pub(crate) fn first_id(at: Timestamp) -> Uuid {
    let millis = at.micros().max(0).unsigned_abs() / 1_000;
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

/// How many entries came in each of these stretches of time, the first moment included and the last one not.
/// Counted in the index of the ids alone.
pub(crate) fn count(tx: &mut Tx<'_>, stretches: &[(Timestamp, Timestamp)]) -> Result<Vec<i64>> {
    let rows = stretches.iter().map(|(from, to)| [first_id(*from).into(), first_id(*to).into()]);
    tx.query_each(
        sql!(
            sqlite: "select count(*) from journal where id >= $1 and id < $2",
            postgres: "select (select count(*) from journal where id >= s.first and id < s.last) \
                       from unnest($1::uuid[], $2::uuid[]) with ordinality s (first, last, place) order by place"
        ),
        &rows.collect::<Vec<_>>(),
        |row| row.get(0),
    )
}

/// The entry with this id.
pub(crate) fn load(tx: &mut Tx<'_>, id: JournalId) -> Result<Option<Entry>> {
    tx.query_opt(
        sql!(
            "select id, event_key, line_id, kind, url, headers, body, remote_address, received_at \
             from journal where id = $1"
        ),
        &[id.into()],
        |row| {
            Ok(Entry {
                id: row.get(0)?,
                event_key: row.get(1)?,
                line_id: row.get(2)?,
                kind: row.get(3)?,
                url: row.get(4)?,
                headers: row.get::<serde_json::Value>(5)?.to_string(),
                body: row.get(6)?,
                remote_address: row.get(7)?,
                received_at: row.get(8)?,
            })
        },
    )
}

/// The entry has had its effect, in this transaction: its job ends with it.
pub(crate) fn processed(tx: &mut Tx<'_>, jobs: &Jobs, job: &Job, now: Timestamp) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!("update journal set processed_at = coalesce(processed_at, $2) where id = $1"),
        &[job.subject.into(), now.into()],
    )?;
    jobs.finish(tx, job)
}

/// Processes entries again, at once. Returns how many of them there are. Nothing is done twice to one that is
/// waiting or in work already.
pub(crate) fn replay(tx: &mut Tx<'_>, ambient: &Ambient, jobs: &Jobs, ids: &[JournalId]) -> Result<usize> {
    let found: Vec<Uuid> = tx.query_each(
        sql!(
            sqlite: "select id from journal where id = $1",
            postgres: "select id from journal where id = any($1) order by id"
        ),
        &ids.iter().map(|id| [(*id).into()]).collect::<Vec<_>>(),
        |row| row.get(0),
    )?;
    let now = ambient.now();
    for id in &found {
        let job = NewJob::plain(Queue::Journal, JOB, *id, now);
        jobs.enqueue(tx, ambient.id(), now, &job)?;
        jobs.hasten(tx, JOB, *id, now)?;
    }
    Ok(found.len())
}
