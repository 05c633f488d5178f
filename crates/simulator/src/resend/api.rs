//! The API: create, fetch and list what was sent; fetch and list what was received, and its files.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::answers;
use super::create::Request;
use super::error::ApiError;
use super::life::{self, Task};
use super::office::{Kept, Mail};
use crate::api::{Silence, silent, wait};
use crate::config::ResendAccount;
use crate::faults::CreateFault;
use crate::names::digest;
use crate::simulator::Simulator;
use crate::world::Asked;

/// How long a link to a file is good for.
const LINK: Duration = Duration::from_secs(3_600);

/// What stands below the root of the API's host.
pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/emails", post(create).get(list_sent))
        .route("/emails/{id}", get(fetch))
        .route("/emails/{id}/cancel", post(cancel))
        .route("/emails/receiving", get(list_received))
        .route("/emails/receiving/{id}", get(fetch_received))
        .route("/emails/receiving/{id}/attachments", get(files))
        .route("/emails/receiving/{id}/attachments/{file}", get(file))
        .route("/attachments/{id}/{file}", get(download))
}

/// Whether a request may go on.
pub(crate) fn check(simulator: &Simulator, headers: &HeaderMap, path: &str) -> Result<(), ApiError> {
    let Some(account) = &simulator.config().resend else { return Err(ApiError::not_found("Endpoint")) };
    // A link to a file is its own permission.
    if path.starts_with("/attachments/") {
        return Ok(());
    }
    if !headers.contains_key(header::USER_AGENT) {
        return Err(ApiError::new(403, "invalid_access", "A User-Agent header is required."));
    }
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(given) = value.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Err(ApiError::new(401, "missing_api_key", "Missing API key in the authorization header."));
    };
    if !bool::from(given.as_bytes().ct_eq(account.api_key.as_bytes())) {
        return Err(ApiError::new(403, "invalid_api_key", "API key is invalid"));
    }
    admit(simulator, account)
}

/// So many requests in one second of the carrier's clock (Resend, Rate limit).
fn admit(simulator: &Simulator, account: &ResendAccount) -> Result<(), ApiError> {
    let now = simulator.ambient().now().secs();
    let mut office = simulator.office();
    if office.second.0 != now {
        office.second = (now, 0);
    }
    office.second.1 += 1;
    let fits = account.per_second.is_none_or(|max| office.second.1 <= max);
    if fits { Ok(()) } else { Err(ApiError::too_many()) }
}

/// `POST /emails`.
async fn create(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let before = simulator.world().fault_before(Asked::Create, simulator.ambient());
    match before {
        CreateFault::Throttle => return Err(ApiError::too_many()),
        CreateFault::ErrorBefore => return Err(ApiError::internal()),
        _ => {}
    }
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    let id = accept(&simulator, key, &body)?;
    let fault = simulator.world().fault_after(Asked::Create, simulator.ambient());
    let latency = simulator.world().faults.answer_latency_ms;
    wait(latency.draw(simulator.ambient())).await;
    Ok(answer(&json!({ "id": id }), fault))
}

/// The mail is taken when this returns, whatever becomes of the answer. The same key and body again give the first
/// result (Resend, Idempotency keys).
fn accept(simulator: &Simulator, key: Option<&str>, body: &[u8]) -> Result<String, ApiError> {
    let config = simulator.config();
    let account = config.resend.as_ref().ok_or_else(ApiError::internal)?;
    let mut office = simulator.office();
    if let Some(key) = key {
        if !(1..=256).contains(&key.len()) {
            return Err(ApiError::new(400, "invalid_idempotency_key", "The key has 1 to 256 characters."));
        }
        if let Some(kept) = office.keys.get(key) {
            let words = "Same idempotency key used with a different request payload.";
            let same = kept.body == body;
            return if same {
                Ok(kept.id.clone())
            } else {
                Err(ApiError::new(409, "invalid_idempotent_request", words))
            };
        }
    }
    let id = simulator.mail_id(office.all().len());
    let addresses: Vec<String> = account.addresses.iter().map(|(address, _)| address.clone()).collect();
    let mail = Request::parse(body)?.mail(id.clone(), &addresses, simulator.ambient().now())?;
    if let Some(key) = key {
        office.keys.insert(key.to_owned(), Kept { body: body.to_vec(), id: id.clone() });
    }
    office.add(mail);
    drop(office);
    life::begin(simulator, Task::Live(id.clone()));
    simulator.mail_changed();
    Ok(id)
}

/// The answer to what was done, or what a fault makes of it.
fn answer(body: &Value, fault: CreateFault) -> Response {
    match fault {
        CreateFault::ErrorAfter => ApiError::internal().into_response(),
        CreateFault::DropAnswer => silent(Silence::Drop),
        CreateFault::HangAnswer => silent(Silence::Hang),
        CreateFault::GarbledAnswer => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], b"{\"id\":\"\xf0\x9f".to_vec())
                .into_response()
        }
        CreateFault::None | CreateFault::Throttle | CreateFault::ErrorBefore => Json(body).into_response(),
    }
}

/// Resend calls off only what was scheduled, which this one does not do.
async fn cancel() -> ApiError {
    ApiError::new(422, "validation_error", "Only scheduled emails can be canceled.")
}

async fn fetch(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let office = simulator.office();
    let mail = office.get(&id).filter(|mail| mail.outbound).ok_or_else(|| ApiError::not_found("Email"))?;
    Ok(Json(answers::sent(mail, true)))
}

async fn fetch_received(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let office = simulator.office();
    Ok(Json(answers::received(incoming(&office, &id)?, true)))
}

fn incoming<'a>(office: &'a super::Office, id: &str) -> Result<&'a Mail, ApiError> {
    office.get(id).filter(|mail| !mail.outbound).ok_or_else(|| ApiError::not_found("Email"))
}

async fn list_sent(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Json<Value> {
    list(&simulator, query, true)
}

async fn list_received(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Json<Value> {
    list(&simulator, query, false)
}

/// Newest first, after the mail that `after` names (Resend, Pagination).
fn list(simulator: &Simulator, query: Option<String>, outbound: bool) -> Json<Value> {
    let query = query.unwrap_or_default();
    let param = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    };
    let limit = param("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20).clamp(1, 100);
    let lag = Duration::from_millis(simulator.world().faults.list_lag_ms);
    let seen_until = simulator.ambient().now().minus(lag);
    let office = simulator.office();
    let mails =
        office.all().iter().rev().filter(|mail| mail.outbound == outbound && mail.created_at <= seen_until);
    let mut mails: Vec<&Mail> = mails.collect();
    if let Some(after) = param("after") {
        let position = mails.iter().position(|mail| mail.id == after).map_or(mails.len(), |at| at + 1);
        mails.drain(..position);
    }
    let show = if outbound { answers::sent } else { answers::received };
    let data: Vec<Value> = mails.iter().take(limit).map(|mail| show(mail, false)).collect();
    Json(json!({ "object": "list", "has_more": mails.len() > limit, "data": data }))
}

async fn files(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let office = simulator.office();
    let mail = incoming(&office, &id)?;
    let data: Vec<Value> = mail.files.iter().map(|file| with_link(&simulator, &id, file)).collect();
    Ok(Json(json!({ "object": "list", "has_more": false, "data": data })))
}

async fn file(
    State(simulator): State<Simulator>,
    Path((id, wanted)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let office = simulator.office();
    let file = incoming(&office, &id)?.files.iter().find(|file| file.id == wanted);
    let mut value = with_link(&simulator, &id, file.ok_or_else(|| ApiError::not_found("Attachment"))?);
    value["object"] = json!("attachment");
    Ok(Json(value))
}

fn with_link(simulator: &Simulator, mail: &str, file: &super::office::File) -> Value {
    let until = simulator.ambient().now().plus(LINK);
    let base = simulator.config().public_url.clone().unwrap_or_default();
    let mark = mark(simulator, &file.id, until.secs());
    let mut value = answers::file(file);
    value["download_url"] = json!(format!(
        "{}/attachments/{mail}/{}?until={}&mark={mark}",
        base.trim_end_matches('/'),
        file.id,
        until.secs()
    ));
    value["expires_at"] = json!(answers::time(until));
    value
}

fn mark(simulator: &Simulator, file: &str, until: i64) -> String {
    hex::encode(digest(simulator.config().auth_token.as_bytes(), format!("{file} {until}").as_bytes()))
}

/// The file itself, for whoever has a link that is not too old.
async fn download(
    State(simulator): State<Simulator>,
    Path((id, wanted)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let param = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    };
    let until: i64 = param("until").and_then(|until| until.parse().ok()).unwrap_or_default();
    if param("mark") != Some(mark(&simulator, &wanted, until)) || until < simulator.ambient().now().secs() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let office = simulator.office();
    let file = office.get(&id).and_then(|mail| mail.files.iter().find(|file| file.id == wanted));
    file.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |file| ([(header::CONTENT_TYPE, file.content_type.clone())], file.content.clone()).into_response(),
    )
}
