//! `trunkline doctor`: whether everything that has to work together does.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use trunkline_providers::transport;
use trunkline_store::Store;

use super::say;
use crate::clock;
use crate::config::{Config, Overrides, Surroundings};
use crate::doctor::{Check, Doctor, Report, State};

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArguments {
    /// The configuration file; `trunkline.toml` if it is there.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the data is kept.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Prints JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Fails when a check did; then the process ends with 1.
pub(super) fn run(arguments: DoctorArguments) -> anyhow::Result<()> {
    let mut overrides = Overrides { file: arguments.config, ..Overrides::default() };
    if let Some(data) = &arguments.data {
        overrides.settings.insert("data.dir", data.to_string_lossy().into_owned());
    }
    let config = Config::load(&overrides, &Surroundings::of_process())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(examine(config))?;
    if arguments.json {
        say(&serde_json::to_string_pretty(&report)?)
    } else {
        show(&report)
    }
    let failed = report.checks.iter().filter(|check| check.state == State::Failed).count();
    if failed > 0 {
        bail!("{failed} of {} checks failed", report.checks.len());
    }
    Ok(())
}

async fn examine(config: Config) -> anyhow::Result<Report> {
    let lines = config.lines.clone();
    let doctor = Doctor {
        lines: Arc::new(move || lines.clone()),
        store: open(&config),
        ambient: clock::system(),
        http: transport::http_client()?,
        is_simulated: config.simulates(),
        config,
    };
    Ok(doctor.examine().await)
}

/// The database, if there is one: a doctor makes none.
fn open(config: &Config) -> Result<Store, String> {
    let file = config.data_dir.join("trunkline.db");
    if config.database.url.is_none() && !file.exists() {
        return Err(format!("There is none yet at {}; the first start makes it.", file.display()));
    }
    Store::open(&config.location()).map_err(|error| error.to_string())
}

fn show(report: &Report) {
    for Check { name, line, state, found, what_to_do } in &report.checks {
        let mark = match state {
            State::Ok => "ok     ",
            State::Skipped => "skipped",
            State::Warning => "warning",
            State::Failed => "FAILED ",
        };
        let of = line.as_ref().map(|line| format!(" of {line}")).unwrap_or_default();
        say(&format!("{mark}  {}{of}: {found}", name.replace('_', " ")));
        if let Some(what_to_do) = what_to_do {
            say(&format!("         → {what_to_do}"));
        }
    }
}
