//! Doors for the benchmarks in `bench/`: parts of the product, wired for measuring. Never part of a release.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use futures::stream::{FuturesUnordered, StreamExt};
use trunkline_domain::channel::Channel;
use trunkline_domain::message::Timing;
use trunkline_providers::{Secret, transport};
use trunkline_store::{Location, Store};

use crate::config::{Credentials, LineConfig, Signature, TwilioAccount};
use crate::delivery::{CallbackUrls, Delivery};
use crate::events::Events;
use crate::jobs::Jobs;
use crate::lines::{Keys, Lines, Sources, Wire};
use crate::{clock, schema};

/// Set before anything starts; see [`take_journal_out`].
static JOURNAL_OUT: AtomicBool = AtomicBool::new(false);

/// From now on webhooks are acknowledged without being kept: the ceiling that storing is measured against.
pub fn take_journal_out() {
    JOURNAL_OUT.store(true, Ordering::Relaxed);
}

pub(crate) fn journal_is_out() -> bool {
    JOURNAL_OUT.load(Ordering::Relaxed)
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
        Ok(EnqueueBench { delivery: delivery(location).await?, sent: 0 })
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

async fn delivery(location: &Location) -> anyhow::Result<Delivery> {
    let (store, ambient) = (Store::open(location)?, clock::system());
    store.migrate(schema::MIGRATIONS).await?;
    let line = LineConfig {
        slug: "main".into(),
        name: "Bench".into(),
        channel: Channel::Sms,
        address: "+12025550100".into(),
        credentials: Credentials::Twilio(TwilioAccount {
            account_sid: format!("AC{}", "0".repeat(32)),
            messaging_service_sid: None,
            auth_token: Secret::new("token".to_owned()),
            auth_token_previous: None,
        }),
        base_url: "http://127.0.0.1:9".into(),
        signature: Signature::Enforce,
        limits: trunkline_domain::rate::Limits::default(),
        failover: Vec::new(),
    };
    let wire = Wire { http: transport::http_client()?, timeout: transport::REQUEST_TIMEOUT };
    let sources = Sources {
        configured: vec![line],
        simulator: None,
        keys: Keys::default(),
        wire,
        default_country: None,
    };
    let lines = Lines::open(&store, &ambient, sources).await?;
    let (events, jobs) = (Events::new(), Jobs::new());
    let floor = crate::media::Floor {
        store: store.clone(),
        ambient: ambient.clone(),
        events: events.clone(),
        jobs: jobs.clone(),
        lines: lines.clone(),
        links: crate::media::Links { base_url: String::new(), key: Secret::new("key".to_owned()) },
    };
    let settings = crate::config::Media {
        place: crate::config::MediaPlace::Folder(std::env::temp_dir().join("trunkline-bench-media")),
        file_max_bytes: 0,
        fetch_within: std::time::Duration::ZERO,
    };
    let media = crate::media::Media::open(floor, &settings, &transport::http_client()?)?;
    Ok(Delivery {
        store,
        ambient,
        events,
        jobs,
        lines,
        timing: Timing::default(),
        marks: crate::email::Marks { base_url: String::new(), key: Secret::new("key".to_owned()) },
        media,
        callbacks: CallbackUrls { base_url: "http://127.0.0.1:9".into(), key: Secret::new("key".to_owned()) },
        default_country: None,
    })
}
