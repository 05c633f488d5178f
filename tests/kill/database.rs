//! The program's database: a place for it, and a look inside past the API.

use std::path::Path;

use postgres::NoTls;
use rusqlite::OpenFlags;

use crate::chance;

/// Names the PostgreSQL server for tests, as the address of someone who may create databases.
const SERVER: &str = "TRUNKLINE_TEST_POSTGRES";

/// Where the program keeps its data.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite,
    Postgres { server: String, name: String },
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Database::Sqlite
    }

    /// A new database on the server that the environment names.
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var(SERVER).unwrap_or_default();
        assert!(
            !server.is_empty(),
            "{SERVER} names no PostgreSQL server; ./dev test kill starts one and sets it"
        );
        let name = format!("kill_{}_{}", std::process::id(), chance::seed());
        let (address, create) = (server.clone(), format!("create database {name}"));
        on_a_thread(move || connect(&address).batch_execute(&create).unwrap()).await;
        Database::Postgres { server, name }
    }

    pub(crate) fn engine(&self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Where someone who looks into a failure finds it. `data` is the program's folder.
    pub(crate) fn place(&self, data: &Path) -> String {
        match self {
            Database::Sqlite => data.display().to_string(),
            Database::Postgres { name, .. } => format!("database {name}"),
        }
    }

    /// What the configuration file says of it.
    pub(crate) fn settings(&self) -> String {
        match self {
            Database::Sqlite => String::new(),
            Database::Postgres { .. } => format!("[database]\nurl = \"{}\"", self.address()),
        }
    }

    /// The one text column of a query, while the program runs or not. `data` is the program's folder.
    pub(crate) async fn texts(&self, data: &Path, query: &'static str) -> Vec<String> {
        match self {
            Database::Sqlite => {
                let file = data.join("trunkline.db");
                on_a_thread(move || sqlite_texts(&file, query)).await
            }
            Database::Postgres { .. } => {
                let address = self.address();
                on_a_thread(move || {
                    let rows = connect(&address).query(query, &[]).unwrap();
                    rows.iter().map(|row| row.get(0)).collect()
                })
                .await
            }
        }
    }

    /// Ends every connection to the database, as a restart of the server does. SQLite has none.
    pub(crate) async fn hang_up(&self) {
        if let Database::Postgres { .. } = self {
            let address = self.address();
            let all = "select pg_terminate_backend(pid) from pg_stat_activity \
                       where datname = current_database() and pid <> pg_backend_pid()";
            on_a_thread(move || connect(&address).batch_execute(all).unwrap()).await;
        }
    }

    /// Removes what outlives the program's folder.
    pub(crate) async fn remove(&self) {
        if let Database::Postgres { server, name } = self {
            let (server, drop) = (server.clone(), format!("drop database {name} with (force)"));
            on_a_thread(move || connect(&server).batch_execute(&drop).unwrap()).await;
        }
    }

    fn address(&self) -> String {
        let Database::Postgres { server, name } = self else { return String::new() };
        let mut address = url::Url::parse(server).unwrap();
        address.set_path(name);
        address.into()
    }
}

fn connect(address: &str) -> postgres::Client {
    postgres::Client::connect(address, NoTls).unwrap()
}

fn sqlite_texts(file: &Path, query: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let texts = statement.query_map([], |row| row.get(0)).unwrap();
    texts.collect::<Result<_, _>>().unwrap()
}

/// Both clients block.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}
