//! Telnyx's webhooks: one address hears everything, as JSON, up to six times and in any order.
//!
//! A messaging profile tells of all its numbers at one address, so what a line's address hears may be about
//! another line: the numbers in the event decide. Telnyx waits 2 seconds for an answer (Telnyx, Receiving
//! webhooks), and gets it as soon as the event is on disk.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::LineId;
use trunkline_providers::telnyx::signature::{self, SignedRequest};
use trunkline_providers::telnyx::webhook::{BODY_BYTES_MAX, Event, Inbound, News};

use super::Doors;
use super::diagnosis;
use super::dialect::{Dialect, Glance, RECEIVED, Told, Word};
use super::routes::{
    self, Heard, Knock, Shared, by_body, distrust, is_a_name, keep, turned_to_fallback, unknown_line,
};
use crate::config::TELNYX;
use crate::http::Path;
use crate::inbox::{Details, Incoming, MediaItem};
use crate::journal::Entry;
use crate::lines::Line;

/// An event of any type.
const EVENT: &str = "telnyx.event";

/// How its entries are read.
pub(super) const DIALECT: Dialect = Dialect { kinds: &[EVENT], glance, read };

/// The address of each line.
pub(crate) fn router(doors: Shared) -> Router {
    Router::new()
        .route("/webhooks/telnyx/{line}", post(line_event))
        .route("/webhooks/telnyx/{line}/fallback", post(line_fallback))
        .with_state(doors)
}

/// Where Telnyx turns when it has tried the first address three times (Telnyx, Receiving webhooks).
async fn line_fallback(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    let attempt = serde_json::from_slice::<Attempt>(&knock.body).ok().and_then(|body| body.meta.attempt);
    let why = attempt.map(|attempt| format!("attempt {attempt}"));
    let answer = line_event(State(doors.clone()), Path(slug.clone()), knock).await;
    turned_to_fallback(&doors, &slug, &answer, (why.as_deref(), None));
    answer
}

/// How often an event has been sent.
#[derive(serde::Deserialize)]
struct Attempt {
    meta: Meta,
}

#[derive(serde::Deserialize)]
struct Meta {
    attempt: Option<u32>,
}

/// Checks, writes down, answers.
async fn line_event(State(doors): State<Shared>, Path(slug): Path<String>, knock: Knock) -> Response {
    let Some(line) = routes::line_by_slug(&doors, TELNYX, &slug).await else {
        return unknown_line(&doors, &slug);
    };
    if knock.body.len() > BODY_BYTES_MAX {
        return routes::malformed(routes::too_large(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let line = match check_signature(&doors, line, &knock).await {
        Ok(line) => line,
        Err(refusal) => return refusal,
    };
    // What is signed and cannot be read is kept all the same: a later release may know it.
    let event = Event::parse(&knock.body).ok();
    let line = event.as_ref().and_then(|event| line_of(&doors, &line, event)).unwrap_or(line);
    let name = event.map(|event| event.id).filter(|id| is_a_name(id)).unwrap_or_else(|| by_body(&knock.body));
    let event_key = format!("{EVENT}/{}/{name}", line.info.slug);
    match keep(&doors, Heard { line, kind: EVENT, event_key }, knock).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// The line as it was signed for, or the refusal.
async fn check_signature(doors: &Doors, line: Arc<Line>, knock: &Knock) -> Result<Arc<Line>, Response> {
    let request = SignedRequest {
        signature: knock.header(signature::SIGNATURE_HEADER),
        timestamp: knock.header(signature::TIMESTAMP_HEADER),
        body: &knock.body,
    };
    let now = doors.ambient.now();
    let Err(error) = signature::verify(&request, &line.signing_keys, now) else { return Ok(line) };
    // Another node may have exchanged the key a moment ago.
    if let Some(newer) = doors.lines.newer(&line).await
        && signature::verify(&request, &newer.signing_keys, now).is_ok()
    {
        return Ok(newer);
    }
    let hint = "Check the line's public key and the clock of this machine.";
    let finding = diagnosis::of_telnyx(doors, &line, knock, &request, &error);
    match distrust(doors, &line, knock, finding, hint) {
        Some(refusal) => Err(refusal),
        None => Ok(line),
    }
}

/// The line whose number the event names, if it belongs to the same account as the one that was addressed.
fn line_of(doors: &Doors, addressed: &Line, event: &Event) -> Option<Arc<Line>> {
    let ours = match &event.news {
        News::Inbound(inbound) => Some(&inbound.to),
        News::Status(status) => status.from.as_ref(),
        News::Other => None,
    }?;
    let is_it = |line: &Arc<Line>| {
        line.info.address == *ours && line.signing_keys.first() == addressed.signing_keys.first()
    };
    doors.lines.of_provider(TELNYX).find(is_it)
}

fn glance(body: &[u8]) -> Glance {
    match Event::parse(body).map(|event| event.news) {
        Ok(News::Inbound(inbound)) => Glance {
            session: Some(inbound.provider_id),
            from: Some(inbound.from),
            to: Some(inbound.to),
            text: Some(inbound.body).filter(|text| !text.is_empty()),
            ..Glance::default()
        },
        Ok(News::Status(status)) => Glance {
            session: Some(status.provider_id),
            from: status.from,
            to: status.to,
            status: Some(status.raw_status),
            error_code: status.error_code,
            ..Glance::default()
        },
        Ok(News::Other) | Err(_) => Glance::default(),
    }
}

fn read(line_id: LineId, entry: &Entry) -> anyhow::Result<Told> {
    let event = Event::parse(&entry.body)?;
    Ok(match event.news {
        News::Inbound(mut inbound) => {
            inbound.received_at = inbound.received_at.or(event.occurred_at);
            // Telnyx has a rule for STOP of its own, but does not tell when it acted by it.
            Told::Message(Box::new(incoming(line_id, inbound, entry)), None)
        }
        News::Status(status) => Told::Status(Word {
            provider_message_id: status.provider_id,
            state: status.state,
            raw_status: status.raw_status,
            error_code: status.error_code,
            recipient: status.to,
            mark: None,
        }),
        News::Other => Told::Nothing,
    })
}

fn incoming(line_id: LineId, inbound: Inbound, entry: &Entry) -> Incoming {
    let media = inbound.media.into_iter();
    let media: Vec<MediaItem> =
        media.map(|media| MediaItem { url: media.url, content_type: media.content_type }).collect();
    Incoming {
        line_id,
        channel: if media.is_empty() { Channel::Sms } else { Channel::Mms },
        from: inbound.from,
        to: inbound.to,
        body: inbound.body,
        media,
        provider_message_id: inbound.provider_id,
        sender_name: None,
        segments: inbound.segments,
        details: Details::default(),
        reply_to: None,
        // Events come in any order: the thread goes by Telnyx's time, unless its clock is ahead of ours.
        at: inbound.received_at.map_or(entry.received_at, |at| at.min(entry.received_at)),
        email: None,
        cause: RECEIVED,
    }
}
