//! Extractors that refuse with a [`Problem`] instead of a bare text.

use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Problem;

/// A JSON body, in or out. What comes in is an object, and no text in it holds NUL: not every database can
/// store that.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    /// First whether it is JSON at all, then whether it is what is wanted: the two are told apart by their
    /// code, and reading it as a `T` at once would stop at whichever comes first.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(body, state).await.map_err(JsonRejection::from)?;
        let request = Request::from_parts(parts, Body::from(body.clone()));
        let axum::Json(value) = axum::Json::<Value>::from_request(request, state).await?;
        if !value.is_object() {
            // A list would be taken for the fields in their order.
            return Err(unfit("Send an object with the fields by name."));
        }
        if has_nul(&value) {
            return Err(unfit(NUL));
        }
        let wanted = axum::Json::<T>::from_bytes(&body);
        wanted.map(|wanted| Json(wanted.0)).map_err(|rejection| unfit(rejection.body_text()))
    }
}

const NUL: &str = "A text holds the character NUL, which cannot be stored. Leave it out.";

/// 422: it can be read, but it is not what is wanted.
fn unfit(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parameters of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

/// Parameters of the query, without NUL.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(unfit(NUL));
        }
        Ok(Query(axum::extract::Query::from_request_parts(parts, state).await?.0))
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let detail = rejection.body_text();
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "The request is larger than allowed.",
            ),
            StatusCode::UNPROCESSABLE_ENTITY => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "malformed",
                "Send the body as JSON, with Content-Type: application/json.",
            ),
            _ => Problem::new(StatusCode::BAD_REQUEST, "malformed", detail),
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Nothing is at this address: an id in it is malformed.",
        )
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", rejection.body_text())
    }
}
