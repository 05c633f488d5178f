//! The session cookie.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::http::Problem;
use crate::http::origin::Client;

const NAME: &str = "trunkline_session";

/// Over HTTPS the cookie has the prefix with which a browser takes it only from this very host, encrypted and
/// for the whole site, so no other host of the domain can plant one (RFC 6265bis, §4.1.3.2).
const NAME_HTTPS: &str = "__Host-trunkline_session";

fn name(client: &Client) -> &'static str {
    if client.https { NAME_HTTPS } else { NAME }
}

/// The token that the browser sent, if it did. Other cookies, and several of our name, are no harm.
pub(super) fn read(client: &Client, headers: &HeaderMap) -> Option<String> {
    let wanted = name(client);
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, token)| token.to_owned())
}

/// Hands the browser its session for as long as it lasts.
pub(super) fn set(client: &Client, token: &str) -> Result<HeaderValue, Problem> {
    write(client, token, super::LIFETIME.as_secs())
}

/// Makes the browser forget it.
pub(super) fn clear(client: &Client) -> Result<HeaderValue, Problem> {
    write(client, "", 0)
}

fn write(client: &Client, token: &str, max_age_s: u64) -> Result<HeaderValue, Problem> {
    let secure = if client.https { "; Secure" } else { "" };
    let text =
        format!("{}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}", name(client));
    HeaderValue::try_from(text).map_err(|error| Problem::internal(&error))
}
