//! Both engines with the present schema, empty.

use std::thread;

use tempfile::TempDir;
use trunkline_domain::ids::JobId;
use trunkline_store::{Location, Store};

use crate::clock;
use crate::schema::MIGRATIONS;

/// A store on each engine; the databases are gone when it is dropped.
pub(super) struct Engines {
    pub(super) sqlite: Store,
    pub(super) postgres: Store,
    server: String,
    name: String,
    _folder: TempDir,
}

impl Engines {
    pub(super) async fn start() -> Self {
        let server = std::env::var("TRUNKLINE_TEST_POSTGRES").expect(
            "TRUNKLINE_TEST_POSTGRES is not set: it must be the address of a PostgreSQL server on which the tests \
             may create databases, such as postgres://postgres@127.0.0.1:5432/postgres (./dev test starts one)",
        );
        let name = format!("trunkline_schema_{}", clock::system().id::<JobId>());
        on_server(&server, format!("create database \"{name}\""));
        let (base, _) = server.rsplit_once('/').expect("an address has a path");
        let postgres = Location::Postgres { url: format!("{base}/{name}"), connections: 2 };
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Location::Sqlite(folder.path().join("test.db"));
        Engines {
            sqlite: migrated(&sqlite).await,
            postgres: migrated(&postgres).await,
            server,
            name,
            _folder: folder,
        }
    }
}

async fn migrated(location: &Location) -> Store {
    let store = Store::open(location).unwrap();
    store.migrate(MIGRATIONS).await.unwrap();
    store
}

impl Drop for Engines {
    fn drop(&mut self) {
        on_server(&self.server, format!("drop database \"{}\" with (force)", self.name));
    }
}

/// The blocking client must not run on a thread of the async runtime.
fn on_server(server: &str, statement: String) {
    let server = server.to_owned();
    let work = move || {
        postgres::Client::connect(&server, postgres::NoTls).unwrap().batch_execute(&statement).unwrap();
    };
    thread::spawn(work).join().unwrap();
}
