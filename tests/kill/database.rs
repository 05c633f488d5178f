//! The program's database: a place for it, and a look inside past the API.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postgres::NoTls;
use rusqlite::OpenFlags;

use crate::server::{Server, Stop};

/// What every connection but the idle ones is doing, the oldest transaction first.
const ACTIVITY: &str = "\
    select format('%s %s, transaction %s old, statement %s old, waits for %s, blocked by %s: %s', \
        pid, state, coalesce(cast(now() - xact_start as text), '-'), coalesce(cast(now() - query_start as text), '-'), \
        coalesce(wait_event_type || '/' || wait_event, 'nothing'), cast(pg_blocking_pids(pid) as text), \
        left(regexp_replace(query, '\\s+', ' ', 'g'), 160)) \
    from pg_stat_activity \
    where backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle' \
    order by xact_start nulls last limit 30";

/// How many connections do nothing.
const IDLE: &str = "select count(*) || ' idle connections' from pg_stat_activity where state = 'idle'";

/// Of each node. All of them together are many processes for a machine with two processors.
const CONNECTIONS: usize = 8;

/// Where the program keeps its data.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite,
    /// A server of its own, so that it can be restarted.
    Postgres(Arc<Server>),
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Database::Sqlite
    }

    /// On a new server.
    pub(crate) async fn postgres() -> Self {
        Database::Postgres(Arc::new(on_a_thread(Server::start_new).await))
    }

    pub(crate) fn engine(&self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres(_) => "PostgreSQL",
        }
    }

    /// What the configuration file says of it.
    pub(crate) fn settings(&self) -> String {
        match self {
            Database::Sqlite => String::new(),
            Database::Postgres(server) => {
                format!("[database]\nurl = \"{}\"\nconnections = {CONNECTIONS}", server.address())
            }
        }
    }

    /// The one text column of a query, while the program runs or not. `data` is the program's folder.
    pub(crate) async fn texts(&self, data: &Path, query: &'static str) -> Vec<String> {
        match self.clone() {
            Database::Sqlite => {
                let file = data.join("trunkline.db");
                on_a_thread(move || sqlite_texts(&file, query)).await
            }
            Database::Postgres(server) => {
                on_a_thread(move || postgres_texts(server.address(), query).unwrap()).await
            }
        }
    }

    /// Ends every connection to the server. SQLite has none.
    pub(crate) async fn hang_up(&self) {
        let all = "select cast(pg_terminate_backend(pid) as text) from pg_stat_activity \
                   where backend_type = 'client backend' and pid <> pg_backend_pid()";
        if let Database::Postgres(server) = self.clone() {
            on_a_thread(move || postgres_texts(server.address(), all).unwrap()).await;
        }
    }

    /// Stops the server and starts it again after `pause`. SQLite has none.
    pub(crate) async fn restart(&self, how: Stop, pause: Duration) {
        self.stop(how).await;
        tokio::time::sleep(pause).await;
        self.start().await;
    }

    /// Stops the server. SQLite has none.
    pub(crate) async fn stop(&self, how: Stop) {
        if let Database::Postgres(server) = self.clone() {
            on_a_thread(move || server.stop(how)).await;
        }
    }

    /// Starts the server that was stopped. SQLite has none.
    pub(crate) async fn start(&self) {
        if let Database::Postgres(server) = self.clone() {
            on_a_thread(move || server.start()).await;
        }
    }

    /// What the server is doing at this moment, for whoever looks into a failure.
    pub(crate) async fn activity(&self) -> Vec<String> {
        let Database::Postgres(server) = self.clone() else { return Vec::new() };
        on_a_thread(move || {
            let told = [IDLE, ACTIVITY].map(|query| postgres_texts(server.address(), query));
            told.into_iter().flat_map(|lines| lines.unwrap_or_else(|error| vec![error.to_string()])).collect()
        })
        .await
    }
}

fn postgres_texts(address: &str, query: &str) -> Result<Vec<String>, postgres::Error> {
    let rows = postgres::Client::connect(address, NoTls)?.query(query, &[])?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn sqlite_texts(file: &Path, query: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let texts = statement.query_map([], |row| row.get(0)).unwrap();
    texts.collect::<Result<_, _>>().unwrap()
}

/// Both clients and the server's script block.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}
