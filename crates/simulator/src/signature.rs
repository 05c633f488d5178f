//! `X-Twilio-Signature`, made the way Twilio makes it.
//!
//! Written from "Twilio, Webhooks security", and deliberately not shared with the code that checks
//! signatures: the two must agree with the published vectors, not with each other.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::names::digest;

/// The signature of a request to `url` with the decoded form parameters `params` (none for a GET).
///
/// The URL is signed as configured, without its fragment and without `user:password@`. Parameters are
/// sorted by name, byte by byte; equal values of one name count once and its values are sorted.
pub fn sign<'a>(auth_token: &str, url: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in params {
        sorted.entry(name).or_default().insert(value);
    }
    let mut text = signed_url(url);
    for (name, values) in sorted {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    BASE64_STANDARD.encode(digest(auth_token.as_bytes(), text.as_bytes()))
}

/// `url` without fragment and credentials, otherwise untouched.
fn signed_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end_of_host = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end_of_host);
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}
