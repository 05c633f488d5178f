//! Twilio's JSON in our types.
//!
//! Reading is lenient on purpose: a 201 with a SID means that the message is out, whatever else has
//! changed in the answer. Only the SID is indispensable.

use serde_json::Value;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;

use super::address::inside;
use super::status::state_of;
use crate::json::{number, text};
use crate::{Direction, Price, RemoteMessage};

/// The description of a refusal (Twilio, "Twilio's response", exceptions).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

impl ErrorBody {
    /// What there is of it; an answer that is not Twilio's has neither.
    pub(super) fn of(value: &Value) -> Self {
        ErrorBody { code: text(value, "code"), message: text(value, "message") }
    }
}

/// A Message resource, or `None` when it has no SID.
pub(super) fn message(value: &Value) -> Option<RemoteMessage> {
    let direction = direction(value);
    Some(RemoteMessage {
        provider_id: text(value, "sid")?,
        direction,
        from: address(value, "from"),
        to: address(value, "to"),
        body: Some(text(value, "body").unwrap_or_default()),
        state: state(value, direction),
        error_code: text(value, "error_code").filter(|code| code != "0"),
        // A message that waits for a sender is said to have 0 segments: not counted yet.
        segments: number(value, "num_segments").filter(|count| *count > 0),
        media_count: number(value, "num_media").unwrap_or_default(),
        price: price(value),
        created_at: time(value, "date_created"),
        sent_at: time(value, "date_sent"),
        service: text(value, "messaging_service_sid"),
    })
}

/// Without the channel.
fn address(value: &Value, field: &str) -> Option<String> {
    text(value, field).map(|address| inside(&address).0.to_owned())
}

/// The messages of a list page and where the next page is.
pub(super) fn page(value: &Value) -> Option<(Vec<RemoteMessage>, Option<String>)> {
    // An entry that cannot be read may be the one looked for: better no answer than a wrong "not there".
    let messages = value.get("messages")?.as_array()?.iter().map(message).collect::<Option<Vec<_>>>()?;
    Some((messages, text(value, "next_page_uri")))
}

/// A status Twilio has added since says no more than that the message exists.
fn state(value: &Value, direction: Direction) -> MessageState {
    let known = text(value, "status").and_then(|word| state_of(&word));
    known.unwrap_or(match direction {
        Direction::Inbound => MessageState::Received,
        Direction::Outbound => MessageState::Sent,
    })
}

/// `inbound`, or one of `outbound-api`, `outbound-call` and `outbound-reply`.
fn direction(value: &Value) -> Direction {
    match text(value, "direction").as_deref() {
        Some("inbound") => Direction::Inbound,
        _ => Direction::Outbound,
    }
}

fn price(value: &Value) -> Option<Price> {
    let currency = text(value, "price_unit").unwrap_or_else(|| "USD".to_owned());
    Some(Price { amount: text(value, "price")?, currency })
}

/// RFC 2822, as in `Thu, 24 Aug 2023 05:01:45 +0000`.
fn time(value: &Value, field: &str) -> Option<Timestamp> {
    let at = jiff::fmt::rfc2822::parse(&text(value, field)?).ok()?;
    Some(Timestamp::from(at.timestamp()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_read_whole() {
        let read = message(&json!({
            "sid": "SM1", "direction": "outbound-api", "from": "+14155550100", "to": "+14155550142",
            "body": "hi", "status": "undelivered", "error_code": 30003, "num_segments": "2", "num_media": "1",
            "price": "-0.00750", "price_unit": "USD", "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
            "date_sent": null, "messaging_service_sid": "MG1",
        }));
        let expected = RemoteMessage {
            provider_id: "SM1".into(),
            direction: Direction::Outbound,
            from: Some("+14155550100".into()),
            to: Some("+14155550142".into()),
            body: Some("hi".into()),
            state: MessageState::Undelivered,
            error_code: Some("30003".into()),
            segments: Some(2),
            media_count: 1,
            price: Some(Price { amount: "-0.00750".into(), currency: "USD".into() }),
            created_at: Some(Timestamp::from_secs(1_692_853_305)),
            sent_at: None,
            service: Some("MG1".into()),
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn a_sid_is_enough_and_without_one_nothing_is() {
        let bare =
            message(&json!({"sid": "SM1", "status": "teleported", "num_segments": "0", "body": 5})).unwrap();
        assert_eq!((bare.state, bare.segments, bare.created_at), (MessageState::Sent, None, None));
        let nul = message(&json!({"sid": "SM1", "body": "a\0b"})).unwrap();
        assert_eq!(nul.body.as_deref(), Some("a\u{fffd}b"));
        for value in [json!({"status": "queued"}), json!({"sid": ""}), json!([]), json!(null), json!("SM1")] {
            assert_eq!(message(&value), None, "{value}");
        }
    }

    #[test]
    fn a_page_with_an_unreadable_entry_is_unreadable() {
        assert!(page(&json!({"messages": [{"sid": "SM1"}], "next_page_uri": null})).is_some());
        assert!(page(&json!({"messages": [{"sid": "SM1"}, {}]})).is_none());
        assert!(page(&json!({"code": 20003})).is_none());
    }
}
