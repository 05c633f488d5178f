//! A file that somebody brings, to send it along with a message.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::keep::{Given, NotKept};
use super::rows::{self, Owner};
use super::{Media, view};
use crate::accounts::Actor;
use crate::http::{ApiResult, Json, Problem, Query};

/// What is said of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    /// Its name, which those who get it see where their channel shows one.
    name: Option<String>,
}

/// Takes a file that is to be sent along: the body is the file. What no message took within a day is deleted.
#[utoipa::path(post, path = "/api/media", tag = "media", params(Said),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = view::MediaView), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn upload(
    State(media): State<Media>,
    actor: Actor,
    Query(said): Query<Said>,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<(StatusCode, Json<view::MediaView>)> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > media.file_max) {
        return Err(too_large(&media));
    }
    let declared_type = header(header::CONTENT_TYPE).map(str::to_owned);
    let given = Given { name: said.name, declared_type };
    let kept = media.keep(given, body.into_data_stream()).await.map_err(|error| problem(&media, error))?;
    let (id, now) = (media.ambient.id(), media.ambient.now());
    let view = media
        .store
        .write(move |tx| {
            rows::insert_kept(tx, id, now, Owner::Uploader(actor.id), &kept)?;
            view::load(tx, id)
        })
        .await?;
    let view = view.ok_or_else(|| Problem::not_found("file"))?;
    Ok((StatusCode::CREATED, Json(view)))
}

fn too_large(media: &Media) -> Problem {
    let detail = super::keep::too_large(media.file_max);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail).with_field("file")
}

fn problem(media: &Media, error: NotKept) -> Problem {
    match error {
        NotKept::TooLarge => too_large(media),
        NotKept::Refused(reason) => Problem::invalid("file", reason),
        NotKept::BrokenOff(_) => Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "The file broke off while it came. Send it again.",
        ),
        NotKept::Vault(error) => super::routes::not_read(error),
    }
}
