//! The embedded engine: one writing thread with group commit, a few reading threads.
//!
//! Why one writer: SQLite allows one at a time anyway, and a queue in front of it turns waiting for the
//! lock into batching. The thread takes every closure that is waiting into one transaction, each in its
//! own savepoint so that one failing leaves the others alone, commits once with `synchronous=FULL`, and
//! only then answers them all. The cost of the disk's flush is shared by whoever came meanwhile; nobody is
//! made to wait for company.

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, select_biased, unbounded};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Semaphore, oneshot};

use crate::Urgency;
use crate::error::{Result, StoreError};
use crate::tx::{AfterCommit, Inner, Tx};

/// Closures in one commit. A larger number no longer helps (the flush is already shared by hundreds) but
/// would let a burst of background work stand in front of an acknowledgement.
const COMMIT_MAX: usize = 256;

/// Background closures in one commit while someone waits for another write.
const BACKGROUND_MAX: usize = 32;

/// Writes that may wait in the queue before callers wait outside, which bounds memory.
const QUEUE_MAX: usize = 16_384;

/// Reading connections. Two cores read as fast as many: more only evict each other's page caches.
const READERS: usize = 4;

/// Pages of the write-ahead log after which it is folded into the main file.
const WAL_PAGES: u32 = 4_000;

/// What is left of a write after its closure ran: told whether the commit succeeded.
type Finish = Box<dyn FnOnce(std::result::Result<(), &StoreError>) + Send>;

/// A write: runs in a savepoint, says whether to keep it, and what to do after the commit.
type Write = Box<dyn FnOnce(&Connection) -> (bool, Vec<AfterCommit>, Finish) + Send>;

type Read = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Sqlite {
    waiting: Sender<Write>,
    background: Sender<Write>,
    reads: Sender<Read>,
    room: Arc<Semaphore>,
    /// Held for the life of the process: two writers on one file would each believe it is alone.
    _lock: File,
}

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Sqlite> {
        let lock = lock(path)?;
        let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let (waiting, waiting_queue) = unbounded();
        let (background, background_queue) = unbounded();
        spawn("store-writer", move || {
            Writer { connection: writer, waiting: waiting_queue, background: background_queue }.run()
        })?;
        let (reads, read_queue) = unbounded();
        for number in 0..READERS {
            let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            let queue: Receiver<Read> = read_queue.clone();
            spawn(&format!("store-reader-{number}"), move || {
                queue.iter().for_each(|read| read(&connection))
            })?;
        }
        Ok(Sqlite { waiting, background, reads, room: Arc::new(Semaphore::new(QUEUE_MAX)), _lock: lock })
    }

    pub(crate) async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let room = self.room.clone().acquire_owned().await.map_err(|_| gone())?;
        let (answer, answered) = oneshot::channel();
        let write: Write = Box::new(move |connection| {
            let mut tx = Tx::new(Inner::Sqlite(connection));
            let result = guard(|| work(&mut tx));
            let keep = result.is_ok();
            let finish: Finish = Box::new(move |committed| {
                drop(room);
                let result = match committed {
                    Ok(()) => result,
                    Err(error) => result.and(Err(StoreError::Unavailable(error.to_string()))),
                };
                // The caller may have gone away; what it asked for is done all the same.
                drop(answer.send(result));
            });
            (keep, tx.after_commit, finish)
        });
        let queue = if urgency == Urgency::Waiting { &self.waiting } else { &self.background };
        queue.send(write).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            drop(answer.send(guard(|| {
                connection.execute_batch("begin")?;
                let result = work(&mut Tx::new(Inner::Sqlite(connection)));
                connection.execute_batch("commit")?;
                result
            })));
            if !connection.is_autocommit() {
                // The closure panicked: leave nothing open for the next one.
                drop(connection.execute_batch("rollback"));
            }
        });
        self.reads.send(read).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

struct Writer {
    connection: Connection,
    waiting: Receiver<Write>,
    background: Receiver<Write>,
}

impl Writer {
    /// Until every handle to the store is gone.
    fn run(self) {
        loop {
            let first = select_biased! {
                recv(self.waiting) -> write => write,
                recv(self.background) -> write => write,
            };
            // One closed channel means the store was dropped; both senders live in the same struct.
            let Ok(first) = first else { return };
            self.commit_with(first);
        }
    }

    fn commit_with(&self, first: Write) {
        let mut finishes = Vec::new();
        let mut hooks = Vec::new();
        let outcome = self.fill(first, &mut finishes, &mut hooks);
        if outcome.is_ok() {
            metrics::histogram!("trunkline_store_commit_size").record(finishes.len() as f64);
            hooks.into_iter().for_each(|hook: AfterCommit| hook());
        } else if !self.connection.is_autocommit() {
            drop(self.connection.execute_batch("rollback"));
        }
        if let Err(error) = &outcome {
            tracing::error!(%error, writes = finishes.len(), "a commit failed; nothing of it was written");
        }
        for finish in finishes {
            finish(outcome.as_ref().map(|()| ()));
        }
    }

    fn fill(&self, first: Write, finishes: &mut Vec<Finish>, hooks: &mut Vec<AfterCommit>) -> Result<()> {
        let begun = self.statement("begin immediate");
        let mut next = Some(first);
        let mut background = 0;
        let mut result = begun;
        while let Some(write) = next {
            let (kept, finish) = self.in_savepoint(write, &mut result);
            finishes.push(finish);
            hooks.extend(kept);
            next =
                (finishes.len() < COMMIT_MAX && result.is_ok()).then(|| self.next(&mut background)).flatten();
        }
        result.and_then(|()| self.statement("commit"))
    }

    fn next(&self, background: &mut usize) -> Option<Write> {
        if let Ok(write) = self.waiting.try_recv() {
            return Some(write);
        }
        *background += 1;
        if *background > BACKGROUND_MAX { None } else { self.background.try_recv().ok() }
    }

    fn in_savepoint(&self, write: Write, result: &mut Result<()>) -> (Vec<AfterCommit>, Finish) {
        if result.is_ok() {
            *result = self.statement("savepoint one");
        }
        let (keep, hooks, finish) = write(&self.connection);
        if result.is_ok() && !keep {
            *result = self.statement("rollback to one");
        }
        if result.is_ok() {
            *result = self.statement("release one");
        }
        (if keep { hooks } else { Vec::new() }, finish)
    }

    fn statement(&self, text: &str) -> Result<()> {
        self.connection.prepare_cached(text)?.execute([])?;
        Ok(())
    }
}

/// A panic in a closure becomes an error of its caller; the thread goes on.
fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(StoreError::Failed("the code inside a transaction panicked".into())))
}

fn gone() -> StoreError {
    StoreError::Unavailable("the store was closed".into())
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(|_| ())
        .map_err(|error| StoreError::Failed(format!("cannot start thread {name}: {error}")))
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(512);
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // FULL flushes the log at every commit: what was acknowledged survives a loss of power.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

fn lock(path: &Path) -> Result<File> {
    let beside = path.with_extension("lock");
    let failed = |error: &dyn std::fmt::Display| {
        StoreError::Failed(format!("cannot lock {}: {error}", beside.display()))
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(failed(
            &"another process is using this database; stop it first, or use PostgreSQL to run several",
        )),
    }
}
