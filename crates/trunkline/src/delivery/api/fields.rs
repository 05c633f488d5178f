//! What a request to send must look like, checked field by field.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::email::{EmailAddress, SUBJECT_MAX, is_email};
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MediaId, TemplateId};
use trunkline_domain::message::Purpose;
use trunkline_domain::phone::PhoneNumber;
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::Actor;
use crate::delivery::Delivery;

use crate::delivery::request::{By, ContentFrom, Recipient, Request, TextFrom, When, refuse_body};
use crate::http::Problem;
use crate::http::problem::FieldError;

/// Characters of an idempotency key.
pub(super) const KEY_MAX: usize = 255;

/// Within this time a repeated text can be refused: a day.
const DEDUPE_MAX: u32 = 86_400;

/// A message to send: to a conversation, a contact or a number.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    #[schema(value_type = Option<Uuid>)]
    pub(super) conversation_id: Option<ConversationId>,
    #[schema(value_type = Option<Uuid>)]
    pub(super) contact_id: Option<ContactId>,
    /// A phone number in any usual way of writing, or an email address.
    pub(super) to: Option<String>,
    /// The line to send through; left out, the one this conversation used last.
    #[schema(value_type = Option<Uuid>)]
    pub(super) line_id: Option<LineId>,
    /// `sms`, `whatsapp` or `email`: a line of this channel, if none is named. Left out, the one they wrote by last.
    pub(super) channel: Option<String>,
    /// 1 to 1600 characters, 1 to 100000 of an email; or name a template instead.
    pub(super) body: Option<String>,
    /// Of an email: the subject; left out, that of the email it answers.
    pub(super) subject: Option<String>,
    /// Files to send along, by their ids; beside them the body may be left out.
    #[schema(value_type = Option<Vec<Uuid>>)]
    pub(super) media: Option<Vec<MediaId>>,
    /// The template that gives the text.
    #[schema(value_type = Option<Uuid>)]
    pub(super) template_id: Option<TemplateId>,
    /// The approved template of WhatsApp that it is sent as.
    pub(super) content_template: Option<Uuid>,
    /// What the template asks for, by name; they go before what is built in.
    pub(super) variables: Option<BTreeMap<String, String>>,
    /// 0 to 10: above 5 goes ahead, 10 is urgent and passes quiet hours. Left out, what is usual for the purpose.
    pub(super) priority: Option<u8>,
    /// `reply`, `transactional` or `marketing`; left out, the template's, or a reply.
    #[schema(value_type = Option<String>)]
    pub(super) purpose: Option<Purpose>,
    /// When to send it, if not at once.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) send_at: Option<Timestamp>,
    /// The same as a time on the wall, such as `2026-11-21T09:00`, in `time_zone` or the recipient's zone.
    pub(super) send_at_local: Option<String>,
    /// Send it around the hour in which they usually write, within a day; only if the settings allow it.
    #[serde(default)]
    pub(super) send_at_best: bool,
    /// An IANA name such as `Europe/Berlin`.
    pub(super) time_zone: Option<String>,
    /// Do not send it if they write before.
    #[serde(default)]
    pub(super) cancel_if_answered: bool,
    /// Do not send it after this time.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) expires_at: Option<Timestamp>,
    /// In a batch, where there is no header: the same key again gives the same message, once.
    pub(super) idempotency_key: Option<String>,
    /// Refuse it if you sent the same text to the same person within so many seconds.
    pub(super) dedupe_seconds: Option<u32>,
}

/// Collects what is wrong, so that all of it is told at once.
#[derive(Default)]
pub(super) struct Refusals(Vec<FieldError>);

impl Refusals {
    pub(super) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    pub(super) fn or<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::invalid_fields(self.0)),
        }
    }
}

/// Whether `body` can be sent over this channel.
pub(super) fn check_body(channel: Channel, body: &str, refusals: &mut Refusals) {
    if let Some(why) = refuse_body(channel, body) {
        refusals.add("body", why);
    }
}

/// Of the channels there are lines for, the one that takes the longest text.
pub(super) fn roomiest_channel(delivery: &Delivery) -> Channel {
    let has_email = delivery.lines.all().any(|line| line.info.channel == Channel::Email);
    if has_email { Channel::Email } else { Channel::Sms }
}

/// The time a message is wanted at, from the fields that may name one.
pub(super) fn when(
    send_at: Option<Timestamp>,
    send_at_local: Option<&str>,
    time_zone: Option<&str>,
    refusals: &mut Refusals,
) -> Option<When> {
    match (send_at, send_at_local) {
        (Some(_), Some(_)) => {
            refusals.add("send_at", "Name send_at or send_at_local, not both.");
            None
        }
        (Some(at), None) => Some(When::At(at)),
        (None, Some(wall)) => {
            if time_zone.is_some_and(|name| trunkline_domain::schedule::zone(name).is_err()) {
                refusals.add("time_zone", "There is no such zone; write one such as America/New_York.");
            }
            Some(When::Local { wall: wall.to_owned(), zone: time_zone.map(str::to_owned) })
        }
        (None, None) => {
            if time_zone.is_some() {
                refusals.add("time_zone", "A zone needs send_at_local beside it.");
            }
            None
        }
    }
}

/// Whom an address names.
fn recipient_at(to: &str, delivery: &Delivery) -> Result<Recipient, String> {
    if is_email(to) {
        let address = EmailAddress::parse(to).map_err(|error| error.to_string())?;
        return Ok(Recipient::Email(address.as_str().to_owned()));
    }
    let phone = PhoneNumber::parse(to, delivery.default_country).map_err(|error| error.to_string())?;
    Ok(Recipient::Phone(phone.as_str().to_owned()))
}

impl NewMessage {
    fn recipient(&self, delivery: &Delivery, refusals: &mut Refusals) -> Option<Recipient> {
        match (self.conversation_id, self.contact_id, &self.to) {
            (Some(id), None, None) => Some(Recipient::Conversation(id)),
            (None, Some(id), None) => Some(Recipient::Contact(id)),
            (None, None, Some(to)) => recipient_at(to, delivery).map_err(|why| refusals.add("to", why)).ok(),
            _ => {
                refusals.add("to", "Name exactly one of conversation_id, contact_id and to.");
                None
            }
        }
    }

    /// The channel it will take, as far as its fields tell. Where an earlier message decides, the one that takes the
    /// longest text; the line that is chosen then has the last word.
    fn likely_channel(&self, delivery: &Delivery) -> Channel {
        let line = self.line_id.and_then(|id| delivery.lines.get(id));
        let named = self.channel.as_deref().and_then(|word| word.parse().ok());
        if let Some(channel) = line.map(|line| line.info.channel).or(named) {
            return channel;
        }
        match self.to.as_deref() {
            Some(to) if is_email(to) => Channel::Email,
            Some(_) => Channel::Sms,
            None => roomiest_channel(delivery),
        }
    }

    /// The text, or the template that is to give it.
    fn check_text(&self, channel: Channel, refusals: &mut Refusals) {
        if self.content_template.is_some() {
            if self.body.is_some() || self.template_id.is_some() {
                let message = "Name a content_template alone, without body and template_id.";
                refusals.add("content_template", message);
            }
            return;
        }
        match (&self.body, self.template_id) {
            (Some(_), Some(_)) => refusals.add("body", "Write a body or name a template_id, not both."),
            (body, None) => {
                let body = body.as_deref().unwrap_or_default();
                if !(body.trim().is_empty() && self.has_media()) {
                    check_body(channel, body, refusals);
                }
                if self.variables.is_some() {
                    refusals.add("variables", "Variables need a template_id beside them.");
                }
            }
            (None, Some(_)) => {}
        }
    }

    /// The request it stands for, or everything that is wrong with it.
    pub(super) fn checked(
        self,
        delivery: &Delivery,
        actor: &Actor,
        key: String,
    ) -> Result<Request, Vec<FieldError>> {
        let mut refusals = Refusals::default();
        self.check_text(self.likely_channel(delivery), &mut refusals);
        self.check_choices(delivery, &mut refusals);
        let (local, zone) = (self.send_at_local.as_deref(), self.time_zone.as_deref());
        let mut when = when(self.send_at, local, zone, &mut refusals);
        if self.send_at_best && when.replace(When::Best).is_some() {
            refusals.add("send_at_best", "Name one time: send_at_best, send_at or send_at_local.");
        }
        if self.cancel_if_answered && when.is_none() {
            refusals.add("cancel_if_answered", "Only a message with a time can wait for an answer.");
        }
        let Some(recipient) = self.recipient(delivery, &mut refusals) else { return Err(refusals.0) };
        if !refusals.0.is_empty() {
            return Err(refusals.0);
        }
        let purpose = self.purpose.unwrap_or(Purpose::Reply);
        let channel = self.channel();
        let body = self.body.unwrap_or_default();
        let request = Request::new(recipient, body, purpose, (actor.id.to_string(), key));
        let (values, priority) = (self.variables.unwrap_or_default(), self.priority);
        Ok(Request {
            content_from: self.content_template.map(|template| ContentFrom {
                template,
                values: values.clone(),
                purpose: self.purpose,
                priority,
            }),
            text_from: self.template_id.map(|template| TextFrom {
                template,
                values,
                purpose: self.purpose,
                priority,
            }),
            by: By { line: self.line_id, channel },
            subject: self.subject,
            author: Some((actor.id, actor.name.clone())),
            priority: priority.unwrap_or(request.priority),
            when,
            cancel_if_answered: self.cancel_if_answered,
            expires_at: self.expires_at,
            media: self.media.unwrap_or_default(),
            dedupe: self.dedupe_seconds.map(|seconds| Duration::from_secs(seconds.into())),
            ..request
        })
    }

    fn has_media(&self) -> bool {
        self.media.as_ref().is_some_and(|media| !media.is_empty())
    }

    fn channel(&self) -> Option<Channel> {
        self.channel.as_deref()?.parse().ok()
    }

    fn check_choices(&self, delivery: &Delivery, refusals: &mut Refusals) {
        if let Some(word) = &self.channel
            && !delivery.lines.all().any(|line| line.info.channel.as_str() == word)
        {
            refusals.add("channel", format!("There is no line for '{word}'."));
        }
        let named = self.line_id.and_then(|id| delivery.lines.get(id)).map(|line| line.info.channel);
        if named.zip(self.channel()).is_some_and(|(line, wanted)| line != wanted) {
            refusals.add("line_id", "This line is of another channel than the one you named.");
        }
        if self.line_id.is_some_and(|id| delivery.lines.get(id).is_none()) {
            refusals.add("line_id", "There is no such line.");
        }
        if self.subject.as_deref().is_some_and(|subject| subject.chars().count() > SUBJECT_MAX) {
            refusals.add("subject", format!("A subject has at most {SUBJECT_MAX} characters."));
        }
        if self.priority.is_some_and(|priority| priority > 10) {
            refusals.add("priority", "A priority is a number from 0 to 10.");
        }
        if self.dedupe_seconds.is_some_and(|seconds| seconds > DEDUPE_MAX) {
            refusals.add("dedupe_seconds", format!("At most {DEDUPE_MAX} seconds, which is a day."));
        }
        if self.expires_at.is_some_and(|at| at <= delivery.ambient.now()) {
            refusals.add("expires_at", "This time has passed.");
        }
    }
}
