//! The doors: what people and programs ask of delivery.
//!
//! Each file is one subject. `fields.rs` checks what comes in, field by field, and makes a request of it;
//! `refusals.rs` tells why one was not granted; `listed.rs`, `timeline.rs`, `reasons.rs` and `alerts.rs` put
//! what happened into words; `minutes.rs` counts, and `shared.rs` keeps what was dear to count. Nothing is decided here: that is done below, by the engine, which must not know these files.

mod alerts;
mod batch;
mod best_time;
mod check;
mod dead_letters;
mod fields;
mod figures;
mod lines;
mod listed;
mod messages;
mod minutes;
mod reasons;
mod refusals;
mod scheduled;
mod shared;
mod timeline;
mod ways;

use axum::extract::FromRef;
use trunkline_providers::Secret;

pub(crate) use figures::{concerns, publish as publish_figures};

use super::{Delivery, Pace};
use crate::config::Thresholds;
use crate::http::ApiRoutes;

/// What the doors need.
#[derive(Clone)]
pub(crate) struct Api {
    delivery: Delivery,
    pace: Pace,
    thresholds: Thresholds,
    /// What outside schedulers show; none is let in without it.
    cron_secret: Option<Secret>,
    /// What was counted for those who asked before.
    counted: Counted,
}

/// What is counted once for everybody.
#[derive(Clone, Default)]
struct Counted {
    tally: minutes::Tally,
    figures: shared::Shared<(figures::QueueFigures, minutes::Minutes)>,
}

impl Api {
    pub(crate) fn new(
        delivery: Delivery,
        pace: Pace,
        thresholds: Thresholds,
        cron_secret: Option<Secret>,
    ) -> Api {
        Api { delivery, pace, thresholds, cron_secret, counted: Counted::default() }
    }
}

impl FromRef<Api> for Delivery {
    fn from_ref(api: &Api) -> Delivery {
        api.delivery.clone()
    }
}

pub(crate) fn routes() -> ApiRoutes<Api> {
    messages::routes()
        .merge(check::routes())
        .merge(batch::routes())
        .merge(best_time::routes())
        .merge(scheduled::routes())
        .merge(dead_letters::routes())
        .merge(figures::routes())
        .merge(minutes::routes())
        .merge(lines::routes())
        .merge(ways::routes())
}
