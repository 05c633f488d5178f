//! A mail as its bytes (RFC 5322 and MIME), read by `mail-parser` and brought within bounds.

use mail_parser::{MessageParser, MessagePart, MimeHeaders as _, PartType};
use trunkline_domain::email::{EmailAddress, SUBJECT_MAX, message_ids, one_line};
use trunkline_domain::time::Timestamp;

use super::{Attachment, MailFile, ReceivedMail};

/// Bytes of a plain text that are kept: a book.
pub const TEXT_MAX: usize = 1024 * 1024;
/// Bytes of HTML that are kept.
pub const HTML_MAX: usize = 2 * 1024 * 1024;
/// Headers that are kept, and bytes of each.
const HEADERS_MAX: (usize, usize) = (200, 10_000);
/// Files and recipients that are kept.
const MANY: usize = 200;
/// Characters of a name beside an address or of a file.
const NAME_MAX: usize = 200;

/// Reads a mail; `None` if there is no header in it. What is broken is read as far as it goes: a mail that came must
/// be seen.
pub fn parse(raw: &[u8]) -> Option<ReceivedMail> {
    let mail = MessageParser::default().parse(raw)?;
    let from = mail.from().and_then(|from| from.first());
    let address = |address: &str| EmailAddress::parse(address).ok().map(|address| address.to_string());
    let recipients = [mail.to(), mail.cc()].into_iter().flatten().flat_map(|list| list.iter());
    let html = mail.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(storable(bounded(html, HTML_MAX))),
        _ => None,
    });
    let plain = mail.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(storable(bounded(text, TEXT_MAX))),
        _ => None,
    });
    let headers = mail.headers_raw().take(HEADERS_MAX.0);
    let headers =
        headers.map(|(name, value)| (name.to_owned(), storable(bounded(value.trim(), HEADERS_MAX.1))));
    Some(ReceivedMail {
        provider_id: String::new(),
        from: from.and_then(|from| from.address()).and_then(address).unwrap_or_default(),
        from_name: from
            .and_then(|from| from.name())
            .map(|name| one_line(name, NAME_MAX))
            .filter(|name| !name.is_empty()),
        to: recipients.filter_map(|to| to.address()).take(MANY).filter_map(address).collect(),
        subject: one_line(mail.subject().unwrap_or_default(), SUBJECT_MAX),
        text: plain.or_else(|| html.as_deref().map(text_of_html)).unwrap_or_default(),
        html,
        headers: headers.collect(),
        at: mail.date().filter(|date| date.is_valid()).map(|date| Timestamp::from_secs(date.to_timestamp())),
        attachments: attachments(&mail),
        report: report(&mail),
    })
}

/// Reads what came in as a mail. What is none, without a single header, is shown as it is.
pub fn parse_anything(raw: &[u8]) -> ReceivedMail {
    parse(raw).unwrap_or_else(|| ReceivedMail {
        text: storable(bounded(&String::from_utf8_lossy(&raw[..raw.len().min(TEXT_MAX)]), TEXT_MAX)),
        ..ReceivedMail::default()
    })
}

/// The files in a mail, as [`ReceivedMail::attachments`] lists them, with their bytes.
pub fn files(raw: &[u8]) -> Vec<MailFile> {
    let Some(mail) = MessageParser::default().parse(raw) else { return Vec::new() };
    let parts = mail.attachments().enumerate().take(MANY);
    parts
        .map(|(number, part)| MailFile { about: attachment(number, part), bytes: part.contents().to_vec() })
        .collect()
}

fn attachments(mail: &mail_parser::Message<'_>) -> Vec<Attachment> {
    mail.attachments().enumerate().take(MANY).map(|(number, part)| attachment(number, part)).collect()
}

fn attachment(number: usize, part: &MessagePart<'_>) -> Attachment {
    let kind = part
        .content_type()
        .map(|kind| one_line(&format!("{}/{}", kind.c_type, kind.c_subtype.as_deref().unwrap_or("*")), 100));
    Attachment {
        id: number.to_string(),
        filename: part.attachment_name().map(|name| one_line(name, NAME_MAX)),
        content_type: kind.unwrap_or_else(|| "application/octet-stream".to_owned()),
        content_id: part.content_id().map(|id| one_line(id.trim_matches(['<', '>']), NAME_MAX)),
        size: u64::try_from(part.contents().len()).ok(),
        url: None,
    }
}

/// The status part of a report and the Message-ID of the mail it returns (RFC 3464, 2).
fn report(mail: &mail_parser::Message<'_>) -> Option<(String, Option<String>)> {
    let kind = mail.content_type()?;
    if !(kind.ctype().eq_ignore_ascii_case("multipart")
        && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report")))
    {
        return None;
    }
    let status = mail.parts.iter().find(|part| part.is_content_type("message", "delivery-status"))?;
    let status = storable(bounded(&String::from_utf8_lossy(status.contents()), TEXT_MAX));
    let returned = mail.parts.iter().find_map(|part| match &part.body {
        PartType::Message(message) => message.message_id().map(str::to_owned),
        _ if part.is_content_type("text", "rfc822-headers") => {
            let text = String::from_utf8_lossy(part.contents()).into_owned();
            let line = text
                .lines()
                .find(|line| line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:")))?;
            message_ids(&line[11..]).into_iter().next()
        }
        _ => None,
    });
    Some((status, returned))
}

/// What there is to read in HTML.
pub fn text_of_html(html: &str) -> String {
    let text = mail_parser::decoders::html::html_to_text(bounded(html, HTML_MAX));
    storable(bounded(&text, TEXT_MAX))
}

/// At most `max` bytes, cut between characters.
pub fn bounded(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// Without NUL, which no database's text holds.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAIL: &str = "From: =?utf-8?q?Zo=C3=AB?= <Zoe@Example.net>\r\nTo: Team <team@example.com>\r\nCc: b@example.com\r\n\
        Subject: =?utf-8?b?SGk=?=\r\nMessage-ID: <m1@example.net>\r\nReferences: <m0@x>\r\nDate: Mon, 3 Apr 2023 22:13:42 +0000\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
        --c\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\n\
        --c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>caf\u{e9}</p>\r\n--c--\r\n\
        --b\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Disposition: attachment\r\nContent-ID: <c1>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n";

    #[test]
    fn a_mail_is_read_whole() {
        let mail = parse(MAIL.as_bytes()).unwrap();
        assert_eq!((mail.from.as_str(), mail.from_name.as_deref()), ("zoe@example.net", Some("Zo\u{eb}")));
        assert_eq!(mail.to, ["team@example.com", "b@example.com"]);
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("Hi", "caf\u{e9}"));
        assert!(mail.html.as_deref().is_some_and(|html| html.contains("<p>caf\u{e9}</p>")));
        assert_eq!(
            (mail.message_id().as_deref(), mail.references()),
            (Some("m1@example.net"), vec!["m0@x".to_owned()])
        );
        assert_eq!(mail.at, Some(Timestamp::from_secs(1_680_560_022)));
        let file = &mail.attachments[0];
        assert_eq!(
            (file.filename.as_deref(), file.content_type.as_str(), file.size),
            (Some("a.png"), "image/png", Some(3))
        );
        assert_eq!(file.content_id.as_deref(), Some("c1"));
        assert_eq!(mail.automatic(), None);
        let files = files(MAIL.as_bytes());
        assert_eq!((&files[0].about, files[0].bytes.as_slice()), (file, [0, 0, 0].as_slice()));
    }

    #[test]
    fn a_report_names_the_mail_it_is_about() {
        let raw = "From: MAILER-DAEMON@mx.example.net\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
            --b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n\
            Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-Id: <ours@example.com>\r\n\r\n--b--\r\n";
        let mail = parse(raw.as_bytes()).unwrap();
        let (status, id) = mail.report.clone().unwrap();
        assert_eq!(id.as_deref(), Some("ours@example.com"));
        assert!(trunkline_domain::email::read_dsn(&status).is_some(), "{status}");
        assert!(mail.automatic().is_some());
    }

    #[test]
    fn hostile_mails_stay_within_bounds() {
        let nested: String = (0..2_000)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
            .collect();
        assert!(parse(nested.as_bytes()).is_some());
        let headers = format!("From: a@example.net\r\n{}\r\nhello", "X-Many: 1\r\n".repeat(100_000));
        assert!(parse(headers.as_bytes()).unwrap().headers.len() <= HEADERS_MAX.0);
        let line = format!(
            "From: a@example.net\r\nSubject: {}\r\n\r\n{}",
            "s".repeat(2_000_000),
            "t".repeat(5_000_000)
        );
        let mail = parse(line.as_bytes()).unwrap();
        assert!(mail.subject.chars().count() <= SUBJECT_MAX && mail.text.len() <= TEXT_MAX);
        let odd =
            parse(b"From: \xff\xfe\r\nSubject: =?utf-8?b?//8=?= =?x?q?=00?=\r\n\r\n\xff\0text").unwrap();
        assert!(!odd.text.contains('\0') && !odd.subject.contains('\0') && odd.from.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = parse(&body);
        }

        #[test]
        fn any_parts_are_read_without_panic(
            parts in prop::collection::vec("(From|To|Subject|Content-Type|Date|Content-ID): (multipart/(report|mixed); boundary=b|text/html|.{0,20})\r\n|--b(--)?\r\n|\r\n|.{0,20}", 0..30),
        ) {
            let _ = parse(parts.concat().as_bytes());
        }
    }
}
