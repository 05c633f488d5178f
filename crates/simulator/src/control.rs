//! The control API: phones to write from and read on, faults, and the ledger.
//!
//! It asks for no credentials itself; whoever mounts it decides who may reach it. Errors are
//! `application/problem+json` with a stable code.

use std::convert::Infallible;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_stream::wrappers::BroadcastStream;

use crate::config::Phone;
use crate::faults::{CreateFault, Faults};
use crate::files::{self, FILE_MAX};
use crate::inbound;
use crate::ledger::{LedgerItem, PhoneMessage};
use crate::resend::{MailView, NewMail};
use crate::simulator::{ControlError, Simulator, State as Overview};
use crate::whatsapp::{Button, Extras, Place};

const BODY_MAX: usize = 64 * 1024;
/// A mail with a file, which takes four thirds of its size as base64.
const MAIL_MAX: usize = FILE_MAX / 3 * 4 + 1024 * 1024;
const LEDGER_DEFAULT: usize = 1_000;
const LEDGER_MAX: usize = 10_000;

impl Simulator {
    /// The control API, to be nested where it is wanted, by custom under `/simulator`.
    pub fn control_router(&self) -> Router {
        Router::new()
            .route("/state", get(state))
            .route("/phones", post(add_phone))
            .route("/phones/{number}/messages", get(phone_messages))
            .route("/phones/{number}/texts", post(text))
            .route("/phones/{number}/read", post(mark_read))
            .route("/files", post(add_file).layer(DefaultBodyLimit::max(FILE_MAX)))
            .route("/files/{name}", get(files::show))
            .route("/templates/decide", post(decide))
            .route("/mail", post(mail).layer(DefaultBodyLimit::max(MAIL_MAX)))
            .route("/mail/{address}", get(mails_of))
            .route("/stream", get(stream))
            .route("/faults", get(faults).put(set_faults))
            .route("/faults/next", post(next_faults))
            .route("/ledger", get(ledger))
            .route("/reset", post(reset))
            .fallback(async |OriginalUri(uri): OriginalUri| {
                Problem::new(404, "not_found", format!("There is nothing at {}.", uri.path()))
            })
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .with_state(self.clone())
    }
}

/// An error of the control API.
struct Problem {
    status: u16,
    code: &'static str,
    detail: String,
}

impl Problem {
    fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Problem { status, code, detail: detail.into() }
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        let (status, code) = match &error {
            ControlError::InvalidNumber(_)
            | ControlError::InvalidText
            | ControlError::InvalidMail
            | ControlError::InvalidName
            | ControlError::InvalidFile
            | ControlError::InvalidFaults(_)
            | ControlError::TooManyFaults => (422, "invalid"),
            ControlError::UnknownNumber(_) => (422, "unknown_number"),
            ControlError::NumberTaken(_) => (409, "number_taken"),
            ControlError::NoNumberLeft => (409, "no_number_left"),
            ControlError::Ledger(_) | ControlError::File(_) => (500, "internal"),
        };
        Problem::new(status, code, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        });
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}

/// A list of things.
#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::new(400, "malformed", format!("The body cannot be read: {error}.")))
}

async fn state(State(simulator): State<Simulator>) -> Json<Overview> {
    Json(simulator.state())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPhone {
    name: String,
    number: Option<String>,
}

async fn add_phone(
    State(simulator): State<Simulator>,
    body: Bytes,
) -> Result<(StatusCode, Json<Phone>), Problem> {
    let new: NewPhone = read(&body)?;
    let phone = simulator.add_phone(&new.name, new.number.as_deref())?;
    Ok((StatusCode::CREATED, Json(phone)))
}

async fn phone_messages(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
) -> Result<Json<Items<PhoneMessage>>, Problem> {
    if !crate::simulator::is_e164(&number) {
        return Err(ControlError::InvalidNumber(number).into());
    }
    Ok(Json(Items { items: simulator.phone_messages(&number) }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewText {
    to: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    media: Vec<String>,
    #[serde(default)]
    tap: Option<Button>,
    #[serde(default)]
    location: Option<Place>,
    #[serde(default)]
    reply_to: Option<String>,
    #[serde(default)]
    forwarded: bool,
}

async fn text(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<PhoneMessage>), Problem> {
    let NewText { to, body, media, tap, location, reply_to, forwarded } = read(&body)?;
    let extras = Extras { tap, location, reply_to, forwarded, ..Extras::default() };
    let message = inbound::receive(&simulator, &number, &to, &body, &media, extras)?;
    Ok((StatusCode::CREATED, Json(message)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    /// Whose messages, by number.
    from: String,
}

/// What WhatsApp says of the templates that wait for its word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    /// Why they are rejected; without one they are approved.
    #[serde(default)]
    rejection: Option<String>,
}

async fn decide(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<serde_json::Value>, Problem> {
    let Decision { rejection } = read(&body)?;
    Ok(Json(json!({ "decided": simulator.decide_templates(rejection.as_deref()) })))
}

#[derive(Serialize)]
struct HaveRead {
    read: usize,
}

async fn mark_read(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    body: Bytes,
) -> Result<Json<HaveRead>, Problem> {
    let wanted: Read = read(&body)?;
    Ok(Json(HaveRead { read: simulator.read(&number, &wanted.from)? }))
}

/// A file for a phone to send along.
#[derive(Serialize)]
struct Added {
    url: String,
}

async fn add_file(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Added>), Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let url = simulator.add_file(content_type.unwrap_or_default(), body)?;
    Ok((StatusCode::CREATED, Json(Added { url })))
}

async fn mail(
    State(simulator): State<Simulator>,
    body: Bytes,
) -> Result<(StatusCode, Json<MailView>), Problem> {
    let new: NewMail = read(&body)?;
    Ok((StatusCode::CREATED, Json(simulator.mail(new)?)))
}

async fn mails_of(State(simulator): State<Simulator>, Path(address): Path<String>) -> Json<Items<MailView>> {
    Json(Items { items: simulator.mails_of(&address) })
}

async fn stream(State(simulator): State<Simulator>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // Messages missed by a slow reader are passed over; the threads can always be fetched again.
    let messages = BroadcastStream::new(simulator.stream()).filter_map(async |message| message.ok());
    let events = messages.map(|message| {
        let event = Event::default().event("message").json_data(&message);
        Ok(event.unwrap_or_else(|_| Event::default().comment("unreadable")))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn faults(State(simulator): State<Simulator>) -> Json<Faults> {
    Json(simulator.faults())
}

async fn set_faults(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Faults>, Problem> {
    simulator.set_faults(read(&body)?)?;
    Ok(Json(simulator.faults()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextFaults {
    /// For creates.
    #[serde(default)]
    faults: Vec<CreateFault>,
    /// For cancels.
    #[serde(default)]
    cancel_faults: Vec<CreateFault>,
}

async fn next_faults(State(simulator): State<Simulator>, body: Bytes) -> Result<StatusCode, Problem> {
    let next: NextFaults = read(&body)?;
    simulator.next_faults(next.faults)?;
    simulator.next_cancel_faults(next.cancel_faults)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
struct LedgerPage {
    items: Vec<LedgerItem>,
    next_after: u64,
}

async fn ledger(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
) -> Result<Json<LedgerPage>, Problem> {
    let query = query.unwrap_or_default();
    let number = |name: &str| {
        let given = form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
        let parsed = given.map(|(_, value)| value.parse::<u64>()).transpose();
        parsed.map_err(|_| Problem::new(422, "invalid", format!("'{name}' is not a number.")))
    };
    let after = number("after")?.unwrap_or(0);
    let limit = number("limit")?.map_or(LEDGER_DEFAULT, |limit| usize::try_from(limit).unwrap_or(LEDGER_MAX));
    let items = simulator.ledger(after, limit.min(LEDGER_MAX));
    let next_after = items.last().map_or(after, |item| item.n);
    Ok(Json(LedgerPage { items, next_after }))
}

async fn reset(State(simulator): State<Simulator>) -> Result<StatusCode, Problem> {
    simulator.reset()?;
    Ok(StatusCode::NO_CONTENT)
}
