//! How often things may be asked (E10).

use std::net::IpAddr;
use std::time::Duration;

use trunkline_domain::ids::UserId;
use trunkline_domain::time::Timestamp;

use super::Actor;
use crate::config;
use crate::http::Problem;
use crate::http::limit::{Limiter, client_key, too_many};
use crate::http::origin::Client;

/// Of so many clients the state is remembered; each takes about 50 bytes.
const KEYS_MAX: usize = 20_000;

/// Who is counted: a user wherever they are, or a stranger's address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    User(UserId),
    Address(IpAddr),
}

pub(super) struct Limits {
    auth_by_address: Limiter<IpAddr>,
    auth_by_email: Limiter<String>,
    writes: Limiter<Caller>,
    reads: Limiter<Caller>,
}

impl Limits {
    pub(super) fn new(settings: &config::Limits) -> Self {
        Limits {
            auth_by_address: Limiter::per_minute(settings.auth_per_minute, KEYS_MAX),
            auth_by_email: Limiter::per_minute(settings.auth_per_minute, KEYS_MAX),
            writes: Limiter::per_minute(settings.writes_per_minute, KEYS_MAX),
            reads: Limiter::per_minute(settings.reads_per_minute, KEYS_MAX),
        }
    }

    /// One request to the API.
    pub(super) fn admit(
        &self,
        actor: Option<&Actor>,
        client: &Client,
        writes: bool,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let caller =
            actor.map_or_else(|| Caller::Address(client_key(client.ip)), |actor| Caller::User(actor.id));
        let limiter = if writes { &self.writes } else { &self.reads };
        limiter.admit(caller, now)
    }

    /// One try to sign up, sign in or change a password, from this client.
    pub(super) fn admit_auth(&self, client: &Client, now: Timestamp) -> Result<(), Problem> {
        self.auth_by_address.admit(client_key(client.ip), now)
    }

    /// One try at the password of this account, from wherever: many addresses guess no faster than one.
    pub(super) fn admit_guess(&self, email: &str, now: Timestamp) -> Result<(), Problem> {
        self.auth_by_email.admit(email.to_owned(), now)
    }
}

/// 429: more wait for a password check than can have one soon.
pub(super) fn busy() -> Problem {
    too_many(Duration::from_secs(2))
}
