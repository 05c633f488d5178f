//! Errors in the provider's shape.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::ledger::LedgerError;

/// An error of the API: `{code, message, more_info, status}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
    retry_after_s: Option<u32>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        ApiError { status, code, message: message.into(), retry_after_s: None }
    }

    /// A parameter the API refuses.
    pub(crate) fn bad(code: u32, message: impl Into<String>) -> Self {
        ApiError::new(400, code, message)
    }

    pub(crate) fn not_found(path: &str) -> Self {
        ApiError::new(404, 20_404, format!("The requested resource {path} was not found"))
    }

    pub(crate) fn unauthorized() -> Self {
        ApiError::new(401, 20_003, "Authenticate")
    }

    pub(crate) fn internal() -> Self {
        ApiError::new(500, 20_500, "An internal server error has occurred")
    }

    /// Not processed: too many at once, or the throttle fault, which also says when to come back.
    pub(crate) fn too_many(retry_after_s: Option<u32>) -> Self {
        ApiError { retry_after_s, ..ApiError::new(429, 20_429, "Too Many Requests") }
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
        let body = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status,
        });
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            let realm = HeaderValue::from_static("Basic realm=\"Twilio API\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
        }
        response
    }
}
