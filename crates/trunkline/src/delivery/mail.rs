//! What an email has beside its text: subject, thread, where answers go, how to unsubscribe.

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ConversationId, MessageId};
use trunkline_domain::message::Purpose;
use trunkline_providers::mail::{Email, EmailFile};
use trunkline_store::{Result, Tx};

use super::Delivery;
use super::request::{Refusal, Request};
use super::target::Known;
use crate::email::{self, EmailRow};
use crate::http::problem::FieldError;
use crate::inbox::messages::Message;
use crate::lines::Line;
use crate::media::Parcel;

/// What is asked for an email, as far as it is known before it is written; `None` on other channels. An answer stands
/// under the subject of what it answers; another subject begins a thread of its own.
pub(super) fn beside(
    tx: &mut Tx<'_>,
    channel: Channel,
    request: &Request,
    known: &Known,
) -> Result<std::result::Result<Option<EmailRow>, Refusal>> {
    if channel != Channel::Email {
        return Ok(Ok(None));
    }
    let again = request.retry_of.map_or(Ok(None), |id| email::of_message(tx, id))?;
    if let Some(failed) = again {
        return Ok(Ok(Some(EmailRow { rfc_id: None, ..failed })));
    }
    let last = known.conversation.map_or(Ok(None), |id| email::last_of(tx, id))?;
    let answer = last.as_ref().map(EmailRow::answer);
    let wanted = request.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
    let row = match (wanted, answer) {
        (None, Some(answer)) => answer,
        (Some(wanted), Some(answer)) if is_same(wanted, &answer.subject) => answer,
        (Some(wanted), _) => EmailRow::first(wanted),
        (None, None) => {
            let message = "An email needs a subject.".to_owned();
            return Ok(Err(Refusal::Fields(vec![FieldError { field: "subject".to_owned(), message }])));
        }
    };
    Ok(Ok(Some(EmailRow { automatic: request.persona.is_some(), ..row })))
}

fn is_same(one: &str, other: &str) -> bool {
    use trunkline_domain::email::reply_subject;
    reply_subject(one).eq_ignore_ascii_case(&reply_subject(other))
}

/// Offers say how to make them stop (providers: RFC 8058 in the headers, and here for people).
pub(super) fn with_unsubscribe_link(
    delivery: &Delivery,
    line: &Line,
    to: &str,
    purpose: Purpose,
    body: String,
) -> String {
    if line.info.channel != Channel::Email || purpose != Purpose::Marketing {
        return body;
    }
    let url = delivery.marks.unsubscribe_url(line.info.id, to);
    if body.contains(&url) { body } else { format!("{body}\n\nUnsubscribe: {url}") }
}

/// Keeps it beside the message that was just written.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    line: &Line,
    (id, conversation): (MessageId, ConversationId),
    row: EmailRow,
) -> Result<()> {
    let rfc_id = Some(delivery.marks.message_id(id, &line.info.address));
    email::insert(tx, id, conversation, &EmailRow { rfc_id, quoted: String::new(), html: None, ..row })
}

/// The same as its provider needs it, every time the same.
pub(super) async fn outgoing(
    delivery: &Delivery,
    line: &Line,
    message: &Message,
) -> anyhow::Result<Option<Email>> {
    if line.info.channel != Channel::Email {
        return Ok(None);
    }
    let id = message.id;
    let row = delivery.store.read(move |tx| email::of_message(tx, id)).await?.unwrap_or_default();
    let marks = &delivery.marks;
    let is_offer = message.purpose == Purpose::Marketing;
    Ok(Some(Email {
        from_name: line.info.name.clone(),
        subject: row.subject,
        message_id: row.rfc_id.unwrap_or_else(|| marks.message_id(id, &line.info.address)),
        in_reply_to: row.in_reply_to,
        references: row.thread,
        reply_to: marks.reply_address(&line.info.address, message.conversation_id),
        unsubscribe: is_offer.then(|| marks.unsubscribe_url(line.info.id, &message.to)),
        automatic: row.automatic,
        files: files(delivery, message).await?,
    }))
}

/// The files that it carries. What is not here any more, though it was accepted, must not be left out in silence.
async fn files(delivery: &Delivery, message: &Message) -> anyhow::Result<Vec<EmailFile>> {
    if message.media.is_empty() {
        return Ok(Vec::new());
    }
    let parcels = delivery.media.parcels(message.id).await?;
    anyhow::ensure!(parcels.len() == message.media.len(), "one of its files is not here");
    let file = |parcel: Parcel| EmailFile {
        name: parcel.name.unwrap_or_else(|| "file".to_owned()),
        content_type: parcel.content_type,
        bytes: parcel.bytes.into(),
    };
    Ok(parcels.into_iter().map(file).collect())
}
