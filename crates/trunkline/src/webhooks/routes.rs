//! What every door for providers does: it takes the request as it came, writes it down and only then says so.
//!
//! What is particular to a provider, its addresses, its signature and how its events are named, stands in a file
//! of its own beside this one.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serializer as _;
use sha2::{Digest, Sha256};

use super::Doors;
use super::intake::Kept;
use crate::http::Problem;
use crate::http::origin::{Client, path_and_query};
use crate::incidents::What;
use crate::journal::{Appended, Entry};
use crate::lines::{Finding, Line};

/// Headers that the journal keeps: what a signature covers and what tells retries apart. No credentials.
const KEPT_HEADERS: [&str; 12] = [
    "content-type",
    "host",
    "user-agent",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-twilio-signature",
    "i-twilio-idempotency-token",
    "svix-id",
    "svix-signature",
    "svix-timestamp",
    "telnyx-signature-ed25519",
    "telnyx-timestamp",
];

/// Bytes of one header value that are kept.
const HEADER_MAX: usize = 1_000;

/// The longest name in an event's key: ids and status words are far shorter.
const NAME_MAX: usize = 64;

/// The state of these routes, shared rather than copied: a copy per request would touch every counter in it.
pub(super) type Shared = Arc<Doors>;

/// A request as it came, with all that a signature may cover.
pub(super) struct Knock {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) client: Client,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Knock {
    /// The value of a header, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
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

/// An event of a provider's, recognised.
pub(super) struct Heard {
    pub(super) line: Arc<Line>,
    /// Says how the body is to be read.
    pub(super) kind: &'static str,
    /// Names the event, so that it is recognised when the provider sends it again.
    pub(super) event_key: String,
}

/// Writes an event down. Only then may it be acknowledged.
pub(super) async fn keep(doors: &Doors, heard: Heard, knock: Knock) -> Result<(), Problem> {
    let slug = heard.line.info.slug.clone();
    match doors.intake.keep(&slug, entry(doors, heard, knock)).await {
        Ok(Kept::Journal(Appended::New)) => counted("accepted"),
        Ok(Kept::Journal(Appended::Duplicate)) => counted("duplicate"),
        Ok(Kept::Spool) => counted("spooled"),
        Err(error) => {
            // Not acknowledged: the provider turns to the fallback address or tries again. If it does neither,
            // reconciliation fetches what it told of.
            counted("not_stored");
            tracing::error!("{error:#}");
            return Err(nowhere_to_keep());
        }
    }
    Ok(())
}

fn nowhere_to_keep() -> Problem {
    let text = "The webhook could not be written down just now. It was not taken; try again in a moment.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text).with_retry_after(1)
}

/// A provider could not reach the first address of the line `slug`, or got no good answer there: counted, and told to
/// whoever looks at the log, with the provider's own word for what went wrong. Only if it was the provider: what was
/// not taken proves nothing.
pub(super) fn turned_to_fallback(
    doors: &Doors,
    slug: &str,
    answer: &Response,
    (code, url): (Option<&str>, Option<&str>),
) {
    if !answer.status().is_success() {
        return;
    }
    doors.intake.note(What::Fallback, slug);
    metrics::counter!("trunkline_fallback_webhooks_total").increment(1);
    let shown = |text: Option<&str>| text.unwrap_or_default().chars().take(HEADER_MAX).collect::<String>();
    tracing::warn!(
        line = slug,
        code = shown(code),
        url = shown(url),
        "a provider turned to the fallback address"
    );
}

/// The line that an address names, also if another node made it a moment ago.
pub(super) async fn line_by_slug(doors: &Doors, provider: &str, slug: &str) -> Option<Arc<Line>> {
    let find = || doors.lines.of_provider(provider).find(|line| line.info.slug == slug);
    let found = find();
    if found.is_none() && doors.lines.catch_up().await { find() } else { found }
}

/// The answer to a webhook for a line that does not exist, or that cannot be used: then the provider is to try again,
/// or to turn to the fallback address.
pub(super) fn unknown_line(doors: &Doors, slug: &str) -> Response {
    if doors.lines.is_locked(slug) {
        counted("line_locked");
        let text = "This line cannot be used just now.";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "line_locked", text).into_response();
    }
    counted("unknown_line");
    Problem::not_found("line").into_response()
}

/// The answer to a webhook that nobody could read.
pub(super) fn malformed(problem: Problem) -> Response {
    counted("malformed");
    problem.into_response()
}

pub(super) fn too_large(status: StatusCode) -> Problem {
    Problem::new(status, "too_large", "The webhook's body is too large or broke off.")
}

/// What becomes of a webhook with a wrong signature: it is refused, unless the line only observes them. `finding` is
/// for whoever looks after the line; the caller hears no more than `hint`.
pub(super) fn distrust(
    doors: &Doors,
    line: &Line,
    knock: &Knock,
    finding: Finding,
    hint: &str,
) -> Option<Response> {
    counted(if line.observe_signatures { "signature_observed" } else { "signature_refused" });
    let (told, fix, ip) = (&finding.told, &finding.fix, knock.client.ip);
    tracing::warn!(line = line.info.slug, told, fix, %ip, "a webhook's signature does not match");
    doors.lines.note(line.info.id, finding);
    if line.observe_signatures {
        return None;
    }
    let text = format!("The signature does not match. {hint}");
    Some(Problem::new(StatusCode::UNAUTHORIZED, "wrong_signature", text).into_response())
}

/// The name of an event that lacks what would name it: the body itself.
pub(super) fn by_body(body: &[u8]) -> String {
    format!("body/{}", hex::encode(Sha256::digest(body)))
}

/// Whether a text from outside can stand in an event's key.
pub(super) fn is_a_name(text: &str) -> bool {
    text.len() <= NAME_MAX && !text.contains('\0')
}

fn counted(result: &'static str) {
    metrics::counter!("trunkline_webhooks_total", "result" => result).increment(1);
}

fn entry(doors: &Doors, heard: Heard, knock: Knock) -> Entry {
    Entry {
        id: doors.ambient.id(),
        event_key: heard.event_key,
        line_id: Some(heard.line.info.id),
        kind: heard.kind.to_owned(),
        headers: kept_headers(&knock.headers),
        url: knock.url,
        body: knock.body.into(),
        remote_address: knock.client.ip.to_string(),
        received_at: doors.ambient.now(),
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
