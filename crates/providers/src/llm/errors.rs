//! What kind of failure it was.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use trunkline_domain::error_class::ErrorClass;

/// Characters of an endpoint's words that are kept.
const TEXT_MAX: usize = 400;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct ModelError {
    /// What kind of failure it is; whether asking again may help is [`ErrorClass::is_retryable`].
    pub class: ErrorClass,
    /// The endpoint's code, if it gave one.
    pub code: Option<String>,
    /// What happened.
    pub text: String,
    /// How long the endpoint asked us to wait.
    pub retry_after: Option<Duration>,
    /// The answer had begun, so the endpoint may charge for it.
    pub had_begun: bool,
}

impl ModelError {
    /// Passing trouble on the way, or an answer that is none.
    pub(super) fn passing(text: impl Into<String>) -> Self {
        ModelError::new(ErrorClass::Retry, None, text)
    }

    pub(super) fn new(class: ErrorClass, code: Option<String>, text: impl Into<String>) -> Self {
        ModelError { class, code, text: shortened(&text.into()), retry_after: None, had_begun: false }
    }

    /// From an answer that is no success.
    pub(super) fn of_status(status: StatusCode, body: &Value) -> Self {
        let error = &body["error"];
        let said = error["message"].as_str().or_else(|| error.as_str()).unwrap_or("it gave no reason");
        let code = word(&error["code"]).or_else(|| word(&error["type"]));
        let text = format!("the model's endpoint answered {}: {said}", status.as_u16());
        let class = if is_out_of_credit(error) { ErrorClass::Account } else { class_of(status.as_u16()) };
        ModelError::new(class, code.or_else(|| Some(status.as_u16().to_string())), text)
    }

    /// From an error inside of an answer that began with 200: its code is the status it would have had
    /// (OpenRouter, "Errors and Debugging", "Error codes"); without one it is taken for passing trouble.
    pub(super) fn of_event(error: &Value) -> Self {
        let said = error["message"].as_str().or_else(|| error.as_str()).unwrap_or("it gave no reason");
        let status = error["code"].as_u64().or_else(|| error["code"].as_str()?.parse().ok());
        let status = status.and_then(|code| u16::try_from(code).ok()).unwrap_or(502);
        let class = if is_out_of_credit(error) { ErrorClass::Account } else { class_of(status) };
        ModelError::new(class, word(&error["code"]), format!("the model broke off: {said}"))
    }
}

/// OpenAI answers 429 also when the account has no credit left, which no waiting helps ("Error codes", "429 - You
/// exceeded your current quota").
fn is_out_of_credit(error: &Value) -> bool {
    ["code", "type"].iter().any(|field| error[field] == "insufficient_quota")
}

/// OpenAI, "Error codes"; OpenRouter, "Errors and Debugging", "Error codes".
fn class_of(status: u16) -> ErrorClass {
    match status {
        408 | 409 | 425 | 500..=599 => ErrorClass::Retry,
        429 => ErrorClass::Throttled,
        401 | 402 => ErrorClass::Account,
        403 => ErrorClass::Permanent,
        404 | 300..=399 => ErrorClass::Misconfigured,
        _ => ErrorClass::Request,
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(shortened(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_status_has_its_class() {
        let cases = [
            (400, ErrorClass::Request),
            (401, ErrorClass::Account),
            (402, ErrorClass::Account),
            (403, ErrorClass::Permanent),
            (404, ErrorClass::Misconfigured),
            (408, ErrorClass::Retry),
            (413, ErrorClass::Request),
            (429, ErrorClass::Throttled),
            (500, ErrorClass::Retry),
            (502, ErrorClass::Retry),
            (503, ErrorClass::Retry),
            (302, ErrorClass::Misconfigured),
        ];
        for (status, class) in cases {
            let body = json!({ "error": { "message": "why", "code": status } });
            let error = ModelError::of_status(StatusCode::from_u16(status).unwrap(), &body);
            assert_eq!((error.class, error.code), (class, Some(status.to_string())), "{status}");
            assert!(error.text.contains("why"));
        }
    }

    #[test]
    fn no_credit_is_not_waited_for() {
        let body = json!({ "error": { "message": "quota", "type": "insufficient_quota" } });
        let error = ModelError::of_status(StatusCode::TOO_MANY_REQUESTS, &body);
        assert_eq!(error.class, ErrorClass::Account);
    }

    #[test]
    fn an_error_within_the_stream_has_the_class_of_its_code() {
        let of = |code: Value| ModelError::of_event(&json!({ "code": code, "message": "m" })).class;
        assert_eq!(of(json!(429)), ErrorClass::Throttled);
        assert_eq!(of(json!("502")), ErrorClass::Retry);
        assert_eq!(of(json!("server_error")), ErrorClass::Retry);
        assert_eq!(of(json!(402)), ErrorClass::Account);
        assert_eq!(ModelError::of_event(&json!("text")).class, ErrorClass::Retry);
    }
}
