//! The server engine: a pool of threads, each with a connection of its own.
//!
//! What says whether this process is alive has a thread and a connection to itself: under a load that keeps all
//! others waiting for seconds, a process that works must not be taken for a dead one.
//!
//! Threads rather than tasks, because a transaction is a synchronous closure. A connection that breaks is
//! made anew with the next closure; a closure that had begun on the broken one gets
//! [`StoreError::Unavailable`], since nobody can tell whether its commit arrived.

use std::thread;
use std::time::Duration;

use postgres::{Client, IsolationLevel, NoTls};
use tokio::sync::oneshot;

use crate::Urgency;
use crate::error::{Result, StoreError, with_cause};
use crate::queue::{Queue, Taker, closed};
use crate::tx::{AfterCommit, Inner, Prepared, Tx, guard, run_hooks};

/// What every session is told.
///
/// * A statement that runs or waits for a lock this long has met a bug or a stuck session; better an error.
/// * A node that vanishes in the middle of a transaction must not hold its locks for the hours that TCP takes
///   to notice.
/// * What is acknowledged is on disk, even where the database was set up to be faster than that.
/// * Every statement has the index it needs. Plans are kept, and one that was made while a table was small would
///   read the whole of it ever after.
/// * The server notices within half a second that we are gone, also while it waits for a lock (from PostgreSQL
///   14 on): a node that was killed must not hold up the others with what its connections had locked.
const SESSION: &str = "\
    set statement_timeout = '60s'; \
    set lock_timeout = '20s'; \
    set idle_in_transaction_session_timeout = '60s'; \
    select set_config(name, '500', false) from pg_settings where name = 'client_connection_check_interval'; \
    set timezone = 'UTC'; \
    set enable_seqscan = off; \
    select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/// How long a server may be silent before its connection counts as lost.
const SILENCE_MAX: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Postgres {
    queue: Queue<Work>,
    /// Has a connection to itself.
    vital: Queue<Work>,
}

impl Postgres {
    pub(crate) fn open(url: &str, connections: usize) -> Result<Postgres> {
        let config: postgres::Config = url.parse().map_err(|error: postgres::Error| {
            StoreError::Failed(format!("the database address cannot be read: {error}"))
        })?;
        let config = with_defaults(config);
        // One connection now, so that a wrong address or password is reported at start-up.
        let mut first = Some(first_connection(config.clone())?);
        let mut connection =
            || first.take().unwrap_or_else(|| Connection { config: config.clone(), live: None });
        let (queue, taker) = Queue::new();
        for number in 0..connections.max(2) {
            spawn(&format!("store-{number}"), connection(), lanes_of(number, taker.clone()))?;
        }
        let (vital, taker) = Queue::new();
        spawn("store-vital", connection(), taker)?;
        Ok(Postgres { queue, vital })
    }

    pub(crate) async fn run<T, F>(&self, mode: Mode, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let queue = if urgency == Urgency::Vital { &self.vital } else { &self.queue };
        let place = queue.place(urgency).await?;
        let (answer, answered) = oneshot::channel();
        let job: Work = Box::new(move |connection| {
            // A read that nobody waits for any more would only hold up the others.
            if mode == Mode::Write || !answer.is_closed() {
                let result = connection.transaction(mode, work);
                drop(place);
                drop(answer.send(result));
            }
        });
        queue.put(urgency, job)?;
        answered.await.map_err(|_| closed())?
    }
}

/// The first thread serves background work first, so that it goes on whatever else is asked; one in four,
/// from the second on, serves only those who wait.
fn lanes_of(number: usize, taker: Taker<Work>) -> Taker<Work> {
    match number {
        0 => taker.background_first(),
        _ if number % 4 == 1 => taker.waiting_only(),
        _ => taker,
    }
}

fn with_defaults(mut config: postgres::Config) -> postgres::Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_application_name().is_none() {
        config.application_name("trunkline");
    }
    // Without these a thread could wait for hours for a server whose machine is gone.
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE_MAX);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_idle(SILENCE_MAX).keepalives_interval(SILENCE_MAX / 3).keepalives_retries(3);
    }
    config
}

/// Connects on a thread of its own: the client blocks, which a thread of the async runtime must not.
fn first_connection(config: postgres::Config) -> Result<Connection> {
    let connect = move || {
        let client = connect(&config).map_err(away_or_wrong)?;
        Ok(Connection { config, live: Some((client, Prepared::new())) })
    };
    thread::spawn(connect)
        .join()
        .map_err(|_| StoreError::Failed("connecting to PostgreSQL panicked".into()))?
}

/// A thread that serves `queue` until that is closed and empty.
fn spawn(name: &str, mut connection: Connection, queue: Taker<Work>) -> Result<()> {
    let serve = move || {
        while let Some(work) = queue.next() {
            work(&mut connection);
        }
    };
    let started = thread::Builder::new().name(name.to_owned()).spawn(serve);
    started.map(drop).map_err(|error| StoreError::Failed(format!("cannot start a store thread: {error}")))
}

type Live = (Client, Prepared);

struct Connection {
    config: postgres::Config,
    /// `None` before the first use and after the last one broke.
    live: Option<Live>,
}

impl Connection {
    /// Runs `work` and commits; then, and only then, what it asked for after the commit.
    fn transaction<T, F>(&mut self, mode: Mode, work: F) -> Result<T>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T>,
    {
        let used_before = self.live.is_some();
        let mut work = Some(work);
        let mut done = self.attempt(mode, &mut work);
        if work.is_some() && used_before {
            // The server closed the connection while it was idle. Nothing has been asked on it yet.
            done = self.attempt(mode, &mut work);
        }
        let (value, hooks) = done?;
        run_hooks(hooks);
        Ok(value)
    }

    /// Takes `work` and runs it, unless no transaction could be begun.
    fn attempt<T, F>(&mut self, mode: Mode, work: &mut Option<F>) -> Result<(T, Vec<AfterCommit>)>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T>,
    {
        let live = self.ready()?;
        let done = guard(|| run(live, mode, work));
        if done.is_err() || work.is_some() {
            // A panic unwound through the open transaction, or none can be opened: never use it again.
            self.live = None;
        }
        done.flatten()
    }

    fn ready(&mut self) -> Result<&mut Live> {
        if self.live.is_none() {
            self.live = Some((connect(&self.config).map_err(|error| away(&error))?, Prepared::new()));
        }
        self.live.as_mut().ok_or_else(closed)
    }
}

fn connect(config: &postgres::Config) -> Result<Client, postgres::Error> {
    let mut client = config.connect(NoTls)?;
    client.batch_execute(SESSION)?;
    Ok(client)
}

/// A server that is away, starting, stopping or full can be asked again later. One that does not know the user,
/// the password or the database will not know them later either.
fn away_or_wrong(error: postgres::Error) -> StoreError {
    let text = not_connected(&error);
    if StoreError::from(error).is_transient() {
        StoreError::Unavailable(text)
    } else {
        StoreError::Failed(text)
    }
}

/// A server that knew us once answers again one day, whatever it says until then.
fn away(error: &postgres::Error) -> StoreError {
    StoreError::Unavailable(not_connected(error))
}

fn not_connected(error: &postgres::Error) -> String {
    format!("cannot connect to PostgreSQL: {}", with_cause(error))
}

fn run<T, F>((client, prepared): &mut Live, mode: Mode, work: &mut Option<F>) -> Result<(T, Vec<AfterCommit>)>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T>,
{
    let isolation = match mode {
        Mode::Read => IsolationLevel::RepeatableRead,
        Mode::Write => IsolationLevel::ReadCommitted,
    };
    let tx = client.build_transaction().read_only(mode == Mode::Read).isolation_level(isolation).start()?;
    let work = work.take().ok_or_else(closed)?;
    let mut tx = Tx::new(Inner::Postgres { tx, prepared });
    let result = work(&mut tx);
    let (result, hooks) = tx.conclude(result);
    // On an error the transaction is dropped open, which rolls it back.
    let value = result?;
    tx.commit()?;
    Ok((value, hooks))
}
