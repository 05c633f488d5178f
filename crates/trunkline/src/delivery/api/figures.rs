//! How full the queue is, how old, and whether somebody should look (C9, C11).

use std::time::Duration;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{LineId, MessageId};
use trunkline_domain::lanes::Lane;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Store, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Api;
use super::alerts::{self, Measured, QueueAlert};
use super::listed::{ListedMessage, with_contacts};
use super::minutes::{self, Minutes};
use crate::delivery::letters;
use crate::http::{ApiResult, ApiRoutes, Json, Problem, Query};
use crate::jobs::{self, Backlog, NodeView, Queue};

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(read_queue))
}

/// How the queue stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct QueueFigures {
    /// When this was so: ages are told from then.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    states: StateCounts,
    /// By how urgent they are.
    lanes: Vec<LaneCount>,
    lines: Vec<LineCount>,
    /// Messages that left in the last 60 seconds.
    sent_last_minute: i64,
    /// Messages that left since the day began: see `today_from`.
    sent_today: i64,
    failed_24h: i64,
    dead_letters: i64,
    /// Since when the oldest message waits for a worker.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
    /// The oldest message of which nobody knows whether it left.
    oldest_in_doubt: Option<ListedMessage>,
    /// How long messages waited for a worker lately; absent when none left in the last hour.
    pickup: Option<PickUp>,
    /// Webhooks that are on disk and not worked off.
    webhooks: Backlog,
    nodes: Vec<NodeView>,
    /// What somebody should look at.
    alerts: Vec<QueueAlert>,
}

/// Messages that are not done, by state.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
struct StateCounts {
    scheduled: i64,
    held: i64,
    queued: i64,
    sending: i64,
    unknown: i64,
}

/// What waits in a lane.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct LaneCount {
    lane: String,
    queued: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
}

/// What waits for a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct LineCount {
    #[schema(value_type = Uuid)]
    line_id: LineId,
    queued: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
}

/// How long messages that were to leave at once waited for a worker, the wait for their line's rate included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct PickUp {
    /// Half of them waited no longer, in milliseconds.
    median_ms: u64,
    /// 19 of 20 waited no longer, in milliseconds.
    p95_ms: u64,
    /// Of how many messages this is told, the latest ones.
    messages: usize,
}

/// The messages of one line and lane that wait for a worker.
struct Waiting {
    line: LineId,
    lane: usize,
    count: i64,
    oldest_at: Option<Timestamp>,
    in_hand: i64,
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FiguresQuery {
    /// When the day began for whoever asks, at most 25 hours ago: what left since is `sent_today`. Left out, it
    /// is what left in the last 24 hours.
    #[param(value_type = Option<String>, format = DateTime)]
    today_from: Option<Timestamp>,
}

/// How full the queue is, how old, and what somebody should look at.
#[utoipa::path(get, path = "/api/queue", tag = "operations", params(FiguresQuery),
    responses((status = 200, body = QueueFigures), (status = 400, body = Problem)))]
async fn read_queue(
    State(api): State<Api>,
    Query(wanted): Query<FiguresQuery>,
) -> ApiResult<Json<QueueFigures>> {
    let (ambient, asked) = (&api.delivery.ambient, api.clone());
    let now = ambient.now();
    let make = api.delivery.store.read(move |tx| figures(tx, &asked, now));
    let (mut figures, minutes) = api.counted.figures.get(ambient, make).await?;
    let day = wanted.today_from.unwrap_or(now.minus(DAY)).max(now.minus(minutes::KEPT));
    figures.sent_today = minutes.since(day).sent;
    Ok(Json(figures))
}

/// The figures, all but those of the reader's day, and what that can be told from.
fn figures(tx: &mut Tx<'_>, api: &Api, now: Timestamp) -> Result<(QueueFigures, Minutes)> {
    let (waiting, minutes) = (waiting(tx, now)?, api.counted.tally.read(tx, now)?);
    let (scheduled, held) = resting(tx)?;
    let states = StateCounts {
        scheduled,
        held,
        queued: waiting.iter().map(|part| part.count).sum(),
        sending: waiting.iter().map(|part| part.in_hand).sum(),
        unknown: in_doubt(tx)?,
    };
    let oldest_at = waiting.iter().filter_map(|part| part.oldest_at).min();
    let webhooks = jobs::backlog(tx, Queue::Journal)?;
    let (last_hour, last_day) = (minutes.since(now.minus(HOUR)), minutes.since(now.minus(DAY)));
    let dead_letters = letters::count(tx)?;
    let measured = Measured { now, queued: states.queued, oldest_at, last_hour, webhooks, dead_letters };
    let figures = QueueFigures {
        at: now,
        states,
        lanes: by_lane(&waiting),
        lines: by_line(&waiting),
        sent_last_minute: sent_since(tx, now.minus(MINUTE))?,
        sent_today: last_day.sent,
        failed_24h: last_day.failed + last_day.undelivered,
        dead_letters,
        oldest_at,
        oldest_in_doubt: oldest_in_doubt(tx)?,
        pickup: pick_up(tx, now.minus(HOUR))?,
        webhooks,
        nodes: jobs::nodes(tx, now)?,
        alerts: alerts::in_force(api, &measured),
    };
    Ok((figures, minutes))
}

/// What somebody should look at.
#[derive(Clone, Debug)]
pub(crate) struct Concern {
    pub(crate) code: String,
    /// The line it is about, or nothing.
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// What of sending somebody should look at now, as the page of operations shows it.
pub(crate) fn concerns(tx: &mut Tx<'_>, api: &Api, now: Timestamp) -> Result<Vec<Concern>> {
    let alerts = figures(tx, api, now)?.0.alerts.into_iter();
    let concern = |QueueAlert { code, subject, text }| Concern { code, subject, text };
    Ok(alerts.map(concern).collect())
}

fn by_lane(waiting: &[Waiting]) -> Vec<LaneCount> {
    let count = |lane: Lane| {
        let of_lane = || waiting.iter().filter(|part| part.lane == lane as usize);
        LaneCount {
            lane: lane.to_string(),
            queued: of_lane().map(|part| part.count).sum(),
            oldest_at: of_lane().filter_map(|part| part.oldest_at).min(),
        }
    };
    Lane::ALL.map(count).into()
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

fn oldest_in_doubt(tx: &mut Tx<'_>) -> Result<Option<ListedMessage>> {
    let oldest: Option<MessageId> = tx.query_opt(
        sql!(
            "select id from messages where dead and dismissed_at is null and state = 'unknown' order by at, id limit 1"
        ),
        &[],
        |row| row.get(0),
    )?;
    Ok(with_contacts(tx, oldest.as_slice())?.pop())
}

fn sent_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<i64> {
    tx.query_one(sql!("select count(*) from messages where sent_at >= $1"), &[since.into()], |row| row.get(0))
}

/// How long the latest messages waited, of those that were neither scheduled nor held: what those waited for
/// was not a worker. Looks at a fixed number of attempts, however many there were.
fn pick_up(tx: &mut Tx<'_>, since: Timestamp) -> Result<Option<PickUp>> {
    let mut waits: Vec<u64> = tx.query(
        sql!(
            "select q.at, a.started_at from (select message_id, number, started_at from attempts \
             order by id desc limit 200) a join message_transitions q on q.message_id = a.message_id \
             and q.number = 1 and q.state = 'queued' where a.number = 1 and a.started_at >= $1"
        ),
        &[since.into()],
        |row| {
            let (queued_at, started_at): (Timestamp, Timestamp) = (row.get(0)?, row.get(1)?);
            Ok(u64::try_from(started_at.since(queued_at).as_millis()).unwrap_or(u64::MAX))
        },
    )?;
    waits.sort_unstable();
    let messages = waits.len();
    let at = |part: usize| waits.get(part).copied();
    let (median, p95) = (at(messages / 2), at(messages * 19 / 20));
    Ok(median.zip(p95).map(|(median_ms, p95_ms)| PickUp { median_ms, p95_ms, messages }))
}

/// Sets the gauges of the metrics; asked for by whoever reads them, so that nothing is counted for nobody.
pub(crate) async fn publish(store: &Store, now: Timestamp) {
    let read = store.read(move |tx| {
        let (letters, webhooks) = (letters::count(tx)?, jobs::backlog(tx, Queue::Journal)?);
        Ok((waiting(tx, now)?, resting(tx)?, in_doubt(tx)?, letters, webhooks))
    });
    let Ok((waiting, (scheduled, held), unknown, dead, webhooks)) = read.await else { return };
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
    metrics::gauge!("trunkline_webhook_backlog", "state" => "waiting").set(webhooks.waiting as f64);
    metrics::gauge!("trunkline_webhook_backlog", "state" => "stuck").set(webhooks.stuck as f64);
}
