//! Creating a message, and the ways the answer to that, or to a cancel, can go wrong.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::faults::CreateFault;
use crate::record::Record;
use crate::simulator::Simulator;
use crate::world::Asked;

use super::error::ApiError;
use super::form::Form;
use super::gate::{self, Silence};
use super::{resource, validation};

/// Seconds the throttle fault asks to wait.
pub(crate) const RETRY_AFTER_S: u32 = 1;

/// `POST /Messages.json`.
pub(crate) async fn create(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, ApiError> {
    refuse_by_fault(&simulator, Asked::Create)?;
    let (record, fault) = accept(&simulator, &Form::parse(&body))?;
    let latency = simulator.world().faults.answer_latency_ms;
    gate::wait(latency.draw(simulator.ambient())).await;
    Ok(answer(StatusCode::CREATED, &record, fault, &simulator.config().account_sid))
}

/// The faults that keep a request from being processed.
pub(super) fn refuse_by_fault(simulator: &Simulator, asked: Asked) -> Result<(), ApiError> {
    let before = simulator.world().fault_before(asked, simulator.ambient());
    match before {
        CreateFault::Throttle => Err(ApiError::too_many(Some(RETRY_AFTER_S))),
        CreateFault::ErrorBefore => Err(ApiError::internal()),
        _ => Ok(()),
    }
}

/// The message is in the ledger when this returns, whatever becomes of the answer.
fn accept(simulator: &Simulator, form: &Form) -> Result<(Record, CreateFault), ApiError> {
    let config = simulator.config();
    let mut world = simulator.world();
    let draft = validation::draft(form, &world, config.scheduled_max, simulator.ambient().now())?;
    let record = simulator.send(&mut world, draft)?;
    let fault = world.fault_after(Asked::Create, simulator.ambient());
    drop(world);
    simulator.announce(&record);
    Ok((record, fault))
}

/// The answer to what was done, or what a fault makes of it.
pub(super) fn answer(status: StatusCode, record: &Record, fault: CreateFault, account_sid: &str) -> Response {
    match fault {
        CreateFault::ErrorAfter => ApiError::internal().into_response(),
        CreateFault::DropAnswer => silent(Silence::Drop),
        CreateFault::HangAnswer => silent(Silence::Hang),
        CreateFault::GarbledAnswer => garbled(status, account_sid),
        CreateFault::None | CreateFault::Throttle | CreateFault::ErrorBefore => {
            (status, Json(resource::message(record, account_sid))).into_response()
        }
    }
}

pub(crate) fn silent(silence: Silence) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.extensions_mut().insert(silence);
    response
}

/// Breaks off before the SID, inside a character.
fn garbled(status: StatusCode, account_sid: &str) -> Response {
    let mut body = format!("{{\"account_sid\":\"{account_sid}\",\"body\":\"").into_bytes();
    body.extend_from_slice(b"\xf0\x9f\x93");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
