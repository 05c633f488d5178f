//! Extractors that refuse with a [`Problem`] instead of a bare text.

use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Problem;

/// A JSON body, in or out. A text in it holds no NUL: not every database can store that.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(body, state).await.map_err(JsonRejection::from)?;
        if has_nul(&body) {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", NUL));
        }
        let request = Request::from_parts(parts, Body::from(body));
        Ok(Json(axum::Json::from_request(request, state).await?.0))
    }
}

const NUL: &str = "A text holds the character NUL, which cannot be stored. Leave it out.";

/// Whether a string in this JSON holds the escape of NUL; as it is, JSON does not allow it.
fn has_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(escape) = rest.iter().position(|byte| *byte == b'\\') {
        rest = rest.get(escape + 1..).unwrap_or_default();
        if rest.starts_with(b"u0000") {
            return true;
        }
        // What follows is part of the escape, even if it is a backslash.
        rest = rest.get(1..).unwrap_or_default();
    }
    false
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
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", NUL));
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

#[cfg(test)]
mod tests {
    use super::has_nul;

    #[test]
    fn nul_is_found_whatever_stands_around_it() {
        for json in [r#""\u0000""#, r#"{"a":"b\\\u0000"}"#, r#"["\n\u0000"]"#] {
            assert!(has_nul(json.as_bytes()), "{json}");
        }
        for json in ["", "{}", r#""\\u0000""#, r#""\u0001""#, r#""u0000""#, "\\"] {
            assert!(!has_nul(json.as_bytes()), "{json}");
        }
    }
}
