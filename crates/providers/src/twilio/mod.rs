//! Twilio Programmable Messaging.
//!
//! Worked from Twilio's documentation (Message resource, message webhooks, webhook security, error and
//! warning dictionary) and its OpenAPI descriptions of the 2010-04-01 API and, for services, of Messaging v1.
//! Twilio has no idempotency key for creating a message, so a create whose answer was lost can only be settled by
//! listing messages.

mod address;
mod client;
pub mod content;
pub mod errors;
pub mod form;
mod list;
pub mod setup;
pub mod signature;
mod status;
pub mod twiml;
pub mod webhook;
mod wire;

pub use client::{DEFAULT_BASE_URL, Twilio, TwilioCredentials};
pub use status::state_of;
