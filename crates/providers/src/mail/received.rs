//! A mail that came in, however it came.

use trunkline_domain::email::{Automatic, MessageIds, automatic, message_ids};
use trunkline_domain::time::Timestamp;

/// A mail that came in. Every text in it is what a stranger wrote, within the bounds of its parser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The provider's id; for a mailbox, one made of what is in the mail.
    pub provider_id: String,
    /// The address it came from, in lower case; empty if there is none.
    pub from: String,
    /// The name beside it.
    pub from_name: Option<String>,
    /// The addresses it went to, copies included.
    pub to: Vec<String>,
    /// The subject, in one line.
    pub subject: String,
    /// The plain text; made from the HTML if there is only that.
    pub text: String,
    /// The HTML as it came: nothing in it may be trusted.
    pub html: Option<String>,
    /// Headers, in any case and order.
    pub headers: Vec<(String, String)>,
    /// When it was sent, by the provider's clock or the mail's own.
    pub at: Option<Timestamp>,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
    /// The `message/delivery-status` part of a report, and the Message-ID of the mail that it is about.
    pub report: Option<(String, Option<String>)>,
}

/// A file that came with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The provider's id, or the number of the part.
    pub id: String,
    /// Its name.
    pub filename: Option<String>,
    /// Its type, as the sender says.
    pub content_type: String,
    /// How the HTML names it, without angle brackets.
    pub content_id: Option<String>,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Where its provider tells of it, if it has to be fetched.
    pub url: Option<String>,
}

/// A file that came with a mail, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    /// What is said of it.
    pub about: Attachment,
    /// Its bytes, decoded.
    pub bytes: Vec<u8>,
}

impl ReceivedMail {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Its own Message-ID.
    pub fn message_id(&self) -> Option<String> {
        self.header("message-id").and_then(|value| message_ids(value).into_iter().next())
    }

    /// What it answers to.
    pub fn in_reply_to(&self) -> MessageIds {
        self.header("in-reply-to").map(message_ids).unwrap_or_default()
    }

    /// The thread it belongs to, the oldest first.
    pub fn references(&self) -> MessageIds {
        self.header("references").map(message_ids).unwrap_or_default()
    }

    /// Whether a program wrote it.
    pub fn automatic(&self) -> Option<Automatic> {
        automatic(&self.headers, &self.from)
    }
}
