//! A language model as personas reach it: a server that speaks the protocol, and answers when and how a test says.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the model does with one request.
#[derive(Clone)]
pub(crate) enum Turn {
    /// It says this.
    Says(String),
    /// It asks for these tools, and says this beside them.
    Asks(Vec<(&'static str, Value)>, &'static str),
    /// It begins, and breaks off with an error in the stream.
    BreaksOff,
    /// It is cut off by its limit of tokens.
    CutOff(&'static str),
    /// The endpoint refuses with this status.
    Refuses(u16),
}

/// A model whose turns are planned; without a plan it says "Happy to help!".
pub(crate) struct Model {
    pub(crate) base_url: String,
    plan: Plan,
    task: JoinHandle<()>,
}

impl Drop for Model {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Plan {
    turns: Arc<Mutex<VecDeque<Turn>>>,
    asked: watch::Sender<Vec<Value>>,
    held: watch::Sender<bool>,
}

impl Model {
    pub(crate) async fn start() -> Model {
        let plan =
            Plan { turns: Arc::default(), asked: watch::Sender::default(), held: watch::Sender::new(false) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(plan.clone());
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Model { base_url, plan, task }
    }

    pub(crate) fn next(&self, turns: impl IntoIterator<Item = Turn>) {
        self.plan.turns.lock().extend(turns);
    }

    /// What it was asked, oldest first.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.plan.asked.borrow().clone()
    }

    /// From now on it thinks, for as long as the test wants.
    pub(crate) fn hold(&self) {
        self.plan.held.send_replace(true);
    }

    /// It says what it thought of.
    pub(crate) fn release(&self) {
        self.plan.held.send_replace(false);
    }

    /// Waits until it was asked so often.
    pub(crate) async fn until_asked(&self, count: usize) {
        let mut asked = self.plan.asked.subscribe();
        super::soon(asked.wait_for(|asked| asked.len() >= count)).await.unwrap();
    }
}

async fn answer(State(plan): State<Plan>, request: Request) -> Response {
    let body = axum::body::to_bytes(request.into_body(), 1 << 24).await.unwrap();
    plan.asked.send_modify(|asked| asked.push(serde_json::from_slice(&body).unwrap()));
    let turn = plan.turns.lock().pop_front();
    plan.held.subscribe().wait_for(|held| !held).await.unwrap();
    match turn.unwrap_or(Turn::Says("Happy to help!".into())) {
        Turn::Says(text) => stream(&[said(&text), end("stop")]),
        Turn::CutOff(text) => stream(&[said(text), end("length")]),
        Turn::Asks(tools, text) => {
            let calls: Vec<Value> = tools
                .iter()
                .enumerate()
                .map(|(index, (name, arguments))| {
                    let function = json!({ "name": name, "arguments": arguments.to_string() });
                    json!({ "index": index, "id": format!("call{index}"), "function": function })
                })
                .collect();
            let calls = json!({ "choices": [{ "delta": { "tool_calls": calls } }] });
            stream(&[said(text), calls, end("tool_calls")])
        }
        Turn::BreaksOff => {
            let error = json!({ "error": { "code": 502, "message": "provider went away" } });
            stream(&[said("Happy to"), error])
        }
        Turn::Refuses(status) => {
            let body = json!({ "error": { "code": status, "message": "the endpoint refuses" } });
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
    }
}

fn said(text: &str) -> Value {
    json!({ "choices": [{ "delta": { "content": text } }] })
}

/// The end of an answer, which took 100 tokens and then 10.
fn end(reason: &str) -> Value {
    json!({ "choices": [{ "delta": {}, "finish_reason": reason }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 10 } })
}

fn stream(events: &[Value]) -> Response {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let text = format!(": PROCESSING\n\n{events}data: [DONE]\n\n");
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from(Bytes::from(text))).into_response()
}
