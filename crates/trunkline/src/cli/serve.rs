//! `trunkline serve`: runs the product.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trunkline_domain::ambient::Ambient;
use trunkline_providers::transport::REQUEST_TIMEOUT;
use trunkline_simulator::Simulator;
use trunkline_store::{Location, Store, StoreError};

use super::demo::Demo;
use super::{ServeArguments, asked_to_stop, say};
use crate::app::{App, Setup};
use crate::config::{Config, LineConfig, LogFormat, Overrides, Surroundings};
use crate::jobs::Node;
use crate::lines::{Keys, Simulated};
use crate::{clock, content, metrics, schema};

/// How long requests and jobs under way may take to end after the process was asked to.
const GRACE: Duration = Duration::from_secs(20);

/// How long a start waits for a database server that is away; whoever watches over the process then hears of it.
const DATABASE_WAIT: Duration = Duration::from_secs(60);

/// Before the server is asked again.
const DATABASE_AGAIN: Duration = Duration::from_millis(250);

pub(super) fn run(arguments: ServeArguments) -> anyhow::Result<()> {
    let config = Config::load(&overrides(arguments), &Surroundings::of_process())?;
    start_log(&config);
    metrics::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(config))
}

fn overrides(arguments: ServeArguments) -> Overrides {
    let mut overrides = arguments.place.overrides();
    if let Some(listen) = arguments.listen {
        overrides.settings.insert("server.listen", listen);
    }
    if let Some(roles) = arguments.roles {
        overrides.settings.insert("node.roles", roles);
    }
    overrides
}

fn start_log(config: &Config) {
    // At its finest level the library of mailboxes writes down what it sends, passwords too.
    let level = format!("{},async_imap=info", config.log.level);
    let filter = tracing_subscriber::EnvFilter::new(level);
    let coloured = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(coloured).with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let ambient = clock::system();
    let listener = TcpListener::bind(config.server.listen)
        .await
        .with_context(|| format!("cannot listen at {}", config.server.listen))?;
    let address = listener.local_addr()?;
    let base_url = config.server.base_url.clone().unwrap_or_else(|| format!("http://{}", reachable(address)));
    make_data_dir(&config)?;
    let stop = CancellationToken::new();
    let simulator = start_simulator(&config, &ambient, &base_url, &stop).await?;
    let process = Process { config: &config, ambient, base_url: &base_url, simulator, stop: stop.clone() };
    let (app, node) = process.assemble_patiently().await?;
    say(&format!("Trunkline is ready at {base_url}"));
    run_until_asked(&config, app, node, listener, stop).await
}

/// What a process has before it has a database.
struct Process<'a> {
    config: &'a Config,
    ambient: Ambient,
    base_url: &'a str,
    simulator: Option<BuiltIn>,
    stop: CancellationToken,
}

/// The simulator in this process.
struct BuiltIn {
    simulator: Simulator,
    /// What further lines can be tried with.
    offers: Simulated,
    /// The lines that lead to it.
    lines: Vec<LineConfig>,
}

impl Process<'_> {
    /// Begins again for as long as the server of the database is away: it may be starting beside us, or be
    /// restarted at this very moment. A SQLite file that cannot be had belongs to another process.
    async fn assemble_patiently(&self) -> anyhow::Result<(App, Node)> {
        let is_served = matches!(self.config.location(), Location::Postgres { .. });
        let began = Instant::now();
        loop {
            match self.assemble().await {
                Err(error) if is_served && is_away(&error) && began.elapsed() < DATABASE_WAIT => {
                    tracing::warn!("{error:#}; trying again");
                    tokio::time::sleep(DATABASE_AGAIN).await;
                }
                done => return done,
            }
        }
    }

    /// Every step may be done twice: a node that registers again takes over from itself.
    async fn assemble(&self) -> anyhow::Result<(App, Node)> {
        let (config, ambient) = (self.config, self.ambient.clone());
        let store = open_store(config)?;
        store.migrate(schema::MIGRATIONS).await.context("the database could not be brought up to date")?;
        let (node, _) = Node::register(store.clone(), ambient.clone(), config.node.name.clone()).await?;
        let (simulator, lines, simulated) = match &self.simulator {
            Some(built_in) => {
                (Some(built_in.simulator.clone()), &built_in.lines, Some(built_in.offers.clone()))
            }
            None => (None, &config.lines, None),
        };
        let keys = Keys::of(config, &ambient)?;
        let app = App::build(Setup {
            config,
            store,
            ambient,
            node: node.clone(),
            lines,
            keys,
            simulated,
            base_url: self.base_url.to_owned(),
            provider_timeout: REQUEST_TIMEOUT,
            simulator,
            stop: self.stop.clone(),
        })
        .await?;
        if config.node.work {
            app.reconciler.start().await?;
            app.mailboxes.start().await?;
            content::begin(&app.contents).await?;
        }
        Ok((app, node))
    }
}

/// For ever; a node that does not work reads no mailboxes.
async fn watch_mailboxes(app: &App, works: bool) {
    if works {
        app.mailboxes.watch().await;
    }
    std::future::pending().await
}

fn is_away(error: &anyhow::Error) -> bool {
    error.downcast_ref::<StoreError>().is_some_and(StoreError::is_transient)
}

async fn run_until_asked(
    config: &Config,
    app: App,
    node: Node,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let work = async {
        if config.node.work { app.worker.clone().run(stop.clone()).await } else { stop.cancelled().await }
    };
    let router = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    let everything = async { tokio::join!(async { serving.await }, work, app.live.clone().follow()).0 };
    tokio::pin!(everything);
    tokio::select! {
        result = &mut everything => return result.context("the server ended"),
        () = asked_to_stop() => tracing::info!("asked to stop; finishing what is under way"),
        () = node.keep() => tracing::error!("another node has taken over from this one; stopping"),
        () = app.keep_house() => {}
        () = app.reconciler.fetch_after_gaps() => {}
        () = watch_mailboxes(&app, config.node.work) => {}
        () = app.replay_spool() => {}
        () = app.follow_lines() => {}
        () = app.alerts.watch() => {}
    }
    stop.cancel();
    tokio::select! {
        result = &mut everything => result.context("the server ended badly"),
        () = asked_to_stop() => Ok(()),
        () = tokio::time::sleep(GRACE) => Ok(()),
    }
}

/// Before anything that keeps a file there.
fn make_data_dir(config: &Config) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))
}

fn open_store(config: &Config) -> anyhow::Result<Store> {
    Store::open(&config.location()).context("the database could not be opened")
}

/// An address that is listened at, as a client on this machine would write it.
pub(super) fn reachable(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("127.0.0.1:{}", address.port()) } else { address.to_string() }
}

/// Starts the built-in simulator, if wanted, and gives it with the lines that lead to it.
async fn start_simulator(
    config: &Config,
    ambient: &Ambient,
    base_url: &str,
    stop: &CancellationToken,
) -> anyhow::Result<Option<BuiltIn>> {
    if !config.simulates() {
        return Ok(None);
    }
    let listener = TcpListener::bind(config.simulator.listen)
        .await
        .with_context(|| format!("the simulator cannot listen at {}", config.simulator.listen))?;
    let address = format!("http://{}", listener.local_addr()?);
    let Demo { mut settings, lines, offers } = Demo::at(&address, base_url);
    settings.ledger_path = Some(config.data_dir.join("simulator.jsonl"));
    let simulator = Simulator::new(settings, ambient.clone()).context("the simulator could not start")?;
    let (running, stopped) = (simulator.clone(), stop.clone());
    tokio::spawn(async move { running.run(stopped.cancelled_owned()).await });
    let (serving, stopped) = (simulator.clone(), stop.clone());
    tokio::spawn(async move {
        if let Err(error) = serving.serve(listener, stopped.cancelled_owned()).await {
            tracing::error!(%error, "the simulator stopped");
        }
    });
    Ok(Some(BuiltIn { simulator, offers, lines }))
}
