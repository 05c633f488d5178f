//! The team at its browser: it signs up, replies, and repeats every request until there is an answer.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use uuid::Uuid;

/// Before a request is repeated.
const AGAIN: Duration = Duration::from_millis(20);

/// A signed-in browser. Clones share the session.
#[derive(Clone)]
pub(crate) struct Office {
    client: Client,
    base: String,
    cookie: String,
    /// Answers that no kill explains, and how often they came.
    strange: Arc<Mutex<BTreeMap<String, u32>>>,
}

/// A message as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) state: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) provider_message_id: Option<String>,
    pub(crate) possibly_doubled: bool,
    /// When it was written, by the carrier's clock.
    pub(crate) at: Timestamp,
}

/// A conversation as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) contact: Contact,
    pub(crate) unread_count: usize,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Contact {
    pub(crate) phone: Option<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl Office {
    /// Makes the owner's account.
    pub(crate) async fn open(program: SocketAddr) -> Self {
        let client = crate::http_client(Duration::from_secs(5));
        let base = format!("http://{program}");
        let owner = json!({"name": "Ana", "email": "ana@example.com", "password": "correct horse battery"});
        let answer = client.post(format!("{base}/api/auth/sign-up")).json(&owner).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "the first sign-up");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let office = Office { client, base, cookie, strange: Arc::default() };
        office.forget_the_hours().await;
        office
    }

    /// The test runs at any hour: quiet ones must not hold what it counts.
    async fn forget_the_hours(&self) {
        let path = "/api/compliance/settings";
        let mut rules: Value = self.persist(|| self.request(Method::GET, path)).await;
        rules["quiet_hours"]["enabled"] = json!(false);
        let _: Value = self.persist(|| self.request(Method::PUT, path).json(&rules)).await;
    }

    /// Sends a text to `to`; returns the message's id once the program has acknowledged it.
    pub(crate) async fn reply(&self, key: &str, to: &str, body: &str, at: Option<Timestamp>) -> Uuid {
        self.send(key, &json!({"to": to, "body": body, "send_at": at})).await
    }

    /// Sends any message; returns its id once the program has acknowledged it.
    pub(crate) async fn send(&self, key: &str, message: &Value) -> Uuid {
        let request =
            || self.request(Method::POST, "/api/messages").header("idempotency-key", key).json(message);
        let acknowledged: Value = self.persist(request).await;
        acknowledged["id"].as_str().and_then(|id| id.parse().ok()).expect("the message has an id")
    }

    /// Every item of a list. `path` has a query.
    pub(crate) async fn all<T: DeserializeOwned>(&self, path: &str) -> Vec<T> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{path}&limit=200{cursor}");
            let page: Page<T> = self.persist(|| self.request(Method::GET, &path)).await;
            items.extend(page.items);
            let Some(next) = page.next_cursor else { return items };
            cursor = format!("&cursor={next}");
        }
    }

    /// Answers that no kill explains.
    pub(crate) fn strange_answers(&self) -> Vec<String> {
        self.strange.lock().iter().map(|(answer, times)| format!("{times} times {answer}")).collect()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header(header::COOKIE, &self.cookie)
    }

    /// Repeats a request until it is answered with success. A refusal would stay one, so it fails the test.
    async fn persist<T: DeserializeOwned>(&self, request: impl Fn() -> RequestBuilder) -> T {
        loop {
            if let Ok(answer) = request().send().await {
                let status = answer.status();
                match answer.text().await {
                    Ok(body) if status.is_client_error() => panic!("refused with {status}: {body}"),
                    Ok(body) if status.is_success() => return serde_json::from_str(&body).expect(&body),
                    // What a browser is told to try again later.
                    Ok(_) if status == StatusCode::SERVICE_UNAVAILABLE => {}
                    Ok(body) => *self.strange.lock().entry(format!("{status}: {body}")).or_default() += 1,
                    // Killed in the middle of the answer.
                    Err(_) => {}
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}
