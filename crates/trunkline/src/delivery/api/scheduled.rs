//! What waits to be sent: the list, and the door for outside schedulers (E6).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use trunkline_domain::ids::{ConversationId, LineId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Api;
use super::listed::{ListedMessage, with_contacts};
use crate::accounts::Actor;
use crate::contacts::like;
use crate::delivery::Delivery;
use crate::http::access::Role;
use crate::http::cursor::{limit, page};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Problem, Query};
use crate::jobs::{Jobs, Queue};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(list_scheduled)).public(routes!(wake_schedule))
}

/// Which of the waiting messages are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ScheduledFilter {
    #[param(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    #[param(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    /// Part of the text.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// Messages that wait for their time or for the gate, soonest first.
#[derive(Debug, Serialize, ToSchema)]
struct ScheduledList {
    items: Vec<ListedMessage>,
    next_cursor: Option<String>,
    /// How many wait in all, whatever was asked for.
    total: i64,
}

/// What waits to be sent, soonest first.
#[utoipa::path(get, path = "/api/scheduled", tag = "messages", params(ScheduledFilter),
    responses((status = 200, body = ScheduledList), (status = 422, body = Problem)))]
async fn list_scheduled(
    State(delivery): State<Delivery>,
    Query(filter): Query<ScheduledFilter>,
) -> ApiResult<Json<ScheduledList>> {
    let after = match &filter.cursor {
        None => Cursor { at: Timestamp::default(), id: uuid::Uuid::nil() },
        Some(text) => Cursor::decode(Some(text))?,
    };
    let limit = limit(filter.limit);
    let list = delivery
        .store
        .read(move |tx| {
            let (keys, next_cursor) =
                page(keys(tx, &filter, after, limit + 1)?, limit, |(at, id)| Cursor::new(*at, *id));
            let ids: Vec<MessageId> = keys.into_iter().map(|(_, id)| id).collect();
            Ok(ScheduledList { items: with_contacts(tx, &ids)?, next_cursor, total: total(tx)? })
        })
        .await?;
    Ok(Json(list))
}

fn keys(
    tx: &mut Tx<'_>,
    filter: &ScheduledFilter,
    after: Cursor,
    count: usize,
) -> Result<Vec<(Timestamp, MessageId)>> {
    tx.query(
        sql!(
            "select coalesce(held_until, scheduled_at), id from messages where waits \
             and (coalesce(held_until, scheduled_at), id) > ($1, $2) and (conversation_id = $3 or $3 is null) \
             and (line_id = $4 or $4 is null) and ($5 = '' or lower(body) like '%' || $5 || '%' escape '\\') \
             order by coalesce(held_until, scheduled_at), id limit $6"
        ),
        &[
            after.at.into(),
            after.id.into(),
            filter.conversation_id.into(),
            filter.line_id.into(),
            like(&filter.q.as_deref().unwrap_or_default().to_lowercase()).into(),
            count.into(),
        ],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

fn total(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(sql!("select count(*) from messages where waits"), &[], |row| row.get(0))
}

/// What a scheduler from outside set going.
#[derive(Debug, Serialize, ToSchema)]
struct Woken {
    /// Messages that were due and not in hand.
    due: i64,
}

/// Wakes the workers, for installations whose schedule is driven from outside. Ours needs no such call; it
/// changes nothing about what is sent, however often and by how many it is made.
#[utoipa::path(post, path = "/api/scheduled", tag = "messages",
    responses((status = 202, body = Woken), (status = 401, body = Problem)))]
async fn wake_schedule(
    State(api): State<Api>,
    actor: Option<Actor>,
    headers: HeaderMap,
) -> ApiResult<(StatusCode, Json<Woken>)> {
    if !is_scheduler(&api, bearer(&headers)) {
        let refuse = |status, code, told: &str| Err(Problem::new(status, code, told));
        match actor {
            Some(actor) if actor.role >= Role::Agent => {}
            Some(_) => return refuse(StatusCode::FORBIDDEN, "forbidden", "You may look, but not send."),
            None => {
                let told =
                    "Sign in, or send the Authorization header with the cron secret of the configuration.";
                return refuse(StatusCode::UNAUTHORIZED, "unauthenticated", told);
            }
        }
    }
    let delivery = &api.delivery;
    let now = delivery.ambient.now();
    let due = delivery.store.read(move |tx| Jobs::count_due(tx, Queue::Send, now)).await?;
    delivery.jobs.wake(Queue::Send);
    Ok((StatusCode::ACCEPTED, Json(Woken { due })))
}

/// Whether `shown` is the secret of outside schedulers.
fn is_scheduler(api: &Api, shown: &str) -> bool {
    api.cron_secret.as_ref().is_some_and(|secret| {
        !secret.expose().is_empty() && bool::from(secret.expose().as_bytes().ct_eq(shown.as_bytes()))
    })
}

fn bearer(headers: &HeaderMap) -> &str {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.strip_prefix("Bearer ").unwrap_or_default()
}
