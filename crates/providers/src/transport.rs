//! What every provider's client does with HTTP: one bounded exchange, and an honest word on how far it came.

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::time::Timestamp;

use crate::{LookupError, Refusal, RemoteMessage, SendOutcome};

/// How long a provider may take for a whole exchange, unless set otherwise.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection may take. Shorter than the exchange, because a failure to connect is certain
/// ("not sent") while a time-out later leaves us in doubt.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);

/// The most that is read of an answer about one message.
pub const BODY_MAX: usize = 1024 * 1024;

const RETRY_AFTER_RANGE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(24 * 3_600));

/// An HTTP client fit for providers.
///
/// # Errors
/// When the system's certificates cannot be read.
pub fn http_client() -> Result<Client, reqwest::Error> {
    http_client_builder().build()
}

/// The settings of [`http_client`], for those who add to them. It follows no redirect (credentials and
/// messages go nowhere but where they were addressed) and gives up early on a connection.
pub fn http_client_builder() -> ClientBuilder {
    // Building a client panics without a TLS provider. That one is installed already is no failure.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("trunkline/", env!("CARGO_PKG_VERSION")))
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// How long the provider asks us to wait.
    pub retry_after: Option<Duration>,
    /// When it was made, by the clock of whoever answered.
    pub date: Option<Timestamp>,
    /// The body, or why it could not be read to its end.
    pub body: Result<Vec<u8>, String>,
}

impl Answer {
    /// The body as JSON, or what is wrong with it.
    ///
    /// # Errors
    /// When the body is broken off, too long or not JSON.
    pub fn json(&self) -> Result<serde_json::Value, String> {
        let body = self.body.as_deref().map_err(Clone::clone)?;
        serde_json::from_slice(body).map_err(|error| format!("the answer is not JSON: {error}"))
    }
}

/// An exchange that brought no status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Broken {
    /// Whether bytes of the request may have been written. `false` is certain.
    pub request_may_have_arrived: bool,
    /// What happened.
    pub text: String,
}

/// Sends `request` and reads at most `body_max` bytes of the answer.
///
/// # Errors
/// When no status line arrived.
pub async fn exchange(request: RequestBuilder, timeout: Duration, body_max: usize) -> Result<Answer, Broken> {
    let response = request.timeout(timeout).send().await.map_err(broken)?;
    let (status, headers) = (response.status(), response.headers());
    let retry_after = retry_after(headers).or_else(|| limit_reset(status, headers));
    let date = date(headers);
    Ok(Answer { status, retry_after, date, body: read(response, body_max).await })
}

/// The `Date` header (RFC 9110, 6.6.1).
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp().into())
}

/// DNS, TCP and TLS all happen in the connector; a request that cannot be built is not sent either. All
/// else, a time-out too, may have come after the request was written.
fn broken(error: reqwest::Error) -> Broken {
    let certainly_not = error.is_connect() || error.is_builder();
    Broken { request_may_have_arrived: !certainly_not, text: describe(error) }
}

/// One exchange about existing messages, which changes nothing that could be doubled.
pub(crate) async fn ask(
    provider: &str,
    request: RequestBuilder,
    timeout: Duration,
    body_max: usize,
) -> Result<Answer, LookupError> {
    exchange(request, timeout, body_max).await.map_err(|broken| LookupError {
        class: ErrorClass::Retry,
        code: None,
        text: format!("{provider} could not be asked: {broken}"),
        retry_after: None,
    })
}

/// The table of [`SendOutcome`] for an answer to a create.
pub(crate) fn created(
    provider: &str,
    answer: &Answer,
    read: impl FnOnce(&Answer) -> Result<RemoteMessage, LookupError>,
    refused: impl FnOnce(&Answer) -> Refusal,
) -> SendOutcome {
    match answer.status {
        status if status.is_success() => match read(answer) {
            Ok(message) => SendOutcome::Accepted(message),
            Err(error) => SendOutcome::Unknown { reason: error.text },
        },
        status if status.is_client_error() => SendOutcome::NotSent(refused(answer)),
        status => SendOutcome::Unknown { reason: format!("{provider} answered {status}") },
    }
}

/// An answer that says yes, and cannot be read.
pub(crate) fn unreadable(provider: &str, answer: &Answer) -> LookupError {
    let reason = answer.json().err().unwrap_or_else(|| "what came is no message".to_owned());
    LookupError {
        class: ErrorClass::Retry,
        code: None,
        text: format!("{provider} answered {}, but {reason}", answer.status),
        retry_after: None,
    }
}

/// The table of [`SendOutcome`] for a create that brought no answer.
pub(crate) fn not_answered(provider: &str, broken: &Broken) -> SendOutcome {
    if broken.request_may_have_arrived {
        return SendOutcome::Unknown { reason: format!("no answer from {provider}: {broken}") };
    }
    SendOutcome::NotSent(Refusal {
        class: ErrorClass::Retry,
        code: None,
        text: format!("{provider} could not be reached: {broken}"),
        retry_after: None,
    })
}

/// For answers that carry no code of the provider's, often not from the provider at all but from something
/// between.
pub(crate) fn class_of_status(status: StatusCode) -> ErrorClass {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::PAYMENT_REQUIRED | StatusCode::FORBIDDEN => {
            ErrorClass::Account
        }
        StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => ErrorClass::Misconfigured,
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => ErrorClass::Retry,
        status if status.is_client_error() => ErrorClass::Request,
        _ => ErrorClass::Retry,
    }
}

/// The body of an answer, of at most `max` bytes.
///
/// # Errors
/// When it is longer or breaks off, in words.
pub async fn read(mut response: Response, max: usize) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= max => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err(format!("the answer is longer than {max} bytes")),
            Ok(None) => return Ok(body),
            Err(error) => return Err(format!("the answer broke off: {}", describe(error))),
        }
    }
}

/// The error and its causes in one line, without the address: that may hold account ids or tokens.
pub fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), which is read against the answer's own `Date`
/// so that our clock does not matter. Drawn to between a second and a day: zero would be a busy loop.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = value.parse::<u64>().ok();
    let wait = seconds.map(Duration::from_secs).or_else(|| until(value, headers))?;
    Some(wait.clamp(RETRY_AFTER_RANGE.0, RETRY_AFTER_RANGE.1))
}

/// When the limit that was just reached starts anew, in seconds (Telnyx, Rate limiting: `x-ratelimit-reset`).
fn limit_reset(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let seconds = headers.get("x-ratelimit-reset")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).clamp(RETRY_AFTER_RANGE.0, RETRY_AFTER_RANGE.1))
}

fn until(date: &str, headers: &HeaderMap) -> Option<Duration> {
    let instant = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp());
    let now = instant(headers.get(header::DATE)?.to_str().ok()?)?;
    Some(Duration::try_from(instant(date)?.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(retry_after_value: &str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, "Thu, 24 Aug 2023 05:01:45 GMT".parse().unwrap());
        headers.insert(header::RETRY_AFTER, retry_after_value.parse().unwrap());
        retry_after(&headers).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_kept_in_bounds() {
        assert_eq!(asked("7"), Some(7));
        assert_eq!(asked(" 7 "), Some(7));
        assert_eq!(asked("Thu, 24 Aug 2023 05:02:45 GMT"), Some(60));
        assert_eq!(asked("0"), Some(1));
        assert_eq!(asked("Thu, 24 Aug 2023 05:00:00 GMT"), Some(1));
        assert_eq!(asked("99999999999"), Some(86_400));
        assert_eq!(asked("soon"), None);
    }
}
