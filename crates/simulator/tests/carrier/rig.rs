//! A carrier on a port of its own, a client for it, and a web server that it calls.
//!
//! The carrier's clock stands still until a test turns it. Its timers are real but short; tests wait for
//! what they expect, never for a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use trunkline_domain::ambient::{Ambient, ManualClock, SeededEntropy};
use trunkline_domain::time::Timestamp;
use trunkline_simulator::{
    BusinessNumber, Config, CreateFault, LedgerItem, MessagingService, Phone, Simulator, Status, Timing,
};

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "fedcba9876543210fedcba9876543210";
pub(crate) const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
pub(crate) const SHOP: &str = "+14155550142";
/// In the pool of [`SERVICE`].
pub(crate) const POOL: &str = "+14155550143";
pub(crate) const ANA: &str = "+12125550163";
pub(crate) const BEN: &str = "+13125550128";
/// Tuesday.
pub(crate) const NOW: i64 = 1_793_707_200;

/// Longer than anything takes, so that a test that would wait for ever fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for `future`, but not for ever.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("what was waited for did not happen")
}

/// A carrier, its API on a port, and a client.
pub(crate) struct Rig {
    pub(crate) simulator: Simulator,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) base: String,
    pub(crate) client: reqwest::Client,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

pub(crate) fn config() -> Config {
    let number = |number: &str| BusinessNumber {
        number: number.into(),
        name: "Shop".into(),
        ..BusinessNumber::default()
    };
    let phone = |number: &str, name: &str| Phone { number: number.into(), name: name.into() };
    let service =
        MessagingService { sid: SERVICE.into(), numbers: vec![POOL.into()], ..MessagingService::default() };
    Config {
        numbers: vec![number(SHOP), number(POOL)],
        phones: vec![phone(ANA, "Ana"), phone(BEN, "Ben")],
        services: vec![service],
        timing: Timing { sent_after: Duration::from_millis(2), final_after: Duration::from_millis(4) },
        ..Config::account(ACCOUNT, TOKEN)
    }
}

impl Rig {
    pub(crate) async fn new() -> Rig {
        Rig::with(config()).await
    }

    pub(crate) async fn with(config: Config) -> Rig {
        Rig::seeded(config, 7).await
    }

    pub(crate) async fn seeded(config: Config, seed: u64) -> Rig {
        Rig::start(config, seed, NOW).await
    }

    /// With a clock that stands at `now`, in seconds since the epoch.
    pub(crate) async fn start(config: Config, seed: u64, now: i64) -> Rig {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(now)));
        let ambient = Ambient::new(clock.clone(), Arc::new(SeededEntropy::new(seed)));
        let simulator = Simulator::new(config, ambient).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (server, worker) = (simulator.clone(), simulator.clone());
        let tasks = vec![
            tokio::spawn(async move {
                server.serve_with_control(listener, std::future::pending()).await.unwrap();
            }),
            tokio::spawn(async move { worker.run(std::future::pending()).await }),
        ];
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Rig { simulator, clock, base, client, tasks }
    }

    /// An address below the account.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/2010-04-01/Accounts/{ACCOUNT}{path}", self.base)
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.client.get(self.url(path)).basic_auth(ACCOUNT, Some(TOKEN))).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
        answer(self.posting(path, form)).await
    }

    pub(crate) fn posting(&self, path: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.client.post(self.url(path)).basic_auth(ACCOUNT, Some(TOKEN)).form(form)
    }

    pub(crate) async fn delete(&self, path: &str) -> StatusCode {
        let request = self.client.delete(self.url(path)).basic_auth(ACCOUNT, Some(TOKEN));
        soon(request.send()).await.unwrap().status()
    }

    /// Creates a message that must be accepted.
    pub(crate) async fn create(&self, form: &[(&str, &str)]) -> Value {
        let (status, message) = self.post("/Messages.json", form).await;
        assert_eq!(status, StatusCode::CREATED, "{message}");
        message
    }

    /// Sends a text from the shop that must be accepted; gives its SID.
    pub(crate) async fn send(&self, to: &str, body: &str) -> String {
        let message = self.create(&[("To", to), ("From", SHOP), ("Body", body)]).await;
        message["sid"].as_str().unwrap().to_owned()
    }

    /// Creates a message that must be refused; gives the code.
    pub(crate) async fn refused(&self, form: &[(&str, &str)]) -> i64 {
        let (status, error) = self.post("/Messages.json", form).await;
        assert_eq!(status.as_u16(), error["status"].as_u64().unwrap() as u16, "{error}");
        error["code"].as_i64().unwrap()
    }

    pub(crate) async fn control(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        answer(self.client.request(method, format!("{}/simulator{path}", self.base)).json(&body)).await
    }

    /// Waits until the ledger's entry for `sid` is as wanted.
    pub(crate) async fn ledger(&self, sid: &str, wanted: impl Fn(&LedgerItem) -> bool) -> LedgerItem {
        soon(self.simulator.until(|simulator| simulator.ledger_item(sid).filter(&wanted))).await
    }

    pub(crate) async fn status(&self, sid: &str, status: Status) -> LedgerItem {
        self.ledger(sid, |item| item.status == status).await
    }

    pub(crate) fn next(&self, fault: CreateFault) {
        self.simulator.next_faults([fault]).unwrap();
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let response = soon(request.send()).await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// A request the carrier made.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Heard {
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn map(&self) -> HashMap<&str, &str> {
        self.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

type Script = Box<dyn Fn(usize, &Heard) -> Reaction + Send + Sync>;

/// What the web server does with a request.
pub(crate) enum Reaction {
    Answer(Response),
    Hang,
}

pub(crate) fn xml(text: &str) -> Reaction {
    Reaction::Answer(([("content-type", "text/xml")], text.to_owned()).into_response())
}

pub(crate) fn status(code: u16) -> Reaction {
    Reaction::Answer(StatusCode::from_u16(code).unwrap().into_response())
}

pub(crate) fn redirect(code: u16, location: &str) -> Reaction {
    let code = StatusCode::from_u16(code).unwrap();
    Reaction::Answer((code, [("location", location.to_owned())]).into_response())
}

/// A web server that notes what it hears and answers by a script.
pub(crate) struct Hook {
    pub(crate) base: String,
    heard: Mutex<mpsc::UnboundedReceiver<Heard>>,
    task: JoinHandle<()>,
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Scripted {
    script: Script,
    count: AtomicUsize,
    heard: mpsc::UnboundedSender<Heard>,
}

impl Hook {
    /// Answers everything with an empty document.
    pub(crate) async fn new() -> Hook {
        Hook::scripted(|_, _| xml("<Response/>")).await
    }

    /// Answers by `script`, which is told how many requests came before.
    pub(crate) async fn scripted(script: impl Fn(usize, &Heard) -> Reaction + Send + Sync + 'static) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (sender, heard) = mpsc::unbounded_channel();
        let state =
            Arc::new(Scripted { script: Box::new(script), count: AtomicUsize::new(0), heard: sender });
        let router = Router::new().fallback(hear).with_state(state);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Hook { base, heard: Mutex::new(heard), task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The next request, in the order in which they came.
    pub(crate) async fn next(&self) -> Heard {
        soon(async { self.heard.lock().await.recv().await }).await.unwrap()
    }

    /// The requests that came and were not looked at yet.
    pub(crate) async fn rest(&self) -> Vec<Heard> {
        let mut heard = self.heard.lock().await;
        std::iter::from_fn(|| heard.try_recv().ok()).collect()
    }
}

async fn hear(State(state): State<Arc<Scripted>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let heard = Heard {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: parts.headers,
        params: form_urlencoded::parse(&body).into_owned().collect(),
        body,
    };
    let count = state.count.fetch_add(1, Ordering::SeqCst);
    let reaction = (state.script)(count, &heard);
    _ = state.heard.send(heard);
    match reaction {
        Reaction::Answer(response) => response,
        Reaction::Hang => std::future::pending().await,
    }
}
