//! The one thread that writes: it takes whatever is waiting into one commit.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::Wal;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::file;
use crate::error::{Result, StoreError};
use crate::queue::{Taker, closed};
use crate::tx::{AfterCommit, Inner, Tx, guard, run_hooks};

/// Writes in one commit that somebody waits for. A larger number no longer helps: the flush is already
/// shared by hundreds.
const WAITING_MAX: usize = 256;

/// Background writes in one commit. Few, because an urgent write that comes meanwhile waits for them all;
/// but never none, or a steady stream of urgent ones would keep them waiting for ever.
const BACKGROUND_MAX: usize = 32;

/// Pages of the write-ahead log after which each commit folds into the main file what no reader holds.
const FOLD_AT: u32 = 4_000;

/// Pages of the log above which readers are made to let go of it. It can begin anew only at a moment when nobody reads
/// from it; under steady reading there may be none, and the log would grow until the disk is full.
const LOG_MAX: u32 = 8_000;

/// Pages that are written before that is tried again. Twice as many after each failure, up to [`LOG_MAX`]: a reader
/// that was merely slow is soon gone, and one that stays for minutes must not stop the writers again and again.
const LOG_PAUSE: u32 = LOG_MAX / 4;

/// How long writing stands still for that. Reads that begin meanwhile no longer need the log, so this only
/// has to be longer than most reads.
const LOG_PATIENCE: Duration = Duration::from_millis(500);

/// A closure in the queue, and what becomes of it.
pub(super) trait Write: Send {
    /// Runs the closure; returns whether what it wrote is to be kept.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Tells the caller. After a `failure` nothing of the commit was written, whether the closure ran or not.
    fn finish(self: Box<Self>, failure: Option<&StoreError>);
}

/// The [`Write`] of one caller. The caller may go away: what it asked for is done all the same.
pub(super) struct Request<T, F> {
    work: Option<F>,
    done: Option<(Result<T>, Vec<AfterCommit>)>,
    answer: oneshot::Sender<Result<T>>,
    _place: OwnedSemaphorePermit,
}

impl<T, F> Request<T, F> {
    pub(super) fn new(work: F, place: OwnedSemaphorePermit) -> (Self, oneshot::Receiver<Result<T>>) {
        let (answer, answered) = oneshot::channel();
        (Request { work: Some(work), done: None, answer, _place: place }, answered)
    }
}

impl<T, F> Write for Request<T, F>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let mut tx = Tx::new(Inner::Sqlite(connection));
        let result = guard(|| work(&mut tx)).flatten();
        let done = tx.conclude(result);
        let keep = done.0.is_ok();
        self.done = Some(done);
        keep
    }

    fn finish(self: Box<Self>, failure: Option<&StoreError>) {
        let result = match (failure, self.done) {
            // Also for a closure that failed by itself: it may have seen writes that now never were.
            (Some(error), _) => Err(StoreError::Unavailable(error.to_string())),
            (None, Some((result, hooks))) => {
                run_hooks(hooks);
                result
            }
            (None, None) => Err(closed()),
        };
        drop(self.answer.send(result));
    }
}

pub(super) struct Writer {
    connection: Connection,
    queue: Taker<Box<dyn Write>>,
    /// Pages of the log after the last commit. Told by SQLite: a file that was asked for its length has its times
    /// written with the next flush, which is a second write to the disk.
    log: Arc<AtomicU32>,
    /// The pages of the log at which to try to empty it.
    log_limit: u32,
    /// By how many pages that grows should it fail.
    log_pause: u32,
    /// Last, so that the file is closed before anyone else may have it.
    _lock: File,
}

/// How many writes of each kind are in the commit.
#[derive(Default)]
struct Taken {
    waiting: usize,
    background: usize,
}

impl Writer {
    pub(super) fn new(mut connection: Connection, queue: Taker<Box<dyn Write>>, lock: File) -> Result<Self> {
        let log = Arc::new(AtomicU32::new(0));
        let pages_now = log.clone();
        connection.wal_hook(Some(move |log: &mut Wal, pages| {
            let pages = u32::try_from(pages).unwrap_or_default();
            pages_now.store(pages, Ordering::Relaxed);
            if pages >= FOLD_AT {
                // As SQLite's own hook: one that cannot be done now is done by a later commit.
                drop(log.checkpoint());
            }
            Ok(())
        }))?;
        Ok(Writer { connection, queue, log, log_limit: LOG_MAX, log_pause: LOG_PAUSE, _lock: lock })
    }

    /// Until every handle to the store is gone and the queue is empty.
    pub(super) fn serve(mut self) {
        while let Some(first) = self.queue.next() {
            self.commit_with(first);
            if let Err(error) = self.bound_log() {
                tracing::warn!(%error, "the write-ahead log could not be emptied");
            }
        }
    }

    fn commit_with(&self, first: Box<dyn Write>) {
        let mut group = vec![first];
        let outcome = self.commit(&mut group);
        if let Err(error) = &outcome {
            tracing::error!(%error, writes = group.len(), "a commit failed; nothing of it was written");
            self.roll_back();
        } else {
            metrics::histogram!("trunkline_store_commit_size").record(group.len() as f64);
        }
        for write in group {
            write.finish(outcome.as_ref().err());
        }
    }

    /// Runs the writes of `group`, which grows meanwhile by those that come, and commits them. On an error
    /// those that were taken but not run are part of the group too, and share its fate.
    fn commit(&self, group: &mut Vec<Box<dyn Write>>) -> Result<()> {
        let mut taken = Taken::default();
        if let Err(error) = self.statement("begin immediate") {
            // Whoever waits now would meet the same obstacle, after the same wait.
            group.extend(std::iter::from_fn(|| self.next(&mut taken)));
            return Err(error);
        }
        let mut position = 0;
        while let Some(write) = group.get_mut(position) {
            if position == 0 { self.first(write.as_mut()) } else { self.in_savepoint(write.as_mut()) }?;
            position += 1;
            group.extend(self.next(&mut taken));
        }
        self.statement("commit")
    }

    fn next(&self, taken: &mut Taken) -> Option<Box<dyn Write>> {
        let waiting = if taken.waiting < WAITING_MAX { self.queue.next_of_first() } else { None };
        if waiting.is_some() {
            taken.waiting += 1;
            return waiting;
        }
        let background = if taken.background < BACKGROUND_MAX { self.queue.next_of_second() } else { None };
        taken.background += usize::from(background.is_some());
        background
    }

    /// Runs the first write of a commit, often the only one. It needs no savepoint, for which SQLite copies each
    /// page before it is changed: what is not to be kept of it is the whole transaction. Fails only when the
    /// transaction is lost.
    fn first(&self, write: &mut dyn Write) -> Result<()> {
        if !self.run(write)? {
            self.statement("rollback")?;
            self.statement("begin immediate")?;
        }
        Ok(())
    }

    /// Runs one of the others. Fails only when the transaction as a whole is lost.
    fn in_savepoint(&self, write: &mut dyn Write) -> Result<()> {
        self.statement("savepoint one")?;
        if !self.run(write)? {
            self.statement("rollback to one")?;
        }
        self.statement("release one")
    }

    /// Whether what it wrote is to be kept.
    fn run(&self, write: &mut dyn Write) -> Result<bool> {
        let keep = write.run(&self.connection);
        if self.connection.is_autocommit() {
            // SQLite, "Response To Errors Within A Transaction": on a full disk or a failed write it may
            // roll back everything, savepoints and all.
            return Err(StoreError::Unavailable("SQLite gave up the transaction".into()));
        }
        Ok(keep)
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("rollback")
        {
            tracing::error!(%error, "a failed commit could not be rolled back");
        }
    }

    fn statement(&self, text: &str) -> Result<()> {
        self.connection.prepare_cached(text)?.execute([])?;
        Ok(())
    }

    /// Empties the log when it has become too long. A read that outlasts our patience puts it off.
    fn bound_log(&mut self) -> Result<()> {
        let pages = self.log.load(Ordering::Relaxed);
        if pages < LOG_MAX {
            (self.log_limit, self.log_pause) = (LOG_MAX, LOG_PAUSE);
        }
        if pages < self.log_limit {
            return Ok(());
        }
        self.connection.busy_timeout(LOG_PATIENCE)?;
        let busy = self.connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0));
        self.connection.busy_timeout(file::BUSY_PATIENCE)?;
        if matches!(busy, Ok(false)) {
            self.log.store(0, Ordering::Relaxed);
        } else {
            self.log_limit = pages + self.log_pause;
            self.log_pause = (2 * self.log_pause).min(LOG_MAX);
        }
        busy.map(|_: bool| ()).map_err(Into::into)
    }
}
