//! Changing one's own password.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use trunkline_store::{Result as StoreResult, Tx, sql};
use utoipa::ToSchema;

use super::{Accounts, Actor, fields, revoke, settle, users};
use crate::http::origin::Client;
use crate::http::{ApiResult, Json, Problem};

/// The password that is, and the one that shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordChange {
    current: String,
    /// 8 to 200 characters, taken exactly as typed.
    new: String,
}

/// Change one's own password
///
/// Every other session of the user ends.
#[utoipa::path(
    post, path = "/api/auth/password", tag = "session", request_body = PasswordChange,
    responses(
        (status = 204, description = "Done"),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn change_password(
    State(accounts): State<Accounts>,
    actor: Actor,
    client: Client,
    Json(asked): Json<PasswordChange>,
) -> ApiResult<StatusCode> {
    let now = accounts.ambient.now();
    accounts.limits.admit_auth(&client, now)?;
    accounts.limits.admit_guess(&actor.email, now)?;
    let new = fields::password(&asked.new).map_err(|message| Problem::invalid("new", message))?;
    let email = actor.email.clone();
    let found = accounts.store.read(move |tx| users::by_email(tx, &email)).await?;
    let old_hash = found.map(|(_, hash)| hash);
    if asked.current.chars().count() > 200 || !accounts.hasher.verify(asked.current, old_hash.clone()).await?
    {
        return Err(not_current());
    }
    let new_hash = accounts.hasher.hash(new).await?;
    settle(accounts.store.write(move |tx| replace(tx, &actor, old_hash, new_hash)).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Of two changes that checked the same old password, the second is refused.
fn replace(tx: &mut Tx<'_>, actor: &Actor, old: Option<String>, new: String) -> StoreResult<ApiResult<()>> {
    revoke::lock(tx, actor.id)?;
    let changed = tx.execute(
        sql!("update users set password_hash = $3 where id = $1 and password_hash = $2"),
        &[actor.id.into(), old.into(), new.into()],
    )?;
    if changed == 0 {
        return Ok(Err(not_current()));
    }
    revoke::other_sessions(tx, actor.id, actor.session_id)?;
    tracing::info!(event = "password_changed", user = %actor.id, "a password was changed");
    Ok(Ok(()))
}

fn not_current() -> Problem {
    Problem::invalid("current", "That is not your current password.")
}
