//! Which installation a command is about: its settings, its database and its lines, as the running program has them.

use std::path::PathBuf;
use std::time::Duration;

use trunkline_providers::transport;
use trunkline_store::{Store, StoreError};

use super::demo::Demo;
use super::serve::reachable;
use crate::clock;
use crate::config::{Config, Overrides, Surroundings};
use crate::lines::{self, Keys, Known, Sources, Wire};

#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Place {
    /// The configuration file; `trunkline.toml` if it is there.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// The data folder; `./data` if the configuration names no other.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
}

impl Place {
    /// Its settings.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub(super) fn load(&self) -> anyhow::Result<Config> {
        Ok(Config::load(&self.overrides(), &Surroundings::of_process())?)
    }

    pub(super) fn overrides(&self) -> Overrides {
        let mut overrides = Overrides { file: self.config.clone(), ..Overrides::default() };
        if let Some(data) = &self.data {
            overrides.settings.insert("data.dir", data.to_string_lossy().into_owned());
        }
        overrides
    }
}

/// Where the providers reach the installation, if that is known. The simulator is on its own machine.
pub(super) fn base_url(config: &Config) -> Option<String> {
    let ours = || config.simulates().then(|| format!("http://{}", reachable(config.server.listen)));
    config.server.base_url.clone().or_else(ours)
}

/// Where the simulator answers.
pub(super) fn simulator_url(config: &Config) -> String {
    format!("http://{}", reachable(config.simulator.listen))
}

/// What its lines are made of.
///
/// # Errors
/// When there can be no client for HTTP.
pub(super) fn sources(config: &Config, keys: Keys, timeout: Duration) -> anyhow::Result<Sources> {
    let our_url = base_url(config).unwrap_or_default();
    let demo = config.simulates().then(|| Demo::at(&simulator_url(config), &our_url));
    let (configured, simulator) = match demo {
        Some(demo) => (demo.lines, Some(demo.offers)),
        None => (config.lines.clone(), None),
    };
    Ok(Sources {
        configured,
        simulator,
        keys,
        wire: Wire { http: transport::http_client()?, timeout },
        default_country: Some(config.installation.default_country),
    })
}

/// The database, if there is one; none is made.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn open_existing(config: &Config) -> Result<Option<Store>, StoreError> {
    let file = config.data_dir.join("trunkline.db");
    if config.database.url.is_none() && !file.exists() {
        return Ok(None);
    }
    Store::open(&config.location()).map(Some)
}

/// The lines there are; those that were made only as far as the database has been brought up to date and can be read.
/// Changes nothing.
///
/// # Errors
/// When a key file cannot be read.
pub(super) async fn known(
    config: &Config,
    store: Option<&Store>,
    timeout: Duration,
) -> anyhow::Result<Known> {
    let sources = sources(config, Keys::present(config, &clock::system())?, timeout)?;
    let configured = || Known { lines: sources.configured.clone(), locked: Vec::new() };
    Ok(match store {
        Some(store) => lines::look(store, &sources).await.unwrap_or_else(|_| configured()),
        None => configured(),
    })
}
