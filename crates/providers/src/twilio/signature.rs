//! `X-Twilio-Signature`: is a webhook from Twilio, and is it as Twilio sent it?
//!
//! The signature is an HMAC over the address Twilio called and, for a form, its decoded parameters in
//! sorted order (Twilio, Security, "Validating signatures from Twilio"). The address is the hard part:
//! behind proxies ours may differ from Twilio's, so the caller names every address it is known under, and
//! each is tried with the ports Twilio may have added or dropped.

mod address;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::form::{FormError, Params};
use crate::Secret;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";
/// The header that names key and algorithm of webhooks signed with a shared key.
pub const SETTINGS_HEADER: &str = "x-twilio-webhooks-signature-settings";

/// A webhook as received.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The full addresses, query included and nothing re-encoded, that Twilio may have called.
    pub urls: &'a [String],
    /// The HTTP method.
    pub method: &'a str,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// The body read as a form, where the caller has done that already.
    pub params: Option<&'a Params>,
    /// The value of [`SIGNATURE_HEADER`].
    pub signature: Option<&'a str>,
    /// The value of [`SETTINGS_HEADER`].
    pub settings: Option<&'a str>,
}

/// What matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The address as Twilio signed it.
    pub url: String,
    /// The index of the token, to notice when the old one of a rotation is no longer used.
    pub token: usize,
}

/// Why a webhook is not taken for Twilio's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No signature came with it.
    #[error("the request has no {SIGNATURE_HEADER} header")]
    Missing,
    /// The signature is not base64.
    #[error("the {SIGNATURE_HEADER} header is not base64")]
    Malformed,
    /// It is signed in a way this release does not know.
    #[error("the signature algorithm '{0}' is not supported; HMAC_SHA1 and HMAC_SHA256 are")]
    UnknownAlgorithm(String),
    /// The form cannot be read.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The signature covers the address but says nothing about this body.
    #[error("the body is not covered by the signature: it is no form, and the URL has no bodySHA256")]
    UnsignedBody,
    /// The address is signed, the body is another one.
    #[error("the body does not match the bodySHA256 of the signed URL")]
    BodyChanged,
    /// Nothing fits.
    #[error("the signature fits none of the known URLs and auth tokens; check the public URL and the token")]
    NoMatch,
}

/// Checks the signature of `request` against every address and every one of `tokens` (two during a
/// rotation). Takes the same time wherever a wrong signature differs.
///
/// # Errors
/// When the request is not shown to be Twilio's.
pub fn verify(request: &SignedRequest<'_>, tokens: &[Secret]) -> Result<Verified, SignatureError> {
    let claimed = request.signature.ok_or(SignatureError::Missing)?;
    let claimed = STANDARD.decode(claimed.trim()).map_err(|_| SignatureError::Malformed)?;
    let algorithm = Algorithm::of(request.settings)?;
    let signed = SignedBody::of(request)?;
    for url in request.urls.iter().flat_map(|url| address::variants(url)) {
        let text = signed.appended_to(&url);
        if let Some(token) = tokens.iter().position(|token| algorithm.fits(token, &text, &claimed)) {
            signed.check_hash(&url, request.body)?;
            return Ok(Verified { url, token });
        }
    }
    Err(SignatureError::NoMatch)
}

/// The signature of a form POST to `url`, made like Twilio's with an auth token.
pub fn sign(url: &str, params: &Params, token: &Secret) -> String {
    let text = SignedBody::Form(canonical(params)).appended_to(url);
    let mac = keyed::<Hmac<Sha1>>(token, &text).map(|mac| mac.finalize().into_bytes());
    STANDARD.encode(mac.unwrap_or_default())
}

#[derive(Clone, Copy)]
enum Algorithm {
    Sha1,
    Sha256,
}

impl Algorithm {
    /// From `key=…,algorithm=HMAC_SHA256`. Without the header, or without an algorithm in it, SHA-1.
    fn of(settings: Option<&str>) -> Result<Self, SignatureError> {
        let named =
            settings.unwrap_or_default().split(',').find_map(|part| part.trim().strip_prefix("algorithm="));
        match named.map(str::trim) {
            None | Some("HMAC_SHA1") => Ok(Algorithm::Sha1),
            Some("HMAC_SHA256") => Ok(Algorithm::Sha256),
            Some(other) => Err(SignatureError::UnknownAlgorithm(other.chars().take(40).collect())),
        }
    }

    fn fits(self, token: &Secret, text: &str, claimed: &[u8]) -> bool {
        // An empty token would let everyone sign.
        !token.expose().is_empty()
            && match self {
                Algorithm::Sha1 => fits::<Hmac<Sha1>>(token, text, claimed),
                Algorithm::Sha256 => fits::<Hmac<Sha256>>(token, text, claimed),
            }
    }
}

fn fits<M: Mac + KeyInit>(token: &Secret, text: &str, claimed: &[u8]) -> bool {
    keyed::<M>(token, text).is_some_and(|mac| mac.verify_slice(claimed).is_ok())
}

/// `None` cannot happen, since an HMAC takes keys of any length, but is no reason to panic either.
fn keyed<M: Mac + KeyInit>(token: &Secret, text: &str) -> Option<M> {
    let mut mac = <M as KeyInit>::new_from_slice(token.expose().as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

/// What the signature says about the body.
enum SignedBody {
    /// Nothing: there is none.
    Nothing,
    /// The parameters are part of the signed text.
    Form(String),
    /// The signed address carries the body's hash.
    Hashed,
}

impl SignedBody {
    fn of(request: &SignedRequest<'_>) -> Result<Self, SignatureError> {
        if request.body.is_empty() {
            return Ok(SignedBody::Nothing);
        }
        if request.method.eq_ignore_ascii_case("POST") && is_form(request.content_type) {
            return Ok(SignedBody::Form(match request.params {
                Some(params) => canonical(params),
                None => canonical(&Params::parse(request.body)?),
            }));
        }
        Ok(SignedBody::Hashed)
    }

    fn appended_to(&self, url: &str) -> String {
        match self {
            SignedBody::Form(params) => format!("{url}{params}"),
            SignedBody::Nothing | SignedBody::Hashed => url.to_owned(),
        }
    }

    fn check_hash(&self, url: &str, body: &[u8]) -> Result<(), SignatureError> {
        let SignedBody::Hashed = self else { return Ok(()) };
        let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "bodySHA256");
        let (_, claimed) = named.ok_or(SignatureError::UnsignedBody)?;
        let actual = hex::encode(Sha256::digest(body));
        let same = claimed.to_ascii_lowercase().as_bytes().ct_eq(actual.as_bytes());
        if bool::from(same) { Ok(()) } else { Err(SignatureError::BodyChanged) }
    }
}

/// Twilio's webhooks always name their type; a body without one is read as a form, whose every parameter
/// then has to be signed.
fn is_form(content_type: Option<&str>) -> bool {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.is_empty() || essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Names in byte order, each followed by its value; a name that comes more often is followed by each of
/// its distinct values in order.
fn canonical(params: &Params) -> String {
    let mut pairs: Vec<_> = params.iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.iter().flat_map(|(name, value)| [*name, *value]).collect()
}

#[cfg(test)]
mod tests;
