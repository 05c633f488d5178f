//! Credentials at rest: sealed with a key that is not in the database.
//!
//! XChaCha20-Poly1305 (RFC 8439; draft-irtf-cfrg-xchacha) with a random nonce each time. The line's id is part of what
//! is authenticated, so that what was sealed for one line cannot be put into another's row; the key's own id stands
//! beside, so that the key can be changed: what a former key sealed is opened with it, and sealed anew when it is next
//! written.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::LineId;
use trunkline_providers::Secret;
use uuid::Uuid;

use crate::config::Config;

/// The file that holds the key of an embedded database, beside it.
const KEY_FILE: &str = "secret.key";

const NONCE_LENGTH: usize = 24;

/// The keys of an installation.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    current: Option<Key>,
    former: Option<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// What is stored of credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Which key it was sealed with.
    pub(crate) key_id: String,
    /// The nonce, and what it was used for.
    pub(crate) bytes: Vec<u8>,
}

/// Why sealed credentials cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    #[error(
        "its credentials were sealed with the key {0}, which is not configured; set installation.secret_key (or \
         installation.secret_key_former) to that key, or give the credentials anew"
    )]
    OtherKey(String),
    #[error("its stored credentials were tampered with or belong to another line; give them anew")]
    Broken,
}

/// Why nothing can be sealed.
pub(crate) const NO_KEY: &str = "Credentials are stored sealed, and there is no key to seal them with. Set \
     TRUNKLINE_SECRET_KEY (installation.secret_key) to the same 32 random bytes in base64 on every node, such as the \
     output of: openssl rand -base64 32. Then start it again.";

impl Keys {
    /// Those that are configured. An embedded database without one gets a key file in the data folder.
    ///
    /// # Errors
    /// When a key file cannot be read or made, or holds no key.
    pub(crate) fn of(config: &Config, ambient: &Ambient) -> anyhow::Result<Keys> {
        let installation = &config.installation;
        let current = match (&installation.secret_key, &installation.secret_key_file) {
            (Some(key), _) => Some(key.clone()),
            (None, Some(file)) => Some(read_file(file)?),
            (None, None) if config.database.url.is_none() => {
                Some(read_or_make(&config.data_dir.join(KEY_FILE), ambient)?)
            }
            (None, None) => None,
        };
        Keys::new(current.as_ref(), installation.secret_key_former.as_ref())
    }

    /// The same for who must not change anything: a key file that is not there is not made.
    ///
    /// # Errors
    /// When a key file cannot be read, or holds no key.
    pub(crate) fn present(config: &Config, ambient: &Ambient) -> anyhow::Result<Keys> {
        let installation = &config.installation;
        let is_configured = installation.secret_key.is_some() || installation.secret_key_file.is_some();
        if is_configured || config.data_dir.join(KEY_FILE).exists() {
            return Keys::of(config, ambient);
        }
        Keys::new(None, installation.secret_key_former.as_ref())
    }

    /// From their base64.
    ///
    /// # Errors
    /// When one is not 32 bytes.
    pub(crate) fn new(current: Option<&Secret>, former: Option<&Secret>) -> anyhow::Result<Keys> {
        Ok(Keys { current: current.map(Key::new).transpose()?, former: former.map(Key::new).transpose()? })
    }

    /// Whether there is a key to seal with.
    pub(crate) fn can_seal(&self) -> bool {
        self.current.is_some()
    }

    /// Whether it is this key that new credentials are sealed with.
    pub(crate) fn is_current(&self, key_id: &str) -> bool {
        self.current.as_ref().is_some_and(|key| key.id == key_id)
    }

    /// `None` without a key.
    pub(crate) fn seal(&self, ambient: &Ambient, line: LineId, plain: &[u8]) -> Option<Sealed> {
        let key = self.current.as_ref()?;
        let nonce: [u8; NONCE_LENGTH] = ambient.bytes();
        let payload = Payload { msg: plain, aad: &bound_to(line, &key.id) };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(Sealed { key_id: key.id.clone(), bytes: [&nonce[..], &sealed].concat() })
    }

    /// What was sealed for this line.
    ///
    /// # Errors
    /// When its key is not here, or it is not what was sealed.
    pub(crate) fn open(&self, line: LineId, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        let key = self.current.iter().chain(&self.former).find(|key| key.id == sealed.key_id);
        let key = key.ok_or_else(|| SealError::OtherKey(sealed.key_id.clone()))?;
        let (nonce, bytes) = sealed.bytes.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError::Broken)?;
        let payload = Payload { msg: bytes, aad: &bound_to(line, &key.id) };
        key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Broken)
    }
}

impl Key {
    fn new(text: &Secret) -> anyhow::Result<Key> {
        let bytes = STANDARD.decode(text.expose().trim()).ok();
        let bytes: [u8; 32] = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .context("the key that seals credentials is not 32 bytes in base64")?;
        let id = hex::encode(&Sha256::digest([b"trunkline key id:", &bytes[..]].concat())[..4]);
        Ok(Key { id, cipher: XChaCha20Poly1305::new(&bytes.into()) })
    }
}

/// What a seal holds for, besides the words in it.
fn bound_to(line: LineId, key_id: &str) -> Vec<u8> {
    [&b"trunkline line credentials 1:"[..], Uuid::from(line).as_bytes(), key_id.as_bytes()].concat()
}

fn read_file(path: &Path) -> anyhow::Result<Secret> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the key that seals credentials cannot be read from {}", path.display()))?;
    Ok(Secret::new(text.trim()))
}

/// The key in the file; a new one if there is no file yet. Whoever makes it first wins.
fn read_or_make(path: &Path, ambient: &Ambient) -> anyhow::Result<Secret> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let key = STANDARD.encode(ambient.bytes::<32>());
            let written = file.write_all(key.as_bytes()).and_then(|()| file.sync_all());
            written.with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(Secret::new(key))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read_file(path),
        Err(error) => Err(error).with_context(|| format!("{} cannot be made", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;

    use trunkline_domain::ambient::SeededEntropy;

    use super::*;
    use crate::test_support::clock::TestClock;

    fn ambient() -> Ambient {
        Ambient::new(Arc::new(TestClock::new()), Arc::new(SeededEntropy::new(1)))
    }

    fn key(byte: u8) -> Secret {
        Secret::new(STANDARD.encode([byte; 32]))
    }

    fn line(number: u128) -> LineId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn what_was_sealed_for_a_line_opens_for_that_line_alone() {
        let keys = Keys::new(Some(&key(1)), None).unwrap();
        let sealed = keys.seal(&ambient(), line(1), b"token").unwrap();
        assert!(!sealed.bytes.windows(5).any(|part| part == b"token"));
        assert_eq!(keys.open(line(1), &sealed).unwrap(), b"token");
        assert_eq!(keys.open(line(2), &sealed), Err(SealError::Broken), "the row was swapped");
        let other = Keys::new(Some(&key(2)), None).unwrap();
        assert_eq!(other.open(line(1), &sealed), Err(SealError::OtherKey(sealed.key_id.clone())));
        let forged = Sealed { key_id: other.current.as_ref().unwrap().id.clone(), ..sealed };
        assert_eq!(other.open(line(1), &forged), Err(SealError::Broken), "another key under that id");
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let keys = Keys::new(Some(&key(1)), None).unwrap();
        let sealed = keys.seal(&ambient(), line(1), b"token").unwrap();
        for place in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[place] ^= 1;
            assert_eq!(keys.open(line(1), &changed), Err(SealError::Broken), "byte {place}");
        }
        for length in 0..sealed.bytes.len() {
            let cut = Sealed { bytes: sealed.bytes[..length].to_vec(), ..sealed.clone() };
            assert_eq!(keys.open(line(1), &cut), Err(SealError::Broken), "{length} bytes");
        }
    }

    #[test]
    fn a_former_key_still_opens_and_no_longer_seals() {
        let sealed = Keys::new(Some(&key(1)), None).unwrap().seal(&ambient(), line(1), b"token").unwrap();
        let keys = Keys::new(Some(&key(2)), Some(&key(1))).unwrap();
        assert_eq!(keys.open(line(1), &sealed).unwrap(), b"token");
        assert!(!keys.is_current(&sealed.key_id));
        assert!(keys.is_current(&keys.seal(&ambient(), line(1), b"token").unwrap().key_id));
        assert!(Keys::default().seal(&ambient(), line(1), b"token").is_none());
        assert!(Keys::new(Some(&Secret::new("c2hvcnQ=")), None).is_err());
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_only() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join(KEY_FILE);
        let made = read_or_make(&path, &ambient()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read_or_make(&path, &ambient()).unwrap(), made);
        assert!(Keys::new(Some(&made), None).unwrap().can_seal());
        std::fs::write(&path, "no key").unwrap();
        assert!(Keys::new(Some(&read_or_make(&path, &ambient()).unwrap()), None).is_err());
    }
}
