//! The store, as far as the protocol can tell it from a real one.
//!
//! *SQLite*: transactions one after the other; what gathers is flushed together; callers hear only after the
//! flush, readers see only what was flushed, and a crash takes everything else.
//!
//! *PostgreSQL*: transactions of several nodes between each other, statement by statement, at read
//! committed: a statement sees what was committed when it began, a changed row stays locked until the end,
//! and who waited for a row looks at it again. A commit may happen and its answer be lost; a connection may
//! break anywhere; the server may restart, which ends every transaction.
//!
//! The room must not know what the tables mean. It tells an observer what each commit changed.

mod locks;
mod tables;
mod tx;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

pub(crate) use locks::{Lock, TxId};
pub(crate) use tables::*;
pub(crate) use tx::Tx;

use crate::chance::Chance;
use crate::executor::{Executor, ProcessId, Signal, Slot, WORLD};

/// Which of the two is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One node, one file.
    Sqlite,
    /// Three nodes, one server.
    Postgres,
}

/// Why a transaction did not happen, or was not heard to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// Another message to the recipient is unresolved.
    AttemptOpen,
    /// The idempotency key was used meanwhile.
    KeyUsed,
    /// The provider's id belongs to another message.
    SidOwned,
    /// The database cannot be asked, or did not confirm the commit.
    Unavailable,
    /// The job was taken over by another node.
    ClaimLost,
    /// Another number of rows than relied on.
    RowCount,
    /// A message in doubt without an open attempt.
    Corrupt,
}

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Rates of trouble, which end with the storm.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoreFaults {
    /// A statement finds its connection broken.
    pub(crate) broken: f64,
    /// A commit happens and its answer is lost.
    pub(crate) answer_lost: f64,
    /// A flush fails.
    pub(crate) flush_failed: f64,
}

/// Told of every commit, before it can be seen: what was, and what is put on top.
pub(crate) type Observer = Box<dyn Fn(&Tables, &Layer)>;

/// A PostgreSQL transaction.
#[derive(Clone, Copy)]
struct Open {
    process: ProcessId,
    alive: bool,
}

/// The SQLite writer's group.
#[derive(Default)]
struct Writer {
    /// Somebody's transaction runs.
    open: Cell<bool>,
    flushing: Cell<bool>,
    group: RefCell<Layer>,
    answers: RefCell<Vec<Slot<Result<()>>>>,
    turn: Signal,
}

struct Inner {
    engine: Engine,
    executor: Executor,
    chance: Chance,
    faults: RefCell<StoreFaults>,
    tables: RefCell<Tables>,
    observer: Observer,
    locks: RefCell<Locks>,
    released: Signal,
    /// PostgreSQL's transactions, also those that it has ended and whose client does not know it yet.
    open: RefCell<BTreeMap<TxId, Open>>,
    next_tx: Cell<TxId>,
    next_epoch: Cell<i64>,
    down: Cell<bool>,
    writer: Writer,
    /// Jobs were committed.
    pub(crate) jobs_changed: Signal,
    deadlocks: RefCell<Vec<String>>,
}

use locks::Locks;

/// A handle to the database.
#[derive(Clone)]
pub(crate) struct Store(Rc<Inner>);

impl Store {
    pub(crate) fn new(engine: Engine, executor: &Executor, chance: Chance, observer: Observer) -> Self {
        Store(Rc::new(Inner {
            engine,
            executor: executor.clone(),
            chance,
            faults: RefCell::default(),
            tables: RefCell::default(),
            observer,
            locks: RefCell::default(),
            released: Signal::default(),
            open: RefCell::default(),
            next_tx: Cell::new(0),
            next_epoch: Cell::new(0),
            down: Cell::new(false),
            writer: Writer::default(),
            jobs_changed: Signal::default(),
            deadlocks: RefCell::default(),
        }))
    }

    pub(crate) fn engine(&self) -> Engine {
        self.0.engine
    }

    pub(crate) fn jobs_changed(&self) -> &Signal {
        &self.0.jobs_changed
    }

    pub(crate) fn set_faults(&self, faults: StoreFaults) {
        *self.0.faults.borrow_mut() = faults;
    }

    /// Circles of waiting that the server had to break.
    pub(crate) fn deadlocks(&self) -> Vec<String> {
        self.0.deadlocks.borrow().clone()
    }

    /// A look at what is committed.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Tables) -> T) -> T {
        look(&self.0.tables.borrow())
    }

    /// The next number of a node. Like any sequence it is not given back by a rollback.
    pub(crate) fn next_epoch(&self) -> i64 {
        self.0.next_epoch.set(self.0.next_epoch.get() + 1);
        self.0.next_epoch.get()
    }

    /// Begins a transaction of `process`.
    pub(crate) async fn begin(&self, process: ProcessId) -> Result<Tx> {
        tx::begin(self, process).await
    }

    /// One consistent look at what is committed, as a node gets it: it takes a moment and may fail.
    pub(crate) async fn read<T>(&self, look: impl FnOnce(&Tables) -> T) -> Result<T> {
        let inner = &self.0;
        if inner.engine == Engine::Postgres {
            inner.executor.sleep(inner.chance.millis(0.1, 2.0)).await;
            if inner.down.get() || inner.chance.happens(inner.faults.borrow().broken) {
                return Err(StoreError::Unavailable);
            }
        }
        Ok(look(&inner.tables.borrow()))
    }

    /// The process that held the SQLite file is gone, and what was not flushed with it.
    pub(crate) fn process_died(&self) {
        if self.0.engine == Engine::Sqlite {
            let writer = &self.0.writer;
            writer.open.set(false);
            writer.flushing.set(false);
            writer.group.take();
            writer.answers.take();
        }
    }

    /// The server goes down; every transaction ends without a commit.
    fn server_down(&self) {
        self.0.down.set(true);
        self.end_transactions(|_| true);
    }

    /// The server ends what a process that stands still has left open.
    pub(crate) fn end_idle(&self, process: ProcessId) {
        self.end_transactions(|open| open.process == process);
    }

    fn end_transactions(&self, ended: impl Fn(&Open) -> bool) {
        let mut transactions = self.0.open.borrow_mut();
        for (id, open) in transactions.iter_mut().filter(|(_, open)| ended(open)) {
            open.alive = false;
            self.release(*id);
        }
    }

    /// The server goes down and comes back.
    pub(crate) fn go_away(&self, time: Duration) {
        let store = self.clone();
        self.server_down();
        self.0.executor.spawn(SERVER, async move {
            store.0.executor.sleep(time).await;
            store.server_up();
        });
    }

    pub(crate) fn server_up(&self) {
        self.0.down.set(false);
    }

    fn release(&self, id: TxId) {
        self.0.locks.borrow_mut().release(id);
        self.0.released.change(&self.0.executor);
    }

    /// Makes `layer` part of what everybody sees.
    fn apply(&self, layer: Layer) {
        let jobs = !layer.jobs.is_empty();
        (self.0.observer)(&self.0.tables.borrow(), &layer);
        layer.into(&mut self.0.tables.borrow_mut());
        if jobs {
            self.0.jobs_changed.change(&self.0.executor);
        }
    }

    /// Commits on the server, unless it has ended the transaction. Returns whether it did.
    fn commit_on_server(&self, id: TxId, layer: Layer) -> bool {
        let alive = self.0.open.borrow_mut().remove(&id).is_some_and(|open| open.alive);
        if alive {
            self.apply(layer);
        }
        self.release(id);
        alive
    }

    /// Flushes what gathers, and then tells everybody.
    fn start_flush(&self, process: ProcessId) {
        let store = self.clone();
        self.0.executor.spawn(process, async move {
            let Inner { executor, chance, faults, writer, .. } = &*store.0;
            executor.sleep(chance.millis(0.0, 0.3)).await;
            while writer.open.get() {
                let seen = writer.turn.version();
                writer.turn.changed(executor, seen, None).await;
            }
            writer.flushing.set(true);
            executor.sleep(chance.millis(0.1, 3.0)).await;
            let (group, answers) = (writer.group.take(), writer.answers.take());
            let failed = chance.happens(faults.borrow().flush_failed);
            if !failed {
                store.apply(group);
            }
            // The flush has happened; whoever dies now never hears of it.
            executor.sleep(chance.millis(0.0, 0.5)).await;
            writer.flushing.set(false);
            writer.turn.change(executor);
            let result = if failed { Err(StoreError::Unavailable) } else { Ok(()) };
            answers.iter().for_each(|answer| answer.fill(executor, result));
        });
    }
}

/// The server's own work, which goes on when a client dies.
pub(crate) const SERVER: ProcessId = WORLD;
