//! Templates: texts with places for values, written once and sent to many (C1, C12).
//!
//! * `wording.rs` says what a template is made of, variants and variables, and what is wrong with one;
//! * `storage.rs` keeps every version: what was sent can always be traced to its words;
//! * `fill.rs` makes the text for one person, in the variant that is theirs;
//! * `preview.rs` shows what would come out, also while the words are still being written.
//!
//! The room promises that a text is filled whole or not at all, with every reason named at once; that a
//! version never changes; and that a person always gets the same variant of a version. It must not know
//! messages: delivery asks it for a text, and what became of the texts is counted by the inbox.

mod fill;
mod preview;
mod routes;
mod storage;
#[cfg(test)]
mod tests;
mod wording;

use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use fill::{Filled, Filling, Person, Values, fill};
pub(crate) use routes::routes;
pub(crate) use storage::find;

use crate::lines::Lines;

/// What the routes of this room need.
#[derive(Clone)]
pub(crate) struct Templates {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) lines: Lines,
}
