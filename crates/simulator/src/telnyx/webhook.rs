//! Telling the business: events as JSON, signed, up to three times at each of two addresses (Telnyx, Receiving
//! webhooks).

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Client;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;

use super::resource;
use crate::config::TelnyxAccount;
use crate::record::{Direction, Record, Status, WebhookEntry};
use crate::simulator::{Simulator, SimulatorError};

/// How long Telnyx waits for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Attempts at each address.
const ATTEMPTS: u32 = 3;
/// The wait before the second attempt; each further one doubles. Telnyx does not say how long it waits.
const BACKOFF: Duration = Duration::from_millis(50);

/// Calls webhooks of one account.
pub(crate) struct Courier {
    key: Ed25519KeyPair,
    client: Client,
}

/// Something to be told.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Where to, and where to if that fails.
    urls: Vec<String>,
    data: Value,
}

/// How it went.
pub(crate) struct Outcome {
    pub(crate) attempts: u32,
    /// The last answer's HTTP status, if there was one.
    pub(crate) status: Option<u16>,
    used_failover: bool,
}

impl Event {
    /// The first address it goes to.
    pub(crate) fn url(&self) -> &str {
        self.urls.first().map(String::as_str).unwrap_or_default()
    }
}

impl Courier {
    pub(crate) fn new(account: &TelnyxAccount) -> Result<Self, SimulatorError> {
        let key = Ed25519KeyPair::from_seed_unchecked(&account.signing_seed);
        let client = Client::builder()
            .user_agent("telnyx-webhooks")
            .timeout(ANSWER_WITHIN)
            // A redirect is a failure.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Courier { key: key.map_err(|_| SimulatorError::SigningKey)?, client })
    }

    /// The status of the answer, if there was one in time.
    async fn attempt(&self, url: &str, body: String, now: Timestamp) -> Option<u16> {
        let timestamp = now.secs().to_string();
        let signature = self.key.sign(format!("{timestamp}|{body}").as_bytes());
        let request = self.client.post(url).header("content-type", "application/json");
        let request = request
            .header("telnyx-signature-ed25519", BASE64_STANDARD.encode(signature.as_ref()))
            .header("telnyx-timestamp", timestamp);
        request.body(body).send().await.ok().map(|response| response.status().as_u16())
    }
}

/// The public half of the key made from `seed`, as base64.
pub(crate) fn public_key(seed: &[u8; 32]) -> String {
    let key = Ed25519KeyPair::from_seed_unchecked(seed);
    key.map(|key| BASE64_STANDARD.encode(key.public_key().as_ref())).unwrap_or_default()
}

/// The event that tells the present state of `record`, if it is one that is told and there is anywhere to tell it.
pub(crate) fn status_event(simulator: &Simulator, record: &Record) -> Option<Event> {
    let kind = match record.status {
        Status::Sent => "message.sent",
        status if status.is_final() => "message.finalized",
        _ => return None,
    };
    event(simulator, record, kind)
}

fn event(simulator: &Simulator, record: &Record, kind: &str) -> Option<Event> {
    let account = simulator.world().telnyx().cloned()?;
    let profiles = [account.webhook_url.clone(), account.webhook_failover_url.clone()];
    let own = [record.status_callback.clone(), record.failover_callback.clone()];
    let urls = if own[0].is_some() { own } else { profiles };
    let urls: Vec<String> = urls.into_iter().flatten().collect();
    if urls.is_empty() {
        return None;
    }
    // The same however often it is told.
    let subject = format!("event {} {kind} {}", record.sid, record.status.as_str());
    let id = simulator.world().names.token(&subject);
    let data = json!({
        "event_type": kind,
        "id": id,
        "occurred_at": resource::time(record.updated_at),
        "payload": resource::message(record, &account.profile_id),
        "record_type": "event",
    });
    Some(Event { urls, data })
}

/// Tells an event until somebody takes it or six attempts were made.
pub(crate) async fn deliver(simulator: &Simulator, event: &Event) -> Outcome {
    let mut outcome = Outcome { attempts: 0, status: None, used_failover: false };
    let Some(courier) = simulator.telnyx_courier() else { return outcome };
    for (index, url) in event.urls.iter().take(2).enumerate() {
        outcome.used_failover = index > 0;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(BACKOFF * (1 << (attempt - 1))).await;
            }
            outcome.attempts += 1;
            let body = json!({
                "data": event.data,
                "meta": { "attempt": outcome.attempts, "delivered_to": url },
            });
            outcome.status = courier.attempt(url, body.to_string(), simulator.ambient().now()).await;
            if outcome.status.is_some_and(|status| (200..300).contains(&status)) {
                return outcome;
            }
        }
    }
    outcome
}

/// Tells that a text came in, `copies` times; `None` if nobody wants to know.
pub(crate) async fn tell(simulator: &Simulator, record: &Record, copies: u32) -> Option<WebhookEntry> {
    debug_assert!(record.direction == Direction::Inbound);
    let event = event(simulator, record, "message.received")?;
    let mut entry =
        WebhookEntry { attempts: 0, answered_status: None, used_fallback: false, error_code: None };
    for _ in 0..copies {
        let outcome = deliver(simulator, &event).await;
        entry.attempts += outcome.attempts;
        entry.answered_status = outcome.status;
        entry.used_fallback |= outcome.used_failover;
    }
    Some(entry)
}
