//! `svix-signature`: is a webhook from Resend, as it was sent, and just now?
//!
//! The signature covers id, time and body, byte for byte (Svix, Verifying webhooks manually). The header may hold
//! several, separated by spaces, while the secret is being changed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use trunkline_domain::time::Timestamp;

use crate::Secret;

/// How far the time of signing may be from ours, in either direction (Svix's own libraries).
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// The names of the three headers; the second of each pair is the one of Standard Webhooks.
pub const ID_HEADERS: [&str; 2] = ["svix-id", "webhook-id"];
/// The time of signing, in seconds since the epoch.
pub const TIMESTAMP_HEADERS: [&str; 2] = ["svix-timestamp", "webhook-timestamp"];
/// The signatures: `v1,` and base64.
pub const SIGNATURE_HEADERS: [&str; 2] = ["svix-signature", "webhook-signature"];

/// Signatures looked at in one header; during a rotation there are two.
const SIGNATURES_MAX: usize = 20;

/// A webhook as received.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// One of [`ID_HEADERS`].
    pub id: Option<&'a str>,
    /// One of [`TIMESTAMP_HEADERS`].
    pub timestamp: Option<&'a str>,
    /// One of [`SIGNATURE_HEADERS`].
    pub signature: Option<&'a str>,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Why a webhook is not taken for Resend's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header that belongs to the signature did not come with it.
    #[error("the request has no {0} header")]
    Missing(&'static str),
    /// The time is no number of seconds.
    #[error("the svix-timestamp header is not a time in seconds")]
    NotATime,
    /// It was signed too long ago, or by a clock that is ahead.
    #[error("it was signed {0} seconds from now; is the clock right, or is somebody replaying it?")]
    NotNow(u64),
    /// Nothing fits.
    #[error("the signature fits none of the signing secrets; check the secret of the webhook at Resend")]
    NoMatch,
}

/// Checks the signature of `request` at `now` against each of `secrets` (two during a rotation) and returns the index
/// of the one that fits.
///
/// # Errors
/// When the request is not shown to be Resend's.
pub fn verify(
    request: &SignedRequest<'_>,
    secrets: &[Secret],
    now: Timestamp,
) -> Result<usize, SignatureError> {
    let id = request.id.ok_or(SignatureError::Missing("svix-id"))?;
    let timestamp = request.timestamp.ok_or(SignatureError::Missing("svix-timestamp"))?;
    let header = request.signature.ok_or(SignatureError::Missing("svix-signature"))?;
    check_time(timestamp, now)?;
    // Signatures of other versions are passed over.
    let given: Vec<Vec<u8>> = header
        .split(' ')
        .take(SIGNATURES_MAX)
        .filter_map(|entry| STANDARD.decode(entry.strip_prefix("v1,")?).ok())
        .collect();
    let fits = |secret: &Secret| {
        let Some(expected) = sign(secret, id, timestamp, request.body) else { return false };
        given.iter().any(|signature| bool::from(signature.as_slice().ct_eq(&expected)))
    };
    secrets.iter().position(fits).ok_or(SignatureError::NoMatch)
}

fn sign(secret: &Secret, id: &str, timestamp: &str, body: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key(secret.expose())?).ok()?;
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

/// The bytes of a signing secret, `whsec_` and base64; `None` if it is not one.
pub fn key(secret: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.trim().strip_prefix("whsec_")?).ok()?;
    (!key.is_empty()).then_some(key)
}

fn check_time(timestamp: &str, now: Timestamp) -> Result<(), SignatureError> {
    let seconds: i64 = timestamp.parse().map_err(|_| SignatureError::NotATime)?;
    let distance = now.secs().abs_diff(seconds);
    if distance > TOLERANCE.as_secs() { Err(SignatureError::NotNow(distance)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn anything_is_checked_without_panic_and_proves_nothing(
            id in ".{0,20}", signature in "(v1,[A-Za-z0-9+/=]{0,50} ?){0,4}", timestamp in "-?[0-9]{0,20}",
            body in prop::collection::vec(any::<u8>(), 0..50),
        ) {
            let secrets = [Secret::new("whsec_dGVzdA=="), Secret::new("?"), Secret::new("whsec_")];
            let request = SignedRequest {
                id: Some(&id), timestamp: Some(&timestamp), signature: Some(&signature), body: &body,
            };
            prop_assert!(verify(&request, &secrets, Timestamp::MAX).is_err());
        }
    }
}
