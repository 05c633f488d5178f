//! Lines as people see them: whether they work, how fast they may send, and what stands in for them.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::breaker::{Health, Position};
use trunkline_domain::ids::LineId;
use trunkline_domain::media::MediaLimits;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Api;
use crate::delivery::Pace;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::lines::{Line, LineInfo};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(list_lines)).admin(routes!(move_breaker))
}

/// A line in use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Line)]
struct LineView {
    #[serde(flatten)]
    info: LineInfo,
    health: LineHealth,
    rate: LineRate,
    /// The lines that stand in for it, in order.
    failover: Vec<Uuid>,
    /// Which files may go along with its messages; without it, none.
    media: Option<LineMedia>,
}

/// Which files may go along with one message.
#[derive(Debug, Serialize, ToSchema)]
struct LineMedia {
    count_max: usize,
    /// All of them together.
    total_max_bytes: u64,
    /// What no entry names is not taken; the first that fits counts.
    types: Vec<LineMediaType>,
}

/// A type of file, and how large one of it may be.
#[derive(Debug, Serialize, ToSchema)]
struct LineMediaType {
    /// A whole type, such as `image/png`, or the beginning of one, such as `audio/`.
    starts_with: String,
    max_bytes: u64,
}

impl From<MediaLimits> for LineMedia {
    fn from(limits: MediaLimits) -> Self {
        let types = limits
            .rules
            .iter()
            .map(|rule| LineMediaType { starts_with: rule.starts_with.to_owned(), max_bytes: rule.file_max });
        LineMedia { count_max: limits.count_max, total_max_bytes: limits.total_max, types: types.collect() }
    }
}

/// Whether a line works.
#[derive(Debug, Serialize, ToSchema)]
struct LineHealth {
    /// `closed`: messages flow; `open`: they wait; `half_open`: it is tried with one at a time.
    breaker: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// When it will be tried again; without one, when a person closes it.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    reason: Option<String>,
}

/// How fast a line may send, in segments, and what it used.
#[derive(Debug, Serialize, ToSchema)]
struct LineRate {
    per_second: Option<u32>,
    per_minute: Option<u32>,
    per_day: Option<u32>,
    used_last_minute: u32,
    used_today: u32,
    /// The provider asked us to be slower until then.
    #[schema(value_type = Option<String>, format = DateTime)]
    paused_until: Option<Timestamp>,
}

/// All lines.
#[derive(Debug, Serialize, ToSchema)]
struct LineList {
    items: Vec<LineView>,
}

/// The lines that messages can be sent through, the default first.
#[utoipa::path(get, path = "/api/lines", tag = "lines", responses((status = 200, body = LineList)))]
async fn list_lines(State(api): State<Api>) -> ApiResult<Json<LineList>> {
    let (inside, now) = (api.clone(), api.delivery.ambient.now());
    let items = api
        .delivery
        .store
        .read(move |tx| {
            inside.delivery.lines.all().map(|line| view(tx, &inside.pace, &line, now)).collect::<Result<_>>()
        })
        .await?;
    Ok(Json(LineList { items }))
}

fn view(tx: &mut Tx<'_>, pace: &Pace, line: &Line, now: Timestamp) -> Result<LineView> {
    let (used_last_minute, used_today, paused_until) = Pace::usage(tx, line.info.id, now)?;
    let closed = Health { position: Position::Closed, since: None, until: None, reason: None };
    let health = pace.health(line.info.id).unwrap_or(closed);
    let limits = line.limits;
    Ok(LineView {
        info: line.info.clone(),
        health: LineHealth {
            breaker: health.position.to_string(),
            since: health.since,
            until: health.until,
            reason: health.reason,
        },
        rate: LineRate {
            per_second: limits.per_second,
            per_minute: limits.per_minute,
            per_day: limits.per_day,
            used_last_minute,
            used_today,
            paused_until,
        },
        failover: pace.others(line.info.id).map(|other| other.info.id.into()).collect(),
        media: line.info.media_limits().map(LineMedia::from),
    })
}

/// What to do with a breaker.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BreakerMove {
    action: BreakerAction,
}

/// A breaker is opened to stop a line, and closed to let it send again at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum BreakerAction {
    Open,
    Close,
}

/// Stops a line, or lets it send again.
#[utoipa::path(post, path = "/api/lines/{id}/breaker", tag = "lines", params(("id" = Uuid, Path)),
    request_body = BreakerMove, responses((status = 200, body = LineView), (status = 404, body = Problem)))]
async fn move_breaker(
    State(api): State<Api>,
    actor: crate::accounts::Actor,
    Path(id): Path<LineId>,
    Json(wanted): Json<BreakerMove>,
) -> ApiResult<Json<LineView>> {
    let Some(line) = api.delivery.lines.get(id) else { return Err(Problem::not_found("line")) };
    let reason = (wanted.action == BreakerAction::Open).then(|| format!("Stopped by {}.", actor.name));
    api.pace.force(id, reason).await?;
    api.delivery.jobs.wake(crate::jobs::Queue::Send);
    let (pace, now) = (api.pace.clone(), api.delivery.ambient.now());
    Ok(Json(api.delivery.store.read(move |tx| view(tx, &pace, &line, now)).await?))
}
