//! The mail as it is handed over (RFC 5322).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::{Address, Message};
use trunkline_domain::email::{NAME_MAX, SUBJECT_MAX, one_line};

use crate::Outbound;
use crate::mail::{Email, EmailFile};

/// Characters of a file's name.
const FILE_NAME_MAX: usize = 200;

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
    let written = if email.files.is_empty() {
        builder.header(ContentType::TEXT_PLAIN).body(message.body.clone())
    } else {
        let text = MultiPart::mixed().singlepart(SinglePart::plain(message.body.clone()));
        builder.multipart(email.files.iter().map(attached).fold(text, MultiPart::singlepart))
    };
    let written = written.map_err(|error| format!("the email cannot be written: {error}"))?;
    // What comes back goes to the line's own mailbox.
    let envelope = Envelope::new(Some(from), vec![to]).map_err(|error| error.to_string())?;
    Ok(Composed { envelope, bytes: written.formatted() })
}

fn attached(file: &EmailFile) -> SinglePart {
    let kind = ContentType::parse(&file.content_type);
    let kind =
        kind.or_else(|_| ContentType::parse("application/octet-stream")).unwrap_or(ContentType::TEXT_PLAIN);
    let bytes = Body::dangerous_pre_encoded(base64_lines(&file.bytes), ContentTransferEncoding::Base64);
    Attachment::new(one_line(&file.name, FILE_NAME_MAX)).body(bytes, kind)
}

/// In lines of 76 characters (RFC 2045, 6.8), which carry every byte as it is.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len() / 57 * 78 + 80);
    for chunk in bytes.chunks(57) {
        lines.extend_from_slice(BASE64.encode(chunk).as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    lines
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
            files: Vec::new(),
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
    fn files_go_along_byte_by_byte() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        let file = |name: &str, content_type: &str, bytes: &[u8]| EmailFile {
            name: name.into(),
            content_type: content_type.into(),
            bytes: bytes.to_vec(),
        };
        let files = vec![
            file("caf\u{e9} \"menu\".pdf", "application/pdf", &bytes),
            file("a\r\nBcc: x@y.z", "no type", b".\nline\n"),
        ];
        let email = Email { message_id: "m1@example.com".into(), files, ..Email::default() };
        let composed = compose(&outbound("Attached."), &email).unwrap();
        let read = mime::parse(&composed.bytes).unwrap();
        assert_eq!((read.text.trim_end(), read.header("bcc")), ("Attached.", None));
        let files = mime::files(&composed.bytes);
        assert_eq!(
            files.iter().map(|file| file.bytes.clone()).collect::<Vec<_>>(),
            [bytes, b".\nline\n".to_vec()]
        );
        assert_eq!(files[0].about.filename.as_deref(), Some("caf\u{e9} \"menu\".pdf"));
        assert_eq!(files[0].about.content_type, "application/pdf");
        assert!(composed.bytes.split(|byte| *byte == b'\n').all(|line| line.len() < 999));
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
