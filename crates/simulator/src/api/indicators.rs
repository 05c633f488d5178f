//! That the business is writing an answer (Twilio, Typing indicators resource, public beta).

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use serde_json::{Value, json};

use crate::record::Direction;
use crate::simulator::Simulator;
use crate::whatsapp;

use super::error::ApiError;
use super::form::Form;

/// How long a phone shows it, unless the answer comes before.
const SHOWN: Duration = Duration::from_secs(25);

/// `POST /v2/Indicators/Typing.json`: `messageId` is what came in by WhatsApp.
pub(crate) async fn typing(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::parse(&body);
    if form.filled("channel") != Some("whatsapp") {
        return Err(ApiError::bad(20_001, "Parameter 'channel' must be whatsapp"));
    }
    let sid =
        form.filled("messageId").ok_or_else(|| ApiError::bad(20_001, "Parameter 'messageId' is required"))?;
    let is_theirs = simulator.world().get(sid).is_some_and(|record| {
        record.direction == Direction::Inbound && whatsapp::is_address(&record.to) && !record.deleted
    });
    if !is_theirs {
        return Err(ApiError::not_found(uri.path()));
    }
    let until = simulator.ambient().now().plus(SHOWN);
    if let Some(record) = simulator.change(sid, |record| record.typing_until = Some(until)) {
        simulator.announce(&record);
    }
    Ok(Json(json!({ "success": true })))
}
