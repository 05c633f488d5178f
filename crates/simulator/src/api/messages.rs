//! One message: fetch, cancel, redact, delete, feedback.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use crate::callbacks::{self, Fate};
use crate::faults::CreateFault;
use crate::record::{Record, Status};
use crate::simulator::{Simulator, Work};
use crate::world::{Asked, World};

use super::create::{answer, refuse_by_fault};
use super::error::ApiError;
use super::form::Form;
use super::resource;

/// Account and message in the path.
pub(crate) type MessagePath = Path<(String, String)>;

/// The message a path names, unless it was deleted.
pub(super) fn find<'a>(world: &'a World, segment: &str, uri: &Uri) -> Result<&'a Record, ApiError> {
    let known = world.get(super::sid(segment)).filter(|record| !record.deleted && !record.telnyx);
    known.ok_or_else(|| ApiError::not_found(uri.path()))
}

/// `GET /Messages/{sid}.json`.
pub(crate) async fn fetch(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Value>, ApiError> {
    let world = simulator.world();
    let record = find(&world, &sid, &uri)?;
    Ok(Json(resource::message(record, &simulator.config().account_sid)))
}

/// `POST /Messages/{sid}.json`: cancels with `Status=canceled` or redacts with an empty `Body`, not both.
pub(crate) async fn update(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Result<Response, ApiError> {
    let form = Form::parse(&body);
    let known = find(&simulator.world(), &sid, &uri)?.clone();
    let (record, fault) = match (form.filled("Status"), form.get("Body")) {
        (Some("canceled"), None) => {
            refuse_by_fault(&simulator, Asked::Cancel)?;
            let record = cancel(&simulator, &known)?;
            (record, simulator.world().fault_after(Asked::Cancel, simulator.ambient()))
        }
        (None, Some("")) => (redact(&simulator, &known)?, CreateFault::None),
        _ => return Err(ApiError::bad(30_400, "Send either Status=canceled or an empty Body")),
    };
    Ok(answer(StatusCode::OK, &record, fault, &simulator.config().account_sid))
}

fn cancel(simulator: &Simulator, known: &Record) -> Result<Record, ApiError> {
    let now = simulator.ambient().now();
    let mut world = simulator.world();
    let waits = world.get(&known.sid).is_some_and(|record| record.status.is_waiting());
    if !waits {
        return Err(ApiError::new(409, 30_409, "Message cannot be canceled"));
    }
    let fate = Fate::draw(&world.faults, simulator.ambient());
    let canceled = world.change(&known.sid, now, |record| {
        record.status = Status::Canceled;
        record.ended_at = Some(now);
    });
    drop(world);
    let record = canceled.ok_or_else(ApiError::internal)?;
    simulator.announce(&record);
    let callback = callbacks::prepare(simulator, &record, fate);
    simulator.push(Work::Callbacks(callback.into_iter().collect()));
    Ok(record)
}

fn redact(simulator: &Simulator, known: &Record) -> Result<Record, ApiError> {
    if !known.status.is_final() {
        return Err(ApiError::new(409, 20_009, "Message cannot be redacted before it is complete"));
    }
    simulator.change(&known.sid, |record| record.redacted = true).ok_or_else(ApiError::internal)
}

/// `DELETE /Messages/{sid}.json`. The ledger keeps the message.
pub(crate) async fn delete(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
) -> Result<StatusCode, ApiError> {
    let known = find(&simulator.world(), &sid, &uri)?.clone();
    if !known.status.is_final() {
        return Err(ApiError::new(409, 20_009, "Message cannot be deleted before it is complete"));
    }
    simulator.change(&known.sid, |record| record.deleted = true);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /Messages/{sid}/Feedback.json`: taken and answered, without further effect.
pub(crate) async fn feedback(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let form = Form::parse(&body);
    let outcome = form.filled("Outcome").unwrap_or("confirmed");
    if !["confirmed", "unconfirmed"].contains(&outcome) {
        return Err(ApiError::bad(20_422, "Parameter 'Outcome' is confirmed or unconfirmed"));
    }
    let sid = find(&simulator.world(), &sid, &uri)?.sid.clone();
    let (account_sid, now) = (&simulator.config().account_sid, resource::date(simulator.ambient().now()));
    let feedback = json!({
        "account_sid": account_sid,
        "date_created": now,
        "date_updated": now,
        "message_sid": sid,
        "outcome": outcome,
        "uri": format!("{}/{sid}/Feedback.json", resource::messages_path(account_sid)),
    });
    Ok((StatusCode::OK, Json(feedback)))
}
