//! The log of webhooks, for those who run the installation (A6, D3): every one as it came, what became of it, and
//! a way to have it processed again.
//!
//! * `search.rs` finds entries, within bounds, without an index of their own;
//! * `entry.rs` tells an entry in the words of its provider, `detail.rs` all there is to one;
//! * `mask.rs` hides secrets before anybody sees a request;
//! * `replay.rs` has some or all that a search finds processed again;
//! * `rate.rs` counts errors beside webhooks, step by step.
//!
//! Nothing is kept here: it is read from the journal, its jobs and their errors.

mod detail;
mod entry;
mod mask;
mod rate;
mod replay;
mod search;

use super::Webhooks;
use crate::http::ApiRoutes;

pub(crate) fn routes() -> ApiRoutes<Webhooks> {
    search::routes().merge(detail::routes()).merge(replay::routes()).merge(rate::routes())
}
