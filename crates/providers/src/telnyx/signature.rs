//! `telnyx-signature-ed25519`: is a webhook from Telnyx, as Telnyx sent it, and just now?
//!
//! The signature covers the time and the body, byte for byte, not the address: `timestamp|body` (Telnyx,
//! Webhook signing). So a captured request stays true for ever; only its age tells a replay.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use trunkline_domain::time::Timestamp;

use crate::Secret;

/// The header that carries the signature, as base64.
pub const SIGNATURE_HEADER: &str = "telnyx-signature-ed25519";
/// The header that carries the time of signing, in seconds since the epoch.
pub const TIMESTAMP_HEADER: &str = "telnyx-timestamp";
/// How far that time may be from ours, in either direction (Telnyx's own libraries).
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// Bytes of a public key.
const KEY_BYTES: usize = 32;
/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 64;

/// A webhook as received.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The value of [`SIGNATURE_HEADER`].
    pub signature: Option<&'a str>,
    /// The value of [`TIMESTAMP_HEADER`].
    pub timestamp: Option<&'a str>,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Why a webhook is not taken for Telnyx's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header that belongs to the signature did not come with it.
    #[error("the request has no {0} header")]
    Missing(&'static str),
    /// The signature is not base64 of 64 bytes.
    #[error("the {SIGNATURE_HEADER} header is not base64 of {SIGNATURE_BYTES} bytes")]
    Malformed,
    /// The time is no number of seconds.
    #[error("the {TIMESTAMP_HEADER} header is not a time in seconds")]
    NotATime,
    /// It was signed too long ago, or by a clock that is ahead.
    #[error("it was signed {0} seconds from now; is the clock right, or is somebody replaying it?")]
    NotNow(u64),
    /// Nothing fits.
    #[error("the signature fits none of the public keys; check the key in the Telnyx portal")]
    NoMatch,
}

/// Checks the signature of `request` at `now` against each of `public_keys` (two during a rotation) and returns
/// the index of the one that fits.
///
/// # Errors
/// When the request is not shown to be Telnyx's.
pub fn verify(
    request: &SignedRequest<'_>,
    public_keys: &[Secret],
    now: Timestamp,
) -> Result<usize, SignatureError> {
    let signature = request.signature.ok_or(SignatureError::Missing(SIGNATURE_HEADER))?;
    let signature = STANDARD.decode(signature.trim()).map_err(|_| SignatureError::Malformed)?;
    if signature.len() != SIGNATURE_BYTES {
        return Err(SignatureError::Malformed);
    }
    let timestamp = request.timestamp.ok_or(SignatureError::Missing(TIMESTAMP_HEADER))?;
    check_time(timestamp, now)?;
    let message = [timestamp.as_bytes(), b"|", request.body].concat();
    let fits = |key: &Secret| {
        public_key(key.expose())
            .is_some_and(|key| UnparsedPublicKey::new(&ED25519, key).verify(&message, &signature).is_ok())
    };
    public_keys.iter().position(fits).ok_or(SignatureError::NoMatch)
}

/// The bytes of a public key as the portal shows it; `None` if it is not base64 of 32 bytes.
pub fn public_key(base64: &str) -> Option<[u8; KEY_BYTES]> {
    STANDARD.decode(base64.trim()).ok()?.try_into().ok()
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

    #[test]
    fn what_is_missing_or_malformed_is_named_as_such() {
        let whole = SignedRequest { signature: Some("AAAA"), timestamp: Some("1"), body: b"" };
        let check = |request| verify(&request, &[], Timestamp::from_secs(1));
        assert_eq!(
            check(SignedRequest { signature: None, ..whole }),
            Err(SignatureError::Missing(SIGNATURE_HEADER))
        );
        assert_eq!(check(whole), Err(SignatureError::Malformed));
        let long = STANDARD.encode([0; SIGNATURE_BYTES]);
        let whole = SignedRequest { signature: Some(&long), ..whole };
        assert_eq!(
            check(SignedRequest { timestamp: None, ..whole }),
            Err(SignatureError::Missing(TIMESTAMP_HEADER))
        );
        assert_eq!(check(SignedRequest { timestamp: Some("noon"), ..whole }), Err(SignatureError::NotATime));
        assert_eq!(
            check(SignedRequest { timestamp: Some("302"), ..whole }),
            Err(SignatureError::NotNow(301))
        );
        assert_eq!(check(whole), Err(SignatureError::NoMatch));
    }

    #[test]
    fn a_public_key_is_base64_of_32_bytes() {
        assert!(public_key("ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=").is_some());
        assert!(public_key(" ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=\n").is_some());
        for wrong in ["", "not base64!", "ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60E"] {
            assert_eq!(public_key(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_checked_without_panic_and_proves_nothing(
            signature in ".{0,100}", timestamp in "-?[0-9]{0,20}", body in prop::collection::vec(any::<u8>(), 0..50),
        ) {
            let keys = [Secret::new("ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ="), Secret::new("?")];
            let request = SignedRequest { signature: Some(&signature), timestamp: Some(&timestamp), body: &body };
            prop_assert!(verify(&request, &keys, Timestamp::MAX).is_err());
        }
    }
}
