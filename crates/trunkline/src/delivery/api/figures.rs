//! How full the queue is, how old, and whether somebody should look (C9, C11).

use std::time::Duration;

use axum::extract::State;
use serde::Serialize;
use trunkline_domain::ids::LineId;
use trunkline_domain::lanes::Lane;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Store, Tx, sql};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Api;
use crate::config::Thresholds;
use crate::delivery::letters;
use crate::http::{ApiResult, ApiRoutes, Json};

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

/// Fewer messages than this in an hour make no failure rate.
const RATE_MIN: i64 = 20;

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(read_queue))
}

/// How the queue stands.
#[derive(Debug, Serialize, ToSchema)]
struct QueueFigures {
    states: StateCounts,
    /// By how urgent they are.
    lanes: Vec<LaneCount>,
    lines: Vec<LineCount>,
    /// Messages that left in the last 24 hours.
    sent_today: i64,
    failed_24h: i64,
    dead_letters: i64,
    /// Since when the oldest message waits for a worker.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
    /// What somebody should look at.
    alerts: Vec<QueueAlert>,
}

/// Messages that are not done, by state.
#[derive(Debug, Default, Serialize, ToSchema)]
struct StateCounts {
    scheduled: i64,
    held: i64,
    queued: i64,
    sending: i64,
    unknown: i64,
}

/// What waits in a lane.
#[derive(Debug, Serialize, ToSchema)]
struct LaneCount {
    lane: String,
    queued: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
}

/// What waits for a line.
#[derive(Debug, Serialize, ToSchema)]
struct LineCount {
    #[schema(value_type = Uuid)]
    line_id: LineId,
    queued: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
}

/// Something that somebody should look at.
#[derive(Debug, Serialize, ToSchema)]
struct QueueAlert {
    /// `queue_depth`, `queue_age` or `failure_rate`.
    code: String,
    text: String,
}

/// The messages of one line and lane that wait for a worker.
struct Waiting {
    line: LineId,
    lane: usize,
    count: i64,
    oldest_at: Option<Timestamp>,
    in_hand: i64,
}

/// How full the queue is, how old, and what somebody should look at.
#[utoipa::path(get, path = "/api/queue", tag = "operations", responses((status = 200, body = QueueFigures)))]
async fn read_queue(State(api): State<Api>) -> ApiResult<Json<QueueFigures>> {
    let (now, thresholds) = (api.delivery.ambient.now(), api.thresholds.clone());
    Ok(Json(api.delivery.store.read(move |tx| figures(tx, now, &thresholds)).await?))
}

fn figures(tx: &mut Tx<'_>, now: Timestamp, thresholds: &Thresholds) -> Result<QueueFigures> {
    let waiting = waiting(tx, now)?;
    let (sent_today, failed_24h) = ended_since(tx, now.minus(DAY))?;
    let (scheduled, held) = resting(tx)?;
    let states = StateCounts {
        scheduled,
        held,
        queued: waiting.iter().map(|part| part.count).sum(),
        sending: waiting.iter().map(|part| part.in_hand).sum(),
        unknown: in_doubt(tx)?,
    };
    let oldest_at = waiting.iter().filter_map(|part| part.oldest_at).min();
    let lanes = Lane::ALL.map(|lane| {
        let of_lane = || waiting.iter().filter(|part| part.lane == lane as usize);
        LaneCount {
            lane: lane.to_string(),
            queued: of_lane().map(|part| part.count).sum(),
            oldest_at: of_lane().filter_map(|part| part.oldest_at).min(),
        }
    });
    let alerts = alerts(tx, now, thresholds, states.queued, oldest_at)?;
    Ok(QueueFigures {
        states,
        lanes: lanes.into(),
        lines: by_line(&waiting),
        sent_today,
        failed_24h,
        dead_letters: letters::count(tx)?,
        oldest_at,
        alerts,
    })
}

fn by_line(waiting: &[Waiting]) -> Vec<LineCount> {
    let mut lines: Vec<LineCount> = Vec::new();
    for part in waiting {
        match lines.iter_mut().find(|line| line.line_id == part.line) {
            Some(line) => {
                line.queued += part.count;
                line.oldest_at = [line.oldest_at, part.oldest_at].into_iter().flatten().min();
            }
            None => {
                lines.push(LineCount { line_id: part.line, queued: part.count, oldest_at: part.oldest_at })
            }
        }
    }
    lines
}

fn alerts(
    tx: &mut Tx<'_>,
    now: Timestamp,
    thresholds: &Thresholds,
    queued: i64,
    oldest_at: Option<Timestamp>,
) -> Result<Vec<QueueAlert>> {
    let mut alerts = Vec::new();
    let mut alert = |code: &str, text: String| alerts.push(QueueAlert { code: code.to_owned(), text });
    if queued > i64::from(thresholds.queue_depth) {
        alert("queue_depth", format!("{queued} messages wait to be sent."));
    }
    if let Some(age) = oldest_at.map(|at| now.since(at)).filter(|age| *age > thresholds.queue_age) {
        alert("queue_age", format!("The oldest message has waited for {} minutes.", age.as_secs() / 60));
    }
    let (sent, failed) = ended_since(tx, now.minus(HOUR))?;
    let all = sent + failed;
    if all >= RATE_MIN && failed * 100 > i64::from(thresholds.failure_percent) * all {
        alert("failure_rate", format!("{failed} of {all} messages of the last hour failed."));
    }
    Ok(alerts)
}

fn waiting(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Waiting>> {
    tx.query(
        sql!(
            "select pool, lane, count(*), min(case when epoch is null and ready_at <= $1 then ready_at end), \
             count(epoch) from jobs where pool is not null and not parked group by pool, lane"
        ),
        &[now.into()],
        |row| {
            let (count, in_hand): (i64, i64) = (row.get(2)?, row.get(4)?);
            let (line, lane, oldest_at) = (row.get(0)?, row.get(1)?, row.get(3)?);
            Ok(Waiting { line, lane, count: count - in_hand, oldest_at, in_hand })
        },
    )
}

fn resting(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    tx.query_one(
        sql!(
            "select (select count(*) from messages where waits and state = 'scheduled'), \
             (select count(*) from messages where waits and state = 'held')"
        ),
        &[],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

fn in_doubt(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        sql!("select count(*) from messages where dead and dismissed_at is null and state = 'unknown'"),
        &[],
        |row| row.get(0),
    )
}

/// How many messages left since, and how many failed.
fn ended_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<(i64, i64)> {
    tx.query_one(
        sql!(
            "select count(sent_at), count(case when state in ('failed', 'undelivered') then 1 end) from messages \
             where at >= $1 and direction = 'outbound'"
        ),
        &[since.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Sets the gauges of the metrics; asked for by whoever reads them, so that nothing is counted for nobody.
pub(crate) async fn publish(store: &Store, now: Timestamp) {
    let read =
        store.read(move |tx| Ok((waiting(tx, now)?, resting(tx)?, in_doubt(tx)?, letters::count(tx)?))).await;
    let Ok((waiting, (scheduled, held), unknown, dead)) = read else { return };
    let queued: i64 = waiting.iter().map(|part| part.count).sum();
    let sending: i64 = waiting.iter().map(|part| part.in_hand).sum();
    let states = [
        ("scheduled", scheduled),
        ("held", held),
        ("queued", queued),
        ("sending", sending),
        ("unknown", unknown),
    ];
    for (state, count) in states {
        metrics::gauge!("trunkline_messages", "state" => state).set(count as f64);
    }
    for lane in Lane::ALL {
        let count: i64 =
            waiting.iter().filter(|part| part.lane == lane as usize).map(|part| part.count).sum();
        metrics::gauge!("trunkline_queue_depth", "lane" => lane.as_str()).set(count as f64);
    }
    let oldest = waiting.iter().filter_map(|part| part.oldest_at).min();
    metrics::gauge!("trunkline_queue_oldest_seconds")
        .set(oldest.map_or(0.0, |at| now.since(at).as_secs_f64()));
    metrics::gauge!("trunkline_dead_letters").set(dead as f64);
}
