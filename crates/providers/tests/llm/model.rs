//! A server that speaks the protocol and does what a test asks of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream as futures_stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What the server does with one request.
pub(crate) enum Turn {
    /// A stream of these bytes, cut into small pieces.
    Stream(String),
    /// The same, but the connection breaks after it.
    Broken(String),
    /// A status, a body, and how long to wait.
    Json(u16, Value, Option<&'static str>),
    /// No answer at all.
    Silent,
    /// A stream that begins and never ends.
    Endless,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

#[derive(Clone, Default)]
struct Plan {
    turns: Arc<Mutex<VecDeque<Turn>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub(crate) struct Model {
    pub(crate) base_url: String,
    plan: Plan,
}

impl Model {
    /// One that does these things in turn, and then answers 500.
    pub(crate) async fn start(turns: impl IntoIterator<Item = Turn>) -> Model {
        let plan = Plan { turns: Arc::new(Mutex::new(turns.into_iter().collect())), ..Plan::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(plan.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Model { base_url, plan }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.plan.seen.lock().unwrap().clone()
    }
}

async fn answer(State(plan): State<Plan>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let authorization = parts.headers.get(header::AUTHORIZATION);
    plan.seen.lock().unwrap().push(Seen {
        path: parts.uri.path().to_owned(),
        authorization: authorization.map(|value| value.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&body).unwrap(),
    });
    let turn = plan.turns.lock().unwrap().pop_front();
    match turn {
        Some(Turn::Stream(text)) => events(Body::from_stream(futures_stream::iter(pieces(&text)))),
        Some(Turn::Broken(text)) => {
            let broken = futures_stream::iter([Err(std::io::Error::other("broken"))]);
            events(Body::from_stream(futures_stream::iter(pieces(&text)).chain(broken)))
        }
        Some(Turn::Json(status, body, wait)) => {
            let status = StatusCode::from_u16(status).unwrap();
            let mut response = (status, axum::Json(body)).into_response();
            if let Some(wait) = wait {
                response.headers_mut().insert(header::RETRY_AFTER, wait.parse().unwrap());
            }
            response
        }
        Some(Turn::Silent) => std::future::pending().await,
        Some(Turn::Endless) => {
            let comment = pieces(": PROCESSING\n\n");
            events(Body::from_stream(futures_stream::iter(comment).chain(futures_stream::pending())))
        }
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn events(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

fn pieces(text: &str) -> Vec<Result<Bytes, std::io::Error>> {
    let size = (text.len() / 40).max(7);
    text.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect()
}

/// An answer as endpoints give it, with a comment that keeps the connection alive.
pub(crate) fn hello() -> Turn {
    let end = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] });
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 11, "completion_tokens": 3 } });
    let said = stream(&[piece("Hello"), piece(" there"), end, usage]);
    Turn::Stream(format!(": OPENROUTER PROCESSING\n\n{said}data: [DONE]\n\n"))
}

pub(crate) fn piece(text: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": { "content": text } }] })
}

pub(crate) fn error(code: u16, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}

pub(crate) fn stream(events: &[Value]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}
