//! The REST client for messages.

use std::ops::RangeInclusive;
use std::time::Duration;

use futures::FutureExt as _;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use serde_json::{Map, Value, json};
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::time::Timestamp;

use super::errors;
use super::wire::{self, ErrorBody};
use crate::json::balance;
use crate::transport::{self, Answer, BODY_MAX, REQUEST_TIMEOUT};
use crate::{
    AccountState, BoxFuture, KeepUntil, ListQuery, LookupError, MediaAccess, Outbound, Provider, Refusal,
    RemoteMessage, Secret, SendOutcome,
};

/// Where Telnyx's REST API is.
pub const DEFAULT_BASE_URL: &str = "https://api.telnyx.com";

/// How far ahead a message may be scheduled: at least 5 minutes and at most 5 days (Telnyx, Schedule a message).
pub const SEND_AT_AHEAD: RangeInclusive<Duration> =
    Duration::from_secs(5 * 60)..=Duration::from_secs(5 * 24 * 3_600);

/// How to sign in to an account.
#[derive(Clone, Debug)]
pub struct TelnyxCredentials {
    /// An API key, `KEY…`.
    pub api_key: Secret,
    /// The messaging profile to send by. Telnyx needs it for sender names and number pools, and otherwise takes
    /// the one that the number belongs to (Telnyx, Send a message, `messaging_profile_id`).
    pub messaging_profile_id: Option<String>,
    /// The API's address: [`DEFAULT_BASE_URL`], or a simulator's.
    pub base_url: String,
}

/// A Telnyx account.
#[derive(Clone, Debug)]
pub struct Telnyx {
    credentials: TelnyxCredentials,
    http: reqwest::Client,
    timeout: Duration,
}

impl Telnyx {
    /// A client for one account. `http` should come from [`transport::http_client`], which follows no redirect.
    pub fn new(credentials: TelnyxCredentials, http: reqwest::Client) -> Self {
        Telnyx { credentials, http, timeout: REQUEST_TIMEOUT }
    }

    /// The same client with another time-out for a whole exchange.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// A request to `path` below the API's version.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/v2/{path}", self.credentials.base_url.trim_end_matches('/'));
        self.http.request(method, url).bearer_auth(self.credentials.api_key.expose())
    }

    /// One exchange about existing messages, which changes nothing that could be doubled.
    pub(super) async fn ask(&self, request: RequestBuilder, body_max: usize) -> Result<Answer, LookupError> {
        transport::ask("Telnyx", request, self.timeout, body_max).await
    }

    async fn create(&self, message: &Outbound) -> SendOutcome {
        let profile = self.credentials.messaging_profile_id.as_deref();
        // Telnyx's own libraries send this key, its API description does not know it: it may help and cannot
        // hurt, and nothing here relies on it.
        let key = format!("{}-{}", message.message_id, message.attempt);
        let request = self.request(Method::POST, "messages").header("idempotency-key", key);
        let request = request.json(&create_body(message, profile));
        match transport::exchange(request, self.timeout, BODY_MAX).await {
            Ok(answer) => transport::created("Telnyx", &answer, read, refused),
            Err(broken) => transport::not_answered("Telnyx", &broken),
        }
    }

    async fn get(&self, id: &str) -> Result<Option<RemoteMessage>, LookupError> {
        let answer = self.ask(self.request(Method::GET, &message_path(id)), BODY_MAX).await?;
        if answer.status.is_success() {
            return read(&answer).map(Some);
        }
        let refused = refused(&answer);
        // Only Telnyx's own 404 counts: a wrong address in between answers 404 too.
        let is_theirs = answer.status == StatusCode::NOT_FOUND && refused.code.is_some();
        if is_theirs { Ok(None) } else { Err(refused.into()) }
    }

    /// What is left of the account's money (Telnyx, Get user balance details).
    async fn balance(&self) -> Result<AccountState, LookupError> {
        let answer = self.ask(self.request(Method::GET, "balance"), BODY_MAX).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer).into());
        }
        let value = answer.json().map_err(|_| unreadable(&answer))?;
        Ok(AccountState { balance: value.get("data").and_then(balance), server_time: answer.date })
    }

    async fn call_off(&self, id: &str) -> Result<RemoteMessage, LookupError> {
        let answer = self.ask(self.request(Method::DELETE, &message_path(id)), BODY_MAX).await?;
        if answer.status.is_success() { read(&answer) } else { Err(refused(&answer).into()) }
    }
}

impl Provider for Telnyx {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome> {
        self.create(message).boxed()
    }

    fn fetch<'a>(
        &'a self,
        provider_id: &'a str,
    ) -> BoxFuture<'a, Result<Option<RemoteMessage>, LookupError>> {
        self.get(provider_id).boxed()
    }

    fn list<'a>(&'a self, query: &'a ListQuery) -> BoxFuture<'a, Result<Vec<RemoteMessage>, LookupError>> {
        self.list_records(query).boxed()
    }

    fn lists_everything(&self) -> bool {
        false
    }

    fn account(&self) -> BoxFuture<'_, Result<AccountState, LookupError>> {
        self.balance().boxed()
    }

    /// Telnyx calls off only what is scheduled and has more than a minute left (Telnyx, Cancel a scheduled
    /// message).
    fn cancel<'a>(&'a self, provider_id: &'a str) -> BoxFuture<'a, Result<RemoteMessage, LookupError>> {
        self.call_off(provider_id).boxed()
    }

    /// Media lie at addresses that nobody can guess, and want no key (Telnyx, Receiving webhooks).
    fn media_access(&self) -> Option<MediaAccess> {
        let base_url = self.credentials.base_url.trim_end_matches('/').to_owned();
        Some(MediaAccess { base_url, authorization: None, file_field: None })
    }
}

fn message_path(id: &str) -> String {
    format!("messages/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

/// The body of a create (Telnyx, Send a message). `use_profile_webhooks` is left at its default: should our
/// address for this message fail, the profile's is tried as well. Telnyx takes no validity.
fn create_body(message: &Outbound, profile: Option<&str>) -> Value {
    let mut body = Map::new();
    body.insert("from".to_owned(), json!(message.from));
    body.insert("to".to_owned(), json!(message.to));
    if !message.body.is_empty() {
        body.insert("text".to_owned(), json!(message.body));
    }
    if !message.media_urls.is_empty() {
        body.insert("media_urls".to_owned(), json!(message.media_urls));
    }
    let optional = [
        ("messaging_profile_id", profile.map(str::to_owned)),
        ("webhook_url", message.status_callback.clone()),
        ("send_at", message.keep_until.as_ref().map(send_at)),
    ];
    for (name, value) in optional {
        body.extend(value.map(|value| (name.to_owned(), json!(value))));
    }
    Value::Object(body)
}

/// Telnyx counts in minutes (Telnyx, Schedule a message): rounded up, so that nothing leaves early.
fn send_at(keep: &KeepUntil) -> String {
    let minutes = keep.second().secs().saturating_add(59).div_euclid(60);
    let at = Timestamp::from_secs(minutes.saturating_mul(60));
    at.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The message in an answer, which most wrap into `data`, and a cancel does not.
fn read(answer: &Answer) -> Result<RemoteMessage, LookupError> {
    let message = answer.json().ok().and_then(|value| wire::message(value.get("data").unwrap_or(&value)));
    message.ok_or_else(|| unreadable(answer))
}

/// What an answer that is no success says, by its code or, without one, its HTTP status.
pub(super) fn refused(answer: &Answer) -> Refusal {
    let body = answer.json().map(|value| ErrorBody::of(&value)).unwrap_or_default();
    let class = match body.code.as_deref() {
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => ErrorClass::Throttled,
        // A code that is not known here is still Telnyx's no.
        code => code
            .and_then(errors::lookup)
            .map_or_else(|| transport::class_of_status(answer.status), |info| info.class),
    };
    let text = body.text.unwrap_or_else(|| format!("Telnyx answered {} without a reason", answer.status));
    Refusal { class, code: body.code, text, retry_after: answer.retry_after }
}

pub(super) fn unreadable(answer: &Answer) -> LookupError {
    transport::unreadable("Telnyx", answer)
}
