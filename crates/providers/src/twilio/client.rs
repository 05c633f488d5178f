//! The REST client for messages.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt as _;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use trunkline_domain::error_class::ErrorClass;

use super::address::Addresses;
use super::errors;
use super::wire::{self, ErrorBody};
use crate::json::balance;
use crate::transport::{self, Answer, BODY_MAX, REQUEST_TIMEOUT};
use crate::{
    AccountState, BoxFuture, Content, KeepUntil, ListQuery, LookupError, MediaAccess, Outbound, Provider,
    Refusal, RemoteMessage, Secret, SendOutcome,
};

/// Where Twilio's REST API is.
pub const DEFAULT_BASE_URL: &str = "https://api.twilio.com";

/// Where the API of messaging services and typing indicators is.
pub(super) const MESSAGING_BASE_URL: &str = "https://messaging.twilio.com";

/// Seconds that `ValidityPeriod` may be (Twilio, Message resource).
const VALIDITY_RANGE: std::ops::RangeInclusive<u64> = 1..=36_000;

/// How to sign in to an account.
#[derive(Clone, Debug)]
pub struct TwilioCredentials {
    /// The account, `AC…`.
    pub account_sid: String,
    /// The account's auth token, which also signs its webhooks.
    pub auth_token: Secret,
    /// An API key, `SK…`, and its secret; used for requests instead of the auth token when given.
    pub api_key: Option<(String, Secret)>,
    /// The API's address: [`DEFAULT_BASE_URL`], or a simulator's.
    pub base_url: String,
}

/// A Twilio account.
#[derive(Clone, Debug)]
pub struct Twilio {
    credentials: TwilioCredentials,
    http: reqwest::Client,
    timeout: Duration,
    addresses: Addresses,
}

impl Twilio {
    /// A client for one account. `http` should come from [`transport::http_client`]: a client that follows
    /// redirects would turn a redirected create into a GET whose answer says nothing about the message.
    pub fn new(credentials: TwilioCredentials, http: reqwest::Client) -> Self {
        Twilio { credentials, http, timeout: REQUEST_TIMEOUT, addresses: Addresses::Plain }
    }

    /// The same client with another time-out for a whole exchange.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same client for WhatsApp senders of the account: what is a number here has `whatsapp:` before it there.
    #[must_use]
    pub fn on_whatsapp(mut self) -> Self {
        self.addresses = Addresses::Whatsapp;
        self
    }

    pub(super) const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// `path` below the account, such as `Messages.json`.
    pub(super) fn account_url(&self, path: &str) -> String {
        let account = utf8_percent_encode(&self.credentials.account_sid, NON_ALPHANUMERIC);
        format!("{}/2010-04-01/Accounts/{account}/{path}", self.base_url())
    }

    pub(super) fn base_url(&self) -> &str {
        self.credentials.base_url.trim_end_matches('/')
    }

    /// The address of an API that has a host of its own at Twilio; a simulator has all in one place.
    pub(super) fn at<'a>(&'a self, host: &'a str) -> &'a str {
        if self.base_url() == DEFAULT_BASE_URL { host } else { self.base_url() }
    }

    pub(super) fn request(&self, method: Method, url: &str) -> RequestBuilder {
        let (user, password) = self.sign_in();
        self.http.request(method, url).basic_auth(user, Some(password.expose()))
    }

    fn sign_in(&self) -> (&str, &Secret) {
        match &self.credentials.api_key {
            Some((key, secret)) => (key, secret),
            None => (&self.credentials.account_sid, &self.credentials.auth_token),
        }
    }

    /// One exchange about existing messages, which changes nothing that could be doubled.
    pub(super) async fn ask(&self, request: RequestBuilder, body_max: usize) -> Result<Answer, LookupError> {
        transport::ask("Twilio", request, self.timeout, body_max).await
    }

    fn message_url(&self, sid: &str) -> String {
        self.account_url(&format!("Messages/{}.json", utf8_percent_encode(sid, NON_ALPHANUMERIC)))
    }

    async fn create(&self, message: &Outbound) -> SendOutcome {
        let request = self
            .request(Method::POST, &self.account_url("Messages.json"))
            .form(&create_form(message, self.addresses));
        match transport::exchange(request, self.timeout, BODY_MAX).await {
            Ok(answer) => transport::created("Twilio", &answer, read, refused),
            Err(broken) => transport::not_answered("Twilio", &broken),
        }
    }

    async fn get(&self, sid: &str) -> Result<Option<RemoteMessage>, LookupError> {
        let answer = self.ask(self.request(Method::GET, &self.message_url(sid)), BODY_MAX).await?;
        if answer.status.is_success() {
            return read(&answer).map(Some);
        }
        let refused = refused(&answer);
        // Only Twilio's own 404 counts: a wrong address in between answers 404 too.
        if refused.code.as_deref() == Some(errors::NOT_FOUND) { Ok(None) } else { Err(refused.into()) }
    }

    /// What is left of the account's money (Twilio, Balance resource).
    async fn balance(&self) -> Result<AccountState, LookupError> {
        let answer = self.ask(self.request(Method::GET, &self.account_url("Balance.json")), BODY_MAX).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer).into());
        }
        let value = answer.json().map_err(|_| transport::unreadable("Twilio", &answer))?;
        Ok(AccountState { balance: balance(&value), server_time: answer.date })
    }

    /// Only WhatsApp shows it (Twilio, Typing indicators resource, public beta).
    async fn typing(&self, inbound_id: &str) -> Result<(), LookupError> {
        if self.addresses != Addresses::Whatsapp {
            return Ok(());
        }
        let url = format!("{}/v2/Indicators/Typing.json", self.at(MESSAGING_BASE_URL));
        let form = [("messageId", inbound_id), ("channel", "whatsapp")];
        let answer = self.ask(self.request(Method::POST, &url).form(&form), BODY_MAX).await?;
        if answer.status.is_success() { Ok(()) } else { Err(refused(&answer).into()) }
    }

    async fn call_off(&self, sid: &str) -> Result<RemoteMessage, LookupError> {
        let request = self.request(Method::POST, &self.message_url(sid)).form(&[("Status", "canceled")]);
        let answer = self.ask(request, BODY_MAX).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer).into());
        }
        read(&answer)
    }
}

impl Provider for Twilio {
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
        self.list_messages(query).boxed()
    }

    fn lists_everything(&self) -> bool {
        true
    }

    fn account(&self) -> BoxFuture<'_, Result<AccountState, LookupError>> {
        self.balance().boxed()
    }

    fn cancel<'a>(&'a self, provider_id: &'a str) -> BoxFuture<'a, Result<RemoteMessage, LookupError>> {
        self.call_off(provider_id).boxed()
    }

    fn show_typing<'a>(&'a self, inbound_id: &'a str) -> BoxFuture<'a, Result<(), LookupError>> {
        self.typing(inbound_id).boxed()
    }

    /// Media want the same credentials as the rest of the API, if the account says so (Twilio, "Protect media
    /// access with HTTP Basic Authentication"); shown where none are wanted they do no harm.
    fn media_access(&self) -> Option<MediaAccess> {
        let (user, password) = self.sign_in();
        let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
        Some(MediaAccess {
            base_url: self.base_url().to_owned(),
            authorization: Some(Secret::new(format!("Basic {pair}"))),
            file_field: None,
        })
    }
}

/// The parameters of a create (Twilio, Message resource, "Create a Message").
fn create_form(message: &Outbound, addresses: Addresses) -> Vec<(&'static str, String)> {
    let sender = if is_service(&message.from) {
        ("MessagingServiceSid", message.from.clone())
    } else {
        ("From", addresses.outside(&message.from))
    };
    let mut form = vec![("To", addresses.outside(&message.to)), sender];
    match &message.content {
        Some(content) => form.extend(template(content)),
        None if message.body.is_empty() => {}
        None => form.push(("Body", message.body.clone())),
    }
    form.extend(message.media_urls.iter().map(|url| ("MediaUrl", url.clone())));
    form.extend(message.status_callback.iter().map(|url| ("StatusCallback", url.clone())));
    form.extend(message.validity.map(|validity| ("ValidityPeriod", seconds(validity))));
    form.extend(message.keep_until.iter().flat_map(schedule));
    form
}

/// The template instead of a text; its variables are one JSON object in a string (Twilio, Message resource,
/// `ContentVariables`; error 21656).
fn template(content: &Content) -> Vec<(&'static str, String)> {
    let mut form = vec![("ContentSid", content.id.clone())];
    if !content.variables.is_empty() {
        form.push(("ContentVariables", serde_json::json!(content.variables).to_string()));
    }
    form
}

/// What makes Twilio keep a message (Twilio, "Message Scheduling"). The sender is named as well: without it
/// Twilio would choose among the service's numbers, and customers know us by this one.
fn schedule(keep: &KeepUntil) -> [(&'static str, String); 3] {
    let send_at = keep.second().to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    [("MessagingServiceSid", keep.service.clone()), ("ScheduleType", "fixed".to_owned()), ("SendAt", send_at)]
}

/// A messaging service, from whose numbers Twilio picks the sender.
fn is_service(from: &str) -> bool {
    from.len() == 34 && from.strip_prefix("MG").is_some_and(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn seconds(validity: Duration) -> String {
    validity.as_secs().clamp(*VALIDITY_RANGE.start(), *VALIDITY_RANGE.end()).to_string()
}

/// The message in an answer.
fn read(answer: &Answer) -> Result<RemoteMessage, LookupError> {
    answer.json().ok().as_ref().and_then(wire::message).ok_or_else(|| unreadable(answer))
}

/// What an answer that is no success says, by its code or, without one, its HTTP status.
pub(super) fn refused(answer: &Answer) -> Refusal {
    let body = answer.json().map(|value| ErrorBody::of(&value)).unwrap_or_default();
    let class = match body.code.as_deref() {
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => ErrorClass::Throttled,
        Some(code) => errors::class_of(code),
        None => transport::class_of_status(answer.status),
    };
    let text = body.message.unwrap_or_else(|| format!("Twilio answered {} without a reason", answer.status));
    Refusal { class, code: body.code, text, retry_after: answer.retry_after }
}

pub(super) fn unreadable(answer: &Answer) -> LookupError {
    transport::unreadable("Twilio", answer)
}
