//! Messages that go out through the API.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;
use trunkline_store::Tx;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Api;
use super::fields::{KEY_MAX, NewMessage, Refusals, check_body, roomiest_channel, when};
use super::timeline::{Step, timeline};
use crate::accounts::Actor;
use crate::delivery::change::{self, Changed};
use crate::delivery::enqueue::{self, enqueue};
use crate::delivery::request::{Accepted, Recipient, Refusal, Request, When, refuse_body};
use crate::delivery::{Delivery, target};
use crate::http::problem::FieldError;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::inbox::messages::{self, Schedule};
use crate::inbox::waiting::Change;
use crate::inbox::{MessageView, load_messages};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new()
        .viewer(routes!(get_message))
        .agent(routes!(send_message))
        .agent(routes!(change_message))
        .agent(routes!(send_message_now))
        .agent(routes!(retry_message))
        .agent(routes!(cancel_message))
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
    let request = message.checked(&delivery, &actor, key).map_err(Problem::invalid_fields)?;
    answer(&delivery, enqueue(&delivery, request).await?).await
}

async fn answer(delivery: &Delivery, accepted: Accepted) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let (status, id) = match accepted {
        Accepted::New(id) => (StatusCode::CREATED, id),
        Accepted::Again(id) => (StatusCode::OK, id),
        Accepted::Refused(refusal) => return Err(refusal.into()),
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
    // However often the button is pressed, a failed message is sent again once.
    let key = ("retry".to_owned(), id.to_string());
    let recipient = Recipient::Conversation(failed.conversation_id);
    let request = Request {
        author: Some((actor.id, actor.name.clone())),
        retry_of: Some(id),
        template: failed.template.map(Into::into),
        ..Request::new(recipient, failed.body, failed.purpose, key)
    };
    answer(&delivery, enqueue(&delivery, request).await?).await
}

/// Calls a message off that has not left yet.
#[utoipa::path(post, path = "/api/messages/{id}/cancel", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageView), (status = 202, body = MessageView), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn cancel_message(
    State(delivery): State<Delivery>,
    Path(id): Path<MessageId>,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let changing = delivery.clone();
    let changed = delivery.store.write(move |tx| change::cancel(tx, &changing, id, "canceled")).await?;
    changed_view(&delivery, id, changed).await
}

/// What became of a wish: 202 says that a carrier which keeps the message is asked to give it back first.
async fn changed_view(
    delivery: &Delivery,
    id: MessageId,
    changed: Changed,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let status = match changed {
        Changed::NoMessage => return Err(Problem::not_found("message")),
        Changed::Done => StatusCode::OK,
        Changed::Asked => StatusCode::ACCEPTED,
        Changed::Approved => {
            let message = "Its words were approved as they are. Call it off and send another template.";
            return Err(Problem::invalid("body", message));
        }
        Changed::TooLate => {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "too_late",
                "It has already left, so it can no longer be called off or changed.",
            ));
        }
    };
    let view = view(delivery, id).await?.ok_or_else(|| Problem::not_found("message"))?;
    Ok((status, Json(view)))
}

/// What is to be different about a message that has not left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageChange {
    body: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    send_at: Option<Timestamp>,
    send_at_local: Option<String>,
    time_zone: Option<String>,
    cancel_if_answered: Option<bool>,
    priority: Option<u8>,
}

/// Changes a message that has not left: its text, its time, its priority.
#[utoipa::path(patch, path = "/api/messages/{id}", tag = "messages", params(("id" = Uuid, Path)),
    request_body = MessageChange, responses((status = 200, body = MessageView), (status = 202, body = MessageView),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn change_message(
    State(delivery): State<Delivery>,
    Path(id): Path<MessageId>,
    Json(wanted): Json<MessageChange>,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let mut refusals = Refusals::default();
    if let Some(body) = &wanted.body {
        // How much is too much, the message's own channel decides.
        check_body(roomiest_channel(&delivery), body, &mut refusals);
    }
    if wanted.priority.is_some_and(|priority| priority > 10) {
        refusals.add("priority", "A priority is a number from 0 to 10.");
    }
    let (local, zone) = (wanted.send_at_local.as_deref(), wanted.time_zone.as_deref());
    let when = when(wanted.send_at, local, zone, &mut refusals);
    refusals.or(Some(()))?;
    let changing = delivery.clone();
    let changed =
        delivery.store.write(move |tx| apply_change(tx, &changing, id, &wanted, when.as_ref())).await?;
    changed_view(&delivery, id, changed.map_err(Problem::from)?).await
}

fn apply_change(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    id: MessageId,
    wanted: &MessageChange,
    when: Option<&When>,
) -> trunkline_store::Result<Result<Changed, Refusal>> {
    let Some(message) = messages::lock(tx, id)? else { return Ok(Ok(Changed::NoMessage)) };
    let schedule = match when {
        None => None,
        Some(when) => {
            let cancel_if_answered = wanted.cancel_if_answered.unwrap_or(false);
            let (contact, to) = (Some(message.contact_id), message.to.as_str());
            match target::resolve(tx, when, contact, to, delivery.ambient.now())? {
                Ok((at, local)) => Some(Schedule { at, local, cancel_if_answered }),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    };
    let body = match &wanted.body {
        None => None,
        Some(body) => {
            let line = delivery.lines.get(message.line_id);
            let channel = line.map_or(Channel::Sms, |line| line.info.channel);
            if let Some(message) = refuse_body(channel, body) {
                return Ok(Err(Refusal::Fields(vec![FieldError { field: "body".to_owned(), message }])));
            }
            let conversation = Some(message.conversation_id);
            match enqueue::with_opt_out_text(tx, channel, body, message.purpose, conversation)? {
                Ok(body) => Some(body),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    };
    let change = Change {
        body,
        segments: None,
        schedule,
        cancel_if_answered: wanted.cancel_if_answered,
        priority: wanted.priority,
    };
    change::change(tx, delivery, &message, &change).map(Ok)
}

/// Lets a scheduled message leave now. The gate still has its say.
#[utoipa::path(post, path = "/api/messages/{id}/send-now", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageView), (status = 202, body = MessageView), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn send_message_now(
    State(delivery): State<Delivery>,
    Path(id): Path<MessageId>,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    let changing = delivery.clone();
    let changed = delivery.store.write(move |tx| change::send_now(tx, &changing, id)).await?;
    changed_view(&delivery, id, changed).await
}
