//! Password hashes: Argon2id, off the async threads and never too many at a time.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use trunkline_domain::ambient::Ambient;

use super::limits;
use crate::http::Problem;

/// A hash that no known password fits, with the parameters of [`argon2`]. It is verified when there is no
/// user, so that the time of an answer does not tell whether there is one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IHNpZ25zIGluLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How many requests may wait for their turn. With more, the last would wait for seconds.
const WAITING_MAX: usize = 64;

/// Makes and checks password hashes. Each takes 19 MiB and some 20 ms of a core, so as many run at once as
/// there are cores; whoever comes when too many wait is told to come back.
#[derive(Clone)]
pub(super) struct Hasher {
    ambient: Ambient,
    waiting: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Hasher {
    pub(super) fn new(ambient: Ambient) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Hasher {
            ambient,
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            running: Arc::new(Semaphore::new(cores)),
        }
    }

    /// The hash to store, as a PHC string.
    pub(super) async fn hash(&self, password: String) -> Result<String, Problem> {
        let salt: [u8; 16] = self.ambient.bytes();
        let hashed = self.run(move || argon2().hash_password_with_salt(password.as_bytes(), &salt)).await?;
        hashed.map(|hash| hash.to_string()).map_err(|error| Problem::internal(&error))
    }

    /// Whether `password` is the one that was hashed; without a hash the same work is done for a no.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        self.run(move || {
            let text = hash.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(text);
            let fits = parsed.is_ok_and(|it| argon2().verify_password(password.as_bytes(), &it).is_ok());
            fits && hash.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _waiting = self.waiting.try_acquire().map_err(|_| limits::busy())?;
        // The permit moves into the work: a request that is given up while it runs still holds its core.
        let running =
            self.running.clone().acquire_owned().await.map_err(|error| Problem::internal(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            let _running = running;
            work()
        });
        done.await.map_err(|error| Problem::internal(&error))
    }
}

/// Argon2id with 19 MiB, two passes and one lane, which is the default of the crate and the second choice of
/// the OWASP Password Storage Cheat Sheet.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn parameters(hash: &str) -> String {
        hash.split('$').take(4).collect::<Vec<_>>().join("$")
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_is_salted() {
        let hasher = Hasher::new(clock::system());
        let hash = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert_ne!(hash, hasher.hash("correct horse".to_owned()).await.unwrap());
        assert!(hasher.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("correct horsf".to_owned(), Some(hash)).await.unwrap());
        assert!(!hasher.verify("correct horse".to_owned(), None).await.unwrap());
        assert!(!hasher.verify("x".to_owned(), Some("not a hash".to_owned())).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_user_costs_the_same_work_as_a_known_one() {
        let hash = Hasher::new(clock::system()).hash("whatever".to_owned()).await.unwrap();
        assert_eq!(parameters(&hash), "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(parameters(NOBODY), parameters(&hash));
        assert_eq!(NOBODY.len(), hash.len());
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_told_to_come_back() {
        let hasher = Hasher::new(clock::system());
        let _all = hasher.waiting.acquire_many(WAITING_MAX as u32).await.unwrap();
        assert_eq!(hasher.hash("whatever".to_owned()).await.unwrap_err().code, "rate_limited");
    }
}
