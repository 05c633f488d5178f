//! Errors as a client sees them: `application/problem+json` (RFC 9457) with a stable code of ours.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use trunkline_store::StoreError;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a handler returns.
pub(crate) type ApiResult<T> = Result<T, Problem>;

/// An error, told in a sentence that a person understands and a code that a program can rely on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the HTTP status.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable; never reworded.
    pub(crate) code: &'static str,
    /// What happened and what to do, for a person.
    detail: String,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Every field that was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// The thing that is already there.
    #[serde(skip_serializing_if = "Option::is_none")]
    existing_id: Option<Uuid>,
    /// Seconds to wait before the next try.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
}

/// One refused field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Its name in the request.
    pub(crate) field: String,
    /// What is wrong with it and what would be right.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            field: None,
            errors: Vec::new(),
            existing_id: None,
            retry_after_s: None,
        }
    }

    /// 404: `what` names the thing, as in "conversation".
    pub(crate) fn not_found(what: &str) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    /// 422: one field holds something that cannot be accepted.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Problem::invalid_fields(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// 422: all fields that cannot be accepted, at once.
    pub(crate) fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ");
        let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail);
        problem.field = errors.first().map(|error| error.field.clone());
        problem.errors = errors;
        problem
    }

    /// 500. The cause goes to the log, never to the client.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. Nothing was changed; it has been logged.",
        )
    }

    /// What is wrong, a sentence for each field that was refused.
    pub(crate) fn sentences(&self) -> Vec<&str> {
        match self.errors.as_slice() {
            [] => vec![&self.detail],
            errors => errors.iter().map(|error| error.message.as_str()).collect(),
        }
    }

    /// The sentence for a person.
    pub(crate) fn told(&self) -> String {
        self.detail.clone()
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn with_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    pub(crate) fn with_existing(mut self, id: impl Into<Uuid>) -> Self {
        self.existing_id = Some(id.into());
        self
    }

    pub(crate) fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            tracing::warn!(%error, "the database is away");
            return Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The database does not answer just now. Nothing was lost; try again in a moment.",
            )
            .with_retry_after(1);
        }
        Problem::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
