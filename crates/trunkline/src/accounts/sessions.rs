//! The browsers a user is signed in with.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use trunkline_domain::ids::SessionId;
use trunkline_domain::time::Timestamp;
use trunkline_store::sql;
use utoipa::ToSchema;

use super::{Accounts, Actor};
use crate::http::{ApiResult, Json, Path, Problem};

/// One signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    #[schema(value_type = uuid::Uuid)]
    id: SessionId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Up to five minutes old while it is in use.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// How the browser calls itself.
    #[schema(required)]
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// The browsers a user is signed in with, the one used last first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    items: Vec<Session>,
}

/// List one's own sessions
#[utoipa::path(
    get, path = "/api/sessions", tag = "session",
    responses(
        (status = 200, description = "Done", body = Sessions),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list_sessions(
    State(accounts): State<Accounts>,
    actor: Actor,
) -> ApiResult<Json<Sessions>> {
    let now = accounts.ambient.now();
    let items = accounts.store.read(move |tx| {
        tx.query(
            sql!(
                "select id, created_at, last_seen_at, user_agent from sessions
                 where user_id = $1 and expires_at > $2 order by last_seen_at desc, id desc"
            ),
            &[actor.id.into(), now.into()],
            |row| {
                let (id, agent): (SessionId, String) = (row.get(0)?, row.get(3)?);
                let (created_at, last_seen_at) = (row.get(1)?, row.get(2)?);
                let user_agent = Some(agent).filter(|agent| !agent.is_empty());
                Ok(Session { id, created_at, last_seen_at, user_agent, current: id == actor.session_id })
            },
        )
    });
    Ok(Json(Sessions { items: items.await? }))
}

/// End one of one's own sessions
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "session",
    params(("id" = uuid::Uuid, Path, description = "The session")),
    responses(
        (status = 204, description = "Done"),
        (status = "default", description = "What went wrong", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn revoke_session(
    State(accounts): State<Accounts>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> ApiResult<StatusCode> {
    let deleted = accounts.store.write(move |tx| {
        tx.execute(sql!("delete from sessions where id = $1 and user_id = $2"), &[id.into(), actor.id.into()])
    });
    if deleted.await? == 0 { Err(Problem::not_found("session")) } else { Ok(StatusCode::NO_CONTENT) }
}
