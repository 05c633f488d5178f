//! How somebody outside is told: by a signed webhook, to a chat that takes incoming webhooks, by email.
//!
//! The addresses are the operator's own, so any may be named; each word is bounded in time and size, and of the
//! answer only the status is read.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::Serialize;
use sha2::Sha256;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use uuid::Uuid;

use super::Alerts;
use crate::config::{AlertEmail, AlertTarget};

/// How long it may take to say a word.
const PATIENCE: Duration = Duration::from_secs(10);

/// Characters of a word to a chat (Discord, Execute Webhook: up to 2000).
const CHAT_MAX: usize = 1_900;

/// What is said of an alert.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Words {
    /// The notice's own: said twice, it has the same.
    pub(super) id: Uuid,
    pub(super) happened: String,
    pub(super) installation: String,
    pub(super) at: Timestamp,
    pub(super) alert_id: Option<Uuid>,
    pub(super) code: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) what_to_do: &'static str,
    pub(super) opened_at: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) link: Option<String>,
}

impl Words {
    fn headline(&self) -> String {
        let word = match self.happened.as_str() {
            "opened" => "Alert",
            "reminder" => "Still so",
            "closed" => "Over",
            _ => "Test",
        };
        format!("{}: {word}: {}", self.installation, self.text)
    }

    /// All of it, for a person.
    fn text(&self) -> String {
        let mut lines = vec![self.headline()];
        if self.happened != "closed" {
            lines.push(self.what_to_do.to_owned());
        }
        lines.extend(self.link.clone());
        lines.join("\n")
    }
}

/// Says it. An error is told without addresses: they are secrets.
pub(super) async fn tell(alerts: &Alerts, target: AlertTarget, words: &Words) -> Result<(), String> {
    let settings = &alerts.settings;
    let missing = || "it is no longer in the configuration".to_owned();
    match target {
        AlertTarget::Webhook => {
            let url = settings.webhook_url.as_ref().ok_or_else(missing)?;
            let body = serde_json::to_vec(words).map_err(|error| error.to_string())?;
            let signed = settings.webhook_secret.as_ref().map(|secret| signature(secret, words, &body));
            post(alerts, url, body, signed.map(|signature| (words, signature))).await
        }
        AlertTarget::Slack => {
            let url = settings.slack_url.as_ref().ok_or_else(missing)?;
            // Slack, Formatting text: these three are escaped.
            let text = words.text().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            chat(alerts, url, &serde_json::json!({ "text": cut(&text) })).await
        }
        AlertTarget::Discord => {
            let url = settings.discord_url.as_ref().ok_or_else(missing)?;
            let body =
                serde_json::json!({ "content": cut(&words.text()), "allowed_mentions": { "parse": [] } });
            chat(alerts, url, &body).await
        }
        AlertTarget::Email => mail(settings.email.as_ref().ok_or_else(missing)?, words).await,
    }
}

fn cut(text: &str) -> String {
    text.chars().take(CHAT_MAX).collect()
}

/// As Standard Webhooks has it: over the id, the time and the body (standardwebhooks.com, "Signature scheme").
fn signature(secret: &Secret, words: &Words, body: &[u8]) -> String {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{}.{}.", words.id, words.at.secs()).as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

async fn chat(alerts: &Alerts, url: &Secret, body: &serde_json::Value) -> Result<(), String> {
    post(alerts, url, body.to_string().into_bytes(), None).await
}

async fn post(
    alerts: &Alerts,
    url: &Secret,
    body: Vec<u8>,
    signed: Option<(&Words, String)>,
) -> Result<(), String> {
    let mut request = alerts
        .http
        .post(url.expose())
        .timeout(PATIENCE)
        .header("content-type", "application/json")
        .body(body);
    if let Some((words, signature)) = signed {
        request = request
            .header("webhook-id", words.id.to_string())
            .header("webhook-timestamp", words.at.secs().to_string())
            .header("webhook-signature", signature);
    }
    let answer = request.send().await.map_err(|error| reason(error.without_url()))?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("it answered {}", answer.status())) }
}

fn reason(error: reqwest::Error) -> String {
    let error = anyhow::Error::from(error);
    format!("{error:#}")
}

async fn mail(email: &AlertEmail, words: &Words) -> Result<(), String> {
    let mut message = Message::builder()
        .from(email.from.clone())
        .subject(cut(&words.headline()).replace(['\r', '\n'], " "))
        .message_id(Some(format!("<{}@trunkline.alert>", words.id)))
        .header(ContentType::TEXT_PLAIN);
    for to in &email.to {
        message = message.to(to.clone());
    }
    let message = message.body(words.text()).map_err(|error| error.to_string())?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(email.smtp_url.expose())
        .map_err(|error| error.to_string())?
        .timeout(Some(PATIENCE))
        .build();
    let sent = tokio::time::timeout(2 * PATIENCE, transport.send(message));
    match sent.await {
        Ok(sent) => sent.map(|_| ()).map_err(|error| error.to_string()),
        Err(_) => Err("the mail server did not answer in time".to_owned()),
    }
}
