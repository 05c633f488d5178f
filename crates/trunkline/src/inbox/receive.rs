//! A message comes in.

use trunkline_domain::ambient::Ambient;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId};
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::details::{self, Details};
use super::{MediaItem, conversations, messages};
use crate::contacts;
use crate::email::{self, EmailRow};
use crate::events::{Events, Subject};

/// A message as a provider brought it.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) line_id: LineId,
    pub(crate) channel: Channel,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media: Vec<MediaItem>,
    pub(crate) provider_message_id: String,
    /// The name its sender goes by, where the channel tells.
    pub(crate) sender_name: Option<String>,
    pub(crate) segments: Option<u32>,
    /// What it carries beside text and media, but for what it answers.
    pub(crate) details: Details,
    /// The provider's id of the message that it answers.
    pub(crate) reply_to: Option<String>,
    /// When the provider took it, as far as known.
    pub(crate) at: Timestamp,
    /// What it has beside its text, if it is an email.
    pub(crate) email: Option<IncomingEmail>,
    /// How it came: `received`, or `recovered` from the provider's list.
    pub(crate) cause: &'static str,
}

/// What came with an email.
#[derive(Clone, Debug)]
pub(crate) struct IncomingEmail {
    pub(crate) row: EmailRow,
    /// The conversation that the address it went to names.
    pub(crate) addressed: Option<ConversationId>,
}

impl Incoming {
    /// A program wrote it: nothing may answer by itself.
    pub(crate) fn is_automatic(&self) -> bool {
        self.email.as_ref().is_some_and(|email| email.row.automatic)
    }
}

/// Puts a message into its thread, once: a second call for the same provider message changes nothing and
/// returns `None`.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    ambient: &Ambient,
    events: &Events,
    incoming: &Incoming,
) -> Result<Option<(MessageId, ConversationId)>> {
    let now = ambient.now();
    if messages::id_by_provider_id(tx, incoming.line_id, &incoming.provider_message_id)?.is_some() {
        return Ok(None);
    }
    let name = incoming.sender_name.as_deref();
    let (conversation, contact) = match thread_of(tx, incoming)? {
        Some(found) => found,
        None => {
            let address = (incoming.channel, incoming.from.as_str());
            let contact = contacts::find_or_create(tx, events, now, ambient.id(), address, name)?;
            (conversations::find_or_create(tx, events, now, ambient.id(), contact)?.0, contact)
        }
    };
    let id: MessageId = ambient.id();
    let details = details_of(tx, incoming)?;
    let added = tx.execute(
        sql!(
            "insert into messages (id, conversation_id, contact_id, line_id, direction, channel, state, from_address, \
             to_address, body, media, segments, provider_message_id, policy, retries, checks, possibly_doubled, at, \
             created_at, details) values ($1, $2, $3, $4, 'inbound', $5, 'received', $6, $7, $8, $9, $10, $11, \
             'must_arrive', 0, 0, false, $12, $13, $14) on conflict (line_id, provider_message_id) where provider_message_id is not null \
             do nothing"
        ),
        &[
            id.into(),
            conversation.into(),
            contact.into(),
            incoming.line_id.into(),
            incoming.channel.as_str().into(),
            incoming.from.as_str().into(),
            incoming.to.as_str().into(),
            incoming.body.as_str().into(),
            serde_json::json!(incoming.media).into(),
            incoming.segments.into(),
            incoming.provider_message_id.as_str().into(),
            incoming.at.into(),
            now.into(),
            details.map(|details| serde_json::json!(details)).into(),
        ],
    )?;
    if added == 0 {
        return Ok(None);
    }
    if let Some(email) = &incoming.email {
        email::insert(tx, id, conversation, &email.row)?;
    }
    messages::log_transition(tx, id, now, MessageState::Received, incoming.cause)?;
    events.record(tx, now, Subject::Message(id))?;
    conversations::came_in(tx, events, now, conversation, id, incoming.at)?;
    Ok(Some((id, conversation)))
}

/// What stands beside the text, if there is anything, with the words of what is answered.
fn details_of(tx: &mut Tx<'_>, incoming: &Incoming) -> Result<Option<Details>> {
    let mut details = incoming.details.clone();
    if let Some(provider_id) = &incoming.reply_to {
        details.reply_to = details::quote(tx, incoming.line_id, provider_id)?;
    }
    Ok(Some(details).filter(|details| *details != Details::default()))
}

/// The thread that an email belongs to by what it answers, or by the address it went to, and whose that is. Whoever
/// answers from another address of theirs, or was handed the email by a colleague, stays in it.
fn thread_of(tx: &mut Tx<'_>, incoming: &Incoming) -> Result<Option<(ConversationId, ContactId)>> {
    let Some(email) = &incoming.email else { return Ok(None) };
    let mut ids = email.row.thread.clone();
    ids.extend(email.row.in_reply_to.clone());
    let Some(id) = email::conversation_of(tx, &ids)?.or(email.addressed) else { return Ok(None) };
    tx.query_opt(sql!("select id, contact_id from conversations where id = $1"), &[id.into()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}
