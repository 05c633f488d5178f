//! The account's messaging services and the webhooks set on them (Twilio, Messaging Services API v1, Service
//! resource).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use serde_json::{Value, json};

use crate::config::MessagingService;
use crate::simulator::Simulator;

use super::error::ApiError;
use super::form::Form;

/// `GET /v1/Services/{sid}`.
pub(crate) async fn fetch(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Value>, ApiError> {
    let world = simulator.world();
    let known = world.services.iter().find(|known| known.sid == sid);
    let known = known.ok_or_else(|| ApiError::not_found(uri.path()))?;
    Ok(Json(service(&simulator, known)))
}

/// `POST /v1/Services/{sid}`: sets `InboundRequestUrl`, `FallbackUrl`, `StatusCallback` and
/// `UseInboundWebhookOnNumber`; an empty URL takes it away. Lasts until the simulator stops.
pub(crate) async fn update(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::parse(&body);
    let mut world = simulator.world();
    let known = world.services.iter_mut().find(|known| known.sid == sid);
    let known = known.ok_or_else(|| ApiError::not_found(uri.path()))?;
    let url = |name: &str| form.get(name).map(|url| Some(url.to_owned()).filter(|url| !url.is_empty()));
    known.inbound_url = url("InboundRequestUrl").unwrap_or(known.inbound_url.take());
    known.fallback_url = url("FallbackUrl").unwrap_or(known.fallback_url.take());
    known.status_callback = url("StatusCallback").unwrap_or(known.status_callback.take());
    if let Some(wanted) = form.filled("UseInboundWebhookOnNumber") {
        known.use_inbound_webhook_on_number = wanted == "true";
    }
    Ok(Json(service(&simulator, known)))
}

fn service(simulator: &Simulator, known: &MessagingService) -> Value {
    let created = iso(simulator);
    let place = simulator.config().public_url.clone().unwrap_or_default();
    let url = format!("{place}/v1/Services/{}", known.sid);
    let below = |name: &str| format!("{url}/{name}");
    json!({
        "account_sid": simulator.config().account_sid,
        "area_code_geomatch": true,
        "date_created": created,
        "date_updated": created,
        "fallback_method": "POST",
        "fallback_to_long_code": true,
        "fallback_url": known.fallback_url,
        "friendly_name": "Simulated service",
        "inbound_method": "POST",
        "inbound_request_url": known.inbound_url,
        "links": { "phone_numbers": below("PhoneNumbers"), "short_codes": below("ShortCodes") },
        "mms_converter": true,
        "scan_message_content": "inherit",
        "sid": known.sid,
        "smart_encoding": false,
        "status_callback": known.status_callback,
        "sticky_sender": true,
        "synchronous_validation": false,
        "url": url,
        "us_app_to_person_registered": false,
        "usecase": "undeclared",
        "use_inbound_webhook_on_number": known.use_inbound_webhook_on_number,
        "validity_period": 36_000,
    })
}

/// This API writes times as RFC 3339, the older one as RFC 2822.
fn iso(simulator: &Simulator) -> String {
    simulator.ambient().now().to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
