//! `trunkline doctor`: whether everything that has to work together does.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use tokio::net::TcpStream;
use trunkline_providers::transport;

use super::place::{self, Place};
use super::say;
use crate::clock;
use crate::config::Config;
use crate::doctor::{Check, Doctor, PATIENCE, Report, State};
use crate::lines::Known;

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    place: Place,
    /// Prints JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Fails when a check did; then the process ends with 1.
pub(super) fn run(arguments: DoctorArguments) -> anyhow::Result<()> {
    let config = arguments.place.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(examine(config))?;
    if arguments.json {
        say(&serde_json::to_string_pretty(&report)?)
    } else {
        show(&report)
    }
    let failed = report.checks.iter().filter(|check| check.state == State::Failed).count();
    if failed > 0 {
        bail!("{failed} of {} checks failed.", report.checks.len());
    }
    Ok(())
}

/// How long the simulator may take to take a connection: it is on this machine.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

async fn examine(mut config: Config) -> anyhow::Result<Report> {
    let store = place::open_existing(&config);
    let is_simulated = config.simulates();
    // Where the simulator does not run there is nobody to ask, and nobody who has to be asked.
    let known = if is_simulated && !answers(&config).await {
        Known::default()
    } else {
        config.server.base_url = place::base_url(&config);
        place::known(&config, store.as_ref().ok().and_then(Option::as_ref), PATIENCE).await?
    };
    let doctor = Doctor {
        lines: Arc::new(move || known.clone()),
        store,
        ambient: clock::system(),
        http: transport::http_client()?,
        is_simulated,
        config,
    };
    Ok(doctor.examine().await)
}

async fn answers(config: &Config) -> bool {
    let connected = tokio::time::timeout(ANSWERS_WITHIN, TcpStream::connect(config.simulator.listen)).await;
    matches!(connected, Ok(Ok(_)))
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
