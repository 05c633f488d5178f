//! A browser's live stream.

use axum::body::BodyDataStream;
use axum::http::Method;
use futures::StreamExt;
use serde_json::Value;

use super::{Client, soon};

/// One server-sent event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LiveEvent {
    pub(crate) id: Option<String>,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

/// An open stream.
pub(crate) struct LiveStream {
    body: BodyDataStream,
    text: String,
    /// Where a browser that knew nothing has begun.
    pub(crate) place: Option<String>,
}

impl Client {
    /// Opens the live stream and waits until it is connected: what happens from now on is heard.
    pub(crate) async fn live(&self) -> LiveStream {
        self.resume_live(None).await
    }

    /// Opens the live stream again after the event with this id.
    pub(crate) async fn resume_live(&self, last: Option<&str>) -> LiveStream {
        self.app.follow_events();
        let headers: Vec<_> = last.into_iter().map(|last| ("last-event-id", last)).collect();
        let response = self.open(Method::GET, "/api/events", &headers, None).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = response.into_body().into_data_stream();
        let mut stream = LiveStream { body, text: String::new(), place: None };
        // Its place in the log, or a sign that what it missed follows.
        let first = stream.block().await.unwrap();
        stream.place = first.strip_prefix("id: ").map(str::to_owned);
        assert!(stream.place.is_some() || first == ": connected", "{first}");
        stream
    }
}

impl LiveStream {
    /// The next event; signs of life are passed over. `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<LiveEvent> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| {
                let lines = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                lines.map(str::trim_start).next().map(str::to_owned)
            };
            if let Some(kind) = field("event").filter(|kind| kind != "ping") {
                let data = serde_json::from_str(&field("data").unwrap()).unwrap();
                return Some(LiveEvent { id: field("id"), kind, data });
            }
        }
    }

    /// The next events up to the first one for which `is_last` holds, that one included.
    pub(crate) async fn until(&mut self, is_last: impl Fn(&LiveEvent) -> bool) -> Vec<LiveEvent> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("an event, not the end of the stream");
            events.push(event);
            if events.last().is_some_and(&is_last) {
                return events;
            }
        }
    }

    /// The text up to the next empty line.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let chunk = soon(self.body.next()).await?.unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
