//! One store over two engines: an embedded SQLite file, or PostgreSQL.
//!
//! A caller hands [`Store::read`] or [`Store::write`] a **synchronous** closure that gets a [`Tx`]. Nothing
//! can be awaited inside a transaction, so no call to a provider can ever hold a lock. What the closure
//! writes is there as a whole or not at all, and when `write` returns it is on disk.
//!
//! * SQLite: one thread owns the writing connection and takes whatever closures are waiting into one
//!   commit, each in its own savepoint (`sqlite/`). A few read-only connections serve reads.
//! * PostgreSQL: a pool of threads with a connection each (`pg.rs`).
//!
//! Statements are written once, in the common dialect, with [`sql!`]; where the dialects differ, side by
//! side. There is no query builder: the text is the statement, and a test prepares every one of them on
//! both engines.
//!
//! This crate must not know any feature: no table, no message, no provider. Its own tables are the list of
//! applied migrations and nothing else.

mod batch;
mod error;
#[cfg(feature = "faults")]
pub mod faults;
mod migrate;
mod pg;
mod queue;
mod row;
mod sql;
mod sqlite;
mod tx;
mod value;

use std::path::PathBuf;
use std::sync::Arc;

pub use batch::Batcher;
pub use error::{Result, StoreError};
pub use migrate::Migration;
pub use row::{Column, Row};
pub use sql::Sql;
pub use tx::Tx;
pub use value::Value;

/// Which database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Location {
    /// A SQLite file. It is made if it does not exist; one process at a time may open it.
    Sqlite(PathBuf),
    /// A PostgreSQL connection URL and how many connections to hold.
    Postgres {
        /// `postgres://user:password@host:port/database`.
        url: String,
        /// Connections of the pool; at least 2. One more is held for signs of life.
        connections: usize,
    },
}

/// How urgently a write is wanted. SQLite's single writer takes what a person or a provider waits for ahead
/// of background work, PostgreSQL keeps connections for it; background work always goes on, if slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Whether this process counts as alive depends on it.
    Vital,
    Waiting,
    Background,
}

/// A handle to the database; cloning it is cheap.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    #[cfg(feature = "faults")]
    faults: Option<Arc<faults::Faults>>,
}

enum Inner {
    Sqlite(sqlite::Sqlite),
    Postgres(pg::Postgres),
}

impl Store {
    /// Opens the database.
    ///
    /// # Errors
    /// When the file cannot be opened or another process holds it, or the server does not answer.
    pub fn open(location: &Location) -> Result<Store> {
        let inner = match location {
            Location::Sqlite(path) => Inner::Sqlite(sqlite::Sqlite::open(path)?),
            Location::Postgres { url, connections } => {
                Inner::Postgres(pg::Postgres::open(url, *connections)?)
            }
        };
        Ok(Store {
            inner: Arc::new(inner),
            #[cfg(feature = "faults")]
            faults: Some(Arc::default()),
        })
    }

    /// The same database without the faults that others plan.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn without_faults(&self) -> Store {
        Store { faults: None, ..self.clone() }
    }

    /// To plan faults for everyone who shares this handle.
    #[cfg(feature = "faults")]
    pub fn faults(&self) -> Option<&faults::Faults> {
        self.faults.as_deref()
    }

    #[cfg(feature = "faults")]
    fn fault(&self) -> Option<faults::Fault> {
        self.faults.as_ref().and_then(|faults| faults.next())
    }

    /// Which database answers.
    pub fn engine(&self) -> Engine {
        match *self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs `work` on one consistent view of the data. Writing inside it is an error.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError::Unavailable`] when the database cannot be asked.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.read_as(Urgency::Waiting, work).await
    }

    /// Whether the database answers, however much others ask of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.read_as(Urgency::Vital, |tx| tx.query_one(sql!("select 1"), &[], |_| Ok(()))).await
    }

    async fn read_as<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        #[cfg(feature = "faults")]
        if self.fault().is_some() {
            return Err(faults::lost());
        }
        match &*self.inner {
            Inner::Sqlite(sqlite) => sqlite.read(work).await,
            Inner::Postgres(pg) => pg.run(pg::Mode::Read, urgency, work).await,
        }
    }

    /// Runs `work` and commits what it wrote; on return it is durable. Someone waits for the answer.
    ///
    /// # Errors
    /// Those of `work`, which then changes nothing, and [`StoreError::Unavailable`] when the commit could
    /// not be confirmed.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_as(Urgency::Waiting, work).await
    }

    /// Like [`Store::write`], for the few rows that say that this process is alive: on PostgreSQL it waits for no
    /// other work. On SQLite, where nobody else watches, it takes its turn.
    ///
    /// # Errors
    /// As for [`Store::write`].
    pub async fn write_sign_of_life<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_as(Urgency::Vital, work).await
    }

    /// Like [`Store::write`], for work that nobody waits for: it yields to writes that someone does.
    ///
    /// # Errors
    /// As for [`Store::write`].
    pub async fn write_in_background<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_as(Urgency::Background, work).await
    }

    async fn write_as<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        #[cfg(feature = "faults")]
        let fault = self.fault();
        #[cfg(feature = "faults")]
        if fault == Some(faults::Fault::Before) {
            return Err(faults::lost());
        }
        let result = match &*self.inner {
            Inner::Sqlite(sqlite) => sqlite.write(urgency, work).await,
            Inner::Postgres(pg) => pg.run(pg::Mode::Write, urgency, work).await,
        };
        #[cfg(feature = "faults")]
        let result = faults::settle(fault, result);
        result
    }

    /// Brings the schema up to date; see [`Migration`].
    ///
    /// # Errors
    /// When a migration fails, or one that was applied has since been edited.
    pub async fn migrate(&self, migrations: &'static [Migration]) -> Result<usize> {
        self.write(move |tx| migrate::apply(tx, migrations)).await
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine()).finish()
    }
}
