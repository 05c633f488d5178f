//! The team: who belongs to it, with which role.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::UserId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result as StoreResult, Row, Tx, sql};
use utoipa::ToSchema;

use super::{Accounts, Actor, revoke, settle};
use crate::http::access::Role;
use crate::http::{ApiResult, Json, Path, Problem};

/// Someone who signs in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct User {
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: Role,
    /// Cannot sign in.
    pub(super) disabled: bool,
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
}

/// The team, in the order they joined.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Users {
    items: Vec<User>,
}

/// What shall change about a user; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserPatch {
    role: Option<Role>,
    disabled: Option<bool>,
}

/// List the team
#[utoipa::path(
    get, path = "/api/users", tag = "team",
    responses(
        (status = 200, description = "Done", body = Users),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list_users(State(accounts): State<Accounts>) -> ApiResult<Json<Users>> {
    let items = accounts.store.read(|tx| {
        tx.query(sql!("select id, name, email, role, disabled, created_at from users order by id"), &[], user)
    });
    Ok(Json(Users { items: items.await? }))
}

/// Change someone's role, or whether they can sign in
///
/// Whoever is disabled is signed out everywhere. Only owners make, change and unmake owners, and the last
/// one stays.
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "team", request_body = UserPatch,
    params(("id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "Done", body = User),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn update_user(
    State(accounts): State<Accounts>,
    actor: Actor,
    Path(id): Path<UserId>,
    Json(patch): Json<UserPatch>,
) -> ApiResult<Json<User>> {
    let changed = accounts.store.write(move |tx| change(tx, &actor, id, &patch)).await;
    settle(changed).map(Json)
}

fn change(tx: &mut Tx<'_>, actor: &Actor, id: UserId, patch: &UserPatch) -> StoreResult<ApiResult<User>> {
    // Two owners who demote each other, or an admin who is just being demoted, come one after the other.
    lock_roles(tx)?;
    revoke::lock(tx, id)?;
    let Some(before) = by_id(tx, id)? else { return Ok(Err(Problem::not_found("user"))) };
    let mut after = before.clone();
    after.role = patch.role.unwrap_or(before.role);
    after.disabled = patch.disabled.unwrap_or(before.disabled);
    if let Err(refused) = may_change(tx, actor, &before, &after)? {
        return Ok(Err(refused));
    }
    tx.execute_exactly(
        1,
        sql!("update users set role = $2, disabled = $3 where id = $1"),
        &[id.into(), after.role.as_str().into(), after.disabled.into()],
    )?;
    take_away(tx, &before, &after)?;
    tracing::info!(event = "user_changed", by = %actor.id, user = %id, role = after.role.as_str(),
        disabled = after.disabled, "a user was changed");
    Ok(Ok(after))
}

/// Ends what the user could do and now cannot. A lower role needs no new session: it is read anew for every
/// request.
fn take_away(tx: &mut Tx<'_>, before: &User, after: &User) -> StoreResult<()> {
    if after.disabled {
        revoke::all_sessions(tx, after.id)?;
    }
    if after.disabled || after.role < before.role {
        revoke::invitations_by(tx, after.id)?;
    }
    Ok(())
}

fn may_change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &User,
    after: &User,
) -> StoreResult<Result<(), Problem>> {
    for role in [before.role, after.role] {
        if let Err(refused) = may_give(tx, actor, role)? {
            return Ok(Err(refused));
        }
    }
    if after.disabled && after.id == actor.id {
        return Ok(Err(Problem::new(StatusCode::CONFLICT, "own_account", "You cannot disable yourself.")));
    }
    let stays_owner = after.role == Role::Owner && !after.disabled;
    let was_owner = before.role == Role::Owner && !before.disabled;
    if was_owner && !stays_owner && !another_owner(tx, before.id)? {
        return Ok(Err(Problem::new(
            StatusCode::CONFLICT,
            "last_owner",
            "This is the last owner. Make someone else an owner first.",
        )));
    }
    Ok(Ok(()))
}

/// Whether `actor` may give `role` to others and take it from them, by the role they have now: it may have
/// been lowered after the request was let in.
pub(super) fn may_give(tx: &mut Tx<'_>, actor: &Actor, role: Role) -> StoreResult<Result<(), Problem>> {
    let now = by_id(tx, actor.id)?.filter(|user| !user.disabled).map(|user| user.role);
    let needed = if role == Role::Owner { Role::Owner } else { Role::Admin };
    if now.is_some_and(|own| own >= needed) {
        return Ok(Ok(()));
    }
    let detail = match needed {
        Role::Owner => "Only an owner can make, change or unmake an owner.",
        _ => "This needs the role admin or higher.",
    };
    Ok(Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)))
}

/// Makes everyone who changes roles, or acts on the strength of one, wait for each other.
pub(super) fn lock_roles(tx: &mut Tx<'_>) -> StoreResult<()> {
    tx.lock("roles")
}

fn another_owner(tx: &mut Tx<'_>, than: UserId) -> StoreResult<bool> {
    tx.query_one(
        sql!("select exists (select 1 from users where role = 'owner' and not disabled and id <> $1)"),
        &[than.into()],
        |row| row.get(0),
    )
}

/// Whether anyone has signed up yet.
pub(super) fn any(tx: &mut Tx<'_>) -> StoreResult<bool> {
    tx.query_one(sql!("select exists (select 1 from users)"), &[], |row| row.get(0))
}

pub(super) fn by_id(tx: &mut Tx<'_>, id: UserId) -> StoreResult<Option<User>> {
    tx.query_opt(
        sql!("select id, name, email, role, disabled, created_at from users where id = $1"),
        &[id.into()],
        user,
    )
}

/// The user with this address (in the form of [`super::fields::email`]) and the hash of their password.
pub(super) fn by_email(tx: &mut Tx<'_>, email: &str) -> StoreResult<Option<(User, String)>> {
    tx.query_opt(
        sql!("select id, name, email, role, disabled, created_at, password_hash from users where email = $1"),
        &[email.into()],
        |row| Ok((user(row)?, row.get(6)?)),
    )
}

pub(super) fn insert(tx: &mut Tx<'_>, user: &User, password_hash: &str) -> StoreResult<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into users (id, name, email, password_hash, role, disabled, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            user.id.into(),
            (&user.name).into(),
            (&user.email).into(),
            password_hash.into(),
            user.role.as_str().into(),
            user.disabled.into(),
            user.created_at.into(),
        ],
    )
}

fn user(row: &Row<'_>) -> StoreResult<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        role: row.parse(3)?,
        disabled: row.get(4)?,
        created_at: row.get(5)?,
    })
}

/// 409: someone has this address already.
pub(super) fn email_taken() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "email_taken",
        "Someone with this email address is in the team already.",
    )
    .with_field("email")
}
