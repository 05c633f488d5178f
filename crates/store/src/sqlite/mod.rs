//! The embedded engine: one writing thread with group commit, a few reading threads.
//!
//! Why one writer: SQLite allows one at a time anyway, and a queue in front of it turns waiting for the
//! lock into batching. The thread takes every closure that is waiting into one transaction, each but the
//! first in its own savepoint so that one failing leaves the others alone, commits once with
//! `synchronous=FULL`, and only then answers them all. The cost of the disk's flush is shared by whoever came
//! meanwhile; nobody is made to wait for company.

mod file;
mod writer;

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::writer::{Request, Write, Writer};
use crate::Urgency;
use crate::error::{Result, StoreError};
use crate::queue::{Queue, closed};
use crate::tx::{Inner, Tx, guard, run_hooks};

/// Reading connections. Two cores read as fast as many: more only evict each other's page caches.
const READERS: usize = 4;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// The ends of the queues; the threads behind them end when it is dropped and the queues are empty.
pub(crate) struct Sqlite {
    writes: Queue<Box<dyn Write>>,
    reads: Sender<Read>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Sqlite> {
        let lock = file::lock(path)?;
        let connection = file::open_writer(path)?;
        let (writes, taker) = Queue::new();
        let writer = Writer::new(connection, taker, lock)?;
        spawn("store-writer", move || writer.serve())?;
        let (reads, queue) = unbounded();
        for number in 0..READERS {
            let connection = file::open_reader(path)?;
            let queue: Receiver<Read> = queue.clone();
            spawn(&format!("store-reader-{number}"), move || {
                queue.iter().for_each(|read| read(&connection))
            })?;
        }
        Ok(Sqlite { writes, reads })
    }

    pub(crate) async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (request, answered) = Request::new(work, self.writes.place(urgency).await?);
        self.writes.put(urgency, Box::new(request))?;
        answered.await.map_err(|_| closed())?
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            // A read that nobody waits for any more would only hold up the others.
            if !answer.is_closed() {
                drop(answer.send(read_on(connection, work)));
            }
        });
        self.reads.send(read).map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }
}

/// Runs `work` on one view of the data, and ends that view whatever happens.
fn read_on<T>(connection: &Connection, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    connection.execute_batch("begin")?;
    let mut tx = Tx::new(Inner::Sqlite(connection));
    let result = guard(|| work(&mut tx)).flatten();
    let (result, hooks) = tx.conclude(result);
    if !connection.is_autocommit() {
        connection.execute_batch("rollback")?;
    }
    run_hooks(hooks);
    result
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(|_| ())
        .map_err(|error| StoreError::Failed(format!("cannot start thread {name}: {error}")))
}
