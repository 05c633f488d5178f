//! A database of one test, gone when the test is over.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use tempfile::TempDir;
use trunkline_store::{Location, Store};

use crate::things;

/// Connections of a store on PostgreSQL, unless a test asks for another number.
pub(crate) const CONNECTIONS: usize = 4;

/// An empty database and what has to be cleaned up after it.
pub(crate) enum Database {
    Sqlite { folder: TempDir },
    Postgres { server: String, name: String },
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Database::Sqlite { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("TRUNKLINE_TEST_POSTGRES").expect(
            "TRUNKLINE_TEST_POSTGRES is not set: it must be the address of a PostgreSQL server on which the tests \
             may create databases, such as postgres://postgres@127.0.0.1:5432/postgres (./dev test starts one)",
        );
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("trunkline_store_{}_{number}", std::process::id());
        ask(&server, &format!("drop database if exists {name} with (force)"));
        ask(&server, &format!("create database {name}"));
        Database::Postgres { server, name }
    }

    pub(crate) fn location(&self) -> Location {
        self.location_with(CONNECTIONS)
    }

    pub(crate) fn location_with(&self, connections: usize) -> Location {
        match self {
            Database::Sqlite { .. } => Location::Sqlite(self.file()),
            Database::Postgres { .. } => Location::Postgres { url: self.url(), connections },
        }
    }

    /// Where SQLite's data is.
    pub(crate) fn file(&self) -> PathBuf {
        let Database::Sqlite { folder } = self else { panic!("PostgreSQL has no file of ours") };
        folder.path().join("test.db")
    }

    /// Where PostgreSQL's data is.
    pub(crate) fn url(&self) -> String {
        let Database::Postgres { server, name } = self else { panic!("SQLite has no address") };
        let (base, _) = server.rsplit_once('/').expect("an address has a path");
        format!("{base}/{name}")
    }

    /// A store on the database as it is.
    pub(crate) fn open(&self) -> Store {
        Store::open(&self.location()).unwrap()
    }

    /// A store with the tables of [`things`].
    pub(crate) async fn store(&self) -> Store {
        let store = self.open();
        store.migrate(things::MIGRATIONS).await.unwrap();
        store
    }

    /// Runs statements on PostgreSQL past the store, as somebody else would.
    pub(crate) fn ask(&self, statements: &str) {
        ask(&self.url(), statements);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Database::Postgres { server, name } = self {
            ask(server, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// The blocking client must not run on a thread of the async runtime.
fn ask(url: &str, statements: &str) {
    let (url, statements) = (url.to_owned(), statements.to_owned());
    let work = move || {
        ::postgres::Client::connect(&url, ::postgres::NoTls)
            .unwrap_or_else(|error| panic!("no connection to {url}: {error:?}"))
            .batch_execute(&statements)
            .unwrap_or_else(|error| panic!("{statements}: {error:?}"));
    };
    thread::spawn(work).join().unwrap();
}
