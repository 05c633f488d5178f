//! A stand-in for Twilio's API: answers as it is told and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use trunkline_domain::ids::MessageId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::transport::http_client_builder;
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::{Twilio, TwilioCredentials};
use trunkline_providers::{KeepUntil, Outbound, Secret};

pub(crate) const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Params,
    pub(crate) form: Params,
    pub(crate) headers: HeaderMap,
}

/// One answer to give. Without a plan left, the server answers 500.
pub(crate) enum Reply {
    Json(u16, Value),
    With(u16, &'static str, &'static str, String),
    Raw(u16, &'static [u8]),
    Hang,
}

#[derive(Clone, Default)]
struct Plan {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// The running server.
pub(crate) struct Carrier {
    pub(crate) base_url: String,
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

    pub(crate) fn twilio(&self) -> Twilio {
        twilio(&self.base_url)
    }
}

async fn answer(State(plan): State<Plan>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    plan.seen.lock().unwrap().push(Seen {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: Params::parse(parts.uri.query().unwrap_or_default().as_bytes()).unwrap(),
        form: Params::parse(&body).unwrap(),
        headers: parts.headers,
    });
    let reply = plan.replies.lock().unwrap().pop_front();
    match reply {
        Some(Reply::Json(status, body)) => (code(status), body.to_string()).into_response(),
        Some(Reply::With(status, name, value, body)) => (code(status), [(name, value)], body).into_response(),
        Some(Reply::Raw(status, body)) => (code(status), Bytes::from_static(body)).into_response(),
        Some(Reply::Hang) => std::future::pending().await,
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

/// A server that reads a request, writes `answer` as it is, and closes the connection.
pub(crate) async fn closing_after(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 8_192];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(answer).await;
        }
    });
    base_url
}

pub(crate) fn twilio(base_url: &str) -> Twilio {
    Twilio::new(credentials(base_url), http())
}

/// A client that does not wait long, for servers that never answer.
pub(crate) fn hasty(base_url: &str) -> Twilio {
    twilio(base_url).with_timeout(Duration::from_millis(200))
}

/// The product's client, without a proxy that the environment may name.
pub(crate) fn http() -> reqwest::Client {
    http_client_builder().no_proxy().build().unwrap()
}

pub(crate) fn credentials(base_url: &str) -> TwilioCredentials {
    TwilioCredentials {
        account_sid: ACCOUNT.to_owned(),
        auth_token: Secret::new("auth-token"),
        api_key: None,
        base_url: format!("{base_url}/"),
    }
}

/// A message with everything in it.
pub(crate) fn outbound() -> Outbound {
    Outbound {
        message_id: MessageId::from(uuid::Uuid::nil()),
        attempt: 1,
        from: "+14155550100".to_owned(),
        to: "+14155550142".to_owned(),
        body: "Hi & welcome + more".to_owned(),
        content: None,
        media_urls: vec!["https://example.com/a.png".to_owned(), "https://example.com/b.png".to_owned()],
        status_callback: Some("https://example.com/webhooks/twilio/main/status?m=1".to_owned()),
        validity: Some(Duration::from_secs(600)),
        keep_until: None,
        email: None,
    }
}

/// The same, to be kept by Twilio for a while.
pub(crate) fn kept() -> Outbound {
    let service = "MG0123456789abcdef0123456789abcdef".to_owned();
    Outbound {
        keep_until: Some(KeepUntil { at: Timestamp::from_micros(1_793_880_000_000_001), service }),
        ..outbound()
    }
}

/// A Message resource with every field we read.
pub(crate) fn message(sid: &str) -> Value {
    json!({
        "sid": sid, "direction": "outbound-api", "from": "+14155550100", "to": "+14155550142", "body": "hi",
        "status": "failed", "error_code": 30003, "num_segments": "1", "num_media": "2", "price": "-0.0075",
        "price_unit": "USD", "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": "Thu, 24 Aug 2023 05:01:46 +0000", "messaging_service_sid": "MG1",
    })
}
