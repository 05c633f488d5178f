//! Twilio's webhooks: a form for each text that came in, another for each status of one that went out.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::LineId;
use trunkline_providers::twilio::form::{FormError, Params};
use trunkline_providers::twilio::signature::{self, SignedRequest};
use trunkline_providers::twilio::twiml;
use trunkline_providers::twilio::webhook::{Forwarded, Inbound, Location, StatusReport, Tap};

use super::Doors;
use super::diagnosis;
use super::dialect::{Dialect, Glance, RECEIVED, Told, Word};
use super::routes::{
    self, Heard, Knock, Shared, by_body, distrust, is_a_name, keep, turned_to_fallback, unknown_line,
};
use crate::config::TWILIO;
use crate::http::{Path, Problem};
use crate::inbox::{Details, Incoming, LocationView, MediaItem, TapView};
use crate::journal::Entry;
use crate::lines::Line;

/// A message that came in.
pub(super) const MESSAGE: &str = "twilio.message";
/// A report on a message that went out.
const STATUS: &str = "twilio.status";

/// How its entries are read.
pub(super) const DIALECT: Dialect = Dialect { kinds: &[MESSAGE, STATUS], glance, read };

/// The addresses of each line.
pub(crate) fn router(doors: Shared) -> Router {
    Router::new()
        .route("/webhooks/twilio/{line}/messages", post(line_message))
        .route("/webhooks/twilio/{line}/status", post(line_status))
        .route("/webhooks/twilio/{line}/fallback", post(line_fallback))
        .route("/webhooks/twilio/{line}/probe", post(line_probe))
        .with_state(doors)
}

/// Addresses of former systems (A8): the same handlers, each use logged.
pub(crate) fn legacy_router(doors: Shared) -> Router {
    Router::new()
        .route("/api/twilio/sms-webhook", post(legacy_message))
        .route("/api/sms/webhook", post(legacy_message))
        .route("/functions/v1/sms-inbound", post(legacy_message))
        .route("/api/webhooks/twilio", post(legacy_message))
        .route("/functions/v1/sms-status", post(legacy_status))
        .with_state(doors)
}

async fn line_message(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    take(&doors, routes::line_by_slug(&doors, TWILIO, &slug).await, &slug, MESSAGE, knock).await
}

async fn line_status(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    take(&doors, routes::line_by_slug(&doors, TWILIO, &slug).await, &slug, STATUS, knock).await
}

/// Where Twilio turns when the first address failed: with the same parameters, and what went wrong there (Twilio,
/// Availability and reliability).
async fn line_fallback(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    let params = Params::parse(&knock.body).unwrap_or_default();
    let line = routes::line_by_slug(&doors, TWILIO, &slug).await;
    let answer = take(&doors, line, &slug, MESSAGE, knock).await;
    turned_to_fallback(&doors, &slug, &answer, (params.filled("ErrorCode"), params.filled("ErrorUrl")));
    answer
}

/// For the doctor: checked like any other, and kept nowhere. 204: the signature holds; 202: it does not, and the line
/// only observes signatures.
async fn line_probe(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    let Some(line) = routes::line_by_slug(&doors, TWILIO, &slug).await else {
        return unknown_line(&doors, &slug);
    };
    let params = Params::parse(&knock.body).unwrap_or_default();
    match check_signature(&doors, line, &knock, &params).await {
        Ok((_, Held::Yes)) => StatusCode::NO_CONTENT.into_response(),
        Ok((_, Held::No)) => StatusCode::ACCEPTED.into_response(),
        Err(refusal) => refusal,
    }
}

async fn legacy_message(State(doors): State<Shared>, knock: Knock) -> Response {
    deprecated(&knock);
    // Some former systems took both on one address; a report names a status and a message does not.
    let is_report = Params::parse(&knock.body).is_ok_and(|params| {
        params.filled("MessageStatus").is_some_and(|status| !matches!(status, "received" | "receiving"))
    });
    let (kind, ours) = if is_report { (STATUS, "From") } else { (MESSAGE, "To") };
    let line = line_by_param(&doors, &knock, ours);
    take(&doors, line, "", kind, knock).await
}

async fn legacy_status(State(doors): State<Shared>, knock: Knock) -> Response {
    deprecated(&knock);
    let line = line_by_param(&doors, &knock, "From");
    take(&doors, line, "", STATUS, knock).await
}

fn deprecated(knock: &Knock) {
    let path = knock.url.split('?').next().unwrap_or_default();
    metrics::counter!("trunkline_legacy_webhooks_total", "path" => path.to_owned()).increment(1);
    tracing::warn!(
        path,
        "a webhook came to a deprecated address; use /webhooks/twilio/{{line}}/messages and …/status"
    );
}

/// The line a webhook without one in its address is for; the first one if its number is not ours.
fn line_by_param(doors: &Doors, knock: &Knock, param: &str) -> Option<Arc<Line>> {
    // A body that cannot be read is refused for that, not for its line.
    let params = Params::parse(&knock.body).unwrap_or_default();
    let lines = || doors.lines.of_provider(TWILIO);
    let named = params.get(param).and_then(|address| lines().find(|line| is_at(line, address)));
    named.or_else(|| lines().next())
}

/// Whether an address as Twilio writes it is this line's.
fn is_at(line: &Line, address: &str) -> bool {
    let number = address.strip_prefix("whatsapp:");
    (line.info.channel == Channel::Whatsapp) == number.is_some()
        && line.info.address == number.unwrap_or(address)
}

/// Checks, writes down, answers.
async fn take(
    doors: &Doors,
    line: Option<Arc<Line>>,
    slug: &str,
    kind: &'static str,
    knock: Knock,
) -> Response {
    let Some(line) = line else { return unknown_line(doors, slug) };
    let params = match Params::parse(&knock.body) {
        Ok(params) => params,
        Err(error) => return routes::malformed(unreadable(error)),
    };
    let line = match check_signature(doors, line, &knock, &params).await {
        Ok((line, _)) => line,
        Err(refusal) => return refusal,
    };
    let event_key = event_key(&line, kind, &knock, &params);
    match keep(doors, Heard { line, kind, event_key }, knock).await {
        Ok(()) => ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], twiml::empty()).into_response(),
        Err(problem) => problem.into_response(),
    }
}

fn unreadable(error: FormError) -> Problem {
    match error {
        FormError::TooLong => routes::too_large(StatusCode::PAYLOAD_TOO_LARGE),
        FormError::TooMany => Problem::new(StatusCode::BAD_REQUEST, "malformed", error.to_string()),
    }
}

/// Whether a signature held; where it did not, the line only observes them.
enum Held {
    Yes,
    No,
}

/// The line as it was signed for, or the refusal.
async fn check_signature(
    doors: &Doors,
    line: Arc<Line>,
    knock: &Knock,
    params: &Params,
) -> Result<(Arc<Line>, Held), Response> {
    let urls: Vec<String> = knock.client.bases.iter().map(|base| format!("{base}{}", knock.url)).collect();
    let request = SignedRequest {
        urls: &urls,
        method: knock.method.as_str(),
        content_type: knock.header("content-type"),
        body: &knock.body,
        params: Some(params),
        signature: knock.header(signature::SIGNATURE_HEADER),
        settings: knock.header(signature::SETTINGS_HEADER),
    };
    let Err(error) = signature::verify(&request, &line.signing_keys) else {
        return Ok((line, Held::Yes));
    };
    // Another node may have exchanged the token a moment ago.
    if let Some(newer) = doors.lines.newer(&line).await
        && signature::verify(&request, &newer.signing_keys).is_ok()
    {
        return Ok((newer, Held::Yes));
    }
    let hint = "Check the line's auth token and that the provider calls this exact address.";
    let finding = diagnosis::of_twilio(doors, &line, knock, &request, &error);
    match distrust(doors, &line, knock, finding, hint) {
        Some(refusal) => Err(refusal),
        None => Ok((line, Held::No)),
    }
}

/// A message has one id; a report is one status of one message.
fn event_key(line: &Line, kind: &str, knock: &Knock, params: &Params) -> String {
    let field = |name: &str| params.filled(name).filter(|value| is_a_name(value));
    let sid = field("MessageSid").or_else(|| field("SmsSid"));
    let status = field("MessageStatus").or_else(|| field("SmsStatus"));
    let slug = &line.info.slug;
    match (kind, sid, status) {
        (MESSAGE, Some(sid), _) => format!("{kind}/{slug}/{sid}"),
        (STATUS, Some(sid), Some(status)) => {
            format!("{kind}/{slug}/{sid}/{status}/{}", field("ErrorCode").unwrap_or_default())
        }
        _ => format!("{kind}/{slug}/{}", by_body(&knock.body)),
    }
}

fn glance(body: &[u8]) -> Glance {
    let params = Params::parse(body).unwrap_or_default();
    let first = |names: &[&str]| names.iter().find_map(|name| params.filled(name)).map(str::to_owned);
    Glance {
        session: first(&["MessageSid", "SmsMessageSid", "SmsSid"]),
        from: first(&["From"]),
        to: first(&["To"]),
        text: first(&["Body"]),
        status: first(&["MessageStatus", "SmsStatus"]).filter(|status| status != "received"),
        error_code: first(&["ErrorCode"]),
    }
}

/// The parameters without NUL, which PostgreSQL's texts cannot hold (PostgreSQL, "Character Types"). The
/// journal keeps the body as it came.
fn storable(params: Params) -> Params {
    params.iter().map(|(name, value)| (name, value.replace('\0', "\u{fffd}"))).collect()
}

fn read(line_id: LineId, entry: &Entry) -> anyhow::Result<Told> {
    let params = storable(Params::parse(&entry.body)?);
    if entry.kind == MESSAGE {
        let mut inbound = Inbound::parse(&params)?;
        let opt_out_type = inbound.opt_out_type.take();
        return Ok(Told::Message(Box::new(incoming(line_id, inbound, entry)), opt_out_type));
    }
    let status = StatusReport::parse(&params)?;
    Ok(Told::Status(Word {
        provider_message_id: status.provider_id,
        state: status.state,
        raw_status: status.raw_status,
        error_code: status.error_code,
        recipient: status.to,
        mark: None,
    }))
}

fn incoming(line_id: LineId, inbound: Inbound, entry: &Entry) -> Incoming {
    let media = inbound.media.into_iter();
    let media: Vec<MediaItem> =
        media.map(|media| MediaItem { url: media.url, content_type: media.content_type }).collect();
    let details = details(inbound.tap, inbound.location, inbound.forwarded);
    let channel = match media.is_empty() {
        _ if inbound.whatsapp => Channel::Whatsapp,
        true => Channel::Sms,
        false => Channel::Mms,
    };
    Incoming {
        line_id,
        channel,
        from: inbound.from,
        to: inbound.to,
        body: words_of(inbound.body, &details),
        media,
        provider_message_id: inbound.provider_id,
        sender_name: inbound.profile_name,
        segments: inbound.segments,
        details,
        reply_to: inbound.reply_to,
        at: entry.received_at,
        email: None,
        cause: RECEIVED,
    }
}

/// What a message carries beside text and media, in the inbox's words.
fn details(tap: Option<Tap>, location: Option<Location>, forwarded: Forwarded) -> Details {
    let forwarded = match forwarded {
        Forwarded::No => None,
        Forwarded::Once => Some("once".to_owned()),
        Forwarded::Often => Some("often".to_owned()),
    };
    Details {
        tap: tap.map(|Tap { text, payload }| TapView { text, payload }),
        location: location.map(|Location { latitude, longitude, address, label }| LocationView {
            latitude,
            longitude,
            address,
            label,
        }),
        reply_to: None,
        forwarded,
    }
}

/// The text; what came without one is told in words, for lists and whoever reads only text.
fn words_of(body: String, details: &Details) -> String {
    if !body.is_empty() {
        return body;
    }
    let tapped = details.tap.as_ref().map(|tap| tap.text.clone());
    tapped.or_else(|| details.location.as_ref().map(LocationView::words)).unwrap_or_default()
}
