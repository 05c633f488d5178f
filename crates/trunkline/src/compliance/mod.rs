//! Compliance: who may be written to, through which line, when, and how we know.
//!
//! * `gate.rs` is the one decision, asked when a message is accepted and again right before it is handed to
//!   the provider, since someone may have opted out between the two; `quiet.rs` tells it the recipient's hours;
//! * `opt_outs.rs` applies STOP and START, and what carriers tell us of opt-outs;
//! * `ledger.rs` keeps every word on consent as evidence, and the addresses that people blocked;
//! * `reviews.rs` puts texts that may mean "stop" before a person;
//! * `windows.rs` keeps when people last wrote by WhatsApp, which decides on free text there;
//! * `settings.rs` holds the rules that the team can change.
//!
//! The room promises that nobody is contacted who should not be, and that each decision has a reason that a
//! person understands. It must not know how messages are stored or sent: what it needs to know of the past
//! it asks through [`gate::Past`].

mod gate;
mod ledger;
mod opt_outs;
mod quiet;
mod reviews;
mod routes;
mod settings;
#[cfg(test)]
mod tests;
mod windows;

use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use gate::{Past, Question, Verdict, WINDOW_CLOSED, ask};
pub(crate) use opt_outs::{Said, apply_keyword, hold_addresses, opt_out};
pub(crate) use quiet::zones_of;
pub(crate) use reviews::{Doubt, ask_for_review};
pub(crate) use routes::routes;
pub(crate) use settings::{LateAction, load as load_settings};
pub(crate) use windows::{opened as window_opened, window};

use crate::contacts::Reconsider;
use crate::events::Events;

/// What the routes of this room need.
#[derive(Clone)]
pub(crate) struct Compliance {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    /// Asked when a rule changed.
    pub(crate) reconsider: Reconsider,
}
