//! What somebody should look at (C9).

use serde::Serialize;
use trunkline_domain::breaker::Position;
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;

use super::Api;
use super::minutes::Counts;
use crate::config::Thresholds;
use crate::jobs::Backlog;

/// Fewer messages than this in an hour make no failure rate.
const RATE_MIN: i64 = 20;

/// Something that somebody should look at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct QueueAlert {
    /// `queue_depth`, `queue_age`, `failure_rate`, `dead_letters`, `line_resting`, `webhooks_waiting` or
    /// `webhooks_stuck`.
    pub(super) code: String,
    pub(super) text: String,
    /// The line it is about, or nothing.
    #[serde(skip)]
    pub(super) subject: String,
}

/// What the alerts are told from.
pub(super) struct Measured {
    pub(super) now: Timestamp,
    pub(super) queued: i64,
    pub(super) oldest_at: Option<Timestamp>,
    pub(super) last_hour: Counts,
    pub(super) webhooks: Backlog,
    pub(super) dead_letters: i64,
}

/// The alerts in force.
pub(super) fn in_force(api: &Api, measured: &Measured) -> Vec<QueueAlert> {
    let mut alerts = Vec::new();
    for (line, reason) in resting(api) {
        let text = format!("{line} rests, its messages wait. {reason}").trim_end().to_owned();
        alerts.push(QueueAlert { code: "line_resting".to_owned(), text, subject: line });
    }
    let mut alert = |code: &str, text: String| {
        alerts.push(QueueAlert { code: code.to_owned(), text, subject: String::new() });
    };
    let (Measured { now, queued, webhooks, .. }, thresholds) = (measured, &api.thresholds);
    if *queued > i64::from(thresholds.queue_depth) {
        alert("queue_depth", format!("{queued} messages wait to be sent."));
    }
    if let Some(minutes) = too_long(*now, measured.oldest_at, thresholds) {
        alert("queue_age", format!("The oldest message has waited for {minutes} minutes."));
    }
    if let Some((bad, all)) = too_many_failed(measured.last_hour, thresholds) {
        alert("failure_rate", format!("{bad} of {all} messages of the last hour failed."));
    }
    if measured.dead_letters >= i64::from(thresholds.dead_letters) {
        alert(
            "dead_letters",
            format!("Messages that did not arrive wait for a person: {}.", measured.dead_letters),
        );
    }
    if let Some(minutes) = too_long(*now, webhooks.oldest_at, thresholds) {
        alert("webhooks_waiting", format!("The oldest webhook has waited for {minutes} minutes."));
    }
    if webhooks.stuck > 0 {
        let stuck = webhooks.stuck;
        alert(
            "webhooks_stuck",
            format!("Webhooks that failed again and again and wait for somebody: {stuck}."),
        );
    }
    alerts
}

fn resting(api: &Api) -> impl Iterator<Item = (String, String)> {
    api.delivery.lines.all().filter_map(|line| {
        let health = api.pace.health(line.info.id)?;
        let rests = health.position == Position::Open;
        rests.then(|| (line.info.name.clone(), health.reason.unwrap_or_default()))
    })
}

/// The minutes since, if they are too many.
fn too_long(now: Timestamp, since: Option<Timestamp>, thresholds: &Thresholds) -> Option<u64> {
    let age = now.since(since?);
    (age > thresholds.queue_age).then_some(age.as_secs() / 60)
}

/// How many of how many messages failed, if they are too many. Those that left and were not delivered count
/// among those that left.
fn too_many_failed(hour: Counts, thresholds: &Thresholds) -> Option<(i64, i64)> {
    let (bad, all) = (hour.failed + hour.undelivered, hour.sent + hour.failed);
    (all >= RATE_MIN && bad * 100 > i64::from(thresholds.failure_percent) * all)
        .then_some((bad.min(all), all))
}
