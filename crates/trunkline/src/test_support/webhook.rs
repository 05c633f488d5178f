//! Webhooks as the carrier makes them, and as it never would.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use base64::Engine as _;
use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::signature::sign;
use trunkline_simulator::LedgerItem;

use super::setup::{SIGNING_SEED, TOKEN};
use super::{Answer, LINE, TestApp};

/// A webhook to be made. Unless told otherwise it is a signed POST of a form.
pub(crate) struct Webhook {
    app: TestApp,
    method: Method,
    path: String,
    body: Vec<u8>,
    headers: Vec<(String, String)>,
    signed_url: Option<String>,
    token: Option<String>,
    peer: String,
}

impl TestApp {
    /// A webhook to `path`, which may have a query.
    pub(crate) fn webhook(&self, path: &str) -> Webhook {
        Webhook {
            app: self.clone(),
            method: Method::POST,
            path: path.to_owned(),
            body: Vec::new(),
            headers: Vec::new(),
            signed_url: None,
            token: Some(TOKEN.to_owned()),
            peer: "198.51.100.7".into(),
        }
    }

    /// A text to the line `main`.
    pub(crate) fn inbound(&self, sid: &str, from: &str, body: &str) -> Webhook {
        let params = inbound_params(sid, from, body);
        self.webhook("/webhooks/twilio/main/messages").form(&params)
    }

    /// A text to the line `main` that is acknowledged.
    pub(crate) async fn receive(&self, sid: &str, from: &str, body: &str) {
        self.inbound(sid, from, body).send().await.expect(200);
    }

    /// The carrier's word on a message it accepted, at the address it was given for that.
    pub(crate) fn report(&self, item: &LedgerItem, status: &str) -> Webhook {
        let address = item.status_callback.as_deref().unwrap();
        let path = address.strip_prefix(&self.base_url()).unwrap();
        self.webhook(path).form(&status_params(&item.sid, status))
    }

    /// The carrier's word on a message, at the line's address without our mark.
    pub(crate) fn unmarked_report(&self, sid: &str, status: &str) -> Webhook {
        self.webhook("/webhooks/twilio/main/status").form(&status_params(sid, status))
    }
}

pub(crate) fn inbound_params(sid: &str, from: &str, body: &str) -> [(&'static str, String); 9] {
    [
        ("MessageSid", sid.to_owned()),
        ("SmsSid", sid.to_owned()),
        ("SmsMessageSid", sid.to_owned()),
        ("AccountSid", super::setup::ACCOUNT.to_owned()),
        ("From", from.to_owned()),
        ("To", LINE.to_owned()),
        ("Body", body.to_owned()),
        ("NumMedia", "0".to_owned()),
        ("NumSegments", "1".to_owned()),
    ]
}

pub(crate) fn status_params(sid: &str, status: &str) -> [(&'static str, String); 4] {
    [
        ("MessageSid", sid.to_owned()),
        ("MessageStatus", status.to_owned()),
        ("AccountSid", super::setup::ACCOUNT.to_owned()),
        ("From", LINE.to_owned()),
    ]
}

impl TestApp {
    /// An event of Telnyx's to `path`, signed now.
    pub(crate) fn telnyx_event(&self, path: &str, event: &Value) -> Webhook {
        let webhook = self.webhook(path).unsigned().raw(event.to_string());
        webhook.header("content-type", "application/json").signed_by_telnyx(SIGNING_SEED, self.now())
    }
}

/// A text to the line `main`, as Telnyx tells of it.
pub(crate) fn telnyx_inbound(event: &str, message: &str, from: &str, text: &str, at: Timestamp) -> Value {
    json!({
        "data": {
            "event_type": "message.received",
            "id": event,
            "occurred_at": at.to_string(),
            "record_type": "event",
            "payload": {
                "id": message,
                "direction": "inbound",
                "from": { "phone_number": from },
                "to": [{ "phone_number": LINE, "status": "webhook_delivered" }],
                "text": text,
                "parts": 1,
                "media": [],
                "received_at": at.to_string(),
            },
        },
        "meta": { "attempt": 1 },
    })
}

impl Webhook {
    /// Signs as the owner of this key would at this time.
    pub(crate) fn signed_by_telnyx(mut self, seed: [u8; 32], at: Timestamp) -> Self {
        self.headers.retain(|(name, _)| !name.starts_with("telnyx-"));
        let key = ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let message = [format!("{}|", at.secs()).as_bytes(), &self.body].concat();
        let signature = base64::engine::general_purpose::STANDARD.encode(key.sign(&message));
        self.header("telnyx-timestamp", &at.secs().to_string()).header("telnyx-signature-ed25519", &signature)
    }

    pub(crate) fn form<V: AsRef<str>>(self, params: &[(&str, V)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::from_utf8(self.body.clone()).unwrap());
        form.extend_pairs(params.iter().map(|(name, value)| (*name, value.as_ref())));
        self.raw(form.finish())
    }

    pub(crate) fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The address that the carrier called, as far as it knows.
    pub(crate) fn signed_for(mut self, url: &str) -> Self {
        self.signed_url = Some(url.to_owned());
        self
    }

    pub(crate) fn signed_with(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub(crate) fn unsigned(mut self) -> Self {
        self.token = None;
        self
    }

    /// The address that the connection comes from, such as a proxy's.
    pub(crate) fn over(mut self, peer: &str) -> Self {
        self.peer = peer.to_owned();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let url = self.signed_url.clone();
        let url = url.unwrap_or_else(|| format!("{}{}", self.app.base_url(), self.path));
        let mut request = Request::builder().method(self.method).uri(&self.path);
        let given = |name: &str| self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if !given("host") {
            request = request.header("host", self.app.server.address.to_string());
        }
        if !given("content-type") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(token) = self.token {
            let params = Params::parse(&self.body).unwrap_or_default();
            request = request.header("x-twilio-signature", sign(&url, &params, &Secret::new(token)));
        }
        let response = self.app.ask(&self.peer, request.body(Body::from(self.body)).unwrap()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, body }
    }
}
