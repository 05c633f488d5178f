//! A load generator for inbound webhooks.
//!
//! It takes as little of the machine as it can, since it shares it with what it measures: one thread, raw
//! HTTP/1.1 over connections that stay open, requests signed before the clock starts, and answers read no
//! further than status and length need.
//!
//! Without `--rate` every connection sends as soon as it has its answer, which finds the peak. With it,
//! requests leave at even intervals whatever the answers do, and a latency counts from the instant the
//! request *should* have left: a server that stalls is charged for everyone who had to wait.

mod connection;
mod requests;
mod results;

use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use futures::future::try_join_all;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::requests::{Account, Requests};
use crate::results::Results;

/// Sends signed inbound texts and prints one JSON object with the results.
#[derive(Parser)]
struct Options {
    /// Where to send them: http://ADDRESS:PORT/PATH.
    #[arg(long)]
    url: String,
    /// The account that signs.
    #[arg(long)]
    account_sid: String,
    /// Its secret.
    #[arg(long)]
    auth_token: String,
    /// The business's number, in E.164.
    #[arg(long)]
    to: String,
    /// The area code of the customers; runs that are to have other customers name another one.
    #[arg(long, default_value_t = 202)]
    area: u16,
    /// How many requests in all.
    #[arg(long, default_value_t = 100_000)]
    requests: u64,
    /// How many connections.
    #[arg(long, default_value_t = 64)]
    connections: u64,
    /// Requests per second; as fast as they are answered when missing.
    #[arg(long)]
    rate: Option<f64>,
    /// Tells this run's messages from those of other runs.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let results = run(&options).await?;
    writeln!(std::io::stdout(), "{}", results.to_json())?;
    Ok(())
}

async fn run(options: &Options) -> anyhow::Result<Results> {
    let account = Account {
        sid: options.account_sid.clone(),
        token: options.auth_token.clone(),
        number: options.to.clone(),
        area: options.area,
    };
    let requests = Requests::new(&options.url, account, options.seed)?;
    let connections = try_join_all((0..options.connections).map(|_| Connection::open(requests.authority())))
        .await
        .with_context(|| format!("cannot reach {}", options.url))?;
    match options.rate {
        None => at_full_speed(connections, &requests, options.requests).await,
        Some(rate) => at_rate(connections, &requests, options.requests, rate).await,
    }
}

/// Every connection sends its share, each request as soon as the one before is answered.
async fn at_full_speed(
    connections: Vec<Connection>,
    requests: &Requests,
    count: u64,
) -> anyhow::Result<Results> {
    let prepared: Vec<Vec<u8>> = (0..count).map(|index| requests.build(index)).collect();
    let start = Instant::now();
    let width = connections.len();
    let shares = connections.into_iter().enumerate().map(|(lane, mut connection)| {
        let share = prepared.iter().skip(lane).step_by(width);
        async move {
            let mut results = Results::default();
            for request in share {
                let sent = Instant::now();
                let status = connection.exchange(request).await?;
                results.add(status, sent.elapsed());
            }
            anyhow::Ok(results)
        }
    });
    Ok(Results::merge(try_join_all(shares).await?, start.elapsed()))
}

/// Request number n leaves n/rate seconds after the start, on the connection whose turn it is.
async fn at_rate(
    connections: Vec<Connection>,
    requests: &Requests,
    count: u64,
    rate: f64,
) -> anyhow::Result<Results> {
    let start = Instant::now();
    let width = connections.len();
    let shares = connections.into_iter().zip(0..).map(|(mut connection, lane)| async move {
        let mut results = Results::default();
        for index in (lane..count).step_by(width) {
            let request = requests.build(index);
            let due = start + Duration::from_secs_f64(index as f64 / rate);
            tokio::time::sleep_until(due).await;
            let status = connection.exchange(&request).await?;
            results.add(status, due.elapsed());
        }
        anyhow::Ok(results)
    });
    Ok(Results::merge(try_join_all(shares).await?, start.elapsed()))
}
