//! Telnyx's JSON in our types.
//!
//! Reading is lenient on purpose: a 200 with an id means that the message is out, whatever else has changed in
//! the answer. Only the id is indispensable.

use serde_json::Value;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;

use super::status::{state_of, state_of_record};
use crate::json::{number, text};
use crate::{Direction, Price, RemoteMessage};

/// The first of the errors in a refusal (Telnyx, Errors).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    pub(super) code: Option<String>,
    pub(super) text: Option<String>,
}

impl ErrorBody {
    /// What there is of it; an answer that is not Telnyx's has neither. A refused cancel is described as one
    /// error without the list around it.
    pub(super) fn of(value: &Value) -> Self {
        let error = value.pointer("/errors/0").unwrap_or(value);
        let words = [text(error, "title"), text(error, "detail")];
        let words: Vec<String> = words.into_iter().flatten().collect();
        ErrorBody { code: text(error, "code"), text: Some(words.join(": ")).filter(|text| !text.is_empty()) }
    }
}

/// A message, or `None` when it has no id.
pub(super) fn message(value: &Value) -> Option<RemoteMessage> {
    let direction = direction(value);
    let status = value.pointer("/to/0").and_then(|to| text(to, "status"));
    Some(RemoteMessage {
        provider_id: text(value, "id")?,
        direction,
        from: sender(value),
        to: value.pointer("/to/0").and_then(|to| text(to, "phone_number")),
        body: Some(text(value, "text").unwrap_or_default()),
        state: state(status.and_then(|word| state_of(&word)), direction),
        error_code: error_code(value),
        segments: number(value, "parts").filter(|count| *count > 0),
        media_count: value.get("media").and_then(Value::as_array).map_or(0, |media| count(media.len())),
        price: price(value.get("cost")),
        created_at: time(value, "received_at"),
        sent_at: time(value, "sent_at"),
        service: text(value, "messaging_profile_id"),
    })
}

/// A detail record, or `None` when it does not name its message. It does not hold the text.
pub(super) fn record(value: &Value) -> Option<RemoteMessage> {
    let direction = direction(value);
    let status = text(value, "status").and_then(|word| state_of_record(&word));
    let currency = text(value, "currency").unwrap_or_else(|| "USD".to_owned());
    Some(RemoteMessage {
        provider_id: text(value, "uuid")?,
        direction,
        from: text(value, "cli"),
        to: text(value, "cld"),
        body: None,
        state: state(status, direction),
        error_code: value.pointer("/errors/0").and_then(Value::as_str).map(str::to_owned),
        segments: number(value, "parts").filter(|count| *count > 0),
        media_count: 0,
        price: text(value, "cost").map(|amount| Price { amount, currency }),
        created_at: time(value, "created_at"),
        sent_at: time(value, "sent_at"),
        service: text(value, "profile_id"),
    })
}

/// Who sent it. Descriptions show an object, and the number alone is read as well.
pub(super) fn sender(value: &Value) -> Option<String> {
    value.get("from").and_then(|from| text(from, "phone_number")).or_else(|| text(value, "from"))
}

/// Why it failed: the first of its errors.
pub(super) fn error_code(value: &Value) -> Option<String> {
    value.pointer("/errors/0").and_then(|error| text(error, "code"))
}

/// A status Telnyx has added since says no more than that the message exists.
fn state(known: Option<MessageState>, direction: Direction) -> MessageState {
    known.unwrap_or(match direction {
        Direction::Inbound => MessageState::Received,
        Direction::Outbound => MessageState::Sent,
    })
}

fn direction(value: &Value) -> Direction {
    match text(value, "direction").as_deref() {
        Some("inbound") => Direction::Inbound,
        _ => Direction::Outbound,
    }
}

fn price(cost: Option<&Value>) -> Option<Price> {
    let currency = text(cost?, "currency").unwrap_or_else(|| "USD".to_owned());
    Some(Price { amount: text(cost?, "amount")?, currency })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// RFC 3339, as in `2019-01-23T18:10:02.574Z`.
pub(super) fn time(value: &Value, field: &str) -> Option<Timestamp> {
    text(value, field)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_read_whole() {
        let read = message(&json!({
            "id": "40385f64-5717-4562-b3fc-2c963f66afa6", "direction": "outbound", "messaging_profile_id": "p1",
            "from": {"phone_number": "+14155550100"}, "text": "hi", "parts": 2, "media": [{"url": "https://x"}],
            "to": [{"phone_number": "+14155550142", "status": "delivery_failed"}],
            "errors": [{"code": "40008", "title": "Undeliverable"}, {"code": "1", "title": "x"}],
            "cost": {"amount": "0.0051", "currency": "USD"}, "received_at": "2023-08-24T05:01:45.574Z",
            "sent_at": null,
        }));
        let expected = RemoteMessage {
            provider_id: "40385f64-5717-4562-b3fc-2c963f66afa6".into(),
            direction: Direction::Outbound,
            from: Some("+14155550100".into()),
            to: Some("+14155550142".into()),
            body: Some("hi".into()),
            state: MessageState::Undelivered,
            error_code: Some("40008".into()),
            segments: Some(2),
            media_count: 1,
            price: Some(Price { amount: "0.0051".into(), currency: "USD".into() }),
            created_at: Some(Timestamp::from_micros(1_692_853_305_574_000)),
            sent_at: None,
            service: Some("p1".into()),
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn an_id_is_enough_and_without_one_nothing_is() {
        let bare =
            message(&json!({"id": "1", "to": [{"status": "teleported"}], "parts": 0, "text": 5})).unwrap();
        assert_eq!((bare.state, bare.segments, bare.created_at), (MessageState::Sent, None, None));
        assert_eq!(message(&json!({"text": "hi"})), None);
        assert_eq!(record(&json!({"cld": "+1"})), None);
    }

    #[test]
    fn a_record_is_a_message_without_its_text() {
        let read = record(&json!({
            "uuid": "1", "direction": "inbound", "cli": "+12", "cld": "+13", "status": "received", "parts": 1,
            "created_at": "2023-08-24T05:01:45Z", "cost": "0.004", "currency": "USD", "errors": ["40008"],
        }))
        .unwrap();
        assert_eq!(
            (read.body, read.state, read.direction),
            (None, MessageState::Received, Direction::Inbound)
        );
        assert_eq!((read.from.as_deref(), read.to.as_deref()), (Some("+12"), Some("+13")));
        assert_eq!(read.error_code.as_deref(), Some("40008"));
    }

    #[test]
    fn a_refusal_has_code_and_words_with_or_without_the_list() {
        let one = json!({"code": "40300", "title": "Blocked due to STOP message", "detail": "They said so."});
        let expected = ErrorBody {
            code: Some("40300".into()),
            text: Some("Blocked due to STOP message: They said so.".into()),
        };
        assert_eq!(ErrorBody::of(&json!({"errors": [one.clone()]})), expected);
        assert_eq!(ErrorBody::of(&one), expected);
        assert_eq!(ErrorBody::of(&json!(["<html>"])), ErrorBody::default());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let names = "id|uuid|to|from|text|errors|code|cost|amount|parts|media|status|received_at|direction";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names, inner, 0..8).prop_map(|map| json!(map)),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_read_without_panic(value in any_json()) {
            let _ = (message(&value), record(&value), ErrorBody::of(&value));
        }
    }
}
