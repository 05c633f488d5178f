//! Webhooks processed again by hand. What they did before is not done twice: the second time, a message is there
//! already, and so is its receipt.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{JournalId, LineId};
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::super::Webhooks;
use super::search::{Search, Wanted};
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::jobs::Progress;
use crate::journal;

/// Webhooks that one request takes; whoever wants more goes on with the cursor of the answer.
const TAKEN_MAX: usize = 1_000;
/// Of those in one transaction: others want to write too.
const STEP: usize = 100;

pub(super) fn routes() -> ApiRoutes<Webhooks> {
    ApiRoutes::new().admin(routes!(replay_entry)).admin(routes!(replay_entries))
}

/// Which webhooks are to be processed again: some, or all that a search finds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplaySelection {
    #[schema(value_type = Option<Vec<Uuid>>)]
    ids: Option<Vec<JournalId>>,
    /// All that the rest of the fields find, as in the list.
    #[serde(default)]
    all: bool,
    q: Option<String>,
    kind: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    state: Option<Progress>,
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// To go on where an earlier request ended.
    cursor: Option<String>,
}

/// What is being processed again.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    /// How many webhooks are processed again.
    replayed: usize,
    /// Named ones that are not in the journal.
    missing: usize,
    /// Of all that were asked for, these were the newest: the same request with this cursor takes the next.
    next_cursor: Option<String>,
}

/// Processes a webhook again. What it did before is not done twice.
#[utoipa::path(post, path = "/api/journal/{id}/replay", tag = "operations", params(("id" = Uuid, Path)),
    responses((status = 202), (status = 404, body = Problem)))]
async fn replay_entry(State(webhooks): State<Webhooks>, Path(id): Path<JournalId>) -> ApiResult<StatusCode> {
    let found = again(&webhooks, &[id]).await?;
    if found == 1 { Ok(StatusCode::ACCEPTED) } else { Err(Problem::not_found("journal entry")) }
}

/// Processes webhooks again: those named, or all that a search finds, a thousand at a time. What they did before is
/// not done twice.
#[utoipa::path(post, path = "/api/journal/replay", tag = "operations", request_body = ReplaySelection,
    responses((status = 200, body = Replayed), (status = 422, body = Problem)))]
async fn replay_entries(
    State(webhooks): State<Webhooks>,
    Json(selection): Json<ReplaySelection>,
) -> ApiResult<Json<Replayed>> {
    let (ids, next_cursor) = match (selection.ids, selection.all) {
        (Some(mut ids), false) if (1..=TAKEN_MAX).contains(&ids.len()) => {
            ids.sort_unstable();
            ids.dedup();
            (ids, None)
        }
        (None, true) => {
            let wanted = Wanted {
                q: selection.q,
                kind: selection.kind,
                line_id: selection.line_id,
                state: selection.state,
                from: selection.from,
                to: selection.to,
                cursor: selection.cursor,
                count: TAKEN_MAX,
            };
            let (search, looking) = (Search::asked(wanted)?, webhooks.clone());
            let list = webhooks.store.read(move |tx| search.page(tx, &looking)).await?;
            (list.items.iter().map(|entry| entry.id).collect(), list.next_cursor)
        }
        _ => return Err(Problem::invalid("ids", format!("Name 1 to {TAKEN_MAX} ids, or all."))),
    };
    let replayed = again(&webhooks, &ids).await?;
    Ok(Json(Replayed { replayed, missing: ids.len().saturating_sub(replayed), next_cursor }))
}

async fn again(webhooks: &Webhooks, ids: &[JournalId]) -> ApiResult<usize> {
    let mut replayed = 0;
    for step in ids.chunks(STEP) {
        let (step, ambient, jobs) = (step.to_vec(), webhooks.ambient.clone(), webhooks.jobs.clone());
        let write = webhooks.store.write_in_background(move |tx| journal::replay(tx, &ambient, &jobs, &step));
        let taken = write.await?;
        metrics::counter!("trunkline_journal_replays_total").increment(taken as u64);
        replayed += taken;
    }
    Ok(replayed)
}
