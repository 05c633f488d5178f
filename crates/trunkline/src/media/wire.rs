//! Asking for a file at an address that a stranger may have written.
//!
//! A line's own provider is asked at the address that the configuration gives, with its credentials. Everybody else
//! is asked only at public addresses: the name is resolved by us, every address that it has must be public, and
//! the connection goes to exactly those. Redirects are followed one by one, each under the same rules; a
//! provider's credentials go nowhere but to the provider.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response};
use trunkline_domain::public_address::is_public;
use trunkline_providers::transport::http_client_builder;
use trunkline_providers::{MediaAccess, transport};
use url::{Host, Url};

/// Media of the providers are behind one redirect, or two.
const REDIRECTS_MAX: usize = 5;

/// Bytes of what a provider tells of a file.
const TOLD_MAX: usize = 64 * 1024;

/// How long the other side may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// The largest list of headers that is read over HTTP/2, in bytes; over HTTP/1 it is what hyper takes at most.
const HEADERS_MAX: u32 = 16 * 1024;

/// Why there is no file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoFile {
    /// There is none any more.
    Gone,
    /// There seems to be none; it may not be there yet.
    NotFound,
    /// It must not be had, or never will be.
    Refused(String),
    /// It may be had later.
    Later { reason: String, after: Option<Duration> },
}

#[derive(Clone)]
pub(super) struct Wire {
    /// For the providers of our lines, wherever the configuration says they are.
    providers: Client,
    /// For everybody else.
    strangers: Client,
}

impl Wire {
    pub(super) fn new(providers: &Client) -> anyhow::Result<Wire> {
        // A proxy would resolve names by itself, and what it finds could not be checked.
        let strangers = http_client_builder()
            .no_proxy()
            .dns_resolver(Arc::new(PublicOnly))
            .http2_max_header_list_size(HEADERS_MAX)
            .read_timeout(SILENCE_MAX)
            .build()?;
        Ok(Wire { providers: providers.clone(), strangers })
    }

    /// The answer that brings the file at `url`, and its name if the provider told it.
    pub(super) async fn ask(
        &self,
        url: &str,
        access: Option<&MediaAccess>,
    ) -> Result<(Response, Option<String>), NoFile> {
        let response = self.follow(url, access).await?;
        let field = access.filter(|access| is_at(response.url(), &access.base_url));
        let Some(field) = field.and_then(|access| access.file_field) else { return Ok((response, None)) };
        let told = told(response).await?;
        let text = |name: &str| told.get(name).and_then(serde_json::Value::as_str);
        let place = text(field)
            .ok_or_else(|| NoFile::Refused("The provider does not say where it is.".to_owned()))?;
        Ok((self.follow(place, access).await?, text("filename").map(str::to_owned)))
    }

    async fn follow(&self, url: &str, access: Option<&MediaAccess>) -> Result<Response, NoFile> {
        let mut url = parse(url)?;
        for _ in 0..=REDIRECTS_MAX {
            let response = self.knock(&url, access).await?;
            if !response.status().is_redirection() {
                return answered(response);
            }
            url = redirected(&url, &response)?;
        }
        Err(NoFile::Refused(format!(
            "Its address leads from one to the next, more than {REDIRECTS_MAX} times."
        )))
    }

    async fn knock(&self, url: &Url, access: Option<&MediaAccess>) -> Result<Response, NoFile> {
        let provider = access.filter(|access| is_at(url, &access.base_url));
        let request = match provider {
            Some(access) => {
                let mut request = self.providers.get(url.clone());
                if let Some(secret) = &access.authorization {
                    let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| unusable(url))?;
                    value.set_sensitive(true);
                    request = request.header(header::AUTHORIZATION, value);
                }
                request
            }
            None => {
                refuse_private(url)?;
                self.strangers.get(url.clone())
            }
        };
        request.send().await.map_err(|error| not_reached(url, error))
    }
}

/// What a provider tells of a file.
async fn told(response: Response) -> Result<serde_json::Value, NoFile> {
    let broken = |reason: String| NoFile::Later {
        reason: format!("It could not be asked for: {reason}."),
        after: None,
    };
    let body = transport::read(response, TOLD_MAX).await.map_err(broken)?;
    serde_json::from_slice(&body).map_err(|error| broken(error.to_string()))
}

fn parse(url: &str) -> Result<Url, NoFile> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let parsed = parsed.filter(|url| url.username().is_empty() && url.password().is_none());
    parsed.ok_or_else(|| NoFile::Refused("Its address is not one of the web.".to_owned()))
}

fn redirected(from: &Url, response: &Response) -> Result<Url, NoFile> {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let next = location.and_then(|location| from.join(location).ok()).ok_or_else(|| unusable(from))?;
    parse(next.as_str())
}

/// Whether an address is at the API of a provider: same scheme, host and port.
fn is_at(url: &Url, base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|base| base.origin() == url.origin())
}

/// An address that is written as one is not resolved, so it is looked at here.
fn refuse_private(url: &Url) -> Result<(), NoFile> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err(unusable(url)),
    };
    match address {
        Some(address) if !is_public(address) => Err(private(url)),
        _ => Ok(()),
    }
}

fn answered(response: Response) -> Result<Response, NoFile> {
    let status = response.status();
    match status {
        StatusCode::OK => Ok(response),
        StatusCode::GONE => Err(NoFile::Gone),
        StatusCode::NOT_FOUND => Err(NoFile::NotFound),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(NoFile::Later {
            reason: format!("It was not given to us ({status}); the line's credentials may be wrong."),
            after: None,
        }),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(later(&response)),
        status if status.is_server_error() => Err(later(&response)),
        status => Err(NoFile::Refused(format!("It was not given to us ({status})."))),
    }
}

fn later(response: &Response) -> NoFile {
    let reason = format!("It could not be had just now ({}).", response.status());
    NoFile::Later { reason, after: transport::retry_after(response.headers()) }
}

fn not_reached(url: &Url, error: reqwest::Error) -> NoFile {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<PrivateAddress>() {
            return private(url);
        }
        cause = inner.source();
    }
    NoFile::Later { reason: format!("It could not be fetched: {}.", transport::describe(error)), after: None }
}

fn private(url: &Url) -> NoFile {
    let host = url.host_str().unwrap_or_default();
    NoFile::Refused(format!("Its address ({host}) is not a public one, and only public ones are asked."))
}

fn unusable(url: &Url) -> NoFile {
    NoFile::Refused(format!("Its address ({}) cannot be used.", url.host_str().unwrap_or_default()))
}

/// A name leads to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
struct PrivateAddress;

/// Resolves names, and refuses those that lead to a private address, even if only among others: what is asked
/// now and what is connected to are then the same.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
