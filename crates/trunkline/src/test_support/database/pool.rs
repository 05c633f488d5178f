//! The PostgreSQL databases of this test process.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use postgres::{Client, NoTls};
use trunkline_store::{Location, Store};
use url::Url;

use crate::schema::MIGRATIONS;

/// Databases of all processes at most; a guard against a server on which nothing can be claimed.
const DATABASES_MAX: usize = 64;

/// What this process holds. A database stays claimed as long as `server` lives, so until the process ends.
struct Pool {
    server: Client,
    free: Vec<String>,
    /// The first number not tried yet. A session may take its own lock again, so none is tried twice.
    untried: usize,
}

static POOL: LazyLock<Mutex<Pool>> = LazyLock::new(|| {
    let mut server = connect(&server_url());
    drop_outdated(&mut server);
    Mutex::new(Pool { server, free: Vec::new(), untried: 0 })
});

/// A database of one test. Dropping it gives it back.
pub(crate) struct Claim(String);

impl Drop for Claim {
    fn drop(&mut self) {
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        pool.free.push(std::mem::take(&mut self.0));
    }
}

impl Claim {
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    pub(super) fn url(&self) -> String {
        url_of(&self.0)
    }
}

/// Gives an empty database with all tables.
pub(super) fn claim() -> Claim {
    // Each test says what is missing, not only the first one that finds the pool unmade.
    server_url();
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let name = pool.free.pop().unwrap_or_else(|| pool.add());
    // A test that failed may have left its connections, or the door shut.
    pool.server.batch_execute(&format!("alter database \"{name}\" with allow_connections true")).unwrap();
    disconnect(&mut pool.server, &name);
    drop(pool);
    empty(&name);
    Claim(name)
}

/// Nobody can use the database until it is opened.
pub(super) fn close(name: &str) {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    pool.server.batch_execute(&format!("alter database \"{name}\" with allow_connections false")).unwrap();
    disconnect(&mut pool.server, name);
}

pub(super) fn open(name: &str) {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    pool.server.batch_execute(&format!("alter database \"{name}\" with allow_connections true")).unwrap();
}

impl Pool {
    /// Claims the first database that no other process holds, made if there is none of its name.
    fn add(&mut self) -> String {
        loop {
            assert!(self.untried < DATABASES_MAX, "every test database of this server is in use");
            let name = format!("{}_{}", prefix(), self.untried);
            self.untried += 1;
            if self.try_lock(&name) {
                self.make(&name);
                return name;
            }
        }
    }

    fn try_lock(&mut self, name: &str) -> bool {
        self.server
            .query_one("select pg_try_advisory_lock(hashtextextended($1, 0))", &[&name])
            .unwrap()
            .get(0)
    }

    fn make(&mut self, name: &str) {
        if exists(&mut self.server, name) {
            return;
        }
        let template = format!("{}_template", prefix());
        // One process makes it, the others wait.
        self.server.execute("select pg_advisory_lock(hashtextextended($1, 0))", &[&template]).unwrap();
        if !exists(&mut self.server, &template) {
            let unfinished = format!("{template}_{}", std::process::id());
            self.server.batch_execute(&format!("create database \"{unfinished}\"")).unwrap();
            migrate(&url_of(&unfinished));
            disconnect(&mut self.server, &unfinished);
            let rename = format!("alter database \"{unfinished}\" rename to \"{template}\"");
            self.server.batch_execute(&rename).unwrap();
        }
        self.server.batch_execute(&format!("create database \"{name}\" template \"{template}\"")).unwrap();
        self.server.execute("select pg_advisory_unlock(hashtextextended($1, 0))", &[&template]).unwrap();
    }
}

/// Runs the migrations, in a runtime of its own: the caller is on a blocking thread.
fn migrate(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = Store::open(&Location::Postgres { url: url.to_owned(), connections: 2 }).unwrap();
    runtime.block_on(store.migrate(MIGRATIONS)).unwrap();
}

/// Deletes every row. Truncating would make a new file for each of some sixty tables and indexes.
fn empty(name: &str) {
    let mut client = connect(&url_of(name));
    let tables = "select tablename::text from pg_tables where schemaname = 'public' \
                  and tablename <> 'schema_migrations'";
    let rows = client.query(tables, &[]).unwrap();
    let delete = |row: &postgres::Row| format!("delete from \"{}\";", row.get::<_, String>(0));
    let deletes: String = rows.iter().map(delete).collect();
    // So that the order of the tables does not matter.
    client.batch_execute(&format!("set session_replication_role = replica; {deletes}")).unwrap();
}

/// Ends every other connection to a database and waits until they are gone.
fn disconnect(server: &mut Client, name: &str) {
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
    while server.execute(end, &[&name]).unwrap() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Drops the databases of other schemas that no process holds.
fn drop_outdated(server: &mut Client) {
    let ours = prefix();
    let all = "select datname::text from pg_database where datname like 'trunkline\\_test\\_%'";
    let names = server.query(all, &[]).unwrap().into_iter().map(|row| row.get::<_, String>(0));
    for name in names.filter(|name| !name.starts_with(&ours)).collect::<Vec<_>>() {
        let lock = "select pg_try_advisory_lock(hashtextextended($1, 0))";
        if server.query_one(lock, &[&name]).unwrap().get(0) {
            server.batch_execute(&format!("drop database if exists \"{name}\" with (force)")).unwrap();
            server.execute("select pg_advisory_unlock(hashtextextended($1, 0))", &[&name]).unwrap();
        }
    }
}

fn exists(server: &mut Client, name: &str) -> bool {
    server.query_opt("select 1 from pg_database where datname = $1", &[&name]).unwrap().is_some()
}

/// What the names of the databases with the present schema begin with.
fn prefix() -> String {
    let mut schema = DefaultHasher::new();
    MIGRATIONS.iter().for_each(|migration| migration.postgres.hash(&mut schema));
    format!("trunkline_test_{:016x}", schema.finish())
}

fn server_url() -> String {
    std::env::var("TRUNKLINE_TEST_POSTGRES").expect(
        "these tests need a PostgreSQL server: set TRUNKLINE_TEST_POSTGRES to the address of a superuser, \
         such as postgres://postgres@127.0.0.1:5432/postgres, or run them with ./dev test rust",
    )
}

fn url_of(name: &str) -> String {
    let mut url = Url::parse(&server_url()).expect("TRUNKLINE_TEST_POSTGRES is an address, postgres://…");
    url.set_path(name);
    url.into()
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap_or_else(|error| panic!("the PostgreSQL server for tests: {error}"))
}
