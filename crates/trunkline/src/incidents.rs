//! Incidents: what a process could not do as it should, noted where it happens and kept for whoever watches.
//!
//! [`Incidents::note`] takes no time and needs no database, which may be what is away; [`Incidents::flush`] writes down
//! what was noted, once. It must not know what is made of them.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::RecordId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Store, Tx, sql};

/// Incidents that wait to be written. More would say no more.
const NOTED_MAX: usize = 1_000;

/// How long they are kept.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A webhook went to the spool.
    Spooled,
    /// A webhook was kept nowhere, and refused.
    NotStored,
    /// A provider turned to a fallback address.
    Fallback,
    /// Messages had to be fetched whose webhooks never came.
    Recovered,
}

impl What {
    const ALL: [What; 4] = [What::Spooled, What::NotStored, What::Fallback, What::Recovered];

    const fn as_str(self) -> &'static str {
        match self {
            What::Spooled => "spooled",
            What::NotStored => "not_stored",
            What::Fallback => "fallback",
            What::Recovered => "recovered",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Incident {
    pub(crate) what: What,
    /// The slug of the line.
    pub(crate) line: String,
    pub(crate) count: i64,
    pub(crate) at: Timestamp,
}

/// What was noted and not written yet. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Incidents(Arc<Mutex<Vec<(RecordId, Incident)>>>);

impl Incidents {
    pub(crate) fn note(&self, ambient: &Ambient, what: What, line: &str) {
        let incident = Incident { what, line: line.to_owned(), count: 1, at: ambient.now() };
        let mut noted = self.0.lock();
        if noted.len() < NOTED_MAX {
            noted.push((ambient.id(), incident));
        }
    }

    /// Writes down what was noted. What cannot be written now waits for the next time.
    pub(crate) async fn flush(&self, store: &Store) -> Result<()> {
        let noted = std::mem::take(&mut *self.0.lock());
        if noted.is_empty() {
            return Ok(());
        }
        let again = noted.clone();
        let written = store.write_in_background(move |tx| {
            noted.iter().try_for_each(|(id, incident)| record(tx, *id, incident))
        });
        let written = written.await;
        if written.is_err() {
            let mut since = self.0.lock();
            let room = NOTED_MAX.saturating_sub(since.len());
            since.extend(again.into_iter().take(room));
        }
        written
    }
}

/// Keeps an incident. The same one again, after an answer that was lost, is kept once.
pub(crate) fn record(tx: &mut Tx<'_>, id: RecordId, incident: &Incident) -> Result<()> {
    tx.execute(
        sql!("insert into incidents (id, at, kind, line, count) values ($1, $2, $3, $4, $5) on conflict (id) do nothing"),
        &[
            id.into(),
            incident.at.into(),
            incident.what.as_str().into(),
            incident.line.as_str().into(),
            incident.count.into(),
        ],
    )
    .map(|_| ())
}

/// The incidents since then, oldest first, at most a thousand.
pub(crate) fn since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Incident>> {
    let rows: Vec<(String, Incident)> = tx.query(
        sql!("select kind, line, count, at from incidents where at >= $1 order by at limit 1000"),
        &[since.into()],
        |row| {
            let incident =
                Incident { what: What::Spooled, line: row.get(1)?, count: row.get(2)?, at: row.get(3)? };
            Ok((row.get(0)?, incident))
        },
    )?;
    let known = |(kind, incident): (String, Incident)| {
        let what = What::ALL.into_iter().find(|what| what.as_str() == kind)?;
        Some(Incident { what, ..incident })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Deletes what is too old to matter.
pub(crate) fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    tx.execute(sql!("delete from incidents where at < $1"), &[now.minus(KEPT).into()]).map(|_| ())
}
