//! Calling the customer's web server the way Twilio does: signed, timed, retried, redirected.
//!
//! Knows nothing of messages: callbacks and inbound texts hand it a URL and parameters.

use std::time::Duration;

use axum::body::Bytes;
use http::{Method, StatusCode, header};
use reqwest::{Client, RequestBuilder, Response};
use url::Url;

use crate::overrides::Overrides;
use crate::signature::sign;

/// The decoded form parameters of a request.
pub(crate) type Params = Vec<(String, String)>;

/// At most this many redirects are followed (Twilio, error 11215).
const REDIRECTS_MAX: usize = 10;
/// The largest document that is read (Twilio, error 11750: 64 kB).
const BODY_MAX: usize = 64 * 1024;

/// Calls webhooks of one account.
#[derive(Clone)]
pub(crate) struct Courier {
    auth_token: String,
    usual: Client,
}

/// A request to make.
pub(crate) struct Call<'a> {
    /// As configured, fragment included.
    pub(crate) url: &'a str,
    pub(crate) params: &'a Params,
    /// Equal over all retries of this request.
    pub(crate) token: String,
}

/// How a call went.
pub(crate) struct Outcome {
    pub(crate) attempts: u32,
    pub(crate) result: Result<Answer, Failure>,
}

/// What the web server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
    /// The URL that answered, after redirects.
    pub(crate) url: String,
}

/// Why there is no answer. The numbers are Twilio's debugger codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection.
    Connect = 11205,
    /// No answer in time.
    TimedOut = 11200,
    /// The connection broke or what came was no HTTP.
    Protocol = 11206,
    /// The URL cannot be called.
    BadUrl = 11210,
    /// Sent around in circles.
    Redirects = 11215,
    /// More than 64 kB.
    TooLarge = 11750,
}

impl Outcome {
    /// The HTTP status, if there was an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        self.result.as_ref().ok().map(|answer| answer.status)
    }
}

impl Courier {
    /// What asks for files that are to be sent along.
    pub(crate) fn client(&self) -> &Client {
        &self.usual
    }

    /// # Errors
    ///
    /// When the HTTP client cannot be built, for instance without any root certificates.
    pub(crate) fn new(auth_token: &str) -> Result<Self, reqwest::Error> {
        Ok(Courier { auth_token: auth_token.to_owned(), usual: client(Overrides::default())? })
    }

    /// Makes `call`, with the retries its URL asks for.
    pub(crate) async fn deliver(&self, call: &Call<'_>) -> Outcome {
        let overrides = Overrides::of(call.url);
        let mut attempts = 0;
        let tries = self.tries(call, overrides, &mut attempts);
        let result = tokio::time::timeout(overrides.total, tries).await.unwrap_or(Err(Failure::TimedOut));
        Outcome { attempts, result }
    }

    async fn tries(
        &self,
        call: &Call<'_>,
        overrides: Overrides,
        attempts: &mut u32,
    ) -> Result<Answer, Failure> {
        let client = self.client_for(overrides)?;
        loop {
            *attempts += 1;
            let result = self.attempt(&client, call).await;
            if *attempts > overrides.retries || !is_worth_a_retry(&result, overrides) {
                return result;
            }
        }
    }

    fn client_for(&self, overrides: Overrides) -> Result<Client, Failure> {
        let usual = Overrides::default();
        if (overrides.connect, overrides.read) == (usual.connect, usual.read) {
            return Ok(self.usual.clone());
        }
        client(overrides).map_err(|_| Failure::Protocol)
    }

    /// One request and the redirects it leads to. 307 and 308 repeat the POST, signed for the new URL;
    /// the others turn it into a GET.
    async fn attempt(&self, client: &Client, call: &Call<'_>) -> Result<Answer, Failure> {
        let mut method = Method::POST;
        let mut url = call.url.to_owned();
        for _ in 0..=REDIRECTS_MAX {
            let response = self.request(client, &method, &url, call).await?;
            let Some(next) = redirect_target(&response, &url)? else { return read(response, url).await };
            if !matches!(response.status().as_u16(), 307 | 308) {
                method = Method::GET;
            }
            url = next;
        }
        Err(Failure::Redirects)
    }

    /// Credentials in the URL are held back until the server asks for them.
    async fn request(
        &self,
        client: &Client,
        method: &Method,
        url: &str,
        call: &Call<'_>,
    ) -> Result<Response, Failure> {
        let mut target = Url::parse(url).map_err(|_| Failure::BadUrl)?;
        let user = target.username().to_owned();
        let password = target.password().map(str::to_owned);
        target.set_fragment(None);
        if target.set_username("").and_then(|()| target.set_password(None)).is_err() {
            return Err(Failure::BadUrl);
        }
        let request = || self.build(client, method, &target, url, call);
        let first = request().send().await.map_err(|error| failure(&error))?;
        let asked = first.status() == StatusCode::UNAUTHORIZED
            && first.headers().contains_key(header::WWW_AUTHENTICATE);
        if !asked || user.is_empty() {
            return Ok(first);
        }
        request().basic_auth(user, password).send().await.map_err(|error| failure(&error))
    }

    fn build(
        &self,
        client: &Client,
        method: &Method,
        target: &Url,
        url: &str,
        call: &Call<'_>,
    ) -> RequestBuilder {
        let has_body = *method == Method::POST;
        let params = if has_body { call.params.as_slice() } else { &[] };
        let pairs = params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request = client
            .request(method.clone(), target.clone())
            .header("X-Twilio-Signature", sign(&self.auth_token, url, pairs))
            .header("I-Twilio-Idempotency-Token", &call.token)
            .header("X-Home-Region", "us1");
        if has_body { request.form(params) } else { request }
    }
}

fn client(overrides: Overrides) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent("TwilioProxy/1.1")
        .connect_timeout(overrides.connect)
        .read_timeout(overrides.read)
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(Duration::from_secs(20))
        .no_proxy()
        .build()
}

fn is_worth_a_retry(result: &Result<Answer, Failure>, overrides: Overrides) -> bool {
    let policy = overrides.policy;
    match result {
        Ok(answer) if answer.status >= 500 => policy.server_errors,
        Ok(answer) if answer.status >= 400 => policy.client_errors,
        Err(Failure::Connect) => policy.connect,
        Err(Failure::TimedOut) => policy.read,
        _ => false,
    }
}

/// Where `response` sends the caller, if anywhere.
fn redirect_target(response: &Response, from: &str) -> Result<Option<String>, Failure> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else { return Ok(None) };
    let location = location.to_str().map_err(|_| Failure::Protocol)?;
    resolve(from, location).map(Some).ok_or(Failure::BadUrl)
}

/// `reference` as seen from the document at `base`.
pub(crate) fn resolve(base: &str, reference: &str) -> Option<String> {
    Url::parse(base).ok()?.join(reference).ok().map(String::from)
}

async fn read(mut response: Response, url: String) -> Result<Answer, Failure> {
    let status = response.status().as_u16();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_MAX {
            return Err(Failure::TooLarge);
        }
    }
    Ok(Answer { status, content_type, body: body.into(), url })
}

fn failure(error: &reqwest::Error) -> Failure {
    // A connect time-out is both; what matters for the retry is that nothing was sent.
    if error.is_connect() {
        Failure::Connect
    } else if error.is_timeout() {
        Failure::TimedOut
    } else if error.is_builder() {
        Failure::BadUrl
    } else {
        Failure::Protocol
    }
}
