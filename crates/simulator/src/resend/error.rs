//! Errors in Resend's shape.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error of the API: `{statusCode, name, message}` (Resend, Errors).
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: u16,
    name: &'static str,
    message: String,
}

impl ApiError {
    pub(super) fn new(status: u16, name: &'static str, message: impl Into<String>) -> Self {
        ApiError { status, name, message: message.into() }
    }

    pub(super) fn missing(field: &str) -> Self {
        ApiError::new(422, "missing_required_field", format!("Missing `{field}` field."))
    }

    pub(super) fn not_found(what: &str) -> Self {
        ApiError::new(404, "not_found", format!("{what} not found"))
    }

    pub(super) fn internal() -> Self {
        ApiError::new(500, "application_error", "An unexpected error occurred.")
    }

    pub(super) fn too_many() -> Self {
        ApiError::new(429, "rate_limit_exceeded", "Too many requests. Slow down or contact support.")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({ "statusCode": self.status, "name": self.name, "message": self.message });
        let mut response = (status, Json(body)).into_response();
        if self.status == 429 {
            let headers = response.headers_mut();
            for (name, value) in [
                ("ratelimit-limit", 2),
                ("ratelimit-remaining", 0),
                ("ratelimit-reset", 1),
                ("retry-after", 1),
            ] {
                headers.insert(name, value.into());
            }
        }
        response
    }
}
