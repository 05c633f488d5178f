//! The doors that providers knock at.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, OriginalUri, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serializer as _;
use sha2::{Digest, Sha256};
use trunkline_providers::twilio::form::{FormError, Params};
use trunkline_providers::twilio::signature::{self, SignedRequest};
use trunkline_providers::twilio::twiml;

use super::{TWILIO_MESSAGE, TWILIO_STATUS, Webhooks};
use crate::http::origin::{Client, path_and_query};
use crate::http::{Path, Problem};
use crate::journal::{Appended, Entry};
use crate::lines::Line;

/// Headers that the journal keeps: what a signature covers and what tells retries apart. No credentials.
const KEPT_HEADERS: [&str; 7] = [
    "content-type",
    "host",
    "user-agent",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-twilio-signature",
    "i-twilio-idempotency-token",
];

/// Bytes of one header value that are kept.
const HEADER_MAX: usize = 1_000;

/// The state of these routes, shared rather than copied: a copy per request would touch every counter in it.
type Shared = Arc<Webhooks>;

/// The addresses of each line.
pub(crate) fn router(webhooks: Webhooks) -> Router {
    Router::new()
        .route("/webhooks/twilio/{line}/messages", post(line_message))
        .route("/webhooks/twilio/{line}/status", post(line_status))
        .with_state(Arc::new(webhooks))
}

/// Addresses of former systems (A8): the same handlers, each use logged.
pub(crate) fn legacy_router(webhooks: Webhooks) -> Router {
    Router::new()
        .route("/api/twilio/sms-webhook", post(legacy_message))
        .route("/api/sms/webhook", post(legacy_message))
        .route("/functions/v1/sms-inbound", post(legacy_message))
        .route("/api/webhooks/twilio", post(legacy_message))
        .route("/functions/v1/sms-status", post(legacy_status))
        .with_state(Arc::new(webhooks))
}

/// A request as it came, with all that a signature may cover.
struct Knock {
    method: Method,
    url: String,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Knock {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        use axum::RequestExt;
        let (mut parts, body) = request.into_parts();
        let client = parts.extensions.get::<Client>().cloned();
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(&mut parts, state).await;
        let (method, headers) = (parts.method.clone(), parts.headers.clone());
        let request = axum::extract::Request::from_parts(parts, body);
        let body = request.extract::<Bytes, _>().await;
        let body = body.map_err(|error| too_large(error.into_response().status()))?;
        Ok(Knock {
            method,
            url: path_and_query(&uri).to_owned(),
            client: client.ok_or_else(|| Problem::internal(&"a request was not identified"))?,
            headers,
            body,
        })
    }
}

async fn line_message(State(webhooks): State<Shared>, Path(line): Path<String>, knock: Knock) -> Response {
    let line = webhooks.lines.by_slug(&line).cloned();
    take(&webhooks, line, TWILIO_MESSAGE, knock).await
}

async fn line_status(State(webhooks): State<Shared>, Path(line): Path<String>, knock: Knock) -> Response {
    let line = webhooks.lines.by_slug(&line).cloned();
    take(&webhooks, line, TWILIO_STATUS, knock).await
}

async fn legacy_message(State(webhooks): State<Shared>, knock: Knock) -> Response {
    deprecated(&knock);
    // Some former systems took both on one address; a report names a status and a message does not.
    let is_report = Params::parse(&knock.body).is_ok_and(|params| {
        params.filled("MessageStatus").is_some_and(|status| !matches!(status, "received" | "receiving"))
    });
    let (kind, ours) = if is_report { (TWILIO_STATUS, "From") } else { (TWILIO_MESSAGE, "To") };
    let line = line_by_param(&webhooks, &knock, ours);
    take(&webhooks, line, kind, knock).await
}

async fn legacy_status(State(webhooks): State<Shared>, knock: Knock) -> Response {
    deprecated(&knock);
    let line = line_by_param(&webhooks, &knock, "From");
    take(&webhooks, line, TWILIO_STATUS, knock).await
}

fn deprecated(knock: &Knock) {
    let path = knock.url.split('?').next().unwrap_or_default();
    metrics::counter!("trunkline_legacy_webhooks_total", "path" => path.to_owned()).increment(1);
    tracing::warn!(
        path,
        "a webhook came to a deprecated address; use /webhooks/twilio/{{line}}/messages and …/status"
    );
}

/// The line a webhook without one in its address is for; the default line if its number is not ours.
fn line_by_param(webhooks: &Webhooks, knock: &Knock, param: &str) -> Option<Arc<Line>> {
    // A body that cannot be read is refused for that, not for its line.
    let params = Params::parse(&knock.body).unwrap_or_default();
    let lines = &webhooks.lines;
    params.get(param).and_then(|address| lines.by_address(address)).or_else(|| lines.first()).cloned()
}

/// Checks, writes down, answers.
async fn take(webhooks: &Webhooks, line: Option<Arc<Line>>, kind: &'static str, knock: Knock) -> Response {
    let Some(line) = line else {
        counted("unknown_line");
        return Problem::not_found("line").into_response();
    };
    let params = match Params::parse(&knock.body) {
        Ok(params) => params,
        Err(error) => {
            counted("malformed");
            return unreadable(error).into_response();
        }
    };
    if let Err(refused) = check_signature(&line, &knock, &params) {
        return *refused;
    }
    let entry = entry(webhooks, &line, kind, knock, &params);
    match webhooks.journal.append(entry).await {
        Ok(Appended::New) => counted("accepted"),
        Ok(Appended::Duplicate) => counted("duplicate"),
        Err(error) => {
            // Not acknowledged: the provider turns to the fallback address or tries again. If it does neither,
            // reconciliation fetches what it told of.
            counted("not_stored");
            webhooks.missed.notify_one();
            return Problem::from(error).into_response();
        }
    }
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], twiml::empty()).into_response()
}

fn unreadable(error: FormError) -> Problem {
    match error {
        FormError::TooLong => too_large(StatusCode::PAYLOAD_TOO_LARGE),
        FormError::TooMany => Problem::new(StatusCode::BAD_REQUEST, "malformed", error.to_string()),
    }
}

fn too_large(status: StatusCode) -> Problem {
    Problem::new(status, "too_large", "The webhook's body is too large or broke off.")
}

fn counted(result: &'static str) {
    metrics::counter!("trunkline_webhooks_total", "result" => result).increment(1);
}

fn check_signature(line: &Line, knock: &Knock, params: &Params) -> Result<(), Box<Response>> {
    let text = |name: &str| knock.headers.get(name).and_then(|value| value.to_str().ok());
    let urls: Vec<String> = knock.client.bases.iter().map(|base| format!("{base}{}", knock.url)).collect();
    let request = SignedRequest {
        urls: &urls,
        method: knock.method.as_str(),
        content_type: text("content-type"),
        body: &knock.body,
        params: Some(params),
        signature: text("x-twilio-signature"),
        settings: text("x-twilio-webhooks-signature-settings"),
    };
    let Err(error) = signature::verify(&request, &line.signing_keys) else { return Ok(()) };
    counted(if line.observe_signatures { "signature_observed" } else { "signature_refused" });
    tracing::warn!(line = line.info.slug, %error, tried = ?urls, ip = %knock.client.ip, "a webhook's signature does not match");
    if line.observe_signatures {
        return Ok(());
    }
    let problem = Problem::new(
        StatusCode::UNAUTHORIZED,
        "wrong_signature",
        "The signature does not match. Check the line's auth token and that the provider calls this exact address.",
    );
    Err(Box::new(problem.into_response()))
}

fn entry(webhooks: &Webhooks, line: &Line, kind: &'static str, knock: Knock, params: &Params) -> Entry {
    Entry {
        id: webhooks.ambient.id(),
        event_key: event_key(line, kind, &knock, params),
        line_id: Some(line.info.id),
        kind: kind.to_owned(),
        headers: kept_headers(&knock.headers),
        url: knock.url,
        body: knock.body.into(),
        remote_address: knock.client.ip.to_string(),
        received_at: webhooks.ambient.now(),
    }
}

/// [`KEPT_HEADERS`] as a JSON object.
fn kept_headers(headers: &HeaderMap) -> String {
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = headers.get(*name)?.to_str().ok()?;
        // `to_str` lets only visible ASCII through, so bytes are characters.
        Some((*name, &value[..value.len().min(HEADER_MAX)]))
    });
    let mut json = Vec::with_capacity(512);
    let written = serde_json::Serializer::new(&mut json).collect_map(kept);
    debug_assert!(written.is_ok(), "a map of texts can be written to memory");
    String::from_utf8(json).unwrap_or_default()
}

/// Names the event, so that it is recognised when the provider sends it again. A message has one id; a
/// report is one status of one message. Where those are missing, the body itself is the name.
fn event_key(line: &Line, kind: &str, knock: &Knock, params: &Params) -> String {
    let usual = |value: &&str| value.len() <= 64 && !value.contains('\0');
    let field = |name: &str| params.filled(name).filter(usual);
    let sid = field("MessageSid").or_else(|| field("SmsSid"));
    let status = field("MessageStatus").or_else(|| field("SmsStatus"));
    let slug = &line.info.slug;
    match (kind, sid, status) {
        (TWILIO_MESSAGE, Some(sid), _) => format!("{kind}/{slug}/{sid}"),
        (TWILIO_STATUS, Some(sid), Some(status)) => {
            format!("{kind}/{slug}/{sid}/{status}/{}", field("ErrorCode").unwrap_or_default())
        }
        _ => format!("{kind}/{slug}/body/{}", hex::encode(Sha256::digest(&knock.body))),
    }
}
