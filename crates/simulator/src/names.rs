//! SIDs, idempotency tokens and request ids.
//!
//! They are derived from one salt and a running number instead of being drawn one by one: the only draws
//! left are those that decide faults, so a seed repeats a run however often a client asks in between.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use trunkline_domain::ambient::Ambient;

/// Makes names that look random and are unique for one salt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Names([u8; 16]);

impl Names {
    pub(crate) fn new(ambient: &Ambient) -> Self {
        Names(ambient.bytes())
    }

    /// `prefix` and 32 hexadecimal digits, the same for the same `subject`.
    pub(crate) fn sid(&self, prefix: &str, subject: &str) -> String {
        format!("{prefix}{}", self.hex(subject))
    }

    /// A token shaped like a UUID, the same for the same `subject`.
    pub(crate) fn token(&self, subject: &str) -> String {
        let hex = self.hex(subject);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    fn hex(&self, subject: &str) -> String {
        let mut hex = hex::encode(digest(&self.0, subject.as_bytes()));
        hex.truncate(32);
        hex
    }
}

/// HMAC-SHA1, which takes a key of any length.
pub(crate) fn digest(key: &[u8], text: &[u8]) -> [u8; 20] {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return [0; 20] };
    mac.update(text);
    mac.finalize().into_bytes().into()
}
