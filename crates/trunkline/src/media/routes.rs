//! The doors to media.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use trunkline_domain::ids::MediaId;
use utoipa_axum::routes;

use super::range::{self, Wanted};
use super::rows::{self, Served};
use super::vault::thumbnail;
use super::{Media, fetch, kind, upload, view};
use crate::events::Subject;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};

pub(crate) fn routes() -> ApiRoutes<Media> {
    ApiRoutes::new()
        .viewer(routes!(get_media))
        .viewer(routes!(get_thumbnail))
        .agent(routes!(upload::upload))
        .agent(routes!(fetch_again))
}

/// A file that came or goes with a message. Sound and film can be had in parts.
#[utoipa::path(get, path = "/api/media/{id}", tag = "media", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "The part asked for"), (status = 404, body = Problem),
        (status = 416, body = Problem)))]
async fn get_media(
    State(media): State<Media>,
    Path(id): Path<MediaId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let served = find(&media, id).await?;
    serve(&media, &served, &headers).await
}

/// A small picture of a picture: JPEG or PNG, no side longer than 640 pixels.
#[utoipa::path(get, path = "/api/media/{id}/thumbnail", tag = "media", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The picture", content_type = "image/jpeg"),
        (status = 404, body = Problem)))]
async fn get_thumbnail(
    State(media): State<Media>,
    Path(id): Path<MediaId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let served = Some(find(&media, id).await?).filter(|served| served.thumbnail);
    let served = served.ok_or_else(|| Problem::not_found("small picture"))?;
    let etag = format!("\"{}-small\"", served.sha256);
    if is_known(&headers, &etag) {
        return Ok(not_modified(&etag));
    }
    let bytes = media.vault.read_whole(&thumbnail(&served.object)).await.map_err(not_read)?;
    let is_png = bytes.starts_with(b"\x89PNG");
    let mut answer = safe(if is_png { "image/png" } else { "image/jpeg" }, None, &etag);
    answer.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Ok((answer, bytes).into_response())
}

/// Asks once more for a file that could not be had.
#[utoipa::path(post, path = "/api/media/{id}/fetch", tag = "media", params(("id" = Uuid, Path)),
    responses((status = 202, body = view::MediaView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn fetch_again(
    State(media): State<Media>,
    Path(id): Path<MediaId>,
) -> ApiResult<(StatusCode, Json<view::MediaView>)> {
    let writing = media.clone();
    let (found, again) = media
        .store
        .write(move |tx| {
            let message = rows::set_waiting_again(tx, id)?;
            if let Some(message) = message {
                fetch::want(tx, &writing, id)?;
                writing.events.record(tx, writing.ambient.now(), Subject::Message(message))?;
            }
            Ok((view::load(tx, id)?, message.is_some()))
        })
        .await?;
    let found = found.ok_or_else(|| Problem::not_found("file"))?;
    if !again {
        let detail = "Only a file that could not be had is asked for again.";
        return Err(Problem::new(StatusCode::CONFLICT, "not_missing", detail));
    }
    Ok((StatusCode::ACCEPTED, Json(found)))
}

pub(super) async fn find(media: &Media, id: MediaId) -> ApiResult<Served> {
    let found = media.store.read(move |tx| rows::served(tx, id)).await?;
    found.ok_or_else(|| Problem::not_found("file"))
}

/// The bytes of a file, as asked for.
pub(super) async fn serve(media: &Media, served: &Served, asked: &HeaderMap) -> ApiResult<Response> {
    let etag = format!("\"{}\"", served.sha256);
    if is_known(asked, &etag) {
        return Ok(not_modified(&etag));
    }
    // A part of what is another file by now would not fit (RFC 9110 §13.1.5).
    let fits = asked.get(header::IF_RANGE).is_none_or(|known| known.as_bytes() == etag.as_bytes());
    let range = asked.get(header::RANGE).and_then(|value| value.to_str().ok()).filter(|_| fits);
    let mut headers = safe(&served.content_type, Some(served.name.as_deref().unwrap_or("file")), &etag);
    let (status, part) = match range::wanted(range, served.bytes) {
        Wanted::All => (StatusCode::OK, None),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, Some(part)),
        Wanted::Nothing => {
            let problem = Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "no_such_part",
                format!("The file has {} bytes; that part is not among them.", served.bytes),
            );
            let range = [(header::CONTENT_RANGE, format!("bytes */{}", served.bytes))];
            return Ok((range, problem).into_response());
        }
    };
    let length = part.as_ref().map_or(served.bytes, |part| part.end - part.start);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(part) = &part {
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, served.bytes);
        headers
            .insert(header::CONTENT_RANGE, HeaderValue::try_from(range).map_err(|e| Problem::internal(&e))?);
    }
    let bytes = media.vault.read(&served.object, part).await.map_err(not_read)?;
    Ok((status, headers, Body::from_stream(bytes)).into_response())
}

/// Headers under which a file that a stranger made can do no harm: its type is not guessed, no script in it runs,
/// and what no browser shows safely is saved and not opened. With a name, it says how to save it.
fn safe(content_type: &str, name: Option<&str>, etag: &str) -> HeaderMap {
    let is_inline = kind::is_inline(content_type);
    let disposition = if is_inline { "inline" } else { "attachment" };
    let disposition = match name {
        Some(name) => format!("{disposition}; filename*=UTF-8''{}", utf8_percent_encode(name, NAME)),
        None => disposition.to_owned(),
    };
    let text = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    let fixed = HeaderValue::from_static;
    let headers: [(HeaderName, HeaderValue); 8] = [
        (header::CONTENT_TYPE, text(content_type)),
        (header::CONTENT_DISPOSITION, text(&disposition)),
        (header::CONTENT_SECURITY_POLICY, fixed("default-src 'none'; sandbox; frame-ancestors 'none'")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin")),
        (header::ACCEPT_RANGES, fixed("bytes")),
        (header::ETAG, text(etag)),
        // For this user's browser only, and asked about again each time: who may see it can change.
        (header::CACHE_CONTROL, fixed("private, no-cache")),
    ];
    HeaderMap::from_iter(headers)
}

/// What needs no escape in a parameter (RFC 8187 §3.2.1).
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn is_known(asked: &HeaderMap, etag: &str) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag
    })
}

fn not_modified(etag: &str) -> Response {
    let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static(""));
    let headers =
        [(header::ETAG, etag), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

/// The file is known, but its bytes cannot be had.
pub(super) fn not_read(error: object_store::Error) -> Problem {
    if matches!(error, object_store::Error::NotFound { .. }) {
        tracing::error!(%error, "a file that should be kept is missing");
        let detail = "The file is not where it was kept. It may have been deleted there.";
        return Problem::new(StatusCode::NOT_FOUND, "not_found", detail);
    }
    tracing::warn!(%error, "a file could not be read");
    let detail = "The place where files are kept does not answer just now. Try again in a moment.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).with_retry_after(5)
}
