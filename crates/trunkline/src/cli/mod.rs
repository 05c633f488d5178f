//! The commands. Each has its own file; this one tells them apart.

mod demo;
mod describe;
mod doctor;
mod line;
mod place;
mod provision;
mod serve;
mod simulate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// One inbox for everything customers send or call, and one engine for everything sent to them.
#[derive(Debug, Parser)]
#[command(name = "trunkline", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the product.
    Serve(ServeArguments),
    /// Runs the simulator of the providers alone, for tests and rehearsals.
    Simulate(SimulateArguments),
    /// Sets the addresses that the providers call, on your numbers and messaging services; shows first what it would
    /// change.
    Provision(provision::ProvisionArguments),
    /// Looks whether everything works together: the database, the public address, the providers. Changes nothing.
    Doctor(doctor::DoctorArguments),
    /// Lines in the database: shows, makes, checks, pauses and removes them, and changes their credentials.
    Line(line::LineArguments),
    /// Prints the description of the API.
    Openapi,
}

#[derive(Debug, clap::Args)]
struct ServeArguments {
    #[command(flatten)]
    place: place::Place,
    /// The address to listen at, such as 0.0.0.0:4470.
    #[arg(long)]
    listen: Option<String>,
    /// What this node does: `web` (answers requests), `work` (does jobs), or `web,work`.
    #[arg(long)]
    roles: Option<String>,
}

#[derive(Debug, clap::Args)]
struct SimulateArguments {
    /// The address to listen at. Whoever reaches it may do everything, so keep it on this machine.
    #[arg(long, default_value = "127.0.0.1:4471")]
    listen: std::net::SocketAddr,
    /// Where texts from the phones are sent to.
    #[arg(long, default_value = "http://127.0.0.1:4470/webhooks/twilio/main/messages")]
    webhook: String,
    /// Where Telnyx sends what comes in. Without it, only messages that name an address are told of.
    #[arg(long)]
    telnyx_webhook: Option<String>,
    /// Where Resend tells of emails. Without it, it tells nobody.
    #[arg(long)]
    resend_webhook: Option<String>,
    /// A file that keeps the ledger over a restart.
    #[arg(long)]
    ledger: Option<PathBuf>,
}

/// Runs the command line and returns the exit code of the process.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Two crypto libraries are compiled into some dependencies; this one is used. A second call is harmless.
    drop(rustls::crypto::ring::default_provider().install_default());
    let done = match arguments.command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Simulate(arguments) => simulate::run(arguments),
        Command::Provision(arguments) => provision::run(arguments),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Line(arguments) => line::run(arguments),
        Command::Openapi => describe::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "a command's answer belongs on standard output")]
fn say(text: &str) {
    println!("{text}");
}

#[allow(clippy::print_stderr, reason = "a command's failure belongs on standard error")]
fn tell(text: &str) {
    eprintln!("{text}");
}

/// Ends when the process is asked to: by the terminal or by a service manager.
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
