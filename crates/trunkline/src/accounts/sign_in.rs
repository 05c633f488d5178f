//! Signing in and out, and what the app asks first: who is here, and where is this.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::UserId;
use trunkline_store::{Result as StoreResult, Tx, sql};
use utoipa::ToSchema;

use super::session::NewSession;
use super::users::{self, User};
use super::{Accounts, Actor, cookie, fields, revoke, session, settle};
use crate::http::origin::Client;
use crate::http::{ApiResult, Json, Problem};

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CurrentSession {
    /// Nobody is signed in when null.
    #[schema(required)]
    user: Option<User>,
    installation: Installation,
}

/// This installation, as anyone may see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Installation {
    name: String,
    version: &'static str,
    /// Whether someone has signed up; the first who does becomes the owner.
    has_owner: bool,
    /// Whether the built-in simulator stands in for the providers.
    simulator: bool,
    /// The country of phone numbers written without one, by its two letters.
    default_country: String,
}

/// What it takes to sign in.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignIn {
    email: String,
    password: String,
}

/// Who has signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedIn {
    user: User,
}

/// Who is signed in, and where
#[utoipa::path(
    get, path = "/api/session", tag = "session",
    responses(
        (status = 200, description = "Done", body = CurrentSession),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn current_session(
    State(accounts): State<Accounts>,
    actor: Option<Actor>,
) -> ApiResult<Json<CurrentSession>> {
    let id = actor.map(|actor| actor.id);
    let (has_owner, user) = accounts
        .store
        .read(move |tx| {
            let user = id.map(|id| users::by_id(tx, id)).transpose()?.flatten();
            Ok((users::any(tx)?, user))
        })
        .await?;
    let settings = &accounts.settings;
    let installation = Installation {
        name: settings.installation_name.clone(),
        version: settings.version,
        has_owner,
        simulator: settings.simulator,
        default_country: settings.default_country.to_string(),
    };
    Ok(Json(CurrentSession { user, installation }))
}

/// Sign in
#[utoipa::path(
    post, path = "/api/auth/sign-in", tag = "session", request_body = SignIn,
    responses(
        (status = 200, description = "Done", body = SignedIn),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn sign_in(
    State(accounts): State<Accounts>,
    client: Client,
    headers: HeaderMap,
    Json(asked): Json<SignIn>,
) -> ApiResult<Response> {
    let now = accounts.ambient.now();
    accounts.limits.admit_auth(&client, now)?;
    // What cannot be an address or a password belongs to nobody, and saying so tells nothing about users.
    let email = fields::email(&asked.email).map_err(|_| wrong_credentials(&client))?;
    if asked.password.chars().count() > 200 {
        return Err(wrong_credentials(&client));
    }
    accounts.limits.admit_guess(&email, now)?;
    let (user, hash) = verified(&accounts, &client, email, asked.password).await?;
    let old = cookie::read(&client, &headers);
    let new = NewSession::new(&accounts, user_agent(&headers));
    let token = new.token.clone();
    let id = user.id;
    settle(accounts.store.write(move |tx| begin(tx, id, &hash, old.as_deref(), &new)).await)?;
    tracing::info!(event = "signed_in", user = %id, ip = %client.ip, "signed in");
    signed_in(&client, StatusCode::OK, user, &token)
}

/// The user whose address and password these are, with the hash that was checked.
async fn verified(
    accounts: &Accounts,
    client: &Client,
    email: String,
    password: String,
) -> ApiResult<(User, String)> {
    let found = accounts.store.read(move |tx| users::by_email(tx, &email)).await?;
    let (user, hash) = found.unzip();
    let fits = accounts.hasher.verify(password, hash.clone()).await?;
    let (Some(user), Some(hash), true) = (user, hash, fits) else {
        return Err(wrong_credentials(client));
    };
    // Told only to someone who knows the password.
    if user.disabled { Err(disabled()) } else { Ok((user, hash)) }
}

/// Begins the session, unless the password was changed or the user disabled since it was checked: a session
/// must not slip past the revocation of all of them.
fn begin(
    tx: &mut Tx<'_>,
    user: UserId,
    checked: &str,
    old: Option<&str>,
    new: &NewSession,
) -> StoreResult<ApiResult<()>> {
    revoke::lock(tx, user)?;
    let same = tx.query_opt(
        sql!("select 1 from users where id = $1 and password_hash = $2 and not disabled"),
        &[user.into(), checked.into()],
        |_| Ok(()),
    )?;
    if same.is_none() {
        return Ok(Err(credentials_refused()));
    }
    if let Some(old) = old {
        session::end(tx, old)?;
    }
    new.begin(tx, user)?;
    Ok(Ok(()))
}

/// Sign out
///
/// Does no harm when nobody is signed in.
#[utoipa::path(
    post, path = "/api/auth/sign-out", tag = "session",
    responses(
        (status = 204, description = "Done"),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn sign_out(
    State(accounts): State<Accounts>,
    client: Client,
    headers: HeaderMap,
) -> ApiResult<Response> {
    if let Some(token) = cookie::read(&client, &headers) {
        accounts.store.write(move |tx| session::end(tx, &token)).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::clear(&client)?)]).into_response())
}

/// The answer that hands a browser its new session.
pub(super) fn signed_in(client: &Client, status: StatusCode, user: User, token: &str) -> ApiResult<Response> {
    let cookie = [(header::SET_COOKIE, cookie::set(client, token)?)];
    Ok((status, cookie, Json(SignedIn { user })).into_response())
}

/// How the browser calls itself; empty when it does not.
pub(super) fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn wrong_credentials(client: &Client) -> Problem {
    tracing::info!(event = "sign_in_failed", ip = %client.ip, "a sign-in failed");
    credentials_refused()
}

fn credentials_refused() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "The email address or the password is wrong.")
}

fn disabled() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "This account has been disabled. Ask an owner or admin.")
}
