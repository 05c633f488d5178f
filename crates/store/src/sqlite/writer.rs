//! The one thread that writes: it takes whatever is waiting into one commit.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;
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

/// Bytes of the write-ahead log above which readers are made to let go of it. SQLite folds it into the main
/// file by itself, but can start it anew only at a moment when nobody reads from it; under steady reading
/// there may be none, and the log would grow until the disk is full.
const LOG_MAX: u64 = 32 << 20;

/// Commits from one look at the log's length to the next. Not after each one: a file that was asked about has its
/// times written with the next flush, which is a second write to the disk.
const LOG_LOOKS: u32 = 8;

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
    log: PathBuf,
    /// The length of the log at which to try to empty it.
    log_limit: u64,
    /// Commits since the last look at that length.
    unseen: u32,
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
    pub(super) fn new(
        connection: Connection,
        queue: Taker<Box<dyn Write>>,
        log: PathBuf,
        lock: File,
    ) -> Self {
        Writer { connection, queue, log, log_limit: LOG_MAX, unseen: 0, _lock: lock }
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

    /// Empties the log when it has become too long. A read that outlasts our patience puts it off until the
    /// log has grown by as much again.
    fn bound_log(&mut self) -> Result<()> {
        self.unseen += 1;
        if self.unseen < LOG_LOOKS {
            return Ok(());
        }
        self.unseen = 0;
        let length = std::fs::metadata(&self.log).map_or(0, |log| log.len());
        if length < self.log_limit {
            return Ok(());
        }
        self.connection.busy_timeout(LOG_PATIENCE)?;
        let busy = self.connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0));
        self.connection.busy_timeout(file::BUSY_PATIENCE)?;
        self.log_limit = if matches!(busy, Ok(false)) { LOG_MAX } else { length + LOG_MAX };
        busy.map(|_: bool| ()).map_err(Into::into)
    }
}
