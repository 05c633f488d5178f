//! Telnyx Messaging.
//!
//! Worked from Telnyx's documentation (Send a message, Receiving webhooks, Webhook signatures, Error codes,
//! Scheduled messages) and its OpenAPI description of the v2 API.
//!
//! Telnyx has no list of messages. What comes nearest are *detail records* ([`records`](self)): they tell of
//! messages that have come to an end, some time later and without the text. A record proves that a message
//! left; that there is none proves nothing, so [`lists_everything`](crate::Provider::lists_everything) says no.
//! A create whose answer was lost is therefore settled by the mark in its webhook address, which comes back
//! with every event, or by a record, or by a person; never by trying again. For the same reason nothing is
//! left with Telnyx until a later time by the delivery engine, though the client can do it: a scheduled
//! message whose id was lost could neither be found nor called off.

mod client;
pub mod errors;
mod records;
pub mod setup;
pub mod signature;
mod status;
pub mod webhook;
mod wire;

pub use client::{DEFAULT_BASE_URL, SEND_AT_AHEAD, Telnyx, TelnyxCredentials};
pub use status::state_of;
