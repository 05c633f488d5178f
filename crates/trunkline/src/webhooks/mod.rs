//! Webhooks: what providers call, acknowledged as soon as it is safe on disk, processed afterwards.
//!
//! * `routes.rs` checks the signature over the raw body, writes the journal and answers;
//! * `process.rs` is the job that reads an entry and puts it where it belongs;
//! * `log` shows all of that to people, and has entries processed again.
//!
//! Between the two lies the journal, so nothing that happens after the answer can lose an event. This room
//! knows providers' wire formats; what a message or a receipt then does is the business of `inbox` and
//! `delivery`.

mod log;
mod process;
mod routes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::Notify;
use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use log::routes as log_routes;
pub(crate) use process::{handlers, take_in};
pub(crate) use routes::{legacy_router, router};

use crate::delivery::Delivery;
use crate::events::Events;
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::lines::Lines;

/// What webhooks need.
#[derive(Clone)]
pub(crate) struct Webhooks {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) journal: Journal,
    pub(crate) lines: Lines,
    pub(crate) delivery: Delivery,
    /// Told of every webhook that could not be written down.
    pub(crate) missed: Arc<Notify>,
}

/// A Twilio message that came in.
const TWILIO_MESSAGE: &str = "twilio.message";
/// A Twilio report on a message that went out.
const TWILIO_STATUS: &str = "twilio.status";
