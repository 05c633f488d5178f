//! Content: templates that WhatsApp approves, kept at the provider (C12).
//!
//! * `sync.rs` fetches them, regularly and when somebody asks, and submits new ones;
//! * `storage.rs` keeps what the provider last told;
//! * `routes.rs` shows them.
//!
//! The room promises that what is shown as approved was approved when the provider was last asked. It must not know
//! messages: delivery asks it for a template by its id, and writes down what it filled.

mod routes;
mod storage;
mod sync;

use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use routes::routes;
pub(crate) use storage::{ContentButton, find};
pub(crate) use sync::{begin, handlers};

use crate::jobs::Jobs;
use crate::lines::Lines;

/// What this room needs.
#[derive(Clone)]
pub(crate) struct Contents {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) jobs: Jobs,
    pub(crate) lines: Lines,
}
