//! The mail as it is handed over (RFC 5322).

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{Address, Message};
use trunkline_domain::email::{NAME_MAX, SUBJECT_MAX, one_line};

use crate::Outbound;
use crate::mail::Email;

/// A mail, and whom the server is told it is from and for.
pub(super) struct Composed {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

impl Composed {
    /// Whether every server can write to and from its addresses; otherwise it needs SMTPUTF8 (RFC 6531).
    pub(super) fn addresses_are_ascii(&self) -> bool {
        self.envelope
            .from()
            .into_iter()
            .chain(self.envelope.to())
            .all(|address| AsRef::<str>::as_ref(address).is_ascii())
    }
}

/// Writes the mail: plain text, encoded so that every server can carry it.
///
/// # Errors
/// When something in it cannot stand in a mail, in words.
pub(super) fn compose(message: &Outbound, email: &Email) -> Result<Composed, String> {
    let (from, to) = (address(&message.from)?, address(&message.to)?);
    let name = Some(one_line(&email.from_name, NAME_MAX)).filter(|name| !name.is_empty());
    let mut builder = Message::builder()
        .message_id(Some(format!("<{}>", one_line(&email.message_id, 250))))
        .from(Mailbox::new(name, from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&email.subject, SUBJECT_MAX));
    if let Some(reply_to) = &email.reply_to {
        builder = builder.reply_to(Mailbox::new(None, address(reply_to)?));
    }
    for (name, value) in email.extra_headers() {
        builder = header(builder, name, value)?;
    }
    let text = builder.header(ContentType::TEXT_PLAIN).body(message.body.clone());
    let text = text.map_err(|error| format!("the email cannot be written: {error}"))?;
    // What comes back goes to the line's own mailbox.
    let envelope = Envelope::new(Some(from), vec![to]).map_err(|error| error.to_string())?;
    Ok(Composed { envelope, bytes: text.formatted() })
}

fn header(builder: MessageBuilder, name: &'static str, value: String) -> Result<MessageBuilder, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())?;
    Ok(builder.raw_header(HeaderValue::new(name, value)))
}

fn address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|error| format!("{text} cannot be written to: {error}"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::mail::mime;

    fn outbound(body: &str) -> Outbound {
        Outbound {
            message_id: Uuid::from_u128(1).into(),
            attempt: 1,
            from: "team@example.com".into(),
            to: "ana@example.net".into(),
            body: body.into(),
            content: None,
            media_urls: Vec::new(),
            status_callback: None,
            validity: None,
            keep_until: None,
            email: None,
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let email = Email {
            from_name: "Zo\u{eb}, \"the\" Harbor".into(),
            subject: "Re: caf\u{e9} \u{2615}".into(),
            message_id: "m1@example.com".into(),
            in_reply_to: Some("m0@example.net".into()),
            references: vec!["m@example.net".into(), "m0@example.net".into()],
            reply_to: Some("team+r1@example.com".into()),
            unsubscribe: Some("https://desk.example/unsubscribe/x".into()),
            automatic: true,
        };
        let long = "word ".repeat(500);
        for body in
            ["Until six.", ".\n..\n.hidden", "caf\u{e9} \u{2615}\n\n-- \nWe", long.as_str(), "two\n\n"]
        {
            let composed = compose(&outbound(body), &email).unwrap();
            assert!(composed.bytes.is_ascii());
            assert!(composed.bytes.split(|byte| *byte == b'\n').all(|line| line.len() < 999));
            let read = mime::parse(&composed.bytes).unwrap();
            assert_eq!(read.text.replace("\r\n", "\n"), body);
            assert_eq!(
                (read.from.as_str(), read.to.as_slice()),
                ("team@example.com", ["ana@example.net".into()].as_slice())
            );
            assert_eq!(read.from_name.as_deref(), Some("Zo\u{eb}, \"the\" Harbor"));
            assert_eq!(
                (read.subject.as_str(), read.message_id().as_deref()),
                ("Re: caf\u{e9} \u{2615}", Some("m1@example.com"))
            );
            assert_eq!(read.in_reply_to(), ["m0@example.net"]);
            assert_eq!(read.references(), ["m@example.net", "m0@example.net", "m1@example.com"]);
            assert_eq!(read.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
            assert_eq!(read.header("auto-submitted"), Some("auto-replied"));
            assert!(read.header("reply-to").is_some_and(|to| to.contains("team+r1@example.com")));
            assert!(read.header("date").is_some());
        }
    }

    #[test]
    fn no_field_begins_a_header_of_its_own() {
        let evil = "x\r\nBcc: everyone@example.com\r\n\r\nhello";
        let email = Email {
            from_name: evil.into(),
            subject: evil.into(),
            message_id: evil.into(),
            ..Email::default()
        };
        let composed = compose(&outbound(evil), &email).unwrap();
        let read = mime::parse(&composed.bytes).unwrap();
        assert!(read.header("bcc").is_none(), "{:?}", read.headers);
        assert_eq!(composed.envelope.to().len(), 1);
        let wrong = Outbound { to: "ana@example.net>\r\nRCPT TO:<x@y.z".into(), ..outbound("x") };
        assert!(compose(&wrong, &email).is_err());
    }
}
