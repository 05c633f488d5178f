//! Secret tokens: given away once, kept only as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use trunkline_domain::ambient::Ambient;

/// A fresh token of 256 random bits, in the letters of a URL.
pub(super) fn fresh(ambient: &Ambient) -> String {
    URL_SAFE_NO_PAD.encode(ambient.bytes::<32>())
}

/// What is stored of it. A token has as much entropy as the hash, so a plain one is enough: nothing that
/// could be guessed offline was hashed.
pub(super) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
