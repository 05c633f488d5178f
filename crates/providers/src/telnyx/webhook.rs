//! Messaging webhooks: one address hears of what came in and of what became of what went out (Telnyx,
//! Receiving webhooks).
//!
//! The same event may come several times and in any order; `data.id` names it. Kinds of events that Telnyx adds
//! are read as far as that.

use serde_json::Value;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;

use super::status::state_of;
use super::wire::{error_code, sender, time};
use crate::json::{number, text};

/// The longest body taken: the longest text and ten files are far below.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// More media than Telnyx puts on one message (10); what a forged request claims beyond is not followed.
const MEDIA_MAX: usize = 20;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `data.id`: the same whenever the event comes again.
    pub id: String,
    /// `data.event_type`, as it came.
    pub kind: String,
    /// When it happened, by Telnyx's clock.
    pub occurred_at: Option<Timestamp>,
    /// What it tells.
    pub news: News,
}

/// What an event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// `message.received`.
    Inbound(Inbound),
    /// `message.sent` or `message.finalized`.
    Status(StatusReport),
    /// A kind of event that means nothing to us.
    Other,
}

/// A message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The message's id.
    pub provider_id: String,
    /// The sender.
    pub from: String,
    /// Our number.
    pub to: String,
    /// The text; empty when only media came.
    pub body: String,
    /// Pictures and other files.
    pub media: Vec<Media>,
    /// Parts it took.
    pub segments: Option<u32>,
    /// When Telnyx received it.
    pub received_at: Option<Timestamp>,
}

/// One file of a message, at Telnyx for 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where it can be fetched.
    pub url: String,
    /// Its type as Telnyx states it; empty when it states none.
    pub content_type: String,
}

/// Telnyx's word on what became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The message's id.
    pub provider_id: String,
    /// The status in our words; `None` for a word Telnyx has added since.
    pub state: Option<MessageState>,
    /// The status as it came.
    pub raw_status: String,
    /// Why it failed.
    pub error_code: Option<String>,
    /// The sender. May be missing.
    pub from: Option<String>,
    /// The recipient. May be missing.
    pub to: Option<String>,
}

/// A webhook that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// Its size.
    #[error("the body is longer than {BODY_BYTES_MAX} bytes")]
    TooLong,
    /// It is not JSON.
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    /// It lacks what makes it a webhook.
    #[error("the webhook has no {0}; is this URL configured for another kind of event?")]
    Missing(&'static str),
}

impl Event {
    /// Reads a webhook's body.
    ///
    /// # Errors
    /// When it is too long, no JSON, or lacks what makes it an event of its kind.
    pub fn parse(body: &[u8]) -> Result<Event, WebhookError> {
        if body.len() > BODY_BYTES_MAX {
            return Err(WebhookError::TooLong);
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|error| WebhookError::NotJson(error.to_string()))?;
        let data = value.get("data").ok_or(WebhookError::Missing("data"))?;
        let kind = required(data, "event_type", "data.event_type")?;
        let payload = data.get("payload").unwrap_or(&Value::Null);
        let news = match kind.as_str() {
            "message.received" => News::Inbound(inbound(payload)?),
            "message.sent" | "message.finalized" => News::Status(status(payload)?),
            _ => News::Other,
        };
        Ok(Event { id: required(data, "id", "data.id")?, kind, occurred_at: time(data, "occurred_at"), news })
    }
}

fn inbound(payload: &Value) -> Result<Inbound, WebhookError> {
    Ok(Inbound {
        provider_id: required(payload, "id", "data.payload.id")?,
        from: sender(payload).ok_or(WebhookError::Missing("data.payload.from.phone_number"))?,
        to: recipient(payload).ok_or(WebhookError::Missing("data.payload.to[0].phone_number"))?,
        body: text(payload, "text").unwrap_or_default(),
        media: media(payload),
        segments: number(payload, "parts"),
        received_at: time(payload, "received_at"),
    })
}

fn status(payload: &Value) -> Result<StatusReport, WebhookError> {
    let raw_status = payload.pointer("/to/0").and_then(|to| text(to, "status"));
    let raw_status = raw_status.ok_or(WebhookError::Missing("data.payload.to[0].status"))?;
    Ok(StatusReport {
        provider_id: required(payload, "id", "data.payload.id")?,
        state: state_of(&raw_status),
        raw_status,
        error_code: error_code(payload),
        from: sender(payload),
        to: recipient(payload),
    })
}

fn recipient(payload: &Value) -> Option<String> {
    // A list by its description; a number alone is read as well.
    payload.pointer("/to/0").and_then(|to| text(to, "phone_number")).or_else(|| text(payload, "to"))
}

fn media(payload: &Value) -> Vec<Media> {
    let files = payload.get("media").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |file: &Value| {
        let content_type = text(file, "content_type").unwrap_or_default();
        text(file, "url").map(|url| Media { url, content_type })
    };
    files.iter().take(MEDIA_MAX).filter_map(one).collect()
}

fn required(value: &Value, field: &str, path: &'static str) -> Result<String, WebhookError> {
    text(value, field).ok_or(WebhookError::Missing(path))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(value: &Value) -> Result<Event, WebhookError> {
        Event::parse(value.to_string().as_bytes())
    }

    fn event(kind: &str, payload: &Value) -> Value {
        json!({"data": {"event_type": kind, "id": "e1", "occurred_at": "2026-11-20T03:14:15.926+00:00",
            "record_type": "event", "payload": payload}, "meta": {"attempt": 1}})
    }

    #[test]
    fn a_picture_message_is_read() {
        let read = parse(&event(
            "message.received",
            &json!({"id": "m1", "from": {"phone_number": "+13125550142"}, "text": "", "parts": 1,
                "to": [{"phone_number": "+14155550100", "status": "webhook_delivered"}],
                "media": [{"url": "https://x/1", "content_type": "image/png"}, {"url": "https://x/2"}, {}],
                "received_at": "2026-11-20T03:14:15Z"}),
        ))
        .unwrap();
        assert_eq!((read.id.as_str(), read.kind.as_str()), ("e1", "message.received"));
        let News::Inbound(message) = read.news else { panic!("{:?}", read.news) };
        let media = |url: &str, kind: &str| Media { url: url.into(), content_type: kind.into() };
        assert_eq!(message.media, [media("https://x/1", "image/png"), media("https://x/2", "")]);
        assert_eq!((message.from.as_str(), message.to.as_str()), ("+13125550142", "+14155550100"));
        assert_eq!((message.body.as_str(), message.segments), ("", Some(1)));
        assert!(message.received_at.is_some() && read.occurred_at > message.received_at);
    }

    #[test]
    fn a_report_is_read_and_a_word_of_tomorrow_kept_without_a_state() {
        let payload = |status: &str| {
            json!({"id": "m1", "errors": [{"code": "40300", "title": "Blocked due to STOP message"}],
                "to": [{"phone_number": "+13125550142", "status": status}]})
        };
        let report = |kind: &str, status: &str| match parse(&event(kind, &payload(status))).unwrap().news {
            News::Status(report) => report,
            other => panic!("{other:?}"),
        };
        let failed = report("message.finalized", "delivery_failed");
        assert_eq!(
            (failed.state, failed.error_code.as_deref()),
            (Some(MessageState::Undelivered), Some("40300"))
        );
        assert_eq!(failed.to.as_deref(), Some("+13125550142"));
        let odd = report("message.sent", "teleported");
        assert_eq!((odd.state, odd.raw_status.as_str()), (None, "teleported"));
    }

    #[test]
    fn events_of_other_kinds_are_accepted() {
        for kind in ["message.delivered", "message.link_click", "call.initiated"] {
            assert_eq!(parse(&event(kind, &json!({}))).unwrap().news, News::Other, "{kind}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = |value: &Value| parse(value).unwrap_err().to_string();
        assert!(missing(&json!({})).contains("no data;"));
        assert!(missing(&json!({"data": {"id": "e1"}})).contains("data.event_type"));
        assert!(missing(&json!({"data": {"event_type": "x"}})).contains("data.id"));
        assert!(missing(&event("message.received", &json!({"id": "m1"}))).contains("from.phone_number"));
        assert!(missing(&event("message.sent", &json!({"id": "m1"}))).contains("to[0].status"));
        assert!(matches!(Event::parse(b"MessageSid=SM1"), Err(WebhookError::NotJson(_))));
        assert_eq!(Event::parse(&vec![b' '; BODY_BYTES_MAX + 1]), Err(WebhookError::TooLong));
    }

    #[test]
    fn every_status_has_its_state() {
        for word in ["queued", "sending", "sent", "delivery_unconfirmed"] {
            assert_eq!(state_of(word), Some(MessageState::Sent), "{word}");
        }
        assert_eq!(state_of("scheduled"), Some(MessageState::Scheduled));
        assert_eq!(state_of("delivered"), Some(MessageState::Delivered));
        assert_eq!(state_of("delivery_failed"), Some(MessageState::Undelivered));
        assert_eq!(state_of("expired"), Some(MessageState::Undelivered));
        assert_eq!(state_of("sending_failed"), Some(MessageState::Failed));
        assert_eq!(state_of("cancelled"), Some(MessageState::Canceled));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = Event::parse(&body);
        }

        #[test]
        fn any_payload_is_read_without_panic(
            kind in "message.received|message.sent|message.finalized|.{0,9}",
            fields in prop::collection::btree_map("id|from|to|text|media|parts|errors", ".{0,9}", 0..7),
        ) {
            let _ = parse(&event(&kind, &json!(fields)));
        }
    }
}
