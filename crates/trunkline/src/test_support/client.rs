//! Someone who uses the API: a browser with a session, or a stranger.

use std::net::SocketAddr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::TestApp;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Keeps its session like a browser. Clones share what they had when they were made.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) app: TestApp,
    cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Expects this status and gives the body.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// Expects a problem document with this code, written for a person, and gives it.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status.as_u16(), problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(problem["status"], status);
        assert!(!text(&problem["title"]).is_empty() && !text(&problem["detail"]).is_empty(), "{problem}");
        problem
    }
}

/// The text in a JSON value that must be one.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// The `id` of a JSON object.
#[track_caller]
pub(crate) fn id(value: &Value) -> String {
    text(&value["id"]).to_owned()
}

impl Client {
    pub(super) fn new(app: TestApp) -> Self {
        Client { app, cookie: None }
    }

    pub(super) async fn signed_up(mut self, email: &str, invitation: Option<&str>) -> Client {
        let body = json!({ "name": "Ada", "email": email, "password": PASSWORD, "invitation": invitation });
        let answer = self.post("/api/auth/sign-up", body).await;
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        self.cookie = cookie.split(';').next().map(str::to_owned);
        answer.expect(201);
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, &[], Some(body.to_string().into())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &[], None).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, &[], Some(body.to_string().into())).await
    }

    /// Sends a text with a fresh idempotency key; it must be accepted.
    pub(crate) async fn send(&self, to: &str, body: &str) -> Value {
        self.try_send(to, body).await.expect(201)
    }

    /// Sends a text with a fresh idempotency key.
    pub(crate) async fn try_send(&self, to: &str, body: &str) -> Answer {
        let key = format!("key {}", self.app.fresh_number());
        self.send_with_key(&key, json!({ "to": to, "body": body })).await
    }

    pub(crate) async fn send_with_key(&self, key: &str, message: Value) -> Answer {
        let body = Some(message.to_string().into());
        self.ask(Method::POST, "/api/messages", &[("idempotency-key", key)], body).await
    }

    /// Sends a message with these fields, with a fresh idempotency key.
    pub(crate) async fn try_send_json(&self, message: Value) -> Answer {
        let key = format!("key {}", self.app.fresh_number());
        self.send_with_key(&key, message).await
    }

    /// The same; it must be accepted. Gives its id.
    pub(crate) async fn send_json(&self, message: Value) -> String {
        id(&self.try_send_json(message).await.expect(201))
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, &[], Some(body.to_string().into())).await
    }

    /// The message as it is now, with its timeline.
    pub(crate) async fn message(&self, id: &str) -> Value {
        self.get(&format!("/api/messages/{id}")).await.expect(200)
    }

    /// The state that the message is in now.
    pub(crate) async fn state(&self, id: &str) -> String {
        text(&self.message(id).await["state"]).to_owned()
    }

    /// Any request. A body is sent as JSON unless the headers say otherwise.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Bytes>,
    ) -> Answer {
        let response = self.open(method, path, headers, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, body }
    }

    /// Any request, with the answer's body still to come.
    pub(crate) async fn open(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Bytes>,
    ) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        let given = |name: &str| headers.iter().any(|(known, _)| *known == name);
        if !given("host") {
            request = request.header(header::HOST, self.app.server.address.to_string());
        }
        if body.is_some() && !given("content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        self.app.ask("192.0.2.1", request).await
    }
}

impl TestApp {
    /// Hands the routes a request that came from `peer`.
    pub(super) async fn ask(&self, peer: &str, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 40_000)));
        let Ok(response) = super::soon(self.server.router().oneshot(request)).await;
        response
    }
}
