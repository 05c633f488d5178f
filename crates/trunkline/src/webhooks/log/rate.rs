//! How many webhooks came and how many tries failed, step by step (A6).

use std::time::Duration;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::super::Webhooks;
use crate::http::search::Stretch;
use crate::http::{ApiResult, ApiRoutes, Json, Problem, Query};
use crate::{jobs, journal};

const HOUR: i64 = 3_600;
const DAY: Duration = Duration::from_secs(86_400);

/// The longest stretch that is counted.
const SPAN_MAX: Duration = Duration::from_secs(31 * 86_400);

/// Up to which length of a stretch, in seconds, a step is how long: about a hundred steps at most.
const STEPS: [(i64, i64); 4] =
    [(2 * HOUR, 60), (26 * HOUR, 900), (8 * 24 * HOUR, 2 * HOUR), (i64::MAX, 6 * HOUR)];

pub(super) fn routes() -> ApiRoutes<Webhooks> {
    ApiRoutes::new().admin(routes!(read_error_rate))
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RateQuery {
    /// Where to begin: 24 hours before the end, unless told otherwise, and at most 31 days before it.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Where to end: now, unless told otherwise.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// Webhooks and errors, step by step.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorRate {
    /// How long a step is.
    step_seconds: i64,
    /// Oldest first and without a gap; the last one may still be going on.
    items: Vec<RateStep>,
}

/// What happened in one step.
#[derive(Debug, Serialize, ToSchema)]
struct RateStep {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Webhooks that came; those that came again are not counted.
    webhooks: i64,
    /// Tries that failed, of any job.
    errors: i64,
}

/// How many webhooks came and how many tries failed, in steps of equal length.
#[utoipa::path(get, path = "/api/errors/rate", tag = "operations", params(RateQuery),
    responses((status = 200, body = ErrorRate), (status = 400, body = Problem), (status = 422, body = Problem)))]
async fn read_error_rate(
    State(webhooks): State<Webhooks>,
    Query(wanted): Query<RateQuery>,
) -> ApiResult<Json<ErrorRate>> {
    let to = wanted.to.unwrap_or_else(|| webhooks.ambient.now());
    let time = Stretch::asked(wanted.from.or(Some(to.minus(DAY))), Some(to))?;
    if time.to.since(time.from) > SPAN_MAX {
        let detail =
            format!("From {} to {} is longer than 31 days; ask for less at a time.", time.from, time.to);
        return Err(Problem::invalid("from", detail));
    }
    let (step_seconds, stretches) = steps(time);
    let counted = stretches.clone();
    let (came, failed) = webhooks
        .store
        .read(move |tx| Ok((journal::count(tx, &counted)?, jobs::count_errors(tx, &counted)?)))
        .await?;
    let items = stretches.into_iter().zip(came.into_iter().zip(failed));
    let items = items.map(|((at, _), (webhooks, errors))| RateStep { at, webhooks, errors }).collect();
    Ok(Json(ErrorRate { step_seconds, items }))
}

/// The steps that hold a stretch of time, and their length in seconds.
fn steps(time: Stretch) -> (i64, Vec<(Timestamp, Timestamp)>) {
    let length = time.to.secs() - time.from.secs();
    let step = STEPS.iter().find(|(most, _)| length <= *most).map_or(6 * HOUR, |(_, step)| *step);
    let at = |number: i64| Timestamp::from_secs(number * step);
    let (first, last) = (time.from.secs().div_euclid(step), time.to.secs().div_euclid(step));
    (step, (first..=last).map(|number| (at(number), at(number + 1))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_hold_the_whole_time_and_are_not_too_many() {
        for length in
            [0, 1, 59, HOUR, 2 * HOUR, 2 * HOUR + 1, 24 * HOUR, 26 * HOUR, 7 * 24 * HOUR, 31 * 24 * HOUR]
        {
            let time = Stretch {
                from: Timestamp::from_secs(1_763_000_017),
                to: Timestamp::from_secs(1_763_000_017 + length),
            };
            let (step, steps) = steps(time);
            assert!(steps.first().unwrap().0 <= time.from && time.to < steps.last().unwrap().1, "{length}");
            assert!((1..=126).contains(&steps.len()), "{length}: {}", steps.len());
            assert!(steps.iter().all(|(from, to)| to.secs() - from.secs() == step));
            assert!(steps.windows(2).all(|two| two[0].1 == two[1].0));
        }
    }
}
