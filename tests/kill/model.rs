//! A language model that thinks for a while: a server of this process, which no kill of the program reaches.

use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::any;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::chance::Chance;

/// How long it thinks, in milliseconds.
const THINKS: (u64, u64) = (500, 3_000);

/// What it says, whatever it is asked.
pub(crate) const ANSWER: &str = "Yes, until six.";

pub(crate) struct Model {
    pub(crate) endpoint: String,
    task: JoinHandle<()>,
}

impl Drop for Model {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Model {
    pub(crate) async fn start(chance: Chance) -> Model {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v1", listener.local_addr().unwrap());
        let chance = std::sync::Arc::new(chance);
        let answer = move || {
            let pause = chance.millis(THINKS.0, THINKS.1);
            async move { answer(pause).await }
        };
        let app = Router::new().fallback(any(answer));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Model { endpoint, task }
    }
}

/// Half of the answer comes before the pause: a death in between finds a stream that has begun.
async fn answer(pause: Duration) -> impl IntoResponse {
    let (first, rest) = ANSWER.split_at(4);
    let end = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 10 } });
    let parts = [event(&said(first)), event(&said(rest)) + &event(&end) + "data: [DONE]\n\n"];
    let stream = futures::stream::iter(parts.into_iter().enumerate());
    let stream = futures::StreamExt::then(stream, move |(number, part)| async move {
        tokio::time::sleep(pause * u32::from(number > 0)).await;
        Ok::<_, std::convert::Infallible>(part)
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], axum::body::Body::from_stream(stream))
}

fn said(text: &str) -> Value {
    json!({ "choices": [{ "delta": { "content": text } }] })
}

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}
