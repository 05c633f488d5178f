//! All there is to one webhook: the request as it came, its tries, and what it became.

use axum::extract::State;
use serde::Serialize;
use trunkline_domain::ids::{ConversationId, JournalId, MessageId};
use trunkline_providers::twilio::form::Params;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{Webhooks, process};
use super::entry::{self, JournalEntry};
use super::mask;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::inbox::messages;
use crate::jobs::{self, ProcessingError};
use crate::journal::{self, Entry};

/// Bytes of a body that are shown.
const BODY_MAX: usize = 64 * 1024;
/// Errors that are shown: all tries of a job that was given up, and some by hand.
const ERRORS_MAX: usize = 50;

pub(super) fn routes() -> ApiRoutes<Webhooks> {
    ApiRoutes::new().admin(routes!(read_journal_entry))
}

/// A webhook with all there is to it. What is secret is hidden.
#[derive(Debug, Serialize, ToSchema)]
struct JournalEntryDetails {
    #[serde(flatten)]
    entry: JournalEntry,
    headers: Vec<RequestField>,
    /// The body as it came, or its beginning.
    body: String,
    /// How long it is in full, in bytes.
    body_bytes: usize,
    /// The parameters of a form, decoded, in the order they came.
    params: Vec<RequestField>,
    /// Where the request came from.
    remote_address: String,
    /// What names the event: another request of the same name is a duplicate.
    event_key: String,
    /// Why tries failed, newest first.
    errors: Vec<ProcessingError>,
    /// The message it brought, or is about.
    message: Option<Became>,
}

/// A header or a parameter.
#[derive(Debug, Serialize, ToSchema)]
struct RequestField {
    name: String,
    value: String,
}

/// The message that a webhook led to.
#[derive(Debug, Serialize, ToSchema)]
struct Became {
    #[schema(value_type = Uuid)]
    message_id: MessageId,
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
    direction: String,
    /// The state that the message is in now.
    state: String,
}

/// One webhook: the request as it came with secrets hidden, its tries, and what it became.
#[utoipa::path(get, path = "/api/journal/{id}", tag = "operations", params(("id" = Uuid, Path)),
    responses((status = 200, body = JournalEntryDetails), (status = 404, body = Problem)))]
async fn read_journal_entry(
    State(webhooks): State<Webhooks>,
    Path(id): Path<JournalId>,
) -> ApiResult<Json<JournalEntryDetails>> {
    let details = webhooks.store.read(move |tx| details(tx, id)).await?;
    details.map(Json).ok_or_else(|| Problem::not_found("webhook in the journal"))
}

fn details(tx: &mut Tx<'_>, id: JournalId) -> Result<Option<JournalEntryDetails>> {
    let (Some(request), Some(mut listed)) = (journal::load(tx, id)?, one(tx, id)?) else { return Ok(None) };
    let errors = jobs::errors_of_entry(tx, id, ERRORS_MAX)?;
    if listed.state == jobs::Progress::Failed {
        listed.last_error = errors.first().map(|error| error.error.clone());
    }
    let session = process::glance(&request.kind, &request.body).session;
    let message = became(tx, &request, session.as_deref())?;
    let headers = headers(&request.headers);
    let content_type = headers.iter().find(|header| header.name == "content-type");
    let content_type = content_type.map(|header| header.value.as_str());
    let is_form = mask::is_form(content_type);
    let params = if is_form { Params::parse(&request.body).unwrap_or_default() } else { Params::default() };
    let mut body = mask::body(content_type, &request.body);
    body.truncate(body.floor_char_boundary(BODY_MAX));
    Ok(Some(JournalEntryDetails {
        entry: listed,
        headers,
        body,
        body_bytes: request.body.len(),
        params: mask::params(&params).into_iter().map(|(name, value)| RequestField { name, value }).collect(),
        remote_address: request.remote_address,
        event_key: request.event_key,
        errors,
        message,
    }))
}

fn one(tx: &mut Tx<'_>, id: JournalId) -> Result<Option<JournalEntry>> {
    tx.query_opt(
        sql!(
            "select e.id, e.received_at, e.processed_at, e.kind, e.line_id, e.url, e.body, e.duplicates, j.attempt, j.due_at \
             from journal e left join jobs j on j.kind = 'journal' and j.subject = e.id where e.id = $1"
        ),
        &[id.into()],
        entry::read,
    )
}

fn headers(kept: &str) -> Vec<RequestField> {
    let kept: serde_json::Map<String, serde_json::Value> = serde_json::from_str(kept).unwrap_or_default();
    let field = |(name, value): (String, serde_json::Value)| {
        let value = mask::value(&name, value.as_str().unwrap_or_default());
        RequestField { name, value }
    };
    kept.into_iter().map(field).collect()
}

/// The message that an entry brought, or the one that its receipt belongs to: a receipt has its entry's id.
fn became(tx: &mut Tx<'_>, entry: &Entry, session: Option<&str>) -> Result<Option<Became>> {
    let reported: Option<Option<MessageId>> = tx.query_opt(
        sql!("select message_id from receipts where id = $1"),
        &[Uuid::from(entry.id).into()],
        |row| row.get(0),
    )?;
    let message = match (reported.flatten(), entry.line_id, session) {
        (Some(message), _, _) => Some(message),
        (None, Some(line), Some(sid)) if !sid.contains('\0') => messages::id_by_provider_id(tx, line, sid)?,
        _ => None,
    };
    let Some(message) = message else { return Ok(None) };
    tx.query_opt(
        sql!("select conversation_id, direction, state from messages where id = $1"),
        &[message.into()],
        |row| {
            Ok(Became {
                message_id: message,
                conversation_id: row.get(0)?,
                direction: row.get(1)?,
                state: row.get(2)?,
            })
        },
    )
}
