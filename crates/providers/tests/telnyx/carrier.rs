//! A stand-in for Telnyx's API: answers as it is told and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use trunkline_domain::ids::MessageId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::telnyx::{Telnyx, TelnyxCredentials};
use trunkline_providers::transport::http_client_builder;
use trunkline_providers::{KeepUntil, Outbound, Secret};

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Value,
    pub(crate) headers: HeaderMap,
}

/// One answer to give. Without a plan left, the server answers 500.
pub(crate) enum Reply {
    Json(u16, Value),
    With(u16, &'static str, &'static str),
    Raw(u16, &'static str),
    Hang,
}

#[derive(Clone, Default)]
struct Plan {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// The running server.
pub(crate) struct Carrier {
    base_url: String,
    plan: Plan,
}

impl Carrier {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Carrier {
        let plan = Plan { replies: Arc::new(Mutex::new(replies.into_iter().collect())), ..Plan::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(plan.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Carrier { base_url, plan }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.plan.seen.lock().unwrap().clone()
    }

    pub(crate) fn telnyx(&self) -> Telnyx {
        telnyx(&self.base_url)
    }
}

async fn answer(State(plan): State<Plan>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned();
    plan.seen.lock().unwrap().push(Seen {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: query.collect(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        headers: parts.headers,
    });
    let reply = plan.replies.lock().unwrap().pop_front();
    match reply {
        Some(Reply::Json(status, body)) => (code(status), body.to_string()).into_response(),
        Some(Reply::With(status, name, value)) => (code(status), [(name, value)]).into_response(),
        Some(Reply::Raw(status, body)) => (code(status), body).into_response(),
        Some(Reply::Hang) => std::future::pending().await,
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

/// A client that does not wait long, for servers that never answer.
pub(crate) fn telnyx(base_url: &str) -> Telnyx {
    let credentials = TelnyxCredentials {
        api_key: Secret::new("KEY0123"),
        messaging_profile_id: Some("4000eba1-a0c0-4563-9925-b25e842a7cb6".to_owned()),
        base_url: format!("{base_url}/"),
    };
    // Without a proxy that the environment may name.
    let http = http_client_builder().no_proxy().build().unwrap();
    Telnyx::new(credentials, http).with_timeout(Duration::from_millis(500))
}

/// A message with everything in it.
pub(crate) fn outbound() -> Outbound {
    Outbound {
        message_id: MessageId::from(uuid::Uuid::nil()),
        attempt: 2,
        from: "+14155550100".to_owned(),
        to: "+14155550142".to_owned(),
        body: "Hi & welcome".to_owned(),
        content: None,
        media_urls: vec!["https://example.com/a.png".to_owned()],
        status_callback: Some("https://example.com/webhooks/telnyx/main?m=1".to_owned()),
        validity: Some(Duration::from_secs(600)),
        keep_until: None,
        email: None,
    }
}

/// The same, to be kept by Telnyx for a while.
pub(crate) fn kept() -> Outbound {
    let at = Timestamp::from_micros(1_793_880_000_000_001);
    Outbound { keep_until: Some(KeepUntil { at, service: String::new() }), ..outbound() }
}

/// A message with every field we read.
pub(crate) fn message(id: &str) -> Value {
    json!({
        "id": id, "record_type": "message", "direction": "outbound", "text": "hi", "parts": 1,
        "messaging_profile_id": "p1", "from": {"phone_number": "+14155550100"},
        "to": [{"phone_number": "+14155550142", "status": "delivery_failed"}],
        "media": [{"url": "https://example.com/a.png"}, {"url": "https://example.com/b.png"}],
        "errors": [{"code": "40008", "title": "Undeliverable"}],
        "cost": {"amount": "0.0051", "currency": "USD"},
        "received_at": "2026-11-20T03:14:15.926Z", "sent_at": "2026-11-20T03:14:16Z",
    })
}

/// A detail record with every field we read.
pub(crate) fn record(uuid: &str) -> Value {
    json!({
        "record_type": "message_detail_record", "uuid": uuid, "direction": "outbound", "cli": "+14155550100",
        "cld": "+14155550142", "status": "failed", "parts": 1, "cost": "0.0051", "currency": "USD",
        "errors": ["40008"], "created_at": "2026-11-20T03:14:15Z", "sent_at": "2026-11-20T03:14:16Z",
        "profile_id": "p1",
    })
}

pub(crate) fn data(data: Value) -> Value {
    json!({ "data": data })
}

pub(crate) fn error(status: u16, code: &str, title: &str) -> Reply {
    Reply::Json(status, json!({"errors": [{"code": code, "title": title}]}))
}
