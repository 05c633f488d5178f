//! Doors for the benchmarks in `bench/`: parts of the product, wired for measuring. Never part of a release.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use futures::stream::{FuturesUnordered, StreamExt};
use trunkline_domain::channel::Channel;
use trunkline_domain::message::Timing;
use trunkline_providers::{Secret, transport};
use trunkline_store::{Location, Store};

use crate::config::{LineConfig, Signature};
use crate::delivery::{CallbackUrls, Delivery};
use crate::events::Events;
use crate::http::origin::{Origins, identify};
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::lines::{Lines, Wire};
use crate::webhooks::{self, Webhooks};
use crate::{clock, schema};

/// The webhook handler of the product with everything but the journal: the ceiling that storing is
/// measured against.
///
/// # Errors
/// When it cannot listen.
pub async fn serve_handler_without_store(listen: SocketAddr, auth_token: &str) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("trunkline-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let parts = parts(&Location::Sqlite(folder.join("bench.db")), auth_token).await?;
    let webhooks = Webhooks { journal: Journal::nowhere(), ..parts };
    let router = webhooks::router(webhooks)
        .layer(DefaultBodyLimit::max(1_048_576))
        .layer(from_fn_with_state(Arc::new(Origins::default()), identify));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

/// One measured run of the enqueue path.
#[derive(Clone, Copy, Debug)]
pub struct Enqueued {
    /// Messages accepted, each with its conversation, job and events on disk.
    pub messages: usize,
    /// How long that took.
    pub took: Duration,
}

/// The enqueue path of one database.
pub struct EnqueueBench {
    delivery: Delivery,
    sent: usize,
}

impl EnqueueBench {
    /// On a SQLite file in `folder`.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn sqlite(folder: &Path) -> anyhow::Result<Self> {
        Self::open(&Location::Sqlite(folder.join("bench.db"))).await
    }

    /// On a PostgreSQL database.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn postgres(url: &str) -> anyhow::Result<Self> {
        Self::open(&Location::Postgres { url: url.to_owned(), connections: 16 }).await
    }

    async fn open(location: &Location) -> anyhow::Result<Self> {
        Ok(EnqueueBench { delivery: parts(location, "token").await?.delivery, sent: 0 })
    }

    /// Accepts `messages` to as many different people, `in_flight` at a time.
    ///
    /// # Errors
    /// When one is not accepted.
    pub async fn run(&mut self, messages: usize, in_flight: usize) -> anyhow::Result<Enqueued> {
        let first = self.sent;
        self.sent += messages;
        let started = Instant::now();
        let mut running = FuturesUnordered::new();
        for number in first..first + messages {
            if running.len() >= in_flight {
                running.next().await.context("nothing in flight")??;
            }
            running.push(crate::delivery::enqueue_for_bench(self.delivery.clone(), number));
        }
        while let Some(done) = running.next().await {
            done?;
        }
        Ok(Enqueued { messages, took: started.elapsed() })
    }
}

async fn parts(location: &Location, auth_token: &str) -> anyhow::Result<Webhooks> {
    let (store, ambient) = (Store::open(location)?, clock::system());
    store.migrate(schema::MIGRATIONS).await?;
    let line = LineConfig {
        slug: "main".into(),
        name: "Bench".into(),
        provider: "twilio".into(),
        channel: Channel::Sms,
        address: "+12025550100".into(),
        account_sid: format!("AC{}", "0".repeat(32)),
        auth_token: Secret::new(auth_token.to_owned()),
        auth_token_previous: None,
        base_url: "http://127.0.0.1:9".into(),
        signature: Signature::Enforce,
    };
    let wire = Wire { http: transport::http_client()?, timeout: transport::REQUEST_TIMEOUT };
    let lines = Lines::open(&store, &ambient, &[line], true, &wire).await?;
    let (events, jobs) = (Events::new(), Jobs::new());
    let delivery = Delivery {
        store: store.clone(),
        ambient: ambient.clone(),
        events: events.clone(),
        jobs: jobs.clone(),
        lines: lines.clone(),
        timing: Timing::default(),
        callbacks: CallbackUrls { base_url: "http://127.0.0.1:9".into(), key: Secret::new("key".to_owned()) },
        default_country: None,
    };
    let journal = Journal::new(&store, &ambient, &jobs);
    Ok(Webhooks { store, ambient, events, jobs, journal, lines, delivery })
}
