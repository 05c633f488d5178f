//! Webhooks: what providers call, acknowledged as soon as it is safe on disk, processed afterwards.
//!
//! * `routes.rs` is the walk of every webhook: taken as it came, written down, answered;
//! * `process.rs` is the job that reads an entry and puts it where it belongs;
//! * `intake.rs` writes it down, in the journal or, while the database is away, beside it;
//! * `diagnosis.rs` finds out why a signature does not hold, for whoever looks after the line;
//! * `dialect.rs` is what each provider's events are turned into;
//! * `twilio.rs`, `telnyx.rs` and `resend.rs` know one provider each: its addresses, its signature over the raw body,
//!   how its events are named and read. None knows another;
//! * `mail.rs` turns a mail that came in into a message;
//! * `log` shows all of that to people, and has entries processed again.
//!
//! Between the two lies the journal, so nothing that happens after the answer can lose an event. This room
//! knows providers' wire formats; what a message or a receipt then does is the business of `inbox`,
//! `delivery` and `personas`.

mod diagnosis;
mod dialect;
mod intake;
mod log;
mod mail;
mod process;
mod resend;
mod routes;
mod telnyx;
#[cfg(test)]
mod tests;
mod twilio;

use std::sync::Arc;

use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use intake::Intake;
pub(crate) use log::routes as log_routes;
pub(crate) use mail::{Cause, Letter, fetch as fetch_mail, read as read_mail, take_in_mail};
pub(crate) use process::{handlers, take_in};

use crate::delivery::Delivery;
use crate::events::Events;
use crate::jobs::Jobs;
use crate::lines::Lines;
use crate::media::Media;
use crate::personas::Personas;

/// What webhooks need.
#[derive(Clone)]
pub(crate) struct Webhooks {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) intake: Intake,
    pub(crate) lines: Lines,
    pub(crate) delivery: Delivery,
    pub(crate) personas: Personas,
    pub(crate) media: Media,
}

/// What the doors that providers knock at need: no database.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) ambient: Ambient,
    pub(crate) lines: Lines,
    pub(crate) intake: Intake,
}

impl Webhooks {
    pub(crate) fn doors(&self) -> Doors {
        Doors { ambient: self.ambient.clone(), lines: self.lines.clone(), intake: self.intake.clone() }
    }
}

/// The addresses that providers call.
pub(crate) fn router(doors: Doors) -> axum::Router {
    let doors = Arc::new(doors);
    twilio::router(doors.clone()).merge(telnyx::router(doors.clone())).merge(resend::router(doors))
}

/// Addresses of former systems (A8).
pub(crate) fn legacy_router(doors: Doors) -> axum::Router {
    twilio::legacy_router(Arc::new(doors))
}
