//! The messaging profile and the numbers on it (Telnyx API v2, Messaging profiles; Phone numbers with messaging
//! settings).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use super::error::ApiError;
use super::resource;
use crate::api::Form;
use crate::config::TelnyxAccount;
use crate::simulator::Simulator;

/// `GET /v2/phone_numbers/messaging`, filtered by `filter[phone_number]`.
pub(super) async fn numbers(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let wanted = query.filled("filter[phone_number]");
    let world = simulator.world();
    let account = world.telnyx().ok_or_else(ApiError::unauthorized)?;
    let matching = account.numbers.iter().filter(|number| wanted.is_none_or(|wanted| wanted == *number));
    let found: Vec<Value> = matching.map(|number| self::number(&simulator, account, number)).collect();
    let meta = json!({
        "page_number": 1, "page_size": 250, "total_pages": 1, "total_results": found.len(),
    });
    Ok(Json(json!({ "data": found, "meta": meta })))
}

fn number(simulator: &Simulator, account: &TelnyxAccount, number: &str) -> Value {
    let at = resource::time(simulator.ambient().now());
    let both_ways =
        json!({ "domestic_two_way": true, "international_inbound": true, "international_outbound": true });
    json!({
        "country_code": "US",
        "created_at": at,
        "eligible_messaging_products": ["A2P"],
        "features": { "sms": both_ways, "mms": both_ways },
        "health": { "inbound_outbound_ratio": 1.0, "message_count": 0, "spam_ratio": 0.0, "success_ratio": 1.0 },
        "id": number,
        "messaging_product": "A2P",
        "messaging_profile_id": account.profile_id,
        "organization_id": account.profile_id,
        "phone_number": number,
        "record_type": "messaging_settings",
        "tags": [],
        "traffic_type": "A2P",
        "type": "longcode",
        "updated_at": at,
    })
}

/// `GET /v2/messaging_profiles/{id}`.
pub(super) async fn profile(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let world = simulator.world();
    let account =
        world.telnyx().filter(|account| account.profile_id == id).ok_or_else(ApiError::not_found)?;
    Ok(Json(json!({ "data": shown(&simulator, account) })))
}

/// `PATCH /v2/messaging_profiles/{id}`: sets `webhook_url` and `webhook_failover_url`; null takes one away. Lasts until
/// the simulator stops.
pub(super) async fn update(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let wanted: Value = serde_json::from_slice(&body)
        .map_err(|error| ApiError::malformed(format!("The body is no JSON: {error}")))?;
    let mut world = simulator.world();
    let account =
        world.telnyx_mut().filter(|account| account.profile_id == id).ok_or_else(ApiError::not_found)?;
    let main = url(&wanted, "webhook_url", account.webhook_url.clone())?;
    let failover = url(&wanted, "webhook_failover_url", account.webhook_failover_url.clone())?;
    (account.webhook_url, account.webhook_failover_url) = (main, failover);
    let data = shown(&simulator, account);
    Ok(Json(json!({ "data": data })))
}

/// What a field is to be; without it, what it was.
fn url(wanted: &Value, name: &'static str, before: Option<String>) -> Result<Option<String>, ApiError> {
    match &wanted[name] {
        Value::Null if wanted.get(name).is_none() => Ok(before),
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.starts_with("http") => Ok(Some(text.clone())),
        _ => Err(ApiError::malformed(format!("{name} is no web address."))),
    }
}

fn shown(simulator: &Simulator, account: &TelnyxAccount) -> Value {
    let at = resource::time(simulator.ambient().now());
    json!({
        "alpha_sender": null,
        "created_at": at,
        "daily_spend_limit": "0.00",
        "daily_spend_limit_enabled": false,
        "enabled": true,
        "id": account.profile_id,
        "mms_fall_back_to_sms": false,
        "mms_transcoding": false,
        "mobile_only": false,
        "name": "Simulated profile",
        "number_pool_settings": null,
        "organization_id": account.profile_id,
        "record_type": "messaging_profile",
        "smart_encoding": false,
        "updated_at": at,
        "url_shortener_settings": null,
        "webhook_api_version": "2",
        "webhook_failover_url": account.webhook_failover_url,
        "webhook_url": account.webhook_url,
        "whitelisted_destinations": ["*"],
    })
}
