//! Resend's webhooks: one address hears everything, as JSON, signed the way of Svix.
//!
//! An event about mail that came in holds none of it: the job fetches it. A webhook of Resend's tells of all addresses
//! of an account, so what a line's address hears may be about another line: the addresses in the event decide.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use trunkline_domain::ids::LineId;
use trunkline_providers::resend::signature::{
    self, ID_HEADERS, SIGNATURE_HEADERS, SignatureError, SignedRequest, TIMESTAMP_HEADERS,
};
use trunkline_providers::resend::webhook::{BODY_BYTES_MAX, Event, News, names_line};

use super::Doors;
use super::dialect::{Dialect, Glance, Told, Word};
use super::routes::{
    self, Heard, Knock, Shared, by_body, distrust, is_a_name, keep, line_by_slug, unknown_line,
};
use crate::config::RESEND;
use crate::http::Path;
use crate::journal::Entry;
use crate::lines::{Finding, Line};

/// An event of any type.
const EVENT: &str = "resend.event";

/// How its entries are read.
pub(super) const DIALECT: Dialect = Dialect { kinds: &[EVENT], glance, read };

/// The address of each line.
pub(crate) fn router(doors: Shared) -> Router {
    Router::new().route("/webhooks/resend/{line}", post(line_event)).with_state(doors)
}

/// Checks, writes down, answers.
async fn line_event(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    let Some(line) = line_by_slug(&doors, RESEND, &slug).await else {
        return unknown_line(&doors, &slug);
    };
    if knock.body.len() > BODY_BYTES_MAX {
        return routes::malformed(routes::too_large(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let line = match check_signature(&doors, line, &knock).await {
        Ok(line) => line,
        Err(refusal) => return refusal,
    };
    // Svix names an event by the same id however often it sends it.
    let id = header(&knock, ID_HEADERS).filter(|id| is_a_name(id)).map(str::to_owned);
    let name = id.unwrap_or_else(|| by_body(&knock.body));
    // What is signed and cannot be read is kept all the same: a later release may know it.
    let event = Event::parse(&knock.body).ok();
    let line = event.and_then(|event| line_of(&doors, &line, event)).unwrap_or(line);
    let event_key = format!("{EVENT}/{}/{name}", line.info.slug);
    match keep(&doors, Heard { line, kind: EVENT, event_key }, knock).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(problem) => problem.into_response(),
    }
}

fn header<'a>(knock: &'a Knock, names: [&str; 2]) -> Option<&'a str> {
    names.iter().find_map(|name| knock.header(name))
}

/// The line as it was signed for, or the refusal.
async fn check_signature(doors: &Doors, line: Arc<Line>, knock: &Knock) -> Result<Arc<Line>, Response> {
    let request = SignedRequest {
        id: header(knock, ID_HEADERS),
        timestamp: header(knock, TIMESTAMP_HEADERS),
        signature: header(knock, SIGNATURE_HEADERS),
        body: &knock.body,
    };
    let now = doors.ambient.now();
    let Err(error) = signature::verify(&request, &line.signing_keys, now) else { return Ok(line) };
    // Another node may have exchanged the secret a moment ago.
    if let Some(newer) = doors.lines.newer(&line).await
        && signature::verify(&request, &newer.signing_keys, now).is_ok()
    {
        return Ok(newer);
    }
    let hint = "Check the line's signing secret and the clock of this machine.";
    let finding = Finding { reason: reason_of(&error), told: error.to_string(), fix: hint.to_owned() };
    match distrust(doors, &line, knock, finding, hint) {
        Some(refusal) => Err(refusal),
        None => Ok(line),
    }
}

/// The kind of what is wrong with a signature.
fn reason_of(error: &SignatureError) -> &'static str {
    match error {
        SignatureError::Missing(_) => "missing",
        SignatureError::NotATime => "malformed",
        SignatureError::NotNow(_) => "clock",
        SignatureError::NoMatch => "unknown_key",
    }
}

/// The line whose address the event names, if it belongs to the same account as the one that was addressed. Reports
/// carry our own mark and need no line.
fn line_of(doors: &Doors, addressed: &Line, event: Event) -> Option<Arc<Line>> {
    let News::Received(received) = event.news else { return None };
    let same_account = |line: &Arc<Line>| line.signing_keys.first() == addressed.signing_keys.first();
    let named = |line: &Arc<Line>| names_line(received.to.iter().cloned(), &line.info.address);
    doors.lines.of_provider(RESEND).filter(same_account).find(named)
}

fn glance(body: &[u8]) -> Glance {
    match Event::parse(body).map(|event| event.news) {
        Ok(News::Received(received)) => Glance {
            session: Some(received.email_id),
            from: received.from,
            to: received.to.into_iter().next(),
            text: received.subject,
            ..Glance::default()
        },
        Ok(News::Status(status)) => Glance {
            session: Some(status.email_id),
            to: status.to,
            status: Some(status.raw_status),
            error_code: status.error_code,
            ..Glance::default()
        },
        Ok(News::Other) | Err(_) => Glance::default(),
    }
}

fn read(_line: LineId, entry: &Entry) -> anyhow::Result<Told> {
    Ok(match Event::parse(&entry.body)?.news {
        News::Received(received) => Told::Mail(received.email_id),
        News::Status(status) => Told::Status(Word {
            provider_message_id: status.email_id,
            state: status.state,
            raw_status: status.raw_status,
            error_code: status.error_code,
            recipient: status.to,
            mark: status.mark,
        }),
        News::Other => Told::Nothing,
    })
}
