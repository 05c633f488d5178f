//! Invitations: a link that lets one address join with one role.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::InvitationId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result as StoreResult, Tx, sql};
use utoipa::ToSchema;

use super::{Accounts, Actor, LIFETIME, fields, settle, token, users};
use crate::http::access::Role;
use crate::http::origin::Client;
use crate::http::{ApiResult, Json, Path, Problem};

/// What an invitation offers, for whoever holds its link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationOffer {
    pub(super) email: String,
    pub(super) role: Role,
    /// The name of who invites.
    invited_by: String,
}

/// An invitation that waits to be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invitation {
    #[schema(value_type = uuid::Uuid)]
    id: InvitationId,
    email: String,
    role: Role,
    /// The link to hand on. Known only in the answer that made it, since the token is not stored; to get
    /// another link, invite the same address again.
    #[schema(required)]
    url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Invitations that wait to be used, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invitations {
    items: Vec<Invitation>,
}

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewInvitation {
    email: String,
    /// Only an owner can invite another owner.
    role: Role,
}

/// Read what an invitation offers
///
/// `id` is the secret end of its link.
#[utoipa::path(
    get, path = "/api/invitations/{id}", tag = "team",
    params(("id" = String, Path, description = "The secret end of the link")),
    responses(
        (status = 200, description = "Done", body = InvitationOffer),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn read_invitation(
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
) -> ApiResult<Json<InvitationOffer>> {
    let (hash, now) = (token::hash(&token), accounts.ambient.now());
    let offer = accounts.store.read(move |tx| by_token(tx, &hash, now)).await?;
    offer.map(Json).ok_or_else(|| Problem::not_found("invitation"))
}

/// The invitation with this token, unless it has expired.
pub(super) fn by_token(tx: &mut Tx<'_>, hash: &[u8], now: Timestamp) -> StoreResult<Option<InvitationOffer>> {
    tx.query_opt(
        sql!(
            "select i.email, i.role, u.name from invitations i join users u on u.id = i.invited_by
             where i.token_hash = $1 and i.expires_at > $2"
        ),
        &[hash.into(), now.into()],
        |row| Ok(InvitationOffer { email: row.get(0)?, role: row.parse(1)?, invited_by: row.get(2)? }),
    )
}

/// List invitations
#[utoipa::path(
    get, path = "/api/invitations", tag = "team",
    responses(
        (status = 200, description = "Done", body = Invitations),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list_invitations(State(accounts): State<Accounts>) -> ApiResult<Json<Invitations>> {
    let now = accounts.ambient.now();
    let items = accounts.store.read(move |tx| {
        tx.query(
            sql!(
                "select id, email, role, expires_at from invitations where expires_at > $1 order by id desc"
            ),
            &[now.into()],
            |row| {
                let (id, email, role, expires_at) = (row.get(0)?, row.get(1)?, row.parse(2)?, row.get(3)?);
                Ok(Invitation { id, email, role, url: None, expires_at })
            },
        )
    });
    Ok(Json(Invitations { items: items.await? }))
}

/// Invite someone
///
/// Inviting an address again gives a new link; the one before does not work any more.
#[utoipa::path(
    post, path = "/api/invitations", tag = "team", request_body = NewInvitation,
    responses(
        (status = 201, description = "Done", body = Invitation),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn invite(
    State(accounts): State<Accounts>,
    actor: Actor,
    client: Client,
    Json(asked): Json<NewInvitation>,
) -> ApiResult<(StatusCode, Json<Invitation>)> {
    let email = fields::email(&asked.email).map_err(|message| Problem::invalid("email", message))?;
    let (token, now) = (token::fresh(&accounts.ambient), accounts.ambient.now());
    let base = client.bases.first().map_or("", String::as_str);
    let invitation = Invitation {
        id: accounts.ambient.id(),
        email,
        role: asked.role,
        url: Some(format!("{base}/join/{token}")),
        expires_at: now.plus(LIFETIME),
    };
    let hash = token::hash(&token);
    let made = settle(accounts.store.write(move |tx| make(tx, &actor, invitation, hash, now)).await)?;
    Ok((StatusCode::CREATED, Json(made)))
}

fn make(
    tx: &mut Tx<'_>,
    actor: &Actor,
    invitation: Invitation,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> StoreResult<ApiResult<Invitation>> {
    // While someone's role is being lowered, and their invitations withdrawn, they cannot make another one.
    users::lock_roles(tx)?;
    if let Err(refused) = users::may_give(tx, actor, invitation.role)? {
        return Ok(Err(refused));
    }
    if users::by_email(tx, &invitation.email)?.is_some() {
        return Ok(Err(users::email_taken()));
    }
    tx.execute_exactly(
        1,
        sql!(
            "insert into invitations (id, email, role, token_hash, invited_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (email) do update set id = excluded.id, role = excluded.role,
               token_hash = excluded.token_hash, invited_by = excluded.invited_by,
               created_at = excluded.created_at, expires_at = excluded.expires_at"
        ),
        &[
            invitation.id.into(),
            (&invitation.email).into(),
            invitation.role.as_str().into(),
            token_hash.into(),
            actor.id.into(),
            now.into(),
            invitation.expires_at.into(),
        ],
    )?;
    Ok(Ok(invitation))
}

/// Withdraw an invitation
#[utoipa::path(
    delete, path = "/api/invitations/{id}", tag = "team",
    params(("id" = uuid::Uuid, Path, description = "The invitation")),
    responses(
        (status = 204, description = "Done"),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn withdraw_invitation(
    State(accounts): State<Accounts>,
    Path(id): Path<InvitationId>,
) -> ApiResult<StatusCode> {
    let deleted = accounts
        .store
        .write(move |tx| tx.execute(sql!("delete from invitations where id = $1"), &[id.into()]))
        .await?;
    if deleted == 0 { Err(Problem::not_found("invitation")) } else { Ok(StatusCode::NO_CONTENT) }
}
