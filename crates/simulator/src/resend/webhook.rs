//! Telling the business: events as JSON, signed the way of Svix, again and again until one is taken (Resend, Webhooks;
//! Svix, Verifying webhooks manually).

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::answers;
use crate::simulator::Simulator;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Waits before the attempts after the first (Resend, Webhooks, retries).
const LADDER_S: [u64; 6] = [5, 300, 1_800, 7_200, 18_000, 36_000];

/// Tells an event, `copies` times with ids of their own, in the background.
pub(super) fn tell(
    simulator: &Simulator,
    mail: &str,
    event: &'static str,
    data: Value,
    copies: u32,
    delay: Duration,
) {
    for copy in 0..copies {
        simulator.office().pending += 1;
        let (simulator, data) = (simulator.clone(), data.clone());
        // The same for every attempt at telling it.
        let id = format!("msg_{}", simulator.world().names.sid("", &format!("event {mail} {event} {copy}")));
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let body = json!({ "type": format!("email.{event}"), "created_at": answers::time(simulator.ambient().now()), "data": data });
            deliver(&simulator, &id, &body.to_string()).await;
            simulator.mail_ended();
        });
    }
}

async fn deliver(simulator: &Simulator, id: &str, body: &str) {
    for wait in std::iter::once(0).chain(LADDER_S) {
        tokio::time::sleep(Duration::from_secs(wait)).await;
        if attempt(simulator, id, body).await.is_some_and(|status| (200..300).contains(&status)) {
            return;
        }
    }
}

async fn attempt(simulator: &Simulator, id: &str, body: &str) -> Option<u16> {
    let account = simulator.config().resend.as_ref()?;
    let timestamp = simulator.ambient().now().secs().to_string();
    let request = simulator
        .mail_client()
        .post(account.webhook_url.as_ref()?)
        .timeout(ANSWER_WITHIN)
        .header("content-type", "application/json")
        .header("svix-id", id)
        .header("svix-signature", sign(&account.webhook_secret, id, &timestamp, body)?)
        .header("svix-timestamp", timestamp);
    request.body(body.to_owned()).send().await.ok().map(|response| response.status().as_u16())
}

fn sign(secret: &str, id: &str, timestamp: &str, body: &str) -> Option<String> {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}
