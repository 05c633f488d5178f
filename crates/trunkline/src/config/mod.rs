//! The configuration: read once at the start, checked as a whole, and never looked up from the air later.
//!
//! A setting comes from the first of these that has it: the command line; the variable named after it
//! (`server.listen` is `TRUNKLINE_SERVER_LISTEN`); a variable of another name that people already have
//! (`DATABASE_URL`, `PORT`, `TWILIO_AUTH_TOKEN` …); the file; the default. Variables also come from `.env`, if
//! there is one where the program is started; real ones win.
//!
//! It promises that everything that is wrong is told at once, a misspelt name included, and that no secret
//! is ever printed: neither in a problem nor by `Debug`. `trunkline.example.toml` documents every setting; a
//! test holds it against the code. To add a setting, read it in its section below and describe it there.

mod alerts;
mod lines;
mod media;
mod names;
pub(crate) mod parse;
mod personas;
mod problem;
mod reader;
mod sources;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use trunkline_domain::message::Timing;
use trunkline_domain::phone::CountryCode;
use trunkline_providers::Secret;
use trunkline_store::Location;

use self::reader::Reader;
use self::sources::Sources;
use crate::http::origin::TrustedProxies;

pub(crate) use self::alerts::{AlertEmail, AlertSettings, AlertTarget};
pub(crate) use self::lines::{
    Credentials, LineConfig, RESEND_LIMITS, ResendAccount, Signature, SmtpAccount, TelnyxAccount,
    TwilioAccount, USUAL_FOLDER, USUAL_LIMITS, unencrypted,
};
pub(crate) use self::names::{RESEND, SMTP, TELNYX, TWILIO};
pub(crate) use self::problem::{ConfigError, Refusal};
pub(crate) use self::sources::{Overrides, Surroundings};

/// Every setting of a node.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) server: Server,
    /// Where files are kept: the SQLite database, and media.
    pub(crate) data_dir: PathBuf,
    /// How large the spool may become, which keeps webhooks while the database is away.
    pub(crate) spool_max_bytes: u64,
    pub(crate) database: Database,
    pub(crate) node: Node,
    pub(crate) log: Log,
    pub(crate) installation: Installation,
    pub(crate) simulator: Simulator,
    pub(crate) lines: Vec<LineConfig>,
    pub(crate) limits: Limits,
    pub(crate) delivery: Delivery,
    pub(crate) personas: Personas,
    pub(crate) media: Media,
    pub(crate) alerts: AlertSettings,
}

/// The HTTP server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    /// `scheme://host` under which people and providers reach us, without a slash at its end.
    pub(crate) base_url: Option<String>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) body_max_bytes: usize,
}

/// The database server, if it is not SQLite.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) url: Option<Secret>,
    pub(crate) connections: usize,
}

/// One of the processes that share a database.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// Answers HTTP requests.
    pub(crate) web: bool,
    /// Does jobs.
    pub(crate) work: bool,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// A filter as `tracing` writes it.
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What the team sees of this installation.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    pub(crate) name: String,
    pub(crate) default_country: CountryCode,
    /// What the credentials of lines are sealed with: 32 bytes in base64.
    pub(crate) secret_key: Option<Secret>,
    /// A file that holds it instead.
    pub(crate) secret_key_file: Option<PathBuf>,
    /// What they were sealed with before.
    pub(crate) secret_key_former: Option<Secret>,
}

/// The built-in stand-in for providers.
#[derive(Clone, Debug)]
pub(crate) struct Simulator {
    /// `None`: it runs when there are no lines.
    pub(crate) enabled: Option<bool>,
    pub(crate) listen: SocketAddr,
}

/// How often things may be asked, per minute. As many may come at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Sign-ups, sign-ins and password changes: from one address, and for one account.
    pub(crate) auth_per_minute: u32,
    /// Requests of one user that change something.
    pub(crate) writes_per_minute: u32,
    /// Requests of one user that change nothing. The browser app makes several for each page.
    pub(crate) reads_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { auth_per_minute: 10, writes_per_minute: 100, reads_per_minute: 1_200 }
    }
}

/// The times of the delivery engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// When the provider is asked about a send that it did not answer, after the send.
    pub(crate) look_ups: Vec<Duration>,
    /// When the provider is asked about a message of which no final receipt has come, after it was sent.
    pub(crate) polls: Vec<Duration>,
    /// How often a message that certainly was not sent is tried again.
    pub(crate) retries_max: u32,
    /// The wait before the first of those; each further one doubles.
    pub(crate) backoff: Duration,
    /// How many messages of one line are on their way to its provider at the same time, on each node.
    pub(crate) in_flight_max: usize,
    /// After so many failures of a line in a row its breaker opens.
    pub(crate) breaker_failures: u32,
    /// When somebody should look at the queue.
    pub(crate) thresholds: Thresholds,
    /// What outside schedulers show to be let in.
    pub(crate) cron_secret: Option<Secret>,
}

/// When somebody should look at the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thresholds {
    /// Messages that wait for a worker.
    pub(crate) queue_depth: u32,
    /// How long the oldest of them waits.
    pub(crate) queue_age: Duration,
    /// The share of the last hour's messages that failed, in per cent.
    pub(crate) failure_percent: u32,
    /// Messages that did not arrive and wait for a person.
    pub(crate) dead_letters: u32,
}

/// Personas that answer customers, and the model behind them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Personas {
    pub(crate) enabled: bool,
    /// Each in a folder of its own.
    pub(crate) folder: PathBuf,
    /// An OpenAI-compatible API.
    pub(crate) endpoint: String,
    pub(crate) api_key: Option<Secret>,
    /// For personas that name none.
    pub(crate) model: Option<String>,
    pub(crate) price: Option<ModelPrice>,
    /// The currency of prices and limits.
    pub(crate) currency: String,
    /// What all of them together may use within 24 hours.
    pub(crate) tokens_per_day: u64,
    /// The same in money, in millionths.
    pub(crate) micros_per_day: Option<i64>,
    /// An answer that takes longer is given up.
    pub(crate) answer_within: Duration,
    /// The wait before a model that failed is asked again; it doubles each time.
    pub(crate) backoff: Duration,
}

/// What a model costs, per million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ModelPrice {
    pub(crate) input_per_million: f64,
    pub(crate) output_per_million: f64,
}

/// Files that come and go with messages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Media {
    pub(crate) place: MediaPlace,
    /// A larger file is refused.
    pub(crate) file_max_bytes: u64,
    /// How long one may take to come in; after that it is tried again.
    pub(crate) fetch_within: Duration,
}

/// Where files are kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MediaPlace {
    Folder(PathBuf),
    S3(S3),
}

/// A bucket of Amazon's, or of who speaks the same protocol.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct S3 {
    pub(crate) bucket: String,
    pub(crate) region: String,
    /// `None`: Amazon's own.
    pub(crate) endpoint: Option<String>,
    /// What the names of all files begin with.
    pub(crate) prefix: Option<String>,
    /// `None`: what the machine is allowed to.
    pub(crate) access_key: Option<(String, Secret)>,
}

impl Config {
    /// Reads the settings from everywhere and checks them.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub(crate) fn load(overrides: &Overrides, around: &Surroundings) -> Result<Config, ConfigError> {
        let (sources, problems) = Sources::gather(overrides, around);
        let mut reader = Reader::new(&sources, problems);
        let config = Config::read(&mut reader, &sources, around.host_name.as_deref());
        config.check(&mut reader);
        let problems = reader.finish();
        if problems.is_empty() { Ok(config) } else { Err(ConfigError { problems }) }
    }

    /// Every setting; what cannot be used is noted by the reader and replaced by its default.
    fn read(reader: &mut Reader<'_>, sources: &Sources, host_name: Option<&str>) -> Config {
        let data_dir = reader.or("data.dir", PathBuf::from("./data"), parse::path);
        Config {
            server: server(reader),
            media: media::read(reader, &data_dir),
            data_dir,
            spool_max_bytes: reader.or(
                "data.spool_max_bytes",
                268_435_456,
                parse::number(1_048_576..=u64::MAX),
            ),
            database: database(reader),
            node: node(reader, host_name),
            log: log(reader),
            installation: installation(reader),
            simulator: simulator(reader),
            lines: lines::read(reader, sources),
            limits: limits(reader),
            delivery: delivery(reader),
            personas: personas::read(reader),
            alerts: alerts::read(reader),
        }
    }

    /// Whether the built-in simulator runs.
    pub(crate) fn simulates(&self) -> bool {
        self.simulator.enabled.unwrap_or(self.lines.is_empty())
    }

    /// Where the store is.
    pub(crate) fn location(&self) -> Location {
        match &self.database.url {
            None => Location::Sqlite(self.data_dir.join("trunkline.db")),
            Some(url) => {
                Location::Postgres { url: url.expose().to_owned(), connections: self.database.connections }
            }
        }
    }

    /// What cannot be seen in one setting alone.
    fn check(&self, reader: &mut Reader<'_>) {
        let (ours, carriers) = (self.server.listen, self.simulator.listen);
        if ours == carriers && ours.port() != 0 && self.simulates() {
            let hint = "Give the two different ports.";
            reader.refuse("simulator.listen", Refusal::new("is the same as server.listen", hint));
        }
        personas::check(&self.personas, reader);
    }
}

fn server(reader: &mut Reader<'_>) -> Server {
    Server {
        listen: reader.or("server.listen", local(4470), parse::listen),
        base_url: reader.optional("server.base_url", parse::origin),
        trusted_proxies: TrustedProxies(reader.list("server.trusted_proxies", Vec::new(), parse::network)),
        body_max_bytes: reader.or("server.body_max_bytes", 1_048_576, parse::number(65_536..=104_857_600)),
    }
}

fn database(reader: &mut Reader<'_>) -> Database {
    Database {
        url: reader.hidden("database.url", parse::database_url),
        connections: reader.or("database.connections", 16, parse::number(2..=500)),
    }
}

fn node(reader: &mut Reader<'_>, host_name: Option<&str>) -> Node {
    #[derive(Clone, Copy, PartialEq)]
    enum Does {
        Web,
        Work,
    }
    let host = host_name.and_then(|name| parse::node_name(name).ok()).unwrap_or_else(|| "node".to_owned());
    let both = vec![Does::Web, Does::Work];
    let roles = reader.list("node.roles", both, parse::word(&[("web", Does::Web), ("work", Does::Work)]));
    if roles.is_empty() {
        reader.refuse("node.roles", Refusal::new("names no role", "Use web, work, or both."));
    }
    Node {
        name: reader.or("node.name", host, parse::node_name),
        web: roles.contains(&Does::Web),
        work: roles.contains(&Does::Work),
    }
}

fn log(reader: &mut Reader<'_>) -> Log {
    let formats = parse::word(&[("text", LogFormat::Text), ("json", LogFormat::Json)]);
    Log {
        level: reader.or("log.level", "info".to_owned(), parse::log_level),
        format: reader.or("log.format", LogFormat::Text, formats),
    }
}

fn installation(reader: &mut Reader<'_>) -> Installation {
    Installation {
        name: reader.or("installation.name", "Trunkline".to_owned(), parse::line_of_text(60)),
        default_country: reader.or("installation.default_country", CountryCode::US, parse::country),
        secret_key: reader.hidden("installation.secret_key", parse::sealing_key),
        secret_key_file: reader.optional("installation.secret_key_file", parse::path),
        secret_key_former: reader.hidden("installation.secret_key_former", parse::sealing_key),
    }
}

fn simulator(reader: &mut Reader<'_>) -> Simulator {
    Simulator {
        enabled: reader.optional("simulator.enabled", parse::flag),
        listen: reader.or("simulator.listen", local(4471), parse::listen),
    }
}

fn limits(reader: &mut Reader<'_>) -> Limits {
    let default = Limits::default();
    let rate = parse::number(1..=1_000_000);
    Limits {
        auth_per_minute: reader.or("limits.auth_per_minute", default.auth_per_minute, &rate),
        writes_per_minute: reader.or("limits.writes_per_minute", default.writes_per_minute, &rate),
        reads_per_minute: reader.or("limits.reads_per_minute", default.reads_per_minute, &rate),
    }
}

fn delivery(reader: &mut Reader<'_>) -> Delivery {
    let default = Timing::default();
    Delivery {
        look_ups: reader.list("delivery.look_ups_s", default.look_ups, parse::seconds),
        polls: reader.list("delivery.polls_s", default.polls, parse::seconds),
        retries_max: reader.or("delivery.retries_max", default.retries_max, parse::number(0..=20)),
        backoff: reader.or("delivery.backoff_s", default.backoff.base, parse::seconds),
        in_flight_max: reader.or("delivery.in_flight_max", 256, parse::number(1..=10_000)),
        breaker_failures: reader.or("delivery.breaker_failures", 5, parse::number(1..=1_000_000)),
        thresholds: Thresholds {
            queue_depth: reader.or("delivery.alert_depth", 10_000, parse::number(1..=100_000_000)),
            queue_age: reader.or("delivery.alert_age_s", Duration::from_secs(300), parse::seconds),
            failure_percent: reader.or("delivery.alert_failure_percent", 10, parse::number(1..=100)),
            dead_letters: reader.or("delivery.alert_dead_letters", 100, parse::number(1..=100_000_000)),
        },
        cron_secret: reader.hidden("delivery.cron_secret", parse::long_secret),
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
