//! The one place that wires everything: which feature gets what, which route leads where.
//!
//! To add a feature: make its folder, give it a handle with what it needs, and add its routes, jobs and
//! housekeeping here. Features must not know this room.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::timeout::TimeoutLayer;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::message::Timing;
use trunkline_providers::Secret;
use trunkline_store::{Store, sql};

use crate::accounts::{self, Accounts, AccountsSettings};
use crate::alerts::{self, Alerts};
use crate::compliance::{self, Compliance};
use crate::config::{Config, LineConfig};
use crate::contacts::{self, Contacts};
use crate::content::{self, Contents};
use crate::delivery::{self, CallbackUrls, Delivery, Pace};
use crate::doctor::{self, Doctor};
use crate::email::Marks;
use crate::events::{self, Events};
use crate::http::origin::{self, Client, Origins};
use crate::http::{Access, ApiRoutes, Problem};
use crate::inbox::{self, Inbox};
use crate::incidents::Incidents;
use crate::jobs::{self, Handlers, Jobs, Node, Worker};
use crate::journal::Journal;
use crate::lines::{self, Keys, Lines, Wire};
use crate::live::{self, Live};
use crate::mailboxes::Mailboxes;
use crate::media::{self, Floor, Media};
use crate::personas::{self, Personas};
use crate::provisioning::{self, Provisioner};
use crate::reconcile::Reconciler;
use crate::spool::Spool;
use crate::templates::{self, Templates};
use crate::webhooks::{self, Intake, Webhooks};
use crate::{metrics, openapi, web};

/// The longest a request may take to be answered; a stream's body may last.
const REQUEST_MAX: Duration = Duration::from_secs(30);

/// Between two rounds of housekeeping.
const HOUSEKEEPING: Duration = Duration::from_secs(3_600);

/// How long a browser may be away and still be told one by one what it missed.
const EVENTS_KEPT: Duration = Duration::from_secs(3 * 86_400);

/// Everything a node runs.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) router: Router,
    pub(crate) worker: Worker,
    pub(crate) live: Live,
    pub(crate) reconciler: Reconciler,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) contents: Contents,
    pub(crate) webhooks: Webhooks,
    pub(crate) lines: Lines,
    personas: Personas,
    pub(crate) alerts: Alerts,
    pub(crate) accounts: Accounts,
    pub(crate) media: Media,
    pub(crate) ambient: Ambient,
}

/// What is particular to this process.
pub(crate) struct Setup<'a> {
    pub(crate) config: &'a Config,
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) node: Node,
    /// The lines to open: the configured ones, or the simulator's.
    pub(crate) lines: &'a [LineConfig],
    /// What credentials in the database are sealed with.
    pub(crate) keys: Keys,
    /// The built-in simulator for lines that lead to it, if it runs.
    pub(crate) simulated: Option<lines::Simulated>,
    /// Under which address providers reach us.
    pub(crate) base_url: String,
    /// How long a provider may take to answer; shorter than a node's lease.
    pub(crate) provider_timeout: Duration,
    pub(crate) simulator: Option<trunkline_simulator::Simulator>,
    pub(crate) stop: CancellationToken,
}

impl App {
    /// Wires everything together.
    pub(crate) async fn build(setup: Setup<'_>) -> anyhow::Result<App> {
        let Setup {
            config, store, ambient, node, lines, base_url, provider_timeout, simulator, stop, ..
        } = setup;
        let (events, jobs, incidents) = (Events::new(), Jobs::new(), Incidents::default());
        let http =
            trunkline_providers::transport::http_client().context("the HTTP client could not be made")?;
        let wire = Wire { http: http.clone(), timeout: provider_timeout };
        let (configured, keys, simulator_lines) = (lines.to_vec(), setup.keys, setup.simulated);
        let default_country = Some(config.installation.default_country);
        let sources = lines::Sources { configured, simulator: simulator_lines, keys, wire, default_country };
        let lines = Lines::open(&store, &ambient, sources).await?;
        let country = Some(config.installation.default_country);
        let key = callback_key(&store, &ambient).await?;
        let links = media::Links { base_url: base_url.clone(), key: key.clone() };
        let floor = Floor {
            store: store.clone(),
            ambient: ambient.clone(),
            events: events.clone(),
            jobs: jobs.clone(),
            lines: lines.clone(),
            links,
        };
        let media = Media::open(floor, &config.media, &http)?;
        let delivery = Delivery {
            store: store.clone(),
            ambient: ambient.clone(),
            events: events.clone(),
            jobs: jobs.clone(),
            lines: lines.clone(),
            timing: timing(config),
            marks: Marks { key: key.clone(), base_url: base_url.clone() },
            callbacks: CallbackUrls { base_url, key },
            media: media.clone(),
            default_country: country,
        };
        let provisioner = Provisioner {
            store: store.clone(),
            ambient: ambient.clone(),
            lines: lines.clone(),
            base_url: delivery.callbacks.base_url.clone(),
        };
        let personas = Personas::open(&delivery, &config.personas, &http);
        let webhooks = Webhooks {
            store: store.clone(),
            ambient: ambient.clone(),
            events: events.clone(),
            jobs: jobs.clone(),
            intake: Intake::new(
                Journal::new(&store, &ambient, &jobs),
                spool(config, &ambient)?,
                incidents.clone(),
                ambient.clone(),
            ),
            lines: lines.clone(),
            delivery: delivery.clone(),
            personas: personas.clone(),
            media: media.clone(),
        };
        let settings = AccountsSettings {
            installation_name: config.installation.name.clone(),
            simulator: simulator.is_some(),
            default_country: config.installation.default_country,
            version: env!("CARGO_PKG_VERSION"),
            limits: config.limits.clone(),
        };
        let accounts = Accounts::new(store.clone(), ambient.clone(), settings);
        let live = Live::new(store.clone(), events.clone(), accounts.clone(), stop);

        let mut handlers = Handlers::default();
        webhooks::handlers(&webhooks, &mut handlers);
        let pace = Pace::open(&store, &ambient, &delivery.lines, &config.delivery).await?;
        delivery::handlers(&delivery, &pace, &node, &mut handlers);
        personas::handlers(&personas, &mut handlers);
        media::handlers(&media, &mut handlers);
        let contents = Contents {
            store: store.clone(),
            ambient: ambient.clone(),
            jobs: delivery.jobs.clone(),
            lines: delivery.lines.clone(),
        };
        content::handlers(&contents, &mut handlers);
        let reconciler = Reconciler::new(webhooks.clone());
        reconciler.handlers(&mut handlers);
        let mailboxes = Mailboxes::new(webhooks.clone());
        mailboxes.handlers(&mut handlers);
        let (thresholds, secret) = (config.delivery.thresholds.clone(), config.delivery.cron_secret.clone());
        let doors = delivery::api::Api::new(delivery.clone(), pace.clone(), thresholds, secret);
        let alerts = Alerts {
            store: store.clone(),
            ambient: ambient.clone(),
            jobs: jobs.clone(),
            incidents,
            sending: doors.clone(),
            settings: config.alerts.clone(),
            installation: config.installation.name.clone(),
            base_url: config.server.base_url.clone(),
            http: http.clone(),
        };
        alerts::handlers(&alerts, &mut handlers);
        let known = webhooks.lines.clone();
        let mut config_as_seen = config.clone();
        if simulator.is_some() {
            config_as_seen.server.base_url.get_or_insert(delivery.callbacks.base_url.clone());
        }
        let doctor = Doctor {
            config: config_as_seen,
            lines: Arc::new(move || known.known()),
            store: Ok(Some(store.clone())),
            ambient: ambient.clone(),
            http,
            is_simulated: simulator.is_some(),
        };
        let (store_of_worker, pools) = (store.clone(), Arc::new(pace.clone()));
        let worker = Worker {
            store: store_of_worker,
            ambient: ambient.clone(),
            jobs,
            node,
            handlers,
            pools,
            hands: jobs::Hands::default(),
        };

        let inbox = Inbox {
            store: store.clone(),
            ambient: ambient.clone(),
            events: events.clone(),
            default_country: country,
        };
        let asked = delivery.clone();
        let reconsider: contacts::Reconsider =
            Arc::new(move |tx, contact| delivery::reconsider(tx, &asked, contact));
        let compliance = Compliance {
            store: store.clone(),
            ambient: ambient.clone(),
            events: events.clone(),
            reconsider: reconsider.clone(),
        };
        let people = Contacts {
            store: store.clone(),
            ambient: ambient.clone(),
            events,
            reconsider,
            default_country: country,
        };
        let templates =
            Templates { store: store.clone(), ambient: ambient.clone(), lines: delivery.lines.clone() };
        let api = accounts::routes()
            .with_state(accounts.clone())
            .merge(contacts::routes().with_state(people))
            .merge(compliance::routes().with_state(compliance))
            .merge(templates::routes().with_state(templates))
            .merge(content::routes().with_state(contents.clone()))
            .merge(inbox::routes().with_state(inbox))
            .merge(delivery::api::routes().with_state(doors))
            .merge(personas::routes().with_state(personas.clone()))
            .merge(lines::routes().with_state(webhooks.lines.clone()))
            .merge(media::routes().with_state(media.clone()))
            .merge(provisioning::routes().with_state(provisioner))
            .merge(live::routes().with_state(live.clone()))
            .merge(webhooks::log_routes().with_state(webhooks.clone()))
            .merge(jobs::routes().with_state(store.clone()))
            .merge(alerts::routes().with_state(alerts.clone()))
            .merge(doctor::routes().with_state(doctor));
        let router = if config.node.web {
            router(config, &store, &ambient, &accounts, api, open_doors(&webhooks, &media), simulator)
        } else {
            operations(&store, &ambient)
        };
        let lines = webhooks.lines.clone();
        let app = App {
            store,
            router,
            worker,
            live,
            reconciler,
            mailboxes,
            contents,
            webhooks,
            alerts,
            lines,
            personas,
            accounts,
            media,
            ambient,
        };
        Ok(app)
    }

    /// For ever: whoever looked at the lines hears of their changes, also of those that other nodes made.
    pub(crate) async fn follow_lines(&self) {
        let mut changes = self.lines.changes();
        let pass_on = async {
            while changes.changed().await.is_ok() {
                self.learn_lines().await;
            }
        };
        tokio::join!(self.lines.follow(), pass_on);
    }

    /// What lines there are has changed.
    pub(crate) async fn learn_lines(&self) {
        self.personas.learn_lines();
        if let Err(error) = self.reconciler.begin().await {
            tracing::warn!(%error, "what came to a new line before it was made is fetched after the next start");
        }
        if let Err(error) = self.mailboxes.start().await {
            tracing::warn!(%error, "the mailbox of a new line is read after the next start");
        }
        self.worker.jobs.wake(jobs::Queue::Send);
    }

    /// For ever: what was spooled goes into the journal when the database is there.
    pub(crate) async fn replay_spool(&self) {
        self.webhooks.intake.replay(&self.webhooks.lines).await;
    }

    /// What has to be done every now and then, for ever.
    pub(crate) async fn keep_house(&self) {
        for round in 0_u64.. {
            if let Err(error) = self.media.sweep(round == 0).await {
                tracing::warn!(%error, "files that belong to nothing could not be deleted");
            }
            if let Err(error) = self.media.drop_unsent().await {
                tracing::warn!(%error, "files that were never sent could not be deleted");
            }
            if let Err(error) = self.accounts.clean_up().await {
                tracing::warn!(%error, "expired sessions could not be deleted");
            }
            if let Err(error) = self.lines.forget_removed().await {
                tracing::warn!(%error, "the credentials of removed lines could not be erased");
            }
            self.clear_out().await;
            tokio::time::sleep(HOUSEKEEPING).await;
        }
    }

    /// Deletes what has been kept for long enough.
    pub(crate) async fn clear_out(&self) {
        let now = self.ambient.now();
        let events = self.store.write_in_background(move |tx| events::prune(tx, now.minus(EVENTS_KEPT)));
        if let Err(error) = events.await {
            tracing::warn!(%error, "old events could not be deleted");
        }
        if let Err(error) = self.alerts.clean_up().await {
            tracing::warn!(%error, "old alerts could not be deleted");
        }
        if let Err(error) = self.store.write_in_background(move |tx| personas::prune(tx, now)).await {
            tracing::warn!(%error, "old runs of personas could not be deleted");
        }
    }
}

/// The description of the whole API, without anything running; a test holds it against what is served.
pub(crate) fn describe() -> utoipa::openapi::OpenApi {
    openapi::complete([
        accounts::routes().describe(),
        contacts::routes().describe(),
        compliance::routes().describe(),
        templates::routes().describe(),
        content::routes().describe(),
        inbox::routes().describe(),
        delivery::api::routes().describe(),
        personas::routes().describe(),
        lines::routes().describe(),
        media::routes().describe(),
        provisioning::routes().describe(),
        live::routes().describe(),
        webhooks::log_routes().describe(),
        jobs::routes().describe(),
        alerts::routes().describe(),
        doctor::routes().describe(),
    ])
}

/// Where webhooks are kept while the database is away.
fn spool(config: &Config, ambient: &Ambient) -> anyhow::Result<Spool> {
    let folder = config.data_dir.join("spool");
    Spool::open(folder, config.spool_max_bytes, ambient).context("the spool could not be opened")
}

fn timing(config: &Config) -> Timing {
    let mut timing = Timing {
        look_ups: config.delivery.look_ups.clone(),
        polls: config.delivery.polls.clone(),
        retries_max: config.delivery.retries_max,
        ..Timing::default()
    };
    timing.backoff.base = config.delivery.backoff;
    timing
}

/// The key behind the marks in addresses that providers are given: made once, kept in the database for all nodes.
async fn callback_key(store: &Store, ambient: &Ambient) -> anyhow::Result<Secret> {
    let fresh: [u8; 32] = ambient.bytes();
    let key: Vec<u8> = store
        .write(move |tx| {
            tx.execute(
                sql!("insert into settings (key, value) values ('callback_key', $1) on conflict (key) do nothing"),
                &[fresh.to_vec().into()],
            )?;
            tx.query_one(sql!("select value from settings where key = 'callback_key'"), &[], |row| row.get(0))
        })
        .await?;
    Ok(Secret::new(hex::encode(key)))
}

/// What others than the team come to, without signing in: an address or a signature is their permission.
fn open_doors(webhooks: &Webhooks, media: &Media) -> Router {
    Router::new()
        .merge(webhooks::router(webhooks.doors()))
        .merge(webhooks::legacy_router(webhooks.doors()))
        .merge(media::public_router(media.clone()))
        .merge(delivery::unsubscribe_router(webhooks.delivery.clone()))
}

fn router(
    config: &Config,
    store: &Store,
    ambient: &Ambient,
    accounts: &Accounts,
    api: ApiRoutes,
    doors: Router,
    simulator: Option<trunkline_simulator::Simulator>,
) -> Router {
    let guard = accounts::guard(accounts);
    let mut signed_in = Router::new();
    if let Some(simulator) = simulator {
        // The simulator's phone page acts for customers, so it is for whoever may answer them.
        let control = Router::new().nest("/simulator", simulator.control_router());
        signed_in = guard(Access::AtLeast(crate::http::access::Role::Agent), control);
    }
    let (api, described) = api.build(guard);
    let described = openapi::complete([described]).to_json().unwrap_or_default();
    let description = get(move || async move { ([(header::CONTENT_TYPE, "application/json")], described) });
    let origins =
        Origins { proxies: config.server.trusted_proxies.clone(), base_url: config.server.base_url.clone() };
    let pages = Router::new()
        .merge(api)
        .merge(signed_in)
        .merge(web::router())
        .layer(from_fn(security_headers))
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(NotForContentType::SSE).and(is_no_file)),
        );
    Router::new()
        .merge(pages)
        .merge(doors)
        .route("/api/openapi.json", description)
        .merge(operations(store, ambient))
        .route("/api/", any(nowhere))
        .route("/api/{*path}", any(nowhere))
        .method_not_allowed_fallback(not_offered)
        .layer(DefaultBodyLimit::max(config.server.body_max_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_MAX))
        .layer(from_fn_with_state(Arc::new(origins), origin::identify))
        .layer(CatchPanicLayer::custom(panicked))
}

/// Files go out as they are: who asks for a part of one counts its own bytes.
fn is_no_file(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::ACCEPT_RANGES)
}

async fn nowhere() -> Problem {
    Problem::not_found("address")
}

async fn not_offered() -> Problem {
    let detail = "This address does not offer that method; the Allow header names those it does.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// What operators and their tools ask, on every node.
fn operations(store: &Store, ambient: &Ambient) -> Router {
    let (store, ambient, measured) = (store.clone(), ambient.clone(), store.clone());
    Router::new().route("/healthz", get(healthy)).route("/readyz", get(move || ready(store))).route(
        "/metrics",
        get(async move || {
            delivery::api::publish_figures(&measured, ambient.now()).await;
            metrics::render().await
        }),
    )
}

async fn healthy() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], r#"{"status":"ok"}"#)
}

/// Whether this node can serve: the database answers. That it answers many others first is no reason for anyone to
/// take a busy node out.
async fn ready(store: Store) -> Response {
    match store.ping().await {
        Ok(()) => healthy().await.into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal(&"a handler panicked").into_response()
}

/// Headers that tell browsers to trust nothing but us.
async fn security_headers(request: Request, next: Next) -> Response {
    let https = request.extensions().get::<Client>().is_some_and(|client| client.https);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A file that a stranger made comes with a stricter policy of its own.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ));
    // A document for a frame of ours lets itself be framed.
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
