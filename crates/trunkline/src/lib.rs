//! Trunkline: one inbox for everything customers send or call, and one engine for everything sent to them.
//!
//! Features stand side by side, each a folder with its routes, its statements and its rules. Below them is a
//! thin floor (`http`, `jobs`, `events`, `journal`, `config`, `clock`, `metrics`, `schema`); above them `app`
//! wires everything and `cli` holds the commands. Imports run one way, downwards; ARCHITECTURE.md has the map.

mod accounts;
mod alerts;
mod app;
#[cfg(feature = "bench")]
pub mod bench;
mod cli;
mod clock;
mod compliance;
mod config;
mod contacts;
mod content;
mod delivery;
mod doctor;
mod email;
mod events;
mod http;
mod inbox;
mod incidents;
mod jobs;
mod journal;
mod lines;
mod live;
mod mailboxes;
mod media;
mod metrics;
mod openapi;
mod personas;
mod provisioning;
mod reconcile;
mod schema;
mod spool;
mod templates;
#[cfg(test)]
mod test_support;
mod web;
mod webhooks;

/// Runs the command line and returns the exit code of the process.
pub fn run() -> std::process::ExitCode {
    cli::run()
}
