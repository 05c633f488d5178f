//! A clean database for each test.
//!
//! SQLite's is a file in a folder of its own. PostgreSQL's is taken from a pool: dropping a database forces a
//! checkpoint, which takes ten times as long as a test, so a used one is emptied and given to the next test
//! instead. They are claimed by an advisory lock, so that several test processes can share a server, and
//! named after the schema, so that a change of the schema starts with new ones.

mod pool;

use std::path::PathBuf;

use tempfile::TempDir;
use trunkline_store::{Engine, Location, Store, sql};

use crate::schema::MIGRATIONS;

/// Connections of one app: enough for two that work, one that waits and one that only serves who waits.
const CONNECTIONS: usize = 4;

pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres(pool::Claim),
}

impl Database {
    pub(crate) async fn clean(engine: Engine) -> Database {
        match engine {
            Engine::Sqlite => Database::Sqlite(tempfile::tempdir().unwrap()),
            Engine::Postgres => Database::Postgres(blocking(pool::claim).await),
        }
    }

    /// Opens it, with every table in place.
    pub(crate) async fn open(&self) -> Store {
        let location = match self {
            Database::Sqlite(folder) => Location::Sqlite(file(folder)),
            Database::Postgres(claim) => Location::Postgres { url: claim.url(), connections: CONNECTIONS },
        };
        let store = Store::open(&location).unwrap();
        store.migrate(MIGRATIONS).await.unwrap();
        store
    }

    /// Makes the database unavailable until the outage is ended: writes fail on both engines, on PostgreSQL
    /// reads too.
    pub(super) async fn take_away(&self, store: &Store) -> Outage {
        match self {
            Database::Sqlite(folder) => {
                // The writer would wait for the lock that is about to be taken.
                let impatient = sql!(sqlite: "pragma busy_timeout = 0", postgres: "select 0");
                store.write(|tx| tx.query(impatient, &[], |_| Ok(()))).await.unwrap();
                let other = rusqlite::Connection::open(file(folder)).unwrap();
                other.execute_batch("begin immediate").unwrap();
                Outage::Sqlite(other)
            }
            Database::Postgres(claim) => {
                let name = claim.name().to_owned();
                blocking(move || pool::close(&name)).await;
                Outage::Postgres(claim.name().to_owned())
            }
        }
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("trunkline.db")
}

/// Runs `work` where it may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// A database that does not answer.
pub(crate) enum Outage {
    Sqlite(rusqlite::Connection),
    Postgres(String),
}

impl Outage {
    /// The database answers again.
    pub(super) async fn end(self) {
        match self {
            Outage::Sqlite(other) => other.execute_batch("rollback").unwrap(),
            Outage::Postgres(name) => blocking(move || pool::open(&name)).await,
        }
    }
}
