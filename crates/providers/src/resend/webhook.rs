//! Webhooks: one address hears of what came in and of what became of what went out (Resend, Webhooks).

use serde_json::Value;
use trunkline_domain::email::EmailAddress;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;

use super::status::state_of;
use super::wire::{address, mark, time};
use crate::json::text;

/// The longest body taken: an event holds no mail, only what it is about.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `type`, such as `email.delivered`.
    pub kind: String,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// What it tells.
    pub news: News,
}

/// What an event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// `email.received`: the mail has to be fetched.
    Received(Received),
    /// What became of a mail.
    Status(StatusReport),
    /// A kind of event that means nothing to us.
    Other,
}

/// A mail came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The id to fetch it by.
    pub email_id: String,
    /// Who wrote.
    pub from: Option<String>,
    /// The addresses it went to, copies included.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: Option<String>,
}

/// What became of a mail that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The mail's id at Resend.
    pub email_id: String,
    /// The state; `None` if it moves nothing.
    pub state: Option<MessageState>,
    /// The word of the event, such as `delivered`.
    pub raw_status: String,
    /// Why it did not arrive, as [`crate::mail::codes`] knows it.
    pub error_code: Option<String>,
    /// Whom it was for.
    pub to: Option<String>,
    /// Our mark, as the query of an address.
    pub mark: Option<String>,
}

/// Why a body is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It is longer than any event.
    #[error("the body is longer than {BODY_BYTES_MAX} bytes")]
    TooLong,
    /// It is not JSON.
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    /// A field that every event has is missing.
    #[error("the event has no {0}")]
    Missing(&'static str),
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// Says what it lacks.
    pub fn parse(body: &[u8]) -> Result<Event, WebhookError> {
        if body.len() > BODY_BYTES_MAX {
            return Err(WebhookError::TooLong);
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|error| WebhookError::NotJson(error.to_string()))?;
        let kind = text(&value, "type").ok_or(WebhookError::Missing("type"))?;
        let data = value.get("data").ok_or(WebhookError::Missing("data"))?;
        let news = match kind.strip_prefix("email.") {
            Some("received") => News::Received(received(data)?),
            Some(word) => News::Status(status(data, word)?),
            None => News::Other,
        };
        Ok(Event { occurred_at: time(&value, "created_at"), kind, news })
    }
}

/// Whether one of these addresses is `line`, with or without a tag before its at sign.
pub fn names_line(mut addresses: impl Iterator<Item = String>, line: &str) -> bool {
    let line_address = EmailAddress::parse(line).ok();
    let tagged = |address: &str| line_address.as_ref().and_then(|line| line.tag_in(address)).is_some();
    addresses.any(|address| address == line || tagged(&address))
}

fn received(data: &Value) -> Result<Received, WebhookError> {
    let lists = ["to", "cc", "bcc"].into_iter().filter_map(|list| data.get(list)?.as_array());
    Ok(Received {
        email_id: text(data, "email_id").ok_or(WebhookError::Missing("data.email_id"))?,
        from: text(data, "from").and_then(|from| address(&from)),
        to: lists.flatten().take(200).filter_map(Value::as_str).filter_map(address).collect(),
        subject: text(data, "subject"),
    })
}

fn status(data: &Value, word: &str) -> Result<StatusReport, WebhookError> {
    Ok(StatusReport {
        email_id: text(data, "email_id").ok_or(WebhookError::Missing("data.email_id"))?,
        state: state_of(word),
        raw_status: word.to_owned(),
        error_code: error_code(data, word).map(str::to_owned),
        to: data.pointer("/to/0").and_then(Value::as_str).and_then(address),
        mark: data.get("tags").and_then(mark),
    })
}

fn error_code(data: &Value, word: &str) -> Option<&'static str> {
    let field = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match word {
        "bounced" => Some(match field("/bounce/subType") {
            "MailboxFull" => "bounced.full",
            "MessageTooLarge" | "ContentRejected" | "AttachmentRejected" => "bounced.content",
            _ => "bounced",
        }),
        "complained" => Some("complained"),
        "suppressed" if field("/suppressed/reason") == "previous_complaint" => {
            Some("suppressed.previous_complaint")
        }
        "suppressed" => Some("suppressed.previous_bounce"),
        "failed" => Some("delivery_failed"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(kind: &str, data: &Value) -> Event {
        let body = json!({ "type": kind, "created_at": "2026-11-20T03:14:15.000Z", "data": data });
        Event::parse(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn reports_have_state_code_and_mark() {
        let data = json!({
            "email_id": "e1", "to": ["Ana <ana@example.net>"], "tags": {"m": "1", "n": "2", "t": "x y"},
            "bounce": {"type": "Permanent", "subType": "MailboxFull"}, "suppressed": {"reason": "previous_complaint"},
        });
        let read = |kind: &str| match parse(kind, &data).news {
            News::Status(report) => report,
            other => panic!("{other:?}"),
        };
        let bounced = read("email.bounced");
        assert_eq!(
            (bounced.state, bounced.error_code.as_deref()),
            (Some(MessageState::Undelivered), Some("bounced.full"))
        );
        assert_eq!(
            (bounced.to.as_deref(), bounced.mark.as_deref()),
            (Some("ana@example.net"), Some("m=1&n=2&t=x+y"))
        );
        let complained = read("email.complained");
        assert_eq!((complained.state, complained.error_code.as_deref()), (None, Some("complained")));
        assert_eq!(read("email.suppressed").error_code.as_deref(), Some("suppressed.previous_complaint"));
        assert_eq!(read("email.delivery_delayed").state, None);
    }

    #[test]
    fn received_mail_names_itself_and_the_line() {
        let data = json!({"email_id": "e1", "from": "Ana <ana@example.net>", "to": ["x@y.z"], "cc": ["Team+r-1@Example.com"]});
        let News::Received(received) = parse("email.received", &data).news else { panic!() };
        assert_eq!((received.email_id.as_str(), received.from.as_deref()), ("e1", Some("ana@example.net")));
        assert!(names_line(received.to.into_iter(), "team@example.com"));
        assert!(!names_line(["other@example.com".to_owned()].into_iter(), "team@example.com"));
    }

    #[test]
    fn what_is_missing_is_named_and_other_kinds_are_accepted() {
        assert_eq!(parse("contact.created", &json!({})).news, News::Other);
        assert_eq!(Event::parse(b"{}"), Err(WebhookError::Missing("type")));
        let missing = Event::parse(br#"{"type":"email.sent","data":{}}"#);
        assert_eq!(missing, Err(WebhookError::Missing("data.email_id")));
        assert_eq!(Event::parse(&vec![b' '; BODY_BYTES_MAX + 1]), Err(WebhookError::TooLong));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Event::parse(&body);
        }
    }
}
