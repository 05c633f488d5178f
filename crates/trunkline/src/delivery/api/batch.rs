//! Many messages at once, each accepted or refused on its own.

use axum::extract::{DefaultBodyLimit, State};
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::MessageId;
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouterExt;
use utoipa_axum::routes;

use super::Api;
use super::fields::{KEY_MAX, NewMessage};
use crate::accounts::Actor;
use crate::delivery::Delivery;
use crate::delivery::enqueue::{self, enqueue};
use crate::delivery::request::{Accepted, Request};
use crate::http::{ApiResult, ApiRoutes, Json, Problem};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().agent(routes!(send_batch).layer(DefaultBodyLimit::max(BYTES_MAX)))
}

/// Messages in one batch.
const BATCH_MAX: usize = 10_000;
/// The largest request, in bytes: as many messages of 1,600 bytes, which is more than a usual one has.
const BYTES_MAX: usize = 16 << 20;
/// Of those in one transaction: a batch must not hold up the others for long.
const BATCH_STEP: usize = 100;

/// Many messages at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Batch {
    /// Up to 10,000, each with an `idempotency_key` of its own. What is no message is refused by itself.
    #[schema(value_type = Vec<NewMessage>)]
    items: Vec<serde_json::Value>,
}

/// What became of each message of a batch, in order.
#[derive(Debug, Serialize, ToSchema)]
struct BatchResults {
    items: Vec<BatchResult>,
}

/// What became of one message of a batch.
#[derive(Debug, Serialize, ToSchema)]
struct BatchResult {
    index: usize,
    /// As if it had been sent alone: 201, 200 for a repeated key, or a refusal.
    status: u16,
    #[schema(value_type = Option<Uuid>)]
    id: Option<MessageId>,
    code: Option<String>,
    detail: Option<String>,
}

impl BatchResult {
    fn refused(index: usize, problem: &Problem) -> Self {
        let (code, detail) = (Some(problem.code.to_owned()), Some(problem.told()));
        BatchResult { index, status: problem.status(), id: None, code, detail }
    }

    fn of(index: usize, accepted: Accepted) -> Self {
        let (status, id) = match accepted {
            Accepted::New(id) => (201, id),
            Accepted::Again(id) => (200, id),
            Accepted::Refused(refusal) => return BatchResult::refused(index, &refusal.into()),
        };
        BatchResult { index, status, id: Some(id), code: None, detail: None }
    }
}

/// Accepts up to 10,000 messages; each is accepted or refused on its own.
#[utoipa::path(post, path = "/api/messages/batch", tag = "messages", request_body = Batch,
    responses((status = 200, body = BatchResults), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn send_batch(
    State(delivery): State<Delivery>,
    actor: Actor,
    Json(batch): Json<Batch>,
) -> ApiResult<Json<BatchResults>> {
    if batch.items.is_empty() || batch.items.len() > BATCH_MAX {
        let told = format!("A batch has 1 to {BATCH_MAX} messages; this one has {}.", batch.items.len());
        return Err(Problem::invalid("items", told));
    }
    let mut results = Vec::with_capacity(batch.items.len());
    let mut requests = Vec::new();
    for (index, item) in batch.items.into_iter().enumerate() {
        match checked_item(&delivery, &actor, item) {
            Ok(request) => requests.push((index, request)),
            Err(problem) => results.push(BatchResult::refused(index, &problem)),
        }
    }
    while !requests.is_empty() {
        let step: Vec<_> = requests.drain(..requests.len().min(BATCH_STEP)).collect();
        results.extend(accept_step(&delivery, step).await?);
    }
    results.sort_by_key(|result| result.index);
    Ok(Json(BatchResults { items: results }))
}

fn checked_item(delivery: &Delivery, actor: &Actor, item: serde_json::Value) -> Result<Request, Problem> {
    let item: NewMessage = match item.is_object().then(|| serde_json::from_value(item)) {
        Some(item) => item.map_err(|error| Problem::invalid("items", error.to_string()))?,
        None => return Err(Problem::invalid("items", "Send an object with the fields by name.")),
    };
    let key = item.idempotency_key.as_deref().unwrap_or_default().trim().to_owned();
    if key.is_empty() || key.len() > KEY_MAX {
        return Err(Problem::invalid(
            "idempotency_key",
            format!("Give each message a key of 1 to {KEY_MAX} characters."),
        ));
    }
    item.checked(delivery, actor, key).map_err(Problem::invalid_fields)
}

/// One transaction for many; if it fails for one of them, each is tried alone.
async fn accept_step(delivery: &Delivery, step: Vec<(usize, Request)>) -> ApiResult<Vec<BatchResult>> {
    let (together, requests) = (delivery.clone(), step.clone());
    let done = delivery
        .store
        .write_in_background(move |tx| {
            requests
                .iter()
                .map(|(index, request)| Ok(BatchResult::of(*index, enqueue::accept(tx, &together, request)?)))
                .collect::<trunkline_store::Result<Vec<_>>>()
        })
        .await;
    if let Ok(results) = done {
        return Ok(results);
    }
    let mut results = Vec::with_capacity(step.len());
    for (index, request) in step {
        results.push(BatchResult::of(index, enqueue(delivery, request).await?));
    }
    Ok(results)
}
