//! The delivery engine's protocol, played through with faults in virtual time.
//!
//! One run is ten simulated minutes of traffic in a storm, and then calm until nothing is left to do. All
//! of it follows from one seed: the same seed gives the same trace, so whatever is found can be looked at
//! again. At the end, and at every commit, the product's promises are held against the provider's ledger.
//!
//! # What is modelled
//!
//! * *The decisions are not.* Every step of a message is `trunkline_domain::message::Outgoing::step`, as in
//!   the product; so are back-off, classes of errors and keywords.
//! * The stores (`store`): SQLite's group commit and PostgreSQL's read committed, with locks, unique
//!   indexes, lost answers, broken connections and restarts.
//! * The nodes (`node`): what the product's code does around the decisions, in its order: claims, leases
//!   and their end, intent, call, record, look-ups, polls, reports, the journal, STOP and the gate,
//!   hand-overs to a provider that keeps planned messages, reconciliation. One node on SQLite, three on PostgreSQL.
//! * The world (`world`): processes that die or stand still at any step, clocks that jump, a provider that
//!   accepts and says nothing, refuses, is late, lists with a lag and reports in any order, authors who ask
//!   twice, customers who text and say STOP.
//!
//! # What is not
//!
//! * Contacts, conversations, events, media, signatures: their races are tested on the real databases.
//! * SQL itself, and wire formats: the model's statements are those of the product, written by hand.
//! * Lines of planned messages: they stand in no line to their recipient, and nothing is said of their order.
//! * Edits of what a provider keeps: calling off and sending at once take the same way.
//! * Batches of webhooks (each is its own transaction) and rate limits.
//! * START: it is told from STOP by times of two clocks, so nothing can be said with clocks that jump.
//! * A request that leaves after the lease was looked at and then stands still for a minute: between the
//!   look and the first byte nothing can be checked. Here the two are one step.
//!
//! # When the product changes
//!
//! The files in `node` follow those of the product that they name, statement by statement. Whoever changes
//! what one of those reads, locks or writes changes it here too, and lets some ten thousand seeds look at it.
//!
//! # To look at a seed
//!
//! `TRUNKLINE_SEED=17 cargo test -p trunkline-simulation` runs that seed alone, on both stores, and prints
//! its trace when it fails. `TRUNKLINE_SEEDS=100000` runs more of them.

mod audit;
mod bug;
mod chance;
mod executor;
mod findings;
mod node;
mod run;
mod store;
mod trace;
mod witness;
mod world;

pub use audit::Counts;
pub use bug::Bug;
pub use findings::{Broken, Finding};
pub use run::{Outcome, Run};
pub use store::Engine;
