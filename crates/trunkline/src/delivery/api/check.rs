//! What would happen to a message, told before it is sent.

use axum::extract::State;
use serde::Serialize;
use trunkline_domain::segments::Segments;
use trunkline_domain::time::Timestamp;
use trunkline_store::Tx;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Api;
use super::fields::NewMessage;
use crate::accounts::Actor;
use crate::delivery::filling::filled;
use crate::delivery::request::{Refusal, Request};
use crate::delivery::{Delivery, enqueue, target};
use crate::http::{ApiResult, ApiRoutes, Json, Problem};
use crate::lines::LineInfo;
use crate::{compliance, contacts};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(check_message))
}

/// What would happen to a message, without sending it.
#[derive(Debug, Serialize, ToSchema)]
struct MessageCheck {
    ok: bool,
    /// Why it would be refused or held, for programs.
    code: Option<String>,
    /// The same for people; or why it would be held.
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    hold_until: Option<Timestamp>,
    line: Option<LineInfo>,
    segments: u32,
    /// `GSM-7` or `UCS-2`.
    encoding: String,
    /// With what the rules add to it.
    body: String,
    recipient_time_zone: Option<RecipientZone>,
}

/// Where a recipient may be.
#[derive(Debug, Serialize, ToSchema)]
struct RecipientZone {
    /// IANA names, the most likely first.
    zones: Vec<String>,
    /// `contact`, `number` or `default`.
    source: String,
    /// What the clock on their wall shows.
    local_time: String,
}

/// Says what would happen to a message: whether it would be accepted, held or refused, and why.
#[utoipa::path(post, path = "/api/messages/check", tag = "messages", request_body = NewMessage,
    responses((status = 200, body = MessageCheck), (status = 422, body = Problem)))]
async fn check_message(
    State(delivery): State<Delivery>,
    actor: Actor,
    Json(message): Json<NewMessage>,
) -> ApiResult<Json<MessageCheck>> {
    let request = message.checked(&delivery, &actor, String::new()).map_err(Problem::invalid_fields)?;
    let checking = delivery.clone();
    let check = delivery.store.read(move |tx| check(tx, &checking, &request)).await?;
    check.map(Json).map_err(Problem::from)
}

/// A template that cannot be filled gives no text to check, and is refused like a text that cannot be sent.
fn check(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    request: &Request,
) -> trunkline_store::Result<Result<MessageCheck, Refusal>> {
    let known = target::known(tx, &request.recipient)?;
    let reached = known.as_ref().and_then(|known| Some((known.contact, known.any_address()?.to_owned())));
    let zone = match reached {
        None => None,
        Some((contact, address)) => {
            let by_hand = contact.map_or(Ok(None), |id| contacts::time_zone(tx, id))?;
            let zones = compliance::zones_of(by_hand.as_deref(), &address, &compliance::load_settings(tx)?);
            let local_time = zones.local_time(delivery.ambient.now());
            Some(RecipientZone { source: zones.source.to_owned(), local_time, zones: zones.names })
        }
    };
    let mut text = request.body.clone();
    let prepared = match known {
        None => Err(Refusal::NoRecipient),
        Some(known) => match filled(tx, delivery, request, &known)? {
            Err(refusal @ Refusal::Fields(_)) => return Ok(Err(refusal)),
            Err(refusal) => Err(refusal),
            Ok(request) => {
                text.clone_from(&request.body);
                enqueue::prepare(tx, delivery, &request, known)?
            }
        },
    };
    let (body, hold, line, refusal) = match prepared {
        Ok(prepared) => (prepared.body, prepared.hold, Some(prepared.line.info.clone()), None),
        Err(refusal) => (text, None, None, Some(Problem::from(refusal))),
    };
    let counted = Segments::of(&body);
    let segments = line.as_ref().map_or(counted.count(), |line| line.channel.segments(&body));
    Ok(Ok(MessageCheck {
        ok: refusal.is_none(),
        code: refusal
            .as_ref()
            .map(|problem| problem.code)
            .or(hold.as_ref().map(|hold| hold.code))
            .map(str::to_owned),
        reason: refusal.map(|problem| problem.told()).or(hold.as_ref().map(|hold| hold.reason.clone())),
        hold_until: hold.map(|hold| hold.until),
        line,
        segments,
        encoding: counted.encoding.as_str().to_owned(),
        body,
        recipient_time_zone: zone,
    }))
}
