//! Errors in Telnyx's shape.

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::ledger::LedgerError;

/// An error of the API: `{"errors": [{code, title, detail, source, meta}]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: u16,
    code: u32,
    title: &'static str,
    detail: String,
    /// The field at fault, as a JSON pointer.
    pointer: Option<&'static str>,
    /// Seconds until the limit starts anew.
    reset_s: Option<u32>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: u32, title: &'static str, detail: impl Into<String>) -> Self {
        ApiError { status, code, title, detail: detail.into(), pointer: None, reset_s: None }
    }

    /// A field the API refuses.
    pub(crate) fn bad(
        pointer: &'static str,
        code: u32,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        ApiError { pointer: Some(pointer), ..ApiError::new(400, code, title, detail) }
    }

    /// A request that cannot be understood.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        ApiError::new(400, 10_015, "Bad Request", detail)
    }

    pub(crate) fn not_found() -> Self {
        ApiError::new(404, 10_005, "Resource not found", "The requested resource or URL could not be found.")
    }

    pub(crate) fn unauthorized() -> Self {
        ApiError::new(401, 10_009, "Authentication failed", "Could not find any usable credentials.")
    }

    pub(crate) fn internal() -> Self {
        ApiError::new(500, 10_007, "Unexpected error", "An unexpected error occurred.")
    }

    /// Not processed: too many at once, or the throttle fault.
    pub(crate) fn too_many(reset_s: u32) -> Self {
        let error =
            ApiError::new(429, 10_011, "Too many requests", "You have exceeded the number of requests.");
        ApiError { reset_s: Some(reset_s), ..error }
    }

    fn source(&self) -> serde_json::Value {
        self.pointer.map_or_else(|| json!({}), |pointer| json!({ "pointer": pointer }))
    }
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, "a message was not accepted");
        ApiError::internal()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let url = format!("https://developers.telnyx.com/docs/overview/errors/{}", self.code);
        let body = json!({ "errors": [{
            "code": self.code.to_string(),
            "title": self.title,
            "detail": self.detail,
            "source": self.source(),
            "meta": { "url": url },
        }] });
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if let Some(seconds) = self.reset_s {
            let headers = response.headers_mut();
            headers.insert("x-ratelimit-limit", HeaderValue::from_static("50"));
            headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
            headers.insert("x-ratelimit-reset", seconds.into());
        }
        response
    }
}
