//! Media: files that come and go with messages.
//!
//! * `fetch.rs` is the job that fetches what a provider says was sent along, `wire.rs` asks for it without ever
//!   knocking at a private address;
//! * `keep.rs` takes bytes in, wherever they come from: bounded, hashed while they stream into the `vault.rs`, their
//!   type found by `kind.rs` from what they are, and a picture made small by `picture.rs`;
//! * `rows.rs` is what is known of each file, `view.rs` what is shown of it;
//! * `routes.rs` are the doors for people, `range.rs` reads which part of a file they want, `upload.rs` takes what they bring;
//! * `outgoing.rs` has what goes out with messages, and the addresses at which providers fetch it;
//! * `sweep.rs` deletes what nobody knows of any more.
//!
//! The room promises that a file is kept once, with the type that its bytes show; that a file which is not here says why
//! in words; that no request of ours goes to a private address because somebody wrote it into a message; and that bytes
//! without a row, which a crash may leave, are deleted. It must not know how messages are stored, sent or shown.
//!
//! Other rooms plan fetches with [`plan`], in the transaction that makes the message; or keep bytes that they already
//! have with [`Media::bring`] before it, and [`attach_all`] in it; [`of_messages`] gives what is
//! shown.

mod fetch;
mod keep;
mod kind;
mod outgoing;
mod picture;
mod range;
mod routes;
mod rows;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;
mod vault;
mod view;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use trunkline_domain::ambient::Ambient;
use trunkline_store::Store;

pub(crate) use fetch::{Source, handlers, plan};
#[cfg(test)]
pub(crate) use keep::attach;
pub(crate) use keep::{Brought, Given, attach_all};
pub(crate) use outgoing::{
    Links, Parcel, Sendable, copies, has_files, ids_of, public_router, send_along, sendable,
};
pub(crate) use routes::routes;
pub(crate) use view::{MediaView, of_messages};

use crate::config;
use crate::events::Events;
use crate::jobs::Jobs;
use crate::lines::Lines;
use vault::Vault;
use wire::Wire;

/// Pictures that are decoded at the same time on one node: each may take much memory and a whole core.
const PICTURES_AT_ONCE: usize = 2;

/// What media need.
#[derive(Clone)]
pub(crate) struct Media {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) lines: Lines,
    links: Links,
    vault: Vault,
    wire: Wire,
    /// One permit for each picture that may be decoded now.
    easels: Arc<Semaphore>,
    file_max: u64,
    fetch_within: Duration,
}

/// What [`Media::open`] builds on.
pub(crate) struct Floor {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) lines: Lines,
    pub(crate) links: Links,
}

impl Media {
    /// Opens the place where files are kept.
    ///
    /// # Errors
    /// When the folder cannot be made, or the bucket's settings cannot be used.
    pub(crate) fn open(
        floor: Floor,
        settings: &config::Media,
        http: &reqwest::Client,
    ) -> anyhow::Result<Self> {
        let Floor { store, ambient, events, jobs, lines, links } = floor;
        Ok(Media {
            vault: Vault::open(&settings.place, &ambient)?,
            wire: Wire::new(http)?,
            links,
            easels: Arc::new(Semaphore::new(PICTURES_AT_ONCE)),
            file_max: settings.file_max_bytes,
            fetch_within: settings.fetch_within,
            store,
            ambient,
            events,
            jobs,
            lines,
        })
    }
}
