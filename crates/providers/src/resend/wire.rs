//! Resend's JSON in our types, read leniently: a 200 with an id means that the mail is out, whatever else has changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use trunkline_domain::email::{Mailbox, SUBJECT_MAX, one_line};
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;
use url::form_urlencoded;

use super::status::state_of;
use crate::json::text;
use crate::mail::mime::{HTML_MAX, TEXT_MAX, bounded, text_of_html};
use crate::mail::{Attachment, Email, EmailFile, ReceivedMail};
use crate::{Direction, Outbound, RemoteMessage};

/// Files, headers and recipients of one mail that are read; what is beyond is no mail that people write.
const MANY: usize = 200;

/// The body of a create (Resend, Send email).
pub(super) fn create_body(message: &Outbound, email: &Email) -> Value {
    let mut body = Map::new();
    body.insert("from".to_owned(), json!(email.from(&message.from)));
    body.insert("to".to_owned(), json!([message.to]));
    body.insert("subject".to_owned(), json!(one_line(&email.subject, SUBJECT_MAX)));
    body.insert("text".to_owned(), json!(message.body));
    body.extend(email.reply_to.as_ref().map(|address| ("reply_to".to_owned(), json!([address]))));
    let headers: Map<String, Value> =
        email.extra_headers().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    body.insert("headers".to_owned(), Value::Object(headers));
    body.insert("tags".to_owned(), tags(message));
    if !email.files.is_empty() {
        let files: Vec<Value> = email.files.iter().map(attached).collect();
        body.insert("attachments".to_owned(), Value::Array(files));
    }
    Value::Object(body)
}

fn attached(file: &EmailFile) -> Value {
    json!({ "filename": file.name, "content_type": file.content_type, "content": BASE64.encode(&file.bytes) })
}

/// Resend has no address per mail to report to. The mark in ours comes back with every event as tags.
fn tags(message: &Outbound) -> Value {
    let callback = message.status_callback.as_deref().unwrap_or_default();
    let query = callback.split_once('?').map_or("", |(_, query)| query);
    let tags: Vec<Value> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    Value::Array(tags)
}

/// The mark that tags bring back, as the query of an address.
pub(super) fn mark(tags: &Value) -> Option<String> {
    let tags = tags.as_object()?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in tags.iter().take(MANY) {
        query.append_pair(name, value.as_str()?);
    }
    Some(query.finish())
}

/// A mail that went out, or `None` when it has no id. `state` stands where the answer does not tell any.
pub(super) fn sent(value: &Value) -> Option<RemoteMessage> {
    let event = text(value, "last_event");
    Some(RemoteMessage {
        provider_id: text(value, "id")?,
        direction: Direction::Outbound,
        from: text(value, "from").and_then(|from| address(&from)),
        to: value.pointer("/to/0").and_then(Value::as_str).and_then(address),
        body: text(value, "text"),
        state: event.as_deref().and_then(state_of).unwrap_or(MessageState::Sent),
        error_code: event.filter(|event| matches!(event.as_str(), "bounced" | "complained")),
        segments: None,
        media_count: 0,
        price: None,
        created_at: time(value, "created_at"),
        sent_at: None,
        service: None,
    })
}

/// A mail that came in (Resend, Retrieve received email), or `None` when it has no id.
pub(super) fn received(value: &Value) -> Option<ReceivedMail> {
    let html = text(value, "html").map(|html| bounded(&html, HTML_MAX).to_owned());
    let plain = text(value, "text").map(|text| bounded(&text, TEXT_MAX).to_owned());
    let from = text(value, "from").unwrap_or_default();
    let mailbox = Mailbox::parse(&from).ok();
    let lists = ["to", "cc", "bcc"];
    let to = lists.iter().filter_map(|list| value.get(list)?.as_array()).flatten();
    Some(ReceivedMail {
        provider_id: text(value, "id")?,
        from: mailbox.as_ref().map(|mailbox| mailbox.address.to_string()).unwrap_or_default(),
        from_name: mailbox.and_then(|mailbox| mailbox.name),
        to: to.filter_map(Value::as_str).take(MANY).filter_map(address).collect(),
        subject: one_line(&text(value, "subject").unwrap_or_default(), SUBJECT_MAX),
        text: plain.unwrap_or_else(|| html.as_deref().map(text_of_html).unwrap_or_default()),
        html,
        headers: headers(value),
        at: time(value, "created_at"),
        attachments: attachments(value),
        report: None,
    })
}

fn headers(value: &Value) -> Vec<(String, String)> {
    let object = value.get("headers").and_then(Value::as_object);
    let listed = object.into_iter().flatten().take(MANY).filter_map(|(name, value)| {
        let value = value.as_str().or_else(|| value.get(0)?.as_str())?;
        Some((name.clone(), bounded(value, 10_000).replace('\0', "\u{fffd}")))
    });
    let mut headers: Vec<(String, String)> = listed.collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("message-id")) {
        headers.extend(text(value, "message_id").map(|id| ("message-id".to_owned(), id)));
    }
    headers
}

fn attachments(value: &Value) -> Vec<Attachment> {
    let files = value.get("attachments").and_then(Value::as_array).into_iter().flatten().take(MANY);
    files
        .filter_map(|file| {
            Some(Attachment {
                id: text(file, "id")?,
                filename: text(file, "filename").map(|name| one_line(&name, 200)),
                content_type: text(file, "content_type")
                    .unwrap_or_else(|| "application/octet-stream".to_owned()),
                content_id: text(file, "content_id").map(|id| id.trim_matches(['<', '>']).to_owned()),
                size: file.get("size").and_then(Value::as_u64),
                url: None,
            })
        })
        .collect()
}

/// The bare address in `Ana <ana@example.net>`.
pub(super) fn address(text: &str) -> Option<String> {
    Mailbox::parse(text).ok().map(|mailbox| mailbox.address.to_string())
}

/// RFC 3339, or as lists show it: `2023-04-03 22:13:42.674981+00`.
pub(super) fn time(value: &Value, field: &str) -> Option<Timestamp> {
    let text = text(value, field)?;
    text.parse().ok().or_else(|| {
        let whole = text.replacen(' ', "T", 1);
        let whole = whole.strip_suffix("+00").map(|start| format!("{start}Z")).unwrap_or(whole);
        whole.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_as_resend_writes_them() {
        for text in ["2023-04-03T22:13:42.674Z", "2023-04-03 22:13:42.674000+00"] {
            assert_eq!(
                time(&json!({ "at": text }), "at"),
                Some(Timestamp::from_micros(1_680_560_022_674_000)),
                "{text}"
            );
        }
        assert_eq!(time(&json!({ "at": "noon" }), "at"), None);
    }

    #[test]
    fn a_received_mail_is_read_whole() {
        let mail = received(&json!({
            "id": "e1", "from": "Ana <ANA@example.net>", "to": ["Team <team@example.com>"], "cc": null,
            "subject": "Hi\r\nBcc: x", "html": "<p>Hello <b>you</b></p>", "text": null, "message_id": "<m1@x>",
            "headers": {"In-Reply-To": "<m0@y>", "References": ["<m00@y> <m0@y>"]},
            "attachments": [{"id": "a1", "filename": "a.png", "content_type": "image/png", "content_id": "<c1>", "size": 3}],
            "created_at": "2023-04-03T22:13:42.674Z",
        }))
        .unwrap();
        assert_eq!((mail.from.as_str(), mail.from_name.as_deref()), ("ana@example.net", Some("Ana")));
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("Hi Bcc: x", "Hello you"));
        assert_eq!(mail.to, ["team@example.com"]);
        assert_eq!(mail.message_id().as_deref(), Some("m1@x"));
        assert_eq!(
            (mail.in_reply_to(), mail.references()),
            (vec!["m0@y".into()], vec!["m00@y".into(), "m0@y".into()])
        );
        assert_eq!(mail.attachments[0].content_id.as_deref(), Some("c1"));
    }

    proptest! {
        #[test]
        fn any_fields_are_read_without_panic(
            fields in prop::collection::btree_map("id|from|to|html|text|subject|headers|attachments|created_at", ".{0,12}", 0..9),
        ) {
            let _ = (sent(&json!(fields)), received(&json!(fields)), mark(&json!(fields)));
        }
    }
}
