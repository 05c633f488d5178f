//! The doctor: whether everything that has to work together does, and what to do where it does not.
//!
//! All checks run at the same time, each within its bounds, and none changes anything. `trunkline doctor` and the page
//! under Operations ask the same questions.
//!
//! * `ours.rs` looks at what is ours: configuration, database, queue, spool, the mail server of alerts;
//! * `outside.rs` looks from outside: whether our public address leads here, and to the right lines;
//! * `carriers.rs` asks the providers: credentials, balance, clock, the addresses they call;
//! * `routes.rs` is the page's door.

mod carriers;
mod ours;
mod outside;
mod routes;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use serde::Serialize;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Store, StoreError};
use utoipa::ToSchema;

pub(crate) use routes::routes;

use crate::config::{Config, LineConfig};
use crate::lines::Known;

/// How long a check may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);

/// Whom the doctor asks.
#[derive(Clone)]
pub(crate) struct Doctor {
    pub(crate) config: Config,
    /// Gives the lines there are.
    pub(crate) lines: Arc<dyn Fn() -> Known + Send + Sync>,
    /// The database, if there is one already, or why it could not be opened.
    pub(crate) store: Result<Option<Store>, StoreError>,
    pub(crate) ambient: Ambient,
    pub(crate) http: reqwest::Client,
    /// The simulator stands in for the providers.
    pub(crate) is_simulated: bool,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DoctorState)]
pub(crate) enum State {
    Ok,
    /// Could not be asked, and need not be.
    Skipped,
    /// Works, and should be looked at.
    Warning,
    /// Does not work.
    Failed,
}

/// A check and how it went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DoctorCheck)]
pub(crate) struct Check {
    /// Stable, such as `database` or `credentials`.
    pub(crate) name: &'static str,
    /// The line it is about, if it is about one.
    pub(crate) line: Option<String>,
    pub(crate) state: State,
    /// What was found.
    pub(crate) found: String,
    /// What to do, where something is to be done.
    pub(crate) what_to_do: Option<String>,
}

impl Check {
    fn new(name: &'static str, state: State, found: impl Into<String>) -> Self {
        Check { name, line: None, state, found: found.into(), what_to_do: None }
    }

    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Check::new(name, State::Ok, found)
    }

    fn skipped(name: &'static str, found: impl Into<String>) -> Self {
        Check::new(name, State::Skipped, found)
    }

    fn warning(name: &'static str, found: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Check { what_to_do: Some(what_to_do.into()), ..Check::new(name, State::Warning, found) }
    }

    fn failed(name: &'static str, found: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Check { what_to_do: Some(what_to_do.into()), ..Check::new(name, State::Failed, found) }
    }

    fn of(mut self, line: &LineConfig) -> Self {
        self.line = Some(line.slug.clone());
        self
    }
}

/// What the doctor found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DoctorReport)]
pub(crate) struct Report {
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// The worst of all states.
    pub(crate) state: State,
    pub(crate) checks: Vec<Check>,
}

impl Doctor {
    /// Makes every check.
    pub(crate) async fn examine(&self) -> Report {
        let (at, Known { lines, locked }) = (self.ambient.now(), (self.lines)());
        let mut checks: Vec<BoxFuture<'_, Vec<Check>>> = ours::checks(self);
        checks.extend(outside::checks(self, &lines));
        checks.extend(carriers::checks(self, &lines));
        checks.push(async { carriers::locked(&locked) }.boxed());
        let checks: Vec<Check> =
            join_all(checks.into_iter().map(bounded)).await.into_iter().flatten().collect();
        let state = checks.iter().map(|check| check.state).max().unwrap_or(State::Ok);
        Report { at, state, checks }
    }
}

/// Each check is bounded within; this is for what should never happen.
async fn bounded(check: BoxFuture<'_, Vec<Check>>) -> Vec<Check> {
    tokio::time::timeout(2 * PATIENCE, check).await.unwrap_or_else(|_| {
        vec![Check::failed("time", "A check did not come to an end.", "Try again; the log may say more.")]
    })
}
