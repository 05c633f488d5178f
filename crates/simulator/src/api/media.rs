//! Files of a message: descriptions, and a redirect to the bytes.

use axum::Json;
use axum::extract::{OriginalUri, Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;

use crate::simulator::Simulator;

use super::error::ApiError;
use super::form::Form;
use super::messages::{MessagePath, find};
use super::page::{Page, Slice};
use super::resource;

/// `GET /Messages/{sid}/Media.json`. A message has at most ten files, so the first page has them all.
pub(crate) async fn list(
    State(simulator): State<Simulator>,
    Path((_, sid)): MessagePath,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let page = Page::parse(&query)?;
    let account_sid = &simulator.config().account_sid;
    let world = simulator.world();
    let record = find(&world, &sid, &uri)?;
    let media = record.media.iter().skip(page.number.saturating_mul(page.size)).take(page.size);
    let entries = media.map(|medium| (medium.sid.clone(), resource::medium(record, medium, account_sid)));
    let slice = Slice { entries: entries.collect(), has_next: false };
    let path = format!("{}/{}/Media.json", resource::messages_path(account_sid), record.sid);
    Ok(Json(page.answer(&path, &query, "media_list", slice)))
}

/// `GET /Messages/{sid}/Media/{medium}.json` describes; without `.json` it leads to the bytes.
pub(crate) async fn fetch(
    State(simulator): State<Simulator>,
    Path((_, sid, segment)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let world = simulator.world();
    let record = find(&world, &sid, &uri)?;
    let medium = record.media.iter().find(|medium| medium.sid == super::sid(&segment));
    let medium = medium.ok_or_else(|| ApiError::not_found(uri.path()))?;
    if segment.ends_with(".json") {
        return Ok(Json(resource::medium(record, medium, &simulator.config().account_sid)).into_response());
    }
    Ok(Redirect::temporary(&medium.url).into_response())
}
