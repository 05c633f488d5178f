//! The account's numbers and the webhooks set on them (Twilio, IncomingPhoneNumber resource).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, RawQuery, State};
use serde_json::{Value, json};

use crate::config::BusinessNumber;
use crate::names::digest;
use crate::simulator::Simulator;
use crate::whatsapp;

use super::error::ApiError;
use super::form::Form;
use super::messages::MessagePath;
use super::page::{Page, Slice};
use super::{VERSION, resource};

/// `GET /IncomingPhoneNumbers.json`, filtered by `PhoneNumber` (a part of it will do) or `FriendlyName`.
pub(crate) async fn list(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let page = Page::parse(&query)?;
    let (part, name) = (query.filled("PhoneNumber"), query.filled("FriendlyName"));
    let part = part.map(|text| text.replace('*', ""));
    let world = simulator.world();
    let matching = world.numbers.iter().filter(|known| {
        !world.is_telnyx(&known.number)
            && !whatsapp::is_address(&known.number)
            && part.as_ref().is_none_or(|part| known.number.contains(part))
            && name.is_none_or(|name| known.name == name)
    });
    let entry = |known: &BusinessNumber| (sid_of(known), number(&simulator, known));
    let mut entries: Vec<_> = matching.skip(page.number.saturating_mul(page.size)).map(entry).collect();
    let has_next = entries.len() > page.size;
    entries.truncate(page.size);
    let path = format!("{}.json", path(&simulator));
    Ok(Json(page.answer(&path, &query, "incoming_phone_numbers", Slice { entries, has_next })))
}

/// `GET /IncomingPhoneNumbers/{sid}.json`.
pub(crate) async fn fetch(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Value>, ApiError> {
    let world = simulator.world();
    let known = world.numbers.iter().find(|known| sid_of(known) == super::sid(&sid));
    let known = known.ok_or_else(|| ApiError::not_found(uri.path()))?;
    Ok(Json(number(&simulator, known)))
}

/// `POST /IncomingPhoneNumbers/{sid}.json`: sets `FriendlyName`, `SmsUrl` and `SmsFallbackUrl`; an empty
/// URL takes it away. Lasts until the simulator stops.
pub(crate) async fn update(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::parse(&body);
    let mut world = simulator.world();
    let known = world.numbers.iter_mut().find(|known| sid_of(known) == super::sid(&sid));
    let known = known.ok_or_else(|| ApiError::not_found(uri.path()))?;
    let url = |name: &str| form.get(name).map(|url| Some(url.to_owned()).filter(|url| !url.is_empty()));
    known.sms_url = url("SmsUrl").unwrap_or(known.sms_url.take());
    known.sms_fallback_url = url("SmsFallbackUrl").unwrap_or(known.sms_fallback_url.take());
    if let Some(name) = form.filled("FriendlyName") {
        known.name = name.to_owned();
    }
    Ok(Json(number(&simulator, known)))
}

/// Derived from the number, so that it is the same in every run.
fn sid_of(known: &BusinessNumber) -> String {
    let mut hex = hex::encode(digest(b"number", known.number.as_bytes()));
    hex.truncate(32);
    format!("PN{hex}")
}

fn path(simulator: &Simulator) -> String {
    format!("/{VERSION}/Accounts/{}/IncomingPhoneNumbers", simulator.config().account_sid)
}

fn number(simulator: &Simulator, known: &BusinessNumber) -> Value {
    let sid = sid_of(known);
    let created = resource::date(simulator.ambient().now());
    json!({
        "account_sid": simulator.config().account_sid,
        "address_requirements": "none",
        "address_sid": null,
        "api_version": VERSION,
        "beta": false,
        "bundle_sid": null,
        "capabilities": { "voice": false, "sms": true, "mms": true, "fax": false },
        "date_created": created,
        "date_updated": created,
        "emergency_address_sid": null,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": known.name,
        "identity_sid": null,
        "origin": "twilio",
        "phone_number": known.number,
        "sms_application_sid": "",
        "sms_fallback_method": "POST",
        "sms_fallback_url": known.sms_fallback_url.as_deref().unwrap_or_default(),
        "sms_method": "POST",
        "sms_url": known.sms_url.as_deref().unwrap_or_default(),
        "status": "in-use",
        "status_callback": "",
        "status_callback_method": "POST",
        "trunk_sid": null,
        "type": "local",
        "uri": format!("{}/{sid}.json", path(simulator)),
        "sid": sid,
        "voice_application_sid": "",
        "voice_caller_id_lookup": false,
        "voice_fallback_method": "POST",
        "voice_fallback_url": null,
        "voice_method": "POST",
        "voice_receive_mode": "voice",
        "voice_url": null,
    })
}
