//! The REST client.

use std::time::Duration;

use futures::FutureExt as _;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use serde_json::Value;
use trunkline_domain::error_class::ErrorClass;

use super::wire;
use crate::json::text;
use crate::mail::{MailSource, ReceivedMail, codes, patience_for};
use crate::transport::{self, Answer, BODY_MAX, REQUEST_TIMEOUT};
use crate::{
    AccountState, BoxFuture, Direction, ListQuery, LookupError, MediaAccess, Outbound, Provider, Refusal,
    RemoteMessage, Secret, SendOutcome,
};

/// Where Resend's API is.
pub const DEFAULT_BASE_URL: &str = "https://api.resend.com";

/// The most that is read of one received mail: text and HTML; files are fetched by themselves.
const MAIL_MAX: usize = 30 * 1024 * 1024;

/// How to sign in to an account.
#[derive(Clone, Debug)]
pub struct ResendCredentials {
    /// An API key, `re_…`.
    pub api_key: Secret,
    /// The API's address: [`DEFAULT_BASE_URL`], or a simulator's.
    pub base_url: String,
}

/// A Resend account.
#[derive(Clone, Debug)]
pub struct Resend {
    credentials: ResendCredentials,
    http: reqwest::Client,
    timeout: Duration,
}

impl Resend {
    /// A client for one account. `http` should come from [`transport::http_client`], which follows no redirect.
    pub fn new(credentials: ResendCredentials, http: reqwest::Client) -> Self {
        Resend { credentials, http, timeout: REQUEST_TIMEOUT }
    }

    /// The same client with another time-out for a whole exchange.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(self.credentials.api_key.expose())
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.credentials.base_url.trim_end_matches('/'))
    }

    pub(super) async fn ask(&self, path: &str, body_max: usize) -> Result<Answer, LookupError> {
        transport::ask("Resend", self.request(Method::GET, path), self.timeout, body_max).await
    }

    async fn create(&self, message: &Outbound) -> SendOutcome {
        let email = message.email.clone().unwrap_or_default();
        // The same for every attempt: a repetition within 24 hours gives the first result (Resend, Idempotency keys).
        let key = format!("trunkline/{}", message.message_id);
        let request = self.request(Method::POST, "emails").header("idempotency-key", key);
        let request = request.json(&wire::create_body(message, &email));
        let timeout = self.timeout + patience_for(&email.files);
        match transport::exchange(request, timeout, BODY_MAX).await {
            // Another request with this key is, or was, taken: that one may have sent it.
            Ok(answer) if answer.status == StatusCode::CONFLICT => SendOutcome::Unknown {
                reason: format!("Resend has this message already: {}", refused(&answer).text),
            },
            Ok(answer) => transport::created("Resend", &answer, read, refused),
            Err(broken) => transport::not_answered("Resend", &broken),
        }
    }

    async fn get<T>(
        &self,
        path: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, LookupError> {
        let answer = self.ask(path, MAIL_MAX).await?;
        if answer.status.is_success() {
            let found = answer.json().ok().and_then(|value| read(&value));
            return found.map(Some).ok_or_else(|| transport::unreadable("Resend", &answer));
        }
        let refused = refused(&answer);
        // Only Resend's own 404 counts: a wrong address in between answers 404 too.
        let is_theirs = answer.status == StatusCode::NOT_FOUND && refused.code.is_some();
        if is_theirs { Ok(None) } else { Err(refused.into()) }
    }

    /// Resend calls off only what was scheduled with it, which we never do.
    async fn call_off(&self, id: &str) -> Result<RemoteMessage, LookupError> {
        let request = self.request(Method::POST, &format!("emails/{}/cancel", segment(id)));
        let answer = transport::ask("Resend", request, self.timeout, BODY_MAX).await?;
        if answer.status.is_success() { read(&answer) } else { Err(refused(&answer).into()) }
    }
}

impl Provider for Resend {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome> {
        self.create(message).boxed()
    }

    fn fetch<'a>(
        &'a self,
        provider_id: &'a str,
    ) -> BoxFuture<'a, Result<Option<RemoteMessage>, LookupError>> {
        async move { self.get(&format!("emails/{}", segment(provider_id)), wire::sent).await }.boxed()
    }

    fn list<'a>(&'a self, query: &'a ListQuery) -> BoxFuture<'a, Result<Vec<RemoteMessage>, LookupError>> {
        self.list_sent(query).boxed()
    }

    fn lists_everything(&self) -> bool {
        true
    }

    /// Resend tells of no balance; a list that it gives shows that the key may read, which receiving needs.
    fn account(&self) -> BoxFuture<'_, Result<AccountState, LookupError>> {
        async move {
            let answer = self.ask("emails?limit=1", BODY_MAX).await?;
            if answer.status.is_success() {
                Ok(AccountState::default())
            } else {
                Err(refused(&answer).into())
            }
        }
        .boxed()
    }

    /// A file's own address is told only when it is asked for, and is good for an hour (Resend, Retrieve attachment).
    fn media_access(&self) -> Option<MediaAccess> {
        let key = self.credentials.api_key.expose();
        Some(MediaAccess {
            base_url: self.credentials.base_url.clone(),
            authorization: Some(Secret::new(format!("Bearer {key}"))),
            file_field: Some("download_url"),
        })
    }

    fn cancel<'a>(&'a self, provider_id: &'a str) -> BoxFuture<'a, Result<RemoteMessage, LookupError>> {
        self.call_off(provider_id).boxed()
    }
}

impl MailSource for Resend {
    fn received<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<ReceivedMail>, LookupError>> {
        async move {
            let path = format!("emails/receiving/{}", segment(id));
            let mut mail = self.get(&path, wire::received).await?;
            for file in mail.iter_mut().flat_map(|mail| &mut mail.attachments) {
                file.url = Some(self.url(&format!("{path}/attachments/{}", segment(&file.id))));
            }
            Ok(mail)
        }
        .boxed()
    }

    fn list_received<'a>(&'a self, query: &'a ListQuery) -> BoxFuture<'a, Result<Vec<String>, LookupError>> {
        self.list_incoming(query).boxed()
    }
}

fn segment(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

fn read(answer: &Answer) -> Result<RemoteMessage, LookupError> {
    let message = answer.json().ok().and_then(|value| wire::sent(&value));
    debug_assert!(message.as_ref().is_none_or(|message| message.direction == Direction::Outbound));
    message.ok_or_else(|| transport::unreadable("Resend", answer))
}

/// What an answer that is no success says (Resend, Errors: `{statusCode, name, message}`).
pub(super) fn refused(answer: &Answer) -> Refusal {
    let body = answer.json().unwrap_or_default();
    let code = text(&body, "name");
    let class = match code.as_deref().and_then(codes::lookup) {
        Some(info) => info.class,
        None if answer.status == StatusCode::TOO_MANY_REQUESTS => ErrorClass::Throttled,
        None => transport::class_of_status(answer.status),
    };
    let words = text(&body, "message");
    let text = words.unwrap_or_else(|| format!("Resend answered {} without a reason", answer.status));
    Refusal { class, code, text, retry_after: answer.retry_after }
}
