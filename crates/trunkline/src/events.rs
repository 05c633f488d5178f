//! The append-only log of what happened, read by consumers with a cursor.
//!
//! An event says *that* something changed and what, in the transaction that changed it; whoever is
//! interested reads the thing itself. So an event is small, and a consumer that sees one twice, or sees a
//! newer state than the event meant, is never wrong.
//!
//! On PostgreSQL, transactions commit in another order than they took their numbers. A reader therefore
//! goes by `(txid, position)` and never past the oldest transaction that is still open: it may see an event
//! a little later, but never skips one.
//!
//! This room must not know who reads, nor what the subjects look like.

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use tokio::sync::watch;
use trunkline_domain::ids::{ContactId, ConversationId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use uuid::Uuid;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A message came, left, or moved to another state.
    Message(MessageId),
    /// A conversation began or changed.
    Conversation(ConversationId),
    /// A contact came or changed.
    Contact(ContactId),
}

impl Subject {
    const fn kind(self) -> &'static str {
        match self {
            Subject::Message(_) => "message",
            Subject::Conversation(_) => "conversation",
            Subject::Contact(_) => "contact",
        }
    }

    fn id(self) -> Uuid {
        match self {
            Subject::Message(id) => id.into(),
            Subject::Conversation(id) => id.into(),
            Subject::Contact(id) => id.into(),
        }
    }

    /// `None` for a kind that a newer release wrote.
    fn new(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "message" => Some(Subject::Message(id.into())),
            "conversation" => Some(Subject::Conversation(id.into())),
            "contact" => Some(Subject::Contact(id.into())),
            _ => None,
        }
    }
}

/// A place in the log. Everything after it is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct EventCursor {
    txid: i64,
    position: i64,
}

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.txid, self.position)
    }
}

impl FromStr for EventCursor {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let refused = "not a cursor of this log";
        let (txid, position) = text.split_once('-').ok_or(refused)?;
        let number = |text: &str| text.parse().map_err(|_| refused);
        Ok(EventCursor { txid: number(txid)?, position: number(position)? })
    }
}

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) cursor: EventCursor,
    /// `None` for a kind this release does not know.
    pub(crate) subject: Option<Subject>,
}

/// The log's handle: records, and tells readers in this process that something is new.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    news: watch::Sender<()>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Events { news: watch::Sender::new(()) }
    }

    /// Records that `subject` changed, in the transaction that changes it.
    pub(crate) fn record(&self, tx: &mut Tx<'_>, now: Timestamp, subject: Subject) -> Result<()> {
        self.record_all(tx, now, &[subject])
    }

    /// Records that all of these changed.
    pub(crate) fn record_all(&self, tx: &mut Tx<'_>, now: Timestamp, subjects: &[Subject]) -> Result<()> {
        if subjects.is_empty() {
            return Ok(());
        }
        let rows = subjects.iter().map(|subject| [subject.kind().into(), subject.id().into(), now.into()]);
        tx.execute_each(
            sql!(
                sqlite: "insert into events (kind, subject, at) values ($1, $2, $3)",
                postgres: "insert into events (kind, subject, at) \
                           select * from unnest($1::text[], $2::uuid[], $3::timestamptz[])"
            ),
            &rows.collect::<Vec<_>>(),
        )?;
        let news = self.news.clone();
        tx.after_commit(move || news.send_replace(()));
        Ok(())
    }

    /// Changes whenever a transaction of this process has recorded something.
    pub(crate) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }
}

/// The newest place a reader may start from without missing anything that commits later.
pub(crate) fn latest(tx: &mut Tx<'_>) -> Result<EventCursor> {
    let newest = tx.query_opt(
        sql!(
            sqlite: "select txid, position from events order by position desc limit 1",
            postgres: "select txid, position from events \
                       where txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
                       order by txid desc, position desc limit 1"
        ),
        &[],
        |row| Ok(EventCursor { txid: row.get(0)?, position: row.get(1)? }),
    )?;
    Ok(newest.unwrap_or_default())
}

/// The oldest place a reader may go on from without missing what was forgotten.
pub(crate) fn oldest(tx: &mut Tx<'_>) -> Result<EventCursor> {
    let oldest = tx.query_opt(
        sql!(
            sqlite: "select txid, position from events order by position limit 1",
            postgres: "select txid, position from events order by txid, position limit 1"
        ),
        &[],
        |row| Ok(EventCursor { txid: row.get(0)?, position: row.get(1)? }),
    )?;
    Ok(oldest.unwrap_or_default())
}

/// Up to `limit` entries after `cursor`, oldest first.
pub(crate) fn since(tx: &mut Tx<'_>, cursor: EventCursor, limit: usize) -> Result<Vec<Event>> {
    tx.query(
        sql!(
            sqlite: "select txid, position, kind, subject from events \
                     where position > $2 and $1 >= 0 order by position limit $3",
            postgres: "select txid, position, kind, subject from events \
                       where (txid, position) > ($1, $2) \
                       and txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
                       order by txid, position limit $3"
        ),
        &[cursor.txid.into(), cursor.position.into(), limit.into()],
        |row| {
            let kind: String = row.get(2)?;
            Ok(Event {
                cursor: EventCursor { txid: row.get(0)?, position: row.get(1)? },
                subject: Subject::new(&kind, row.get(3)?),
            })
        },
    )
}

/// Forgets entries older than `before`. A reader further behind starts over.
pub(crate) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(sql!("delete from events where at < $1"), &[before.into()])
}
