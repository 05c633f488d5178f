//! The v2 API: messages, one by one, and detail records.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::create::Request;
use super::error::ApiError;
use super::{records, resource, setup};
use crate::api::{BALANCE, RETRY_AFTER_S, Silence, silent, wait};
use crate::callbacks::{self, Fate};
use crate::config::Config;
use crate::faults::CreateFault;
use crate::record::{Record, Status};
use crate::simulator::{Simulator, Work};
use crate::world::{Asked, World};

/// Seconds before its time until which a scheduled message can be cancelled (Telnyx, Cancel a scheduled message).
const CANCEL_BEFORE_S: u64 = 60;

/// What stands below `/v2`.
pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/messages", post(create))
        .route("/messages/{id}", get(fetch).delete(cancel))
        .route("/detail_records", get(records::search))
        .route("/balance", get(balance))
        .route("/phone_numbers/messaging", get(setup::numbers))
        .route("/messaging_profiles/{id}", get(setup::profile).patch(setup::update))
        .fallback(async || ApiError::not_found())
        .method_not_allowed_fallback(async || {
            ApiError::new(405, 10_015, "Bad Request", "Method not allowed.")
        })
}

/// Whether a request may go on.
pub(crate) fn check(config: &Config, headers: &HeaderMap, is_too_many: bool) -> Result<(), ApiError> {
    if is_too_many {
        return Err(ApiError::too_many(RETRY_AFTER_S));
    }
    let Some(account) = &config.telnyx else { return Err(ApiError::unauthorized()) };
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = value.strip_prefix("Bearer ").unwrap_or_default();
    let fits = bool::from(given.as_bytes().ct_eq(account.api_key.as_bytes()));
    if fits { Ok(()) } else { Err(ApiError::unauthorized()) }
}

/// `GET /v2/balance` (Telnyx, Get user balance details).
async fn balance() -> Json<Value> {
    Json(json!({ "data": {
        "record_type": "balance",
        "balance": BALANCE,
        "credit_limit": "0.00",
        "available_credit": BALANCE,
        "pending": "0.00",
        "currency": "USD",
    } }))
}

/// `POST /v2/messages`.
async fn create(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, ApiError> {
    refuse_by_fault(&simulator, Asked::Create)?;
    let (record, fault) = accept(&simulator, Request::parse(&body)?)?;
    let latency = simulator.world().faults.answer_latency_ms;
    wait(latency.draw(simulator.ambient())).await;
    let message = resource::message(&record, &resource::profile_id(&simulator)?);
    Ok(answer(&json!({ "data": message }), fault))
}

fn refuse_by_fault(simulator: &Simulator, asked: Asked) -> Result<(), ApiError> {
    let before = simulator.world().fault_before(asked, simulator.ambient());
    match before {
        CreateFault::Throttle => Err(ApiError::too_many(RETRY_AFTER_S)),
        CreateFault::ErrorBefore => Err(ApiError::internal()),
        _ => Ok(()),
    }
}

/// The message is in the ledger when this returns, whatever becomes of the answer.
fn accept(simulator: &Simulator, request: Request) -> Result<(Record, CreateFault), ApiError> {
    let config = simulator.config();
    let mut world = simulator.world();
    let account = world.telnyx().ok_or_else(ApiError::unauthorized)?;
    let draft = request.draft(&world, account, config.scheduled_max, simulator.ambient().now())?;
    let record = simulator.send(&mut world, draft)?;
    let fault = world.fault_after(Asked::Create, simulator.ambient());
    drop(world);
    simulator.announce(&record);
    Ok((record, fault))
}

/// The answer to what was done, or what a fault makes of it.
fn answer(body: &Value, fault: CreateFault) -> Response {
    match fault {
        CreateFault::ErrorAfter => ApiError::internal().into_response(),
        CreateFault::DropAnswer => silent(Silence::Drop),
        CreateFault::HangAnswer => silent(Silence::Hang),
        // Breaks off before the id, inside a character.
        CreateFault::GarbledAnswer => {
            let content_type = [(header::CONTENT_TYPE, "application/json")];
            (StatusCode::OK, content_type, b"{\"data\":{\"text\":\"\xf0\x9f\x93".to_vec()).into_response()
        }
        CreateFault::None | CreateFault::Throttle | CreateFault::ErrorBefore => {
            (StatusCode::OK, Json(body)).into_response()
        }
    }
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Record, ApiError> {
    world.get(id).filter(|record| record.telnyx).ok_or_else(ApiError::not_found)
}

/// `GET /v2/messages/{id}`.
async fn fetch(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let profile_id = resource::profile_id(&simulator)?;
    let world = simulator.world();
    Ok(Json(json!({ "data": resource::message(find(&world, &id)?, &profile_id) })))
}

/// `DELETE /v2/messages/{id}`: cancels a scheduled message that has more than a minute left.
async fn cancel(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Response, ApiError> {
    refuse_by_fault(&simulator, Asked::Cancel)?;
    let record = call_off(&simulator, &id)?;
    let fault = simulator.world().fault_after(Asked::Cancel, simulator.ambient());
    // Described without the `data` that other answers have around them.
    Ok(answer(&resource::message(&record, &resource::profile_id(&simulator)?), fault))
}

fn call_off(simulator: &Simulator, id: &str) -> Result<Record, ApiError> {
    let now = simulator.ambient().now();
    let mut world = simulator.world();
    let known = find(&world, id)?;
    let left = known.send_at.filter(|_| known.status == Status::Scheduled).map(|at| at.since(now).as_secs());
    if left.is_none_or(|left| left <= CANCEL_BEFORE_S) {
        let detail = "Only scheduled messages with more than a minute left can be cancelled.";
        return Err(ApiError::new(403, 10_015, "Message cannot be cancelled", detail));
    }
    let fate = Fate::draw(&world.faults, simulator.ambient());
    let canceled = world.change(id, now, |record| {
        record.status = Status::Canceled;
        record.ended_at = Some(now);
    });
    drop(world);
    let record = canceled.ok_or_else(ApiError::internal)?;
    simulator.announce(&record);
    let callback = callbacks::prepare(simulator, &record, fate);
    simulator.push(Work::Callbacks(callback.into_iter().collect()));
    Ok(record)
}
