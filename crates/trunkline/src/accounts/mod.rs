//! Who may sign in and what they may do: users, sessions, invitations, and the guard before every API route.
//!
//! It promises: the first user becomes the owner, and only the first; there is always an owner left; a
//! password is never stored, only its Argon2id hash, and of a session or an invitation only the SHA-256 of
//! its token; a revoked session is refused from the next request on, because nothing is cached. A failed
//! sign-in tells and takes the same whether the address or the password was wrong.
//!
//! It must not know what the routes it guards are for.

mod actor;
mod cookie;
mod fields;
mod guard;
mod hash;
mod invitations;
mod limits;
mod password;
mod revoke;
mod session;
mod sessions;
mod sign_in;
mod sign_up;
#[cfg(test)]
mod tests;
mod token;
mod users;

use std::sync::Arc;
use std::time::Duration;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::phone::CountryCode;
use trunkline_store::{Store, StoreError, sql};
use utoipa_axum::routes;

use crate::config;
use crate::http::{ApiResult, ApiRoutes, Problem};

pub(crate) use actor::Actor;
pub(crate) use guard::guard;

/// How long a session and an invitation last.
const LIFETIME: Duration = Duration::from_secs(7 * 86_400);

/// What this installation is, as far as the team sees it.
#[derive(Clone, Debug)]
pub(crate) struct AccountsSettings {
    /// Its name, shown on the sign-in page.
    pub(crate) installation_name: String,
    /// Whether the built-in simulator stands in for the providers.
    pub(crate) simulator: bool,
    /// The country of phone numbers written without one.
    pub(crate) default_country: CountryCode,
    /// The version of the program.
    pub(crate) version: &'static str,
    /// How often things may be asked.
    pub(crate) limits: config::Limits,
}

/// The team and its sessions; cloning is cheap.
#[derive(Clone)]
pub(crate) struct Accounts {
    store: Store,
    ambient: Ambient,
    settings: Arc<AccountsSettings>,
    hasher: hash::Hasher,
    limits: Arc<limits::Limits>,
}

impl Accounts {
    pub(crate) fn new(store: Store, ambient: Ambient, settings: AccountsSettings) -> Self {
        let limits = Arc::new(limits::Limits::new(&settings.limits));
        let hasher = hash::Hasher::new(ambient.clone());
        Accounts { store, ambient, settings: Arc::new(settings), hasher, limits }
    }

    /// The user of a session that was valid before, or `None` if it has ended since: for what stays open
    /// long after its request was let in, such as a live stream.
    pub(crate) async fn still_signed_in(&self, actor: &Actor) -> Result<Option<Actor>, StoreError> {
        let (session, now) = (actor.session_id, self.ambient.now());
        self.store.read(move |tx| session::by_id(tx, session, now)).await
    }

    /// Deletes sessions and invitations that have expired and returns how many there were. They are refused
    /// without this too; it keeps the tables small.
    pub(crate) async fn clean_up(&self) -> Result<u64, StoreError> {
        let now = self.ambient.now();
        let deleted = self.store.write_in_background(move |tx| {
            let sessions = tx.execute(sql!("delete from sessions where expires_at <= $1"), &[now.into()])?;
            let invitations =
                tx.execute(sql!("delete from invitations where expires_at <= $1"), &[now.into()])?;
            Ok(sessions + invitations)
        });
        deleted.await
    }
}

/// The routes of this feature, under `/api`.
pub(crate) fn routes() -> ApiRoutes<Accounts> {
    ApiRoutes::new()
        .public(routes!(sign_in::current_session))
        .public(routes!(sign_up::sign_up))
        .public(routes!(sign_in::sign_in))
        .public(routes!(sign_in::sign_out))
        .viewer(routes!(password::change_password))
        .viewer(routes!(sessions::list_sessions))
        .viewer(routes!(sessions::revoke_session))
        .public(routes!(invitations::read_invitation))
        .admin(routes!(invitations::list_invitations))
        .admin(routes!(invitations::invite))
        .admin(routes!(invitations::withdraw_invitation))
        .viewer(routes!(users::list_users))
        .admin(routes!(users::update_user))
}

/// A transaction says two things: whether it worked, and whether the rules allowed what was asked. A refusal
/// is given as a value, before anything is written, so that it is told to the client as it is.
fn settle<T>(outcome: Result<ApiResult<T>, StoreError>) -> ApiResult<T> {
    outcome.unwrap_or_else(|error| Err(Problem::from(error)))
}
