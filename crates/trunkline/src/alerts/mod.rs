//! Alerts: somebody is told when something is wrong, also while nobody looks (D4, C9).
//!
//! Every node looks every few seconds at what others keep: the queue, the lines, failed webhooks, incidents. What is
//! wrong is one alert, whichever node finds it and however many do. It is told once to everyone named in the
//! configuration, recalled seldom, and told again when it is over; when to speak is decided by `domain::alert`.
//!
//! * `rules.rs` finds what is wrong, in words, and says what to do about it;
//! * `watch.rs` looks, opens and closes;
//! * `rows.rs` keeps alerts, and each word that is to be said of them;
//! * `notices.rs` is the job that says it, `tell.rs` how: by a signed webhook, to a chat, by email;
//! * `routes.rs` shows all of it.
//!
//! It must not know how what it looks at comes about, and changes nothing but its own tables.

mod notices;
mod routes;
mod rows;
mod rules;
mod tell;
#[cfg(test)]
mod tests;
mod watch;

use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use notices::handlers;
pub(crate) use routes::routes;

use crate::config::AlertSettings;
use crate::delivery::api::Api as Sending;
use crate::incidents::Incidents;
use crate::jobs::Jobs;

/// What alerts need.
#[derive(Clone)]
pub(crate) struct Alerts {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) jobs: Jobs,
    /// What this node noted.
    pub(crate) incidents: Incidents,
    /// How sending goes.
    pub(crate) sending: Sending,
    pub(crate) settings: AlertSettings,
    /// The name of the installation, which stands in every notice.
    pub(crate) installation: String,
    /// Where people reach us, if that is known.
    pub(crate) base_url: Option<String>,
    pub(crate) http: reqwest::Client,
}
