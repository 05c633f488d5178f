//! What left and what did not, minute by minute (C11).
//!
//! Counted from what was logged, by indexes on time: every node shows the same, and so does the next process.
//! A minute that is over is counted once and kept here; then, however many look on, only the last few are
//! counted again.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Api;
use crate::http::{ApiResult, ApiRoutes, Json, Problem, Query};

const MINUTE: i64 = 60;

/// How far back minutes are counted: the longest day of a year has 25 hours.
pub(super) const KEPT: Duration = Duration::from_secs(25 * 3_600);

/// Minutes that are over and may still change: what happened in them is only now being committed, perhaps by a
/// node with another clock.
const UNSETTLED: i64 = 5;

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(read_history))
}

/// What happened to messages in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Accepted by a provider.
    pub(super) sent: i64,
    /// Given up before a provider accepted them.
    pub(super) failed: i64,
    /// Accepted, and then not delivered.
    pub(super) undelivered: i64,
    /// No answer came: perhaps accepted, perhaps not.
    pub(super) in_doubt: i64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Counts) {
        self.sent += more.sent;
        self.failed += more.failed;
        self.undelivered += more.undelivered;
        self.in_doubt += more.in_doubt;
    }
}

/// The counts of each minute in which something happened, by whole minutes since 1970.
#[derive(Clone, Debug, Default)]
pub(super) struct Minutes(BTreeMap<i64, Counts>);

impl Minutes {
    /// The sum of the minutes since, the one that holds `since` included.
    pub(super) fn since(&self, since: Timestamp) -> Counts {
        self.sum(minute_of(since), i64::MAX)
    }

    fn sum(&self, from: i64, to: i64) -> Counts {
        let mut sum = Counts::default();
        self.0.range(from..to).for_each(|(_, counts)| sum += *counts);
        sum
    }
}

/// The minutes that this process has counted.
#[derive(Clone, Default)]
pub(super) struct Tally(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    minutes: Minutes,
    /// From this one on they have to be counted again.
    unsettled: i64,
}

impl Tally {
    /// The minutes of the last day and a bit.
    pub(super) fn read(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Minutes> {
        let first = minute_of(now.minus(KEPT));
        let from = self.0.lock().unsettled.max(first);
        // Not while it is locked: the first count may take a second, and others want to read.
        let counted = count(tx, from)?;
        let mut known = self.0.lock();
        known.minutes.0.retain(|minute, _| (first..from).contains(minute));
        known.minutes.0.extend(counted.0);
        known.unsettled = minute_of(now) - UNSETTLED;
        Ok(known.minutes.clone())
    }
}

fn minute_of(at: Timestamp) -> i64 {
    at.secs().div_euclid(MINUTE)
}

fn count(tx: &mut Tx<'_>, from: i64) -> Result<Minutes> {
    let (mut minutes, since) = (Minutes::default(), Timestamp::from_secs(from * MINUTE));
    let sent: Vec<(i64, i64)> = tx.query(
        sql!(
            sqlite: "select sent_at / 60000000, count(*) from messages where sent_at >= $1 group by 1",
            postgres: "select floor(extract(epoch from sent_at) / 60)::bigint, count(*) from messages \
                       where sent_at >= $1 group by 1"
        ),
        &[since.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (minute, sent) in sent {
        minutes.0.entry(minute).or_default().sent = sent;
    }
    let trouble: Vec<(i64, String, i64)> = tx.query(
        sql!(
            sqlite: "select at / 60000000, state, count(*) from message_transitions where at >= $1 \
                     and (state = 'failed' or state = 'undelivered' or state = 'unknown') group by 1, 2",
            postgres: "select floor(extract(epoch from at) / 60)::bigint, state, count(*) from message_transitions \
                       where at >= $1 and (state = 'failed' or state = 'undelivered' or state = 'unknown') group by 1, 2"
        ),
        &[since.into()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (minute, state, count) in trouble {
        let counts = minutes.0.entry(minute).or_default();
        match state.as_str() {
            "failed" => counts.failed = count,
            "undelivered" => counts.undelivered = count,
            _ => counts.in_doubt = count,
        }
    }
    Ok(minutes)
}

/// How far back to look.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Span {
    /// The last hour, minute by minute.
    #[default]
    Hour,
    /// The last 24 hours, by quarters of an hour.
    Day,
}

impl Span {
    /// The minutes of a step, and how many steps there are.
    const fn steps(self) -> (i64, i64) {
        match self {
            Span::Hour => (1, 60),
            Span::Day => (15, 96),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// How far back to look: the last hour, unless told otherwise.
    #[serde(default)]
    #[param(inline)]
    span: Span,
}

/// What left and what did not, step by step.
#[derive(Debug, Serialize, ToSchema)]
struct QueueHistory {
    /// How long a step is.
    step_seconds: i64,
    /// Oldest first and without a gap; the last one is still going on.
    items: Vec<HistoryStep>,
}

/// What happened in one step.
#[derive(Debug, Serialize, ToSchema)]
struct HistoryStep {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Messages that a provider accepted.
    sent: i64,
    /// Messages that turned out not to be delivered, by us or by the provider.
    failed: i64,
    /// Messages that became uncertain: the provider may or may not have them.
    in_doubt: i64,
}

/// What left and what did not in the last hour or day, in steps of equal length.
#[utoipa::path(get, path = "/api/queue/history", tag = "operations", params(HistoryQuery),
    responses((status = 200, body = QueueHistory), (status = 400, body = Problem)))]
async fn read_history(
    State(api): State<Api>,
    Query(wanted): Query<HistoryQuery>,
) -> ApiResult<Json<QueueHistory>> {
    let (tally, now) = (api.counted.tally.clone(), api.delivery.ambient.now());
    let minutes = api.delivery.store.read(move |tx| tally.read(tx, now)).await?;
    Ok(Json(history(&minutes, wanted.span, now)))
}

fn history(minutes: &Minutes, span: Span, now: Timestamp) -> QueueHistory {
    let (length, count) = span.steps();
    let last = minute_of(now).div_euclid(length);
    let items = (last - count + 1..=last).map(|step| {
        let first = step * length;
        let Counts { sent, failed, undelivered, in_doubt } = minutes.sum(first, first + length);
        let at = Timestamp::from_secs(first * MINUTE);
        HistoryStep { at, sent, failed: failed + undelivered, in_doubt }
    });
    QueueHistory { step_seconds: length * MINUTE, items: items.collect() }
}
