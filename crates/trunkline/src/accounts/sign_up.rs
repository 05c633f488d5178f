//! Signing up: the first one freely, everyone after by invitation.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use trunkline_domain::ids::UserId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result as StoreResult, StoreError, Tx, sql};
use utoipa::ToSchema;

use super::fields::{self, Fields};
use super::invitations;
use super::session::NewSession;
use super::sign_in::{SignedIn, signed_in, user_agent};
use super::users::{self, User};
use super::{Accounts, settle, token};
use crate::http::access::Role;
use crate::http::origin::Client;
use crate::http::{ApiResult, Json, Problem};

/// What it takes to sign up.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignUp {
    /// 1 to 100 characters.
    name: String,
    email: String,
    /// 8 to 200 characters, taken exactly as typed.
    password: String,
    /// The token of an invitation; everyone but the first needs one.
    invitation: Option<String>,
}

/// A sign-up whose fields are in order.
pub(super) struct Newcomer {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) password_hash: String,
    /// The hash of its token.
    pub(super) invitation: Option<Vec<u8>>,
}

/// Sign up
///
/// The first one becomes the owner; everyone after needs an invitation made for the same address.
#[utoipa::path(
    post, path = "/api/auth/sign-up", tag = "session", request_body = SignUp,
    responses(
        (status = 201, description = "Done", body = SignedIn),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn sign_up(
    State(accounts): State<Accounts>,
    client: Client,
    headers: HeaderMap,
    Json(asked): Json<SignUp>,
) -> ApiResult<Response> {
    accounts.limits.admit_auth(&client, accounts.ambient.now())?;
    let newcomer = prepared(&accounts, asked).await?;
    let session = NewSession::new(&accounts, user_agent(&headers));
    let token = session.token.clone();
    let user = accounts.store.write(move |tx| join(tx, newcomer, &session)).await;
    let user = settle(user.or_else(taken))?;
    tracing::info!(event = "signed_up", user = %user.id, role = user.role.as_str(), "signed up");
    signed_in(&client, StatusCode::CREATED, user, &token)
}

/// Checks the fields and whether the newcomer may join, and only then does the costly work of hashing.
async fn prepared(accounts: &Accounts, asked: SignUp) -> ApiResult<Newcomer> {
    let mut fields = Fields::default();
    let name = fields.check("name", fields::name(&asked.name));
    let email = fields.check("email", fields::email(&asked.email));
    let password = fields.check("password", fields::password(&asked.password));
    fields.finish()?;
    let invitation = asked.invitation.map(|token| token::hash(&token));
    let (by, to, now) = (invitation.clone(), email.clone(), accounts.ambient.now());
    settle(accounts.store.read(move |tx| role_for(tx, by.as_deref(), &to, now)).await)?;
    let password_hash = accounts.hasher.hash(password).await?;
    Ok(Newcomer { id: accounts.ambient.id(), name, email, password_hash, invitation })
}

/// The role that someone who comes with this invitation gets; the first of all becomes the owner.
fn role_for(
    tx: &mut Tx<'_>,
    invitation: Option<&[u8]>,
    email: &str,
    now: Timestamp,
) -> StoreResult<ApiResult<Role>> {
    if !users::any(tx)? {
        return Ok(Ok(Role::Owner));
    }
    let Some(token_hash) = invitation else { return Ok(Err(not_invited())) };
    let found = invitations::by_token(tx, token_hash, now)?;
    Ok(match found {
        None => {
            Err(Problem::invalid("invitation", "This invitation is not valid any more. Ask for a new one."))
        }
        Some(offer) if offer.email != email => {
            Err(Problem::invalid("email", "The invitation was made for another email address."))
        }
        Some(offer) => Ok(offer.role),
    })
}

/// Adds the user and uses up the invitation. The lock makes "the first of all" true of one only.
pub(super) fn join(
    tx: &mut Tx<'_>,
    newcomer: Newcomer,
    session: &NewSession,
) -> StoreResult<ApiResult<User>> {
    tx.lock("first user")?;
    let first = !users::any(tx)?;
    let role = match role_for(tx, newcomer.invitation.as_deref(), &newcomer.email, session.now)? {
        Ok(role) => role,
        Err(refused) => return Ok(Err(refused)),
    };
    // It may be withdrawn at this very moment; whoever deletes it decides.
    let used =
        tx.execute(sql!("delete from invitations where token_hash = $1"), &[newcomer.invitation.into()])?;
    if used == 0 && !first {
        return Ok(Err(not_valid()));
    }
    let user = User {
        id: newcomer.id,
        name: newcomer.name,
        email: newcomer.email,
        role,
        disabled: false,
        created_at: session.now,
    };
    users::insert(tx, &user, &newcomer.password_hash)?;
    session.begin(tx, user.id)?;
    Ok(Ok(user))
}

fn not_invited() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "This installation has an owner already; you can join by invitation. Ask an owner or admin for one.",
    )
}

fn not_valid() -> Problem {
    Problem::invalid("invitation", "This invitation is not valid any more. Ask for a new one.")
}

fn taken<T>(error: StoreError) -> Result<ApiResult<T>, StoreError> {
    if error.is_conflict_on("users_email_key") { Ok(Err(users::email_taken())) } else { Err(error) }
}
