//! An email in full: what it repeats, and as its sender laid it out.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::MessageId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Inbox;
use crate::email::{self, EmailRow, Images, policy, shown};
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem, Query};

pub(super) fn routes() -> ApiRoutes<Inbox> {
    ApiRoutes::new().viewer(routes!(get_email)).viewer(routes!(get_email_html))
}

/// An email in full.
#[derive(Debug, Serialize, ToSchema)]
struct EmailInFull {
    subject: String,
    /// What the sender repeated below their own words.
    quoted: String,
    /// Its Message-ID, without angle brackets.
    message_id: Option<String>,
    has_html: bool,
    /// The HTML shows images that lie elsewhere; they are left out until they are asked for.
    has_remote_images: bool,
}

async fn row(inbox: &Inbox, id: MessageId) -> ApiResult<EmailRow> {
    let row = inbox.store.read(move |tx| email::of_message(tx, id)).await?;
    row.ok_or_else(|| Problem::not_found("email"))
}

/// What an email has beside its text.
#[utoipa::path(get, path = "/api/messages/{id}/email", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = EmailInFull), (status = 404, body = Problem)))]
async fn get_email(State(inbox): State<Inbox>, Path(id): Path<MessageId>) -> ApiResult<Json<EmailInFull>> {
    let row = row(&inbox, id).await?;
    let has_remote_images =
        row.html.as_deref().is_some_and(|html| shown(html, Images::Blocked).has_remote_images);
    Ok(Json(EmailInFull {
        subject: row.subject,
        quoted: row.quoted,
        message_id: row.rfc_id,
        has_html: row.html.is_some(),
        has_remote_images,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
struct HtmlQuery {
    /// Fetch images that lie elsewhere: their owner learns that somebody looks.
    #[serde(default)]
    images: bool,
}

/// An email as its sender laid it out, cleaned, as a document for a frame without rights.
#[utoipa::path(get, path = "/api/messages/{id}/html", tag = "messages", params(("id" = Uuid, Path), HtmlQuery),
    responses((status = 200, body = String, content_type = "text/html"), (status = 404, body = Problem)))]
async fn get_email_html(
    State(inbox): State<Inbox>,
    Path(id): Path<MessageId>,
    Query(query): Query<HtmlQuery>,
) -> ApiResult<Response> {
    let html = row(&inbox, id).await?.html.ok_or_else(|| Problem::not_found("HTML of this message"))?;
    let images = if query.images { Images::Shown } else { Images::Blocked };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy(images)),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "private, max-age=300"),
    ];
    Ok((headers, shown(&html, images).document).into_response())
}
