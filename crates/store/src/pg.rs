//! The server engine: a pool of threads, each with a connection of its own.
//!
//! Threads rather than tasks, because a transaction is a synchronous closure. A connection that breaks is
//! made anew with the next closure; a closure that had begun on the broken one gets
//! [`StoreError::Unavailable`], since nobody can tell whether its commit arrived.

use std::panic::AssertUnwindSafe;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, select_biased, unbounded};
use postgres::{Client, NoTls};
use tokio::sync::oneshot;

use crate::Urgency;
use crate::error::{Result, StoreError};
use crate::tx::{AfterCommit, Inner, Prepared, Tx};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Postgres {
    waiting: Sender<Work>,
    background: Sender<Work>,
}

impl Postgres {
    pub(crate) fn open(url: &str, connections: usize) -> Result<Postgres> {
        let config: postgres::Config = url.parse().map_err(|error: postgres::Error| {
            StoreError::Failed(format!("the database address cannot be read: {error}"))
        })?;
        // One connection now, so that a wrong address or password is reported at start-up.
        let mut first = Some(first_connection(config.clone())?);
        let (waiting, waiting_queue) = unbounded();
        let (background, background_queue) = unbounded();
        let connections = connections.max(2);
        for number in 0..connections {
            let connection =
                first.take().unwrap_or_else(|| Connection { config: config.clone(), live: None });
            let waiting: Receiver<Work> = waiting_queue.clone();
            // One thread in four serves only those who wait.
            let background: Receiver<Work> =
                if number % 4 == 3 { crossbeam_channel::never() } else { background_queue.clone() };
            thread::Builder::new()
                .name(format!("store-{number}"))
                .spawn(move || serve(connection, &waiting, &background))
                .map_err(|error| StoreError::Failed(format!("cannot start a store thread: {error}")))?;
        }
        Ok(Postgres { waiting, background })
    }

    pub(crate) async fn run<T, F>(&self, mode: Mode, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Work = Box::new(move |connection| {
            let result = std::panic::catch_unwind(AssertUnwindSafe(|| connection.transaction(mode, work)));
            let result = result.unwrap_or_else(|_| {
                // The panic unwound through the open transaction: begin the next one on a fresh connection.
                connection.live = None;
                Err(StoreError::Failed("the code inside a transaction panicked".into()))
            });
            drop(answer.send(result));
        });
        let queue = if urgency == Urgency::Waiting { &self.waiting } else { &self.background };
        queue.send(job).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// Connects on a thread of its own: the client blocks, which a thread of the async runtime must not.
fn first_connection(config: postgres::Config) -> Result<Connection> {
    let connect = move || {
        let mut connection = Connection { config, live: None };
        connection.ready().map(|_| ())?;
        Ok(connection)
    };
    thread::spawn(connect)
        .join()
        .map_err(|_| StoreError::Failed("connecting to PostgreSQL panicked".into()))?
}

fn gone() -> StoreError {
    StoreError::Unavailable("the store was closed".into())
}

fn serve(mut connection: Connection, waiting: &Receiver<Work>, background: &Receiver<Work>) {
    loop {
        let work = select_biased! {
            recv(waiting) -> work => work,
            recv(background) -> work => work,
        };
        let Ok(work) = work else { return };
        work(&mut connection);
    }
}

struct Connection {
    config: postgres::Config,
    live: Option<(Client, Prepared)>,
}

impl Connection {
    /// The live connection, made if there is none or the last one broke.
    fn ready(&mut self) -> Result<&mut (Client, Prepared)> {
        if self.live.as_ref().is_some_and(|(client, _)| client.is_closed()) {
            self.live = None;
        }
        if self.live.is_none() {
            self.live = Some((self.connect()?, Prepared::new()));
        }
        self.live.as_mut().ok_or_else(gone)
    }

    fn connect(&self) -> Result<Client> {
        let mut config = self.config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_application_name().is_none() {
            config.application_name("trunkline");
        }
        let mut client = config.connect(NoTls).map_err(|error| {
            StoreError::Unavailable(format!("cannot connect to PostgreSQL: {}", cause(&error)))
        })?;
        // A statement that waits for a lock this long has met a bug or a stuck session; better an error.
        client
            .batch_execute("set statement_timeout = '60s'; set lock_timeout = '20s'; set timezone = 'UTC'")?;
        Ok(client)
    }

    fn transaction<T>(&mut self, mode: Mode, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let (client, prepared) = self.ready()?;
        let builder = client.build_transaction();
        let builder = match mode {
            Mode::Read => builder.read_only(true).isolation_level(postgres::IsolationLevel::RepeatableRead),
            Mode::Write => builder,
        };
        let tx = builder.start()?;
        let mut tx = Tx::new(Inner::Postgres { tx, prepared });
        let result = work(&mut tx);
        let Inner::Postgres { tx: transaction, .. } = tx.inner else { return Err(gone()) };
        match result {
            Ok(value) => {
                transaction.commit().map_err(|error| StoreError::Unavailable(cause(&error)))?;
                tx.after_commit.into_iter().for_each(|hook: AfterCommit| hook());
                Ok(value)
            }
            // Dropping an open transaction rolls it back.
            Err(error) => Err(error),
        }
    }
}

fn cause(error: &postgres::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
