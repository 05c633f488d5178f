//! Conversations and messages of the API (E3).

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::email::EmailAddress;
use trunkline_domain::ids::{ContactId, ConversationId};
use trunkline_domain::message::MessageState;
use trunkline_domain::phone::PhoneNumber;
use trunkline_store::Tx;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::conversations::{self, Status};
use super::views::{
    ConversationCounts, MessageFilter, count_conversations, list_conversations as read_conversations,
    list_messages as read_messages,
};
use super::{ConversationView, Inbox, MessageView, load_conversations};
use crate::contacts;
use crate::events::Subject;
use crate::http::cursor::{limit, page};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Path, Problem, Query};

pub(crate) fn routes() -> ApiRoutes<Inbox> {
    ApiRoutes::new()
        .viewer(routes!(list_conversations))
        .viewer(routes!(get_conversation))
        .viewer(routes!(list_messages))
        .merge(super::results::routes())
        .merge(super::mails::routes())
        .agent(routes!(open_conversation))
        .agent(routes!(update_conversation))
        .agent(routes!(mark_conversation_read))
        .agent(routes!(mark_conversation_unread))
}

/// A page of conversations, the last active first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationList {
    items: Vec<ConversationView>,
    next_cursor: Option<String>,
    counts: ConversationCounts,
}

#[derive(Debug, Deserialize, IntoParams)]
struct ConversationFilter {
    /// `open`, `pending`, `snoozed`, `resolved` or `all`, which is the default.
    status: Option<String>,
    /// Only those with something unread.
    unread: Option<bool>,
    /// Part of the contact's name, phone number or email address.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// The conversations, the last active first.
#[utoipa::path(get, path = "/api/conversations", tag = "inbox", params(ConversationFilter),
    responses((status = 200, body = ConversationList), (status = 422, body = Problem)))]
async fn list_conversations(
    State(inbox): State<Inbox>,
    Query(filter): Query<ConversationFilter>,
) -> ApiResult<Json<ConversationList>> {
    let (after, count) = (Cursor::decode(filter.cursor.as_deref())?, limit(filter.limit));
    let status = match filter.status.as_deref() {
        None | Some("all") => "",
        Some(word) => word.parse::<Status>().map_err(|error| Problem::invalid("status", error))?.as_str(),
    };
    let (unread, wanted) =
        (filter.unread.unwrap_or(false), filter.q.unwrap_or_default().trim().to_lowercase());
    let (rows, counts) = inbox
        .store
        .read(move |tx| {
            Ok((read_conversations(tx, status, unread, &wanted, after, count + 1)?, count_conversations(tx)?))
        })
        .await?;
    let (items, next_cursor) = page(rows, count, |row| Cursor::new(row.last_activity_at, row.id));
    Ok(Json(ConversationList { items, next_cursor, counts }))
}

/// One conversation.
#[utoipa::path(get, path = "/api/conversations/{id}", tag = "inbox", params(("id" = Uuid, Path)),
    responses((status = 200, body = ConversationView), (status = 404, body = Problem)))]
async fn get_conversation(
    State(inbox): State<Inbox>,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationView>> {
    inbox.store.read(move |tx| one(tx, id)).await?.map(Json).ok_or_else(|| Problem::not_found("conversation"))
}

fn one(tx: &mut Tx<'_>, id: ConversationId) -> trunkline_store::Result<Option<ConversationView>> {
    Ok(load_conversations(tx, &[id])?.pop())
}

/// Whom to talk to: a contact, or a phone number, known or not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConversation {
    #[schema(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    phone: Option<String>,
    email: Option<String>,
    /// The name of a contact that is new.
    name: Option<String>,
}

/// Opens the conversation with someone, a new one if there is none.
#[utoipa::path(post, path = "/api/conversations", tag = "inbox", request_body = NewConversation,
    responses((status = 200, body = ConversationView), (status = 201, body = ConversationView),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn open_conversation(
    State(inbox): State<Inbox>,
    Json(wanted): Json<NewConversation>,
) -> ApiResult<(StatusCode, Json<ConversationView>)> {
    let address = match (wanted.contact_id, &wanted.phone, &wanted.email) {
        (Some(_), None, None) => None,
        (None, Some(text), None) => {
            let parsed = PhoneNumber::parse(text, inbox.default_country);
            let parsed = parsed.map_err(|error| Problem::invalid("phone", error.to_string()))?;
            Some((Channel::Sms, parsed.as_str().to_owned()))
        }
        (None, None, Some(text)) => {
            let parsed = EmailAddress::parse(text);
            let parsed = parsed.map_err(|error| Problem::invalid("email", error.to_string()))?;
            Some((Channel::Email, parsed.as_str().to_owned()))
        }
        _ => {
            return Err(Problem::invalid(
                "phone",
                "Give a phone number, an email address or a contact: one.",
            ));
        }
    };
    let name = wanted.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if let Some(problem) = name.as_deref().and_then(contacts::refuse_name) {
        return Err(Problem::invalid("name", problem));
    }
    let (now, new_contact, new_conversation) = (inbox.ambient.now(), inbox.ambient.id(), inbox.ambient.id());
    let events = inbox.events.clone();
    let opened = inbox
        .store
        .write(move |tx| {
            let contact = match (&address, wanted.contact_id) {
                (Some((channel, address)), _) => {
                    let name = name.as_deref();
                    let address = (*channel, address.as_str());
                    Some(contacts::find_or_create(tx, &events, now, new_contact, address, name)?)
                }
                (None, Some(id)) => contacts::find(tx, id)?.map(|contact| contact.id),
                (None, None) => None,
            };
            let Some(contact) = contact else { return Ok(None) };
            let (id, created) = conversations::find_or_create(tx, &events, now, new_conversation, contact)?;
            if created {
                events.record(tx, now, Subject::Contact(contact))?;
            }
            Ok(one(tx, id)?.map(|view| (created, view)))
        })
        .await?;
    let (created, view) = opened.ok_or_else(|| Problem::not_found("contact"))?;
    Ok((if created { StatusCode::CREATED } else { StatusCode::OK }, Json(view)))
}

/// What may be changed of a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversationChange {
    status: Status,
}

/// Sets the status of a conversation.
#[utoipa::path(patch, path = "/api/conversations/{id}", tag = "inbox", params(("id" = Uuid, Path)),
    request_body = ConversationChange,
    responses((status = 200, body = ConversationView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn update_conversation(
    State(inbox): State<Inbox>,
    Path(id): Path<ConversationId>,
    Json(change): Json<ConversationChange>,
) -> ApiResult<Json<ConversationView>> {
    let (now, events) = (inbox.ambient.now(), inbox.events.clone());
    let changed = inbox
        .store
        .write(move |tx| {
            if conversations::set_status(tx, &events, now, id, change.status)? {
                one(tx, id)
            } else {
                Ok(None)
            }
        })
        .await?;
    changed.map(Json).ok_or_else(|| Problem::not_found("conversation"))
}

/// Marks everything in a conversation as read.
#[utoipa::path(post, path = "/api/conversations/{id}/read", tag = "inbox", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn mark_conversation_read(
    State(inbox): State<Inbox>,
    Path(id): Path<ConversationId>,
) -> ApiResult<StatusCode> {
    let (now, events) = (inbox.ambient.now(), inbox.events.clone());
    let found = inbox.store.write(move |tx| conversations::mark_read(tx, &events, now, id)).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("conversation")) }
}

/// Marks a conversation as unread, to come back to it.
#[utoipa::path(post, path = "/api/conversations/{id}/unread", tag = "inbox", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn mark_conversation_unread(
    State(inbox): State<Inbox>,
    Path(id): Path<ConversationId>,
) -> ApiResult<StatusCode> {
    let (now, events) = (inbox.ambient.now(), inbox.events.clone());
    let found = inbox.store.write(move |tx| conversations::mark_unread(tx, &events, now, id)).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("conversation")) }
}

/// A page of messages, newest first; the cursor leads to older ones.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageList {
    items: Vec<MessageView>,
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
struct MessageQuery {
    conversation_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    channel: Option<String>,
    state: Option<String>,
    /// `inbound` or `outbound`.
    direction: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// The word that a filter asks for; empty for none. One that cannot match anything is a mistake.
fn word(field: &str, asked: Option<String>, is_known: impl Fn(&str) -> bool) -> ApiResult<String> {
    match asked {
        Some(word) if !is_known(&word) => {
            Err(Problem::invalid(field, format!("'{word}' is no {field} of a message.")))
        }
        asked => Ok(asked.unwrap_or_default()),
    }
}

/// Messages, newest first, of one conversation or of all.
#[utoipa::path(get, path = "/api/messages", tag = "messages", params(MessageQuery),
    responses((status = 200, body = MessageList), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn list_messages(
    State(inbox): State<Inbox>,
    Query(query): Query<MessageQuery>,
) -> ApiResult<Json<MessageList>> {
    let (after, count) = (Cursor::decode(query.cursor.as_deref())?, limit(query.limit));
    let mut filter = MessageFilter {
        conversation: query.conversation_id.map(Into::into),
        channel: word("channel", query.channel, |word| word.parse::<Channel>().is_ok())?,
        state: word("state", query.state, |word| word.parse::<MessageState>().is_ok())?,
        direction: word("direction", query.direction, |word| matches!(word, "inbound" | "outbound"))?,
    };
    let contact: Option<ContactId> = query.contact_id.map(Into::into);
    let rows = inbox
        .store
        .read(move |tx| {
            if let Some(contact) = contact {
                let Some(contact) = contacts::find(tx, contact)? else { return Ok(None) };
                let Some(conversation) = contact.conversation_id else { return Ok(Some(Vec::new())) };
                if filter.conversation.is_some_and(|wanted| wanted != conversation.into()) {
                    return Ok(Some(Vec::new()));
                }
                filter.conversation = Some(conversation.into());
            }
            read_messages(tx, &filter, after, count + 1).map(Some)
        })
        .await?
        .ok_or_else(|| Problem::not_found("contact"))?;
    let (items, next_cursor) = page(rows, count, |row| Cursor::new(row.at, row.id));
    Ok(Json(MessageList { items, next_cursor }))
}
