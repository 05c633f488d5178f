//! A message as its author gives it, and what becomes of the wish.

use std::time::Duration;

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MediaId, MessageId, TemplateId, UserId};
use trunkline_domain::message::{DoubtPolicy, Purpose};
use trunkline_domain::time::Timestamp;

use crate::http::problem::FieldError;
use crate::inbox::messages::{ContentUse, PersonaMark, TemplateUse};
use crate::templates::Values;

/// Characters of a text (Twilio, Message resource, `Body`).
const TEXT_MAX: usize = 1_600;

/// Characters of an email: a small book, and far below what any server refuses.
const EMAIL_MAX: usize = 100_000;

/// Characters that a message has at most on this channel.
pub(super) const fn body_max(channel: Channel) -> usize {
    match channel {
        Channel::Email => EMAIL_MAX,
        Channel::Sms | Channel::Mms | Channel::Whatsapp | Channel::Voice => TEXT_MAX,
    }
}

/// Whom a message is for.
#[derive(Clone, Debug)]
pub(crate) enum Recipient {
    Conversation(ConversationId),
    Contact(ContactId),
    /// E.164; the contact is made if there is none.
    Phone(String),
    /// In lower case; the contact is made if there is none.
    Email(String),
}

/// How a message is to travel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct By {
    pub(crate) line: Option<LineId>,
    /// Any line of this channel.
    pub(crate) channel: Option<Channel>,
}

/// When a message is to leave.
#[derive(Clone, Debug)]
pub(crate) enum When {
    At(Timestamp),
    /// A wall time such as `2026-11-21T09:00`, in a zone or the recipient's own.
    Local {
        wall: String,
        zone: Option<String>,
    },
    /// Around the hour in which the recipient usually writes.
    Best,
}

/// The template that is to give a message its text.
#[derive(Clone, Debug)]
pub(crate) struct TextFrom {
    pub(crate) template: TemplateId,
    /// By the name of their variable; they go before what is built in.
    pub(crate) values: Values,
    /// Left out, the template's.
    pub(crate) purpose: Option<Purpose>,
    /// Left out, what is usual for the purpose.
    pub(crate) priority: Option<u8>,
}

/// The approved template that a message is to be sent as.
#[derive(Clone, Debug)]
pub(crate) struct ContentFrom {
    pub(crate) template: uuid::Uuid,
    /// By the name of their variable.
    pub(crate) values: Values,
    /// Left out, what is usual for the template's category.
    pub(crate) purpose: Option<Purpose>,
    /// Left out, what is usual for the purpose.
    pub(crate) priority: Option<u8>,
}

/// A message as its author gave it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) recipient: Recipient,
    /// The line named, or the one they wrote to last, or the default.
    pub(crate) by: By,
    /// Empty while a template is still to give it.
    pub(crate) body: String,
    /// Of an email: the subject. Left out, that of the email it answers.
    pub(crate) subject: Option<String>,
    /// The template that gives the text.
    pub(crate) text_from: Option<TextFrom>,
    /// The approved template it is to be sent as.
    pub(crate) content_from: Option<ContentFrom>,
    /// The same, filled.
    pub(crate) content: Option<ContentUse>,
    pub(crate) author: Option<(UserId, String)>,
    /// The persona that wrote it, if one did.
    pub(crate) persona: Option<PersonaMark>,
    /// Whose key it is, and the key.
    pub(crate) idempotency: (String, String),
    pub(crate) policy: DoubtPolicy,
    pub(crate) purpose: Purpose,
    pub(crate) priority: u8,
    /// `None`: at once.
    pub(crate) when: Option<When>,
    pub(crate) cancel_if_answered: bool,
    /// After this it is of no use any more.
    pub(crate) expires_at: Option<Timestamp>,
    /// Refuse it if the same author sent the same text to the same person within this time.
    pub(crate) dedupe: Option<Duration>,
    /// The files to send along, in this order. Left out for one that stands in for another: those of that one.
    pub(crate) media: Vec<MediaId>,
    pub(crate) template: Option<TemplateUse>,
    /// The dead letter it stands in for.
    pub(crate) retry_of: Option<MessageId>,
}

impl Request {
    /// A message that leaves at once, with everything as usual for its purpose.
    pub(crate) fn new(
        recipient: Recipient,
        body: String,
        purpose: Purpose,
        idempotency: (String, String),
    ) -> Self {
        Request {
            recipient,
            by: By::default(),
            body,
            subject: None,
            text_from: None,
            content_from: None,
            content: None,
            author: None,
            persona: None,
            idempotency,
            policy: purpose.usual_policy(),
            purpose,
            priority: purpose.usual_priority(),
            when: None,
            cancel_if_answered: false,
            expires_at: None,
            dedupe: None,
            media: Vec::new(),
            template: None,
            retry_of: None,
        }
    }
}

/// Why a message was not accepted. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The key was used for another message.
    KeyReused,
    /// There is no such conversation or contact.
    NoRecipient,
    /// The contact has no address for the line's channel.
    NoAddress(Channel),
    /// There is no line to send through.
    NoLine,
    /// The same text went to them a moment ago.
    Duplicate(MessageId),
    /// The template cannot be filled: every field that stands against it.
    Fields(Vec<FieldError>),
    /// How to make it stop, which has to be said on first contact, does not fit beside the text.
    NoRoom(String),
    /// The time cannot be used: the field, and why.
    Time(&'static str, String),
    /// The gate refused it.
    Gate { code: &'static str, reason: String },
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// It is queued, or waits for its time.
    New(MessageId),
    /// The same request was accepted before.
    Again(MessageId),
    Refused(Refusal),
}

/// Why `body` cannot be sent over this channel, if it cannot.
pub(super) fn refuse_body(channel: Channel, body: &str) -> Option<String> {
    let (length, max) = (body.chars().count(), body_max(channel));
    if body.trim().is_empty() {
        return Some("Write something: the message is empty.".to_owned());
    }
    let word = if channel == Channel::Email { "An email" } else { "A text" };
    (length > max).then(|| format!("{word} has at most {max} characters; this one has {length}."))
}
