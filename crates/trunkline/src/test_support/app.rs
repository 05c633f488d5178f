//! The app under test.

use std::cell::RefCell;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trunkline_domain::ambient::{Ambient, Clock, SeededEntropy};
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_store::{Result as StoreResult, Store, Tx, sql};
use uuid::Uuid;

use super::carrier::Carrier;
use super::clock::TestClock;
use super::database::{Database, Outage};
use super::server::Server;
use super::setup::SEALING_KEY;
use super::{Client, Engine, Log, TestSetup, checks};
use crate::app::{App, Setup};
use crate::jobs::{LEASE, Node};
use crate::lines::Keys;

/// A whole app, its database and its carrier. Clones are the same app.
#[derive(Clone)]
pub(crate) struct TestApp(Rc<Inner>);

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Store,
    pub(crate) carrier: Rc<Carrier>,
    pub(crate) log: Log,
    pub(super) server: Server,
    setup: TestSetup,
    node_name: String,
    database: Rc<Database>,
    figures: PrometheusHandle,
    running: RefCell<Running>,
    pub(super) leaves_jobs: AtomicBool,
    pub(super) leaves_errors: AtomicBool,
    /// For keys and names that must not repeat within a test.
    counter: AtomicU64,
    outage: Mutex<Option<Outage>>,
}

/// What ends when the process would.
struct Running {
    app: Rc<App>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    follows_events: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Deref for TestApp {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// A job that waits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JobRow {
    pub(crate) kind: String,
    pub(crate) subject: Uuid,
    pub(crate) due_at: Timestamp,
    pub(crate) attempt: u32,
    pub(crate) claimed: bool,
}

impl TestApp {
    pub(super) async fn start(setup: TestSetup) -> TestApp {
        let (database, server) = (Database::clean(setup.engine).await, Server::start().await);
        let ambient = Ambient::new(setup.clock.clone(), Arc::new(SeededEntropy::new(2)));
        let carrier = Carrier::start(&server.base_url(), setup.lively, setup.telnyx, ambient).await;
        TestApp::node(setup, "node".into(), Rc::new(database), server, Rc::new(carrier)).await
    }

    async fn node(
        setup: TestSetup,
        node_name: String,
        database: Rc<Database>,
        server: Server,
        carrier: Rc<Carrier>,
    ) -> TestApp {
        let store = database.open().await;
        let running = run(&setup, &node_name, &store, &server, &carrier).await;
        TestApp(Rc::new(Inner {
            engine: setup.engine,
            clock: setup.clock.clone(),
            log: setup.log.clone(),
            figures: setup.figures.clone(),
            running: RefCell::new(running),
            leaves_jobs: AtomicBool::new(false),
            leaves_errors: AtomicBool::new(false),
            counter: AtomicU64::new(1),
            outage: Mutex::default(),
            setup,
            node_name,
            database,
            store,
            server,
            carrier,
        }))
    }

    /// A further node on the same PostgreSQL database, with the same carrier.
    pub(crate) async fn another_node(&self, name: &str) -> TestApp {
        let setup = TestSetup {
            engine: self.engine,
            config: self.setup.config.clone(),
            data: self.setup.data.clone(),
            clock: self.clock.clone(),
            lively: self.setup.lively,
            signature: self.setup.signature,
            limits: self.setup.limits,
            failover: self.setup.failover,
            service: self.setup.service,
            telnyx: self.setup.telnyx,
            whatsapp: self.setup.whatsapp,
            email: self.setup.email,
            smtp: self.setup.smtp.clone(),
            main_address: self.setup.main_address,
            former_token: self.setup.former_token.clone(),
            provider_timeout: self.setup.provider_timeout,
            log: self.log.clone(),
            figures: self.figures.clone(),
            apps: self.setup.apps.clone(),
        };
        let (database, carrier) = (self.database.clone(), self.carrier.clone());
        TestApp::node(setup, name.to_owned(), database, Server::start().await, carrier).await
    }

    /// Ends everything that runs, without warning, and starts anew under the same name, as a process that was
    /// killed and started again would.
    pub(crate) async fn restart(&self) {
        self.kill();
        let running = run(&self.setup, &self.node_name, &self.store, &self.server, &self.carrier).await;
        *self.running.borrow_mut() = running;
    }

    /// Ends everything that runs, without warning.
    pub(crate) fn kill(&self) {
        self.server.set(axum::Router::new());
        let mut running = self.running.borrow_mut();
        running.stop.cancel();
        running.tasks.drain(..).for_each(|task| task.abort());
    }

    pub(crate) fn app(&self) -> Rc<App> {
        self.running.borrow().app.clone()
    }

    /// Where files are kept.
    pub(crate) fn media_folder(&self) -> PathBuf {
        self.data().join("media")
    }

    /// Under which address the carrier reaches the app.
    pub(crate) fn base_url(&self) -> String {
        self.server.base_url()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What the process does when lines have changed.
    pub(crate) async fn learn_lines(&self) {
        self.app().lines.refresh().await.unwrap();
        self.app().learn_lines().await;
    }

    /// A number that was not given before in this test.
    pub(crate) fn fresh_number(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    // ── work

    /// Runs what is due, and what becomes due by that, until nothing is. Returns how many jobs ran.
    pub(crate) async fn run_due_jobs(&self) -> usize {
        let worker = self.app().worker.clone();
        super::soon(worker.run_due()).await
    }

    /// The same beside the test, for jobs that wait for something the test does.
    pub(crate) fn spawn_due_jobs(&self) {
        let worker = self.app().worker.clone();
        self.spawn(async move {
            worker.run_due().await;
        });
    }

    /// Waits until what was spawned has come to its end.
    pub(crate) async fn until_jobs_ended(&self) {
        let tasks: Vec<_> = self.running.borrow_mut().tasks.drain(..).collect();
        for task in tasks {
            super::soon(task).await.unwrap();
        }
    }

    /// Turns the clock. The node's heartbeat keeps up, as it does in life.
    pub(crate) async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.carrier.simulator.clock_moved();
        while let Err(error) = self.app().worker.beat().await {
            assert!(error.is_transient(), "{error}");
        }
    }

    /// The same beside another node, whose heartbeat keeps up as well.
    pub(crate) async fn advance_beside(&self, other: &TestApp, by: Duration) {
        let mut left = by;
        while !left.is_zero() {
            let step = left.min(LEASE / 2);
            self.clock.advance(step);
            self.carrier.simulator.clock_moved();
            for app in [self, other] {
                app.app().worker.beat().await.unwrap();
            }
            left -= step;
        }
    }

    /// Turns the clock and runs what has become due.
    pub(crate) async fn after(&self, by: Duration) -> usize {
        self.advance(by).await;
        self.run_due_jobs().await
    }

    /// What was spooled goes into the journal, unless the database is away, or fails just now: then the next time.
    async fn take_what_was_spooled(&self) {
        let webhooks = self.app().webhooks.clone();
        drop(webhooks.intake.replay_now(&webhooks.lines).await);
    }

    /// Lets time pass until no job is left that would ever become due.
    pub(crate) async fn run_to_the_end(&self) {
        self.take_what_was_spooled().await;
        let mut ran = self.run_due_jobs().await;
        for _ in 0..1_000 {
            let Some(next) = self.next_due().await else { return };
            // What is due and did not run waits for its line.
            let least = if ran == 0 { Duration::from_secs(1) } else { Duration::ZERO };
            ran = self.after(next.since(self.now()).max(least)).await;
        }
        panic!("the work does not end: {:?}", self.jobs().await);
    }

    /// The same at the carrier's side: before time goes on, it has told all it knows. Else the last look-up may be
    /// made, days later by our clock, before the carrier's next word, seconds later by its own.
    pub(crate) async fn run_to_the_end_with_the_carrier(&self) {
        for _ in 0..1_000 {
            let ran = self.run_due_jobs().await;
            self.carrier.until_told().await;
            self.take_what_was_spooled().await;
            let Some(next) = self.next_due().await else { return };
            let least = if ran == 0 { Duration::from_secs(1) } else { Duration::ZERO };
            self.advance(next.since(self.now()).max(least)).await;
        }
        panic!("the work does not end: {:?}", self.jobs().await);
    }

    async fn next_due(&self) -> Option<Timestamp> {
        let waiting = self.jobs().await.into_iter().map(|job| job.due_at);
        waiting.filter(|due_at| *due_at < Timestamp::MAX).min()
    }

    /// Starts the worker's loop, as the process does.
    pub(crate) fn start_worker(&self) {
        let (worker, stop) = (self.app().worker.clone(), self.running.borrow().stop.clone());
        self.spawn(worker.run(stop));
    }

    /// Starts to replay what was spooled, as the process does.
    pub(crate) fn replay_spool(&self) {
        let app = self.app();
        let webhooks = app.webhooks.clone();
        self.spawn(async move { webhooks.intake.replay(&webhooks.lines).await });
    }

    /// Nothing can be spooled: there is a file where the folder would be.
    pub(crate) fn leave_no_room_to_spool(&self) {
        std::fs::write(self.data().join("spool"), "").unwrap();
    }

    /// Where the app keeps files.
    pub(crate) fn data(&self) -> &Path {
        &self.setup.config.data_dir
    }

    /// Starts to fetch what webhooks told while the database was away, as the process does.
    pub(crate) fn watch_for_gaps(&self) {
        let reconciler = self.app().reconciler.clone();
        self.spawn(async move { reconciler.fetch_after_gaps().await });
    }

    /// Starts to wait for mail, as the process does.
    pub(crate) fn watch_mailboxes(&self) {
        let mailboxes = self.app().mailboxes.clone();
        self.spawn(async move { mailboxes.watch().await });
    }

    /// Starts to tell browsers what changes, unless that was started before.
    pub(super) fn follow_events(&self) {
        if !std::mem::replace(&mut self.running.borrow_mut().follows_events, true) {
            self.spawn(self.app().live.clone().follow());
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.running.borrow_mut().tasks.push(tokio::spawn(task));
    }

    // ── the database

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> T {
        self.store.without_faults().read(work).await.unwrap()
    }

    /// The jobs that wait, oldest first.
    pub(crate) async fn jobs(&self) -> Vec<JobRow> {
        self.read(|tx| {
            tx.query(sql!("select kind, subject, due_at, attempt, epoch from jobs order by id"), &[], |row| {
                let claimed = row.get::<Option<i64>>(4)?.is_some();
                Ok(JobRow {
                    kind: row.get(0)?,
                    subject: row.get(1)?,
                    due_at: row.get(2)?,
                    attempt: row.get(3)?,
                    claimed,
                })
            })
        })
        .await
    }

    /// The database stops answering.
    pub(crate) async fn lose_database(&self) {
        let outage = self.database.take_away(&self.store).await;
        *self.outage.lock() = Some(outage);
    }

    pub(crate) async fn regain_database(&self) {
        let outage = self.outage.lock().take();
        outage.expect("a database that was lost").end().await;
    }

    // ── what is counted and checked

    /// A figure as `/metrics` shows it, such as `trunkline_webhooks_total{result="accepted"}`.
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let text = self.figures.render();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |value| value.parse().unwrap())
    }

    /// This test means to leave work in the queue.
    pub(crate) fn leaves_jobs(&self) {
        self.leaves_jobs.store(true, Ordering::Relaxed);
    }

    /// This test means to make jobs fail.
    pub(crate) fn leaves_errors(&self) {
        self.leaves_errors.store(true, Ordering::Relaxed);
    }

    pub(super) async fn finish(self) {
        checks::at_the_end(&self).await;
    }

    // ── who asks

    /// Someone who is not signed in.
    pub(crate) fn visitor(&self) -> Client {
        Client::new(self.clone())
    }

    /// The owner, signed up as the first user.
    pub(crate) async fn sign_up_owner(&self) -> Client {
        self.visitor().signed_up("owner@example.com", None).await
    }

    /// A further member of the team with this role, invited by `owner`.
    pub(crate) async fn member(&self, owner: &Client, role: &str) -> Client {
        let email = format!("{role}{}@example.com", self.fresh_number());
        let invited = serde_json::json!({ "email": email, "role": role });
        let invited = owner.post("/api/invitations", invited).await.expect(201);
        let token = super::text(&invited["url"]).rsplit('/').next().unwrap().to_owned();
        self.visitor().signed_up(&email, Some(&token)).await
    }
}

/// Starts a process, so to speak: registers its node and wires everything.
async fn run(
    setup: &TestSetup,
    node_name: &str,
    store: &Store,
    server: &Server,
    carrier: &Carrier,
) -> Running {
    // Each start draws other chances, or it would repeat the ids of the one before.
    let seed = setup.clock.now().micros().unsigned_abs();
    let ambient = Ambient::new(setup.clock.clone(), Arc::new(SeededEntropy::new(seed)));
    let (node, _) = Node::register(store.clone(), ambient.clone(), node_name.to_owned()).await.unwrap();
    let (stop, lines) = (CancellationToken::new(), setup.lines(&carrier.base_url()));
    let app = App::build(Setup {
        config: &setup.config,
        store: store.clone(),
        ambient,
        node,
        lines: &lines,
        keys: Keys::new(Some(&Secret::new(SEALING_KEY)), None).unwrap(),
        simulated: Some(carrier.simulated()),
        base_url: server.base_url(),
        provider_timeout: setup.provider_timeout,
        simulator: Some(carrier.simulator.clone()),
        stop: stop.clone(),
    })
    .await
    .unwrap();
    server.set(app.router.clone());
    Running { app: Rc::new(app), stop, tasks: Vec::new(), follows_events: false }
}
