//! Messages that go out through the API.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId};
use trunkline_domain::message::{DoubtPolicy, MessageState};
use trunkline_domain::phone::PhoneNumber;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Delivery;
use super::enqueue::{Accepted, Recipient, Request, cancel, enqueue};
use super::timeline::{Step, timeline};
use crate::accounts::Actor;
use crate::http::problem::FieldError;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::inbox::{MessageView, load_messages};

/// Characters of a text (Twilio, Message resource, `Body`).
const BODY_MAX: usize = 1_600;
/// Characters of an idempotency key.
const KEY_MAX: usize = 255;

pub(crate) fn routes() -> ApiRoutes<Delivery> {
    ApiRoutes::new()
        .viewer(routes!(get_message))
        .agent(routes!(send_message))
        .agent(routes!(retry_message))
        .agent(routes!(cancel_message))
}

/// A message to send: to a conversation, a contact or a number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMessage {
    #[schema(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    #[schema(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    /// A phone number in any usual way of writing.
    to: Option<String>,
    /// The line to send through; left out, the one this conversation used last.
    #[schema(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    /// `sms` is the only one so far, and the default.
    channel: Option<String>,
    /// 1 to 1600 characters.
    body: String,
}

impl NewMessage {
    fn recipient(&self, delivery: &Delivery) -> Result<Recipient, FieldError> {
        let refuse = |field: &str, message: String| FieldError { field: field.into(), message };
        match (self.conversation_id, self.contact_id, &self.to) {
            (Some(id), None, None) => Ok(Recipient::Conversation(id)),
            (None, Some(id), None) => Ok(Recipient::Contact(id)),
            (None, None, Some(to)) => match PhoneNumber::parse(to, delivery.default_country) {
                Ok(phone) => Ok(Recipient::Phone(phone.as_str().to_owned())),
                Err(error) => Err(refuse("to", error.to_string())),
            },
            _ => Err(refuse("to", "Name exactly one of conversation_id, contact_id and to.".into())),
        }
    }

    fn checked(self, delivery: &Delivery) -> Result<(Recipient, Self), Problem> {
        let mut errors = Vec::new();
        let mut refuse =
            |field: &str, message: String| errors.push(FieldError { field: field.into(), message });
        let length = self.body.chars().count();
        if self.body.trim().is_empty() {
            refuse("body", "Write something: the message is empty.".into());
        } else if length > BODY_MAX {
            refuse("body", format!("A text has at most {BODY_MAX} characters; this one has {length}."));
        }
        if self.channel.as_deref().is_some_and(|channel| channel != "sms") {
            refuse("channel", "Only sms can be sent so far.".into());
        }
        if self.line_id.is_some_and(|id| delivery.lines.get(id).is_none()) {
            refuse("line_id", "There is no such line.".into());
        }
        match self.recipient(delivery) {
            Ok(recipient) if errors.is_empty() => Ok((recipient, self)),
            Ok(_) => Err(Problem::invalid_fields(errors)),
            Err(error) => {
                errors.push(error);
                Err(Problem::invalid_fields(errors))
            }
        }
    }
}

/// The key that makes a repeated request harmless.
fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .unwrap_or_default();
    if key.is_empty() || key.len() > KEY_MAX {
        return Err(Problem::invalid(
            "Idempotency-Key",
            format!(
                "Send an Idempotency-Key header of 1 to {KEY_MAX} characters, the same one when you repeat the request."
            ),
        ));
    }
    Ok(key.to_owned())
}

/// Accepts a message. The answer comes when it is safe on disk; it is sent right after.
#[utoipa::path(post, path = "/api/messages", tag = "messages", request_body = NewMessage,
    params(("Idempotency-Key" = String, Header, description = "The same key again gives the same message, once")),
    responses((status = 201, body = MessageView), (status = 200, body = MessageView), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn send_message(
    State(delivery): State<Delivery>,
    actor: Actor,
    headers: HeaderMap,
    Json(message): Json<NewMessage>,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let key = idempotency_key(&headers)?;
    let (recipient, message) = message.checked(&delivery)?;
    let request = Request {
        recipient,
        line: message.line_id,
        body: message.body,
        author: Some((actor.id, actor.name.clone())),
        idempotency: (actor.id.to_string(), key),
        // A person's reply: none is worse than two.
        policy: DoubtPolicy::MustArrive,
    };
    answer(&delivery, enqueue(&delivery, request).await?).await
}

async fn answer(delivery: &Delivery, accepted: Accepted) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let (status, id) = match accepted {
        Accepted::New(id) => (StatusCode::CREATED, id),
        Accepted::Again(id) => (StatusCode::OK, id),
        Accepted::KeyReused => {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_mismatch",
                "This Idempotency-Key was used for another message. Use a new key for a new message.",
            ));
        }
        Accepted::NoRecipient => return Err(Problem::not_found("conversation or contact")),
        Accepted::NoAddress => {
            return Err(Problem::invalid("to", "This contact has no phone number. Add one to text them."));
        }
        Accepted::NoLine => {
            return Err(Problem::invalid(
                "line_id",
                "There is no line to send through. Configure one first.",
            ));
        }
        Accepted::Refused { code, reason } => {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, reason));
        }
    };
    let view = view(delivery, id).await?.ok_or_else(|| Problem::not_found("message"))?;
    Ok((status, Json(view)))
}

async fn view(delivery: &Delivery, id: MessageId) -> ApiResult<Option<MessageView>> {
    Ok(delivery.store.read(move |tx| Ok(load_messages(tx, &[id])?.pop())).await?)
}

/// A message with everything that happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageDetails {
    #[serde(flatten)]
    message: MessageView,
    /// Oldest first.
    timeline: Vec<Step>,
}

/// One message and its delivery timeline.
#[utoipa::path(get, path = "/api/messages/{id}", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageDetails), (status = 404, body = Problem)))]
async fn get_message(
    State(delivery): State<Delivery>,
    Path(id): Path<MessageId>,
) -> ApiResult<Json<MessageDetails>> {
    let found = delivery
        .store
        .read(move |tx| {
            let Some(message) = load_messages(tx, &[id])?.pop() else { return Ok(None) };
            Ok(Some(MessageDetails { message, timeline: timeline(tx, id)? }))
        })
        .await?;
    found.map(Json).ok_or_else(|| Problem::not_found("message"))
}

/// Sends the text of a message that failed once more, as a new message.
#[utoipa::path(post, path = "/api/messages/{id}/retry", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 201, body = MessageView), (status = 200, body = MessageView), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn retry_message(
    State(delivery): State<Delivery>,
    actor: Actor,
    Path(id): Path<MessageId>,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let failed = view(&delivery, id).await?.ok_or_else(|| Problem::not_found("message"))?;
    if !matches!(failed.state, MessageState::Failed | MessageState::Undelivered) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "not_failed",
            format!("Only a failed message can be sent again; this one is {}.", failed.state),
        ));
    }
    let request = Request {
        recipient: Recipient::Conversation(failed.conversation_id),
        line: None,
        body: failed.body,
        author: Some((actor.id, actor.name.clone())),
        // However often the button is pressed, a failed message is sent again once.
        idempotency: ("retry".to_owned(), id.to_string()),
        policy: DoubtPolicy::MustArrive,
    };
    answer(&delivery, enqueue(&delivery, request).await?).await
}

/// Calls a message off that has not left yet.
#[utoipa::path(post, path = "/api/messages/{id}/cancel", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel_message(
    State(delivery): State<Delivery>,
    Path(id): Path<MessageId>,
) -> ApiResult<Json<MessageView>> {
    match cancel(&delivery, id).await? {
        None => Err(Problem::not_found("message")),
        Some(true) => view(&delivery, id).await?.map(Json).ok_or_else(|| Problem::not_found("message")),
        Some(false) => Err(Problem::new(
            StatusCode::CONFLICT,
            "too_late",
            "It has already left, so it can no longer be called off.",
        )),
    }
}
